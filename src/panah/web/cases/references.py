"""A suspected person is a role with a sealed reference, and two members of the case open it together.

Not a rule in a page alone: the content is sealed under a secret of which each member holds one share. Approving hands
the answering member's share to the asking one, sealed; without it the asking member's own keys open nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, QuerySet

from panah.errors import NotOpened, Refused
from panah.model.base import new_id
from panah.vault.keys import MemberKeys, MemberPublic
from panah.vault.references import MOST_HOLDERS, seal_reference
from panah.vault.shares import seal_share
from panah.web.accounts.models import Member

from . import dual_control
from .actions import require_member
from .models import Case, CaseKeyWrap, DualRequest, ReferenceShare, SealedReference
from .opening import OpenCase, open_reference, share_of_reference


@dataclass(frozen=True, slots=True)
class Standing:
    """One reference as it stands for one member."""

    row: SealedReference
    holds_share: bool
    request: DualRequest | None
    """The member's own that still counts: a yes before one that waits, and that before a no."""

    @property
    def state(self) -> str:
        """``no_share``, ``sealed``, ``waiting``, ``declined`` or ``approved``."""
        if not self.holds_share:
            return "no_share"
        if self.request is None:
            return "sealed"
        return {None: "waiting", False: "declined", True: "approved"}[self.request.approved]


@transaction.atomic
def keep(actor: Member, opened: OpenCase, role: str, content: str) -> SealedReference:
    """Seal a reference for the case's members of today; whoever writes it cannot open it alone again either.

    Raises:
        NoGrant: The actor is not in the case.
        Refused: There are not two members of the case who could open it together.
    """
    require_member(actor, opened.case)
    row = SealedReference(id=new_id(), role=SealedReference.Role(role))
    _seal(opened, row, content.encode())
    return row


def references_of(member: Member, case: Case) -> QuerySet[SealedReference]:
    """The references of a granted case: their roles and weeks.

    Raises:
        NoGrant: The case was not granted to the member.
    """
    require_member(member, case)
    return SealedReference.objects.filter(case=case)


def standing_of(member: Member, case: Case) -> list[Standing]:
    """The references of a granted case, and what this member can do with each now.

    Raises:
        NoGrant: The case was not granted to the member.
    """
    rows = references_of(member, case)
    held = set(ReferenceShare.objects.filter(member=member, reference__in=rows).values_list("reference", flat=True))
    asked: dict[str, DualRequest] = {}
    found = dual_control.asked_by(member).filter(act=DualRequest.Act.REFERENCE, cases=case, used_hour=None)
    for request in sorted(found, key=lambda each: (True, None, False).index(each.approved)):
        if dual_control.is_alive(request):
            asked.setdefault(json.loads(request.details).get("reference", ""), request)
    return [Standing(row, row.pk in held, asked.get(row.pk)) for row in rows]


def could_be_sealed(case: Case) -> bool:
    """Whether there are two members who could open a reference of this case together."""
    return len(_holders(case)) > 1


def ask(actor: Member, keys: MemberKeys, row: SealedReference) -> DualRequest:
    """Ask a second member to open a reference together.

    Raises:
        NoGrant: The actor is not in the case.
        Refused: The actor holds no share of it.
    """
    _share_of(actor, row)
    return dual_control.ask(actor, keys, DualRequest.Act.REFERENCE, cases=[row.case], details={"reference": row.pk})


@transaction.atomic
def agree(actor: Member, keys: MemberKeys, request: DualRequest, row: SealedReference) -> None:
    """Approve, and hand the own share over, sealed to who asked.

    Raises:
        NoGrant, Refused, NotVerified: See :func:`.dual_control.answer`; or the actor holds no share.
    """
    dual_control.answer(actor, keys, request, approve=True)
    share = share_of_reference(keys, bytes(_share_of(actor, row).sealed_share), row.pk)
    asker = request.asked_by
    public = MemberPublic(bytes(asker.box_public), bytes(asker.sign_public))
    DualRequest.objects.filter(pk=request.pk).update(handed_share=seal_share(share, public, row.pk))


def open_together(actor: Member, keys: MemberKeys, opened: OpenCase, row: SealedReference) -> str:
    """The content, once: then it is sealed anew, for those who are members now.

    Raises:
        Refused: No second member agreed.
        NotOpened: The shares do not open it.
    """
    opened.require_here(row)
    with transaction.atomic():
        approval = dual_control.use(
            actor, DualRequest.Act.REFERENCE, cases=[opened.case], details={"reference": row.pk}
        )
        if not approval.handed_share:
            raise NotOpened("the second member handed no share over", where="reference", hint="ask again")
        sealed = (bytes(_share_of(actor, row).sealed_share), bytes(approval.handed_share))
        content = open_reference(opened, row, [share_of_reference(keys, each, row.pk) for each in sealed])
        DualRequest.objects.filter(pk=approval.pk).update(handed_share=b"")
        _seal(opened, row, content)
    return content.decode()


def reference_of(member: Member, request: DualRequest) -> SealedReference | None:
    """The reference that a request is about, for a member of its case."""
    row = SealedReference.objects.filter(pk=json.loads(request.details).get("reference", "")).first()
    return row if row is not None and dual_control.may_answer(member, request) else None


def _holders(case: Case) -> list[Member]:
    wraps = CaseKeyWrap.objects.filter(case=case, version=F("case__key_version"), member__is_active=True)
    return [wrap.member for wrap in wraps.select_related("member").order_by("pk")[:MOST_HOLDERS]]


def _seal(opened: OpenCase, row: SealedReference, content: bytes) -> None:
    members = _holders(opened.case)
    if len(members) < 2:
        raise Refused("two members of the case are needed", where="reference", hint="let a second one in first")
    holders = {each.pk: MemberPublic(bytes(each.box_public), bytes(each.sign_public)) for each in members}
    sealed, shares = seal_reference(content, holders, row.pk)
    opened.seal(row, sealed)
    row.save()
    row.shares.all().delete()
    ReferenceShare.objects.bulk_create(
        ReferenceShare(reference=row, member_id=member_id, sealed_share=share) for member_id, share in shares.items()
    )


def _share_of(member: Member, row: SealedReference) -> ReferenceShare:
    share = ReferenceShare.objects.filter(reference=row, member=member).first()
    if share is None:
        raise Refused(
            "you hold no share of this reference",
            where="reference",
            hint="it was sealed before you came in; two others open it, and then you hold one",
        )
    return share
