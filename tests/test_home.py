"""The data folder: private, lockable, and never with half a file under its final name."""

import errno
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from panah import home
from panah.errors import NotConfigured


def test_chosen_before_environment_before_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PANAH_DATA", str(tmp_path / "from-env"))
    assert home.data_folder(tmp_path / "chosen") == tmp_path / "chosen"
    assert home.data_folder() == tmp_path / "from-env"
    monkeypatch.delenv("PANAH_DATA")
    assert home.data_folder().name == "panah"


def test_prepared_for_its_owner_only(tmp_path: Path) -> None:
    folder = home.prepare(tmp_path / "a" / "b")
    assert stat.S_IMODE(folder.stat().st_mode) == home.PRIVATE_FOLDER_MODE
    assert not list(folder.iterdir())


def test_prepared_by_many_threads_at_once(tmp_path: Path) -> None:
    """A server asks for its folders from every thread; none may take another's probe away."""
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda _n: home.prepare(tmp_path), range(200))) == [tmp_path] * 200
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "disk is full"), (errno.EROFS, "cannot be written to"), (errno.EIO, "cannot write: ")],
)
def test_a_failed_write_says_why_and_where(number: int, words: str, tmp_path: Path) -> None:
    error = home.unwritable(OSError(number, os.strerror(number)), tmp_path)
    assert words in str(error)
    assert str(tmp_path) in str(error)


def test_only_one_at_a_time_and_free_again_after_a_kill(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from panah import home\n"
        "with home.only_one(Path(sys.argv[1]), 'demo'): print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(NotConfigured, match="another demo is running"), home.only_one(tmp_path, "demo"):
        pass
    holder.kill()
    holder.wait()
    with home.only_one(tmp_path, "demo"):
        pass


def test_whole_or_nothing(tmp_path: Path) -> None:
    target = tmp_path / "report.pdf"
    with home.whole_or_nothing(target) as part:
        part.write_text("whole")
    assert target.read_text() == "whole"
    with pytest.raises(KeyboardInterrupt), home.whole_or_nothing(target) as part:  # noqa: PT012 the block is the case
        part.write_text("ha")
        raise KeyboardInterrupt
    assert target.read_text() == "whole"
    assert [path.name for path in tmp_path.iterdir()] == ["report.pdf"]
