"""Two drawings of counts: where, and when. Each tells its hidden counts as hidden, never as zero."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from panah import places
from panah.i18n import RIGHT_TO_LEFT, gettext_noop, locale_folder, translate

from .coded import UNKNOWN
from .svg import ACCENT, draw, for_page

MAP_TITLE: Final = gettext_noop("Incidents by host country")
TIMELINE_TITLE: Final = gettext_noop("Incidents over time")
MAP_SAYS: Final = gettext_noop("A map with one circle for each country; the larger, the more incidents: {list}.")
TIMELINE_SAYS: Final = gettext_noop("Bars from {first} to {last}; the highest is {count}, in {highest}.")
NOTHING: Final = gettext_noop("There is nothing to draw yet.")
FEW: Final = gettext_noop("too few to show")
UNPLACED: Final = gettext_noop("{count} without a known country.")
UNDATED: Final = gettext_noop("{count} without a date as exact as this.")
INCIDENTS: Final = gettext_noop("incidents")

WIDTH: Final = 720
MAX_LABELS: Final = 14
ANTARCTICA: Final = "010"

__all__ = ["for_page", "timeline_svg", "world_map_svg"]

Counts = Mapping[str, int | None]


def world_map_svg(counts: Counts, *, language: str = "en", title: str = "", whole_world: bool = False) -> str:
    """A map with a circle for each country, its area in proportion to the count.

    Equal Earth projection (Šavrič, Patterson, Jenny 2019), in which areas can be compared; shapes of Natural Earth.

    Args:
        counts: Incidents by ISO 3166-1 alpha-2 code, None where the count is hidden; ``unknown`` goes to the words.
        language: Of names and words; numbers as that language writes them.
        title: Instead of "Incidents by host country".
        whole_world: Show all of it instead of the part where something happened.
    """
    placed = {code: n for code, n in counts.items() if code != UNKNOWN and n != 0 and places.centroid(code)}
    points = [_point(code, count, language) for code, count in sorted(placed.items(), key=_large_first)]
    specification = {
        "width": WIDTH,
        "height": round(WIDTH * 0.5),
        "projection": {"type": "equalEarth", **({} if whole_world or not points else _window(points))},
        "layer": [_land(), _shaded(list(placed)), *_circles(points)],
    }
    told = MAP_SAYS if points else NOTHING
    listed = ", ".join(f"{point['name']} {point['shown']}" for point in points)
    says = [translate(told, language).format(list=listed)]
    if counts.get(UNKNOWN, 0) != 0:
        says.append(translate(UNPLACED, language).format(count=_shown(counts[UNKNOWN], language)))
    return draw(
        specification, title=title or translate(MAP_TITLE, language), description=" ".join(says), language=language
    )


def timeline_svg(counts: Counts, *, language: str = "en", title: str = "") -> str:
    """Bars by year or by month; a month or year between two others without an incident is an empty place, not left out.

    Args:
        counts: Incidents by ``YYYY`` or ``YYYY-MM`` (one of the two), None where hidden; ``unknown`` goes to the words.
        language: Of words, months and numbers; in right-to-left languages time runs from the right.
        title: Instead of "Incidents over time".
    """
    periods = _periods(sorted(key for key in counts if key != UNKNOWN))
    bars = [
        {
            "period": period,
            "count": counts.get(period, 0) or 0,
            "hidden": counts.get(period, 0) is None,
            "label": _period_name(period, language),
        }
        for period in periods
    ]
    title = title or translate(TIMELINE_TITLE, language)
    says = [_timeline_says(bars, language)]
    if counts.get(UNKNOWN, 0) != 0:
        says.append(translate(UNDATED, language).format(count=_shown(counts[UNKNOWN], language)))
    return draw(_timeline(bars, language), title=title, description=" ".join(says), language=language)


def _timeline_says(bars: list[dict[str, Any]], language: str) -> str:
    if not bars:
        return translate(NOTHING, language)
    highest = max(bars, key=lambda bar: bar["count"])
    return translate(TIMELINE_SAYS, language).format(
        first=bars[0]["label"],
        last=bars[-1]["label"],
        count=_shown(highest["count"], language),
        highest=highest["label"],
    )


def _timeline(bars: list[dict[str, Any]], language: str) -> dict[str, Any]:
    backwards = language in RIGHT_TO_LEFT
    order = [bar["period"] for bar in bars]
    few = len(bars) <= MAX_LABELS
    # a label for each bar when there is room, else for each January
    texts = {bar["period"]: bar["label"] if few else bar["period"][:4] for bar in bars}
    marked = order if few else [period for period in order if period.endswith("-01") or "-" not in period]
    x = {
        "field": "period",
        "type": "ordinal",
        "sort": order[::-1] if backwards else order,
        "axis": {
            "title": None,
            "values": marked,
            "labelExpr": f"{json.dumps(texts, ensure_ascii=False)}[datum.value]",
            "labelAngle": 0 if len(marked) <= 8 else -40,
            "labelAlign": "center" if len(marked) <= 8 else "right",
        },
        "scale": {"paddingInner": 0.25},
    }
    y = {
        "field": "count",
        "type": "quantitative",
        "axis": {
            "title": translate(INCIDENTS, language),
            "tickMinStep": 1,
            "tickCount": 5,
            "orient": "right" if backwards else "left",
            "grid": True,
            "domain": False,
            "ticks": False,
        },
        "scale": {"domainMin": 0, "nice": True},
    }
    few_text = {"text": {"value": "×"}, "y": {"value": 212}, "x": x}
    return {
        "width": WIDTH,
        "height": 220,
        "data": {"values": bars},
        "layer": [
            {"mark": {"type": "bar", "color": ACCENT}, "encoding": {"x": x, "y": y}},
            {
                "transform": [{"filter": "datum.hidden"}],
                "mark": {"type": "text", "fontSize": 14, "color": "currentColor"},
                "encoding": few_text,
            },
        ],
    }


def _periods(known: list[str]) -> list[str]:
    """All years, or all months, from the first to the last."""
    if not known:
        return []
    first, last = known[0], known[-1]
    if "-" not in first:
        return [str(year) for year in range(int(first), int(last) + 1)]
    start, end = (int(text[:4]) * 12 + int(text[5:7]) - 1 for text in (first, last))
    return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(start, end + 1)]


def _period_name(period: str, language: str) -> str:
    from panah import dates

    return dates.display(period, language)


def _shown(count: int | None, language: str) -> str:
    """A count as that language writes it, or that it is hidden."""
    if count is None:
        return translate(FEW, language)
    from babel.numbers import format_decimal

    return format_decimal(count, locale=locale_folder(language))


def _large_first(item: tuple[str, int | None]) -> tuple[int, str]:
    return (-(item[1] or 0), item[0])


def _point(code: str, count: int | None, language: str) -> dict[str, Any]:
    middle = places.centroid(code)
    assert middle
    return {
        "name": places.country_name(code, language),
        "latitude": middle[0],
        "longitude": middle[1],
        "count": count or 1,
        "hidden": count is None,
        "shown": _shown(count, language),
        "label": "×" if count is None else _shown(count, language),
    }


def _window(points: list[dict[str, Any]]) -> dict[str, Any]:
    """Fit the projection to where the points are, with land around them; the whole world when they are far apart."""
    longitudes = [point["longitude"] for point in points]
    latitudes = [point["latitude"] for point in points]
    if _is_wide(points):
        return {}
    west, east = _padded(longitudes, 16, 7, 175)
    south, north = _padded(latitudes, 8, 4, 78)
    corners = [[x, y] for x in (west, (west + east) / 2, east) for y in (south, north)]
    around = {"type": "Feature", "properties": {}, "geometry": {"type": "MultiPoint", "coordinates": corners}}
    size = [WIDTH, round(WIDTH * 0.5)]
    return {"fit": around, "size": size, "clipExtent": [[0, 0], size]}


def _padded(values: list[float], least_half: float, margin: float, limit: float) -> tuple[float, float]:
    middle, half = (max(values) + min(values)) / 2, (max(values) - min(values)) / 2
    half = max(least_half, half + margin)
    return max(-limit, middle - half), min(limit, middle + half)


def _apart(points: list[dict[str, Any]], *, across: float, along: float) -> list[dict[str, Any]]:
    """Points whose text (so many units wide and high) covers none of a larger one; the description has them all."""
    if not points:
        return []
    longitudes = [point["longitude"] for point in points]
    west, east = (-175.0, 175.0) if _is_wide(points) else _padded(longitudes, 16, 7, 175)
    degrees = (east - west) / WIDTH
    kept: list[dict[str, Any]] = []
    for point in points:
        if all(
            abs(point["longitude"] - other["longitude"]) > across * degrees
            or abs(point["latitude"] - other["latitude"]) > along * degrees
            for other in kept
        ):
            kept.append(point)
    return kept


def _is_wide(points: list[dict[str, Any]]) -> bool:
    """Whether the whole world has to be shown."""
    longitudes = [point["longitude"] for point in points]
    return not points or max(longitudes) - min(longitudes) > 140


@lru_cache(maxsize=1)
def _shapes() -> dict[str, Any]:
    """Natural Earth at 1:110 million (world-atlas 2.0.2), without Antarctica."""
    shapes: dict[str, Any] = json.loads((resources.files(__package__) / "data" / "countries-110m.json").read_bytes())
    countries = shapes["objects"]["countries"]
    countries["geometries"] = [one for one in countries["geometries"] if one.get("id") != ANTARCTICA]
    return shapes


def _land() -> dict[str, Any]:
    return {
        "data": {"values": _shapes(), "format": {"type": "topojson", "feature": "countries"}},
        "mark": {
            "type": "geoshape",
            "fill": "currentColor",
            "fillOpacity": 0.1,
            "stroke": "currentColor",
            "strokeOpacity": 0.35,
            "strokeWidth": 0.5,
            "clip": True,
        },
    }


def _shaded(codes: list[str]) -> dict[str, Any]:
    wanted = [places.numeric_of(code) for code in codes]
    return {
        "data": {"values": _shapes(), "format": {"type": "topojson", "feature": "countries"}},
        "transform": [{"filter": {"field": "id", "oneOf": wanted}}],
        "mark": {"type": "geoshape", "fill": ACCENT, "fillOpacity": 0.22, "stroke": None, "clip": True},
    }


def _circles(points: list[dict[str, Any]]) -> list[dict[str, Any]]:
    place = {
        "longitude": {"field": "longitude", "type": "quantitative"},
        "latitude": {"field": "latitude", "type": "quantitative"},
    }
    largest = max((point["count"] for point in points), default=1)
    size = {
        "field": "count",
        "type": "quantitative",
        "legend": None,
        "scale": {"domain": [0, largest], "range": [40, 700] if _is_wide(points) else [60, 1900]},
    }
    labelled = points[:MAX_LABELS]
    return [
        {
            "data": {"values": [point for point in points if not point["hidden"]]},
            "mark": {"type": "circle", "color": ACCENT, "opacity": 0.6, "clip": True},
            "encoding": {**place, "size": size},
        },
        {
            "data": {"values": [point for point in points if point["hidden"]]},
            "mark": {"type": "point", "stroke": ACCENT, "strokeWidth": 1.5, "size": 220, "clip": True},
            "encoding": place,
        },
        {
            "data": {"values": _apart(labelled, across=20, along=12)},
            "mark": {"type": "text", "fontWeight": "bold", "fontSize": 15, "dy": -1, "color": "currentColor"},
            "encoding": {**place, "text": {"field": "label"}},
        },
        {
            "data": {"values": _apart(labelled, across=75, along=26)},
            "mark": {"type": "text", "fontSize": 12, "dy": 14, "color": "currentColor"},
            "encoding": {**place, "text": {"field": "name"}},
        },
    ]
