"""Keeping needs a yes: whether a report may go into a working case, and a member's note that its person agreed.

Invariant: a report goes into a working case only while its person allows keeping. Who did not tick it is asked in the thread;
who said it elsewhere is noted there with the day, the way and who asked, reads the note with the code, and takes it back with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, get_args

from django.db import transaction

from panah.errors import NoConsent, Refused
from panah.model.base import new_id
from panah.model.evidence import Entrance
from panah.model.person import Consent, Purpose
from panah.web.accounts.models import Member
from panah.web.base.one_writer import one_at_a_time
from panah.web.cases.actions import require_member
from panah.web.cases.opening import OpenCase

from . import threads
from .consent import consents_of
from .models import Message, Report, Thread, now
from .queries import entries_in
from .records import LONGEST_LINE, Said

OF_NOBODY: Final = frozenset({Entrance.DOCUMENT, Entrance.TABLE, Entrance.BUNDLE})
"""Entrances by which nobody tells what happened to them: an article, a table or a bundle has no reporter to ask."""
HOW: Final = tuple(each for each in get_args(Consent.model_fields["how"].annotation) if each)
"""The ways in which somebody was asked."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Whether a report may be kept, and what can be done about it."""

    state: str
    """``of_nobody`` (nobody is asked), ``agreed``, ``not_agreed``, ``not_asked`` (there is no code yet), ``erasure``."""

    @property
    def is_allowed(self) -> bool:
        """Whether it may go into a working case now."""
        return self.state in {"of_nobody", "agreed"}

    @property
    def can_be_noted(self) -> bool:
        """Whether a member may note that the person agreed: there is a thread in which they can take it back."""
        return self.state == "not_agreed"


def keeping_of(thread: Thread | None, entrance: str, entries: Sequence[Said]) -> Keeping:
    """Whether a report may be kept.

    Args:
        thread: The report's conversation.
        entrance: By which way it came in.
        entries: What was said in the thread.
    """
    if thread is None:
        return Keeping("of_nobody" if entrance in OF_NOBODY else "not_asked")
    if thread.wants_erasure:
        return Keeping("erasure")
    return Keeping("agreed" if Purpose.KEEP in consents_of(entries) else "not_agreed")


_WHY: Final = {
    "not_asked": ("the person was not asked whether it is kept", "make a code and tell it to them first"),
    "not_agreed": ("the person did not agree that it is kept", "ask them, or note when and how they agreed"),
    "erasure": ("the person asked to have everything erased", "erase it, or decline with the reason first"),
}


def check_may_keep(opened: OpenCase, report: Report, entrance: str) -> None:
    """Refuse to take a report into a working case without its person's yes; for use inside the transaction that moves it.

    Args:
        opened: The case made for the report, in which its thread lies.

    Raises:
        NoConsent: There is no yes.
    """
    thread = Thread.objects.select_for_update().filter(report=report).first()
    keeping = keeping_of(thread, entrance, entries_in(opened, thread) if thread else ())
    if not keeping.is_allowed:
        what, hint = _WHY[keeping.state]
        raise NoConsent(what, where="report", hint=hint)


@transaction.atomic
def note_agreement(
    actor: Member, opened: OpenCase, report: Report, *, asked_on: date, how: str, asked_by: str
) -> Message:
    """Note that the person agreed to keeping, in words that somebody here heard or in a letter.

    Args:
        actor: Who notes it; stands in the note.
        opened: The thread's own case.
        report: The report.
        asked_on: The day on which they agreed.
        how: One of :data:`HOW`.
        asked_by: Who asked them.

    Raises:
        NoGrant: The actor is not in the case.
        Refused: There is no code by which they could take it back, they agreed already, or the note says not enough.
        NoConsent: They asked for erasure, or said no with their code on that day or later.
    """
    one_at_a_time()
    require_member(actor, opened.case)
    thread = Thread.objects.select_for_update().filter(report=report).first()
    if thread is None or thread.case_id != opened.case.pk:
        raise Refused("there is no conversation to note it in", where="report", hint=_WHY["not_asked"][1])
    asked_by = asked_by.strip()[:LONGEST_LINE]
    if how not in HOW or not asked_by or asked_on > datetime.now(UTC).date():
        raise Refused("a note says who asked, how, and on which day", where="consent", hint="fill in all three")
    if thread.wants_erasure:
        raise NoConsent(_WHY["erasure"][0], where="report", hint=_WHY["erasure"][1])
    entries = entries_in(opened, thread)
    if Purpose.KEEP in consents_of(entries):
        raise Refused("they agreed already", where="consent", hint="load the page again")
    agreement = Consent(
        id=new_id(),
        person_id=report.pk,
        purpose=Purpose.KEEP,
        given=True,
        asked_on=asked_on,
        asked_by=asked_by,
        how=how,  # type: ignore[arg-type] - checked above
    )
    said = Said(at=now(), incoming=False, kind="agreed", agreement=agreement, author=actor.pk)
    if Purpose.KEEP not in consents_of([*entries, said]):
        raise NoConsent(
            "with their code they said no, on that day or later",
            where="consent",
            hint="only they can allow it now, with their code or on a later day",
        )
    return threads.say(actor, opened, thread, said)
