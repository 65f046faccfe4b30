"""Drawings for the members' pages: unprotected counts of what the member may see, and estimates with their flags."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from panah import dates, places
from panah.model.estimate import Estimate
from panah.model.overlap import OverlapTable

MOST_MONTHS: Final = 48
ESTIMATE_INK: Final = '"#767676"'


def country_map(counts: Mapping[str, int]) -> SafeString:
    """Incidents by host country as a map; ``""`` is an unknown country."""
    from panah import release

    named = {code or "unknown": n for code, n in counts.items()}
    return _safe(release.world_map_svg(named, language=_language()))


def timeline(counts: Mapping[str, int]) -> SafeString:
    """Incidents by month, or by year when they lie far apart; ``""`` is an unknown date."""
    from panah import release

    return _safe(release.timeline_svg(_one_exactness(counts), language=_language()))


def _one_exactness(counts: Mapping[str, int]) -> dict[str, int]:
    """All by month, those known to the year only counted as undated; or all by year."""
    months = [key for key in counts if len(key) == 7]
    span = _months_between(min(months), max(months)) if months else 0
    by_month = bool(months) and span <= MOST_MONTHS
    found: dict[str, int] = {}
    for key, n in counts.items():
        fine_enough = len(key) == 7 if by_month else len(key) >= 4
        name = (key if by_month else key[:4]) if fine_enough else "unknown"
        found[name] = found.get(name, 0) + n
    return found


def _months_between(first: str, last: str) -> int:
    return (int(last[:4]) - int(first[:4])) * 12 + int(last[5:7]) - int(first[5:7])


def country_rows(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """The map's numbers, largest first."""
    named = [(places.country_name(code, _language()) if code else _("unknown"), n) for code, n in counts.items()]
    return sorted(named, key=lambda row: (-row[1], row[0]))


def month_rows(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """The timeline's numbers, in time."""
    return [
        (dates.display(key, _language()) if key else _("date unknown"), n)
        for key, n in sorted(counts.items(), key=lambda item: item[0] or "~")
    ]


def overlap(table: OverlapTable) -> SafeString:
    """Which lists tell of the same incidents."""
    from panah.estimate import figures

    n = table.n_observed
    title = _("How the lists overlap")
    says = ngettext("%(n)s incident on one list or several", "%(n)s incidents on one list or several", n) % {"n": n}
    return _estimate_svg(figures.overlap_figure(table), title, f"{says}: {_patterns_in_words(table)}.")


def _patterns_in_words(table: OverlapTable) -> str:
    return "; ".join(f"{' + '.join(table.names_of(pattern))} {count}" for pattern, count in table.counts.items())


def overlap_rows(table: OverlapTable) -> list[tuple[str, int]]:
    """The overlap's numbers: names of the lists, and how many stand on exactly these."""
    rows = [(" + ".join(table.names_of(pattern)), count) for pattern, count in table.counts.items()]
    return sorted(rows, key=lambda row: -row[1])


def intervals(estimates: Sequence[Estimate]) -> SafeString:
    """Each method's estimate with its interval and flags."""
    from panah.estimate import figures

    says = " ".join(
        f"{one.method}: {one.population_size.point:,.0f} "
        f"({one.population_size.lower:,.0f}–{'∞' if one.population_size.upper is None else format(one.population_size.upper, ',.0f')})."
        for one in estimates
    )
    return _estimate_svg(figures.interval_figure(estimates), _("Estimates by method"), says)


def estimates_of(result: Mapping[str, Any]) -> list[Estimate]:
    """The estimates of a stored run: one, or one for each method that was compared."""
    return [Estimate.from_json(json.dumps({**result, "estimates": [one]})) for one in result["estimates"]]


def _estimate_svg(specification: dict[str, Any], title: str, says: str) -> SafeString:
    """The room of estimates draws in a grey of its own; on a page the words take the page's ink."""
    from panah.estimate import figures
    from panah.release.svg import finished

    drawn = figures.to_svg(specification).replace(ESTIMATE_INK, '"currentColor"')
    return _safe(finished(drawn, title=title, description=says, language=_language()))


def _safe(svg: str) -> SafeString:
    from panah.release import for_page

    return mark_safe(for_page(svg))  # noqa: S308 - drawn by us, its words escaped by the renderer


def _language() -> str:
    return get_language() or "en"
