"""Who is in the demo's incidents, as a case worker names them on their words; and what each of them allows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from panah.demo.community import rows_of
from panah.model.base import new_id
from panah.model.naming import Naming as NamingRecord
from panah.model.person import Consent, Purpose
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member
from panah.web.cases.opening import OpenCase
from panah.web.lists.models import ListMembership
from panah.web.lists.records import unpack_record
from panah.web.outflow.consents import consent_table
from panah.web.register import naming
from panah.web.register.actions import record_answers
from panah.web.register.models import Incident, Naming
from panah.web.register.reading import CaseReader

from . import people

PEOPLE: Final = "people.csv"
MARK: Final = "(fictional)"
IN_REACH: Final = {"yes": True, "no": False, "": None}


def name_told(actor: Member, opened: OpenCase, incidents: Iterable[Incident]) -> None:
    """Name who is in the incidents that have words of their own; somebody who is in two of them is one person.

    An incident of which nobody is known here stays not asked yet, and so nothing of it leaves.
    """
    known: dict[str, str] = {}
    allowed: list[Consent] = []
    answered: dict[str, Incident] = {}
    for row in incidents:
        claims = [each.claim for each in CaseReader(opened).claims(row, with_words=False)]
        for told in rows_of(PEOPLE):
            claim = next((each for each in claims if told["words"] in each.text), None)
            if claim is None:
                continue
            answered[row.pk] = row
            name = told["name"]
            if name in known:
                naming.name_known(
                    actor, opened, row, claim.id, told["role"], person_id=known[name], recognised_by="themselves"
                )
                continue
            forms = [naming.name_form(each) for each in (name, told["other_name"]) if each]
            reach = IN_REACH[told["in_reach"]]
            made = naming.name_new(actor, opened, row, claim.id, told["role"], forms=forms, in_origin_state=reach)
            person_id = _person_of(opened, made)
            allowed += _consents(person_id, told["allows"].split(), "in_person")
            if name:
                known[name] = person_id
    record_answers(actor, opened, allowed)
    naming.answer_together(actor, opened, [(row, None) for row in answered.values()])


def name_listed(actor: Member, opened: OpenCase, incidents: Iterable[Incident]) -> None:
    """Name whom a list's row names; their association asked each of them whether they may be counted."""
    rows = list(incidents)
    held = ListMembership.objects.filter(incident__in=rows, record__case=opened.case).select_related("record")
    records = {each.incident_id: unpack_record(opened.field(each.record)) for each in held}
    allowed: list[Consent] = []
    for row in rows:
        claim_id = row.claims.values_list("pk", flat=True)[0]
        forms = [naming.name_form(f"{each} {MARK}") for each in records[row.pk].names]
        made = naming.name_new(actor, opened, row, claim_id, "target", forms=forms, in_origin_state=False)
        allowed += _consents(_person_of(opened, made), [Purpose.COUNT], "in_writing")
    record_answers(actor, opened, allowed)
    naming.answer_together(actor, opened, [(row, None) for row in rows])


def may_leave_for(
    actor: Member, keys: MemberKeys, incidents: Iterable[Incident], purposes: Iterable[Purpose]
) -> list[Incident]:
    """The incidents that everybody in them lets go to all of these receivers."""
    wanted = list(purposes)
    return [row for row in incidents if all(consent_table(actor, keys, [row], wanted).may_leave)]


def _person_of(opened: OpenCase, row: Naming) -> str:
    record: NamingRecord = opened.record(NamingRecord, row)
    return record.person_id


def _consents(person_id: str, purposes: Iterable[str], how: str) -> list[Consent]:
    today = datetime.now(UTC).date()
    values = {"person_id": person_id, "given": True, "asked_on": today, "asked_by": people.ORGANISATION, "how": how}
    return [Consent.from_dict({"id": new_id(), "purpose": purpose, **values}) for purpose in purposes]
