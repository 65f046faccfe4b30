"""Counts first, then a choice, then nothing but what was chosen."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from pathlib import Path

from phone_exports import call, calls_xml, sms, smses_xml

from panah.model.phone import Attachment
from panah.phone import Selection, overview, read_chosen

SECRET = "a word to nobody's business"


def _mms(address: str, content: bytes) -> str:
    data = base64.b64encode(content).decode()
    return (
        f'<mms date="1746460800000" msg_box="1" address="{address}"><parts>'
        f'<part ct="image/jpeg" cl="a.jpg" data="{data}" /></parts></mms>'
    )


def _export(tmp_path: Path) -> Path:
    path = tmp_path / "sms.xml"
    path.write_bytes(
        smses_xml(
            sms("threat one"),
            sms(SECRET, "+46701740605"),
            sms("threat two", type=2, date=1748700000000),
            _mms("+46701740605", b"private"),
            _mms("+44 7700 900123", b"evidence"),
            '<sms address="+46701740605" date="bad" type="1" body="x" />',
        )
    )
    return path


def test_an_overview_counts_and_holds_no_text(tmp_path: Path) -> None:
    found = overview(_export(tmp_path))
    counted = {one.key: (one.n_messages, one.n_attachments) for one in found.counterparts}
    assert counted == {"+447700900123": (3, 1), "+46701740605": (3, 1)}
    assert {one.key: one.n_messages for one in found.months} == {"2025-05": 5, "no time": 1}
    assert SECRET not in repr(found)


def test_only_what_was_chosen_is_kept_and_handed_over(tmp_path: Path) -> None:
    kept: list[tuple[Attachment, bytes]] = []
    export = read_chosen(
        _export(tmp_path),
        Selection(counterparts=frozenset({"+447700900123"})),
        keep_attachment=lambda one, data: kept.append((one, data)),
    )
    assert [event.text for event in export.events] == ["threat one", "threat two", ""]
    assert [data for _, data in kept] == [b"evidence"]
    assert [one.raw for one in export.not_understood] == [""]
    assert SECRET not in repr(export)


def test_a_period(tmp_path: Path) -> None:
    chosen = Selection(
        since=datetime(2025, 5, 6, tzinfo=UTC), until=datetime(2025, 5, 31, tzinfo=UTC), without_time=False
    )
    assert [event.text for event in read_chosen(_export(tmp_path), chosen).events] == []
    chosen = Selection(since=datetime(2025, 5, 1, tzinfo=UTC), without_time=False)
    assert len(read_chosen(_export(tmp_path), chosen).events) == 5


def test_withheld_calls_stand_under_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "calls.xml"
    path.write_bytes(
        calls_xml(call(), call("-2", presentation=2), call("-1", presentation=3), call("", presentation=2))
    )
    assert [(one.key, one.n_calls) for one in overview(path).counterparts] == [
        ("restricted", 2), ("+447700900123", 1), ("unknown", 1),
    ]  # fmt: skip
    export = read_chosen(path, Selection(counterparts=frozenset({"restricted"})))
    assert export.withheld == export.n_calls == 2


def test_threads_of_an_account(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text(
        '{"about":"x","personal_information":{"user_id":1},"chats":{"list":['
        '{"name":"A","type":"personal_chat","id":2,"messages":[{"id":1,"type":"message","date_unixtime":"1746554400",'
        '"from":"A","from_id":"user2","text":"one"}]},'
        '{"name":"B","type":"private_group","id":3,"messages":[{"id":1,"type":"message","date_unixtime":"1746554400",'
        '"from":"Me","from_id":"user1","text":"two"}]}]}}'
    )
    assert [(one.key, one.n_messages) for one in overview(path).threads] == [("A", 1), ("B", 1)]
    export = read_chosen(path, Selection(threads=frozenset({"B"})))
    assert [(event.text, event.direction, event.counterpart) for event in export.events] == [("two", "outgoing", None)]
