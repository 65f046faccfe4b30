"""How fast phone exports are read, each beside a peer on the same file in one run; CPU seconds, peak memory.

    python benchmarks/intake.py [--messages 1000000]

SMS: beside ``lxml.etree.iterparse`` over the same file that does nothing with what it finds, in constant memory as such
loops are written (clear, drop what is before) and without. WhatsApp: beside whatstk (GPL, and therefore no dependency of
ours) and chat-miner, each installed into a virtual environment that is thrown away and run in a process of its own
(``--no-peers`` leaves them out, where there is no package index). Every measurement is a process; the pages for
reporters are measured by ``intake_web.py``.
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
WHATSTK = """
import logging, warnings
warnings.simplefilter("ignore")
from whatstk import WhatsAppChat
logging.disable(logging.CRITICAL)
def run(path):
    return len(WhatsAppChat.from_source(path, max_size=10**12{more}).df)
"""
TOLD_THE_HEADER = ', hformat="%d/%m/%Y, %H:%M - %name:"'
CHAT_MINER = """
import logging
from chatminer.chatparsers import WhatsAppParser
logging.disable(logging.CRITICAL)
def run(path):
    parser = WhatsAppParser(path)
    parser.parse_file()
    return len(parser.parsed_messages._parsed_messages)
"""
PEERS = {  # as their documentation calls them; whatstk also with the header said, which ours and the others find
    "whatstk": ("whatstk", WHATSTK.format(more="")),
    "chat-miner": ("chat-miner", CHAT_MINER),
    "whatstk, told the header": ("whatstk", WHATSTK.format(more=TOLD_THE_HEADER)),
}
SECONDS, MEMORY_MB, RATIO, CHAT_SECONDS, FASTER = 15, 150, 2.5, 10, 5


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
    ratio = ours["cpu_s"] / best["lxml iterparse, bare"]["cpu_s"]
    held = ours["cpu_s"] <= SECONDS and ours["peak_mb"] <= MEMORY_MB and ratio <= RATIO
    print(f"  limits {SECONDS} s, {MEMORY_MB} MB, ratio {RATIO} to bare iterparse: {'held' if held else 'NOT HELD'}")
    path.unlink()


def whatsapp(folder: Path, n_lines: int, *, peers: bool) -> None:
    """Ours beside two others on the same file; the best of two, chat-miner once."""
    path = folder / "chat.txt"
    write_chat(path, n_lines)
    print(f"\nWhatsApp text, {n_lines:,} lines, {path.stat().st_size / 1e6:.0f} MB")
    ours = min((measured(OURS, path) for _ in range(2)), key=lambda found: found["cpu_s"])
    told("panah.phone", ours)
    print(f"  limit {CHAT_SECONDS} s: {'held' if ours['cpu_s'] <= CHAT_SECONDS else 'NOT HELD'}")
    pythons: dict[str, str | None] = {}
    for name, (package, setup) in PEERS.items() if peers else ():
        if package not in pythons:
            pythons[package] = python_with(folder, package)
        if (python := pythons[package]) is None:
            continue
        runs = 1 if package == "chat-miner" else 2
        theirs = min((measured(setup, path, python) for _ in range(runs)), key=lambda found: found["cpu_s"])
        told(name, theirs)
        faster = theirs["cpu_s"] / ours["cpu_s"]
        limit = "" if "told" in name else f"; limit {FASTER}: {'held' if faster >= FASTER else 'NOT HELD'}"
        print(f"  times faster than {name}: {faster:.1f}{limit}")


def python_with(folder: Path, package: str) -> str | None:
    """A virtual environment with a peer; None, and said, where it cannot be had."""
    place = folder / package
    python = str(place / "bin/python")
    for command in ([sys.executable, "-m", "venv", str(place)], [python, "-m", "pip", "install", "-q", package]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"  no {package}: {(done.stderr.strip().splitlines() or ['?'])[-1]}")
            return None
    return python


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--no-peers", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        sms(Path(folder), chosen.messages)
        whatsapp(Path(folder), chosen.messages, peers=not chosen.no_peers)


if __name__ == "__main__":
    main()
