"""Reading in a process of its own, with a limit on its time and memory: for a server, which may not stand still.

A document may be made so that some reader never ends or takes all memory. The process gets the bytes by a pipe (they
touch no disk), answers with the reading or one error, and is ended by the kernel when it uses up what it may: the
caller gets one clear error and goes on. It inherits no setting and no open file of the caller.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from typing import Final

from panah import errors
from panah.errors import PanahError, Unreadable
from panah.model.reading import Reading

from . import similar

LONGEST_S: Final = 5
"""Processor time."""
SENSE_S: Final = 40
"""As much more with the extra ``multilingual``: it asks the sense of up to :data:`panah.read.meaning.MOST_TEXTS` texts."""
MEMORY_BYTES: Final = 512 << 20
PATIENCE_S: Final = 30
"""Time on the clock, without the sense: a busy machine takes longer, and a process that sleeps uses no time at all."""
LONGEST_TEXT: Final = 200_000
"""Characters: some hundred pages, which take about two seconds."""
SHORT_BYTES: Final = 20_000


def read_safely(data: bytes, *, name: str = "", published: str | None = None) -> Reading:
    """As :func:`read_apart`; a short plain text, which cannot take long, is read here and now."""
    from .document import read
    from .formats import recognise

    if len(data) <= SHORT_BYTES and recognise(data, name) == "text/plain":
        return read(data, name=name, published=published)
    return read_apart(data, name=name, published=published)


def read_apart(data: bytes, *, name: str = "", published: str | None = None) -> Reading:
    """As :func:`panah.read.read_document`, within :data:`LONGEST_S` (and :data:`SENSE_S`) and :data:`MEMORY_BYTES`.

    Raises:
        Unreadable: As there; or the document is too long, or took too much time or memory.
        BadDate: ``published`` is no EDTF date.
    """
    head = json.dumps({"name": name, "published": published}).encode() + b"\n"
    command = [sys.executable, "-I", "-X", "utf8", "-m", __name__]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, and nothing of the document on the command line
            command,
            input=head + data,
            capture_output=True,
            check=False,
            timeout=PATIENCE_S + _sense_s(),
            env={},
        )
    except subprocess.TimeoutExpired:
        raise _too_much(name) from None
    if done.returncode != 0:
        raise _too_much(name)
    kind, _, answer = done.stdout.partition(b"\n")
    if kind == b"reading":
        return Reading.from_json(answer)
    told = json.loads(answer)
    known = getattr(errors, told["kind"], Unreadable)
    raise known(told["what"], where=told["where"], hint=told["hint"])


def _sense_s() -> int:
    """What one document may take more for the sense of its sentences."""
    return SENSE_S if similar.is_installed() else 0


def _too_much(name: str) -> Unreadable:
    return Unreadable(
        "the document takes too long or too much memory to read",
        where=name,
        hint="save its text alone, in parts, and send that",
    )


def main() -> None:
    """What the process does."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    longest_s = LONGEST_S + _sense_s()
    resource.setrlimit(resource.RLIMIT_CPU, (longest_s, longest_s))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    given = json.loads(sys.stdin.buffer.readline())
    try:
        reading = _read(sys.stdin.buffer.read(), given["name"], given["published"])
        out = b"reading\n" + reading.to_json().encode()
    except PanahError as error:
        told = {"kind": type(error).__name__, "what": error.what, "where": error.where, "hint": error.hint}
        out = b"error\n" + json.dumps(told).encode()
    sys.stdout.buffer.write(out)


def _read(data: bytes, name: str, published: str | None) -> Reading:
    from .document import read
    from .formats import open_document

    n_characters = len(open_document(data, name).text)
    if n_characters > LONGEST_TEXT:
        raise Unreadable(
            f"the text has {n_characters:,} characters, more than the {LONGEST_TEXT:,} read here at once",
            where=name,
            hint="send it in parts; on the command line panah read takes it whole",
        )
    return read(data, name=name, published=published)


if __name__ == "__main__":
    main()
