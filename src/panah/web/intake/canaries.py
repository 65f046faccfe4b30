"""Canary records: invented reports that nobody has a reason to open. Whoever opens one, two members learn of it.

A canary comes in by the public door's own way, so that its rows, grants and log are those of any report. Which ones
they are stands in a list sealed under the installation's key and nowhere else. Who opened one is read out of the case's
log, where the opening stood before anything was shown; nothing more happens at the opening, so that neither the time it
takes nor a row it leaves behind tells a canary from another report.
"""

from __future__ import annotations

import contextlib
import logging
import random
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import Final

from django.db import connection, transaction
from pydantic import Field

from panah.demo.community import rows_of
from panah.errors import Refused
from panah.model.base import Id, Record
from panah.web.accounts.models import Member
from panah.web.cases.actions import CONTENT_ROLES
from panah.web.cases.models import Case, CaseLog

from . import flows
from .models import Canary, Report
from .receipts import Code
from .records import Draft, Told
from .threads import hand_in

LOOK_EVERY_S: Final = 20.0
_log = logging.getLogger(__name__)
_random = random.SystemRandom()


class Planted(Record):
    """What the sealed list says of one canary."""

    case_id: Id
    guardians: tuple[Id, Id]
    after: int
    """The newest entry of the case's log when it was planted."""
    seen: Mapping[Id, int] = Field(default_factory=dict)
    """Guardian -> the newest opening that they have answered."""
    rung: int = 0
    """The newest opening that the job has told of."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Somebody opened a canary."""

    canary: Canary
    case_id: str
    member: Member | None
    reason: str
    hour: datetime
    number: int


def suggestion() -> Told:
    """An invented report to start from; whoever plants it puts it into the words of the community."""
    names = [row["name"] for row in rows_of("given_names.csv")]
    name, relative = _random.sample(names, 2)
    words = (resources.files(__package__) / "data" / "canaries.txt").read_text(encoding="utf-8").splitlines()
    what = _random.choice(words).format(name=name, relative=relative)
    # a range that regulators keep for fiction: nobody is called, and the number stands nowhere else by chance
    return Told(tactics=("proxy_family_call",), what=what, number=f"+44 7700 900{_random.randrange(1000):03d}")


def plant(actor: Member, second: Member, told: Told, *, language: str) -> Canary:
    """Take an invented report in, as if it came through the public door; both members are told who opens it.

    Raises:
        Refused: The two are one person, one of them works on no cases, or nobody here takes in reports.
    """
    if actor.is_same_person(second) or not all(
        each.is_active and each.has_role(*CONTENT_ROLES) for each in (actor, second)
    ):
        raise Refused("two members who work on cases are told", where="canary", hint="choose another member")
    if not told.what.strip():
        raise Refused("an empty report is recognised at once", where="canary", hint="write what was told")
    token, code = flows.new_token(), Code.make()
    with transaction.atomic():
        flows.write(token, Draft(language=language, told=told))
        draft = hand_in(token, code)
        flows.end(token)
        if draft is None or draft.sent is None:
            raise Refused("the report was not taken in", where="canary")
        case = Report.objects.get(pk=draft.sent.report_id).case
        newest = CaseLog.objects.filter(case=case).order_by("-pk").values_list("pk", flat=True)[0]
        planted = Planted(case_id=case.pk, guardians=(actor.pk, second.pk), after=newest)
        return Canary.objects.create(planted=planted.to_json())


def is_canary(case: Case) -> bool:
    """Whether a case was invented; nothing of it is ever confirmed, so that nothing of it is counted or leaves."""
    return any(planted.case_id == case.pk for _row, planted in _all())


def openings_for(member: Member) -> list[Opening]:
    """Who opened a canary that this member guards, as long as the member has not answered it; newest first."""
    if not member.is_active:
        return []
    found = [
        each
        for row, planted in _all()
        if member.pk in planted.guardians
        for each in _openings(row, planted, planted.seen.get(member.pk, 0))
    ]
    return sorted(found, key=lambda each: -each.number)


def canaries_of(member: Member) -> list[tuple[Canary, str]]:
    """The canaries that this member guards, with their cases."""
    return [(row, planted.case_id) for row, planted in _all() if member.pk in planted.guardians]


@transaction.atomic
def answer(member: Member, canary_id: str) -> None:
    """Say that the member has dealt with every opening so far; the other guardian answers for themselves.

    Raises:
        Refused: The member guards no such canary.
    """
    for row, planted in _all(lock=True):
        if row.pk == canary_id and member.pk in planted.guardians:
            newest = max((each.number for each in _openings(row, planted, 0)), default=planted.after)
            _keep(row, planted.model_copy(update={"seen": {**planted.seen, member.pk: newest}}))
            return
    raise Refused("there is no such record", where="canary")


def n_unanswered() -> int:
    """Openings that not both guardians have answered: a count, for the health page."""
    return sum(
        len(_openings(row, planted, min(planted.seen.get(each, 0) for each in planted.guardians)))
        for row, planted in _all()
    )


@transaction.atomic
def ring() -> int:
    """The job: say on the server's log that somebody opened a canary, once for each opening; how many were new.

    The log is read by whoever runs the server, who may not know which record it is: only the number is told.
    """
    n_new = 0
    for row, planted in _all(lock=True):
        new = _openings(row, planted, planted.rung)
        if new:
            n_new += len(new)
            _keep(row, planted.model_copy(update={"rung": max(each.number for each in new)}))
    if n_new:
        _log.critical("%d openings of canary records: their two guardians see on the inbox page who it was", n_new)
    return n_new


@contextlib.contextmanager
def watched() -> Iterator[None]:
    """Run the job while the block runs, in a thread of its own: a chore may wait behind long work for more than a minute."""
    stop = threading.Event()
    thread = threading.Thread(target=_watch, args=(stop,), name="canaries", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(LOOK_EVERY_S)


def _watch(stop: threading.Event) -> None:
    while not stop.wait(LOOK_EVERY_S):
        try:
            ring()
        except Exception:  # the next look may go better; the traceback has places only
            _log.exception("the canary records were not looked at")
        finally:
            connection.close()


def _all(*, lock: bool = False) -> list[tuple[Canary, Planted]]:
    rows = Canary.objects.select_for_update() if lock else Canary.objects
    return [(row, Planted.from_json(row.planted)) for row in rows.order_by("pk")]


def _openings(row: Canary, planted: Planted, beyond: int) -> list[Opening]:
    """Openings after one; a new key for the case is made without anybody reading it."""
    found = CaseLog.objects.filter(
        case_id=planted.case_id, act=CaseLog.Act.OPENED, pk__gt=max(planted.after, beyond)
    ).exclude(reason=CaseLog.Reason.ROTATION)
    return [
        Opening(row, planted.case_id, each.member, each.get_reason_display(), each.hour, each.pk)
        for each in found.select_related("member")
    ]


def _keep(row: Canary, planted: Planted) -> None:
    row.planted = planted.to_json()
    row.save(update_fields=["planted"])
