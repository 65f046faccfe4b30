"""age (age-encryption.org/v1) as streams: write plaintext in, read plaintext out, in constant memory.

pyrage pulls from a reader, an upload pushes chunks; a thread and a few chunks in memory join the two. There is never
a clear file.

This module knows no key of ours. Reading needs an identity, and ours come from :mod:`.unseal` alone.
"""

from __future__ import annotations

import contextlib
import io
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, BinaryIO, Final, Protocol

import pyrage

from panah.errors import Altered, NotConfigured, NotOpened

CHUNK_BYTES: Final = 1 << 20
WAITING_BYTES: Final = 8 << 20
"""How much may wait between two threads: enough that neither waits for the interpreter lock, little to hold."""
READ_BUFFER_BYTES: Final = 1 << 16


class Sink(Protocol):
    """Anything bytes can be written to."""

    def write(self, data: bytes, /) -> object: ...


class Digest(Protocol):
    """A running hash."""

    def update(self, data: bytes, /) -> None: ...


class Source(Protocol):
    """Anything bytes can be read from."""

    def read(self, size: int, /) -> bytes: ...


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

    Args:
        out: Where the ciphertext goes, from another thread.
        recipients: ``age1…`` strings.
        digest: Fed with the plaintext on its way; complete after :meth:`finish`.

    Invariant: only :meth:`finish` ends the age file properly; everything else leaves it cut short, which no age
    implementation opens to its end.
    """

    def __init__(self, out: Sink, recipients: Sequence[str], *, digest: Digest | None = None) -> None:
        parsed = parse_recipients(recipients)
        self._between, self._digest = _Between(), digest
        self._ended = False
        self._given_up = False
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._encrypt, args=(out, parsed), daemon=True)
        self._thread.start()

    def write(self, data: bytes, *, hashed: bool = True) -> int:
        """Take plaintext, and hash it unless it is padding; blocks while the output is slower.

        Raises:
            OSError: The output could not be written (a full disk, for instance).
        """
        chunk = bytes(data)
        try:
            self._between.put(chunk)
        except BrokenPipeError:
            self._end(give_up=True)
            self._tell()
            raise
        if hashed and self._digest is not None:
            self._digest.update(chunk)  # without the interpreter lock, while the other thread encrypts
        return len(chunk)

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
        self._between.end()
        self._thread.join()

    def _tell(self) -> None:
        if self._error is not None:
            raise self._error

    def _encrypt(self, out: Sink, recipients: list[Any]) -> None:
        ends = _Ends(self._between, out, self._check_end)
        try:
            pyrage.encrypt_io(ends, ends, recipients)
        except BaseException as error:  # a thread has nobody to raise to; write() and finish() raise it again
            self._error = ends.error or error
        finally:
            self._between.abandon()

    def _check_end(self) -> None:
        if self._given_up:
            raise BrokenPipeError("given up")


class _Between:
    """Chunks on their way from one thread to another, at most :data:`WAITING_BYTES` of them and one more."""

    def __init__(self) -> None:
        self._chunks: deque[bytes] = deque()
        self._current = io.BytesIO()
        self._waiting_bytes = 0
        self._ended = self._abandoned = False
        self._changed = threading.Condition()

    def put(self, chunk: bytes) -> None:
        """Hand over; blocks while too much waits. Raises BrokenPipeError when nobody reads any more."""
        with self._changed:
            while self._waiting_bytes >= WAITING_BYTES and not self._abandoned:
                self._changed.wait()
            if self._abandoned:
                raise BrokenPipeError("nobody reads any more")
            if chunk:
                self._chunks.append(chunk)
                self._waiting_bytes += len(chunk)
                self._changed.notify_all()

    def end(self) -> None:
        """Nothing more will come."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def abandon(self) -> None:
        """Nothing more will be read."""
        with self._changed:
            self._abandoned = True
            self._chunks.clear()
            self._changed.notify_all()

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes; none at the end. For one reading thread only; age asks for 8 KiB at a time."""
        return self._current.read(size) or self._next(size)

    def _next(self, size: int) -> bytes:
        with self._changed:
            while not self._chunks and not self._ended:
                self._changed.wait()
            if not self._chunks:
                return b""
            chunk = self._chunks.popleft()
            self._waiting_bytes -= len(chunk)
            self._changed.notify_all()
        self._current = io.BytesIO(chunk)
        return self._current.read(size)


class _Ends:
    """The two objects pyrage calls; they keep the true error, of which pyrage tells only the words."""

    def __init__(self, source: Source, out: Sink, at_end: Callable[[], None]) -> None:
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


class _AgeReader(io.RawIOBase):
    """The read end of a decrypting thread; the end of the stream is believed only after age has checked it."""

    def __init__(self, source: BinaryIO, identities: list[Any], where: str) -> None:
        self._where = where
        self._between = _Between()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._decrypt, args=(source, identities), daemon=True)
        self._thread.start()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self._between.read(len(buffer))
        if not chunk:
            self._thread.join()
            self._tell()
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        if not self.closed:
            self._between.abandon()  # the thread, if it still decrypts, finds nobody to give to and ends
            self._thread.join()
        super().close()

    def _decrypt(self, source: BinaryIO, identities: list[Any]) -> None:
        ends = _Ends(source, _Into(self._between), lambda: None)
        try:
            pyrage.decrypt_io(ends, ends, identities)
        except BaseException as error:  # told by readinto() in the reader's thread
            self._error = ends.error or error
        finally:
            self._between.end()

    def _tell(self) -> None:
        if self._error is None:
            return
        if isinstance(self._error, pyrage.DecryptError) and "matching" in str(self._error):
            raise NotOpened("no key of ours opens it", where=self._where)
        raise Altered("the encrypted bytes were changed or cut short", where=self._where) from None


class _Into:
    """The writing end of what lies between."""

    def __init__(self, between: _Between) -> None:
        self.between = between

    def write(self, data: bytes) -> None:
        self.between.put(bytes(data))


@contextlib.contextmanager
def age_reader(source: BinaryIO, identities: list[Any], *, where: str = "") -> Iterator[BinaryIO]:
    """Plaintext of an age stream, as a file to read from.

    Raises:
        NotOpened: None of the identities opens it.
        Altered: The bytes were changed or cut short; told when that place is reached, at the latest at the end.
    """
    raw = _AgeReader(source, identities, where)
    with io.BufferedReader(raw, READ_BUFFER_BYTES) as plaintext:
        yield plaintext
