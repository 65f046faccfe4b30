"""Exports as they come from phones in other countries, from other tools and through other hands; all invented."""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from phone_exports import calls_xml, element, sms, smses_xml
from phone_writers import IOS, Said, ios_backup

from panah.errors import UnknownFormat
from panah.model.phone import PhoneExport
from panah.phone import read_export


def _read(folder: Path, data: str | bytes, **options: Any) -> PhoneExport:
    path = folder / "export"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_export(path, **options)


def _zip(folder: Path, files: dict[str, str | bytes]) -> PhoneExport:
    path = folder / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return read_export(path)


def _times(export: PhoneExport) -> list[str]:
    return [event.at.isoformat() if event.at else "" for event in export.events]


@pytest.mark.parametrize(
    ("date", "calendar"),
    [("۱۴۰۴/۲/۱۶", "Solar Hijri"), ("1446/11/8", "Islamic"), ("2568/5/6", "Buddhist"), ("2025/5/6", "")],
)
def test_dates_of_other_calendars_are_turned_and_told(tmp_path: Path, date: str, calendar: str) -> None:
    chat = f"{date}, 21:01 - Encrypted end to end\n{date}, 21:02 - Mina: salam\n"
    export = _read(tmp_path, chat)
    assert _times(export) == ["2025-05-06T21:01:00", "2025-05-06T21:02:00"]
    assert any(calendar in note for note in export.notes if "calendar" in note) == bool(calendar)


def test_a_calendar_that_is_not_known_loses_no_message(tmp_path: Path) -> None:
    export = _read(tmp_path, "1300/5/6, 21:01 - A: x\n1300/5/6, 21:02 - B: y\n")
    assert [event.text for event in export.events] == ["x", "y"]
    assert _times(export) == ["", ""]
    assert {one.why for one in export.not_understood} == {"not a date"}


def test_names_with_colons(tmp_path: Path) -> None:
    lines = ["Dr: Kim: one", "Dr:Lee: two: three", "Dr: Kim: two", "Dr: Kim: three", "Dr: Kim: four", "Ana: PS: x"]
    chat = "".join(f"13/05/2025, 10:0{number} - {line}\n" for number, line in enumerate(lines))
    export = _read(tmp_path, chat)
    assert export.senders == ("Ana", "Dr: Kim", "Dr:Lee")
    assert [event.text for event in export.events] == ["one", "two: three", "two", "three", "four", "PS: x"]
    assert any("a colon" in note for note in export.notes)


def test_a_time_that_the_clock_change_printed_twice_stays_an_interval(tmp_path: Path) -> None:
    chat = "25/10/2020, 01:30 - A: before\n25/10/2020, 02:30 - A: twice\n25/10/2020, 03:30 - A: after\n"
    export = _read(tmp_path, chat, time_zone="Europe/Stockholm")
    assert [event.extra.get("or_at") for event in export.events] == [None, "2020-10-25T01:30:00.000Z", None]
    assert _times(export)[1] == "2020-10-25T00:30:00+00:00"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_ends_of_lines(tmp_path: Path, end: str) -> None:
    lines = ["06/05/2025, 10:00 - A: one", "13/05/2025, 10:01 - A: two", "13/05/2025, 10:02 - B: four", ""]
    assert [event.text for event in _read(tmp_path, end.join(lines)).events] == ["one", "two", "four"]


def test_bytes_that_are_no_text_are_shown_as_they_are(tmp_path: Path) -> None:
    export = _read(tmp_path, "13/05/2025, 10:00 - A: voilà\n".encode("cp1252"))
    assert export.not_understood[0].raw.endswith(r"voil\xe0")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "iso-8859-1"])
def test_xml_and_json_that_somebody_saved_in_another_encoding(tmp_path: Path, encoding: str) -> None:
    xml = f"<?xml version='1.0' encoding='{encoding}'?>\n<smses count='1'>{sms('hé')}</smses>"
    export = _read(tmp_path, xml.encode(encoding))
    assert [event.text for event in export.events] == ["hé"]
    assert any("saved again" in note for note in export.notes)
    if encoding == "iso-8859-1":
        return  # JSON declares no encoding
    chat = {"name": "A", "type": "personal_chat", "id": 1, "messages": [_telegram(1, text="hé")]}
    assert [event.text for event in _read(tmp_path, json.dumps(chat).encode(encoding)).events] == ["hé"]


def test_text_between_the_elements_is_told(tmp_path: Path) -> None:
    export = _read(tmp_path, f"<smses>stray{sms('one')}\n  {sms('two')}</smses>")
    assert [event.text for event in export.events] == ["one", "two"]
    assert [one.raw for one in export.not_understood] == ["stray"]


def test_the_word_null_as_a_text_is_kept_and_flagged(tmp_path: Path) -> None:
    export = _read(tmp_path, smses_xml(sms("null"), sms("nullify")))
    assert [(event.text, event.flags) for event in export.events] == [("null", ("null_body",)), ("nullify", ())]


def test_a_time_of_zero_is_no_time(tmp_path: Path) -> None:
    export = _read(tmp_path, smses_xml(sms("one", date=0), sms("two", date=-5), sms("three")))
    assert _times(export)[:2] == ["", ""]
    assert export.first == export.events[2].at


def test_a_presentation_code_that_nobody_knows_does_not_show_the_number(tmp_path: Path) -> None:
    call = element("call", number="+447700900123", duration=1, date=1746136691500, type=1, presentation=9)
    export = _read(tmp_path, calls_xml(call))
    assert (export.events[0].counterpart, export.events[0].presentation) == (None, "unknown")
    assert "presentation code" in export.not_understood[0].why


def test_everybody_an_mms_names_is_kept(tmp_path: Path) -> None:
    parts = element("part", seq=0, ct="text/plain", text="hi") + element("part", seq=1, ct="text/x-vcard", text="BEGIN")
    addresses = "".join(
        element("addr", address=address, type=kind)
        for address, kind in (("+447700900124", 137), ("insert-address-token", 151), ("+447700900125", 130), ("x", 7))
    )
    mms = (
        f"<mms date='1746460800' msg_box='1' address='+447700900124'><parts>{parts}</parts>"
        f"<addrs>{addresses}</addrs></mms>"
    )
    event = _read(tmp_path, smses_xml(mms)).events[0]
    assert {key: event.extra[key] for key in ("from", "to", "cc", "addr_7")} == {
        "from": "+447700900124", "to": "insert-address-token", "cc": "+447700900125", "addr_7": "x",
    }  # fmt: skip
    assert event.attachments[0].sha256 == hashlib.sha256(b"BEGIN").hexdigest()


def test_the_other_file_of_the_app_is_asked_for(tmp_path: Path) -> None:
    assert any("calls in a file of their own" in note for note in _read(tmp_path, smses_xml(sms())).notes)


def _telegram(number: int, **more: object) -> dict[str, object]:
    return {
        "id": number, "type": "message", "date": "2025-05-06T20:00:00", "date_unixtime": str(1746554400 + number),
        "from": "Ana", "from_id": "user1", "text": "hi", **more,
    }  # fmt: skip


def test_two_telegram_chats_of_one_name_stay_two(tmp_path: Path) -> None:
    chats = [
        {"name": name, "type": "private_group", "id": number, "messages": [_telegram(number)]}
        for number, name in ((5, "Kim"), (6, "Kim"), (7, None))
    ]
    account = {"personal_information": {"user_id": 9}, "chats": {"about": "", "list": chats}}
    export = _read(tmp_path, json.dumps(account))
    assert [event.extra["chat"] for event in export.events] == ["Kim", "Kim 6", "private_group 7"]


def test_a_telegram_chat_without_messages_is_an_export(tmp_path: Path) -> None:
    export = _read(tmp_path, json.dumps({"name": "A", "type": "personal_chat", "id": 1, "messages": []}))
    assert (export.format, export.events) == ("telegram-json", ())


def test_signal_texts_beside_the_json_are_not_read_twice(tmp_path: Path) -> None:
    row = json.dumps({"date": "2025-05-06T19:01:00", "sender": "Me", "body": "hello  "}) + "\n"
    text = "[2025-05-06 19:01:00] Me: hello  \n"
    export = _zip(tmp_path, {"Ana/data.json": row, "Ana/chat.md": text, "Kim/data.json": row})
    assert (export.format, export.n_messages) == ("signal-export-json", 2)
    assert {event.counterpart for event in export.events} == {"Ana", "Kim"}
    assert not export.not_understood


def test_the_text_of_signal_export(tmp_path: Path) -> None:
    chat = (
        "[2025-05-06 19:01:00] Me: hello  \n\n"
        "[2025-05-06 19:02:00] Ana: see ![a b.jpg](./media/a%20b.jpg)  \n(- Me: 👍 -)\n\n"
        "[2025-05-07 19:02:00] Ana: (This message was deleted)\n"
    )
    export = _zip(tmp_path, {"Ana/chat.md": chat, "Ana/media/a b.jpg": b"\xff\xd8\xff"})
    assert (export.format, export.n_attachments) == ("signal-export-text", 1)
    assert [(event.direction, event.text) for event in export.events[:2]] == [
        ("outgoing", "hello"),
        ("incoming", "see "),
    ]
    assert export.events[1].attachments[0].included
    assert export.events[1].extra["reactions"] == "Me: 👍"
    assert export.events[2].status == "deleted"


def test_swedish_whatsapp_is_not_taken_for_signal(tmp_path: Path) -> None:
    export = _read(tmp_path, "[2025-05-06 19:01:10] Ana: hej\n[2025-05-06 19:02:10] Kim: hej\n")
    assert (export.format, export.n_messages) == ("whatsapp-text", 2)


@pytest.mark.parametrize(
    ("body", "status", "direction", "duration_s"),
    [
        ("Incoming voice call (accepted, 1m 2s)  ", "answered", "incoming", 62),
        ("Missed video call  ", "missed", "incoming", None),
        ("Outgoing voice call (unanswered)  ", "unanswered", "outgoing", None),
    ],
)
def test_calls_that_older_signal_exports_tell_in_words(
    tmp_path: Path, body: str, status: str, direction: str, duration_s: int | None
) -> None:
    row = {"date": "2025-05-06T19:01:00", "sender": "Ana", "body": body}
    (event,) = _read(tmp_path, json.dumps(row) + "\n").events
    assert (event.kind, event.status, event.direction, event.duration_s) == ("call", status, direction, duration_s)


def test_a_file_of_the_signal_app_is_found_by_its_digest(tmp_path: Path) -> None:
    picture = b"\xff\xd8\xff\xe0 invented"
    digest = base64.b64encode(hashlib.sha256(picture).digest()).decode()
    pointer = {"contentType": "image/jpeg", "locatorInfo": {"plaintextHash": digest, "size": len(picture)}}
    item = {
        "chatId": "1", "authorId": "2", "dateSent": "1746554400000", "incoming": {},
        "standardMessage": {"text": {"body": "look"}, "attachments": [{"pointer": pointer}]},
    }  # fmt: skip
    rows = [{"recipient": {"id": "2", "contact": {"e164": "447700900123"}}}, {"chatItem": item}]
    files = {"e/files/aa/x": picture, "e/files/bb/y": b"0" * len(picture), "e/metadata.json": "{}"}
    export = _zip(tmp_path, {"e/main.jsonl": "".join(json.dumps(row) + "\n" for row in rows), **files})
    (attachment,) = export.events[0].attachments
    assert attachment.sha256 == hashlib.sha256(picture).hexdigest()
    assert [one.where.member for one in export.not_understood] == ["e/files/bb/y"]


def test_threads_of_a_facebook_download_stay_apart(tmp_path: Path) -> None:
    def chat(*texts: str) -> str:
        rows = [{"sender_name": "Ana", "timestamp_ms": 1746554400000, "content": text} for text in texts]
        return json.dumps({"participants": [], "messages": rows, "title": "T"})

    inbox = "your_activity/messages/inbox"
    export = _zip(
        tmp_path,
        {
            f"{inbox}/ana_1/message_10.json": chat("3"),
            f"{inbox}/ana_1/message_1.json": chat("1"),
            f"{inbox}/ana_1/message_2.json": chat("2"),
            f"{inbox}/kim_2/message_1.json": chat("4"),
        },
    )
    assert [event.text for event in export.events] == ["1", "2", "3", "4"]
    assert [event.extra["chat"] for event in export.events] == ["ana_1"] * 3 + ["kim_2"]


@pytest.mark.parametrize(
    ("day", "clock"),
    [
        ("Tue, 05/06/2025", "09:01 PM"), ("2025/05/06(Tue)", "21:01"), ("2025/05/06(火)", "午後9:01"),
        ("2025/05/06（二）", "下午09:01"), ("2025.05.06 星期二", "21:01"), ("2025.05.06 화요일", "오후 9:01"),
        ("อ. 6/5/2568", "21:01"), ("Sel, 06/05/2025", "21.01"), ("Di., 06.05.2025", "21:01"),
        ("mar. 06/05/2025", "21:01"), ("вт, 06.05.2025", "21:01"),
    ],
)  # fmt: skip
def test_line_in_many_countries(tmp_path: Path, day: str, clock: str) -> None:
    export = _read(tmp_path, f"[LINE] Chat\nSaved\n\n{day}\n{clock}\tKim Lee\tone: two\n{clock}\t\tleft\n")
    assert (export.format, export.n_messages, export.n_system) == ("line-text", 1, 1)
    assert {event.at for event in export.events} == {datetime.fromisoformat("2025-05-06T21:01")}


def test_line_groups_have_no_head_and_set_senders_off_by_blanks(tmp_path: Path) -> None:
    export = _read(tmp_path, "2025.05.06 Tuesday\n21:01 Kim Hello you\n21:03 Kim joined the group.\n")
    assert [(event.sender, event.text) for event in export.events] == [
        ("Kim", "Hello you"), (None, "Kim joined the group."),
    ]  # fmt: skip
    assert any("set off by blanks" in note for note in export.notes)


@pytest.mark.parametrize(
    ("table", "at", "presentation"),
    [
        ("İsim,Numara,Tarih,Süre,Tür\nA,Gizli numara,13.05.2025 21:01,10,Cevapsız\n", "2025-05-13T21:01:00", "restricted"),
        ("Backup\nMade today\nType,Number,Date,Duration\nIncoming,Unknown,2025-05-13 21:01,10\n",
         "2025-05-13T21:01:00", "unknown"),
        ("Nom,Numéro,Date,Durée,Type\nA,Numéro masqué,13 mai 2025 à 21:01,00:10,Entrant\n",
         "2025-05-13T21:01:00", "restricted"),
        ("number,date,type,duration,presentation\n+447700900123,1747170060000,3,0,2\n",
         "2025-05-13T21:01:00+00:00", "restricted"),
    ],
)  # fmt: skip
def test_call_logs_of_many_apps(tmp_path: Path, table: str, at: str, presentation: str) -> None:
    export = _read(tmp_path, table)
    assert (export.format, _times(export)) == ("calllog-csv", [at])
    assert export.events[0].presentation == presentation
    assert export.time_zone.known == at.endswith("+00:00")


def test_a_call_log_that_says_from_and_to(tmp_path: Path) -> None:
    rows = "2025-05-13 21:01,+12025550143,+12025550199,65,{}\n"
    export = _read(tmp_path, "Date,From,To,Duration,Direction\n" + rows.format("Incoming") + rows.format("Outgoing"))
    assert [event.counterpart for event in export.events] == ["+12025550143", "+12025550199"]


@pytest.mark.parametrize("clock", ["21:01:10", "9:01:10 PM"])
def test_viber_with_either_clock_and_with_a_header(tmp_path: Path, clock: str) -> None:
    rows = f'06/05/2025,{clock},Kim,+447700900123,"Hello, you"\n13/05/2025,{clock},Me,,hi\n'
    for head in ("", "Date,Time,Name,Number,Message\n"):
        export = _read(tmp_path, head + rows)
        assert (export.format, export.n_messages) == ("viber-csv", 2)
        assert _times(export)[0] == "2025-05-06T21:01:10"


def test_a_card_with_only_a_firm_an_apple_label_and_a_photograph(tmp_path: Path) -> None:
    card = (
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN:;;;;\r\nORG:Firm;Desk\r\nitem1.TEL:+46701740605\r\n"
        "item1.X-ABLabel:_$!<Mobile>!$_\r\nPHOTO;JPEG;ENCODING=BASE64:\r\n /9j/\r\n\r\nEND:VCARD\r\n"
    )
    export = _read(tmp_path, card)
    assert (export.contacts[0].name, export.contacts[0].numbers[0].label) == ("Firm Desk", "Mobile")
    assert not export.not_understood
    assert any("1 pictures" in note for note in export.notes)


@pytest.mark.parametrize("version", sorted(IOS))
def test_a_database_taken_out_of_an_iphone_backup(tmp_path: Path, version: str) -> None:
    backup = tmp_path / "backup"
    backup.mkdir()
    said = [Said(datetime(2025, 5, 6, 21, 1, tzinfo=UTC), "+447700900123", "one"),
            Said(datetime(2025, 5, 6, 21, 2, tzinfo=UTC), "", "two")]  # fmt: skip
    ios_backup(backup, said, version)
    (database,) = backup.glob("3d/*")
    export = read_export(database)
    assert (export.format, export.grade, export.n_messages) == ("ios-database", "B", 2)
    assert [event.at for event in export.events] == [one.at for one in said]


@pytest.mark.parametrize(
    ("files", "advice"),
    [
        ({"b/Manifest.db": b"SQLite format 3\0"}, "unpack it"),
        ({"one.zip": b"PK", "two.zip": b"PK"}, "take the zips out"),
    ],
)
def test_a_zip_that_is_not_read_says_what_to_do(tmp_path: Path, files: dict[str, str | bytes], advice: str) -> None:
    with pytest.raises(UnknownFormat, match=advice):
        _zip(tmp_path, files)


def test_the_same_file_twice_is_read_once_and_told(tmp_path: Path) -> None:
    chat = "13/05/2025, 10:00 - A: one\n"
    export = _zip(tmp_path, {"a.txt": chat, "copy of a.txt": chat, "b.txt": chat.replace("one", "two")})
    assert [event.text for event in export.events] == ["one", "two"]
    assert [(one.where.member, one.raw) for one in export.not_understood] == [("copy of a.txt", "a.txt")]
