"""The codebook and the thesauri: whole, stable, sourced, and errors that help without repeating the value."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panah import codes
from panah.errors import UnknownCode
from panah.i18n import LANGUAGES

ROOT = Path(__file__).parents[2]
SHARED = (ROOT / "../shared/design/codebook.csv").resolve()
BOOK = codes.codebook()
LISTS = list(codes.thesauri())


def test_the_codebook_is_the_one_of_the_design():
    if not SHARED.exists():
        pytest.skip("../shared/design is absent: the design's codebook cannot be compared")
    assert (ROOT / "src/panah/codes/data/tactic.csv").read_bytes() == SHARED.read_bytes()


def test_every_tactic_is_typed():
    assert len(BOOK.tactics) == 32
    call = BOOK.tactic("proxy_family_call")
    assert (call.label, call.family, call.stage, call.g7) == ("Relatives made to call", "remote", 1, 6)
    assert BOOK.tactic("abduction_rendition").huridocs == ("030104", "030103")
    assert BOOK.tactic("host_state_complicity").stage is None
    assert BOOK.tactic("interpol_abuse").cameo == ()
    for tactic in BOOK.tactics.values():
        assert tactic.family in codes.scheme("freedom_house")
        assert tactic.definition.endswith(".")


def test_the_version_is_recorded_with_its_digest():
    done = subprocess.run([sys.executable, "tools/codebook.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert BOOK.version == "1.0"
    assert len(BOOK.digest) == 64


def test_a_changed_codebook_without_a_new_version_is_told(tmp_path):
    tool = tmp_path / "tools/codebook.py"
    data = tmp_path / "src/panah/codes/data"
    tool.parent.mkdir()
    data.mkdir(parents=True)
    tool.write_bytes((ROOT / "tools/codebook.py").read_bytes())
    (data / "versions.csv").write_bytes((ROOT / "src/panah/codes/data/versions.csv").read_bytes())
    (data / "tactic.csv").write_bytes(
        (ROOT / "src/panah/codes/data/tactic.csv").read_bytes() + b"new,New,remote,1,,,,New.\n"
    )
    done = subprocess.run([sys.executable, tool, "--check"], capture_output=True, text=True)
    assert done.returncode == 1
    assert "tactic.csv has changed" in done.stderr
    new = [sys.executable, tool, "--version", "1.1", "--date", "2027-01-01", "--changed", "added: new"]
    assert subprocess.run(new).returncode == 0
    assert subprocess.run([sys.executable, tool, "--check"]).returncode == 0


@pytest.mark.parametrize("scheme", list(codes.SCHEMES))
def test_the_crosswalk_goes_both_ways(scheme):
    used = set()
    for tactic in BOOK.tactics.values():
        for term in codes.crosswalk(tactic.code)[scheme]:
            used.add(term.code)
            assert tactic in codes.tactics_of(scheme, term.code)
    assert used == set(codes.scheme(scheme)), "a term that no tactic has, or the other way round"


def test_a_code_above_finds_those_below_it_only_where_codes_are_nested():
    assert {tactic.code for tactic in codes.tactics_of("cameo", "18")} >= {
        "assault",
        "assassination",
        "abduction_rendition",
    }
    assert codes.tactics_of("freedom_house", "remot") == ()
    assert codes.tactics_of("cameo", "") == ()


@pytest.mark.parametrize("scheme", list(codes.SCHEMES))
def test_every_term_names_its_source(scheme):
    for term in codes.scheme(scheme).values():
        assert term.source
        assert term.label_in("en")


@pytest.mark.parametrize("name", LISTS)
def test_every_code_has_a_label_and_a_slug(name):
    for code, row in codes.thesaurus(name).items():
        assert row["label"].strip() == row["label"] != ""
        assert code == code.strip()
        if name != "country":
            assert code.isidentifier()
            assert code.islower()
            assert row["definition"].endswith(".")
        for language in LANGUAGES:
            assert codes.label(name, code, language)
            assert codes.definition(name, code, language) or name == "country"


@pytest.mark.parametrize("name", [name for name in LISTS if name not in {"tactic", "country"}])
def test_every_list_of_the_product_can_say_that_it_is_not_known(name):
    assert "unknown" in codes.thesaurus(name)


@pytest.mark.parametrize("name", [name for name, row in codes.thesauri().items() if row["huridocs_thesaurus"]])
def test_terms_of_the_huridocs_lists_are_digits(name):
    rows = codes.thesaurus(name).values()
    terms = [term for row in rows for term in row["huridocs"].split(";") if term]
    assert terms
    assert all(term.isdecimal() and len(term) % 2 == 0 for term in terms)


def test_stances_that_the_article_needs_are_there():
    needed = {"asserts", "denies", "declines_to_comment", "no_knowledge", "refuses_to_name", "alternative_explanation"}
    assert needed <= set(codes.codes_of("attribution"))


def test_an_unknown_code_names_the_nearest_and_not_itself():
    with pytest.raises(UnknownCode, match="nearest are proxy_family_call") as caught:
        BOOK.tactic("family_call")
    assert str(caught.value).count("family_call") == 1
    with pytest.raises(UnknownCode, match="see the codebook") as caught:
        codes.label("status", "Rana Example 1961")
    assert "Rana" not in repr(caught.value)
    with pytest.raises(UnknownCode, match="no such thesaurus; one of tactic, attribution"):
        codes.thesaurus("../../errors")
    with pytest.raises(UnknownCode, match="no such scheme; one of freedom_house"):
        codes.scheme("nato")


@given(st.text(max_size=200))
def test_a_checker_lets_codes_through_and_raises_value_error_otherwise(text):
    check = codes.checker("status")
    if text in codes.thesaurus("status"):
        assert check(text) == text
    else:
        with pytest.raises(ValueError, match="no such status code"):
            check(text)


def test_countries():
    assert codes.check_country("BE") == "BE"
    for wrong in ("be", "XX", "BEL", ""):
        with pytest.raises(ValueError, match="no such country code"):
            codes.check_country(wrong)


def test_rows_cannot_be_changed():
    with pytest.raises(TypeError):
        codes.thesaurus("status")["alleged"]["label"] = "proved"
    with pytest.raises(TypeError):
        BOOK.tactics["new"] = None
