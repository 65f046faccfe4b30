"""The rules of the terminal, tried on the whole group with real processes."""

import subprocess
import sys
from pathlib import Path

import pytest

from panah.cli import COMMANDS

PANAH = Path(sys.executable).parent / "panah"


def panah(*words: str, **kwargs: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PANAH, *words], capture_output=True, text=True, check=False, **kwargs)  # type: ignore[call-overload,no-any-return]


def test_help_names_every_command() -> None:
    done = panah("--help")
    assert done.returncode == 0
    assert all(f"\n  {name} " in done.stdout for name in COMMANDS)
    assert not done.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    done = panah(command, "--help")
    assert done.returncode == 0, done.stderr
    assert "Usage: panah" in done.stdout


@pytest.mark.parametrize(
    "words",
    [["nonsense"], ["estimate"], ["estimate", "--nonsense"], ["estimate", "/no/such/file.csv"],
     ["read", "/no/such/file"],
     ["phone", "/no/such/file"], ["link", "/no/a.csv", "/no/b.csv"], ["bundle", "verify", "/no/such.zip"],
     ["read", "/"], ["phone", "/"], ["estimate", "/"], ["dossier", "/no/such.json"], ["release", "/no/such.csv"]],
)  # fmt: skip
def test_bad_usage_is_one_line_and_exit_2(words: list[str], tmp_path: Path) -> None:
    done = panah(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert not done.stdout
    assert done.stderr.startswith("panah")
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert not list(tmp_path.iterdir()), "something was left behind"


def test_a_reader_that_goes_away_is_no_error() -> None:
    done = subprocess.run(
        f"{PANAH} --help | head -1", shell=True, executable="/bin/bash", capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
