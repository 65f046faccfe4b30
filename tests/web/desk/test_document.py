"""The page of a document under review, tried by the whole cast; and the page that takes one in."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from stores_factories import tell

from panah.web.cases.models import CaseLog
from panah.web.desk.document import Part, pieces
from panah.web.register import documents
from panah.web.register.models import Claim, DocumentReview, Incident

LETTER = (
    "In Vienna, Ana Invented's brother called her from his home on 21 November 2024 with the police beside him. "
    '"He asked me to stop speaking on the radio," Invented said.\n\n'
    'The Chinese Embassy in Vienna denied the account. "Nobody of ours has telephoned anyone," it said.\n'
)


@pytest.fixture
def story(cast: Any, data_folder: Path) -> Any:
    return tell(cast.case_worker)


@pytest.fixture
def row(story: Any) -> DocumentReview:
    return documents.take_in_document(story.member, story.opened, io.BytesIO(LETTER.encode()), "letter.txt")


def address(row: DocumentReview, more: str = "") -> str:
    return f"/review/documents/{row.item_id}/{more}"


def test_only_who_holds_the_case_sees_it(cast: Any, row: DocumentReview) -> None:
    answers = {str(player): player.client.get(address(row)).status_code for player in cast}
    assert answers.pop("Case Worker") == 200
    assert answers.pop("reporter") == answers.pop("nobody") == 302, "asked to sign in"
    assert set(answers.values()) <= {403, 404}
    foreign = cast.stranger.client.get(address(row))
    missing = cast.stranger.client.get(address(row).replace(row.item_id, "0" * 32))
    same = missing.content.replace(b"0" * 32, row.item_id.encode())
    assert (foreign.status_code, foreign.content) == (missing.status_code, same)


def test_nobody_else_decides(cast: Any, row: DocumentReview) -> None:
    for player in cast:
        if str(player) != "Case Worker":
            player.client.post(address(row, "decide/"), {"decision": "accept_rest"})
    assert Incident.objects.count() == Claim.objects.count() == 0


def test_the_text_stands_there_whole_with_its_parts(cast: Any, row: DocumentReview) -> None:
    html = cast.case_worker.client.get(address(row)).content.decode()
    shown = html[html.index('class="excerpt text reading"') :]
    shown = re.sub(r"<[^>]*>", "", shown[shown.index(">") + 1 : shown.index("</section>")].replace("<br>", "\n"))
    import html as entities

    assert entities.unescape(shown).strip() == LETTER.strip()
    for name in ("incident-0", "statement-0"):
        assert f'id="p-{name}"' in html
        assert f'id="t-{name}"' in html


def test_opening_is_logged_first(cast: Any, row: DocumentReview) -> None:
    before = CaseLog.objects.filter(case=row.case, act="opened").count()
    cast.case_worker.client.get(address(row))
    assert CaseLog.objects.filter(case=row.case, act="opened").count() == before + 1


def test_accept_goes_to_the_next_part(cast: Any, row: DocumentReview) -> None:
    answer = cast.case_worker.client.post(address(row, "decide/"), {"decision": "accept", "part": "incident-0"})
    assert answer.status_code == 302
    assert Incident.objects.get().decision == "confirmed"
    assert re.search(r"#(p-\w+-\d+|parts)$", answer.headers["Location"])


EDIT = {
    "decision": "edit",
    "part": "incident-0",
    "tactic": "death_threat",
    "date": "2024-11",
    "host_country": "Austria",
    "host_place": "Wien",
    "act_country": "",
    "act_place": "",
    "origin_state": "cn",
    "channel": "telephone",
    "target": "unknown",
    "actor": "unknown",
}


def test_put_right_by_name_or_code(cast: Any, row: DocumentReview) -> None:
    answer = cast.case_worker.client.post(address(row, "decide/"), EDIT)
    assert answer.status_code == 302, answer.content.decode()
    incident = Incident.objects.get()
    assert (incident.tactic, incident.host_country, incident.origin_state) == ("death_threat", "AT", "CN")


@pytest.mark.parametrize(
    "wrong", [{"date": "soon"}, {"host_country": "Atlantis"}, {"tactic": "nonsense"}, {"part": "incident-9"}]
)
def test_a_wrong_value_is_told_and_changes_nothing(cast: Any, row: DocumentReview, wrong: dict[str, str]) -> None:
    answer = cast.case_worker.client.post(address(row, "decide/"), {**EDIT, **wrong})
    assert answer.status_code in {400, 403}
    assert Incident.objects.count() == Claim.objects.count() == 0


def test_twice_the_same_form_counts_once(cast: Any, row: DocumentReview) -> None:
    for _ in range(2):
        last = cast.case_worker.client.post(address(row, "decide/"), {"decision": "accept", "part": "incident-0"})
    assert last.status_code == 403
    assert Incident.objects.count() == 1


def test_taking_in_by_the_page(cast: Any, data_folder: Path) -> None:
    client = cast.case_worker.client
    assert client.get("/evidence/take-in/").status_code == 200
    given = {"file": SimpleUploadedFile("letter.txt", LETTER.encode()), "kind": "organisation", "published": "2024-12"}
    answer = client.post("/evidence/take-in/", given)
    row = DocumentReview.objects.get()
    assert answer.headers["Location"] == address(row)
    again = client.post("/evidence/take-in/", {**given, "file": SimpleUploadedFile("copy.txt", LETTER.encode())})
    assert "Seen before" in client.get(again.headers["Location"]).content.decode()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "required"),
        ({"file": SimpleUploadedFile("x.pdf", b"%PDF-1.4 cut")}, "form-errors"),
        ({"file": SimpleUploadedFile("x.txt", b"words"), "published": "yesterday"}, "form-errors"),
        ({"file": SimpleUploadedFile("x.txt", b"words"), "case": "0" * 32}, "form-errors"),
    ],
)
def test_what_cannot_be_taken_in_is_told_on_the_page(
    cast: Any, data_folder: Path, given: dict[str, Any], told: str
) -> None:
    answer = cast.case_worker.client.post("/evidence/take-in/", {"kind": "news", **given})
    assert answer.status_code == 400
    assert told in answer.content.decode() or "errorlist" in answer.content.decode()
    assert not DocumentReview.objects.exists()


def test_pieces_lose_nothing_and_mark_the_finest() -> None:
    outer = Part("incident-0", "incident", None, "open", ((0, 8),))
    inner = Part("count-0", "count", None, "open", ((2, 5),))
    outside = Part("count-1", "count", None, "open", ((7, 99),))
    cut = pieces("abcdefghij", [outer, inner, outside])
    assert "".join(piece.text for piece in cut) == "abcdefghij"
    assert [(piece.text, piece.part.name if piece.part else None) for piece in cut] == [
        ("ab", "incident-0"),
        ("cde", "count-0"),
        ("fgh", "incident-0"),
        ("ij", None),
    ]
    assert [piece.anchors for piece in cut] == [("incident-0",), ("count-0",), (), ()]
