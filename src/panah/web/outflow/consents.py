"""Who may receive what: every person named in some incidents, and their answer for every receiver."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from panah.model.person import Consent, Person
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member
from panah.web.cases.models import Case, CaseLog
from panah.web.cases.opening import open_case
from panah.web.register.models import Incident
from panah.web.register.reading import CaseReader

from .asking import ACCUSED, may_leave


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person of a case: answers in the order of the purposes asked for."""

    person: Person = field(repr=False)
    case: Case
    n_incidents: int
    answers: tuple[bool, ...]
    standing: str
    """``accused`` (no consent is asked), ``at_risk`` (the answer is always no), ``asked`` or ``not_asked``."""


@dataclass(frozen=True, slots=True)
class ConsentTable:
    """The table, and for each purpose whether all of these incidents may leave for it."""

    rows: tuple[PersonRow, ...]
    may_leave: tuple[bool, ...]
    n_unanswered: int
    """Incidents without the answer of the accused side: nothing of them leaves for anybody."""


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
    for row in rows:
        view = readers[row.case_id].incident(row, with_words=False)
        n_unanswered += not view.is_answered
        for person in view.persons:
            known = found.get(person.id)
            found[person.id] = (person, row.case, known[2] + 1 if known else 1)
    told = tuple(_row(*each, readers[each[1].pk].consents(), purposes) for each in found.values())
    allowed = tuple(all(each.answers[at] for each in told) for at in range(len(purposes)))
    return ConsentTable(told, allowed, n_unanswered)


def _row(person: Person, case: Case, n: int, consents: Sequence[Consent], purposes: Sequence[str]) -> PersonRow:
    today = datetime.now(UTC).date()
    answers = tuple(may_leave(person, consents, purpose, today) for purpose in purposes)
    if person.involvement in ACCUSED:
        standing = "accused"
    elif person.in_origin_state or person.involvement == "relative_at_risk":
        standing = "at_risk"
    else:
        standing = "asked" if any(each.person_id == person.id for each in consents) else "not_asked"
    return PersonRow(person, case, n, answers, standing)
