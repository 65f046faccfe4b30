"""Coming back with the code: what it opens, what it does not, and what guessing gives."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from panah.errors import NotOpened
from panah.vault.receipt import Receipt
from panah.web.cases.opening import open_case
from panah.web.cases.rotation import rotate
from panah.web.evidence.models import EvidenceItem
from panah.web.intake import mailbox, receipts, threads
from panah.web.intake.models import Flow, Guess, Message, Report, Thread, now
from panah.web.intake.records import Said

from .test_report import hand_in, tell

WRONG = "".join(Receipt("1" * 24).groups)


@pytest.fixture
def code(cast: Any, data_folder: Path, front_door: Client) -> str:
    tell(front_door)
    given, _proof = hand_in(front_door)
    front_door.post("/report/receipt/")
    return given


@pytest.fixture
def inside(code: str, front_door: Client) -> Client:
    assert front_door.post("/report/back/", {"code": code}).headers["Location"] == "/report/mailbox/"
    return front_door


def opened_by(player: Any) -> Any:
    return open_case(player.member, player.keys, Thread.objects.get().case, "intake")


def answer_from_us(cast: Any, words: str) -> None:
    worker = cast.case_worker
    said = Said(at=now(), incoming=False, text=words, author=worker.member.pk)
    threads.say(worker.member, opened_by(worker), Thread.objects.get(), said)


def test_the_answer_is_read_and_we_know_that_it_was(cast: Any, inside: Client) -> None:
    answer_from_us(cast, "We believe you. Keep the note.")
    assert Thread.objects.get().n_fetched == 0
    assert "We believe you. Keep the note." in inside.get("/report/mailbox/").content.decode()
    thread = Thread.objects.get()
    assert (thread.n_outgoing, thread.n_fetched) == (1, 1)


def test_what_was_told_is_not_shown_again(inside: Client) -> None:
    page = inside.get("/report/mailbox/").content.decode()
    for word in ("mother", "Antwerp", "stop singing", "Case Worker"):
        assert word not in page


def test_writing_again_with_a_file(cast: Any, inside: Client) -> None:
    form = {"text": "They rang again.", "file": SimpleUploadedFile("voice.ogg", b"a voice"), "whole": "1"}
    assert inside.post("/report/mailbox/", form).status_code == 302
    assert Report.objects.get().awaiting is True
    opened = opened_by(cast.colleague)
    said = opened.record(Said, Message.objects.get(number=2))
    assert (said.text, said.incoming, said.file_names) == ("They rang again.", True, ("voice.ogg",))
    assert EvidenceItem.objects.get(pk=said.evidence_ids[0]).case == opened.case
    answer_from_us(cast, "Thank you.")
    assert Report.objects.get().awaiting is False


def test_the_same_message_posted_twice_stands_once(inside: Client) -> None:
    for _ in range(2):
        assert inside.post("/report/mailbox/", {"text": "Once.", "whole": "1"}).status_code == 302
    assert Message.objects.count() == 2, "what was agreed, and this"


def test_a_file_sent_twice_by_one_form_is_kept_once_and_two_of_one_name_both(inside: Client) -> None:
    def send(n: str, content: bytes = b"a voice") -> None:
        form = {"text": "", "file": SimpleUploadedFile("voice.ogg", content), "n": n, "whole": "1"}
        assert inside.post("/report/mailbox/", form).status_code == 302

    n = re.search(r'name="n" value="(\d+)"', inside.get("/report/mailbox/").content.decode())[1]  # type: ignore[index]
    send(n)
    send(n)
    assert EvidenceItem.objects.count() == 1
    newer = re.search(r'name="n" value="(\d+)"', inside.get("/report/mailbox/").content.decode())[1]  # type: ignore[index]
    send(newer, b"another voice")
    assert EvidenceItem.objects.count() == 2


def test_half_a_file_to_the_mailbox_is_not_kept(inside: Client, data_folder: Path) -> None:
    head = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="a.ogg"\r\n\r\n'
    body = head + b"x" * 5000
    answer = inside.generic("POST", "/report/mailbox/", body, content_type="multipart/form-data; boundary=cut")
    assert answer.status_code == 400
    assert "broke off" in answer.content.decode()
    assert not EvidenceItem.objects.exists()
    assert not list(data_folder.glob("evidence/*"))


@pytest.mark.parametrize(
    "form", [{"text": "cut off"}, {"text": " ", "whole": "1"}, {"text": "x" * 20_001, "whole": "1"}]
)
def test_half_or_nothing_is_told(inside: Client, form: dict[str, str]) -> None:
    assert inside.post("/report/mailbox/", form).status_code == 400
    assert Message.objects.count() == 1


def test_who_writes_after_the_end_is_not_left_lying(cast: Any, inside: Client) -> None:
    Report.objects.update(status="done")
    inside.post("/report/mailbox/", {"text": "It goes on.", "whole": "1"})
    assert Report.objects.get().status == "taken"


def test_consent_is_withdrawn_and_given_and_never_invented(cast: Any, inside: Client) -> None:
    page = inside.get("/report/mailbox/").content.decode()
    assert sorted(re.findall(r'value="(\w+)" checked', page)) == ["count", "keep"]
    inside.post("/report/mailbox/consent/", {"consents": ["keep", "share_everything"]})
    page = inside.get("/report/mailbox/").content.decode()
    assert re.findall(r'value="(\w+)" checked', page) == ["keep"]
    inside.post("/report/mailbox/consent/", {"consents": ["keep"]})
    entries = [opened_by(cast.case_worker).record(Said, row) for row in Message.objects.all()]
    assert [entry.consents for entry in entries] == [("keep", "count"), ("keep",)], "an unchanged answer is no entry"


def test_erasure_is_asked_for_once(inside: Client) -> None:
    assert Thread.objects.get().wants_erasure is False
    assert inside.get("/report/mailbox/erasure/").status_code == 200
    for _ in range(2):
        inside.post("/report/mailbox/erasure/")
    assert Thread.objects.get().wants_erasure is True
    assert Message.objects.count() == 2


def test_closing_leaves_nothing_in_the_window(inside: Client) -> None:
    answer = inside.post("/report/mailbox/close/")
    assert "Clear-Site-Data" in answer.headers
    assert not Flow.objects.exists()
    assert inside.get("/report/mailbox/").headers["Location"] == "/report/back/"


@pytest.mark.parametrize("path", ["", "consent/", "erasure/"])
def test_without_the_code_there_is_nothing(code: str, front_door: Client, path: str) -> None:
    stranger = Client()
    stranger.post("/report/")  # a flow of another kind is no way in
    for client in (front_door, stranger):
        assert client.post(f"/report/mailbox/{path}").headers["Location"] == "/report/back/"


def test_every_wrong_code_has_one_answer(code: str, front_door: Client) -> None:
    codes = [WRONG, "".join(Receipt("2" * 24).groups), "".join(Receipt(code[:23] + str(9 - int(code[23]))).groups)]
    pages = {
        re.sub(r'value="\w{64}"', "", front_door.post("/report/back/", {"code": each}).content.decode())
        for each in codes
    }
    assert len(pages) == 1
    assert not any(each in pages.pop() for each in codes[:1]), "a code is never printed back"
    assert Guess.objects.get().n == 3


def test_a_typing_error_is_told_and_is_no_guess(code: str, front_door: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipts, "stretch", lambda *_: pytest.fail("computed for a code that cannot be"))
    for typed in (code[:-1], code[1] + code[0] + code[2:] if code[0] != code[1] else "1", "abc", code + "1"):
        answer = front_door.post("/report/back/", {"code": typed})
        assert answer.status_code == 400
        assert "A digit is missing or wrong" in answer.content.decode()
    assert not Guess.objects.exists()


def test_a_code_may_be_typed_in_any_digits_and_groups(code: str, front_door: Client) -> None:
    eastern = code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    for typed in (" ".join(re.findall("....", code)), eastern, "-".join(re.findall("....", eastern))):
        assert Client().post("/report/back/", {"code": typed}).headers["Location"] == "/report/mailbox/"


def test_guessing_is_stopped_for_the_whole_deployment(
    code: str, front_door: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    minute = receipts._this_minute()  # on a slow machine thirty tries do not fit into one
    monkeypatch.setattr(receipts, "_this_minute", lambda: minute)
    for number in range(receipts.WRONG_IN_A_MINUTE):
        Client().post("/report/back/", {"code": "".join(Receipt(f"{number:024d}").groups)})
    wrong = Client().post("/report/back/", {"code": WRONG})
    right = Client().post("/report/back/", {"code": code})
    assert "Too many codes" in wrong.content.decode()
    assert "Too many codes" in right.content.decode(), "the refusal must not tell right from wrong"
    assert Guess.objects.get().n == receipts.WRONG_IN_A_MINUTE
    assert not [field.name for field in Guess._meta.fields if field.name not in {"minute", "n"}], "no address is kept"


def test_known_and_unknown_codes_cost_one_run_each(
    code: str, front_door: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Constant time by construction: the one expensive step is the same for both, and is done once."""
    runs: list[str] = []
    real = receipts.ReceiptKeys.derive

    def counted(*given: Any, **more: Any) -> Any:
        runs.append("run")
        return real(*given, **more)

    monkeypatch.setattr(receipts.ReceiptKeys, "derive", counted)
    for typed in (code, WRONG):
        runs.clear()
        Client().post("/report/back/", {"code": typed})
        assert runs == ["run"]


def test_the_code_opens_its_own_thread_and_no_other(cast: Any, code: str, front_door: Client) -> None:
    first = Thread.objects.get()
    other = Client()
    tell(other)
    second_code, _proof = hand_in(other)
    second = Thread.objects.exclude(pk=first.pk).get()
    token, _found = mailbox.come_back(code)
    opened = mailbox.visit(token)
    assert opened.thread == first
    with pytest.raises(NotOpened):
        mailbox.unseal.open_case_key(
            bytes(second.key.sealed_key), opened.keys, case_id=second.case_id, version=second.key_version
        )
    assert second_code != code


def test_a_new_key_of_the_case_does_not_shut_the_reporter_out(cast: Any, code: str, front_door: Client) -> None:
    worker = cast.case_worker
    rotate(worker.member, worker.keys, opened_by(worker))
    answer_from_us(cast, "Under the new key.")
    front_door.post("/report/back/", {"code": code})
    assert "Under the new key." in front_door.get("/report/mailbox/").content.decode()
    front_door.post("/report/mailbox/", {"text": "I read it.", "whole": "1"})
    assert opened_by(cast.colleague).record(Said, Message.objects.get(number=3)).text == "I read it."


@pytest.mark.parametrize(
    ("path", "form", "kind"),
    [("consent/", {"consents": ["keep"]}, "consents"), ("erasure/", {}, "erasure")],
)
def test_what_must_not_be_lost_is_kept_though_the_key_changes_in_that_moment(
    cast: Any, inside: Client, monkeypatch: pytest.MonkeyPatch, path: str, form: Any, kind: str
) -> None:
    """Between the opening of the thread and the writing a member takes the report up."""
    worker, real, changed = cast.case_worker, threads.say, []
    held = opened_by(worker)

    def say(actor: Any, *given: Any) -> Any:
        if actor is None and not changed:
            changed.append(rotate(worker.member, worker.keys, held))
        return real(actor, *given)

    monkeypatch.setattr(threads, "say", say)
    assert inside.post(f"/report/mailbox/{path}", form).headers["Location"] == "/report/mailbox/"
    assert changed
    assert opened_by(worker).record(Said, Message.objects.get(number=2)).kind == kind
