"""What every outflow asks before anything leaves: is it confirmed, who is in it, did they consent, is the answer there.

Invariant: nothing leaves by another way; every maker in ``actions`` calls :func:`ask` first. No record of a consent
means no, and so does an incident of which nobody answered who is in it. Relatives in the origin state cannot consent
safely: for them the answer is always no. A reporter's answer is that of the thread at this moment (``reporters``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from panah.errors import NoConsent, Refused
from panah.model.claim import Claim, Source
from panah.model.denials import check_denials
from panah.model.incident import Incident as IncidentRecord
from panah.model.incident import Response
from panah.model.person import ACCUSED, Consent, Person, Purpose
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member
from panah.web.cases.models import CaseLog
from panah.web.cases.opening import OpenCase, open_case
from panah.web.register.models import Incident
from panah.web.register.reading import CaseReader, IncidentView

from .reporters import Reporter, Reporters, reporters_in


@dataclass(frozen=True, slots=True)
class Asked:
    """Incidents that may leave for a purpose, read out of their opened cases."""

    purpose: Purpose
    readers: tuple[CaseReader, ...]
    views: tuple[IncidentView, ...]

    @property
    def claims(self) -> list[Claim]:
        """Every claim of these incidents, denials included."""
        return [each.claim for view in self.views for each in view.claims]

    @property
    def responses(self) -> list[Response]:
        """Every response to these incidents, once."""
        return list({each.response.id: each.response for view in self.views for each in view.responses}.values())

    @property
    def incidents(self) -> list[IncidentRecord]:
        """The incidents themselves."""
        return [view.incident for view in self.views]

    @property
    def sources(self) -> list[Source]:
        """Who says all this, once."""
        found: dict[str, Source] = {}
        for view in self.views:
            found |= {each.source.id: each.source for each in view.claims}
            found |= {each.source.id: each.source for each in view.responses if each.source}
        return list(found.values())

    @property
    def everybody(self) -> list[Person]:
        """Everybody on record in these cases, whether these incidents name them or not."""
        return [person for reader in self.readers for person in reader.everybody()]

    @property
    def opened(self) -> dict[str, OpenCase]:
        """Case id -> opened case."""
        return {reader.opened.case.pk: reader.opened for reader in self.readers}


def ask(actor: Member, keys: MemberKeys, incidents: Iterable[Incident], purpose: str) -> Asked:
    """Open the cases of these incidents, for the log's reason ``outflow``, and ask everything.

    Raises:
        NoGrant: A case was not granted to the actor.
        Refused: There is nothing, or something that no person confirmed.
        NoConsent: Nobody answered who is in an incident, or a person did not consent to this purpose, or cannot.
        DenialMissing: An allegation without the answer of the accused side, or a note that none was found.
    """
    readers, views = _read(actor, keys, incidents)
    if not all(view.who.is_answered for view in views):
        raise NoConsent(
            "nobody answered who is in it, so nobody knows whom to ask",
            where="outflow",
            hint="answer it on the incident's page, or leave the incident out",
        )
    heard = _heard(readers)
    if not all(_consents_in(view, readers, heard, purpose) for view in views):
        raise NoConsent(
            "a person in it did not consent to this, or cannot",
            where="outflow",
            hint="ask them, or leave the incident out",
        )
    check_answers(views)
    return Asked(Purpose(purpose), tuple(readers.values()), tuple(views))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many incidents are not counted, and why; told to members only."""

    n_without_consent: int
    """Somebody in them did not consent to be counted, or cannot."""
    n_who_not_answered: int
    """Nobody answered who is in them."""


def ask_to_count(actor: Member, keys: MemberKeys, incidents: Iterable[Incident]) -> tuple[Asked, LeftOut]:
    """As :func:`ask` for the purpose ``count``, but what may not be counted is left out and told of instead.

    Returns:
        What may be counted, and how many incidents were left out.

    Raises:
        NoGrant, Refused, DenialMissing: As :func:`ask`.
        NoConsent: Nothing is left that may be counted.
    """
    readers, views = _read(actor, keys, incidents)
    heard = _heard(readers)
    answered = [view for view in views if view.who.is_answered]
    kept = [view for view in answered if _consents_in(view, readers, heard, Purpose.COUNT)]
    if not kept:
        raise NoConsent(
            "nothing of it may be counted: nobody answered who is in it, or somebody in it did not consent",
            where="outflow",
            hint="answer who is in the incidents, and ask them",
        )
    check_answers(kept)
    left_out = LeftOut(len(answered) - len(kept), len(views) - len(answered))
    return Asked(Purpose.COUNT, tuple(readers.values()), tuple(kept)), left_out


def _read(
    actor: Member, keys: MemberKeys, incidents: Iterable[Incident]
) -> tuple[dict[str, CaseReader], list[IncidentView]]:
    rows = list(incidents)
    if not rows:
        raise Refused("nothing to give out", where="outflow", hint="choose incidents")
    if any(row.decision != Incident.Decision.CONFIRMED for row in rows):
        raise Refused("an incident is not confirmed", where="outflow", hint="decide on the proposals first")
    cases = {row.case_id: row.case for row in rows}.values()
    readers = {case.pk: CaseReader(open_case(actor, keys, case, CaseLog.Reason.OUTFLOW)) for case in cases}
    return readers, [readers[row.case_id].incident(row, with_words=False) for row in rows]


def _heard(readers: dict[str, CaseReader]) -> dict[str, Reporters]:
    """Case id -> its reporters."""
    return {case_id: reporters_in(reader.opened) for case_id, reader in readers.items()}


def _consents_in(view: IncidentView, readers: dict[str, CaseReader], heard: dict[str, Reporters], purpose: str) -> bool:
    """Whether everybody who is named in an incident, and who reported it, allows a purpose."""
    case_id = view.row.case_id
    return consents_in(view, readers[case_id].consents(), heard[case_id].of([view]), purpose)


def consents_in(view: IncidentView, consents: Iterable[Consent], reporters: Iterable[Reporter], purpose: str) -> bool:
    """Whether everybody in an incident allows a purpose; no, when nobody answered who is in it.

    Args:
        view: The incident, with the persons named in it.
        consents: Those of its case.
        reporters: Who told it.
        purpose: A value of ``Purpose``.
    """
    recorded, today = list(consents), datetime.now(UTC).date()
    if not view.who.is_answered:
        return False
    return all(may_leave(person, recorded, purpose, today) for person in view.persons) and all(
        may_leave(each.person, each.consents, purpose, today) for each in reporters
    )


def may_leave(person: Person, consents: Iterable[Consent], purpose: str, today: date) -> bool:
    """Whether what concerns a person may leave for a purpose; their newest answer holds.

    A person whose whereabouts are not known needs a consent like anybody; one in the origin state has none to give.
    """
    if person.involvement in ACCUSED:
        return True
    if person.is_at_risk:
        return False
    answer = newest_answer(person, consents, purpose, today)
    return answer is not None and answer.holds_on(today)


def newest_answer(person: Person, consents: Iterable[Consent], purpose: str, today: date) -> Consent | None:
    """The answer that counts: of the newest day, of that day the one recorded last, and of two that cannot be told
    apart the one that says no."""
    answers = [each for each in consents if each.person_id == person.id and each.purpose == purpose]
    newest = max(((each.asked_on, each.order) for each in answers), default=None)
    last = (each for each in answers if (each.asked_on, each.order) == newest)
    return min(last, key=lambda each: (each.holds_on(today), each.withdrawn_on is None), default=None)


def check_answers(views: Sequence[IncidentView]) -> None:
    """Refuse an allegation that would leave alone.

    Raises:
        DenialMissing: For the first incident whose answer is missing.
    """
    claims = [each.claim for view in views for each in view.claims]
    responses = {each.response.id: each.response for view in views for each in view.responses}
    check_denials(claims, list(responses.values()), [view.incident for view in views])
