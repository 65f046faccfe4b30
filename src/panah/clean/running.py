"""A clean copy in a process of its own: what reads a hostile file gets little memory, little time, no file and no secret.

The bytes go through pipes; no clear file is ever on a disk. What comes back is checked here once more, in this process,
by the readers that know only what may be in a clean file: a process that was taken over cannot smuggle anything past
them that they do not know.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Final

from panah.errors import Refused, Unreadable

from .checking import check_clean
from .kinds import Kind, kind_of

LARGEST_BYTES: Final = 64 << 20
WALL_S: Final = 60


@dataclass(frozen=True, slots=True)
class WorkingCopy:
    """A copy that may be shared."""

    kind: Kind
    content: bytes = field(repr=False)
    sha256: str


def working_copy(data: bytes, *, wall_s: float = WALL_S) -> WorkingCopy:
    """Make a copy without metadata.

    Args:
        data: The original bytes; they are only read.
        wall_s: Give up after so long.

    Raises:
        Refused: No clean copy can be made of this kind, or of this file: it holds something that cannot be cleaned.
        Unreadable: It is damaged, too large, or a bomb.
    """
    if len(data) > LARGEST_BYTES:
        raise Unreadable(
            f"more than {LARGEST_BYTES >> 20} MiB", where="working copy", hint="cut out what is to be shared"
        )
    kind = kind_of(data)
    content = data if kind.code == "text" else _made(kind, data, wall_s)
    check_clean(kind.code, content)
    return WorkingCopy(kind, content, hashlib.sha256(content).hexdigest())


def _made(kind: Kind, data: bytes, wall_s: float) -> bytes:
    environment = {"PYTHONPATH": os.pathsep.join(sys.path), "PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter and module
            [sys.executable, "-B", "-m", "panah.clean.child", kind.code],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd="/",
            timeout=wall_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unreadable("this takes too long", where="working copy", hint="cut out what is to be shared") from None
    answer, _, content = done.stdout.partition(b"\n")
    if done.returncode == 0 and answer == b"made":
        return content
    told = answer.decode("utf-8", "replace").split("\t")
    if done.returncode == 1 and len(told) == 3 and told[0] == "refused":
        raise Refused(told[1], where="working copy", hint=told[2])
    raise Unreadable(
        "the file is damaged, or needs more memory or time than a harmless one",
        where="working copy",
        hint="give out the original, or a picture of what is to be shared",
    )
