"""Every sample in ``../shared/data/phone``, exactly as its README and ``expected-own.json`` say."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from phone_exports import SAMPLES, expected, needs_samples

from panah.errors import NotOpened
from panah.phone import read_export

pytestmark = [pytest.mark.shared, needs_samples]

OWN = json.loads((SAMPLES / "expected-own.json").read_text(encoding="utf-8")) if SAMPLES.is_dir() else {}
CHATS = {  # flags that count what a chat's lines say of themselves
    "n_deleted": "deleted",
    "n_edited": "edited",
    "n_media_omitted": "media_omitted",
    "n_media_not_included": "media_omitted",
    "n_unsent": "deleted",
    "n_empty": "empty",
    "n_forwarded": "forwarded",
    "n_tapbacks": "reaction",
    "n_retracted": "retracted",
    "n_attributedBody_only": "from_attributed_body",
}


def _document(name: str) -> dict[str, Any]:
    said = expected(name)
    region = said.get("default_region") or ("SE" if "calls-antwerp" in name else None)
    return read_export(SAMPLES / name, region=region, password=said.get("password")).as_dict()


@pytest.mark.parametrize("name", sorted(OWN))
def test_counts_senders_and_times_are_as_said(name: str) -> None:
    said, document = expected(name), _document(name)
    counted = {key: document[key] for key in ("n_messages", "n_calls", "n_system", "n_attachments") if key in said}
    assert counted == {key: said[key] for key in counted}
    if "n_attachments_named" in said:
        assert document["n_attachments"] == said["n_attachments_named"]
    if senders := said.get("senders", said.get("senders_normalised", said.get("distinct_known_numbers_normalised"))):
        assert document["senders"] == senders
    assert document["withheld"] == said.get("withheld", 0)
    for end in ("first", "last"):
        if f"{end}_utc" in said:
            assert document[end] == said[f"{end}_utc"]
        if f"{end}_local" in said:
            assert document[end].startswith(said[f"{end}_local"])
            assert not document[end].endswith("Z")
            assert not document["time_zone"]["known"]


@pytest.mark.parametrize("name", sorted(OWN))
def test_what_lines_say_of_themselves_is_counted(name: str) -> None:
    said, document = expected(name), _document(name)
    flags = Counter(flag for event in document["events"] for flag in event.get("flags", ()))
    for key, flag in CHATS.items():
        if key in said:
            assert (key, flags[flag]) == (key, said[key])
    statuses = Counter(event.get("status") for event in document["events"])
    for key in ("received", "sent", "draft", "failed"):
        if f"n_{key}" in said:
            assert statuses[key] == said[f"n_{key}"]
    if "total_duration_s" in said:
        assert sum(event.get("duration_s", 0) for event in document["events"]) == said["total_duration_s"]
    if "unknown_number" in said:
        assert document["presentations"]["unknown"] == said["unknown_number"]
    if "withheld_or_unknown_calls" in said:
        unknown = [e for e in document["events"] if e["kind"] == "call" and e["presentation"] != "allowed"]
        assert len(unknown) == said["withheld_or_unknown_calls"]
    if "n_attachments_present" in said:
        present = [one for event in document["events"] for one in event.get("attachments", ()) if one["included"]]
        assert len(present) == said["n_attachments_present"]


def test_the_edges_of_the_ios_backup() -> None:
    document, said = _document("ios-backup/own-plain"), expected("ios-backup/own-plain")
    for kind in ("message", "call"):
        times = sorted(event["at"] for event in document["events"] if event["kind"] == kind)
        assert (times[0], times[-1]) == (said[f"first_{kind}_utc"], said[f"last_{kind}_utc"])
    (attachment,) = [one for event in document["events"] for one in event.get("attachments", ())]
    assert attachment["included"]
    assert attachment["media_type"] == "image/png"


def test_the_encrypted_backup_says_what_the_plain_one_says() -> None:
    plain, sealed = _document("ios-backup/own-plain"), _document("ios-backup/own-encrypted-small")
    for event in plain["events"]:
        for one in event.get("attachments", ()):
            one |= {"sha256": None, "size_bytes": None, "included": False}
    assert [_bare(event) for event in sealed["events"]] == [_bare(event) for event in plain["events"]]
    with pytest.raises(NotOpened):
        read_export(SAMPLES / "ios-backup/own-encrypted-small", password="wrong")
    with pytest.raises(NotOpened, match="password"):
        read_export(SAMPLES / "ios-backup/own-encrypted-small")


def _bare(event: dict[str, Any]) -> dict[str, Any]:
    return {key: event[key] for key in ("kind", "at", "direction", "counterpart", "sender", "text") if key in event}


def test_dates_that_cannot_be_ordered_are_asked_for_and_not_guessed() -> None:
    name = "whatsapp/own-ambiguous-dates.txt"
    document = _document(name)
    assert (document["first"], document["last"]) == (None, None)
    assert any("--date-order" in one["why"] for one in document["not_understood"])
    day_first = read_export(SAMPLES / name, date_order="day-first")
    month_first = read_export(SAMPLES / name, date_order="month-first")
    assert [event.at.isoformat()[:10] for event in day_first.events if event.at] == [
        "2025-04-03", "2025-04-05", "2025-04-06",
    ]  # fmt: skip
    assert [event.at.isoformat()[:10] for event in month_first.events if event.at] == [
        "2025-03-04", "2025-05-04", "2025-06-04",
    ]  # fmt: skip


def test_contacts() -> None:
    said, document = expected("vcard/own-contacts.vcf"), _document("vcard/own-contacts.vcf")
    assert len(document["contacts"]) == said["n_contacts"]
    numbers = [number["e164"] for contact in document["contacts"] for number in contact["numbers"]]
    assert len(numbers) == said["n_numbers"]
    assert sorted(numbers) == said["numbers_e164"]
    assert [contact["name"] for contact in document["contacts"]] == ["Зарина", "Aylin Beispiel", "No Name"]


@pytest.mark.parametrize("order", ["[mmddyy]", "ddmmyy", "mmddyy"])
def test_chats_of_another_parser(order: str) -> None:
    document = read_export(SAMPLES / f"third-party/chat-miner/whatsapp-test_{order}_24hrs.txt").as_dict()
    assert (document["format"], document["n_messages"], document["n_system"]) == ("whatsapp-text", 7, 2)
    assert set(document["senders"]) == {"John Doe", "Jahn Doe", "John-John Doe", "John Doe 🤓", "🤓"}
    assert document["first"].startswith("2019-01-01T11:25")
    assert document["last"].startswith("2021-12-30T22:01")
    assert document["events"][-1]["text"].count("\n") == 1


def test_other_files_of_another_parser() -> None:
    telegram = read_export(SAMPLES / "third-party/chat-miner/telegram-test_single_export.json")
    assert [event.at.timestamp() for event in telegram.events if event.at] == [1544006350, 1544006964]
    assert [event.text for event in telegram.events] == ["Minimal Message", "Link:https://telegram.org/"]
    signal = read_export(SAMPLES / "third-party/chat-miner/signal-test_export.txt")
    assert (signal.format, signal.n_messages, signal.events[1].text) == ("signal-export-text", 2, "Hello\nJane!")
