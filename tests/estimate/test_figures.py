"""Figures are Vega-Lite, render to SVG without browser or network, and carry the flags of their numbers."""

import xml.etree.ElementTree as ET

import pytest
from estimate_tables import FOUR, INVENTED, TWO

from panah import estimate
from panah.errors import NotEstimable
from panah.estimate import figures


def words_of(svg: str) -> str:
    return " ".join(text for node in ET.fromstring(svg).iter() for text in [node.text or ""] if text.strip())


def test_intervals_by_method_with_flags() -> None:
    found = estimate.compare(TWO, ["chao", "independence"], seed=1)
    svg = figures.to_svg(figures.interval_figure(found.estimates))
    words = words_of(svg)
    assert "chao" in words
    assert "independence" in words
    assert words.count("few_lists") == 2
    assert "60 recorded" in words
    with pytest.raises(NotEstimable):
        figures.interval_figure([])


def test_an_interval_without_an_upper_end_is_drawn() -> None:
    nearly = type(TWO).from_patterns(("A", "B", "C"), {1: 9000, 2: 9000, 4: 7000, 3: 1})
    svg = figures.to_svg(figures.interval_figure([estimate.fit(nearly, "independence")]))
    assert "not_identified" in words_of(svg)


def test_observed_against_fitted_overlap() -> None:
    answer = estimate.fit(FOUR, "independence")
    spec = figures.overlap_figure(FOUR, answer)
    words = words_of(figures.to_svg(spec))
    assert "ticks: fitted" in words
    for name, size in FOUR.list_sizes.items():
        assert f"{name} ({size})" in words
    bars = spec["vconcat"][0]["data"]["values"]
    assert [one["observed"] for one in bars] == sorted((one["observed"] for one in bars), reverse=True)
    assert sum(one["observed"] for one in bars) == FOUR.n_observed
    assert words_of(figures.to_svg(figures.overlap_figure(FOUR)))


def test_at_most_forty_patterns_are_shown() -> None:
    many = type(TWO).from_patterns([f"L{i}" for i in range(7)], {pattern: 1 + pattern for pattern in range(1, 128)})
    assert len(figures.overlap_figure(many)["vconcat"][0]["data"]["values"]) == 40


def test_traces_where_there_are_draws() -> None:
    answer = estimate.fit(INVENTED, "latent_class", seed=1, draws=300, burn_in=100, ladder="never")
    spec = figures.trace_figure(answer)
    assert {row["chain"] for row in spec["data"]["values"]} == {"1", "2", "3", "4"}
    assert "latent_class" in words_of(figures.to_svg(spec))
    with pytest.raises(NotEstimable):
        figures.trace_figure(estimate.fit(INVENTED, "chao"))


def test_sensitivity_and_subsamples_render() -> None:
    result = estimate.reliability(INVENTED, "independence", seed=1)
    for spec in result.figures().values():
        assert figures.to_svg(spec).startswith("<svg")


def test_figures_are_reproducible_and_self_contained() -> None:
    spec = figures.overlap_figure(FOUR)
    one, two = figures.to_svg(spec), figures.to_svg(spec)
    assert one == two
    assert "href" not in one
    assert spec["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
