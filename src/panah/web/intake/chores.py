"""What the intake does on a timer."""

from __future__ import annotations

from datetime import timedelta

from panah.web.base.chores import chore

from . import flows


@chore(timedelta(minutes=15))
def clear_drafts() -> None:
    """Delete reports that were begun and left, with their files, also when nobody comes after."""
    flows.clear_expired()
