"""The translations: collected whole, compiled the same each time, shown where they exist, English elsewhere."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from panah import codes, i18n

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("messages_tool", ROOT / "tools/messages.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["messages_tool"] = module
    spec.loader.exec_module(module)
    return module


def texts(found):
    return {message if isinstance(message, str) else message[0] for _, _, message, _, _ in found}


def test_labels_and_definitions_of_the_codes_reach_the_translators(tool):
    found = texts(tool.code_messages())
    for name in codes.thesauri():
        if name == "country":
            continue
        for code in codes.codes_of(name):
            assert codes.label(name, code) in found
            assert codes.definition(name, code) in found


def test_messages_of_the_library_are_found(tool):
    found = texts(tool.library_messages())
    assert {"about {date}", "date unknown", "spring {year}"} <= found


def test_messages_of_templates_are_found_as_django_reads_them(tool, tmp_path, monkeypatch):
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    page = tmp_path / "page.html"
    page.write_text(
        "{% load i18n %}\n  <h1>{% translate 'Inbox' %}</h1>\n"
        '\t<p title="{% translate "A title" context "heading" %}">it\'s {{ name|default:_("nobody") }}</p>\n'
        "{% blocktranslate count n=rows|length trimmed %}\n  {{ n }} row\n{% plural %}\n  {{ n }} rows\n"
        "{% endblocktranslate %}\n{% trans 'Send' %}{% comment %}{% translate 'not this' %}{% endcomment %}"
        "{% blocktranslate with a=b %}Hello {{ a }}, <b>you</b>{% endblocktranslate %}\n"
    )
    found = [(message, context) for _, _, message, _, context in tool.template_messages(page)]
    assert ("Inbox", None) in found
    assert ("A title", "heading") in found
    assert ("nobody", None) in found
    assert (("%(n)s row", "%(n)s rows"), None) in found
    assert ("Send", None) in found
    assert ("Hello %(a)s, <b>you</b>", None) in found
    assert len(found) == 6


def test_messages_of_web_python_are_found(tool, tmp_path, monkeypatch):
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    module = tmp_path / "views.py"
    module.write_text(
        "x = _('One')\ny = ngettext('%(n)d case', '%(n)d cases', n)\nz = pgettext_lazy('verb', 'Open')\n_(name)\n"
    )
    found = [(message, context) for _, _, message, _, context in tool.python_messages(module, tool.WEB_KEYWORDS)]
    assert found == [("One", None), (("%(n)d case", "%(n)d cases"), None), ("Open", "verb")]


def test_compiling_twice_gives_the_same_bytes(tool):
    catalog = tool.translated("de", "panah")
    assert tool.mo_bytes(catalog) == tool.mo_bytes(tool.translated("de", "panah"))


def test_a_translation_survives_its_messages_absence(tool):
    fresh = tool.template("panah")
    catalog = tool.updated("de", "panah", fresh)
    catalog["about {date}"].string = "etwa {date}"
    empty = tool.Catalog(domain="panah", fuzzy=False)
    catalog.update(empty, no_fuzzy_matching=True)
    assert "about {date}" in catalog.obsolete
    assert catalog.obsolete["about {date}"].string == "etwa {date}"


@pytest.mark.parametrize(
    ("original", "translation", "same"),
    [
        ("about {date}", "etwa {date}", True),
        ("about {date}", "etwa", False),
        ("%(n)s rows", "%(n)s Zeilen", True),
        ("%(n)s rows", "%(m)s Zeilen", False),
        ("<b>you</b>", "<b>du</b>", True),
        ("<b>you</b>", "du", False),
        ("100 % {", "100 % {", True),
    ],
)
def test_placeholders_and_tags_must_survive(tool, original, translation, same):
    assert (tool.parts(original) == tool.parts(translation)) is same


def test_no_committed_translation_lost_a_placeholder(tool):
    assert list(tool.broken_translations()) == []


@pytest.mark.parametrize("language", [tag for tag in i18n.LANGUAGES if tag != "en"])
def test_every_language_has_catalogues_that_say_who_reviews_them(tool, language):
    for domain in tool.DOMAINS:
        assert "awaits review by native speakers" in tool.catalogue_path(language, domain).read_text(encoding="utf-8")
        assert tool.catalogue_path(language, domain, "mo").stat().st_size > 100


def test_the_library_speaks_without_django():
    assert i18n.translate("no such message", "de") == "no such message"
    assert i18n.translate("", "de") == ""
    assert i18n.translate("denies the act", "en") == "denies the act"
    assert i18n.translate("denies the act", "xx") == "denies the act"


def test_folders_of_languages():
    assert [i18n.locale_folder(tag) for tag in ("ug", "zh-hans", "en")] == ["ug", "zh_Hans", "en"]
