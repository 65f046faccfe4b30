"""One number across cases: shown as a link where the member may read both, and as "ask" where not.

Numbers have too few digits for a plain or installation-keyed digest: whoever has the data folder could try them all.
The key of the marks lies in a case of its own, sealed to every member who works on cases, so that a mark can be
tried by nobody without a member's password (decision 134).
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from panah.errors import NoGrant
from panah.model.base import Record
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member
from panah.web.cases.actions import CONTENT_ROLES, create_case, grant, require_member
from panah.web.cases.models import Case, CaseKeyWrap, CaseLog
from panah.web.cases.opening import OpenCase, open_case
from panah.web.cases.queries import cases_of

from .models import NumberKey, NumberMark, NumberQuestion


class MarkKey(Record):
    """The sealed key of the marks."""

    key: str

    def __repr__(self) -> str:
        return "MarkKey()"


@dataclass(frozen=True, slots=True)
class Known:
    """Where else a number is known."""

    mark: str
    cases: tuple[Case, ...]
    """Other cases that the member may read."""
    is_elsewhere: bool
    """Whether a case that the member may not read has it too."""


def mark_numbers(actor: Member, keys: MemberKeys, opened: OpenCase, numbers: Iterable[str]) -> int:
    """Note which numbers occur in a case; returns how many. Only complete numbers are compared."""
    found = sorted({number for number in numbers if number.startswith("+")})
    key = _key(actor, keys, make=True) if found else None
    if key is None:
        return 0
    NumberMark.objects.bulk_create(
        [NumberMark(mark=_mark(key, number), case=opened.case) for number in found], ignore_conflicts=True
    )
    return len(found)


def known(member: Member, keys: MemberKeys, case: Case, numbers: Iterable[str]) -> dict[str, Known]:
    """For each number of a case: the other cases that share it.

    Raises:
        NoGrant: The member is not in the case.
    """
    require_member(member, case)
    key = _key(member, keys, make=False)
    if key is None:
        return {}
    marks = {_mark(key, number): number for number in set(numbers) if number.startswith("+")}
    mine = {each.pk: each for each in cases_of(member)}
    shared: dict[str, set[str]] = {}
    # that a case which two people sealed knows a number is told to nobody outside it
    there = NumberMark.objects.filter(mark__in=marks).exclude(case=case)
    there = there.filter(Q(case__is_sealed=False) | Q(case__in=mine))
    for mark, case_id in there.values_list("mark", "case"):
        shared.setdefault(mark, set()).add(case_id)
    return {
        marks[mark]: Known(mark, tuple(mine[each] for each in sorted(ids) if each in mine), bool(ids - set(mine)))
        for mark, ids in shared.items()
    }


@transaction.atomic
def ask(member: Member, case: Case, mark: str) -> None:
    """Ask those who hold the other case. They see who asks and in which case, not the number's owner.

    Raises:
        NoGrant: The member is not in the case, or it does not have that number.
    """
    require_member(member, case)
    if not NumberMark.objects.filter(mark=mark, case=case).exists():
        raise NoGrant("this case does not have that number", where="number", hint="load the page again")
    NumberQuestion.objects.get_or_create(mark=mark, asked_in=case, defaults={"member": member})


def questions_of(member: Member) -> list[tuple[NumberQuestion, list[Case]]]:
    """What others ask about numbers in the member's cases, with the cases of the member that know them."""
    mine = {each.pk: each for each in cases_of(member)}
    asked = []
    for question in NumberQuestion.objects.exclude(asked_in__in=mine).select_related("member"):
        known_in = NumberMark.objects.filter(mark=question.mark, case__in=mine).values_list("case", flat=True)
        if known_in:
            asked.append((question, [mine[each] for each in known_in]))
    return asked


@transaction.atomic
def answered(member: Member, question_id: str) -> None:
    """The question was dealt with, between the members themselves."""
    for question, _cases in questions_of(member):
        if question.pk == question_id:
            question.delete()


def _mark(key: bytes, number: str) -> str:
    return hmac.new(key, f"panah/number/v1|{number}".encode(), "sha256").hexdigest()


def _key(member: Member, keys: MemberKeys, *, make: bool) -> bytes | None:
    """The key of the marks, for a member who holds it; made at the first use, and given to who has come since."""
    row = NumberKey.objects.select_related("case").first()
    workers = [each for each in Member.objects.filter(is_active=True) if each.has_role(*CONTENT_ROLES)]
    if row is None:
        if not make:
            return None
        writer = create_case(member, keys, Case.Kind.LIST, members=workers)
        row = NumberKey()
        kept = MarkKey(key=secrets.token_hex(32))
        writer.seal(row, kept)
        row.save(force_insert=True)
        return bytes.fromhex(kept.key)
    held = set(CaseKeyWrap.objects.filter(case=row.case, version=row.case.key_version).values_list("member", flat=True))
    if member.pk not in held:
        return None
    opened = _open(member, keys, row.case)
    for each in workers if make else ():
        if each.pk not in held:
            grant(member, keys, opened, each)
    return bytes.fromhex(opened.record(MarkKey, row).key)


def _open(member: Member, keys: MemberKeys, case: Case) -> OpenCase:
    return open_case(member, keys, case, CaseLog.Reason.LINKAGE)
