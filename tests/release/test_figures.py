"""Drawings that a strict page may carry: nothing that runs, words for who does not see, hidden told as hidden."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from panah.i18n import LANGUAGES
from panah.release import for_page, timeline_svg, world_map_svg

COUNTS = {"BE": 12, "DE": 40, "SE": None, "unknown": 3}
MONTHS = {"2023-01": 4, "2023-02": None, "2023-06": 9, "unknown": 2}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("svg", [world_map_svg(COUNTS), timeline_svg(MONTHS), world_map_svg({}), timeline_svg({})])
def test_nothing_runs_and_nothing_is_fetched(svg: str) -> None:
    root = ElementTree.fromstring(svg)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert not tags & {"script", "style", "foreignObject", "image", "use", "a"}
    for element in root.iter():
        for name, value in element.attrib.items():
            assert not name.startswith("on"), name
            assert name != "style"
            assert "url(" not in value or value.startswith("url(#"), value
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_title_and_description_in_each_language(language: str) -> None:
    for svg in (world_map_svg(COUNTS, language=language), timeline_svg(MONTHS, language=language)):
        root = ElementTree.fromstring(svg)
        assert root.get("role") == "img"
        assert root.get("lang") == language
        named = {element.get("id"): element for element in root.iter() if element.get("id")}
        for reference in (root.get("aria-labelledby") or "").split():
            assert named[reference].text


def test_the_description_has_every_number_and_says_what_is_hidden() -> None:
    told = ElementTree.fromstring(world_map_svg(COUNTS)).findtext(f"{SVG}desc") or ""
    assert "Germany 40" in told
    assert "Belgium 12" in told
    assert "Sweden too few to show" in told
    assert "3 without a known country" in told


def test_a_hidden_count_has_a_mark_and_no_bar() -> None:
    both = timeline_svg({"2023": 9, "2024": None})
    assert "×" in both
    assert "×" not in timeline_svg({"2023": 9, "2024": 4})


def test_time_runs_from_the_right_in_uyghur() -> None:
    def position(svg: str, year: str) -> float:
        found = re.search(rf"translate\(([\d.]+),[\d.]+\)[^>]*>[^<]*{year}", svg)
        assert found
        return float(found.group(1))

    counts = {"2022": 5, "2023": 6, "2024": 7}
    english, uyghur = timeline_svg(counts), timeline_svg(counts, language="ug")
    assert position(english, "2022") < position(english, "2024")
    assert position(uyghur, "2022") > position(uyghur, "2024")


def test_hostile_titles_stay_words() -> None:
    svg = timeline_svg({"2024": 5}, title='</title><script>alert("x")</script>')
    assert "<script" not in svg
    assert ElementTree.fromstring(svg).findtext(f"{SVG}title") == '</title><script>alert("x")</script>'


def test_on_a_page_it_takes_the_ink_of_the_page() -> None:
    svg = world_map_svg(COUNTS)
    assert " color=" in svg.split(">", 1)[0]
    assert " color=" not in for_page(svg).split(">", 1)[0]
    assert "currentColor" in svg
