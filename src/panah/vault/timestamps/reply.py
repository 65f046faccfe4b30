"""A timestamp request, and the check of the reply: whose it is, over which bytes, and whether it held when it was made.

Certificates end after a few years and the proof must not: a reply is checked at the time it states, which is what
``openssl ts -verify -attime`` does. Trust comes from roots that the caller names, never from the reply itself.

rfc3161-client reads strict DER only, and real authorities send their certificates unsorted (DigiCert, OpenSSL). That
set is outside the signature: it is sorted in a copy, and the reply is kept as it came.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import rfc3161_client
from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from panah.errors import NotConfigured, TimestampInvalid

from .revocation import check_not_revoked

LARGEST_REPLY_BYTES: Final = 1 << 18
LARGEST_PEM_BYTES: Final = 8 << 20


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a sound reply says."""

    at: datetime
    """When the authority signed, UTC."""
    authority: str
    """Its certificate's subject."""
    root: str
    """Subject of the root that vouches for it."""
    root_sha256: str
    """SHA-256 of that root's certificate: compare it, if the root came from the sender."""
    expires_at: datetime
    """When the authority's certificate ends; afterwards only a check at ``at`` succeeds."""
    revocation_known: bool
    """Whether revocation lists of every certificate below the root were at hand, and named none of them."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A stamp with the certificates that led to its root: the authority's first, the root last."""

    stamp: Stamp
    chain: tuple[x509.Certificate, ...]

    def chain_pem(self) -> bytes:
        """All but the authority's own, for ``openssl ts -CAfile``."""
        return b"".join(certificate.public_bytes(Encoding.PEM) for certificate in self.chain[1:])


def request_for(data: bytes) -> tuple[bytes, int]:
    """A request for a stamp over the SHA-256 of ``data``, and the nonce its reply must carry; certificates asked for."""
    builder = rfc3161_client.TimestampRequestBuilder().hash_algorithm(rfc3161_client.HashAlgorithm.SHA256)
    built = builder.data(data).cert_request(cert_request=True).nonce(nonce=True).build()
    assert built.nonce is not None, "the builder sets one"
    return built.as_bytes(), built.nonce


def check_reply(
    reply: bytes, data: bytes, roots_pem: bytes, *, lists_pem: bytes = b"", nonce: int | None = None, where: str = ""
) -> Checked:
    """Check that an authority below one of these roots signed the time of exactly these bytes.

    Args:
        reply: As received.
        data: What was stamped.
        roots_pem: Trusted roots, and intermediate certificates that the reply may lack.
        lists_pem: Revocation lists (CRLs) as kept with the reply.
        nonce: The request's, when the reply has just come.
        where: The reply's name, for the message.

    Raises:
        TimestampInvalid: It is no grant, over other bytes, under no trusted root, revoked, or cannot be read.
        NotConfigured: The roots are no certificates.
    """
    anchors = read_certificates(roots_pem, where=f"{where}, roots" if where else "roots")
    signed, leaf, enclosed = _parsed(reply, where)
    sealed = signed["encap_content_info"]["content"].parsed
    chain = _chain(leaf, enclosed, anchors, where)
    _check_signature(reply, data, chain, nonce, where)
    at = sealed["gen_time"].native.astimezone(UTC)
    known = check_not_revoked(chain, lists_pem, at, where=where)
    root = chain[-1]
    stamp = Stamp(
        at=at,
        authority=leaf.subject.rfc4514_string(),
        root=root.subject.rfc4514_string(),
        root_sha256=hashlib.sha256(root.public_bytes(Encoding.DER)).hexdigest(),
        expires_at=leaf.not_valid_after_utc,
        revocation_known=known,
    )
    return Checked(stamp, chain)


def read_certificates(pem: bytes, *, where: str) -> list[x509.Certificate]:
    """The certificates of a PEM file.

    Raises:
        NotConfigured: There is none, or one cannot be read.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a system's store holds certificates older than the rules for them
        try:
            found = x509.load_pem_x509_certificates(pem[:LARGEST_PEM_BYTES])
        except ValueError:
            found = []
    if not found:
        raise NotConfigured("no certificate in PEM form", where=where, hint="give the root of the timestamp authority")
    return found


def sorted_certificates(reply: bytes) -> bytes:
    """The same reply with its certificate set in DER order; no signed byte is touched."""
    parsed = tsp.TimeStampResp.load(reply, strict=True)
    held = [one.dump() for one in parsed["time_stamp_token"]["content"]["certificates"]]
    # moved as bytes: writing the parsed structure anew was seen to spell certificates otherwise than they were signed
    return reply.replace(b"".join(held), b"".join(sorted(held)), 1)


def _parsed(reply: bytes, where: str) -> tuple[Any, x509.Certificate, list[x509.Certificate]]:
    """The signed data, the authority's certificate, and all certificates in the reply."""
    unreadable = TimestampInvalid("this is no granted timestamp reply", where=where, hint="ask the authority again")
    if len(reply) > LARGEST_REPLY_BYTES:
        raise unreadable
    try:
        parsed = tsp.TimeStampResp.load(reply, strict=True)
        if parsed["status"]["status"].native not in {"granted", "granted_with_mods"}:
            raise unreadable
        signed = parsed["time_stamp_token"]["content"]
        (signer,) = signed["signer_infos"]
        enclosed = [_read_through(x509.load_der_x509_certificate(one.dump())) for one in signed["certificates"]]
        issuer, serial = signer["sid"].chosen["issuer"].dump(), signer["sid"].chosen["serial_number"].native
        leaf = next(one for one in enclosed if (one.issuer.public_bytes(), one.serial_number) == (issuer, serial))
        signed["encap_content_info"]["content"].parsed["gen_time"].native.astimezone(UTC)
    except TimestampInvalid:
        raise
    except Exception:  # asn1crypto raises whatever a hostile structure makes it raise
        raise unreadable from None
    return signed, leaf, enclosed


def _read_through(certificate: x509.Certificate) -> x509.Certificate:
    """Read now what is otherwise read when it is used, and raises then."""
    for read in (certificate.subject, certificate.issuer, certificate.not_valid_after_utc, certificate.extensions):
        str(read)
    certificate.public_key()
    return certificate


def _chain(
    leaf: x509.Certificate, enclosed: Iterable[x509.Certificate], anchors: Iterable[x509.Certificate], where: str
) -> tuple[x509.Certificate, ...]:
    """From the authority to a trusted root; that each signed the one before is checked, times and uses by the client."""
    given = list(anchors)
    roots = [one for one in given if one.subject == one.issuer]
    between = [one for one in (*enclosed, *given) if one.subject != one.issuer]
    chain = [leaf]
    while len(chain) <= len(between) + 1:
        top = chain[-1]
        if top in roots:
            break
        above = next((one for one in (*roots, *between) if one not in chain and _signed_by(top, one)), None)
        if above is None:
            break
        chain.append(above)
    if leaf.subject == leaf.issuer or chain[-1] not in roots:
        raise TimestampInvalid(
            "no root that you trust vouches for this authority", where=where, hint="name its root certificate"
        )
    return tuple(chain)


def _signed_by(below: x509.Certificate, above: x509.Certificate) -> bool:
    if below.issuer != above.subject:
        return False
    try:
        below.verify_directly_issued_by(above)
    except Exception:  # another key, or a kind of key that is not known
        return False
    return True


def _check_signature(
    reply: bytes, data: bytes, chain: tuple[x509.Certificate, ...], nonce: int | None, where: str
) -> None:
    failed = TimestampInvalid("the timestamp does not fit these bytes", where=where, hint="ask the sender for it again")
    builder = rfc3161_client.VerifierBuilder(roots=[chain[-1]], intermediates=list(chain[1:-1]), nonce=nonce)
    try:
        decoded = rfc3161_client.decode_timestamp_response(sorted_certificates(reply))
        builder.build().verify_message(decoded, data)
    except Exception:  # the client raises its own, ValueError, and what its parser raises
        raise failed from None
