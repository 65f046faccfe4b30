"""A folder of texts to be stamped and of replies as they were received.

::

    <sha256 of the text>.text               what is stamped, usually a checkpoint
    <sha256>.<authority>.tsr                the reply, byte for byte
    <sha256>.<authority>.chain.pem          intermediate and root certificates, at the time it came
    <sha256>.<authority>.crl.pem            revocation lists, at the time it came

Invariant: a reply is written only after it was checked, whole or not at all, and never overwritten. Without a network
the text waits; whoever calls :meth:`StampFolder.work` every hour loses nothing but time.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from panah.errors import PanahError
from panah.home import prepare, whole_or_nothing

from .asking import Ask, Authority
from .reply import Checked, Stamp, check_reply, request_for
from .revocation import list_addresses

YEARLY: Final = timedelta(days=365)
LARGEST_TEXT_BYTES: Final = 1 << 20
_TEXT: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class KeptStamp:
    """A reply with what was kept beside it."""

    authority: str
    reply: bytes
    chain_pem: bytes
    lists_pem: bytes

    @property
    def sha256(self) -> str:
        """Of the reply; the custody line ``timestamped`` names it, so that later checkpoints cover it."""
        return hashlib.sha256(self.reply).hexdigest()

    def check(self, text: bytes, *, where: str = "") -> Stamp:
        """Check it against the text and the root kept with it; raises TimestampInvalid."""
        return check_reply(self.reply, text, self.chain_pem, lists_pem=self.lists_pem, where=where).stamp


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of asking one authority for one text: a stamp, or why there is none yet."""

    text_sha256: str
    authority: str
    stamp: Stamp | None = None
    kept: KeptStamp | None = None
    problem: PanahError | None = None


class StampFolder:
    """Texts and replies below one folder, which is made when first needed."""

    def __init__(self, folder: Path, authorities: Sequence[Authority] = ()) -> None:
        self.folder, self.authorities = folder, tuple(authorities)

    def want(self, text: bytes) -> str:
        """Note that a text is to be stamped; its SHA-256. Twice is once.

        Raises:
            ValueError: It is too long to be a checkpoint.
            NotConfigured: The folder cannot be written.
        """
        if len(text) > LARGEST_TEXT_BYTES:
            raise ValueError("a text to stamp is short")
        name = hashlib.sha256(text).hexdigest()
        _write_once(prepare(self.folder) / f"{name}.text", text)
        return name

    def pending(self) -> list[tuple[str, Authority]]:
        """Texts and the authorities that have not stamped them yet, oldest text first."""
        return [
            (name, authority)
            for name in self.texts()
            for authority in self.authorities
            if not self._path(name, authority.name, "tsr").exists()
        ]

    def texts(self) -> list[str]:
        """Digests of all texts, oldest first."""
        found = [path for path in self.folder.glob("*.text") if _TEXT.fullmatch(path.stem)]
        return [path.stem for path in sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.stem))]

    def work(self, ask: Ask) -> list[Outcome]:
        """Ask for everything pending; what fails stays pending. Never raises for the network or a bad reply."""
        return [self._ask_one(ask, name, authority) for name, authority in self.pending()]

    def stamps_of(self, text: bytes) -> list[KeptStamp]:
        """The replies kept for a text, by authority."""
        name = hashlib.sha256(text).hexdigest()
        replies = sorted(self.folder.glob(f"{name}.*.tsr"))
        return [self._kept(name, path.name.split(".")[1]) for path in replies]

    def check(self) -> tuple[list[Stamp], list[PanahError]]:
        """Check every reply against its text at its own time: the sound ones, and what is wrong with the others."""
        sound: list[Stamp] = []
        problems: list[PanahError] = []
        for name in self.texts():
            text = (self.folder / f"{name}.text").read_bytes()
            for kept in self.stamps_of(text):
                try:
                    sound.append(kept.check(text, where=f"{name[:12]}….{kept.authority}.tsr"))
                except PanahError as problem:
                    problems.append(problem)
        return sound, problems

    def due(self, *, now: datetime | None = None) -> bool:
        """Whether the newest stamp is over a year old, or a certificate behind it ends within 90 days: stamp the newest
        checkpoint again then, which covers the older replies through their lines in the log."""
        sound, _ = self.check()
        if not sound:
            return False
        newest, moment = max(sound, key=lambda stamp: stamp.at), now or datetime.now(UTC)
        return moment - newest.at >= YEARLY or newest.expires_at - moment <= timedelta(days=90)

    def _ask_one(self, ask: Ask, name: str, authority: Authority) -> Outcome:
        text = (self.folder / f"{name}.text").read_bytes()
        try:
            request, nonce = request_for(text)
            reply = ask(authority.url, request)
            checked = check_reply(reply, text, authority.roots_pem, nonce=nonce, where=authority.name)
            lists = _lists(ask, checked.chain)
            again = check_reply(reply, text, authority.roots_pem, lists_pem=lists, nonce=nonce, where=authority.name)
            self._keep(name, authority.name, reply, again, lists)
        except PanahError as problem:
            return Outcome(name, authority.name, problem=problem)
        return Outcome(name, authority.name, again.stamp, self._kept(name, authority.name))

    def _keep(self, name: str, authority: str, reply: bytes, checked: Checked, lists: bytes) -> None:
        """The reply last: when it is there, all of it is."""
        _write_once(self._path(name, authority, "chain.pem"), checked.chain_pem())
        _write_once(self._path(name, authority, "crl.pem"), lists)
        _write_once(self._path(name, authority, "tsr"), reply)

    def _kept(self, name: str, authority: str) -> KeptStamp:
        read = [self._path(name, authority, kind).read_bytes() for kind in ("tsr", "chain.pem", "crl.pem")]
        return KeptStamp(authority, *read)

    def _path(self, name: str, authority: str, kind: str) -> Path:
        return self.folder / f"{name}.{authority}.{kind}"


def _lists(ask: Ask, chain: Sequence[x509.Certificate]) -> bytes:
    """The revocation lists of a chain as PEM; one that cannot be had is left out, and the stamp says "not known"."""
    found: list[bytes] = []
    for certificate in chain[:-1]:
        for address in list_addresses(certificate)[:2]:
            try:
                body = ask(address, None)
                one = x509.load_pem_x509_crl(body) if b"-----BEGIN" in body[:200] else x509.load_der_x509_crl(body)
            except (PanahError, ValueError):
                continue
            found.append(one.public_bytes(Encoding.PEM))
            break
    return b"".join(found)


def _write_once(path: Path, content: bytes) -> None:
    if path.exists():
        return
    with whole_or_nothing(path) as part:
        part.write_bytes(content)
