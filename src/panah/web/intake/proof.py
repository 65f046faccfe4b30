"""A dated proof that something was handed in, which says nothing of what it was.

Format 1, four lines and a signature line (Ed25519 by the key that signs checkpoints)::

    panah/received/v1
    <32 random hexadecimal digits>
    <the hour, UTC, ISO 8601>

    — panah/custody <base64 of key id and signature>

The digits name the report to those who hold its case; to everybody else they are random.
"""

from __future__ import annotations

import base64
import re
from datetime import datetime
from typing import Final

from panah.errors import NotVerified
from panah.vault.signer import SIGNATURE_BYTES
from panah.web.evidence import custody

HEAD: Final = "panah/received/v1"
_FORM: Final = re.compile(r"panah/received/v1\n([0-9a-f]{32})\n([0-9T:+-]{25})\n\n— (\S+) ([A-Za-z0-9+/=]+)\n?")


def make_proof(report_id: str, hour: datetime) -> str:
    """The proof for a report that was just kept."""
    signer = custody.signer()
    body = f"{HEAD}\n{report_id}\n{hour.isoformat(timespec='seconds')}\n"
    signed = base64.b64encode(signer.verifier.key_id + signer.sign(body.encode())).decode()
    return f"{body}\n— {signer.name} {signed}\n"


def check_proof(text: str) -> tuple[str, datetime]:
    """The report's id and the hour that a proof of ours names.

    Raises:
        NotVerified: We did not sign that.
    """
    found = _FORM.fullmatch(text.replace("\r\n", "\n").strip() + "\n")
    if found is None:
        raise NotVerified("this is not a proof of receipt", where="proof", hint="copy it whole, all five lines")
    verifier = custody.signer().verifier
    packed = base64.b64decode(found[4])
    if found[3] != verifier.name or len(packed) != 4 + SIGNATURE_BYTES or packed[:4] != verifier.key_id:
        raise NotVerified("another installation signed this proof", where="proof")
    verifier.verify(f"{HEAD}\n{found[1]}\n{found[2]}\n".encode(), packed[4:], where="proof")
    return found[1], datetime.fromisoformat(found[2])
