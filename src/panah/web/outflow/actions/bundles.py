"""Sealed evidence bundles, for recipients who can open them without us."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from panah import bundle
from panah.bundle.redacting import Said, redact
from panah.model.bundle import Tombstone, Withheld
from panah.vault import custody as lines
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member
from panah.web.cases.opening import OpenCase
from panah.web.evidence import custody
from panah.web.evidence.details import details_of
from panah.web.evidence.models import EvidenceItem
from panah.web.evidence.places import original_chunks
from panah.web.evidence.queries import tombstones_of
from panah.web.evidence.records import StoredItem
from panah.web.evidence.stamped import newest_stamped
from panah.web.register.models import Incident

from ..asking import Asked, ask
from ..models import CopyMade, Outflow
from .exports import WHOLE, HowBundled, use_approval
from .registering import Original, log_exports, originals_of, register


def make_bundle(
    actor: Member,
    keys: MemberKeys,
    incidents: Iterable[Incident],
    *,
    recipients: Sequence[str],
    purpose: str,
    target: Path,
    how: HowBundled = WHOLE,
) -> Outflow:
    """Write a sealed evidence bundle of confirmed incidents: their originals, claims, denials and custody.

    Its readable parts carry a mark of this copy alone; the register keeps who got it.

    Args:
        actor: Who gives it out.
        keys: The actor's unlocked keys.
        incidents: Confirmed incidents of cases granted to the actor.
        recipients: ``age1…`` strings of one receiver; only they can open it.
        purpose: A value of ``panah.model.person.Purpose`` that says to whom it goes.
        target: The zip file.
        how: Redacted or whole, and for whom in words. Consent is asked for a redacted copy too: who knows the
            people recognises them without a name.

    Raises:
        NoGrant, Refused, NoConsent, DenialMissing: See :func:`panah.web.outflow.asking.ask`; nothing is written then.
        Refused: No second member approved exactly this bundle (:func:`.exports.ask_for_bundle`).
        NotConfigured: A recipient is none, or the target cannot be written.
    """
    asked = ask(actor, keys, incidents, purpose)
    evidence = originals_of(asked)
    approval = use_approval(actor, asked, recipients, purpose, how)
    checkpoint, stamps = newest_stamped(row.commitment for _stored, row, _opened in evidence)
    copy = CopyMade.for_receiver(how.receiver, is_redacted=how.redact)
    bundle.create(
        target,
        recipients=recipients,
        signer=custody.signer(),
        custody_lines=custody.all_lines(),
        origin=custody.ORIGIN,  # one log, one name: two bundles of it can be compared
        checkpoint=checkpoint,  # what authorities stamped, if they did: the log is shown as far as it reaches
        stamps=stamps,
        whole_log=False,  # other cases' lines are nobody's business; each shown line is proven to be in the signed log
        mark=copy.code,
        reading_note=copy.reading_note(),
        bagit=how.bagit,
        tombstones=_tombstones(actor, asked),
        **(_redacted(asked, evidence) if how.redact else _whole(asked, evidence)),
    )
    with target.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    opened = asked.opened.values()
    outflow = register(actor, Outflow.Kind.BUNDLE, purpose, sha256, recipients=recipients, cases=opened, copy=copy)
    log_exports(actor, outflow, evidence, approval)
    return outflow


def _tombstones(actor: Member, asked: Asked) -> list[Tombstone]:
    """What was deleted from these cases, oldest first: whoever receives the rest learns that it was there."""
    stones = [stone for opened in asked.opened.values() for stone in tombstones_of(actor, opened.case)]
    found = []
    for stone in sorted(stones, key=lambda each: each.entry_id):
        name = lines.read_line(stone.entry.line.encode()).item or ""
        found.append(Tombstone(name=name, line=stone.entry_id, what=stone.table.rpartition("_")[2]))
    return found


def _whole(asked: Asked, evidence: Sequence[Original]) -> dict[str, Any]:
    return {
        "items": [_item(*found) for found in evidence],
        "details": [detail for _stored, row, opened in evidence for detail in details_of(opened, row)],
        "sources": asked.sources,
        "claims": asked.claims,
        "incidents": asked.incidents,
        "responses": asked.responses,
    }


def _redacted(asked: Asked, evidence: Sequence[Original]) -> dict[str, Any]:
    said = Said(tuple(asked.sources), tuple(asked.claims), tuple(asked.incidents), tuple(asked.responses))
    made = redact(said, asked.everybody)
    withheld = [
        Withheld(evidence_id=row.pk, commitment=row.commitment, grade=stored.item.grade)
        for stored, row, _opened in evidence
    ]
    return {
        "items": [],
        "withheld": withheld,
        "sources": made.sources,
        "claims": made.claims,
        "incidents": made.incidents,
        "responses": made.responses,
    }


def _item(stored: StoredItem, row: EvidenceItem, opened: OpenCase) -> bundle.Item:
    """An original whose bytes are opened, and logged as viewed, when they are read."""
    return bundle.Item(stored.item, stored.salt, lambda: original_chunks(opened, row))
