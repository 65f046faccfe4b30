"""Timestamps in a bundle: an authority's word that the log, and this very bundle, existed at a time.

::

    checkpoint.1.tsr      a reply over the file checkpoint: the log, and with it each item, existed then
    manifest.json.1.tsr   a reply over manifest.json, which pins the sealed contents: this bundle existed then
    ….chain.pem           intermediate and root certificates, as kept when the reply came
    ….crl.pem             revocation lists, as kept when the reply came

They are made before SHA256SUMS is, so that it lists them and its signature covers them; a stamp over SHA256SUMS itself
would have to stand outside both (decision 141).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding

from panah.errors import Altered, NotConfigured, TimestampInvalid
from panah.model.bundle import StampFound
from panah.vault.timestamps import KeptStamp, check_reply
from panah.vault.timestamps.reply import LARGEST_PEM_BYTES, LARGEST_REPLY_BYTES, read_certificates

from .outer import Outer, read_all

STAMPED: Final = ("checkpoint", "manifest.json")
_REPLY: Final = re.compile(r"(.+)\.([1-9][0-9]?)\.tsr")
_BESIDE: Final = re.compile(r"(.+\.[1-9][0-9]?)\.(?:chain|crl)\.pem")


def stamp_files(target: str, text: bytes, stamps: Sequence[KeptStamp]) -> dict[str, bytes]:
    """The files that go in for one stamped file, each reply checked first.

    Raises:
        TimestampInvalid: A reply is over other bytes.
    """
    files: dict[str, bytes] = {}
    for number, kept in enumerate(stamps, start=1):
        kept.check(text, where=f"{target}, {kept.authority}")
        base = f"{target}.{number}"
        files |= {f"{base}.tsr": kept.reply, f"{base}.chain.pem": kept.chain_pem}
        if kept.lists_pem:
            files[f"{base}.crl.pem"] = kept.lists_pem
    return files


def check_stamps(outer: Outer, names: Iterable[str], roots_pem: bytes | None) -> tuple[StampFound, ...]:
    """Check every reply in a bundle at its own time.

    Args:
        outer: The clear files.
        names: Those that SHA256SUMS lists.
        roots_pem: Roots of authorities that you trust. Without them the sender's are taken, and whose they are is open.

    Raises:
        TimestampInvalid: A reply does not fit, or none of the roots given vouches for it.
        Altered: A reply without its file or its certificates.
    """
    listed = set(names)
    replies = {found[0].removesuffix(".tsr"): found[1] for name in listed if (found := _REPLY.fullmatch(name))}
    for name in sorted(listed):
        beside = _BESIDE.fullmatch(name)
        if beside and beside[1] not in replies:
            raise Altered("certificates without their timestamp", where=f"{outer.where}, {name}")
    return tuple(_check_one(outer, listed, base, target, roots_pem) for base, target in sorted(replies.items()))


def _check_one(outer: Outer, listed: set[str], base: str, target: str, roots_pem: bytes | None) -> StampFound:
    where = f"{outer.where}, {base}.tsr"
    if target not in STAMPED or not {target, f"{base}.chain.pem"} <= listed:
        raise Altered("a timestamp without its file or its certificates", where=where)
    chain = read_all(outer, f"{base}.chain.pem", at_most=LARGEST_PEM_BYTES)
    lists = read_all(outer, f"{base}.crl.pem", at_most=LARGEST_PEM_BYTES) if f"{base}.crl.pem" in listed else b""
    reply = read_all(outer, f"{base}.tsr", at_most=LARGEST_REPLY_BYTES)
    try:
        roots = chain if roots_pem is None else roots_pem + _without_roots(chain, where)
        stamp = check_reply(reply, read_all(outer, target), roots, lists_pem=lists, where=where).stamp
    except NotConfigured:
        raise TimestampInvalid("the certificates of this timestamp cannot be read", where=where) from None
    return StampFound(
        file=f"{base}.tsr",
        of=target,
        at=stamp.at,
        authority=stamp.authority,
        root=stamp.root,
        root_sha256=stamp.root_sha256,
        root_given=roots_pem is not None,
        ended=stamp.expires_at < datetime.now(UTC),
        revocation_known=stamp.revocation_known,
    )


def _without_roots(chain: bytes, where: str) -> bytes:
    """The sender's intermediates; his roots are not believed when the reader has named others."""
    between = [one for one in read_certificates(chain, where=where) if one.subject != one.issuer]
    return b"".join(one.public_bytes(Encoding.PEM) for one in between)
