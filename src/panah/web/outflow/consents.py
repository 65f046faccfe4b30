"""Who may receive what: everybody named in some incidents, and who reported them, with their answer for every receiver."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from panah.model.person import ACCUSED, Consent, Person
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member
from panah.web.cases.models import Case, CaseLog
from panah.web.cases.opening import open_case
from panah.web.register.models import Incident
from panah.web.register.reading import CaseReader

from .asking import may_leave
from .reporters import Reporters, reporters_in


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person of a case: answers in the order of the purposes asked for."""

    person: Person = field(repr=False)
    case: Case
    n_incidents: int
    answers: tuple[bool, ...]
    standing: str
    """``accused`` (no consent is asked), ``at_risk`` (the answer is always no), ``reporter``, ``asked`` or ``not_asked``."""


@dataclass(frozen=True, slots=True)
class ConsentTable:
    """The table, and for each purpose whether all of these incidents may leave for it."""

    rows: tuple[PersonRow, ...]
    may_leave: tuple[bool, ...]
    n_unanswered: int
    """Incidents without the answer of the accused side: nothing of them leaves for anybody."""
    who_not_answered: tuple[Incident, ...]
    """Incidents of which nobody answered who is in them: nothing of them leaves for anybody."""


def consent_table(
    actor: Member, keys: MemberKeys, incidents: Iterable[Incident], purposes: Sequence[str]
) -> ConsentTable:
    """Open the cases of these incidents, for the log's reason ``outflow``, and lay the consents out.

    Raises:
        NoGrant: A case was not granted to the actor.
    """
    rows = list(incidents)
    cases = {row.case_id: row.case for row in rows}
    readers = {pk: CaseReader(open_case(actor, keys, case, CaseLog.Reason.OUTFLOW)) for pk, case in cases.items()}
    found: dict[str, tuple[Person, Case, int]] = {}
    n_unanswered = 0
    heard = {pk: reporters_in(reader.opened) for pk, reader in readers.items()}
    consents = {pk: [*reader.consents(), *_of_reporters(heard[pk])] for pk, reader in readers.items()}
    reporters: set[str] = set()
    who_not_answered = []
    for row in rows:
        view = readers[row.case_id].incident(row, with_words=False)
        n_unanswered += not view.is_answered
        who_not_answered += [] if view.who.is_answered else [row]
        told_by = [each.person for each in heard[row.case_id].of([view])]
        reporters |= {person.id for person in told_by}
        for person in (*view.persons, *told_by):
            known = found.get(person.id)
            found[person.id] = (person, row.case, known[2] + 1 if known else 1)
    told = tuple(_row(*each, consents[each[1].pk], purposes, reporters) for each in found.values())
    known = not who_not_answered
    allowed = tuple(known and all(each.answers[at] for each in told) for at in range(len(purposes)))
    return ConsentTable(told, allowed, n_unanswered, tuple(who_not_answered))


def _of_reporters(heard: Reporters) -> list[Consent]:
    return [consent for each in heard.all for consent in each.consents]


def _row(
    person: Person,
    case: Case,
    n: int,
    consents: Sequence[Consent],
    purposes: Sequence[str],
    reporters: Collection[str],
) -> PersonRow:
    today = datetime.now(UTC).date()
    answers = tuple(may_leave(person, consents, purpose, today) for purpose in purposes)
    if person.id in reporters:
        standing = "reporter"
    elif person.involvement in ACCUSED:
        standing = "accused"
    elif person.is_at_risk:
        standing = "at_risk"
    else:
        standing = "asked" if any(each.person_id == person.id for each in consents) else "not_asked"
    return PersonRow(person, case, n, answers, standing)
