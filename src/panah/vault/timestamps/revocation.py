"""Whether the certificates behind a stamp were revoked when it was made, by the lists that were kept with it.

A list is believed when the issuer of the certificate signed it. What a revocation means for an older stamp is in
RFC 3161, section 4: after a lost key nothing holds, after an orderly end what was stamped before still does.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cryptography import x509

from panah.errors import TimestampInvalid

ORDERLY: Final = frozenset(
    {
        x509.ReasonFlags.unspecified,
        x509.ReasonFlags.affiliation_changed,
        x509.ReasonFlags.superseded,
        x509.ReasonFlags.cessation_of_operation,
    }
)
_BEGIN: Final = b"-----BEGIN X509 CRL-----"
_END: Final = b"-----END X509 CRL-----"


def read_lists(pem: bytes) -> list[x509.CertificateRevocationList]:
    """The revocation lists of a PEM file; what cannot be read is passed over, since a list can only take trust away."""
    found: list[x509.CertificateRevocationList] = []
    for block in pem.split(_BEGIN)[1:]:
        body, end, _ = block.partition(_END)
        if not end:
            continue
        try:
            found.append(x509.load_pem_x509_crl(_BEGIN + body + _END + b"\n"))
        except ValueError:
            continue
    return found


def check_not_revoked(chain: Sequence[x509.Certificate], lists_pem: bytes, at: datetime, *, where: str) -> bool:
    """Check every certificate below the root.

    Returns:
        Whether a list of each issuer was at hand; False means not known, not revoked.

    Raises:
        TimestampInvalid: One was revoked, and the stamp does not outlive that.
    """
    lists = read_lists(lists_pem)
    known = bool(chain[:-1])
    for below, above in itertools.pairwise(chain):
        theirs = [one for one in lists if one.issuer == above.subject and _signed_by(one, above)]
        known = known and bool(theirs)
        for one in theirs:
            entry = one.get_revoked_certificate_by_serial_number(below.serial_number)
            if entry is not None and not (_reason(entry) in ORDERLY and at < entry.revocation_date_utc):
                raise TimestampInvalid(
                    "the authority's certificate was revoked", where=where, hint="stamp again with another authority"
                )
    return known


def list_addresses(certificate: x509.Certificate) -> list[str]:
    """Where a certificate says its revocation list lies, over plain http or https."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    names = [name.value for point in points for name in point.full_name or () if isinstance(name.value, str)]
    return [name for name in names if name.startswith(("http://", "https://"))]


def _signed_by(one: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    try:
        return one.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]  # other kinds raise
    except Exception:
        return False


def _reason(entry: x509.RevokedCertificate) -> x509.ReasonFlags | None:
    try:
        return entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except (x509.ExtensionNotFound, ValueError):
        return None
