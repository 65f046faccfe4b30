"""Reading an export in a process of its own, with a limit on its time, its memory and its answer: for a server.

An export may be made so that some reader never ends or takes all memory. The process gets the bytes as an open file that
lies in memory, counts or chooses in one pass, and answers over a pipe; attachments go through that pipe piece by piece.
It inherits no setting and no other file of the caller, and it can write no file at all: nothing clear reaches a disk.
The caller gets one clear error, and goes on, when the process uses up what it may.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import IO, Any, BinaryIO, Final

from pydantic import TypeAdapter

from panah import errors
from panah.errors import PanahError, Refused, Unreadable
from panah.model.phone import Attachment, TimeZone

from .minimise import Overview, Selection, look, read_chosen

LEAST_S: Final = 10
"""Processor time for any export; of this, one or two seconds are the start."""
BYTES_A_SECOND: Final = 2 << 20
"""One second more for so many bytes; the slowest of our parsers reads three times as many."""
LONGEST_S: Final = 180
MEMORY_BYTES: Final = 768 << 20
"""Parsers stream, but an attachment of up to 256 MiB is held, and joined, before it is handed over."""
ANSWER_BYTES: Final = 64 << 20
"""Of counts, names and chosen events together."""
ATTACHED_BYTES: Final = 1 << 30
"""Of all attachments together."""
CHUNK_BYTES: Final = 1 << 20

KeepStream = Callable[[Attachment, BinaryIO], None]


@dataclass(frozen=True, slots=True)
class Look:
    """What an export holds, in counts, and how many of its events a selection would keep."""

    overview: Overview
    n_chosen: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What was chosen: events as ``panah phone --json`` prints them, and of how many."""

    format: str
    grade: str
    time_zone: TimeZone
    events: tuple[dict[str, Any], ...]
    n_all: int


_SELECTION: Final = TypeAdapter(Selection)
_LOOK: Final = TypeAdapter(Look)
_ZONE: Final = TypeAdapter(TimeZone)
_ATTACHMENT: Final = TypeAdapter(Attachment)


def look_apart(descriptor: int, selection: Selection | None, **options: Any) -> Look:
    """As :func:`panah.phone.overview`, with what a selection would keep, within the limits above.

    Args:
        descriptor: An open file, in memory, that holds the export.
        selection: What would be kept; None for nothing.
        options: As in :func:`panah.phone.read_export`.

    Raises:
        Unreadable: As there; or it took too much time or memory, or holds too much.
        UnknownFormat, NotOpened, NotConfigured: As there.
    """
    with _answers(descriptor, {"act": "look"}, selection, options) as answers:
        return _LOOK.validate_python(_last(answers, None))


def take_apart(
    descriptor: int,
    selection: Selection,
    *,
    at_most: int,
    keep_attachment: KeepStream | None = None,
    **options: Any,
) -> Taken:
    """As :func:`panah.phone.read_chosen`, within the limits above.

    Args:
        descriptor: As in :func:`look_apart`.
        selection: What is kept.
        at_most: Refuse more events than this.
        keep_attachment: Called with each attachment of a chosen event, and a stream of its bytes to be read at once.
        options: As in :func:`panah.phone.read_export`.

    Raises:
        Refused: More events than ``at_most``.
        Unreadable, UnknownFormat, NotOpened, NotConfigured: As in :func:`look_apart`.
    """
    given = {"act": "take", "at_most": at_most, "attachments": keep_attachment is not None}
    events: list[dict[str, Any]] = []
    with _answers(descriptor, given, selection, options) as answers:
        end = _last(answers, keep_attachment, events)
    return Taken(end["format"], end["grade"], _ZONE.validate_python(end["time_zone"]), tuple(events), end["n_all"])


# --- the caller's side ---------------------------------------------------------------------------------------------
def processor_s(size_bytes: int) -> int:
    """How long an export of this size may be worked at."""
    return min(LEAST_S + size_bytes // BYTES_A_SECOND, LONGEST_S)


def patience_s(longest_s: int) -> float:
    """Time on the clock: a busy machine takes longer for the same work, and a process that sleeps uses no time at all."""
    return 2 * longest_s + 30


@contextlib.contextmanager
def _answers(
    descriptor: int, given: dict[str, Any], selection: Selection | None, options: dict[str, Any]
) -> Iterator[IO[bytes]]:
    longest_s = processor_s(os.fstat(descriptor).st_size)
    chosen = _SELECTION.dump_python(selection, mode="json") if selection else None
    limits = {"longest_s": longest_s, "memory_bytes": MEMORY_BYTES}
    said = given | limits | {"descriptor": descriptor, "selection": chosen, "options": options}
    command = [sys.executable, "-I", "-X", "utf8", "-m", __name__]
    with subprocess.Popen(  # noqa: S603 - our own module, and nothing of the export or its password on the command line
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=(descriptor,),
        env={},
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        patience = threading.Timer(patience_s(longest_s), child.kill)
        patience.start()
        try:
            with contextlib.suppress(BrokenPipeError):
                child.stdin.write(json.dumps(said).encode())
                child.stdin.close()
            yield child.stdout
        finally:
            patience.cancel()
            child.kill()


def _last(
    answers: IO[bytes], keep_attachment: KeepStream | None, events: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """Take events and attachments as they come; returns what stands at the end."""
    left, attached_left = ANSWER_BYTES, ATTACHED_BYTES
    while line := answers.readline(left + 1):
        left -= len(line)
        if left < 0:
            raise _too_much()
        if not line.endswith(b"\n"):
            break  # it was ended in the middle
        kind, value = json.loads(line)
        if kind == "end":
            return dict(value)
        if kind == "error":
            known = getattr(errors, value["kind"], Unreadable)
            raise known(value["what"], where="export", hint=value["hint"])
        if kind == "event" and events is not None:
            events.append(value)
        elif kind == "attachment" and keep_attachment is not None:
            size = int(value.pop("n"))
            attached_left -= size
            if attached_left < 0:
                raise _too_much()
            _hand_over(answers, size, _ATTACHMENT.validate_python(value), keep_attachment)
    raise _too_much()


def _hand_over(answers: IO[bytes], size: int, attachment: Attachment, keep: KeepStream) -> None:
    piece = _Piece(answers, size)
    keep(attachment, io.BufferedReader(piece, CHUNK_BYTES))
    if piece.left:
        raise _too_much()  # the process ended within it


class _Piece(io.RawIOBase):
    """So many bytes of a stream, and no more."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        super().__init__()
        self.stream, self.left = stream, size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        got = self.stream.read(min(len(buffer), self.left))
        buffer[: len(got)] = got
        self.left -= len(got)
        return len(got)


def too_many(at_most: int) -> Refused:
    """More was chosen than is kept at once."""
    return Refused(f"more than {at_most:,} entries", where="export", hint="choose fewer people or a shorter period")


def _too_much() -> Unreadable:
    return Unreadable(
        "the export takes too long or too much memory to read, or holds too much",
        where="export",
        hint="export single chats or a shorter period, or read it with panah phone on a computer of your own",
    )


# --- the process ---------------------------------------------------------------------------------------------------
def main() -> None:
    """What the process does."""
    given = json.loads(sys.stdin.buffer.read())
    for limit, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CPU, given["longest_s"]),
        (resource.RLIMIT_DATA, given["memory_bytes"]),
    ):
        resource.setrlimit(limit, (most, most))
    # a library that prints must not mix with the answers
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        try:
            _say(out, "end", _done(given, out))
        except MemoryError:
            sys.exit(1)
        except PanahError as error:
            _say(out, "error", {"kind": type(error).__name__, "what": error.what, "hint": error.hint})
        except Exception as error:  # a parser's own fault; its words could quote the export
            what = f"the export cannot be read: {type(error).__name__}"
            _say(out, "error", {"kind": "Unreadable", "what": what, "hint": "tell us which app and version made it"})


def _done(given: dict[str, Any], out: IO[bytes]) -> dict[str, Any]:
    path = f"/proc/self/fd/{given['descriptor']}"
    selection = _SELECTION.validate_python(given["selection"]) if given["selection"] else None
    if given["act"] == "look":
        return dict(_LOOK.dump_python(Look(*look(path, selection, **given["options"])), mode="json"))
    assert selection is not None
    n_all = n_chosen = 0

    def count(event: Any, is_chosen: bool) -> None:
        nonlocal n_all, n_chosen
        n_all += event.kind != "system"
        n_chosen += is_chosen
        if n_chosen > given["at_most"]:
            raise too_many(given["at_most"])
        if is_chosen:
            _say(out, "event", event.as_dict())

    def hand_over(attachment: Attachment, data: bytes) -> None:
        _say(out, "attachment", asdict(attachment) | {"n": len(data)})
        view = memoryview(data)
        for start in range(0, len(view), CHUNK_BYTES):
            out.write(view[start : start + CHUNK_BYTES])

    keep = hand_over if given["attachments"] else None
    found = read_chosen(path, selection, keep_attachment=keep, each=count, **given["options"])
    return {"format": found.format, "grade": found.grade, "time_zone": asdict(found.time_zone), "n_all": n_all}


def _say(out: IO[bytes], kind: str, value: dict[str, Any]) -> None:
    out.write(json.dumps([kind, value]).encode() + b"\n")


if __name__ == "__main__":
    main()
