"""Reaching somebody who wrote without a code, by e-mail for instance: a code is made for them, to be told another way.

No answer goes out by e-mail: it would be read by both providers, and the address of whoever is answered would stand in
our mailbox. With a code they read answers, write again, agree to purposes and ask for erasure as everybody does.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from panah.errors import Refused
from panah.vault.keys import MemberKeys
from panah.vault.receipt import Receipt
from panah.web.accounts.models import Member
from panah.web.base.one_writer import one_at_a_time
from panah.web.cases.actions import create_case, require_member
from panah.web.cases.models import Case, CaseLog
from panah.web.cases.opening import OpenCase
from panah.web.cases.queries import holders_of

from . import threads
from .models import Report, Thread, now
from .receipts import Code
from .records import Said


def cases_of_reports() -> QuerySet[Case]:
    """Cases that were made for one report and hold nothing else: nobody was signed in, or a thread lies there."""
    by_nobody = CaseLog.objects.filter(act=CaseLog.Act.CREATED, member=None).values("case")
    with_thread = Thread.objects.values("case")
    return Case.objects.filter(pk__in=by_nobody) | Case.objects.filter(pk__in=with_thread)


def lies_alone(report: Report) -> bool:
    """Whether a report still lies in the case that was made for it."""
    return cases_of_reports().filter(pk=report.case_id).exists()


def give_code(actor: Member, keys: MemberKeys, opened: OpenCase, report: Report) -> Receipt:
    """Make a code, and a thread in which nothing is allowed yet, for somebody who reported without one.

    Args:
        actor: Who tells it to the person, by a way that is not the e-mail.
        keys: The actor's keys.
        opened: The report's case.
        report: A report of that case.

    Raises:
        NoGrant: The actor is not in the case.
        Refused: There is a code already, or the report is in another case.
    """
    require_member(actor, opened.case)  # asked before the code costs anything, and again below
    code = Code.make()
    with transaction.atomic():
        _start(actor, keys, opened, report, code)
    return code.receipt


def _start(actor: Member, keys: MemberKeys, opened: OpenCase, report: Report, code: Code) -> None:
    one_at_a_time()  # nobody enters or leaves the case while the thread beside it is made
    require_member(actor, opened.case)
    if report.case_id != opened.case.pk:
        raise Refused("the report lies in another case", where="report", hint="load the page again")
    if Thread.objects.filter(report=report).exists():
        raise Refused("there is a code already", where="report", hint="who lost it tells it anew")
    # in a working case there is more than this person told: their code opens a case of its own, which follows it
    writer = opened if lies_alone(report) else _beside(actor, keys, opened)
    thread = threads.start_thread(report, writer, code)
    threads.say(actor, writer, thread, Said(at=now(), incoming=True, kind="consents", consents=()))


def _beside(actor: Member, keys: MemberKeys, opened: OpenCase) -> OpenCase:
    team = [each.member for each in holders_of(actor, opened.case) if each.member.is_active]
    made = create_case(actor, keys, Case.Kind.CASE, members=team)
    Case.objects.filter(pk=made.case.pk).update(follows=opened.case)
    return OpenCase(case=Case.objects.get(pk=made.case.pk), key=made.key, member=actor)
