"""The frame of JSON documents: any chunking gives the same values at the same places."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panah.phone.json_stream import Path, Stream
from panah.phone.report import Report

leaf = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8)
)
values = st.recursive(
    leaf,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
documents = st.dictionaries(st.text(max_size=4), values, max_size=5)


def _wanted(path: Path) -> bool:
    return bool(path) and isinstance(path[-1], int)


def _leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """What the stream should give: elements of arrays whole, everything else value by value."""
    if isinstance(value, dict) and not _wanted(path):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, list) and not _wanted(path):
        for index, inner in enumerate(value):
            yield from _leaves(inner, (*path, index))
    else:
        yield path, value


def _chunks(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


@settings(max_examples=150, deadline=None)
@given(documents, st.integers(1, 9), st.booleans(), st.sampled_from([None, 1]), st.booleans())
def test_any_chunking_gives_every_value_at_its_place(
    document: dict[str, Any], size: int, ascii_only: bool, indent: int | None, mark: bool
) -> None:
    data = (b"\xef\xbb\xbf" if mark else b"") + json.dumps(document, ensure_ascii=ascii_only, indent=indent).encode()
    report = Report()
    stream = Stream(_wanted, report)
    found = list(stream.values(_chunks(data, size)))
    assert stream.broken is None
    assert not report.not_understood
    assert [(one.path, one.value) for one in found] == list(_leaves(document))
    for one in found:
        assert json.loads(data[one.place.start : one.place.end]) == one.value


@settings(max_examples=80, deadline=None)
@given(documents.filter(bool), st.integers(1, 9), st.data())
def test_a_cut_gives_what_was_whole_and_says_where(document: dict[str, Any], size: int, draw: st.DataObject) -> None:
    data = json.dumps(document).encode()
    cut = draw.draw(st.integers(1, len(data) - 1))
    stream = Stream(_wanted, Report())
    found = [(one.path, one.value) for one in stream.values(_chunks(data[:cut], size))]
    assert stream.broken is not None
    assert stream.broken.start <= cut
    whole = list(_leaves(document))
    # a number that was cut is a number too, so that the last one may differ
    assert found[:-1] == whole[: max(0, len(found) - 1)]


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b'{"a": "bell \\x07 here"}', "bell \x07 here"),
        (b'{"a": "bell \\x1B\\\\x41"}', "bell \x1b\\x41"),
        (b'{"a": "tab\there"}', "tab\there"),
        (b'{"a": "\xff"}', "\ufffd"),
    ],
)
def test_what_is_not_json_is_repaired_and_counted(data: bytes, value: str) -> None:
    stream = Stream(_wanted, Report())
    assert [one.value for one in stream.values([data])] == [value]
    assert stream.n_repaired == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[1,",
        b'{"a"',
        b'{"a":}',
        b"{,}",
        b'{"a":1]',
        b"[1}",
        b"{1:2}",
        b"]",
        b"[" * 100,
        b'{"a":"b',
        b'"',
    ],
)
def test_what_is_broken_says_where(data: bytes) -> None:
    stream = Stream(lambda path: False, Report())
    list(stream.values([data]))
    assert stream.broken is not None


def test_bytes_after_the_end_are_told() -> None:
    report = Report()
    stream = Stream(_wanted, report)
    assert [one.value for one in stream.values([b'{"a": 1} x', b"y"])] == [1]
    assert [(one.why, one.where.start) for one in report.not_understood] == [("bytes after the end of the document", 9)]


def test_a_value_without_end_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("panah.phone.json_stream.MAX_VALUE_BYTES", 4 << 20)
    stream = Stream(_wanted, Report())
    pieces = (b'{"a": ["' if not number else b"x" * (1 << 20) for number in range(200))
    assert list(stream.values(pieces)) == []
    assert stream.broken is not None
    assert "4 MiB" in stream.broken.why
