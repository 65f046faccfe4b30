"""Who is in which incident of one opened case, and whether anybody was asked.

Invariant: who is in an incident is known only when a member answered that nobody else is, for all that is said of it
and for exactly those who are named. A claim that is stated later, or a person who is taken off, asks anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from panah.errors import Unreadable
from panah.model.claim import Claim as ClaimRecord
from panah.model.incident import Response as ResponseRecord
from panah.model.naming import Naming as NamingRecord
from panah.model.naming import NobodyElse as NobodyElseRecord
from panah.model.person import ACCUSED
from panah.model.person import Person as PersonRecord

NONE_FOUND = "none_found"
"""A response of our own: it says where we looked, and names nobody."""


@dataclass(frozen=True, slots=True)
class NamingView:
    """Somebody who is in an incident; ``person`` as they are in it, ``naming`` None when a claim alone names them."""

    person: PersonRecord = field(repr=False)
    claim: ClaimRecord | None = field(repr=False)
    naming: NamingRecord | None = field(repr=False)

    @property
    def is_accused(self) -> bool:
        """Whether they are said to have done it."""
        return self.person.involvement in ACCUSED


@dataclass(frozen=True, slots=True)
class WhoIsIn:
    """One incident's people."""

    named: tuple[NamingView, ...] = field(repr=False)
    taken_off: tuple[NamingView, ...] = field(repr=False)
    nobody_else: NobodyElseRecord | None = field(repr=False)
    """The answer, as long as it holds."""
    was_answered: bool
    """Whether it was answered once, for less than what stands now."""
    stands: str
    """Digest of who is named and what is said: an answer given to a page that showed something else is none."""

    @property
    def persons(self) -> tuple[PersonRecord, ...]:
        """Everybody in it, once."""
        return tuple({each.person.id: each.person for each in self.named}.values())

    @property
    def is_answered(self) -> bool:
        """Whether everybody in it is on record. Without it nothing of the incident leaves."""
        return self.nobody_else is not None


def _digest(*ids: list[str]) -> str:
    return hashlib.sha256(json.dumps(ids).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Register:
    """The people of one case and where they are named."""

    persons: Mapping[str, PersonRecord] = field(repr=False)
    namings: Mapping[str, list[NamingRecord]] = field(repr=False)
    """Incident -> its namings, also those taken off."""
    answers: Mapping[str, list[NobodyElseRecord]] = field(repr=False)

    @classmethod
    def of(
        cls,
        persons: Iterable[PersonRecord],
        namings: Iterable[NamingRecord],
        answers: Iterable[NobodyElseRecord],
    ) -> Register:
        """The records of one case."""
        by_incident: dict[str, list[NamingRecord]] = {}
        for naming in namings:
            by_incident.setdefault(naming.incident_id, []).append(naming)
        given: dict[str, list[NobodyElseRecord]] = {}
        for answer in answers:
            given.setdefault(answer.incident_id, []).append(answer)
        return cls({each.id: each for each in persons}, by_incident, given)

    def who_is_in(
        self, incident_id: str, claims: Iterable[ClaimRecord], responses: Iterable[ResponseRecord]
    ) -> WhoIsIn:
        """Everybody named in one incident: by a naming, or by a claim that is about them."""
        told = {claim.id: claim for claim in claims}
        here = self.namings.get(incident_id, [])
        named = [self._view(each, told) for each in here if each.taken_off_on is None]
        known = {each.person.id for each in named}
        named += [
            NamingView(self.persons[claim.person_id], claim, None)
            for claim in told.values()
            if claim.person_id in self.persons and claim.person_id not in known
        ]
        spoken = [each.id for each in responses if each.kind != NONE_FOUND]
        newest = max(self.answers.get(incident_id, []), key=lambda each: each.order, default=None)
        holds = newest is not None and newest.holds_for({one.person.id for one in named}, told, spoken)
        return WhoIsIn(
            named=tuple(named),
            taken_off=tuple(self._view(each, told) for each in here if each.taken_off_on is not None),
            nobody_else=newest if holds else None,
            was_answered=newest is not None,
            stands=_digest(sorted({one.person.id for one in named}), sorted(told), sorted(spoken)),
        )

    def _view(self, naming: NamingRecord, told: Mapping[str, ClaimRecord]) -> NamingView:
        person = self.persons.get(naming.person_id)
        if person is None:
            raise Unreadable("an incident has lost a person", where="register", hint="restore it from a backup")
        in_it = person.model_copy(
            # who is at risk stays so, whatever they are in this incident
            update={"involvement": naming.role, "in_origin_state": person.is_at_risk or person.in_origin_state}
        )
        return NamingView(in_it, told.get(naming.claim_id), naming)
