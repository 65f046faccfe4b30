"""Proof test 13: hostile files at every command. Refused, or read, in under 5 s of processor time and 512 MiB; one
error; nothing left in the temp folder. What a running server does with them stands in ``test_proof_13_hostile_pages.py``.

The time is processor time, since other work on the machine lengthens every other clock.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from hostile_files import MAKERS, files

pytestmark = [pytest.mark.slow, pytest.mark.server, pytest.mark.timeout(1500)]
PANAH = Path(sys.executable).with_name("panah")
LONGEST_S, MOST_MIB = 5.0, 512
COMMANDS = {
    "phone": ("phone", "{file}", "--json"),
    "read": ("read", "{file}", "--json"),
    "link": ("link", "{file}", "{file}", "--out", "{out}/linked"),
    "estimate": ("estimate", "{file}"),
    "verify": ("bundle", "verify", "{file}"),
    "restore": ("restore", "{file}", "--data", "{out}/restored", "--identity", "{key}"),
}
HONEST_WORK = {("read", "long.txt"), ("read", "wide.csv"), ("read", "quotes.csv")}
"""Long, not hostile: on the command line such a text is read whole, in constant time per byte. A page refuses it."""


@dataclass(frozen=True)
class Run:
    """What one command did with one file."""

    code: int
    cpu_s: float
    peak_mib: float
    told: list[str]
    left: list[str]


IN_A_SMALL_PARENT = """
import os, resource, sys
pid = os.fork()
if not pid:
    os.execvp(sys.argv[2], sys.argv[2:])
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
open(sys.argv[1], "w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(status if status >= 0 else 128 - status)
"""
"""A process starts with the peak of the one that began it, and a worker of the tests may have held a gigabyte."""


def run(command: list[str], folder: Path, *, cpu_limit_s: int = 30) -> Run:
    """In a child that the kernel ends when it goes far beyond; with a temp folder of its own."""
    temp, told = folder / "temp", folder / "stderr"
    temp.mkdir()
    with told.open("wb") as err:
        child = subprocess.Popen(
            [sys.executable, "-I", "-c", IN_A_SMALL_PARENT, str(folder / "peak"), *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=err,
            env={"PATH": os.environ["PATH"], "TMPDIR": str(temp), "HOME": str(folder)},
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (cpu_limit_s, cpu_limit_s)),  # noqa: PLW1509 - no threads here
        )
        _pid, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    left = [path.name for path in temp.rglob("*")]
    temp.rmdir() if not left else None
    lines = told.read_text(errors="replace").strip().splitlines()
    peak_mib = int((folder / "peak").read_text()) / 1024
    return Run(child.returncode, usage.ru_utime + usage.ru_stime, peak_mib, lines, left)


def faults(done: Run) -> list[str]:
    """Everything that is not as it should be."""
    found = []
    if done.code not in {0, 1, 2}:
        found.append(f"ended with {done.code}")
    if done.cpu_s > LONGEST_S:
        found.append(f"{done.cpu_s:.1f} s")
    if done.peak_mib > MOST_MIB:
        found.append(f"{done.peak_mib:.0f} MiB")
    if done.left:
        found.append(f"left {done.left}")
    if done.code and (len(done.told) != 1 or not done.told[0].startswith("panah ")):
        found.append(f"told {done.told[-1:]} in {len(done.told)} lines")
    return found


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_refuses_or_reads_within_the_limits(command: str, tmp_path: Path) -> None:
    import pyrage

    key = tmp_path / "key"
    key.write_text(f"{pyrage.x25519.Identity.generate()}\n")
    wrong = {}
    for name, content in files():
        if (command, name) in HONEST_WORK:
            continue
        file, out = tmp_path / name, tmp_path / f"out-{name}"
        file.write_bytes(content)
        out.mkdir()
        words = [word.format(file=file, out=out, key=key) for word in COMMANDS[command]]
        done = run([str(PANAH), *words], out)
        slipped = list(tmp_path.rglob("panah-slipped")) + list(Path("/tmp").glob("panah-slipped"))
        if found := faults(done) + [str(path) for path in slipped]:
            wrong[name] = found
    assert not wrong


def test_the_measure_sees_a_bomb_that_goes_off(tmp_path: Path) -> None:
    """The control: what unpacks without a limit."""
    file = tmp_path / "bomb.zip"
    file.write_bytes(MAKERS["bomb.zip"]())
    careless = f"import zipfile; zipfile.ZipFile({str(file)!r}).read('_chat.txt')"
    assert any("MiB" in fault for fault in faults(run([sys.executable, "-c", careless], tmp_path)))
    (tmp_path / "two").mkdir()
    endless = run([sys.executable, "-c", "while True: pass"], tmp_path / "two", cpu_limit_s=6)
    assert len(faults(endless)) >= 2
