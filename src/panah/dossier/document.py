"""From content to one neutral document (plain strings, in reading order), and from that to HTML and PDF.

Invariant: templates get finished strings and never markup. HTML escapes them; Typst gets them as data, so that a name
with a backslash or a hash sign stays a name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from panah import codes, dates, places
from panah.errors import BadRow
from panah.i18n import RIGHT_TO_LEFT
from panah.model.claim import Claim, Source
from panah.model.denials import answer_codes, check_denials
from panah.model.evidence import Locator
from panah.model.incident import Incident, Response

from .content import Content
from .regime import Regime, regime
from .words import Words

DIGEST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was said: the words, who says them, and where they stand."""

    words: str
    is_quotation: bool
    by: str
    stance: str
    place: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One incident as it is told."""

    number: int
    heading: str
    when: str
    where: str
    facts: tuple[str, ...]
    allegations: tuple[Line, ...]
    answers: tuple[Line, ...]
    n_independent: int


@dataclass(frozen=True, slots=True)
class Document:
    """A finished dossier; :meth:`html` and :meth:`pdf` write it."""

    regime: Regime
    language: str
    parts: dict[str, Any]

    def html(self) -> str:
        """One file that needs no other: styles and figures are in it."""
        import jinja2

        environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
        return environment.from_string(self.regime.template("report.html.j2")).render(**self.parts)

    def pdf(self) -> bytes:
        """PDF 1.7 with text that can be selected, headings and tags; the same content gives the same bytes."""
        import typst

        data = json.dumps(self.parts, ensure_ascii=False)
        made = typst.compile(
            self.regime.template("report.typ").encode(),
            sys_inputs={"data": data},
            font_paths=_fonts(),
            timestamp=_midnight(self.parts),
        )
        return bytes(made)


def build(content: Content, *, regime_slug: str = "report", language: str = "en") -> Document:
    """Make a dossier.

    Args:
        content: What goes into it.
        regime_slug: For whom; a folder of ``regimes/``.
        language: Of headings, codes and dates; what people said stays in their words.

    Raises:
        DenialMissing: An incident without the answer of the accused side, or a note that none was found.
        BadRow: A claim names a source that is not in the content.
        UnknownCode: No such regime.
    """
    check_denials(content.claims, content.responses, content.incidents)
    return Document(regime(regime_slug), language, _Parts(content, regime(regime_slug), Words(language)).all())


@lru_cache(maxsize=1)
def _fonts() -> Any:
    """The machine's fonts, searched once: with many scripts installed that takes longer than the page."""
    import typst

    return typst.Fonts(include_system_fonts=True)


def _midnight(parts: dict[str, Any]) -> int:
    from datetime import UTC, datetime

    return int(datetime.fromisoformat(parts["made_on_iso"]).replace(tzinfo=UTC).timestamp())


@dataclass(slots=True)
class _Parts:
    """Turns records into strings, each kind in one method."""

    content: Content
    regime: Regime
    words: Words

    def all(self) -> dict[str, Any]:
        """Everything a template may print; JSON values only."""
        content, say = self.content, self.words
        entries = [asdict(self.entry(number, each)) for number, each in enumerate(self.in_order(), start=1)]
        return {
            "language": say.language,
            "direction": "rtl" if say.language in RIGHT_TO_LEFT else "ltr",
            "title": content.title,
            "organisation": content.organisation,
            "notice": content.notice,
            "mark": content.mark,
            "reading_note": " ".join(content.reading_note),
            "made_on": dates.display(content.made_on.isoformat(), say.language),
            "made_on_iso": content.made_on.isoformat(),
            "regime": say(self.regime.name),
            "criteria": [say(each) for each in self.regime.criteria],
            "sections": list(self.regime.sections),
            "say": say.headings(),
            "summary": self.summary(len(entries)),
            "figures": [each.model_dump(mode="json") for each in content.figures],
            "estimate": self.estimate(),
            "entries": entries,
            "counts": [asdict(self.line(claim)) for claim in content.claims if claim.aggregate is not None],
            "count_answers": [asdict(self.line(claim)) for claim in self.about_no_incident() if self.answers(claim)],
            "evidence": [
                {"sha256": each.sha256, "size": f"{each.size_bytes:,}", "grade": each.grade.value}
                for each in content.evidence
            ],
        }

    def in_order(self) -> list[Incident]:
        """Incidents by the first day they can have happened on."""
        return sorted(self.content.incidents, key=lambda each: (dates.bounds(each.date)[0], each.tactic, each.id))

    def summary(self, n_told: int) -> list[str]:
        say, content = self.words, self.content
        groups = {source.corroborates_as for source in content.sources}
        return [
            say.n_told(n_told, content.n_further),
            say.n_sources(len(groups), len(content.sources)),
            say.n_answers(sum(self.answers(each) for each in content.claims) + len(self._real_responses())),
        ]

    def _real_responses(self) -> list[Response]:
        return [each for each in self.content.responses if each.kind not in {"none_found", "unknown"}]

    def estimate(self) -> dict[str, Any] | None:
        """The estimate with its sentence, one row a method, and every refusal."""
        told = self.content.estimate
        if told is None:
            return None
        rows = [
            {
                "method": each["method"],
                "point": _number(each["population_size"]["point"]),
                "lower": _number(each["population_size"]["lower"]),
                "upper": _number(each["population_size"]["upper"], self.words("no upper end")),
                "level": f"{each['population_size']['level']:.0%}",
                "assumption": each["assumption"],
                "flags": ", ".join(each["flags"]),
            }
            for each in told.get("estimates", [])
        ]
        refusals = [f"{each['method']}: {each['reason']}" for each in told.get("refusals", [])]
        return {"statement": told["statement"], "rows": rows, "refusals": refusals}

    def entry(self, number: int, incident: Incident) -> Entry:
        """One incident with everything that was said of it."""
        language = self.words.language
        claims = [claim for claim in self.content.claims if claim.incident_id == incident.id]
        responses = [each for each in self.content.responses if incident.id in each.incident_ids]
        allegations = [claim for claim in claims if not self.answers(claim)]
        return Entry(
            number=number,
            heading=codes.label("tactic", incident.tactic, language),
            when=self.words.unknown_date if incident.date == "XXXX" else dates.display(incident.date, language),
            where=self.where(incident),
            facts=tuple(self.facts(incident)),
            allegations=tuple(self.line(claim) for claim in allegations),
            answers=(
                *(self.line(claim) for claim in claims if self.answers(claim)),
                *(self.response(each) for each in responses),
            ),
            n_independent=len({self._group(claim) for claim in allegations}),
        )

    def where(self, incident: Incident) -> str:
        place = incident.host_place
        country = places.country_name(place.country, self.words.language) if place.country else ""
        return ", ".join(part for part in (place.name, country) if part) or self.words.unknown_place

    def facts(self, incident: Incident) -> Iterable[str]:
        """The coded fields in words."""
        say, language = self.words, self.words.language
        if incident.origin_state:
            yield f"{say('Origin state')}: {places.country_name(incident.origin_state, language)}"
        for heading, name, code in (
            (say("Channel"), "channel", incident.channel),
            (say("Target"), "target", incident.target),
            (say("Alleged actor"), "actor", incident.actor),
            (say("Status"), "status", incident.status),
        ):
            if code != "unknown":
                yield f"{heading}: {codes.label(name, code, language)}"

    def line(self, claim: Claim) -> Line:
        """One claim."""
        source = self._source(claim.source_id)
        chain = "".join(f", {self.words('according to')} {each}" for each in claim.chain)
        return Line(
            words=claim.text,
            is_quotation=claim.fidelity == "verbatim",
            by=source.name + chain,
            stance=codes.label("attribution", claim.stance, self.words.language),
            place=self.place(claim.locator),
        )

    def response(self, response: Response) -> Line:
        """One answer of an authority, or that none was found."""
        return Line(
            words=response.text,
            is_quotation=False,
            by=self._source(response.source_id).name,
            stance=codes.label("response", response.kind, self.words.language),
            place=self.place(response.locator) if response.locator else "",
        )

    def place(self, locator: Locator) -> str:
        """Where in which evidence: the first digits of its digest, the unit and the range."""
        note = next((each for each in self.content.evidence if each.id == locator.evidence_id), None)
        digest = note.sha256[:DIGEST_SHOWN] if note else self.words("evidence not included")
        last = (
            locator.end if locator.unit in {"character", "byte", "millisecond"} else max(locator.start, locator.end - 1)
        )
        span = f"{locator.start}" if last == locator.start else f"{locator.start}–{last}"
        return f"{digest}, {self.words.units[locator.unit]} {span}"

    def about_no_incident(self) -> list[Claim]:
        return [claim for claim in self.content.claims if claim.incident_id is None and claim.aggregate is None]

    @staticmethod
    def answers(claim: Claim) -> bool:
        """Whether it is the accused side's answer."""
        return claim.stance in answer_codes("attribution")

    def _group(self, claim: Claim) -> str:
        return self._source(claim.source_id).corroborates_as

    def _source(self, source_id: str) -> Source:
        for source in self.content.sources:
            if source.id == source_id:
                return source
        raise BadRow("a claim names a source that is not in the dossier", where="content", hint="add the source")


def _number(value: float | None, missing: str = "—") -> str:
    return missing if value is None else f"{value:,.0f}"
