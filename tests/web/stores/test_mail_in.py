"""Messages of a mailbox become reports: from a real IMAP connection on the loopback, with attachments, once each."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake_dns import SigningServer, name_server
from intake_imap import Box, imap_server

from panah.errors import NotConfigured, Unreadable
from panah.web.accounts.models import Member
from panah.web.cases.opening import open_case
from panah.web.evidence.models import EvidenceItem
from panah.web.evidence.queries import record_in
from panah.web.intake import mail_in, queries
from panah.web.intake.mail_origin import Origin, Verdict, dns_lookup
from panah.web.intake.models import Report

pytestmark = pytest.mark.slow  # real processes and connections; left out of `make check`


@pytest.fixture
def box() -> Iterator[Box]:
    with imap_server() as running:
        yield running


def at(box: Box, **more: Any) -> mail_in.MailSettings:
    told = mail_in.MailSettings("127.0.0.1", box.user, box.password, box.port, tls=False)
    return dataclasses.replace(told, **more)


def message(words: str = "They rang my mother.", *files: tuple[str, bytes], subject: str = "Help") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Invented <someone@example.org>", "intake@example.org", subject
    mail["Date"] = "Tue, 24 Nov 2026 21:05:00 +0100"
    mail.set_content(words)
    for name, content in files:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return bytes(mail)


def test_a_message_with_attachments_is_a_report(cast: Any, data_folder: Path, box: Box) -> None:
    raw = message("ئاپامغا تېلېفون قىلدى", ("voice.ogg", b"a voice"), ("رەسىم.png", b"a picture"), subject="ياردەم")
    box.put(raw)
    done = mail_in.fetch(at(box))
    assert (done.n_new, done.n_known, done.n_failed) == (1, 0, 0)
    row = Report.objects.get()
    opened = open_case(cast.case_worker.member, cast.case_worker.keys, row.case, "intake")
    report = queries.report_in(opened, row)
    assert report.entrance == "email"
    for words in ("someone@example.org", "ياردەم", "ئاپامغا تېلېفون قىلدى", "24 Nov 2026"):
        assert words in report.text
    kept = {
        record_in(opened, item).file_name: b"".join(queries.file_chunks(opened, item))
        for item in EvidenceItem.objects.all()
    }
    origin = json.loads(kept.pop("message.origin.json"))
    assert origin["verdict"] == "unsigned"
    assert kept == {"message.eml": raw, "voice.ogg": b"a voice", "رەسىم.png": b"a picture"}
    assert len(report.evidence_ids) == 4
    assert set(EvidenceItem.objects.values_list("grade", flat=True)) == {"D", "E"}
    assert box.messages == {}, "the clear copy at the provider is gone"


def test_a_signature_that_holds_grades_the_message_and_what_is_attached(
    cast: Any, data_folder: Path, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name server of the test stands where the machine's own one would."""
    server = SigningServer()
    with name_server() as names:
        names.records[server.name] = server.record
        monkeypatch.setattr(mail_in, "dns_lookup", lambda: dns_lookup(("127.0.0.1",), names.port))
        box.put(server.sign(message("They rang.", ("voice.ogg", b"a voice"))))
        assert mail_in.fetch(at(box)).n_new == 1
        assert names.asked == [], "nobody is asked unless the operator says so"
        assert set(EvidenceItem.objects.values_list("grade", flat=True)) == {"D", "E"}
        box.put(server.sign(message("They rang again.", ("voice.ogg", b"a voice"))))
        assert mail_in.fetch(at(box, look_up_keys=True)).n_new == 1
        assert names.asked == [server.name]
    assert sorted(EvidenceItem.objects.values_list("grade", flat=True)) == ["A", "A", "D", "D", "E", "E"]


def test_taken_in_once_whatever_breaks(cast: Any, data_folder: Path, box: Box) -> None:
    """The line breaks after the report is kept and before the message is deleted."""
    box.put(message())
    box.break_after = 6
    with pytest.raises(Unreadable):
        mail_in.fetch(at(box))
    box.break_after, box.asked = None, []
    first = Report.objects.count()
    done = mail_in.fetch(at(box))
    assert Report.objects.count() == 1
    assert done.n_new + done.n_known == 1
    assert first <= 1
    assert box.messages == {}
    assert mail_in.fetch(at(box)).n_new == 0


def test_kept_messages_are_marked_as_read(cast: Any, data_folder: Path, box: Box) -> None:
    box.put(message())
    for _ in range(2):
        mail_in.fetch(at(box, after="keep"))
    assert len(box.messages) == 1
    assert Report.objects.count() == 1
    assert not any(asked.startswith("EXPUNGE") for asked in box.asked)


def test_a_message_that_is_too_large_stays_and_is_counted(cast: Any, data_folder: Path, box: Box) -> None:
    box.put(message("x" * 4000))
    box.put(message("small"))
    done = mail_in.fetch(at(box, largest_bytes=3000))
    assert (done.n_new, done.n_too_large) == (1, 1)
    assert len(box.messages) == 1


def test_nobody_to_take_it_in_leaves_it_in_the_mailbox(
    cast: Any, data_folder: Path, box: Box, caplog: pytest.LogCaptureFixture
) -> None:
    Member.objects.update(roles=["analyst"])
    box.put(message("a canary word"))
    with caplog.at_level(logging.INFO):
        assert mail_in.fetch(at(box)).n_failed == 1
    assert len(box.messages) == 1
    assert "canary" not in caplog.text
    assert "example.org" not in caplog.text


@pytest.mark.parametrize("change", [{"password": "wrong"}, {"folder": "Elsewhere"}, {"port": 1}])
def test_a_mailbox_that_does_not_let_us_in(cast: Any, data_folder: Path, box: Box, change: dict[str, Any]) -> None:
    with pytest.raises(Unreadable) as told:
        mail_in.fetch(at(box, **change))
    assert box.user not in str(told.value)
    assert "wrong" not in str(told.value)


def test_without_tls_on_this_machine_only() -> None:
    with pytest.raises(NotConfigured):
        mail_in.MailSettings("imap.example.org", "u", "p", tls=False)
    assert mail_in.MailSettings("localhost", "u", "p", tls=False)
    assert "secret" not in repr(mail_in.MailSettings("imap.example.org", "u", "secret"))


HOSTILE = [
    b"",
    b"\xff\xfe\x00 not a message",
    b"Subject: =?utf-8?b?////?=\r\nContent-Type: text/plain; charset=no-such\r\n\r\n\xff\xff",
    b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: message/rfc822\r\n\r\n--x",
    b"Content-Type: multipart/mixed\r\n\r\nno boundary",
    b"From: " + b"a" * 5000 + b"\r\n\r\n" + b"--" * 100,
    b"Content-Type: text/html\r\n\r\n<script>alert(1)</script>" + b"<div>" * 2000,
]


@pytest.mark.parametrize("raw", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_messages_become_reports_or_are_counted(cast: Any, data_folder: Path, box: Box, raw: bytes) -> None:
    box.put(raw)
    done = mail_in.fetch(at(box))
    assert done.n_new + done.n_known + done.n_failed == 1


@settings(max_examples=40, deadline=None)
@given(head=st.binary(max_size=80), body=st.binary(max_size=200), multipart=st.booleans())
def test_reading_a_message_never_breaks(head: bytes, body: bytes, multipart: bool) -> None:
    kind = b"Content-Type: multipart/mixed; boundary=b\r\n" if multipart else b""
    raw = kind + head + b"\r\n\r\n--b\r\n" + body + b"\r\n--b--"
    assert isinstance(mail_in.text_of(raw), str)
    assert isinstance(mail_in.attachments(raw), list)


def test_the_watch_ends_with_its_block(db: Any, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    looked = threading.Event()
    monkeypatch.setattr(mail_in, "fetch", lambda _settings: looked.set())
    with mail_in.watched(at(box)):
        assert looked.wait(10)
    assert not any(thread.name == "mail-in" for thread in threading.enumerate())
    with mail_in.watched(None):
        pass


def test_a_letter_of_too_many_parts_is_kept_as_it_came(cast: Any, data_folder: Path) -> None:
    """It neither holds the mailbox up nor is lost: the sealed original has everything, its head says who wrote."""
    parts = b"--b\r\n\r\nhi\r\n" * 3000
    raw = b"From: a@example.org\r\nSubject: Help\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + parts
    assert mail_in.take_in(raw, Origin(Verdict.UNSIGNED))
    row = Report.objects.get()
    opened = open_case(cast.case_worker.member, cast.case_worker.keys, row.case, "intake")
    report = queries.report_in(opened, row)
    assert report.text.strip() == "From: a@example.org\nSubject: Help"
    kept = [b"".join(queries.file_chunks(opened, item)) for item in EvidenceItem.objects.filter(case=row.case)]
    assert raw in kept
    assert len(kept) == 2, "the message and what is known of its origin; no part of it"
