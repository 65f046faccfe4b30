"""Naming who is in an incident, putting it right, taking off, and the answer that nobody else is. Who acts comes first.

Invariant: two records of people are never joined by a name. Somebody already in the case is named only by a member who
says what else tells that it is the same person. Whoever is said to have done it is named here by nobody: that is a
sealed reference, which two members open together.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from django.db import transaction

from panah import codes, names
from panah.errors import Refused
from panah.model.base import new_id
from panah.model.claim import Claim as ClaimRecord
from panah.model.naming import RECOGNISED_BY
from panah.model.naming import Naming as NamingRecord
from panah.model.naming import NobodyElse as NobodyElseRecord
from panah.model.person import ACCUSED, PersonName
from panah.model.person import Person as PersonRecord
from panah.web.accounts.models import Member
from panah.web.base.one_writer import one_at_a_time
from panah.web.cases.opening import OpenCase

from .actions import add_person
from .keeping import found_here, keep, replace
from .models import Claim, Incident, Naming, NobodyElse, Person
from .reading import CaseReader

AT_RISK: Final = "relative_at_risk"
NAMED_AS: Final = tuple(code for code in codes.codes_of("involvement") if code not in ACCUSED)
"""What somebody can be in an incident that names them openly."""
LOOKS_ALIKE: Final = 0.75
"""Likeness of names from which somebody is shown as perhaps the same; see :func:`panah.names.similarity`."""
MOST_ALIKE: Final = 6
JOINERS: Final = "\u200c\u200d"
"""They part and join letters of Persian and Indic names."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Somebody of the case whose name is like a given one: a proposal, never a decision."""

    person: PersonRecord = field(repr=False)
    likeness: float


def name_form(form: str, kind: str = "unknown") -> PersonName:
    """A name as written, with its script and orthography as far as its letters tell; marks that turn a line are dropped."""
    seen = (char for char in unicodedata.normalize("NFC", form) if char in JOINERS or not _is_hidden(char))
    form = " ".join("".join(seen).split())
    values: dict[str, Any] = {"script": names.script_of(form), "system": names.system_of(form), "kind": kind}
    return PersonName(form=form, **values)


def _is_hidden(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf"} and not char.isspace()


def alike_in(reader: CaseReader, forms: Iterable[PersonName]) -> list[Alike]:
    """Who in an opened case has a name like these, the nearest first; nobody who is accused, and no pseudonym."""
    given = list(forms)
    found = []
    for person in reader.everybody():
        likeness = None if person.involvement in ACCUSED else names.best_likeness(given, person.names)
        if likeness is not None and likeness >= LOOKS_ALIKE:
            found.append(Alike(person, likeness))
    return sorted(found, key=lambda each: (-each.likeness, each.person.id))[:MOST_ALIKE]


@transaction.atomic
def name_new(
    actor: Member,
    opened: OpenCase,
    incident: Incident,
    claim_id: str,
    role: str,
    *,
    forms: Iterable[PersonName] = (),
    in_origin_state: bool | None = None,
    naming_id: str = "",
) -> Naming:
    """Name somebody who is not in the case yet; without a form it is a person whose name is not known.

    Args:
        actor: Who names them.
        opened: The incident's case.
        incident: What they are in.
        claim_id: The claim of this incident whose words tell of them.
        role: What they are in it, out of :data:`NAMED_AS`.
        forms: Their name as written, in any scripts.
        in_origin_state: Whether they are in reach of the origin state; None when it is not known.
        naming_id: Chosen by the form, so that sending it twice names them once.

    Raises:
        NoGrant: The actor is not in the case.
        Refused: The claim is not of this incident, or the role is that of somebody accused.
    """
    _check(opened, incident, claim_id, role)
    is_in_reach = True if role == AT_RISK else in_origin_state
    person = PersonRecord(id=new_id(), names=tuple(forms), involvement=role, in_origin_state=is_in_reach)
    add_person(actor, opened, person)
    return _named(actor, opened, incident, claim_id, role, person.id, naming_id)


@transaction.atomic
def name_known(
    actor: Member,
    opened: OpenCase,
    incident: Incident,
    claim_id: str,
    role: str,
    *,
    person_id: str,
    recognised_by: str,
    naming_id: str = "",
) -> Naming:
    """Name somebody who is in the case already.

    Args:
        actor: Who names them.
        opened: The incident's case.
        incident: What they are in.
        claim_id: The claim of this incident whose words tell of them.
        role: What they are in it.
        person_id: Who, of this case.
        recognised_by: What beside the name tells that it is the same person, out of ``RECOGNISED_BY``.
        naming_id: As for :func:`name_new`.

    Raises:
        NoGrant: The actor is not in the case.
        Refused: As for :func:`name_new`; or only the name speaks for it, they are accused, not of this case, or named.
    """
    _check(opened, incident, claim_id, role)
    row = found_here(opened, Person, person_id, "person")
    person = opened.record(PersonRecord, row)
    if recognised_by not in RECOGNISED_BY:
        raise Refused("a name alone does not say who it is", where="person", hint="say what else tells it, or add them")
    if person.involvement in ACCUSED:
        raise _accused()
    if any(each.person_id == person_id for each in _live(opened, incident)):
        raise Refused("they are named in it already", where="person", hint="put their role right instead")
    if role == AT_RISK and not person.is_at_risk:
        replace(actor, opened, row, person.model_copy(update={"in_origin_state": True}))
    return _named(actor, opened, incident, claim_id, role, person_id, naming_id, recognised_by)


@transaction.atomic
def put_right(
    actor: Member,
    opened: OpenCase,
    naming: Naming,
    role: str,
    *,
    forms: Iterable[PersonName],
    in_origin_state: bool | None,
) -> None:
    """Change what somebody is in an incident, how their name is written, and whether they are in reach.

    Raises:
        NoGrant: The actor is not in the case.
        Refused: The role is that of somebody accused; they were taken off; or a relative at risk, here or in another
            incident, would be out of reach.
    """
    one_at_a_time()
    record = opened.record(NamingRecord, naming)
    if record.taken_off_on is not None:
        raise Refused("this person was taken off", where="person", hint="name them again")
    _check_role(role)
    roles = {each.role for each in _of_person(opened, record.person_id) if each.id != record.id} | {role}
    if AT_RISK in roles and in_origin_state is not True:
        if in_origin_state is False:
            raise Refused("a relative at risk is in reach", where="person", hint="put the role right first, everywhere")
        in_origin_state = True
    row = found_here(opened, Person, record.person_id, "person")
    person = opened.record(PersonRecord, row)
    told = person.model_copy(update={"names": tuple(forms), "in_origin_state": in_origin_state})
    if person.involvement == record.role:  # it was set when they were named here first
        told = told.model_copy(update={"involvement": role})
    if told != person:
        replace(actor, opened, row, told)
    if role != record.role:
        replace(actor, opened, naming, record.model_copy(update={"role": role}))


@transaction.atomic
def take_off(actor: Member, opened: OpenCase, naming: Naming, reason: str) -> None:
    """Say that somebody is not in an incident after all; the naming stays on record with the reason.

    Raises:
        NoGrant: The actor is not in the case.
        Refused: There is no reason, or they were taken off before.
    """
    one_at_a_time()
    record = opened.record(NamingRecord, naming)
    if not reason.strip():
        raise Refused("nobody is taken off without a reason", where="person", hint="write why")
    if record.taken_off_on is not None:
        raise Refused("this person was taken off before", where="person", hint="load the page again")
    today = datetime.now(UTC).date()
    replace(actor, opened, naming, record.model_copy(update={"taken_off_on": today, "reason": reason.strip()}))


def answer_nobody_else(actor: Member, opened: OpenCase, incident: Incident, seen: str | None = None) -> NobodyElse:
    """Keep that nobody else is in an incident, for all that is said of it and everybody named in it now.

    Args:
        actor: Who answers.
        opened: The incident's case.
        incident: The incident.
        seen: ``WhoIsIn.stands`` of what the actor was shown; None when they look at it in this moment.

    Raises:
        NoGrant: The actor is not in the case.
        Refused: Something was said, or somebody was named or taken off, since they looked.
    """
    (row,) = answer_together(actor, opened, [(incident, seen)])
    return row


@transaction.atomic
def answer_together(
    actor: Member, opened: OpenCase, looked_at: Iterable[tuple[Incident, str | None]]
) -> list[NobodyElse]:
    """As :func:`answer_nobody_else`, for several incidents of one case: all of them or none."""
    one_at_a_time()
    reader = CaseReader(opened)
    return [_answered(actor, reader, incident, seen) for incident, seen in looked_at]


def _answered(actor: Member, reader: CaseReader, incident: Incident, seen: str | None) -> NobodyElse:
    reader.opened.require_here(incident)
    view = reader.incident(incident, with_words=False)
    if seen not in {None, view.who.stands}:
        raise Refused("it is no longer what you looked at", where="incident", hint="read it again, then answer")
    record = NobodyElseRecord(
        id=new_id(),
        incident_id=incident.pk,
        person_ids=tuple(person.id for person in view.persons),
        claim_ids=tuple(each.claim.id for each in view.claims),
        response_ids=tuple(each.response.id for each in view.responses),
        answered_on=datetime.now(UTC).date(),
        answered_by=str(actor),
        order=max((each.order for each in reader.people.answers.get(incident.pk, [])), default=0) + 1,
    )
    return keep(actor, reader.opened, NobodyElse, record)


def naming_in(opened: OpenCase, incident: Incident, naming_id: str) -> Naming | None:
    """A naming of one incident of an opened case; None alike for another incident's and for one that is not."""
    row = Naming.objects.filter(case=opened.case, pk=naming_id).first()
    return row if row is not None and opened.record(NamingRecord, row).incident_id == incident.pk else None


def _named(
    actor: Member,
    opened: OpenCase,
    incident: Incident,
    claim_id: str,
    role: str,
    person_id: str,
    naming_id: str,
    recognised_by: str = "",
) -> Naming:
    values: dict[str, Any] = {"role": role, "recognised_by": recognised_by}
    made = NamingRecord(
        id=naming_id or new_id(), incident_id=incident.pk, person_id=person_id, claim_id=claim_id, **values
    )
    return keep(actor, opened, Naming, made)


def _check(opened: OpenCase, incident: Incident, claim_id: str, role: str) -> None:
    one_at_a_time()
    opened.require_here(incident)
    _check_role(role)
    claim = opened.record(ClaimRecord, found_here(opened, Claim, claim_id, "claim"))
    if claim.incident_id != incident.pk:
        raise Refused("these words are not about this incident", where="claim", hint="choose words of this incident")


def _check_role(role: str) -> None:
    if role in ACCUSED:
        raise _accused()
    if role not in NAMED_AS:
        raise Refused("no such role", where="person", hint="choose one from the list")


def _accused() -> Refused:
    return Refused(
        "who is said to have done it is named here by nobody",
        where="person",
        hint="seal a reference in the case, which two members open together",
    )


def _live(opened: OpenCase, incident: Incident) -> list[NamingRecord]:
    return [each for each in _namings(opened) if each.incident_id == incident.pk and each.taken_off_on is None]


def _of_person(opened: OpenCase, person_id: str) -> list[NamingRecord]:
    return [each for each in _namings(opened) if each.person_id == person_id and each.taken_off_on is None]


def _namings(opened: OpenCase) -> list[NamingRecord]:
    return opened.records(NamingRecord, Naming.objects.filter(case=opened.case))
