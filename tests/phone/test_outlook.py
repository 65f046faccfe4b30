"""Outlook's ``.msg``: hostile ones first, then what a message says."""

from __future__ import annotations

import hashlib
import struct
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outlook_files import compound_file, message, storage
from phone_fuzz import read_bytes

from panah.errors import Unreadable
from panah.model.phone import Attachment, PhoneExport
from panah.phone import read_export

AT = datetime(2025, 5, 6, 13, 1, 10, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20


def _read(folder: Path, data: bytes, owner_number: str | None = None) -> PhoneExport:
    path = folder / "message"
    path.write_bytes(data)
    return read_export(path, owner_number=owner_number)


def test_an_old_office_file_is_refused_for_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="no message of Outlook"):
        _read(tmp_path, compound_file({"WordDocument": b"x" * 5000}))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_byte_changed_gives_a_message_or_one_error(data: st.DataObject) -> None:
    whole = bytearray(compound_file(message(text="stop", sender="a@example.com", at=AT, attachments=[("x.png", PNG)])))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at] = data.draw(st.integers(0, 255))
    read_bytes(bytes(whole))


def test_a_chain_that_bites_its_tail_ends(tmp_path: Path) -> None:
    data = bytearray(compound_file(message(text="stop", at=AT, attachments=[("x.png", PNG)])))
    fat = 512 * (1 + struct.unpack_from("<I", data, 76)[0])
    struct.pack_into("<I", data, fat, 0)  # the first sector goes on with itself
    assert _read(tmp_path, bytes(data)).n_messages == 1


def test_a_cut_in_the_middle_of_a_sector_is_told(tmp_path: Path) -> None:
    export = _read(tmp_path, compound_file(message(text="stop", at=AT))[:-7])
    assert export.events[0].text == "stop"
    assert "breaks here" in export.not_understood[0].why


def test_messages_inside_of_messages_end(tmp_path: Path) -> None:
    inside = message(text="deep", head=24, at=AT)
    for _ in range(10):
        inside = message(text="over", head=24, at=AT, inside=[inside])
    export = _read(tmp_path, compound_file(message(text="top", at=AT, inside=[inside])))
    assert export.n_messages == 5
    assert any("deep in others" in one.why for one in export.not_understood)


def test_a_message_with_everything(tmp_path: Path) -> None:
    inner = message(subject="first", text="stop writing", sender="threat@example.net", head=24, at=AT)
    kept: list[tuple[Attachment, bytes]] = []
    path = tmp_path / "message"
    path.write_bytes(
        compound_file(
            message(
                subject="Fwd: stop", text="see below\r\nA", sender="a@example.com", name="Ana", at=AT,
                to=["b@example.org", "c@example.org"], attachments=[("picture.jpg", PNG)], inside=[inner],
                headers="Received: from x by y; Tue, 6 May 2025 13:01:20 +0000\r\nX-Own: 1\r\n\r\n",
            )
        )
    )  # fmt: skip
    export = read_export(path, owner_number="a@example.com", keep_attachment=lambda *one: kept.append(one))
    outer, carried = export.events
    assert (outer.text, outer.direction, outer.at, outer.name) == ("see below\nA", "outgoing", AT, "Ana")
    assert (outer.extra["to"], outer.extra["subject"]) == ("b@example.org, c@example.org", "Fwd: stop")
    assert (outer.extra["received"], outer.extra["x-own"]) == ("from x by y; Tue, 6 May 2025 13:01:20 +0000", "1")
    assert [one.media_type for one in outer.attachments] == ["image/png", "application/vnd.ms-outlook"]
    assert [(one.sha256, data) for one, data in kept] == [(hashlib.sha256(PNG).hexdigest(), PNG)]
    assert (carried.sender, carried.text, carried.flags) == (
        "threat@example.net",
        "stop writing",
        ("attached_message",),
    )


def test_inside_an_exchange_the_address_comes_from_the_headers(tmp_path: Path) -> None:
    data = message(text="x", sender="/O=FIRM/CN=ANA", name="Ana", at=AT, headers="From: <ana@example.com>\n\n")
    assert _read(tmp_path, compound_file(data)).events[0].counterpart == "ana@example.com"


@pytest.mark.parametrize(("codepage", "text"), [(1251, "стоп"), (936, "停止"), (1256, "توقف"), (65001, "стоп")])
def test_texts_of_old_files_are_in_their_code_page(tmp_path: Path, codepage: int, text: str) -> None:
    export = _read(tmp_path, compound_file(message(subject=text, text=text, at=AT, codepage=codepage)))
    assert (export.events[0].text, export.events[0].extra["subject"]) == (text, text)


def test_times_without_the_sender_s_clock_are_flagged(tmp_path: Path) -> None:
    headers = message(text="x", headers="Date: Tue, 6 May 2025 14:01:10 +0100\n\n")
    export = _read(tmp_path, compound_file(headers))
    assert (export.events[0].at, export.events[0].flags) == (AT, ("time_of_headers",))
    export = _read(tmp_path, compound_file(message(text="x")))
    assert (export.events[0].at, export.events[0].flags) == (None, ("no_time",))


def test_a_text_of_rtf_alone_is_kept_and_told(tmp_path: Path) -> None:
    data = message(at=AT) | {"__substg1.0_10090102": b"compressed"}
    export = _read(tmp_path, compound_file(data))
    assert export.events[0].attachments[0].sha256 == hashlib.sha256(b"compressed").hexdigest()
    assert any("RTF" in one.why for one in export.not_understood)


def test_pictures_from_afar_are_told_and_texts_without_a_field_are_kept(tmp_path: Path) -> None:
    data = message(html="<p>ü<img src='http://example.net/t.gif'></p>".encode("cp1252"), at=AT) | storage(
        {0x8005: "kept"}
    )
    event = _read(tmp_path, compound_file(data)).events[0]
    assert event.text == "ü"
    assert set(event.flags) >= {"from_html", "remote_content"}
    assert event.extra["mapi_8005"] == "kept"
