"""The pages of grants, logs, keys, dual control, custody and health, used as members use them."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest
from cast import signed_in
from stores_factories import TEXT, tell

from panah import bundle
from panah.web.cases.models import CaseKeyWrap, CaseLog, DualRequest
from panah.web.cases.queries import cases_of
from panah.web.evidence.models import Checkpoint, EvidenceItem
from panah.web.outflow.models import Outflow


@pytest.fixture
def story(cast: Any, data_folder: Path) -> Any:
    return tell(cast.case_worker)


def page(player: Any, address: str, status: int = 200) -> str:
    answer = player.client.get(address)
    assert answer.status_code == status, answer.content[-800:]
    return answer.content.decode()


def let_in(story: Any, player: Any, **more: str) -> Any:
    given = {"act": "grant", "member": player.member.pk, "reason": "language", "compared": "yes", **more}
    return story.player.client.post(f"/cases/{story.opened.case.pk}/access/", given)


def test_letting_somebody_in_and_what_every_member_sees_of_it(cast: Any, story: Any) -> None:
    assert let_in(story, cast.colleague).status_code == 302
    for player in (story.player, cast.colleague):
        shown = page(player, f"/cases/{story.opened.case.pk}/access/")
        assert "speaks the language" in shown
        assert "signed grant" in shown
        assert len(re.findall(r'class="fingerprint" lang="en"', shown)) == 2
        assert "granted" in page(player, f"/cases/{story.opened.case.pk}/log/")
    assert story.opened.case.pk[:8] in page(cast.colleague, "/cases/")
    assert story.opened.case.pk[:8] not in page(cast.stranger, "/cases/")


@pytest.mark.parametrize("missing", [{"compared": ""}, {"member": "0" * 32}, {"reason": "because"}, {"act": "all"}])
def test_nobody_comes_in_by_half_a_form(cast: Any, story: Any, missing: dict[str, str]) -> None:
    assert let_in(story, cast.colleague, **missing).status_code == 403
    assert list(cases_of(cast.colleague.member)) == []


def test_the_administrator_cannot_be_let_in(cast: Any, story: Any) -> None:
    assert "Administrator" not in page(story.player, f"/cases/{story.opened.case.pk}/access/")
    assert let_in(story, cast.administrator).status_code == 403
    assert not CaseKeyWrap.objects.filter(member=cast.administrator.member).exists()


def test_taking_somebody_out_and_giving_new_keys_with_progress(cast: Any, story: Any) -> None:
    let_in(story, cast.colleague)
    case = story.opened.case
    out = story.player.client.post(f"/cases/{case.pk}/access/", {"act": "revoke", "member": cast.colleague.member.pk})
    assert out.status_code == 302
    assert page(cast.colleague, f"/cases/{case.pk}/access/", 404)
    assert "Files due for a new key" in page(story.player, "/keys/")
    old = EvidenceItem.objects.get().blob_name
    done = story.player.client.post("/keys/renew/", {"n_total": "1"})
    assert "No key is due" in done.content.decode()
    assert EvidenceItem.objects.get().blob_name != old
    assert CaseLog.objects.filter(case=case, act="opened", reason="rotation").exists()


def test_keys_go_on_where_they_stopped(story: Any, cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from panah.web.desk import keys

    tell(cast.case_worker)
    monkeypatch.setattr(keys, "WORK_S", 0.0)
    monkeypatch.setattr("panah.web.cases.queries.KEY_LIFE", -timedelta(days=1))
    shown = [story.player.client.post("/keys/renew/", {"n_total": "6"}).content.decode() for _ in range(2)]
    assert all('hx-trigger="load delay:200ms"' in each for each in shown)
    assert all("progress" in each for each in shown)


def test_a_sealed_case_on_the_pages(cast: Any, story: Any) -> None:
    case = story.opened.case
    assert story.player.client.post(f"/cases/{case.pk}/access/", {"act": "seal"}).status_code == 403
    let_in(story, cast.colleague)
    assert story.player.client.post(f"/cases/{case.pk}/access/", {"act": "seal"}).status_code == 302
    let_in(story, cast.stranger)
    assert list(cases_of(cast.stranger.member)) == []
    row = DualRequest.objects.get()
    assert "somebody enters a sealed case" in page(cast.colleague, "/together/").lower()
    assert cast.stranger.client.post(f"/together/{row.pk}/", {"answer": "approve"}).status_code == 404
    assert story.player.client.post(f"/together/{row.pk}/", {"answer": "approve"}).status_code == 404
    assert cast.colleague.client.post(f"/together/{row.pk}/", {"answer": "approve"}).status_code == 302
    let_in(story, cast.stranger)
    assert list(cases_of(cast.stranger.member)) == [case]


def test_an_original_is_downloaded_by_two(cast: Any, story: Any) -> None:
    address = f"/evidence/{story.item.pk}/original/"
    assert "two members agree" in page(story.player, address)
    assert story.player.client.post(address, {"act": "download"}).status_code == 403
    let_in(story, cast.colleague)
    assert story.player.client.post(address, {"act": "ask"}).status_code == 302
    assert story.player.client.post(address, {"act": "download"}).status_code == 403
    cast.colleague.client.post(f"/together/{DualRequest.objects.get().pk}/", {"answer": "approve"})
    assert "Download the original" in page(story.player, "/together/")
    got = story.player.client.post(address, {"act": "download"})
    assert got.content == TEXT.encode()
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert story.player.client.post(address, {"act": "download"}).status_code == 403


def test_a_bundle_from_the_dialogue(cast: Any, story: Any, tmp_path: Path) -> None:
    person = story.person("Somebody Invented")
    story.consent(person, "share_police")
    relative = story.person("Mother Invented", in_origin_state=True)
    row = story.incident(said := story.claim(person_id=person.id))
    story.denial(said)
    guarded = story.incident(heard := story.claim(person_id=relative.id), date="2024-07")
    story.denial(heard)
    let_in(story, cast.colleague)
    identity = pyrage.x25519.Identity.generate()
    given = {"incident": [row.pk], "purpose": "share_police", "recipients": str(identity.to_public())}
    looked = story.player.client.post("/give-out/bundle/", {**given, "act": "look"}).content.decode()
    assert "Somebody Invented" in looked
    assert looked.count("may receive</span>") == 1
    both = story.player.client.post("/give-out/bundle/", {**given, "incident": [row.pk, guarded.pk], "act": "look"})
    assert "relative at risk: always no" in both.content.decode()
    assert "may receive</span>" not in both.content.decode()
    refused = story.player.client.post("/give-out/bundle/", {**given, "incident": [guarded.pk], "act": "ask"})
    assert refused.status_code == 403
    assert story.player.client.post("/give-out/bundle/", {**given, "act": "ask"}).status_code == 302
    asked = DualRequest.objects.get()
    assert story.player.client.post("/give-out/bundle/", {"request": asked.pk}).status_code == 403
    assert not Outflow.objects.exists()
    shown = page(cast.colleague, "/together/")
    assert str(identity.to_public()) in shown
    cast.colleague.client.post(f"/together/{asked.pk}/", {"answer": "approve"})
    assert cast.colleague.client.post("/give-out/bundle/", {"request": asked.pk}).status_code == 404
    made = story.player.client.post("/give-out/bundle/", {"request": asked.pk})
    assert made.headers["Content-Type"] == "application/zip"
    (tmp_path / "b.zip").write_bytes(made.content)
    assert bundle.verify(tmp_path / "b.zip", identities=str(identity)).items
    assert story.player.client.post("/give-out/bundle/", {"request": asked.pk}).status_code == 403


def test_a_checkpoint_is_signed_kept_and_compared(cast: Any, story: Any) -> None:
    assert story.player.client.post("/custody/sign/").status_code == 302
    kept = Checkpoint.objects.get()
    note = story.player.client.get(f"/custody/checkpoints/{kept.size}/")
    assert note.content.decode() == kept.note
    story.claim()
    typed = kept.note.replace("\n", "\r\n")  # as a browser sends it
    assert "sound up to line" in story.player.client.post("/custody/", {"note": typed}).content.decode()
    for forged in ("nothing", kept.note.replace(str(kept.size), str(kept.size + 1)), ""):
        assert "not ours" in story.player.client.post("/custody/", {"note": forged}).content.decode()
    assert kept.note.splitlines()[2] in page(cast.administrator, "/custody/")


def test_health_says_what_is_wrong_and_no_content(cast: Any, story: Any) -> None:
    shown = page(cast.administrator, "/health/")
    assert "look at this" in shown  # nobody here has a second factor
    assert "Lines of the custody log" in shown
    assert "looking at the sealed files" in shown  # no timer ran here
    assert "told.txt" not in shown
    assert story.opened.case.pk not in shown
    from panah.web.evidence.health import missing_files
    from panah.web.evidence.records import evidence_folder

    assert missing_files() == set()
    next(evidence_folder().iterdir()).unlink()
    assert missing_files() == {EvidenceItem.objects.get().blob_name}


def test_sessions_are_ended_elsewhere_and_not_here(cast: Any) -> None:
    here = cast.case_worker
    elsewhere, third = signed_in(here.member), signed_in(here.member)
    shown = page(here, "/account/sessions/")
    assert shown.count('name="session"') == 2
    assert "this browser" in shown
    assert here.client.post("/account/sessions/").status_code == 302
    assert here.client.get("/account/").status_code == 200
    for other in (elsewhere, third):
        assert other.client.get("/account/").status_code == 302
    stranger = cast.stranger.client.session.session_key
    assert stranger
    here.client.post("/account/sessions/", {"session": "0" * 64})
    assert cast.stranger.client.get("/account/").status_code == 200


def test_every_chore_has_words_on_the_page() -> None:
    from panah.web.base.chores import all_chores
    from panah.web.desk.health import CHORES

    assert {each.name for each in all_chores()} <= CHORES.keys()
