"""Copies of an installation, sealed as they are written, and a restore that proves what it put back.

A backup is two files. The **main set** (``….main.age``) has the database and the sealed files; without the other it
opens no case, whoever holds the members' passwords. The **key set** (``….keys.age``) has the case keys as they are
sealed to members. It is kept for a short time: what was deleted, and whose case key was changed then, can be opened from
no older main set once the key sets of that time are gone. That is how a copy outlives no duty to delete.

Format ``panah-backup/1``: ``tar | age``. Inside, in this order: ``backup.json``; ``database/000001`` and so on, which in
one piece are an SQL script (SQLite) or a ``pg_dump --format=custom`` (PostgreSQL); ``files/…``; ``SHA256SUMS`` of all
these, ``SHA256SUMS.sig`` and ``signer.pem``. ``age -d | tar x`` opens it without us. Later versions read it.
"""

from .making import MadeBackup, expire_key_sets, make_backup
from .restoring import Restored, restore

__all__ = ["MadeBackup", "Restored", "expire_key_sets", "make_backup", "restore"]
