"""Keeps the claims of one document: each at its span, each under its speaker."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from panah.model.base import new_id
from panah.model.claim import Claim as ClaimRecord
from panah.model.claim import Source as SourceRecord
from panah.model.evidence import Locator
from panah.model.reading import Statement
from panah.web.accounts.models import Member
from panah.web.cases.opening import OpenCase

from .actions import add_source, answer_claim, state_claim
from .models import Source


@dataclass(slots=True)
class Keeper:
    """States claims that rest on one document; speakers of earlier calls are found again in the case."""

    actor: Member
    opened: OpenCase
    evidence_id: str
    document: SourceRecord
    claims: list[ClaimRecord] = field(default_factory=list)
    _speakers: dict[tuple[str, str], SourceRecord] | None = None

    def speaker(self, statement: Statement) -> SourceRecord:
        """The source of a statement: its speaker, or the document when it names none."""
        if not statement.speaker:
            return self.document
        known = self._known_speakers()
        key = (statement.speaker, statement.speaker_kind)
        if key not in known:
            made = SourceRecord(
                id=new_id(),
                name=statement.speaker,
                kind=statement.speaker_kind,
                # the same speaker in a reprint of the document is no second source
                independence_group=f"{self.document.corroborates_as}/{statement.speaker}",
            )
            add_source(self.actor, self.opened, made)
            known[key] = made
        return known[key]

    def _known_speakers(self) -> dict[tuple[str, str], SourceRecord]:
        if self._speakers is None:
            rows = self.opened.records(SourceRecord, Source.objects.filter(case=self.opened.case))
            below = f"{self.document.corroborates_as}/"
            found = [source for source in rows if source.independence_group.startswith(below)]
            self._speakers = {(source.name, source.kind): source for source in found}
        return self._speakers

    def state(self, source: SourceRecord, text: str, start: int, end: int, **more: object) -> ClaimRecord:
        """State a claim at a span of the canonical text."""
        place = Locator(evidence_id=self.evidence_id, unit="character", start=start, end=end)
        values = {"stance": "asserts", **more}
        claim = ClaimRecord(id=new_id(), source_id=source.id, text=text, locator=place, **values)
        state = answer_claim if claim.answers else state_claim
        state(self.actor, self.opened, claim)
        self.claims.append(claim)
        return claim

    def say(self, statement: Statement, answers: str | None = None) -> ClaimRecord:
        """State a statement as its speaker's claim."""
        return self.state(
            self.speaker(statement),
            statement.text,
            statement.start,
            statement.end,
            stance=statement.stance,
            fidelity=statement.fidelity,
            chain=statement.chain,
            answers=answers,
        )

    def state_spans(self, text: str, spans: Iterable[tuple[int, int]], **more: object) -> list[ClaimRecord]:
        """State the document's own words at each of several spans."""
        return [self.state(self.document, text[start:end], start, end, **more) for start, end in spans]
