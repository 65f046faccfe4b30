"""Originals leave only when two members agree: who asks for a bundle or one original, and how the second one's yes is used.

Consent and answers are asked before the second member is: nobody is bothered with what may not leave anyway.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from django.db import transaction

from panah.vault.age_stream import parse_recipients
from panah.vault.blobs import SUFFIX
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member
from panah.web.cases import dual_control
from panah.web.cases.models import DualRequest
from panah.web.cases.opening import OpenCase
from panah.web.evidence import custody
from panah.web.evidence.models import EvidenceItem
from panah.web.evidence.places import original_chunks
from panah.web.evidence.queries import is_in_reading_room
from panah.web.evidence.records import evidence_folder
from panah.web.register.models import Incident

from ..asking import Asked, ask
from ..reporters import check_original


@dataclass(frozen=True, slots=True)
class HowBundled:
    """How a bundle is made, and for whom in words."""

    receiver: str = ""
    redact: bool = False
    """Without names, numbers, days, exact places and originals (:mod:`panah.bundle.redacting`)."""
    bagit: bool = False
    """Laid out as a BagIt bag inside."""


WHOLE: Final = HowBundled()


def bundle_details(
    incidents: Iterable[Incident], recipients: Sequence[str], purpose: str, how: HowBundled = WHOLE
) -> dict[str, Any]:
    """What the approval of a bundle depends on: other incidents, receivers, purposes or a fuller copy need another one."""
    chosen = {name: value for name, value in asdict(how).items() if value}
    return {
        "incidents": sorted(row.pk for row in incidents),
        "recipients": sorted(recipients),
        "purpose": str(purpose),
        **chosen,
    }


def how_approved(details: Mapping[str, Any]) -> HowBundled:
    """How a bundle is made that was asked for with these details."""
    return HowBundled(**{each.name: details[each.name] for each in fields(HowBundled) if each.name in details})


def ask_for_bundle(
    actor: Member,
    keys: MemberKeys,
    incidents: Iterable[Incident],
    *,
    recipients: Sequence[str],
    purpose: str,
    how: HowBundled = WHOLE,
) -> DualRequest:
    """Ask a second member to agree that the originals of these incidents go to these recipients.

    Raises:
        NotConfigured: A recipient is none.
        NoGrant, Refused, NoConsent, DenialMissing: See :func:`panah.web.outflow.asking.ask`.
    """
    rows = list(incidents)
    asked = ask(actor, keys, rows, purpose)
    parse_recipients(recipients)
    cases = [opened.case for opened in asked.opened.values()]
    details = bundle_details(rows, recipients, purpose, how)
    return dual_control.ask(actor, keys, DualRequest.Act.EXPORT, cases=cases, details=details)


@transaction.atomic
def use_approval(
    actor: Member, asked: Asked, recipients: Sequence[str], purpose: str, how: HowBundled = WHOLE
) -> DualRequest:
    """The second member's yes to exactly this bundle, used up.

    Raises:
        Refused: There is none.
    """
    cases = [opened.case for opened in asked.opened.values()]
    details = bundle_details([view.row for view in asked.views], recipients, purpose, how)
    return dual_control.use(actor, DualRequest.Act.EXPORT, cases=cases, details=details)


def is_approved(
    actor: Member, incidents: Iterable[Incident], *, recipients: Sequence[str], purpose: str, how: HowBundled
) -> bool:
    """Whether a second member agreed to exactly this bundle, and it was not made yet. Making it checks it again."""
    return any(row.approved for row in _asked_for(actor, incidents, recipients, purpose, how))


def is_waiting(
    actor: Member, incidents: Iterable[Incident], *, recipients: Sequence[str], purpose: str, how: HowBundled
) -> bool:
    """Whether exactly this bundle was asked for and nobody answered yet."""
    return any(row.answered_by_id is None for row in _asked_for(actor, incidents, recipients, purpose, how))


def _asked_for(
    actor: Member, incidents: Iterable[Incident], recipients: Sequence[str], purpose: str, how: HowBundled
) -> list[DualRequest]:
    details = bundle_details(incidents, recipients, purpose, how)
    found = dual_control.asked_by(actor).filter(act=DualRequest.Act.EXPORT)
    return [row for row in found if dual_control.is_alive(row) and json.loads(row.details) == details]


def ask_for_original(actor: Member, keys: MemberKeys, item: EvidenceItem) -> DualRequest:
    """Ask a second member to agree that the bytes of one original are downloaded.

    Raises:
        NoGrant: The item's case was not granted to the actor.
    """
    return dual_control.ask(
        actor, keys, DualRequest.Act.EXPORT, cases=[item.case], details={"originals": [item.pk], "purpose": "download"}
    )


def export_original(actor: Member, opened: OpenCase, item: EvidenceItem) -> bytes:
    """The bytes of one original, whole and checked; both members stand in its custody.

    Of an original in the reading room: the sealed file, which is opened on the computer that has the key.

    Raises:
        NoConsent: Who sent it shows it to nobody; see :mod:`panah.web.outflow.reporters`.
        Refused: No second member approved it.
        Altered: The stored bytes are not those that were sealed.
    """
    opened.require_here(item)
    check_original(opened, item)
    with transaction.atomic():
        approval = dual_control.use(
            actor,
            DualRequest.Act.EXPORT,
            cases=[item.case],
            details={"originals": [item.pk], "purpose": "download"},
        )
        told = {"approved_by": approval.answered_by_id, "request": approval.pk}
        custody.record(actor, opened, "exported", item.commitment, told)
    if is_in_reading_room(opened, item):
        return (evidence_folder() / f"{item.blob_name}{SUFFIX}").read_bytes()
    return b"".join(original_chunks(opened, item))
