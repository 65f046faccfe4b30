"""What reporters allow: read out of their own threads each time something is about to leave.

Invariant: a reporter's newest answer holds from the moment it was given, also after the report was taken up. It is
never copied: a copy in the register would be older than a withdrawal for as long as nobody carried it over. Who
reported without a thread (by e-mail) gave no answer, and no answer means no.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from panah.errors import NoConsent
from panah.model.evidence import Entrance
from panah.model.person import Consent, Person, Purpose
from panah.web.cases.opening import OpenCase
from panah.web.evidence.models import EvidenceItem
from panah.web.intake.agreeing import OF_NOBODY
from panah.web.intake.consent import consents_of
from panah.web.intake.models import Report, Thread
from panah.web.intake.queries import entries_in, report_in
from panah.web.register.reading import IncidentView

BY_A_PERSON: Final = frozenset({Entrance.PUBLIC_FORM, Entrance.CASE_WORKER, Entrance.EMAIL})
"""Entrances by which somebody tells what happened to them."""
ELSEWHERE: Final = frozenset(set(Purpose) - {Purpose.KEEP, Purpose.COUNT})
"""Purposes for which something is shown to somebody outside."""


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who told one report: as a person of its case, with their newest answer for every purpose."""

    report: Report
    person: Person = field(repr=False)
    consents: tuple[Consent, ...] = field(repr=False)
    item_ids: frozenset[str] = field(repr=False)
    """The originals that came with the report or in its thread."""

    def allows(self, purpose: str) -> bool:
        """Whether what this person told may be used for a purpose."""
        return any(each.given and each.purpose == purpose for each in self.consents)


@dataclass(frozen=True, slots=True)
class Reporters:
    """The reporters of one opened case, and which originals of it are nobody's."""

    all: tuple[Reporter, ...]
    of_nobody: frozenset[str]

    def of(self, views: Iterable[IncidentView]) -> list[Reporter]:
        """Whose report these incidents rest on.

        An original that no report brought, or that a phone gave, may be any reporter's of the case: all are asked.
        """
        items = _originals({place for view in views for place in _places(view)})
        return [each for each in self.all if items & each.item_ids or not items <= self._known]

    def of_item(self, item: EvidenceItem) -> list[Reporter]:
        """Whose original this is, or may be."""
        wanted = {item.derived_from_id or item.pk}
        return [each for each in self.all if wanted & each.item_ids or not wanted <= self._known]

    @property
    def _known(self) -> frozenset[str]:
        return self.of_nobody.union(*(each.item_ids for each in self.all))


def reporters_in(opened: OpenCase) -> Reporters:
    """Who reported what lies in a case.

    Args:
        opened: The case, opened for the reason ``outflow``, so that the threads that follow it are open too.

    Raises:
        NoConsent: A thread is not open here, so its reporter cannot be heard.
    """
    found, of_nobody = [], set()
    for row in [*Report.objects.filter(case=opened.case), *_reports_of_thread(opened)]:
        if row.status == Report.Status.ERASED:
            continue  # nothing of it is left that could leave
        thread = Thread.objects.filter(report=row).first()
        record = report_in(opened, row) if row.case_id == opened.case.pk else None
        items = set(record.evidence_ids) if record else set()
        if thread is not None:
            entries = entries_in(_case_of(opened, thread), thread)
            items |= {item for entry in entries for item in entry.evidence_ids}
            found.append(_reporter(row, consents_of(entries), items))
        elif record and record.entrance in BY_A_PERSON:
            found.append(_reporter(row, frozenset(), items))
        elif record and record.entrance in OF_NOBODY:
            of_nobody |= items
    return Reporters(tuple(found), frozenset(of_nobody))


def _reports_of_thread(opened: OpenCase) -> list[Report]:
    """The report of a thread whose case this is, when it lies in a working case by now."""
    threads = Thread.objects.filter(case=opened.case).select_related("report")
    return [each.report for each in threads if each.report.case_id != opened.case.pk]


def _case_of(opened: OpenCase, thread: Thread) -> OpenCase:
    for each in (opened, *opened.followers):
        if each.case.pk == thread.case_id:
            return each
    raise NoConsent(
        "who reported this cannot be asked: the conversation is not open",
        where="outflow",
        hint="open the case to give something out",
    )


def _reporter(row: Report, allowed: frozenset[str], items: Iterable[str]) -> Reporter:
    today = datetime.now(UTC).date()
    consents = tuple(
        Consent(id=row.pk, person_id=row.pk, purpose=purpose, given=purpose.value in allowed, asked_on=today)
        for purpose in Purpose
    )
    return Reporter(row, Person(id=row.pk), consents, frozenset(items))


def _places(view: IncidentView) -> set[str]:
    places = [each.claim.locator for each in view.claims]
    places += [each.response.locator for each in view.responses if each.response.locator]
    return {place.evidence_id for place in places}


def _originals(item_ids: set[str]) -> set[str]:
    """Views replaced by the originals that they were made of."""
    rows = EvidenceItem.objects.filter(pk__in=item_ids).values_list("pk", "derived_from")
    return {original or item for item, original in rows} | (item_ids - {item for item, _original in rows})


def check_original(opened: OpenCase, item: EvidenceItem) -> None:
    """Refuse to let an original out that its reporter shows to nobody.

    Raises:
        NoConsent: They allowed no purpose outside, or took it back.
    """
    reporters: Sequence[Reporter] = reporters_in(opened).of_item(item)
    if not all(any(each.allows(purpose) for purpose in ELSEWHERE) for each in reporters):
        raise NoConsent("who sent it does not let it out", where="outflow", hint="ask them in their thread")
