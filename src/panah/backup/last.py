"""When this installation was last backed up: a moment in the data folder, so that somebody is told when it is long ago."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from panah.home import SECRET_FILE_MODE, whole_or_nothing

FILE_NAME: Final = "last-backup.txt"


def note_backup(data: Path, moment: datetime) -> None:
    """Called when both sets are whole."""
    with whole_or_nothing(data / FILE_NAME) as part:
        part.touch(mode=SECRET_FILE_MODE)
        part.write_text(moment.isoformat(timespec="seconds") + "\n", encoding="ascii")


def last_backup(data: Path) -> datetime | None:
    """The moment of the last whole backup; None if there was none, or what is there cannot be read."""
    try:
        moment = datetime.fromisoformat((data / FILE_NAME).read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return None
    return moment if moment.tzinfo else None
