"""The people of one opened case with what they answered, purpose by purpose, as everything that leaves reads it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from panah.model.claim import Claim as ClaimRecord
from panah.model.person import ACCUSED, Consent, Person, Purpose
from panah.web.cases.opening import OpenCase
from panah.web.register.models import Claim
from panah.web.register.reading import CaseReader

from .asking import newest_answer


@dataclass(frozen=True, slots=True)
class Answer:
    """What counts for one purpose."""

    purpose: Purpose
    state: str
    """``yes``, ``no``, ``withdrawn``, ``expired`` or ``not_asked``."""
    consent: Consent | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class PersonAnswers:
    """One person, and their answer for every purpose."""

    person: Person = field(repr=False)
    n_incidents: int
    answers: tuple[Answer, ...]

    @property
    def is_accused(self) -> bool:
        """Whether they are said to have done it: their answer to the allegation is asked for, not their consent."""
        return self.person.involvement in ACCUSED


def people_in(opened: OpenCase) -> list[PersonAnswers]:
    """Everybody on record in this case, those named in most incidents first."""
    reader, named = CaseReader(opened), _incidents_by_person(opened)
    consents, today = reader.consents(), datetime.now(UTC).date()
    found = [
        PersonAnswers(
            person,
            len(named.get(person.id, ())),
            tuple(_answer(person, consents, purpose, today) for purpose in Purpose),
        )
        for person in reader.everybody()
    ]
    return sorted(found, key=lambda each: (-each.n_incidents, each.person.id))


def _incidents_by_person(opened: OpenCase) -> dict[str, set[str]]:
    rows = list(Claim.objects.filter(case=opened.case, incident__isnull=False))
    named: dict[str, set[str]] = {}
    for claim in opened.records(ClaimRecord, rows):
        if claim.person_id and claim.incident_id:
            named.setdefault(claim.person_id, set()).add(claim.incident_id)
    return named


def _answer(person: Person, consents: Iterable[Consent], purpose: Purpose, today: date) -> Answer:
    consent = newest_answer(person, consents, purpose, today)
    return Answer(purpose, _state(consent, today), consent)


def _state(consent: Consent | None, today: date) -> str:
    if consent is None:
        return "not_asked"
    if consent.holds_on(today):
        return "yes"
    if consent.withdrawn_on is not None:
        return "withdrawn"
    return "expired" if consent.given else "no"
