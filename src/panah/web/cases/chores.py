"""What the cases do on a timer."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

from panah.web.base.chores import chore
from panah.web.base.database_settings import forget_deleted_rows

from . import holders


@chore(timedelta(days=1))
def forget_old_wraps() -> None:
    """Write the tables of wrapped keys anew: PostgreSQL keeps a deleted row while any transaction older than the
    deletion is open, so that the rewriting at the deletion itself may have come too early."""
    if connection.vendor == "postgresql":
        forget_deleted_rows(holders.tables())
