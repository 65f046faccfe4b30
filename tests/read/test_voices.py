"""Who speaks and who denies, kind by kind: sentences of ours in ``voices/``, in ten languages, beside those that deny nothing.

Each line is read by itself, as a text of its own. Lines that the rules do not read yet stay in the tables and are named in
``OPEN``: a test fails when one of them is read at last, so that the list stays true.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from read_scoring import DENYING, same_name

from panah.model.reading import Statement
from panah.read.sentences import Page
from panah.read.statements import find_statements

TABLES = Path(__file__).parent / "voices"
OPEN = {line for line in (TABLES / "open.txt").read_text(encoding="utf-8").splitlines() if not line.startswith("#")}


def rows(table: str) -> Iterator[tuple[str, str, str]]:
    for line in (TABLES / f"{table}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            language, text, wanted = (part.strip() for part in line.split("||"))
            mark = pytest.mark.xfail(strict=True, reason="not read yet") if text in OPEN else ()
            yield pytest.param(language, text.replace(" ¶ ", "\n\n"), wanted, marks=mark)  # type: ignore[misc]


def statements(language: str, text: str) -> list[Statement]:
    return find_statements(Page(text, language))


@pytest.mark.parametrize(("language", "text", "speakers"), list(rows("speakers")))
def test_who_speaks(language: str, text: str, speakers: str) -> None:
    wanted = [None if name.strip() == "-" else name.strip() for name in speakers.split(";") if name.strip()]
    found = [each.speaker for each in statements(language, text) if each.kind != "indirect"]
    assert len(found) == len(wanted)
    assert all(same_name(a, b) for a, b in zip(wanted, found, strict=True)), found


@pytest.mark.parametrize(("language", "text", "stance"), list(rows("denials")))
def test_who_denies(language: str, text: str, stance: str) -> None:
    found = [each.stance for each in statements(language, text) if each.stance in DENYING]
    assert found == ([] if stance == "-" else [stance])


def test_what_is_open_stands_in_a_table() -> None:
    texts = {param.values[1] for table in ("speakers", "denials") for param in rows(table)}  # type: ignore[attr-defined]
    assert {line.replace(" ¶ ", "\n\n") for line in OPEN if line} <= texts


def told_rows() -> Iterator[tuple[str, str, str, str]]:
    for line in (TABLES / "told.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            language, sentence, speaker, told = (part.strip() for part in line.split("||"))
            yield language, sentence, speaker, told


@pytest.mark.parametrize(("language", "sentence", "speaker", "told"), list(told_rows()))
def test_what_is_told(language: str, sentence: str, speaker: str, told: str) -> None:
    found = [each for each in statements(language, sentence) if each.text == told]
    assert len(found) == 1
    assert not speaker or same_name(speaker, found[0].speaker)
