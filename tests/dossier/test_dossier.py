"""A dossier carries every word with its source and its denial, and nothing that is said can become markup."""

import html
import shutil
import subprocess
from pathlib import Path

import pytest
from dossier_content import invented_content
from hypothesis import given, settings
from hypothesis import strategies as st

from panah import dossier
from panah.errors import BadRow, DenialMissing, UnknownCode

HOSTILE = [
    "<script>alert(1)</script>", "#panic(\"x\")", "$ x^2 $", "*bold* _it_ `raw`", "\\u{41} \\", "{{ 7 * 7 }}{% raw %}",
    "</style><b>", "] #read(\"/etc/passwd\")", "@label <label>", "\u202ereversed\u202c", "\x0b tab", "'\"`",
]  # fmt: skip


def text_of(pdf: bytes, folder: Path) -> str:
    if not shutil.which("pdftotext"):
        pytest.skip("needs pdftotext: apt-get install poppler-utils")
    (folder / "made.pdf").write_bytes(pdf)
    done = subprocess.run(
        ["pdftotext", "-layout", folder / "made.pdf", "-"], capture_output=True, text=True, check=True
    )
    return done.stdout


def test_html_tells_the_claim_its_source_its_denial_and_its_place() -> None:
    page = dossier.build(invented_content()).html()
    for told in ["They begged me to stop.", "Aynur (fictional)", "No such call was made.", "about 15 cases",
                 "Embassy (fictional)", "abababababab, characters 10–15", "ab" * 32, "few_lists"]:  # fmt: skip
        assert told in page, told
    assert page.index("They begged me") < page.index("No such call was made.")


def test_pdf_tells_the_same(tmp_path: Path) -> None:
    text = " ".join(text_of(dossier.build(invented_content()).pdf(), tmp_path).split())
    for told in [
        "They begged me to stop.",
        "No such call was made.",
        "about 15 cases",
        "few_lists",
        "Fictional example",
    ]:
        assert told in text, told


@pytest.mark.parametrize("slug", dossier.regimes())
@pytest.mark.parametrize("words", HOSTILE)
def test_what_is_said_stays_words(words: str, slug: str) -> None:
    made = dossier.build(invented_content(words=words, name=words), regime_slug=slug)
    page = made.html()
    assert html.escape(words, quote=False).split()[0][:4] in page or words.split()[0][:4] in html.unescape(page)
    assert "<script>" not in page
    made.pdf()


@given(words=st.text(min_size=1, max_size=200))
@settings(max_examples=40, deadline=None)
def test_any_text_is_escaped_in_html(words: str) -> None:
    page = dossier.build(invented_content(words=words)).html()
    assert page.count("<q>") == 1
    inside = page.split("<q>")[1].split("</q>")[0]
    assert "<" not in inside
    assert html.unescape(inside) == words or "\r" in words or "\x00" in words


def test_names_in_many_scripts_reach_the_pdf(tmp_path: Path) -> None:
    text = text_of(dossier.build(invented_content(words="北京 Şöhret Көктөбе བཀྲ་ཤིས")).pdf(), tmp_path)
    assert "北京" in text
    assert "Şöhret" in text
    assert "Көктөбе" in text


def test_an_allegation_never_travels_alone() -> None:
    with pytest.raises(DenialMissing):
        dossier.build(invented_content(answered=False))


def test_a_claim_without_its_source_is_refused() -> None:
    content = invented_content()
    with pytest.raises(BadRow, match="add the source"):
        dossier.build(content.model_copy(update={"sources": content.sources[1:]})).html()


def test_the_same_content_gives_the_same_bytes() -> None:
    content = invented_content()
    first, second = dossier.build(content), dossier.build(content)
    assert first.html() == second.html()
    assert first.pdf() == second.pdf()


def test_an_unknown_regime_names_those_there_are() -> None:
    with pytest.raises(UnknownCode, match="report"):
        dossier.build(invented_content(), regime_slug="nonsense")


def test_right_to_left_is_said_to_the_reader() -> None:
    page = dossier.build(invented_content(), language="ug").html()
    assert 'lang="ug" dir="rtl"' in page
    assert dossier.build(invented_content(), language="ug").pdf().startswith(b"%PDF")


def test_an_empty_report_says_so() -> None:
    content = invented_content()
    empty = content.model_copy(update={"incidents": (), "claims": (), "responses": (), "estimate": None, "figures": ()})
    page = dossier.build(empty).html()
    assert "No confirmed incident is told here." in page
    assert "No estimate was made." in page
    assert dossier.build(empty).pdf().startswith(b"%PDF")


def test_content_survives_json() -> None:
    content = invented_content()
    assert dossier.Content.from_json(content.to_json()) == content
