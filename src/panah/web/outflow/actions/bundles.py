"""Sealed evidence bundles, for recipients who can open them without us."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from panah import bundle
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member
from panah.web.cases.opening import OpenCase
from panah.web.evidence import custody
from panah.web.evidence.models import EvidenceItem
from panah.web.evidence.places import original_chunks
from panah.web.evidence.records import StoredItem
from panah.web.register.models import Incident

from ..asking import ask
from ..models import Outflow
from .exports import use_approval
from .registering import log_exports, originals_of, register


def make_bundle(
    actor: Member,
    keys: MemberKeys,
    incidents: Iterable[Incident],
    *,
    recipients: Sequence[str],
    purpose: str,
    target: Path,
) -> Outflow:
    """Write a sealed evidence bundle of confirmed incidents: their originals, claims, denials and custody.

    Args:
        actor: Who gives it out.
        keys: The actor's unlocked keys.
        incidents: Confirmed incidents of cases granted to the actor.
        recipients: ``age1…`` strings; only they can open it.
        purpose: A value of ``panah.model.person.Purpose`` that says to whom it goes.
        target: The zip file.

    Raises:
        NoGrant, Refused, NoConsent, DenialMissing: See :func:`panah.web.outflow.asking.ask`; nothing is written then.
        Refused: No second member approved exactly this bundle (:func:`.exports.ask_for_bundle`).
        NotConfigured: A recipient is none, or the target cannot be written.
    """
    asked = ask(actor, keys, incidents, purpose)
    evidence = originals_of(asked)
    approval = use_approval(actor, asked, recipients, purpose)
    bundle.create(
        target,
        [_item(*found) for found in evidence],
        recipients=recipients,
        signer=custody.signer(),
        custody_lines=custody.all_lines(),
        whole_log=False,  # other cases' lines are nobody's business; each shown line is proven to be in the signed log
        sources=asked.sources,
        claims=asked.claims,
        incidents=asked.incidents,
        responses=asked.responses,
    )
    with target.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    outflow = register(actor, Outflow.Kind.BUNDLE, purpose, sha256, recipients=recipients, cases=asked.opened.values())
    log_exports(actor, outflow, evidence, approval)
    return outflow


def _item(stored: StoredItem, row: EvidenceItem, opened: OpenCase) -> bundle.Item:
    """An original whose bytes are opened, and logged as viewed, when they are read."""
    return bundle.Item(stored.item, stored.salt, lambda: original_chunks(opened, row))
