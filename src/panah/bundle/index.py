"""The readable page of a bundle: one HTML file without scripts, fonts or addresses of anybody else."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from importlib import resources
from typing import TYPE_CHECKING

from panah import codes
from panah.model.claim import Claim, Source
from panah.model.incident import Incident, Response

from .contents import Item

if TYPE_CHECKING:
    from jinja2 import Template


def index_html(
    title: str,
    items: Sequence[Item],
    sources: Sequence[Source] = (),
    claims: Sequence[Claim] = (),
    incidents: Sequence[Incident] = (),
    responses: Sequence[Response] = (),
) -> str:
    """A page that lists what is in a bundle: each incident with its claims, the answers among them, and each item."""
    listed = [item.numbered(number) for number, item in enumerate(items, start=1)]
    return _template().render(
        title=title,
        items=listed,
        incidents=[
            (incident, [claim for claim in claims if claim.incident_id == incident.id]) for incident in incidents
        ],
        loose=[claim for claim in claims if claim.incident_id not in {incident.id for incident in incidents}],
        responses=responses,
        source={source.id: source for source in sources},
        path={item.evidence.id: item.path for item in listed},
    )


@functools.cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    # everything in it was written by strangers: escaped without exception
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["label"] = lambda code, thesaurus: codes.label(thesaurus, code)
    text = (resources.files(__package__) / "shipped" / "index.html.j2").read_text(encoding="utf-8")
    return environment.from_string(text)
