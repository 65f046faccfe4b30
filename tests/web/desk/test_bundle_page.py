"""The bundle dialogue: the same options as the command line, what the second member sees, and the register after it."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pyrage
import pytest
from stores_factories import DENIAL, tell
from two_people import approve

from panah import bundle
from panah.marks import trace
from panah.web.cases.models import DualRequest
from panah.web.outflow.models import Outflow

identity = pyrage.x25519.Identity.generate()


@pytest.fixture
def story(cast: Any, data_folder: Path) -> Any:
    return tell(cast.case_worker)


def named_incident(story: Any) -> Any:
    person = story.person("Renagul Invented")
    story.consent(person, "share_press")
    claim = story.claim(person_id=person.id)
    row = story.incident(claim)
    story.denial(claim)
    return row


def ask(story: Any, row: Any, **more: str) -> Any:
    form = {
        "act": "ask",
        "incident": row.pk,
        "purpose": "share_press",
        "recipients": str(identity.to_public()),
        "receiver": "The Example Gazette",
        **more,
    }
    return story.player.client.post("/give-out/bundle/", form)


def made(story: Any) -> bytes:
    row = DualRequest.objects.get()
    approve(story.player, row)
    answer = story.player.client.post("/give-out/bundle/", {"request": row.pk})
    assert answer.status_code == 200, answer.content[-800:]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        return bytes(pyrage.decrypt(packed.read("contents.tar.age"), [identity]))


def test_a_redacted_bag_is_asked_for_shown_to_the_second_member_and_made(cast: Any, story: Any) -> None:
    row = named_incident(story)
    assert ask(story, row, redact="1", bagit="1").status_code == 302
    waiting = story.player.client.get("/together/").content.decode()
    for words in ("The Example Gazette", "Redacted", "BagIt"):
        assert words in waiting
    inside = made(story)
    assert b"data/withheld.json" in inside
    assert b"This copy is redacted" in inside
    assert DENIAL.encode() in inside
    for secret in (b"Renagul", b"Antwerp", b"told.txt"):
        assert secret not in inside


def test_the_whole_bundle_has_what_the_redacted_one_lacks(cast: Any, story: Any) -> None:
    """The control."""
    ask(story, named_incident(story))
    inside = made(story)
    for there in (b"Antwerp", b"told.txt", b"items/0001.txt"):
        assert there in inside
    assert b"This copy is redacted" not in inside


def test_the_register_says_who_got_which_copy_and_only_to_members_of_the_case(cast: Any, story: Any) -> None:
    ask(story, named_incident(story))
    inside = made(story)
    outflow = Outflow.objects.get()
    mark = outflow.copy.code.encode()
    assert inside.count(mark) >= 1
    text = inside[inside.index(b"<!doctype") : inside.index(b"</html>")].decode()
    (lead,) = trace(text, [outflow.copy.seed]).leads
    assert lead.is_named
    shown = story.player.client.get("/give-out/").content.decode()
    assert "The Example Gazette" in shown
    assert outflow.copy.code in shown
    assert outflow.copy.seed not in shown
    for player in (cast.stranger, cast.administrator):
        assert "The Example Gazette" not in player.client.get("/give-out/").content.decode()


def test_the_receiver_learns_exact_times_and_no_other_copys_digest(cast: Any, story: Any, tmp_path: Path) -> None:
    row = named_incident(story)
    ask(story, row)
    made(story)  # a first copy, for somebody else
    first_sha256 = Outflow.objects.get().sha256
    ask(story, row, receiver="The Second Gazette")
    waiting = DualRequest.objects.get(used_hour=None)
    approve(story.player, waiting)
    path = tmp_path / "b.zip"
    path.write_bytes(story.player.client.post("/give-out/bundle/", {"request": waiting.pk}).content)
    found = bundle.verify(path, identities=str(identity))
    assert found.n_details > 0
    with zipfile.ZipFile(path) as packed:
        inside = bytes(pyrage.decrypt(packed.read("contents.tar.age"), [identity]))
        shown = packed.read("custody.jsonl")
    start = inside.index(b"custody-details.json") + 512
    details = json.loads(inside[start : inside.index(b"]\n", start) + 2])
    assert len(details) == found.n_details
    assert all("at" in json.loads(each["text"]) for each in details)
    assert shown.count(b'"act":"exported"') == 1  # that it went to somebody else too is in the log
    assert first_sha256.encode() not in inside


def test_an_approval_is_for_this_copy_only(cast: Any, story: Any, tmp_path: Path) -> None:
    from panah.errors import Refused
    from panah.web.outflow.actions import HowBundled, make_bundle

    row = named_incident(story)
    ask(story, row, redact="1")
    approve(story.player, DualRequest.objects.get())
    for how in (HowBundled("The Example Gazette"), HowBundled("Somebody else", redact=True)):
        with pytest.raises(Refused, match="second member"):
            make_bundle(
                story.member,
                story.player.keys,
                [row],
                recipients=[str(identity.to_public())],
                purpose="share_press",
                target=tmp_path / "b.zip",
                how=how,
            )
    assert not Outflow.objects.exists()


def test_a_report_carries_the_mark_of_its_copy_in_words_and_on_each_page(cast: Any, story: Any) -> None:
    row = named_incident(story)
    form = {"incident": row.pk, "purpose": "share_press", "format": "html", "title": "x", "receiver": "A lawyer"}
    first = story.player.client.post("/give-out/report/", form).content.decode()
    second = story.player.client.post("/give-out/report/", form | {"receiver": "The press"}).content.decode()
    copies = {each.copy.receiver: each.copy for each in Outflow.objects.all()}
    seeds = [copy.seed for copy in copies.values()]
    for text, receiver in ((first, "A lawyer"), (second, "The press")):
        assert copies[receiver].code in text
        named = [lead.seed for lead in trace(text, seeds).leads if lead.is_named]
        assert named == [copies[receiver].seed]
