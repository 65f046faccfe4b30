"""Reports and submissions: incidents told one by one, each sentence with its claim, source and evidence."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from panah import dossier
from panah.model.claim import Claim
from panah.model.estimate import Estimate
from panah.model.overlap import OverlapTable
from panah.release import timeline_svg, world_map_svg
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member
from panah.web.lists.models import EstimateRun
from panah.web.register.models import Incident
from panah.web.register.queries import counts_by_country, counts_by_month

from ..asking import Asked, ask
from ..models import CopyMade, Outflow
from .registering import Original, log_exports, originals_of, register

UNKNOWN = "unknown"
LONGEST_BY_MONTH = 36
"""Months; a longer time is drawn by years."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What stands around the incidents."""

    title: str
    organisation: str = ""
    notice: str = ""
    language: str = "en"
    regime: str = "report"


def make_report(
    actor: Member,
    keys: MemberKeys,
    incidents: Iterable[Incident],
    *,
    purpose: str,
    wording: Wording,
    formats: Sequence[str] = ("pdf", "html"),
    estimate: EstimateRun | None = None,
    with_figures: bool = True,
    receiver: str = "",
) -> dict[str, bytes]:
    """Make a report of confirmed incidents, their denials included.

    Args:
        actor: Who gives it out.
        keys: The actor's unlocked keys.
        incidents: Confirmed incidents of cases granted to the actor, told one by one.
        purpose: To whom it goes: a value of ``panah.model.person.Purpose``.
        wording: Title, organisation, notice, language and regime.
        formats: ``pdf``, ``html``.
        estimate: Told with its sentence, flags and figure.
        receiver: Who gets it, in words; the register keeps it with the mark of this copy.
        with_figures: Draw the map and the timeline of all that the actor counts.

    Returns:
        Format -> the file's bytes; each is in the register of outflows by its digest.

    Raises:
        NoGrant, Refused, NoConsent, DenialMissing: See :func:`panah.web.outflow.asking.ask`.
        UnknownCode: No such regime.
    """
    asked = ask(actor, keys, incidents, purpose)
    originals = originals_of(asked)
    figures = [*(_figures(actor, wording.language) if with_figures else []), *_estimate_figures(estimate)]
    n_counted = sum(counts_by_country(actor).values())
    copy = CopyMade.for_receiver(receiver)
    content = _content(asked, originals, wording, figures, estimate, max(0, n_counted - len(asked.views)), copy)
    document = dossier.build(content, regime_slug=wording.regime, language=wording.language)
    made = {kind: document.pdf() if kind == "pdf" else document.html().encode() for kind in formats}
    for content_bytes in made.values():
        digest = hashlib.sha256(content_bytes).hexdigest()
        outflow = register(actor, Outflow.Kind.REPORT, purpose, digest, cases=asked.opened.values(), copy=copy)
        log_exports(actor, outflow, originals)
    return made


def _content(
    asked: Asked,
    originals: Sequence[Original],
    wording: Wording,
    figures: Sequence[dossier.Figure],
    estimate: EstimateRun | None,
    n_further: int,
    copy: CopyMade,
) -> dossier.Content:
    items = [stored.item for stored, _row, _opened in originals]
    return dossier.Content(
        title=wording.title,
        organisation=wording.organisation,
        notice=wording.notice,
        made_on=datetime.now(UTC).date(),
        incidents=tuple(asked.incidents),
        claims=tuple(_in_order(asked.claims)),
        sources=tuple(asked.sources),
        responses=tuple(asked.responses),
        evidence=tuple(
            dossier.EvidenceNote(id=item.id, sha256=item.sha256, size_bytes=item.size_bytes, grade=item.grade)
            for item in items
        ),
        figures=tuple(figures),
        estimate=estimate.result if estimate else None,
        n_further=n_further,
        mark=copy.code,
        reading_note=tuple(copy.reading_note(wording.language)),
    )


def _in_order(claims: Iterable[Claim]) -> list[Claim]:
    return sorted(claims, key=lambda claim: (claim.incident_id or "", claim.locator.start, claim.id))


def _figures(actor: Member, language: str) -> list[dossier.Figure]:
    countries = {country or UNKNOWN: n for country, n in counts_by_country(actor).items()}
    if not countries:
        return []
    return [
        dossier.Figure(
            kind="timeline", svg=timeline_svg(by_period(counts_by_month(actor)), language=language), title=""
        ),
        dossier.Figure(kind="map", svg=world_map_svg(countries, language=language), title=""),
    ]


def by_period(months: Mapping[str, int]) -> dict[str, int]:
    """Counts by month, or by year when the time is long or some dates are known to the year only."""
    dated = sorted(month for month in months if month)
    long = bool(dated) and (int(dated[-1][:4]) - int(dated[0][:4]) + 1) * 12 > LONGEST_BY_MONTH
    digits = 4 if long or any(len(month) == 4 for month in dated) else 7
    counts: dict[str, int] = {}
    for month, n in months.items():
        period = month[:digits] or UNKNOWN
        counts[period] = counts.get(period, 0) + n
    return dict(sorted(counts.items()))


def _estimate_figures(run: EstimateRun | None) -> list[dossier.Figure]:
    if run is None or run.result is None:
        return []
    import json

    from panah.estimate.figures import interval_figure, overlap_figure, to_svg

    table = OverlapTable.from_json(json.dumps(run.table))
    figures = [dossier.Figure(kind="overlap", svg=to_svg(overlap_figure(table)), title="")]
    estimates = [
        Estimate.from_json(json.dumps({**run.result, "estimates": [one]})) for one in run.result.get("estimates", [])
    ]
    if estimates:
        words = str(run.result.get("statement", ""))
        figures.append(dossier.Figure(kind="estimate", svg=to_svg(interval_figure(estimates)), title="", words=words))
    return figures
