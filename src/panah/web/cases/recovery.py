"""When a password is lost: shares held by people the member chose, or on paper; and, failing these, new keys without content.

Invariant: no share is shown, and no share is taken, before one member asked for the recovery and a second one agreed.
An administrator holds no share unless the member chose them, and a reset opens nothing that the old keys opened.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from panah.errors import NotOpened, Refused
from panah.vault.keys import MemberKeys
from panah.web.accounts import actions as accounts
from panah.web.accounts.models import Member, RecoveryShare, Role
from panah.web.accounts.passwords import NewPassword

from . import dual_control, log
from .models import CaseKeyWrap, CaseLog, DualRequest
from .opening import open_share

RESET = {"reset": True}


def ask(actor: Member, keys: MemberKeys, subject: Member) -> DualRequest:
    """Ask that a member's shares may be used: whoever holds one of them asks.

    Raises:
        Refused: The actor holds no share of this member.
    """
    if not RecoveryShare.objects.filter(member=subject, holder=actor).exists():
        raise Refused("you hold no share of this member", where="recovery", hint="ask somebody who does")
    return dual_control.ask(actor, keys, DualRequest.Act.RECOVERY, subject=subject)


def reveal(holder: Member, keys: MemberKeys, subject: Member) -> str:
    """The words of the share that this holder keeps, to be read to the member by voice, never to anybody else.

    Raises:
        Refused: The holder has no share, or no second member agreed to a recovery.
    """
    share = RecoveryShare.objects.filter(member=subject, holder=holder).first()
    if share is None:
        raise Refused("you hold no share of this member", where="recovery", hint="ask somebody who does")
    if dual_control.approved_recovery_of(subject) is None:
        raise Refused("a second member must approve first", where="approval", hint="ask for it")
    return open_share(holder, keys, share)


def recover(email: str, typed: Sequence[str], new_password: str) -> None:
    """A member's keys under a new password. Every reason why it fails is told alike, but for a bad password or word.

    Raises:
        BadRow, BadIdentifier: The new password is weak, or a typed word is none of the list.
        NotOpened: No such member, no agreed recovery, or other shares.
    """
    accounts.check_new_password(new_password)
    failed = NotOpened("these shares open nothing", hint="check them, and that two members agreed to the recovery")
    member = Member.objects.by_email(email)
    if member is None or not _may_recover(member):
        raise failed
    shared = bytes(member.recovery)
    try:
        keys = accounts.recovered_keys(member, typed)
    except NotOpened as error:
        raise failed from error
    prepared = accounts.prepare_password(member, new_password)
    with transaction.atomic():  # asked again: an approval serves once, and keys or shares may be others by now
        member = Member.objects.select_for_update().get(pk=member.pk)
        approval = dual_control.approved_recovery_of(member)
        if not _may_recover(member) or bytes(member.recovery) != shared:
            raise failed
        accounts.set_password(member, keys, prepared)
        if approval is not None:
            dual_control.spend(approval)


def _may_recover(member: Member) -> bool:
    """Whether shares are taken: there are some, and a second member agreed if there is one."""
    if member.recovery is None or not member.is_active:
        return False
    approved = dual_control.approved_recovery_of(member) is not None
    return approved or not dual_control.somebody_else_could_answer(member, member)


def reset(actor: Member, member: Member, password: str) -> None:
    """New keys and a first password for a member who has no shares left; what was granted to the old keys is gone.

    Raises:
        Refused: The actor is no administrator, resets themselves, or no second member agreed.
        BadRow: The password is too short or too common.
    """
    if not actor.has_role(Role.ADMINISTRATOR) or actor.is_same_person(member):
        raise Refused("only another administrator may do this", where="recovery")
    prepared = accounts.prepare_password(member, password)
    with transaction.atomic():
        _reset(actor, member, prepared)


def _reset(actor: Member, member: Member, prepared: NewPassword) -> None:
    if dual_control.somebody_else_could_answer(actor, member):
        dual_control.use(actor, DualRequest.Act.RECOVERY, subject=member, details=RESET)
    for wrap in CaseKeyWrap.objects.filter(member=member).select_related("case"):
        if wrap.version == wrap.case.key_version:
            log.write(actor, wrap.case, CaseLog.Act.REVOKED, CaseLog.Reason.SHARING, subject=member)
        wrap.delete()
    accounts.replace_keys(member, prepared)


def is_set_up(member: Member) -> bool:
    """Whether the member's keys can be recovered at all."""
    return member.recovery is not None


def held_by(holder: Member) -> list[Member]:
    """Whose shares this member holds."""
    if not holder.is_active:
        return []
    found = RecoveryShare.objects.filter(holder=holder, member__is_active=True).select_related("member")
    return [each.member for each in found]
