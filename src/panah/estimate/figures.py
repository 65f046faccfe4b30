"""Figures as Vega-Lite specifications, and their rendering to SVG without a browser.

Marks and text are of middle brightness on no background, so that they can be read on light and on dark paper.
A figure of estimates names each flag; a number without its flags does not leave here either.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from panah.errors import NotEstimable
from panah.model.estimate import Estimate
from panah.model.overlap import OverlapTable

Spec = dict[str, Any]

SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v5.json"
INK: Final = "#767676"
BLUE: Final = "#2f7fb8"
ORANGE: Final = "#c8690f"
FAINT: Final = "#a8a8a8"
WIDTH_PX: Final = 480
MOST_PATTERNS: Final = 40
MOST_TRACE_POINTS: Final = 500


def interval_figure(estimates: Sequence[Estimate], *, title: str = "") -> Spec:
    """Each method's point and interval on one scale, with its flags; the observed units as a dashed line.

    Raises:
        NotEstimable: No estimate to show.
    """
    if not estimates:
        raise NotEstimable("no estimate to show", where="figure")
    observed = estimates[0].table.n_observed
    highest = max(one.population_size.upper or one.population_size.point * 3 for one in estimates)
    rows = [_interval_row(one, highest) for one in estimates]
    order = [row["method"] for row in rows]
    scale: Spec = {"zero": False, "type": "log" if highest > 20 * observed else "linear", "nice": True}
    axis_y = {"title": None, "sort": order, "type": "nominal", "field": "method"}
    x_axis = {"title": "population size (units); dashed: recorded", "format": ",.0f", "labelOverlap": True}
    layers: list[Spec] = [
        {
            "mark": {"type": "rule", "strokeWidth": 3},
            "encoding": {
                "x": {"field": "lower", "type": "quantitative", "scale": scale, "axis": x_axis},
                "x2": {"field": "upper"},
                "y": axis_y,
                "color": _flag_colour(),
            },
        },
        {
            "mark": {"type": "point", "filled": True, "size": 80, "opacity": 1},
            "encoding": {
                "x": {"field": "point", "type": "quantitative"},
                "y": axis_y,
                "color": _flag_colour(),
                "shape": {
                    "field": "kind",
                    "type": "nominal",
                    "scale": {"domain": ["estimate", "lower bound"], "range": ["circle", "triangle-right"]},
                    "legend": {"title": None, "orient": "bottom"},
                },
            },
        },
        {
            "mark": {"type": "text", "align": "left", "baseline": "bottom", "dy": -6, "fontSize": 10, "color": INK},
            "encoding": {
                "x": {"field": "lower", "type": "quantitative"},
                "y": axis_y,
                "text": {"field": "label"},
            },
        },
        {
            "data": {"values": [{"observed": observed}]},
            "mark": {"type": "rule", "strokeDash": [4, 4], "color": INK},
            "encoding": {"x": {"field": "observed", "type": "quantitative"}},
        },
    ]
    body = {"data": {"values": rows}, "width": WIDTH_PX, "height": {"step": 44}, "layer": layers}
    return _figure(body, title or f"{observed:,} recorded; how many in all, by method")


def _interval_row(one: Estimate, highest: float) -> Spec:
    size = one.population_size
    doubts = ", ".join(str(flag) for flag in one.flags)
    return {
        "method": one.method,
        "point": size.point,
        "lower": size.lower,
        "upper": highest if size.upper is None else size.upper,
        "kind": "lower bound" if one.lower_bound_only else "estimate",
        "state": "with flags" if one.flags else "no flags",
        "label": f"{size.point:,.0f}" + (f" · {doubts}" if doubts else ""),
    }


def _flag_colour() -> Spec:
    return {
        "field": "state",
        "type": "nominal",
        "scale": {"domain": ["no flags", "with flags"], "range": [BLUE, ORANGE]},
        "legend": {"title": None, "orient": "bottom"},
    }


def overlap_figure(table: OverlapTable, estimate: Estimate | None = None, *, title: str = "") -> Spec:
    """An UpSet plot: units of each inclusion pattern as bars, fitted units as ticks, the pattern's lists as dots.

    The largest patterns are shown, at most forty.
    """
    fitted = {one.lists: one.fitted for one in estimate.patterns} if estimate is not None else {}
    patterns = {table.names_of(pattern): count for pattern, count in table.counts.items()}
    patterns |= {names: 0 for names, value in fitted.items() if names not in patterns and value >= 1}
    shown = sorted(patterns, key=lambda names: (-patterns[names], len(names), names))[:MOST_PATTERNS]
    order = [" ∩ ".join(names) for names in shown]
    bars = [
        {"pattern": label, "observed": patterns[names], "fitted": fitted.get(names)}
        for label, names in zip(order, shown, strict=True)
    ]
    dots = [
        {"pattern": label, "list": name, "on": name in names}
        for label, names in zip(order, shown, strict=True)
        for name in table.lists
    ]
    x_axis: Spec = {"field": "pattern", "type": "nominal", "sort": order, "axis": None}
    step = 16
    count_layers: list[Spec] = [
        {
            "mark": {"type": "bar", "color": BLUE},
            "encoding": {
                "x": x_axis,
                "y": {"field": "observed", "type": "quantitative", "title": "units"},
            },
        },
        {
            "mark": {"type": "text", "dy": -6, "fontSize": 8, "color": INK},
            "encoding": {
                "x": x_axis,
                "y": {"field": "observed", "type": "quantitative"},
                "text": {"field": "observed"},
            },
        },
    ]
    if fitted:
        count_layers.append(
            {
                "transform": [{"filter": "datum.fitted != null"}],
                "mark": {"type": "tick", "color": ORANGE, "thickness": 3},
                "encoding": {"x": x_axis, "y": {"field": "fitted", "type": "quantitative"}},
            }
        )
    sizes = table.list_sizes
    matrix = {
        "data": {"values": dots},
        "width": {"step": step},
        "height": {"step": step},
        "mark": {"type": "circle", "size": 90, "opacity": 1},
        "encoding": {
            "x": x_axis,
            "y": {
                "field": "list",
                "type": "nominal",
                "sort": list(table.lists),
                "title": None,
                "axis": {"labelExpr": _size_labels(sizes)},
            },
            "color": {
                "field": "on",
                "type": "nominal",
                "scale": {"domain": [True, False], "range": [INK, "#a8a8a840"]},
                "legend": None,
            },
        },
    }
    top = {"data": {"values": bars}, "width": {"step": step}, "height": 180, "layer": count_layers}
    words = "recorded units by pattern" + (" (ticks: fitted)" if fitted else "")
    return _figure({"vconcat": [top, matrix], "spacing": 4}, title or words)


def _size_labels(sizes: dict[str, int]) -> str:
    import json

    return f"({json.dumps({name: f'{name} ({size:,})' for name, size in sizes.items()})})[datum.value]"


def trace_figure(estimate: Estimate, *, title: str = "") -> Spec:
    """The draws of the population size in the order in which they were made, one line a chain.

    Raises:
        NotEstimable: The method has no draws.
    """
    if estimate.draws is None:
        raise NotEstimable("no draws to show", where=estimate.method, hint="choose a method that samples")
    chains, draws = estimate.draws.shape
    every = max(1, draws // MOST_TRACE_POINTS)
    rows = [
        {"chain": str(chain + 1), "draw": draw, "population_size": int(estimate.draws[chain, draw])}
        for chain in range(chains)
        for draw in range(0, draws, every)
    ]
    body = {
        "data": {"values": rows},
        "width": WIDTH_PX,
        "height": 220,
        "mark": {"type": "line", "strokeWidth": 1, "opacity": 0.7},
        "encoding": {
            "x": {"field": "draw", "type": "quantitative", "title": "draw"},
            "y": {
                "field": "population_size",
                "type": "quantitative",
                "title": "population size",
                "scale": {"zero": False},
                "axis": {"format": ",.0f"},
            },
            "color": {"field": "chain", "type": "nominal", "legend": {"title": "chain"}},
        },
    }
    doubts = ", ".join(str(flag) for flag in estimate.flags)
    return _figure(body, title or f"{estimate.method}: draws" + (f" ({doubts})" if doubts else ""))


def curve_figure(rows: Sequence[Spec], x: str, x_title: str, *, title: str, observed: int) -> Spec:
    """Point and interval along a quantity: rows with ``x``, ``point``, ``lower`` and ``upper``."""
    x_axis = {"field": x, "type": "quantitative", "title": x_title, "scale": {"zero": False}}
    layers: list[Spec] = [
        {
            "mark": {"type": "area", "opacity": 0.25, "color": BLUE},
            "encoding": {
                "x": x_axis,
                "y": {"field": "lower", "type": "quantitative", "title": "population size"},
                "y2": {"field": "upper"},
            },
        },
        {
            "mark": {"type": "line", "color": BLUE, "point": {"color": BLUE}},
            "encoding": {"x": x_axis, "y": {"field": "point", "type": "quantitative", "axis": {"format": ",.0f"}}},
        },
        {
            "data": {"values": [{"observed": observed}]},
            "mark": {"type": "rule", "strokeDash": [4, 4], "color": INK},
            "encoding": {"y": {"field": "observed", "type": "quantitative"}},
        },
    ]
    return _figure({"data": {"values": list(rows)}, "width": WIDTH_PX, "height": 220, "layer": layers}, title)


def to_svg(spec: Spec) -> str:
    """The figure as SVG, without a browser and without the network."""
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(spec, vl_version="5.21", allowed_base_urls=[])
    return svg


def _figure(body: Spec, title: str) -> Spec:
    text = {"labelColor": INK, "titleColor": INK, "domainColor": INK, "tickColor": INK, "gridColor": "#a8a8a840"}
    return {
        "$schema": SCHEMA,
        "background": "transparent",
        "title": {"text": title, "color": INK, "anchor": "start", "fontSize": 12},
        **body,
        "config": {
            "font": "sans-serif",
            "axis": text,
            "legend": {"labelColor": INK, "titleColor": INK, "symbolBaseFillColor": INK, "symbolBaseStrokeColor": INK},
            "view": {"stroke": None},
        },
    }
