"""A small bundle about invented things, for tests that look into it and tests that spoil it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyrage
from vault_cast import ALICE, NOON

from panah.bundle import Item, create
from panah.model.base import new_id
from panah.model.bundle import Manifest
from panah.model.claim import Claim, Source
from panah.model.evidence import EvidenceItem, Grade, Locator
from panah.model.incident import Incident, Response
from panah.model.place import Place
from panah.vault import custody
from panah.vault.commitment import new_commitment_salt
from panah.vault.signer import Signer

CANARY = "canary Renagul +44 7700 900123 called at night"
FILE_NAME = "../../Renagul 900123.EML"
signer = Signer.generate("panah.example")
identity = pyrage.x25519.Identity.generate()
RECIPIENT, IDENTITY = str(identity.to_public()), str(identity)


@dataclass
class Evidence:
    """Items with a custody log that knows them."""

    items: list[Item]
    lines: list[bytes]


def item_of(content: bytes, *, file_name: str = FILE_NAME, grade: Grade = Grade.D) -> Item:
    """An item whose bytes are in memory."""
    evidence = EvidenceItem(
        id=new_id(),
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        grade=grade,
        received_at=datetime(2026, 5, 1, 12, 34, tzinfo=UTC),
        file_name=file_name,
    )
    return Item(evidence, new_commitment_salt(), lambda: [content[:100], content[100:]])


def evidence_of(*contents: bytes) -> Evidence:
    """Items that were received, hashed and sealed."""
    items = [item_of(content) for content in contents]
    lines: list[bytes] = []
    for item in items:
        for act in ("received", "hashed", "sealed"):
            previous = lines[-1] if lines else None
            lines.append(custody.entry_line(previous, actor=ALICE, act=act, item=item.commitment, at=NOON))
    return Evidence(items, lines)


def register_of(item: Item) -> dict[str, Any]:
    """One incident, alleged by a witness and denied by an embassy, each pointing into the item."""
    witness = Source(id=new_id(), name="A witness (invented)", kind="person")
    embassy = Source(id=new_id(), name="An embassy (invented)", kind="embassy")
    incident = Incident(id=new_id(), tactic="physical_intimidation", date="2019-07", host_place=Place(country="BE"))
    locator = Locator(evidence_id=item.evidence.id, unit="byte", start=0, end=6)
    alleged = Claim(
        id=new_id(), source_id=witness.id, text=CANARY, stance="asserts", locator=locator, incident_id=incident.id
    )
    denied = Claim(
        id=new_id(),
        source_id=embassy.id,
        text="There was no such call.",
        stance="denies",
        locator=locator,
        incident_id=incident.id,
        answers=alleged.id,
    )
    response = Response(id=new_id(), kind="denial", source_id=embassy.id, incident_ids=(incident.id,))
    return {
        "sources": (witness, embassy),
        "claims": (alleged, denied),
        "incidents": (incident,),
        "responses": (response,),
    }


def small_bundle(target: Path, **changes: Any) -> Manifest:
    """Two items with claims; ``changes`` go to :func:`panah.bundle.create`."""
    evidence = evidence_of(CANARY.encode(), b"")
    arguments: dict[str, Any] = {
        "recipients": [RECIPIENT],
        "signer": signer,
        "custody_lines": evidence.lines,
        "pdf": False,  # Typst takes longer than all the rest; tests/bundle/test_index.py has it
        **register_of(evidence.items[0]),
    }
    return create(target, evidence.items, **(arguments | changes))
