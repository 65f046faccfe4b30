"""*SMS Backup & Restore*: hostile files first, then every oddity that real ones have, then the samples."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phone_exports import SAMPLES, call, calls_xml, expected, needs_samples, sms, smses_xml

from panah.errors import PanahError, UnknownFormat, Unreadable
from panah.model.phone import Attachment, PhoneExport
from panah.phone import read_export, stream

BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE smses [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))
    + b'] ><smses><sms body="&j;" /></smses>'
)


@contextlib.contextmanager
def peak_memory(*, below: int) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < below


def _read(tmp_path: Path, data: bytes, **options: object) -> PhoneExport:
    path = tmp_path / "export.bin"
    path.write_bytes(data)
    return read_export(path, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (BILLION_LAUGHS, "document type"),
        (b'<!DOCTYPE smses SYSTEM "file:///etc/passwd"><smses count="1"></smses>', "document type"),
        (b"<?xml version='1.0'?><smses><sms " + b"a" * 200, "nothing in it is whole"),
        (b"<calls></smses>", "nothing in it is whole"),
        (b"<calls", "not an export"),
        (b"", "empty"),
        (b"\x00" * 5000, "not an export"),
        (b"PK\x03\x04" + b"\x00" * 100, "damaged zip"),
        ("<html><sms/></html>".encode("utf-16"), "not an export"),
        (b"<?xml version='1.0'?><html><smses/></html>", "not an export"),
    ],
)
def test_a_hostile_or_foreign_file_is_refused_in_one_line(tmp_path: Path, data: bytes, error: str) -> None:
    with pytest.raises(Unreadable, match=error) as caught:
        _read(tmp_path, data)
    assert "\n" not in str(caught.value)
    assert caught.value.where == "export.bin"


def test_one_attribute_of_a_hundred_megabytes_is_refused_in_bounded_time_and_memory(tmp_path: Path) -> None:
    path = tmp_path / "huge.xml"
    with path.open("wb") as file:
        file.write(b'<smses><sms date="1" type="1" body="')
        for _ in range(100):
            file.write(b"A" * (1 << 20))
        file.write(b'" /></smses>')
    started = time.process_time()
    with pytest.raises(Unreadable, match="more than 32 MiB"), peak_memory(below=150 << 20):
        read_export(path)
    assert time.process_time() - started < 10


def test_nesting_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="more than 20,000 elements"):
        _read(tmp_path, b"<smses>" + b"<mms>" * 30_000)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "long.xml"
    with path.open("wb") as file:
        file.write(b"<smses>")
        line = sms("x" * 200).encode() + b"\n"
        for _ in range(40):
            file.write(line * 1000)
        file.write(b"</smses>")
    _format, events, _report = stream(path)
    with peak_memory(below=8 << 20):
        assert sum(1 for _event in events) == 40_000


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_file_cut_at_any_byte_gives_what_was_whole_and_says_where(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = smses_xml(
        sms("one &#55357;&#56842;"), sms("two é"), "<mms date='1746460800000' msg_box='1'><parts></parts></mms>"
    )
    whole = whole.replace(b"&amp;#", b"&#")
    cut = data.draw(st.integers(1, len(whole) - 1))
    path = tmp_path_factory.mktemp("cut") / "cut.xml"
    path.write_bytes(whole[:cut])
    n_whole = sum(whole[:cut].count(end) for end in (b" />", b"</mms>"))
    try:
        export = read_export(path)
    except PanahError:
        assert n_whole == 0
    else:
        assert len(export.events) == n_whole
        (doubt,) = export.not_understood
        assert "breaks here" in doubt.why
        assert (doubt.where.unit, doubt.where.end) == ("byte", cut)
        assert doubt.where.start >= export.events[-1].place.end


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 60))
def test_hostile_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, junk: bytes, at: int) -> None:
    whole = smses_xml(sms("one"), sms("two"))
    path = tmp_path_factory.mktemp("junk") / "junk.xml"
    path.write_bytes(whole[: 60 + at] + junk + whole[60 + at :])
    with contextlib.suppress(Unreadable):
        export = read_export(path)
        assert all(event.place.end <= path.stat().st_size for event in export.events)


texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=40
)


def _as_android_writes(text: str) -> str:
    """Characters beyond the basic plane as two decimal surrogate references, which is not XML."""
    units = text.encode("utf-16-be")
    pieces = []
    for position in range(0, len(units), 2):
        unit = int.from_bytes(units[position : position + 2])
        char = chr(unit)
        pieces.append(f"&#{unit};" if 0xD800 <= unit < 0xE000 or char in "&<>\"'\n" else char)
    return "".join(pieces)


@settings(max_examples=60, deadline=None)
@given(st.lists(texts, min_size=1, max_size=6), st.integers(1, 64))
def test_texts_come_back_whole_and_every_place_is_exact(
    tmp_path_factory: pytest.TempPathFactory, bodies: list[str], chunk: int
) -> None:
    messages = (f'<sms date="1746213245120" type="1" body="{_as_android_writes(one)}" />' for one in bodies)
    data = smses_xml(*messages)
    path = tmp_path_factory.mktemp("round") / "round.xml"
    path.write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("panah.phone.sms_backup.chunks", lambda file: iter(lambda: file.read(chunk), b""))
        export = read_export(path)
    assert [event.text for event in export.events] == bodies
    assert not export.not_understood
    for event in export.events:
        assert data[event.place.start : event.place.end].startswith(b"<sms ")
        assert data[event.place.start : event.place.end].endswith(b" />")
    emoji = sum(ord(char) > 0xFFFF for one in bodies for char in one)
    assert any(note.startswith(f"{emoji:,} characters joined") for note in export.notes) == (emoji > 0)


@pytest.mark.parametrize(
    ("raw", "shown", "where"),
    [
        (b"a&#55357;b", "a\ufffdb", (9,)),
        (b"&#56842;b", "\ufffdb", (8,)),
        (b"&#55357;&#55357;&#56842;", "\ufffd😊", (8,)),
        (b"&#0;b&#31;", "\ufffdb\ufffd", (4, 5)),
        (b"\x07b", "\ufffdb", (1,)),
        (b"\xff\xfeb", "\ufffd\ufffdb", (1, 1)),
        (b"&#x1F30D;", "🌍", ()),
    ],
)
def test_what_xml_forbids_is_replaced_and_each_place_told(
    tmp_path: Path, raw: bytes, shown: str, where: tuple[int, ...]
) -> None:
    data = smses_xml('<sms date="1746213245120" type="1" body="HERE" />', sms("after")).replace(b"HERE", raw)
    export = _read(tmp_path, data)
    assert [event.text for event in export.events] == [shown, "after"]
    assert len(export.not_understood) == len(where)
    for doubt in export.not_understood:
        assert data.index(b'body="') + 6 <= doubt.where.start < doubt.where.end <= data.index(b'body="') + 6 + len(raw)
    last = export.events[1].place
    assert data[last.start : last.end] == sms("after").encode()


PRESENTED = {
    ("+44 7700 900123", "1"): ("+447700900123", "allowed"),
    ("", "2"): (None, "restricted"),
    ("-2", "2"): (None, "restricted"),
    ("-1", "3"): (None, "unknown"),
    ("-3", "4"): (None, "payphone"),
    ("", "5"): (None, "unavailable"),
    ("-2", "1"): (None, "restricted"),
    ("-1", ""): (None, "unknown"),
    ("null", "1"): (None, "unknown"),
    ("+44 7700 900123", "2"): (None, "restricted"),
    ("+999 888 0001", "1"): ("+9998880001", "allowed"),
    ("00999 888 0001", "1"): ("+9998880001", "allowed"),
    ("121", "1"): ("121", "allowed"),
}


@pytest.mark.parametrize(("shown", "meant"), PRESENTED.items())
def test_a_number_is_taken_only_where_it_was_presented(
    tmp_path: Path, shown: tuple[str, str], meant: tuple[str | None, str]
) -> None:
    number, presentation = shown
    (event,) = _read(tmp_path, calls_xml(call(number, presentation=presentation)), region="SE").events
    assert (event.counterpart, event.presentation) == meant


@pytest.mark.parametrize(("region", "number"), [("SE", "+46701740605"), (None, "0701740605"), ("GB", None)])
def test_a_national_number_needs_a_region(tmp_path: Path, region: str | None, number: str | None) -> None:
    (event,) = _read(tmp_path, calls_xml(call("070-174 06 05")), region=region).events
    assert event.raw_identity == "070-174 06 05"
    if number:
        assert event.counterpart == number


def test_the_owner_number_gives_the_region(tmp_path: Path) -> None:
    data = calls_xml(call("070-174 06 05", type=2))
    (event,) = _read(tmp_path, data, owner_number="+46701740610").events
    assert (event.counterpart, event.sender) == ("+46701740605", "+46701740610")


def test_call_types(tmp_path: Path) -> None:
    data = calls_xml(*(call(type=number) for number in (1, 2, 3, 4, 5, 6, 7, 1000)))
    events = _read(tmp_path, data).events
    assert [event.status for event in events] == [
        "answered", "dialled", "missed", "voicemail", "rejected", "blocked", "answered_elsewhere", "vendor_1000",
    ]  # fmt: skip
    assert [event.direction for event in events] == ["incoming", "outgoing", *["incoming"] * 5, "unknown"]


def test_a_draft_is_not_a_received_message(tmp_path: Path) -> None:
    events = _read(tmp_path, smses_xml(*(sms(type=number) for number in (1, 2, 3, 4, 5, 6)))).events
    assert [event.direction for event in events] == ["incoming", "outgoing", "none", *["outgoing"] * 3]
    assert [event.sender is not None for event in events] == [True, *[False] * 5]


def test_a_count_that_disagrees_is_told_and_not_believed(tmp_path: Path) -> None:
    export = _read(tmp_path, calls_xml(call(), count=7))
    assert export.n_calls == 1
    assert "the file says 7 entries, 1 were read" in export.notes


def test_a_time_that_is_none_is_told(tmp_path: Path) -> None:
    export = _read(tmp_path, smses_xml(sms(date="bad"), sms(date="9" * 30), sms()))
    assert [event.at is None for event in export.events] == [True, True, False]
    assert [doubt.raw for doubt in export.not_understood] == ["bad", "9" * 30]


def test_unknown_attributes_and_elements_are_kept_or_told(tmp_path: Path) -> None:
    export = _read(tmp_path, smses_xml(sms(rcs_state="7", toa="null"), "<reaction emoji='x' />"))
    assert export.events[0].extra == {"rcs_state": "7"}
    assert [doubt.raw for doubt in export.not_understood] == ["reaction"]


def _mms(date: int, parts: str = "", **attributes: object) -> str:
    written = " ".join(f'{key}="{value}"' for key, value in attributes.items())
    return f'<mms date="{date}" {written}><parts>{parts}</parts></mms>'


def test_an_mms_counts_seconds_or_milliseconds(tmp_path: Path) -> None:
    data = smses_xml(_mms(1746460800, msg_box=1), _mms(1746460800000, msg_box=1))
    moments = {event.at for event in _read(tmp_path, data).events}
    assert moments == {datetime(2025, 5, 5, 16, tzinfo=UTC)}


def test_attachments_are_digested_and_handed_over(tmp_path: Path) -> None:
    content = b"\x89PNG invented"
    parts = (
        '<part ct="text/plain" text="look" /><part ct="image/jpeg" cl="a.jpg" data="'
        + base64.b64encode(content).decode()
        + '" /><part ct="image/png" cl="b.png" data="not base64!" /><part ct="audio/amr" cl="c.amr" />'
    )
    kept: list[tuple[Attachment, bytes]] = []
    export = _read(
        tmp_path,
        smses_xml(_mms(1746460800000, parts, msg_box=1, address="BANK")),
        keep_attachment=lambda attachment, data: kept.append((attachment, data)),
    )
    (event,) = export.events
    assert event.text == "look"
    assert [one.included for one in event.attachments] == [True, False, False]
    assert event.attachments[0].sha256 == hashlib.sha256(content).hexdigest()
    assert kept == [(event.attachments[0], content)]
    assert [doubt.raw for doubt in export.not_understood] == ["b.png"]


def test_an_unknown_file_names_what_is_known(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat, match="sms-backup-restore-messages"):
        _read(tmp_path, b"hello")


@pytest.mark.shared
@needs_samples
def test_the_calls_sample() -> None:
    name = "sms-backup-restore/own-calls-antwerp.xml"
    said = expected(name)
    export = read_export(SAMPLES / name, region="SE")
    document = export.as_dict()
    status = Counter(event.status for event in export.events)
    assert document["n_calls"] == said["n_calls"]
    assert document["withheld"] == said["withheld"]
    assert {reason: export.presentations.get(reason, 0) for reason in ("payphone", "unavailable", "unknown")} == {
        "payphone": said["payphone"], "unavailable": said["unavailable"], "unknown": said["unknown_number"],
    }  # fmt: skip
    assert status == {
        "answered": said["incoming"], "missed": said["missed"], "dialled": said["outgoing"],
        "rejected": said["rejected"], "blocked": said["blocked"], "voicemail": said["voicemail"],
        "answered_elsewhere": said["answered_elsewhere"], "vendor_1000": said["vendor_type_unknown"],
    }  # fmt: skip
    assert document["senders"] == said["distinct_known_numbers_normalised"]
    assert (document["first"], document["last"]) == (said["first_utc"], said["last_utc"])
    assert sum(event.duration_s or 0 for event in export.events) == said["total_duration_s"]


@pytest.mark.shared
@needs_samples
def test_the_messages_sample() -> None:
    name = "sms-backup-restore/own-sms-antwerp.xml"
    said = expected(name)
    export = read_export(SAMPLES / name)
    status = Counter(event.status for event in export.events)
    channels = Counter(event.channel for event in export.events)
    assert channels == {"sms": said["n_sms"], "mms": said["n_mms"]}
    assert status == {
        "received": said["n_received"], "sent": said["n_sent"], "draft": said["n_draft"], "failed": said["n_failed"],
    }  # fmt: skip
    assert list(export.senders) == said["senders_normalised"]
    assert sorted({e.raw_identity for e in export.events if e.channel == "sms"}) == said["senders_raw"]
    assert [one.sha256 for event in export.events for one in event.attachments] == [said["attachment_sha256"]]
    document = export.as_dict()
    assert (document["first"], document["last"]) == (said["first_utc"], said["last_utc"])
    assert "We know your street 😊😡\nThink about" in (export.events[3].text or "")


@pytest.mark.shared
@needs_samples
@pytest.mark.parametrize(
    ("name", "channels", "n_attachments"),
    [
        ("edge_cases", {"sms": 3, "mms": 1}, 0),
        ("minimal_sms", {"sms": 1}, 0),
        ("minimal_mms", {"mms": 1}, 1),
        ("mixed", {"sms": 3, "mms": 1}, 0),
        ("minimal_calls", {"phone": 1}, 0),
    ],
)
def test_samples_of_another_parser(name: str, channels: dict[str, int], n_attachments: int) -> None:
    export = read_export(SAMPLES / f"third-party/sbr-parser/{name}.xml")
    assert Counter(event.channel for event in export.events) == channels
    assert export.n_attachments == n_attachments
    assert not export.not_understood


@pytest.mark.shared
@needs_samples
def test_the_malformed_sample_is_refused() -> None:
    with pytest.raises(Unreadable, match="nothing in it is whole"):
        read_export(SAMPLES / "third-party/sbr-parser/malformed.xml")
