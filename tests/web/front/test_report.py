"""A whole report through the public door, without a script: each page, back, twice, cut off, too large."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from panah.errors import NotVerified
from panah.web.accounts.models import Member
from panah.web.cases.opening import open_case
from panah.web.evidence.models import EvidenceItem
from panah.web.evidence.queries import record_in
from panah.web.front.templatetags.reporting import shown_name
from panah.web.intake import flows, queries
from panah.web.intake.models import Flow, Message, PendingFile, Report, Telling, Thread, now
from panah.web.intake.proof import check_proof
from panah.web.intake.questions import QUESTIONS, SLUGS
from panah.web.intake.records import Told

ANSWERS: dict[str, dict[str, Any]] = {
    "what": {"tactics": ["proxy_family_call", "death_threat"], "what": "My mother rang. She wept."},
    "when": {"when": "last week, at 11 in the evening"},
    "where": {"my_country": "belgium", "my_place": "Antwerp", "their_country": "Nowhere Land", "their_place": ""},
    "who": {"who": ["relative_forced"], "who_words": "a man breathed", "number": ""},
    "wanted": {"wanted": "stop singing"},
    "words": {"said": "«كەل»"},
    "danger": {"danger": "no", "detained": "unknown"},
    "relatives": {"at_risk": "my brother"},
    "consent": {"consents": ["keep", "count"]},
}


def begin(client: Client) -> None:
    answer = client.post("/report/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/report/what/")


def tell(client: Client) -> None:
    begin(client)
    for slug in SLUGS:
        answer = client.post(f"/report/{slug}/", {**ANSWERS[slug], "go": "next"})
        assert answer.status_code == 302, slug


def send_file(client: Client, content: bytes = b"a photograph", name: str = "shot.png", **more: Any) -> Any:
    form = {"file": SimpleUploadedFile(name, content, "image/png"), "go": "add", "whole": "1", **more}
    return client.post("/report/files/", form)


def hand_in(client: Client) -> tuple[str, str]:
    """The code and the proof."""
    answer = client.post("/report/check/", {"go": "send"})
    assert answer.headers["Location"] == "/report/receipt/"
    page = client.get("/report/receipt/").content.decode()
    code = "".join(re.findall(r"<span>(\d{4})</span>", page))
    assert len(code) == 28
    return code, re.search(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)[1]  # type: ignore[index]


def test_what_was_told_is_what_is_read(cast: Any, data_folder: Path, front_door: Client) -> None:
    tell(front_door)
    assert send_file(front_door).status_code == 302
    shown = front_door.get("/report/check/").content.decode()
    assert "stop singing" in shown
    assert "Belgium" in shown
    hand_in(front_door)
    row = Report.objects.get()
    opened = open_case(cast.case_worker.member, cast.case_worker.keys, row.case, "intake")
    report = queries.report_in(opened, row)
    assert "My mother rang. She wept." in report.text
    told = opened.record(Told, Telling.objects.get())
    assert (told.my_country, told.their_country, told.said) == ("BE", "Nowhere Land", "«كەل»")
    assert told.consents == ("keep", "count")
    assert (row.tactic, row.urgent, row.status) == ("proxy_family_call", True, "new")
    item = EvidenceItem.objects.get()
    assert report.evidence_ids == (item.pk,)
    assert record_in(opened, item).file_name == "shot.png"
    assert b"".join(queries.file_chunks(opened, item)) == b"a photograph"
    assert not PendingFile.objects.exists()


def test_every_question_can_be_skipped(cast: Any, data_folder: Path, front_door: Client) -> None:
    begin(front_door)
    code, _proof = hand_in(front_door)
    assert code
    assert Report.objects.get().urgent is False


def test_back_keeps_what_was_typed(cast: Any, data_folder: Path, front_door: Client) -> None:
    begin(front_door)
    front_door.post("/report/what/", {**ANSWERS["what"], "go": "next"})
    answer = front_door.post("/report/when/", {"when": "yesterday", "go": "back"})
    assert answer.headers["Location"] == "/report/what/"
    assert "My mother rang. She wept." in front_door.get("/report/what/").content.decode()
    assert "yesterday" in front_door.get("/report/when/").content.decode()
    assert re.search(r'value="death_threat"[^>]*checked', front_door.get("/report/what/").content.decode())


def test_handing_in_twice_makes_one_report(cast: Any, data_folder: Path, front_door: Client) -> None:
    tell(front_door)
    first = hand_in(front_door)
    assert front_door.post("/report/check/", {"go": "send"}).headers["Location"] == "/report/receipt/"
    token = front_door.cookies["f"].value
    assert flows.read(flows.Draft, token).sent is not None
    from panah.web.intake.threads import hand_in as again

    assert again(token).sent.report_id == Report.objects.get().pk
    page = front_door.get("/report/receipt/").content.decode()
    assert first[1] in page


def test_the_code_is_shown_until_it_was_noted_and_then_never(cast: Any, data_folder: Path, front_door: Client) -> None:
    tell(front_door)
    code, _proof = hand_in(front_door)
    for path in ("/report/what/", "/report/files/", "/report/check/"):
        assert front_door.get(path).headers["Location"] == "/report/receipt/"
    answer = front_door.post("/report/receipt/")
    assert answer.headers["Location"] == "/report/done/"
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert answer.cookies["f"]["max-age"] == 0
    assert not Flow.objects.exists()
    assert code not in front_door.get("/report/done/").content.decode()
    assert front_door.get("/report/receipt/").headers["Location"] == "/report/"


def test_the_proof_is_ours_dated_and_says_nothing(cast: Any, data_folder: Path, front_door: Client) -> None:
    tell(front_door)
    _code, proof = hand_in(front_door)
    report_id, hour = check_proof(proof)
    assert report_id == Report.objects.get().pk
    assert now() - hour < timedelta(hours=1, minutes=1)
    assert hour.minute == hour.second == 0
    for word in ("mother", "Antwerp", "proxy_family_call"):
        assert word not in proof
    for changed in (
        proof.replace("panah/received/v1", "panah/received/v2"),
        proof.replace(report_id, "0" * 32),
        "",
        "—",
    ):
        with pytest.raises(NotVerified):
            check_proof(changed)


def test_nothing_told_stays_in_the_flow_after_handing_in(cast: Any, data_folder: Path, front_door: Client) -> None:
    tell(front_door)
    hand_in(front_door)
    left = flows.read(flows.Draft, front_door.cookies["f"].value)
    assert left.told.words == ""
    assert not left.files


def test_a_flow_that_ended_meanwhile_begins_again_with_what_was_just_typed(
    cast: Any, data_folder: Path, front_door: Client
) -> None:
    begin(front_door)
    Flow.objects.all().delete()
    assert front_door.get("/report/when/").headers["Location"] == "/report/"
    answer = front_door.post("/report/when/", {"when": "in the morning", "go": "next"})
    assert answer.headers["Location"] == "/report/where/"
    assert "in the morning" in front_door.get("/report/when/").content.decode()


def test_kept_under_a_code_it_goes_on_elsewhere(cast: Any, data_folder: Path, front_door: Client) -> None:
    begin(front_door)
    front_door.post("/report/what/", {**ANSWERS["what"], "go": "next"})
    send_file(front_door)
    assert front_door.post("/report/when/", {"when": "x", "go": "keep"}).headers["Location"] == "/report/keep/"
    front_door.post("/report/keep/")
    code = "".join(re.findall(r"<span>(\d{4})</span>", front_door.get("/report/keep/").content.decode()))
    front_door.get("/leave/")
    assert Flow.objects.count() == 1, "the copy under the code"
    other = Client()
    assert other.post("/report/back/", {"code": code}).headers["Location"] == "/report/check/"
    assert "My mother rang" in other.get("/report/check/").content.decode()
    other.post("/report/wanted/", {"wanted": "a later word", "go": "next"})
    third = Client()
    third.post("/report/back/", {"code": code})
    assert "a later word" in third.get("/report/check/").content.decode(), "each page is kept under the code too"
    sent, _proof = hand_in(other)
    assert sent == code, "the code of the draft becomes that of the report"
    assert EvidenceItem.objects.count() == 1
    assert not PendingFile.objects.exists()
    assert Client().post("/report/back/", {"code": code}).headers["Location"] == "/report/mailbox/"


def test_leaving_takes_everything_along(cast: Any, data_folder: Path, front_door: Client, settings: Any) -> None:
    settings.PANAH_LEAVE_TO = "https://neutral.example/"
    begin(front_door)
    send_file(front_door)
    answer = front_door.get("/leave/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "https://neutral.example/")
    assert "Clear-Site-Data" in answer.headers
    assert not Flow.objects.exists()
    assert not PendingFile.objects.exists()
    assert not list((data_folder / "evidence").iterdir())


def test_half_an_upload_is_not_kept(cast: Any, data_folder: Path, front_door: Client) -> None:
    begin(front_door)
    body = (
        b'--cut\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
        + b"x" * 5000
    )
    answer = front_door.generic("POST", "/report/files/", body, content_type="multipart/form-data; boundary=cut")
    assert answer.status_code == 400
    assert "broke off" in answer.content.decode()
    assert not PendingFile.objects.exists()
    assert not (data_folder / "evidence").exists() or not list((data_folder / "evidence").iterdir())


class FarTooMuch(io.RawIOBase):
    """5 GB that are never there: counts how much of it was read."""

    def __init__(self, head: bytes, size: int) -> None:
        self.head, self.left, self.n_read = head, size, 0

    def read(self, size: int = -1) -> bytes:
        size = min(size if size > 0 else 65_536, 65_536, self.left + len(self.head))
        part, self.head = self.head[:size], self.head[size:]
        part += b"\0" * (size - len(part))
        self.left -= size - min(size, len(part))
        self.n_read += len(part)
        return part


HEAD = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'


@pytest.mark.parametrize("declared", [True, False])
def test_five_gigabytes_are_refused_early(
    cast: Any, data_folder: Path, front_door: Client, settings: Any, declared: bool
) -> None:
    settings.PANAH_UPLOAD_BYTES = 300_000
    begin(front_door)
    size = 5 * 1024**3
    stream = FarTooMuch(HEAD, size)
    told = size if declared else settings.PANAH_UPLOAD_BYTES  # the second one lies about its length
    front_door.raise_request_exception = False
    answer = front_door.post(
        "/report/files/",
        content_type="multipart/form-data; boundary=cut",
        data=b"",
        **{"wsgi.input": stream, "CONTENT_LENGTH": str(told)},
    )
    assert answer.status_code in {400, 413}
    assert stream.n_read <= (0 if declared else 2 * settings.PANAH_UPLOAD_BYTES)
    assert not PendingFile.objects.exists()


def test_what_is_larger_than_allowed_is_told(cast: Any, data_folder: Path, front_door: Client, settings: Any) -> None:
    settings.PANAH_UPLOAD_BYTES = 1000
    begin(front_door)
    answer = send_file(front_door, b"x" * 2000)
    assert answer.status_code == 413
    assert "too large" in answer.content.decode()


def test_a_name_that_turns_round_is_shown_as_it_is(cast: Any, data_folder: Path, front_door: Client) -> None:
    begin(front_door)
    send_file(front_door, name="photo\u202egpj.exe")
    page = front_door.get("/report/files/").content.decode()
    assert "\u202e" not in page
    assert "<bdi>photogpj.exe</bdi>" in page
    assert shown_name("photo\u202egpj.exe\u2066\0") == "photo�gpj.exe��"


def test_a_file_sent_twice_by_one_form_is_kept_once(cast: Any, data_folder: Path, front_door: Client) -> None:
    begin(front_door)
    for _ in range(2):
        send_file(front_door, n="0")
    assert PendingFile.objects.count() == 1
    send_file(front_door, n="1")
    assert PendingFile.objects.count() == 2, "a page that knows of the first one means a second one"


def test_a_file_can_be_taken_out_again(cast: Any, data_folder: Path, front_door: Client) -> None:
    begin(front_door)
    send_file(front_door)
    (kept,) = PendingFile.objects.all()
    front_door.post("/report/files/", {"remove": "0" * 32})
    assert PendingFile.objects.count() == 1, "another's file is not touched"
    front_door.post("/report/files/", {"remove": kept.blob_name})
    assert not PendingFile.objects.exists()
    assert not list((data_folder / "evidence").iterdir())


def test_what_is_left_lying_is_cleared(cast: Any, data_folder: Path, front_door: Client) -> None:
    begin(front_door)
    send_file(front_door)
    flows.clear_expired(now() + timedelta(hours=1))
    assert Flow.objects.count() == 1
    flows.clear_expired(now() + timedelta(hours=3))
    assert not Flow.objects.exists()
    assert not list((data_folder / "evidence").iterdir())


def test_nobody_to_take_it_in_loses_nothing(cast: Any, data_folder: Path, front_door: Client) -> None:
    tell(front_door)
    Member.objects.update(roles=["analyst"])
    answer = front_door.post("/report/check/", {"go": "send"})
    assert answer.status_code == 503
    assert "stop singing" in front_door.get("/report/check/").content.decode()


@pytest.mark.parametrize("neutral", ["", "Notes"])
def test_pages_are_light_silent_and_neutral_when_asked(
    cast: Any, data_folder: Path, front_door: Client, settings: Any, neutral: str
) -> None:
    settings.PANAH_NEUTRAL_TITLE = neutral
    stylesheet = len(front_door.get(settings.STATIC_URL + "panah/reporting.css").getvalue())
    for language in ("", "/ug", "/zh-hans"):
        client = Client()
        client.post(f"{language}/report/")
        for path in ("", "advice/", "back/", *(f"{slug}/" for slug in SLUGS), "files/", "check/", "keep/"):
            answer = client.get(f"{language}/report/{path}")
            page = answer.content.decode()
            assert answer.status_code == 200, path
            assert answer.headers["Cache-Control"] == "no-store"
            assert len(answer.content) + stylesheet <= 40_000, f"{path} in {language}"
            assert "<script" not in page
            assert 'href="' + language + '/leave/"' in page
            assert ("<title>Notes</title>" in page) == bool(neutral)
            assert ("mark.svg" in page) != bool(neutral)
        assert set(client.cookies) == {"f", "t"}
        assert all(not morsel["max-age"] and not morsel["expires"] for morsel in client.cookies.values())


def test_answers_of_another_kind_are_refused_kindly(cast: Any, data_folder: Path, front_door: Client) -> None:
    begin(front_door)
    assert front_door.post("/report/what/", {"tactics": ["no_such_code"]}).status_code == 400
    assert front_door.post("/report/what/", {"what": "x" * 20_001}).status_code == 400
    assert front_door.post("/report/danger/", {"danger": "maybe"}).status_code == 400
    assert front_door.get("/report/no-such-page/").status_code == 404
    front_door.cookies["f"] = "../../etc/passwd"
    assert front_door.get("/report/what/").headers["Location"] == "/report/"


def test_every_field_of_the_record_is_asked_for() -> None:
    asked = [each.name for question in QUESTIONS for each in question.fields]
    assert sorted(asked) == sorted(Told.model_fields)


def test_the_first_entry_of_the_thread_is_what_was_agreed(cast: Any, data_folder: Path, front_door: Client) -> None:
    tell(front_door)
    hand_in(front_door)
    assert Thread.objects.get().n_incoming == Message.objects.count() == 1
