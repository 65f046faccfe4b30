"""The command line as a real process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PANAH = Path(sys.executable).parent / "panah"


def panah(*words: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PANAH, *map(str, words)], capture_output=True, text=True, check=False, cwd=cwd, encoding="utf-8"
    )


def fails_with_one_line(done: subprocess.CompletedProcess[str], code: int = 2) -> str:
    """The error line of a run that failed as it should."""
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith("panah "), done.stderr
    assert not done.stderr.rstrip("\n").endswith("."), done.stderr
    return done.stderr
