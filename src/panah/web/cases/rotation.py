"""Ending a member's access: a new key, everything sealed again, in one transaction.

Deleting a wrap alone would leave the old key good for every later copy of the database. What was read stays read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from django.apps import apps
from django.db import connection, transaction

from panah.errors import Refused
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member
from panah.web.base.one_writer import one_at_a_time

from . import holders, log, revisions
from .actions import followers_in_hand, require_member, wrap_for
from .models import Case, CaseKeyWrap, CaseLog, SealedRow
from .opening import OpenCase
from .sealing import SEALED_COLUMN, CaseWriter


def sealed_models() -> Iterator[type[SealedRow]]:
    """Every table whose rows are sealed under a case key, of all rooms above."""
    return (model for model in apps.get_models() if issubclass(model, SealedRow))


@transaction.atomic
def revoke(actor: Member, keys: MemberKeys, opened: OpenCase, member: Member) -> OpenCase:
    """Take a member out of a case and of those that follow it, and change their keys.

    Returns:
        The case opened under its new key; the old one opens nothing any more.

    Raises:
        NoGrant: The actor is not in the case.
        Refused: Nobody would be left who can open it; or it follows another case.
    """
    one_at_a_time()
    require_member(actor, opened.case)
    followers_in_hand(opened)
    if not _holders(opened.case).exclude(member=member).exists():
        raise Refused("the last member cannot leave a case", where="case", hint="grant it to somebody else first")
    for each in opened.followers:
        log.write(actor, each.case, CaseLog.Act.REVOKED, CaseLog.Reason.SHARING, subject=member)
        rotate(actor, keys, each, without=(member,))
    log.write(actor, opened.case, CaseLog.Act.REVOKED, CaseLog.Reason.SHARING, subject=member)
    return rotate(actor, keys, opened, without=(member,))


@transaction.atomic
def rotate(actor: Member, keys: MemberKeys, opened: OpenCase, *, without: Collection[Member] = ()) -> OpenCase:
    """Give a case a new key, for all its members or all but some. Cases that follow it have keys of their own.

    Raises:
        NoGrant: The actor is not in the case.
        NotOpened, Altered: A row does not open, or is an older value; nothing is changed then.
        Refused: The case got a new key since it was opened.
    """
    one_at_a_time()
    require_member(actor, opened.case)
    case = Case.objects.select_for_update().get(pk=opened.case.pk)
    if case.key_version != opened.key.version:
        raise Refused("the case got a new key meanwhile", where="case", hint="load the page again")
    remaining = [wrap.member for wrap in _holders(case).select_related("member") if wrap.member not in without]
    case.key_version += 1
    renewed = OpenCase(case=case, key=opened.key.next(), member=opened.member, newest=opened.newest)
    log.write(actor, case, CaseLog.Act.ROTATED, CaseLog.Reason.ROTATION)
    revisions.note(case, revisions.row_name(case), case.key_version, actor)
    for model in sealed_models():
        _reseal(model, opened, renewed)
    case.save(update_fields=["key_version"])
    CaseKeyWrap.objects.filter(case=case).delete()
    for member in remaining:
        wrap_for(actor, keys, renewed, member)
    holders.renew_all(renewed)
    return renewed


def _holders(case: Case) -> object:
    return CaseKeyWrap.objects.filter(case=case, version=case.key_version, member__is_active=True)


def _reseal(model: type[SealedRow], old: OpenCase, new: CaseWriter) -> None:
    """By hand, since twenty thousand rows take Django's ``bulk_update`` seconds, and nobody writes meanwhile."""
    table = model._meta.db_table
    rows = list(model.objects.filter(case=old.case).order_by().values_list("pk", SEALED_COLUMN))
    sealed = old.resealed(new.key, model, rows)
    changes = [(each, new.key.version, row_id) for each, (row_id, _old) in zip(sealed, rows, strict=True)]
    statement = f"UPDATE {connection.ops.quote_name(table)} SET sealed = %s, key_version = %s WHERE id = %s"  # noqa: S608 - a table of ours
    if changes:
        with connection.cursor() as cursor:
            cursor.executemany(statement, changes)
