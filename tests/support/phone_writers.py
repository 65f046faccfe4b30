"""Writers of our own, one a format: invented messages in, the bytes that the app would export out."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import plistlib
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from email.message import EmailMessage
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from outlook_files import compound_file, message


class Said(NamedTuple):
    """One message: a moment on a clock of UTC, who, and what."""

    at: datetime
    sender: str
    text: str


def ms(one: Said) -> int:
    return int(one.at.timestamp() * 1000)


def _json(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def telegram(said: Sequence[Said]) -> bytes:
    rows = [
        {
            "id": number, "type": "message", "date": f"{one.at:%Y-%m-%dT%H:%M:%S}", "from": "shown",
            "date_unixtime": str(ms(one) // 1000), "from_id": one.sender,
            "text": [one.text[:3], {"type": "bold", "text": one.text[3:]}] if number % 2 else one.text,
        }
        for number, one in enumerate(said)
    ]  # fmt: skip
    return _json({"name": "A", "type": "private_group", "id": 1, "messages": rows})


def telegram_html(said: Sequence[Said]) -> bytes:
    rows = "".join(
        f'<div class="message default clearfix" id="message{number}">\n <div class="body">\n'
        f'  <div class="pull_right date details" title="{one.at:%d.%m.%Y %H:%M:%S} UTC+00:00">{one.at:%H:%M}</div>\n'
        f'  <div class="from_name">{escape(one.sender)}</div>\n'
        f'  <div class="text">{escape(one.text).replace(chr(10), "<br>")}</div>\n </div>\n</div>\n'
        for number, one in enumerate(said)
    )
    return (
        f'<!DOCTYPE html><html><head><title>Exported Data</title></head><body><div class="history">\n'
        f"{rows}</div></body></html>\n"
    ).encode()


def signal(said: Sequence[Said]) -> bytes:
    rows = [{"date": f"{one.at:%Y-%m-%dT%H:%M:%S}", "sender": one.sender, "body": one.text + "  "} for one in said]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def signal_app(said: Sequence[Said]) -> bytes:
    people = sorted({one.sender for one in said})
    rows: list[dict[str, Any]] = [
        {"recipient": {"id": str(number), "contact": {"profileGivenName": name}}} for number, name in enumerate(people)
    ]
    rows += [
        {
            "chatItem": {
                "chatId": "1", "authorId": str(people.index(one.sender)), "dateSent": str(ms(one)), "incoming": {},
                "standardMessage": {"text": {"body": one.text}},
            }
        }
        for one in said
    ]  # fmt: skip
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _broken(text: str) -> str:
    """UTF-8 bytes as Latin-1 characters, as Facebook writes them."""
    return text.encode().decode("latin-1")


def meta(said: Sequence[Said]) -> bytes:
    rows = [{"sender_name": _broken(one.sender), "timestamp_ms": ms(one), "content": _broken(one.text)} for one in said]
    return json.dumps({"participants": [], "messages": rows, "title": _broken("Ä")}, indent=2).encode()


def messenger(said: Sequence[Said]) -> bytes:
    rows = [{"senderName": one.sender, "timestamp": ms(one), "text": one.text, "media": []} for one in said]
    return _json({"participants": [], "threadName": "Ä", "messages": rows})


def line(said: Sequence[Said]) -> bytes:
    rows = ["[LINE] Chat history with A", "Saved on: 2025/05/07 10:00", ""]
    day = None
    for one in said:
        if one.at.date() != day:
            day = one.at.date()
            rows += ["", f"{one.at:%Y/%m/%d}({one.at:%a})"]
        text = '"' + one.text.replace('"', '""') + '"' if "\n" in one.text else one.text
        rows.append(f"{one.at:%H:%M}\t{one.sender}\t{text}")
    return "\r\n".join([*rows, ""]).encode()


def _table(rows: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def viber(said: Sequence[Said]) -> bytes:
    return _table([[f"{one.at:%Y/%m/%d}", f"{one.at:%H:%M:%S}", one.sender, "", one.text] for one in said])


def calllog(said: Sequence[Said]) -> bytes:
    rows = [[one.sender, f"{one.at:%Y-%m-%d %H:%M:%S}", "Incoming", len(one.text)] for one in said]
    return _table([["Number", "Date", "Type", "Duration"], *rows])


def _mail(one: Said) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Date"], mail["Subject"] = one.sender, "b@example.org", one.at, "Ä"
    mail.set_content(one.text)
    return mail


def eml(said: Sequence[Said]) -> bytes:
    return bytes(_mail(said[0]))


def mbox(said: Sequence[Said]) -> bytes:
    pieces = []
    for one in said:
        data = b"\n".join(
            b">" + row if row.lstrip(b">").startswith(b"From ") else row for row in bytes(_mail(one)).split(b"\n")
        )
        pieces.append(f"From {one.sender} {one.at:%a %b %d %H:%M:%S %Y}\n".encode() + data + b"\n")
    return b"".join(pieces)


def msg(said: Sequence[Said]) -> bytes:
    one = said[0]
    return compound_file(message(subject="Ä", text=one.text, sender=one.sender, at=one.at))


WRITERS: dict[str, Callable[[Sequence[Said]], bytes]] = {
    "telegram-json": telegram,
    "telegram-html": telegram_html,
    "signal-export-json": signal,
    "signal-app-json": signal_app,
    "meta-json": meta,
    "messenger-e2ee-json": messenger,
    "line-text": line,
    "viber-csv": viber,
    "calllog-csv": calllog,
    "email": eml,
    "mbox": mbox,
    "outlook-msg": msg,
}
ONE = frozenset({"email", "outlook-msg"})
"""Formats of one message."""


def cards(people: Sequence[tuple[str, str]], version: str) -> bytes:
    """Names and numbers as vCards of a version."""
    rows = []
    for name, number in people:
        if version == "2.1":
            shown = "".join(f"={byte:02X}" for byte in name.encode())
            folded = "=\r\n".join(shown[at : at + 60] for at in range(0, len(shown), 60))
            field = f"FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{folded}\r\nTEL;CELL:{number}"
        else:
            shown = name.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
            whole = f"FN:{shown}"
            folded = "\r\n ".join(whole[at : at + 40] for at in range(0, len(whole), 40))
            field = f"{folded}\r\n" + (f"TEL;VALUE=uri:tel:{number}" if version == "4.0" else f"TEL;TYPE=cell:{number}")
        rows.append(f"BEGIN:VCARD\r\nVERSION:{version}\r\n{field}\r\nEND:VCARD\r\n")
    return "".join(rows).encode()


IOS = {  # what a version of iOS calls things, and how it counts
    "iOS 6": {"nanoseconds": False, "columns": ""},
    "iOS 11": {"nanoseconds": True, "columns": ", associated_message_type INTEGER DEFAULT 0, balloon_bundle_id TEXT"},
    "iOS 16": {
        "nanoseconds": True,
        "columns": ", associated_message_type INTEGER DEFAULT 0, balloon_bundle_id TEXT, date_retracted INTEGER DEFAULT 0,"
        " date_edited INTEGER DEFAULT 0, part_count INTEGER, was_detonated INTEGER DEFAULT 0",
    },
}
_EPOCH = datetime(2001, 1, 1, tzinfo=UTC)


def ios_backup(folder: Path, said: Sequence[Said], version: str = "iOS 16") -> None:
    """A plain backup: each message received, except those of a sender who is empty, which were sent."""
    (folder / "Manifest.db").write_bytes(b"SQLite format 3\0")
    (folder / "Manifest.plist").write_bytes(plistlib.dumps({"IsEncrypted": False}))
    (folder / "Info.plist").write_bytes(plistlib.dumps({"Product Version": version.removeprefix("iOS ")}))
    with closing(sqlite3.connect(":memory:")) as base:
        base.executescript(
            "CREATE TABLE handle (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, service TEXT, country TEXT);"
            "CREATE TABLE message (ROWID INTEGER PRIMARY KEY AUTOINCREMENT, guid TEXT UNIQUE NOT NULL, text TEXT,"
            " handle_id INTEGER DEFAULT 0, service TEXT, date INTEGER, is_from_me INTEGER DEFAULT 0, attributedBody BLOB"
            f"{IOS[version]['columns']});"
        )
        people = sorted({one.sender for one in said if one.sender})
        base.executemany("INSERT INTO handle (id, service) VALUES (?, 'SMS')", [(name,) for name in people])
        scale = 1_000_000_000 if IOS[version]["nanoseconds"] else 1
        for number, one in enumerate(said):
            base.execute(
                "INSERT INTO message (guid, text, handle_id, service, date, is_from_me) VALUES (?, ?, ?, 'SMS', ?, ?)",
                (f"G{number}", one.text, people.index(one.sender) + 1 if one.sender else 0,
                 int((one.at - _EPOCH).total_seconds()) * scale, not one.sender),
            )  # fmt: skip
        base.commit()
        name = hashlib.sha1(b"HomeDomain-Library/SMS/sms.db", usedforsecurity=False).hexdigest()
        (folder / name[:2]).mkdir(exist_ok=True)
        (folder / name[:2] / name).write_bytes(base.serialize())
