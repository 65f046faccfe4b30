"""Invented rows for the tests of the web stores; every name and number is made up or reserved for fiction."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from cast import Player

from panah.model.base import new_id
from panah.model.claim import Aggregate, Claim, Source
from panah.model.evidence import Locator
from panah.model.incident import Incident
from panah.model.naming import Naming
from panah.model.person import Consent, Person, PersonName
from panah.model.place import Place
from panah.web.cases.actions import create_case
from panah.web.cases.opening import OpenCase, open_case
from panah.web.evidence.actions import seal_file
from panah.web.evidence.models import EvidenceItem
from panah.web.register import actions as register
from panah.web.register import naming
from panah.web.register.models import Incident as IncidentRow
from panah.web.register.models import Person as PersonRow

TEXT = (
    "A call came from a withheld number in Antwerp. The voice knew her mother's street. "
    "The embassy says that no such call was made. About twenty such cases are known."
)
ALLEGATION = "A call came from a withheld number in Antwerp."
DENIAL = "The embassy says that no such call was made."
COUNT = "About twenty such cases are known."


@dataclass
class Story:
    """One opened case with a document in it, and ways to tell more."""

    player: Player
    opened: OpenCase
    item: EvidenceItem
    source: Source
    rows: dict[str, Any] = field(default_factory=dict)

    @property
    def member(self) -> Any:
        return self.player.member

    def place(self, words: str) -> Locator:
        start = TEXT.index(words)
        return Locator(evidence_id=self.item.pk, unit="character", start=start, end=start + len(words))

    def claim(self, words: str = ALLEGATION, stance: str = "asserts", **more: Any) -> Claim:
        made = Claim(
            id=new_id(), source_id=self.source.id, text=words, stance=stance, locator=self.place(words), **more
        )
        register.state_claim(self.member, self.opened, made)
        return made

    def count_claim(self, value: int = 20) -> Claim:
        return self.claim(COUNT, aggregate=Aggregate(value=value, modifier="about"))

    def incident(self, *claims: Claim, confirmed: bool = True, who_answered: bool = True, **coded: Any) -> IncidentRow:
        told = claims or (self.claim(),)
        values: dict[str, Any] = {
            "tactic": "proxy_family_call",
            "date": "2024-03",
            "host_place": Place(country="BE", name="Antwerp"),
            "origin_state": "CN",
        }
        record = Incident(id=new_id(), **(values | coded))
        row = register.code_incident(self.member, self.opened, record, [each.id for each in told])
        if confirmed:
            register.confirm(self.member, self.opened, row)
        if who_answered:
            self.nobody_else(row)
        return row

    def nobody_else(self, row: IncidentRow) -> None:
        """Answer who is in it, as it stands now."""
        naming.answer_nobody_else(self.member, self.opened, row)

    def name(self, row: IncidentRow, name: str = "Nobody Invented", role: str = "target", **more: Any) -> Person:
        """Name somebody new in an incident, on the words of its first claim; who else is in it is to be answered."""
        forms = [naming.name_form(name)] if name else []
        claim_id = row.claims.order_by("pk").values_list("pk", flat=True)[0]
        made = naming.name_new(self.member, self.opened, row, claim_id, role, forms=forms, **more)
        person_id = self.opened.record(Naming, made).person_id
        return self.opened.record(Person, PersonRow.objects.get(pk=person_id))

    def denial(self, answered: Claim) -> Claim:
        made = Claim(
            id=new_id(),
            source_id=self.source.id,
            text=DENIAL,
            stance="denies",
            locator=self.place(DENIAL),
            answers=answered.id,
        )
        register.answer_claim(self.member, self.opened, made)
        row = IncidentRow.objects.filter(claims=answered.id).first()
        if row is not None:
            self.nobody_else(row)
        return made

    def answered_incident(self, **coded: Any) -> IncidentRow:
        claim = self.claim()
        row = self.incident(claim, **coded)
        self.denial(claim)
        return row

    def person(self, name: str = "Nobody Invented", **more: Any) -> Person:
        made = Person(id=new_id(), names=(PersonName(form=name),), **({"involvement": "target"} | more))
        register.add_person(self.member, self.opened, made)
        return made

    def consent(self, person: Person, purpose: str, given: bool = True, days_ago: int = 10, **more: Any) -> Consent:
        asked = date.today() - timedelta(days=days_ago)  # noqa: DTZ011 a consent is given on a calendar day
        made = Consent(id=new_id(), person_id=person.id, purpose=purpose, given=given, asked_on=asked, **more)
        register.record_consent(self.member, self.opened, made)
        return made

    def reopened(self, reason: str = "review") -> OpenCase:
        self.opened = open_case(self.member, self.player.keys, self.opened.case, reason)
        return self.opened


def tell(player: Player, kind: str = "document") -> Story:
    """A new case of this player's with one sealed document and its source."""
    writer = create_case(player.member, player.keys, kind)
    opened = open_case(player.member, player.keys, writer.case, "intake")
    item = seal_file(player.member, opened, io.BytesIO(TEXT.encode()), "told.txt", "D", media_type="text/plain")
    source = Source(id=new_id(), name="Invented Daily", kind="news", connection="media")
    register.add_source(player.member, opened, source)
    return Story(player, opened, item, source)
