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
    roles: tuple[str, ...]
    """What they are in the incidents that name them; what they are in the case when none does."""
    n_incidents: int
    answers: tuple[Answer, ...]

    @property
    def is_accused(self) -> bool:
        """Whether they are said to have done it: their answer to the allegation is asked for, not their consent."""
        return self.person.involvement in ACCUSED


def people_in(opened: OpenCase) -> list[PersonAnswers]:
    """Everybody on record in this case, those named in most incidents first."""
    reader = CaseReader(opened)
    named = _roles_by_person(opened, reader)
    consents, today = reader.consents(), datetime.now(UTC).date()
    found = []
    for person in reader.everybody():
        roles = named.get(person.id, {})
        answers = tuple(_answer(person, consents, purpose, today) for purpose in Purpose)
        shown = tuple(sorted(set(roles.values()))) or (person.involvement,)
        found.append(PersonAnswers(person, shown, len(roles), answers))
    return sorted(found, key=lambda each: (-each.n_incidents, each.person.id))


def _roles_by_person(opened: OpenCase, reader: CaseReader) -> dict[str, dict[str, str]]:
    """Person -> incident -> what they are in it: by a claim that is about them, or by a naming, which says it better."""
    named: dict[str, dict[str, str]] = {}
    for claim in opened.records(ClaimRecord, Claim.objects.filter(case=opened.case, incident__isnull=False)):
        if claim.person_id in reader.people.persons and claim.incident_id:
            role = reader.people.persons[claim.person_id].involvement
            named.setdefault(claim.person_id, {})[claim.incident_id] = role
    for incident_id, namings in reader.people.namings.items():
        for naming in namings:
            if naming.taken_off_on is None:
                named.setdefault(naming.person_id, {})[incident_id] = naming.role
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
