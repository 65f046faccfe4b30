"""What our own writer of a format writes, its reader reads; a cut file gives what was whole; no byte goes unsaid."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phone_fuzz import read_bytes
from phone_writers import IOS, ONE, WRITERS, Said, cards, ios_backup

from panah.model.phone import PhoneExport
from panah.phone import read_export

FORMATS = sorted(WRITERS)
START = datetime(2025, 5, 6, 21, 1, tzinfo=UTC)
LINES = frozenset({"line-text", "viber-csv", "calllog-csv", "signal-export-json", "signal-app-json"})
MINUTES = frozenset({"line-text"})
ADDRESSES = frozenset({"email", "mbox", "outlook-msg"})

letters = st.characters(
    exclude_categories=("Cs", "Cc", "Zl", "Zp", "Cf", "Cn", "Co", "Zs"), exclude_characters="\ufffd"
)
words = st.text(letters, min_size=1, max_size=12)
texts = st.lists(words, min_size=1, max_size=4).map(" ".join)
long_texts = st.lists(texts, min_size=1, max_size=3).map("\n".join)
names = words.filter(lambda name: name not in {"Me", "me"} and not name.isdecimal() and name.strip("\"'=+-@_*,;|"))
numbers = st.integers(0, 999).map(lambda number: f"+447700900{number:03}")


def _senders(slug: str) -> st.SearchStrategy[str]:
    if slug in ADDRESSES:
        return st.integers(0, 999).map(lambda number: f"ana{number}@example.org")
    if slug == "telegram-json":
        return st.integers(1, 10**9).map(lambda number: f"user{number}")
    return numbers if slug == "calllog-csv" else names


@st.composite
def conversations(draw: st.DrawFn, slug: str) -> list[Said]:
    at, said = START, []
    for _ in range(draw(st.integers(1, 1 if slug in ONE else 6))):
        at += timedelta(minutes=draw(st.integers(0, 3000)), seconds=0 if slug in MINUTES else draw(st.integers(0, 59)))
        said.append(Said(at, draw(_senders(slug)), draw(long_texts)))
    return said


def _found(export: PhoneExport) -> list[Said]:
    return [
        Said((event.at or START).replace(tzinfo=UTC), event.sender or "", (event.text or "").replace("\r\n", "\n"))
        for event in export.events
        if event.kind == "message"
    ]


@pytest.mark.parametrize("slug", FORMATS)
@settings(max_examples=40, deadline=None)
@given(st.data())
def test_what_was_written_is_read(slug: str, data: st.DataObject) -> None:
    said = data.draw(conversations(slug))
    export = read_bytes(WRITERS[slug](said))
    assert export is not None
    assert export.format == slug
    if slug == "calllog-csv":
        calls = [(event.at, event.sender, event.duration_s) for event in export.events]
        assert calls == [(one.at.replace(tzinfo=None), one.sender, len(one.text)) for one in said]
    else:
        assert _found(export) == said
    assert not [one for one in export.not_understood if "looks like a message" not in one.why]


@pytest.mark.parametrize("version", sorted(IOS))
@settings(max_examples=15, deadline=None)
@given(st.data())
def test_what_an_iphone_holds_is_read(version: str, data: st.DataObject) -> None:
    said = data.draw(conversations("sms"))
    said = [one._replace(sender=data.draw(numbers | st.just(""))) for one in said]
    with tempfile.TemporaryDirectory() as folder:
        ios_backup(Path(folder), said, version)
        export = read_export(folder)
    assert _found(export) == said
    assert [event.direction == "outgoing" for event in export.events] == [not one.sender for one in said]


@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
@settings(max_examples=40, deadline=None)
@given(people=st.lists(st.tuples(texts, numbers), min_size=1, max_size=5))
def test_cards_of_every_version_are_read(version: str, people: list[tuple[str, str]]) -> None:
    export = read_bytes(cards(people, version))
    assert export is not None
    assert [(one.name, one.numbers[0].e164) for one in export.contacts] == people
    assert not export.not_understood


CONVERSATION = [
    Said(START, "ana1@example.org", "one, “two”\nthree"),
    Said(START + timedelta(minutes=1), "kim2@example.org", "четыре: пять"),
    Said(START + timedelta(days=1), "ana1@example.org", "six"),
]


def _conversation(slug: str) -> list[Said]:
    renamed = {"telegram-json": ("user1", "user2"), "calllog-csv": ("+447700900123", "+447700900124")}
    ana, kim = renamed.get(slug, ("ana1@example.org", "kim2@example.org") if slug in ADDRESSES else ("Ana", "Kim"))
    return [one._replace(sender=ana if one.sender.startswith("ana") else kim) for one in CONVERSATION]


@pytest.mark.slow
@pytest.mark.parametrize("slug", FORMATS)
def test_a_file_cut_at_any_byte_gives_what_was_whole_and_says_so(slug: str) -> None:
    """Or is refused in one line; ``read_bytes`` asserts that it is one."""
    data = WRITERS[slug](_conversation(slug))
    whole = read_bytes(data)
    assert whole is not None
    expected = _bare(whole)
    n_refused = 0
    for cut in range(1, len(data), 1 if len(data) < 2000 else 7):
        export = read_bytes(data[:cut])
        if export is None or export.format != slug:
            n_refused += 1
            continue
        found = _bare(export)
        assert found[:-1] == expected[: len(found[:-1])], cut
        in_body = slug in ADDRESSES and b"\n\n" in data[:cut].rpartition(b"\nFrom ")[2]
        whole_lines = (slug in LINES or in_body) and data[:cut].endswith(b"\n")
        if found != expected and not whole_lines:
            said = " ".join((*(one.why for one in export.not_understood), *export.notes))
            assert re.search(r"breaks here|may be cut|not a row|no date|no time|not as mail", said), (cut, said)
    assert n_refused < len(data)


def _bare(export: PhoneExport) -> list[tuple[object, ...]]:
    return [(event.kind, event.at, event.sender, event.text, event.duration_s) for event in export.events]


STRUCTURE = {  # what is neither a message nor not understood: the frame of a document, the head of a table
    "telegram-json": rb'[\s{}\[\],]|"(?:name|type|id|messages)": (?:"[^"]*"|\d+)?',
    "messenger-e2ee-json": rb'[\s{}\[\],]|"(?:participants|threadName|messages)": (?:"[^"]*")?',
    "meta-json": rb'[\s{}\[\],]|"(?:participants|title|messages)": (?:"[^"]*")?',
}
HEADS = {
    "line-text": re.compile(r"\[LINE\].*|Saved on.*|\d{4}/\d\d/\d\d\(\w+\)|\s*"),
    "calllog-csv": re.compile("Number,Date,Type,Duration"),
    "signal-app-json": re.compile(r'\{"recipient".*'),
}


def _unsaid(slug: str, data: bytes, export: PhoneExport) -> Iterator[bytes]:
    """Parts of the file that stand in no event and in nothing that was told."""
    places = [event.place for event in export.events] + [one.where for one in export.not_understood]
    if slug in LINES:
        told = " ".join(export.notes)
        said = {number for place in places if place.unit == "line" for number in range(place.start, place.end)}
        for number, row in enumerate(data.split(b"\n"), 1):
            head = HEADS.get(slug)
            if number in said or not row.strip(b", \r") or row.decode("utf-8", "replace").strip(" \r\u202e") in told:
                continue
            if not (head and head.fullmatch(row.decode("utf-8", "replace").strip("\r"))):
                yield row
        return
    left = bytearray(data)
    for place in places:
        assert place.unit == "byte"
        left[place.start : place.end] = b" " * (place.end - place.start)
    if rest := re.sub(STRUCTURE[slug], b"", bytes(left)).strip():
        yield rest


JUNK = st.sampled_from(
    [
        b"junk",
        b'"',
        b"\x00\xff\xfe",
        b"}",
        b"]",
        b"{}",
        b"99:99\tx",
        b'{"x": 1}',
        b",,,",
        "\u202eевил".encode(),
        b"<a>",
        b"1,2,3",
    ]
)


@pytest.mark.parametrize("slug", sorted(LINES | STRUCTURE.keys()))
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_byte_is_read_or_told(slug: str, data: st.DataObject) -> None:
    """With junk between the lines: what is left of the file is its frame and nothing else."""
    rows = WRITERS[slug](_conversation(slug)).split(b"\n")
    rows.insert(data.draw(st.integers(1, len(rows))), data.draw(JUNK))
    whole = b"\n".join(rows)
    export = read_bytes(whole)
    if export is not None and export.format == slug:
        assert list(_unsaid(slug, whole, export)) == []


@pytest.mark.parametrize("slug", sorted(LINES | STRUCTURE.keys()))
def test_the_check_of_every_byte_sees_what_is_not_said(slug: str) -> None:
    """The control: an event taken away is noticed."""
    whole = WRITERS[slug](_conversation(slug))
    export = read_bytes(whole)
    assert export is not None
    assert list(_unsaid(slug, whole, export)) == []
    import dataclasses

    assert list(_unsaid(slug, whole, dataclasses.replace(export, events=export.events[1:])))
