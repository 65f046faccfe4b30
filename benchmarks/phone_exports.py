"""How fast exports are read, each beside a peer on the same file in one run; CPU seconds, peak memory.

    python benchmarks/phone_exports.py [--messages 1000000] [--peer /path/to/python-with-chat-miner]

SMS: beside ``lxml.etree.iterparse`` over the same file that does nothing with what it finds, in constant memory as such
loops are written (clear, drop what is before) and without. WhatsApp: beside chat-miner (MIT), which is no dependency of
ours: ``python3 -m venv /tmp/peer && /tmp/peer/bin/pip install chat-miner``, then ``--peer /tmp/peer/bin/python``; it gets
a tenth of the lines, and its seconds are multiplied (it is linear). Every measurement is a process of its own.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

MEASURE = """
import json, resource, sys, time
{setup}
started = time.process_time()
n = run(sys.argv[1])
print(json.dumps({{"n": n, "cpu_s": time.process_time() - started,
                   "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}}))
"""
OURS = """
from panah.phone import stream
def run(path):
    return sum(1 for _ in stream(path)[1])
"""
LXML_CONSTANT = """
from lxml import etree
def run(path):
    n = 0
    for _, element in etree.iterparse(path, tag="sms"):
        n += 1
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return n
"""
LXML_BARE = """
from lxml import etree
def run(path):
    return sum(1 for _ in etree.iterparse(path)) - 1
"""
CHAT_MINER = """
import logging
from chatminer.chatparsers import WhatsAppParser
logging.disable(logging.CRITICAL)
def run(path):
    parser = WhatsAppParser(path)
    parser.parse_file()
    return len(parser.parsed_messages._parsed_messages)
"""


def measured(setup: str, path: Path, python: str = sys.executable) -> dict[str, Any]:
    """Run one reader in its own process."""
    done = subprocess.run(
        [python, "-c", MEASURE.format(setup=setup), str(path)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"a reader failed: {done.stderr.strip().splitlines()[-1:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def write_sms(path: Path, n_messages: int) -> None:
    """Invented messages in the layout of *SMS Backup & Restore*; one in ten has a letter beyond ASCII."""
    with path.open("w", encoding="utf-8") as file:
        file.write(f"<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<smses count=\"{n_messages}\">\n")
        for number in range(n_messages):
            text = f"Message {number} of an invented conversation{' é &#10;second line' if not number % 10 else ''}"
            file.write(
                f'  <sms protocol="0" address="+4477009{number % 1000:05d}" date="{1_746_213_245_120 + number * 1000}" '
                f'type="{1 + number % 2}" subject="null" body="{text}" toa="null" sc_toa="null" service_center="null" '
                'read="1" status="-1" locked="0" date_sent="0" sub_id="-1" readable_date="May 6, 2025 9:01:10 PM" '
                'contact_name="(Unknown)" />\n'
            )
        file.write("</smses>\n")


def write_chat(path: Path, n_lines: int) -> None:
    """An invented WhatsApp chat; one message in twenty has a second line."""
    at = datetime(2020, 1, 1)  # noqa: DTZ001  # as a chat prints it
    with path.open("w", encoding="utf-8") as file:
        for number in range(n_lines):
            at += timedelta(seconds=47)
            if number % 20 == 19:
                file.write("a second line of the message above\n")
                continue
            who = "Kim Test" if number % 3 else "+999 888 0002"
            file.write(f"{at:%d/%m/%Y, %H:%M} - {who}: message {number} of an invented conversation\n")


def told(name: str, found: dict[str, Any]) -> None:
    """Print one line of the table."""
    print(f"  {name:42} {found['n']:>9,} in {found['cpu_s']:6.2f} s CPU, peak {found['peak_mb']:6.0f} MB")


def sms(folder: Path, n_messages: int) -> None:
    """Ours beside lxml, in turns, the best of two each."""
    path = folder / "sms.xml"
    write_sms(path, n_messages)
    print(f"\nSMS Backup & Restore, {n_messages:,} messages, {path.stat().st_size / 1e6:.0f} MB")
    readers = {"panah.phone": OURS, "lxml iterparse, constant memory": LXML_CONSTANT, "lxml iterparse, bare": LXML_BARE}
    best: dict[str, dict[str, Any]] = {}
    for _ in range(2):
        for name, setup in readers.items():
            found = measured(setup, path)
            if name not in best or found["cpu_s"] < best[name]["cpu_s"]:
                best[name] = found
    for name, found in best.items():
        told(name, found)
    ours = best["panah.phone"]
    for name in list(readers)[1:]:
        print(f"  ratio to {name}: {ours['cpu_s'] / best[name]['cpu_s']:.2f}")
    print(f"  limits: 15 s, 150 MB, ratio 2.5: {ours['cpu_s'] <= 15 and ours['peak_mb'] <= 150}")
    path.unlink()


def whatsapp(folder: Path, n_lines: int, peer: str | None) -> None:
    """Ours beside chat-miner."""
    path = folder / "chat.txt"
    write_chat(path, n_lines)
    print(f"\nWhatsApp text, {n_lines:,} lines, {path.stat().st_size / 1e6:.0f} MB")
    ours = measured(OURS, path)
    told("panah.phone", ours)
    print(f"  limit: 10 s: {ours['cpu_s'] <= 10}")
    if peer is None:
        print("  no --peer: chat-miner is not measured")
        return
    small = folder / "small.txt"
    write_chat(small, n_lines // 10)
    theirs = measured(CHAT_MINER, small, peer)
    told("chat-miner, a tenth of the lines", theirs)
    print(f"  times faster: {10 * theirs['cpu_s'] / ours['cpu_s']:.1f} (limit 5)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--peer")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sms(Path(folder), chosen.messages)
        whatsapp(Path(folder), chosen.messages, chosen.peer)


if __name__ == "__main__":
    main()
