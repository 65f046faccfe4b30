"""age (age-encryption.org/v1) as streams: write plaintext in, read plaintext out, in constant memory.

pyrage pulls from a reader, an upload pushes chunks; a pipe and a thread join the two. The pipe holds plaintext in
kernel memory only: there is never a clear file.

This module knows no key of ours. Reading needs an identity, and ours come from :mod:`.unseal` alone.
"""

from __future__ import annotations

import contextlib
import io
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, BinaryIO, Final, Protocol

import pyrage

from panah.errors import Altered, NotConfigured, NotOpened

CHUNK_BYTES: Final = 1 << 20
PIPE_BUFFER_BYTES: Final = 1 << 16


class Sink(Protocol):
    """Anything bytes can be written to."""

    def write(self, data: bytes, /) -> object: ...


def parse_recipients(recipients: Iterable[str]) -> list[Any]:
    """Recipient strings (``age1…``) as pyrage objects.

    Raises:
        NotConfigured: There is none, or one is not a recipient.
    """
    parsed: list[Any] = []
    for number, text in enumerate(recipients, start=1):
        try:
            parsed.append(pyrage.x25519.Recipient.from_str(text.strip()))
        except pyrage.RecipientError:
            raise NotConfigured(
                f"recipient {number} is not an age recipient", hint="it begins with age1; age-keygen makes one"
            ) from None
    if not parsed:
        raise NotConfigured("there is no recipient", hint="name at least one age1… recipient")
    return parsed


def parse_identities(text: str, *, where: str = "") -> list[Any]:
    """Identities out of a key file as ``age-keygen`` writes it: comments, blank lines, ``AGE-SECRET-KEY-1…`` lines.

    Raises:
        NotOpened: There is no usable identity; the message never shows the line.
    """
    found: list[Any] = []
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        place = f"{where}, line {number}" if where else f"line {number}"
        try:
            found.append(pyrage.x25519.Identity.from_str(line))
        except pyrage.IdentityError:
            raise NotOpened("this is not an age identity", where=place, hint="give the file age-keygen wrote") from None
    if not found:
        raise NotOpened("no age identity in this file", where=where, hint="give the file age-keygen wrote")
    return found


class AgeWriter:
    """Encrypts to ``recipients`` what is written to it, and passes it on to ``out`` as it comes.

    Invariant: only :meth:`finish` ends the age file properly; everything else leaves it cut short, which no age
    implementation opens to its end.
    """

    def __init__(self, out: Sink, recipients: Sequence[str]) -> None:
        parsed = parse_recipients(recipients)
        read_end, self._write_end = os.pipe()
        self._ended = False
        self._given_up = False
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._encrypt, args=(read_end, out, parsed), daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> int:
        """Take plaintext; blocks while the output is slower.

        Raises:
            OSError: The output could not be written (a full disk, for instance).
        """
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._write_end, view) :]
        except BrokenPipeError:
            self._end(give_up=True)
            self._tell()
            raise
        return len(data)

    def finish(self) -> None:
        """End the age file properly; raises as :meth:`write` does."""
        self._end(give_up=False)
        self._tell()

    def abort(self) -> None:
        """Stop without ending the age file properly; never raises."""
        self._end(give_up=True)

    def _end(self, *, give_up: bool) -> None:
        if self._ended:
            return
        self._ended = True
        self._given_up = give_up
        os.close(self._write_end)
        self._thread.join()

    def _tell(self) -> None:
        if self._error is not None:
            raise self._error

    def _encrypt(self, read_end: int, out: Sink, recipients: list[Any]) -> None:
        with os.fdopen(read_end, "rb", buffering=PIPE_BUFFER_BYTES) as plaintext:
            _guarded(self, lambda read, write: pyrage.encrypt_io(read, write, recipients), plaintext, out)

    def _check_end(self) -> None:
        if self._given_up:
            raise BrokenPipeError("given up")


class _Ends:
    """The two objects pyrage calls; they keep the true error, of which pyrage tells only the words."""

    def __init__(self, source: BinaryIO, out: Sink, at_end: Callable[[], None]) -> None:
        self.source, self.out, self.at_end = source, out, at_end
        self.error: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            data = self.source.read(size)
            if not data:
                self.at_end()
        except BaseException as error:
            self.error = error
            raise
        return data

    def write(self, data: bytes) -> int:
        try:
            self.out.write(data)
        except BaseException as error:
            self.error = error
            raise
        return len(data)

    def flush(self) -> None:
        """Nothing: whoever opened the output flushes it."""


def _guarded(owner: AgeWriter, run: Callable[[_Ends, _Ends], None], source: BinaryIO, out: Sink) -> None:
    ends = _Ends(source, out, owner._check_end)
    try:
        run(ends, ends)
    except BaseException as error:  # a thread has nobody to raise to; write() and finish() raise it again
        owner._error = ends.error or error
        owner._error.__traceback__ = None


class _AgeReader(io.RawIOBase):
    """The read end of a decrypting thread; the end of the stream is believed only after age has checked it."""

    def __init__(self, source: BinaryIO, identities: list[Any], where: str) -> None:
        self._where = where
        self._read_end, write_end = os.pipe()
        self._ends: _Ends | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._decrypt, args=(source, write_end, identities), daemon=True)
        self._thread.start()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = os.readv(self._read_end, [buffer])
        if not count:
            self._thread.join()
            self._tell()
        return count

    def close(self) -> None:
        if not self.closed:
            os.close(self._read_end)  # the thread, if it still writes, gets a broken pipe and ends
            self._thread.join()
        super().close()

    def _decrypt(self, source: BinaryIO, write_end: int, identities: list[Any]) -> None:
        with os.fdopen(write_end, "wb", buffering=0) as pipe:
            ends = _Ends(source, _Whole(pipe), lambda: None)
            try:
                pyrage.decrypt_io(ends, ends, identities)
            except BaseException as error:  # told by readinto() in the reader's thread
                self._error = ends.error or error

    def _tell(self) -> None:
        if self._error is None:
            return
        if isinstance(self._error, pyrage.DecryptError) and "matching" in str(self._error):
            raise NotOpened("no key of ours opens it", where=self._where)
        raise Altered("the encrypted bytes were changed or cut short", where=self._where) from None


class _Whole:
    """Writes all of the bytes to a raw pipe, however few it takes at a time."""

    def __init__(self, pipe: Any) -> None:
        self.pipe = pipe

    def write(self, data: bytes) -> int:
        view = memoryview(data)
        while view:
            view = view[self.pipe.write(view) :]
        return len(data)


@contextlib.contextmanager
def age_reader(source: BinaryIO, identities: list[Any], *, where: str = "") -> Iterator[BinaryIO]:
    """Plaintext of an age stream, as a file to read from.

    Raises:
        NotOpened: None of the identities opens it.
        Altered: The bytes were changed or cut short; told when that place is reached, at the latest at the end.
    """
    raw = _AgeReader(source, identities, where)
    with io.BufferedReader(raw, PIPE_BUFFER_BYTES) as plaintext:
        yield plaintext
