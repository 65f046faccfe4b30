"""A bundle stamped by two authorities of the tests: the certificate of one has ended, the other's are out of order."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bundle_cast import CANARY, RECIPIENT, evidence_of, signer
from own_tsa import OwnTsa

from panah.bundle import create
from panah.vault import custody
from panah.vault.checkpoint import Checkpoint
from panah.vault.timestamps import Authority, KeptStamp, StampFolder

one, two = OwnTsa(life=timedelta(days=2)), OwnTsa(unsorted=True)  # one has ended long ago, one is out of order
AUTHORITIES = [
    Authority("one", "http://one.example.com", one.roots_pem),
    Authority("two", "http://two.example.com", two.roots_pem),
]
ROOTS = one.roots_pem + two.roots_pem


def stamps_over(folder: Path, text: bytes) -> list[KeptStamp]:
    """Both authorities' replies, through the folder that keeps them."""
    kept = StampFolder(folder, AUTHORITIES)
    kept.want(text)
    asked = [one]

    def ask(url: str, request: bytes | None) -> bytes:
        if request is not None:  # what is fetched next are the lists of the one just asked
            asked[0] = two if "two" in url else one
        return asked[0].ask(url, request)

    kept.work(ask)
    return kept.stamps_of(text)


def stamped_bundle(folder: Path) -> Path:
    """A bundle whose checkpoint was stamped before two further lines, and whose manifest was stamped when it was made."""
    evidence = evidence_of(CANARY.encode(), b"second")
    checkpoint = Checkpoint.of("panah/custody", evidence.lines)
    later = custody.entry_line(evidence.lines[-1], actor="system", act="silence")
    create(
        folder / "bundle.zip",
        evidence.items,
        recipients=[RECIPIENT],
        signer=signer,
        custody_lines=[*evidence.lines, later],
        checkpoint=checkpoint,
        stamps=stamps_over(folder / "kept", checkpoint.to_text()),
        stamp=lambda manifest: stamps_over(folder / "kept", manifest),
        whole_log=False,
        pdf=False,
    )
    return folder / "bundle.zip"
