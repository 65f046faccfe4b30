"""The readable page of a bundle, HTML and PDF from one list of what is in it: no scripts, no addresses of anybody else.

Both carry the recipient's mark where a reader sees it: a copy that turns up elsewhere says whose it was.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import TYPE_CHECKING, Any

from panah import codes
from panah.model.bundle import BundleItem
from panah.model.claim import Claim, Source
from panah.model.incident import Incident, Response

from .contents import Item

if TYPE_CHECKING:
    from jinja2 import Template


@dataclass(frozen=True, slots=True)
class HowShown:
    """What the page says of this copy itself."""

    mark: str = ""
    reading_note: tuple[str, ...] = ()
    is_redacted: bool = False
    n_deleted: int = 0
    """How many things of these cases were deleted for good."""


def index_html(
    title: str,
    items: Sequence[Item],
    sources: Sequence[Source] = (),
    claims: Sequence[Claim] = (),
    incidents: Sequence[Incident] = (),
    responses: Sequence[Response] = (),
    *,
    how: HowShown = HowShown(),
) -> str:
    """A page that lists what is in a bundle: each incident with its claims, the answers among them, and each item."""
    listed = [item.numbered(number) for number, item in enumerate(items, start=1)]
    return _template().render(
        title=title,
        how=how,
        items=listed,
        incidents=[
            (incident, [claim for claim in claims if claim.incident_id == incident.id]) for incident in incidents
        ],
        loose=[claim for claim in claims if claim.incident_id not in {incident.id for incident in incidents}],
        responses=responses,
        source={source.id: source for source in sources},
        path={item.evidence.id: item.path for item in listed},
    )


def index_pdf(
    title: str,
    items: Sequence[Item],
    sources: Sequence[Source] = (),
    claims: Sequence[Claim] = (),
    incidents: Sequence[Incident] = (),
    responses: Sequence[Response] = (),
    *,
    how: HowShown = HowShown(),
    made_at: datetime,
) -> bytes:
    """The same page to print, by Typst; the mark stands on every sheet."""
    import typst

    listed = [item.numbered(number) for number, item in enumerate(items, start=1)]
    path = {item.evidence.id: item.path for item in listed}
    named = {source.id: source for source in sources}
    grouped = [
        {
            "heading": _heading(incident),
            "lines": [
                *(_said(claim, named, path) for claim in claims if claim.incident_id == incident.id),
                *(_answered(response) for response in responses if incident.id in response.incident_ids),
            ],
        }
        for incident in incidents
    ]
    known = {incident.id for incident in incidents}
    loose = [_said(claim, named, path) for claim in claims if claim.incident_id not in known]
    loose += [_answered(response) for response in responses if not response.incident_ids]
    parts = {
        "title": title,
        "mark": how.mark,
        "reading_note": " ".join(how.reading_note),
        "is_redacted": how.is_redacted,
        "n_deleted": how.n_deleted,
        "groups": [*grouped, *([{"heading": "Further claims", "lines": loose}] if loose else [])],
        "items": [_row(item) for item in listed],
    }
    made: bytes = typst.compile(
        (resources.files(__package__) / "shipped" / "index.typ").read_bytes(),
        sys_inputs={"parts": json.dumps(parts, ensure_ascii=False)},
        font_paths=_fonts(),
        timestamp=int(made_at.timestamp()),
    )
    return bytes(made)


def _heading(incident: Incident) -> str:
    country = f", {incident.host_place.country}" if incident.host_place.country else ""
    return f"{incident.date}: {codes.label('tactic', incident.tactic)}{country}"


def _said(claim: Claim, named: Mapping[str, Source], path: Mapping[str, str]) -> dict[str, str]:
    source = named[claim.source_id]
    place = path.get(claim.locator.evidence_id, f"evidence {claim.locator.evidence_id}, not in this bundle")
    kind, reliability = codes.label("source_kind", source.kind), codes.label("reliability", source.reliability)
    return {
        "words": claim.text,
        "who": f"{codes.label('attribution', claim.stance)}: {source.name} ({kind}, reliability {reliability})",
        "where": f"{place}, {claim.locator.unit} {claim.locator.start} to {claim.locator.end}",
    }


def _answered(response: Response) -> dict[str, str]:
    date = f", {response.date}" if response.date else ""
    return {"words": response.text, "who": f"{codes.label('response', response.kind)}{date}", "where": ""}


def _row(item: BundleItem) -> list[str]:
    evidence = item.evidence
    received = evidence.received_at.strftime("%Y-%m-%d %H:%M UTC%z")
    named = evidence.file_name or "no name"
    return [item.path, named, evidence.grade.value, received, str(evidence.size_bytes), evidence.sha256]


@functools.cache
def _fonts() -> Any:
    """The machine's fonts, searched once: with many scripts installed that takes longer than the page."""
    import typst

    return typst.Fonts(include_system_fonts=True)


@functools.cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    # everything in it was written by strangers: escaped without exception
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["label"] = lambda code, thesaurus: codes.label(thesaurus, code)
    text = (resources.files(__package__) / "shipped" / "index.html.j2").read_text(encoding="utf-8")
    return environment.from_string(text)
