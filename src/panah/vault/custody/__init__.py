"""The custody log: pure functions over its lines in :mod:`.lines`, a file of them in :mod:`.log`.

A log kept elsewhere (a table of a database) stores the bytes of :func:`entry_line` unchanged and checks them with
:func:`verify`.
"""

from .lines import EMPTY, NAMELESS_ACTORS, NOTHING, Entry, Head, acts, entry_line, line_digest, read_line, verify
from .log import CustodyLog

__all__ = [
    "EMPTY",
    "NAMELESS_ACTORS",
    "NOTHING",
    "CustodyLog",
    "Entry",
    "Head",
    "acts",
    "entry_line",
    "line_digest",
    "read_line",
    "verify",
]
