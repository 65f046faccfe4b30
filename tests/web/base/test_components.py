"""Components: escaped, labelled, and silent where there is nothing to say."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.text import capfirst

HOSTILE = '"><script>alert(1)</script>'


def render(source: str, path: str = "/", **context: Any) -> str:
    return engines["django"].from_string(source).render(context, RequestFactory().get(path))


def test_every_stance_and_status_has_a_label_and_a_tone() -> None:
    from panah import codes

    for name, tag in (("attribution", "stance"), ("status", "status")):
        for slug in codes.thesaurus(name):
            html = render(f"{{% {tag} slug %}}", slug=slug)
            assert 'class="badge" data-tone="' in html
            assert f">{capfirst(codes.label(name, slug))}<" in html


def test_denials_do_not_look_like_assertions() -> None:
    assert 'data-tone="denies"' in render('{% stance "denies" %}')
    assert 'data-tone="asserts"' in render('{% stance "asserts" %}')
    assert 'data-tone="silent"' in render('{% stance "declines_to_comment" %}')


@pytest.mark.parametrize(
    "source",
    [
        "{% badge text %}",
        "{% flag text %}",
        "{% stance text %}",
        "{% notice text %}{{ text }}{% endnotice %}",
        "{% empty_state text %}{{ text }}{% endempty_state %}",
        "{% data_table text text %}<tr><td>{{ text }}</td></tr>{% enddata_table %}",
        "{% figure text text header rows %}{{ text }}{% endfigure %}",
        "{{ text|edtf }}{{ text|country }}",
    ],
)
def test_hostile_text_is_escaped_everywhere(source: str) -> None:
    html = render(source, text=HOSTILE, header=[HOSTILE], rows=[[HOSTILE, HOSTILE]])
    assert "<script>" not in html


def test_a_figure_brings_its_numbers_as_a_table() -> None:
    source = "{% figure 'Incidents' drawing header rows %}By year{% endfigure %}"
    drawing = mark_safe("<svg></svg>")
    html = render(source, drawing=drawing, header=["Year", "Incidents"], rows=[["2019", 7]])
    assert "<svg></svg>" in html
    assert '<th scope="row">2019</th>' in html
    assert "<figcaption>By year</figcaption>" in html


def test_the_pager_keeps_the_filters() -> None:
    page = Paginator(range(100), 10).page(2)
    html = render("{% pager page %}", "/incidents/?tactic=threat&page=2", page=page)
    assert "?tactic=threat&amp;page=1" in html
    assert "?tactic=threat&amp;page=3" in html
    assert "11–20 of 100" in html


def test_one_page_needs_no_pager() -> None:
    assert "<nav" not in render("{% pager page %}", page=Paginator(range(3), 10).page(1))


def test_a_section_knows_when_the_reader_is_in_it() -> None:
    assert "aria-current" in render('{% current "/incidents/" %}', "/incidents/1/")
    assert "aria-current" not in render('{% current "/" %}', "/incidents/")


def test_dates_are_as_precise_as_they_are_known() -> None:
    assert "2019" in render('{{ "2019-07"|edtf }}')
    assert render('{{ ""|edtf }}') == ""
    with translation.override("de"):
        assert "Juli" in render('{{ "2019-07"|edtf }}')
