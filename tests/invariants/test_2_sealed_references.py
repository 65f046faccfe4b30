"""A suspected person: no list, no search, no count, no export; two members together, by keys and not by a page alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from stores_factories import tell
from two_people import bundle_by_two, let_in

from panah.errors import NoGrant, NotOpened, Refused
from panah.vault import unseal
from panah.web import cases as room
from panah.web.cases import dual_control, references
from panah.web.cases.models import DualRequest, ReferenceShare, SealedReference
from panah.web.cases.opening import open_case
from panah.web.cases.rotation import revoke, rotate

SUSPICION = "Somebody Invented was seen at the consulate, a canary says"


@pytest.fixture
def story(cast: Any, data_folder: Path) -> Any:
    told = tell(cast.case_worker)
    let_in(told.player, told.opened.case, cast.colleague.member)
    return told


@pytest.fixture
def row(story: Any) -> SealedReference:
    return references.keep(story.member, story.opened, "pressed", SUSPICION)


def agreed(cast: Any, story: Any, row: SealedReference) -> DualRequest:
    asked = references.ask(story.member, story.player.keys, row)
    references.agree(cast.colleague.member, cast.colleague.keys, asked, row)
    return asked


def read(story: Any, row: SealedReference) -> str:
    return references.open_together(story.member, story.player.keys, story.reopened(), row)


def test_two_open_it_once(cast: Any, story: Any, row: SealedReference) -> None:
    agreed(cast, story, row)
    assert read(story, row) == SUSPICION
    with pytest.raises(Refused, match="second member"):
        read(story, SealedReference.objects.get())
    agreed(cast, story, SealedReference.objects.get())
    assert read(story, SealedReference.objects.get()) == SUSPICION, "it was sealed anew, whole"


def test_one_member_with_the_case_key_and_all_rows_opens_nothing(cast: Any, story: Any, row: SealedReference) -> None:
    """Past every page and rule: the keys of one member on every byte there is."""
    inner = story.opened.field(row)
    assert SUSPICION.encode() not in inner
    mine = [
        unseal.open_share(bytes(share.sealed_share), story.player.keys, member_id=row.pk)
        for share in ReferenceShare.objects.filter(member=story.member)
    ]
    for share in ReferenceShare.objects.exclude(member=story.member):
        with pytest.raises(NotOpened):
            unseal.open_share(bytes(share.sealed_share), story.player.keys, member_id=row.pk)
    assert len(mine) == 1
    for attempt in (mine, mine * 2, []):
        with pytest.raises(NotOpened):
            unseal.open_reference(inner, attempt, row.pk)


def test_an_approval_without_a_share_opens_nothing(cast: Any, story: Any, row: SealedReference) -> None:
    asked = references.ask(story.member, story.player.keys, row)
    dual_control.answer(cast.colleague.member, cast.colleague.keys, asked, approve=True)
    with pytest.raises(NotOpened, match="share"):
        read(story, row)


def test_who_left_the_case_is_out(cast: Any, story: Any, row: SealedReference) -> None:
    let_in(story.player, story.opened.case, cast.stranger.member)
    story.opened = revoke(story.member, story.player.keys, story.reopened(), cast.colleague.member)
    with pytest.raises(NoGrant):
        open_case(cast.colleague.member, cast.colleague.keys, story.opened.case, "review")
    asked = references.ask(story.member, story.player.keys, SealedReference.objects.get())
    with pytest.raises(Refused):
        references.agree(cast.colleague.member, cast.colleague.keys, asked, row)
    with pytest.raises(Refused, match="no share"):  # who came later holds none before two have opened it
        references.agree(cast.stranger.member, cast.stranger.keys, asked, row)


def test_a_new_key_of_the_case_keeps_it(cast: Any, story: Any, row: SealedReference) -> None:
    story.opened = rotate(story.member, story.player.keys, story.reopened())
    again = SealedReference.objects.get()
    agreed(cast, story, again)
    assert read(story, again) == SUSPICION


def test_a_case_of_one_member_can_hold_none(cast: Any, data_folder: Path) -> None:
    alone = tell(cast.stranger)
    with pytest.raises(Refused, match="two members"):
        references.keep(alone.member, alone.opened, "other", SUSPICION)


def test_no_other_room_knows_it() -> None:
    """Not searched, exported, counted or linked: nothing that does any of this even names the model."""
    web = Path(room.__file__).parents[1]
    users = {
        path.relative_to(web).as_posix()
        for path in web.rglob("*.py")
        if "SealedReference" in path.read_text(encoding="utf-8") and "migrations" not in path.parts
    }
    assert users == {"cases/models.py", "cases/opening.py", "cases/references.py", "desk/references.py"}
    callers = {
        path.relative_to(web).as_posix()
        for path in web.rglob("*.py")
        if "cases import" in (text := path.read_text(encoding="utf-8")) and "references" in text
    }
    assert callers <= {"desk/references.py", "desk/approvals.py"}


def test_it_is_in_no_bundle(cast: Any, story: Any, row: SealedReference, tmp_path: Path) -> None:
    import pyrage

    from panah import bundle

    identity = pyrage.x25519.Identity.generate()
    target = tmp_path / "b.zip"
    bundle_by_two(
        story.player,
        [story.answered_incident()],
        recipients=[str(identity.to_public())],
        purpose="share_police",
        target=target,
    )
    found = bundle.verify(target, identities=str(identity))
    assert SUSPICION not in repr(found)
    assert row.pk not in repr(found)


def test_the_pages(cast: Any, story: Any) -> None:
    page = f"/cases/{story.opened.case.pk}/references/"
    client = story.player.client
    assert client.post(page, {"act": "keep", "role": "posed", "content": SUSPICION}).status_code == 302
    (row,) = SealedReference.objects.all()
    assert SUSPICION not in client.get(page).content.decode()
    assert client.post(page, {"act": "open", "reference": row.pk}).status_code == 403
    assert client.post(page, {"act": "ask", "reference": row.pk}).status_code == 302
    asked = DualRequest.objects.get()
    assert cast.colleague.client.post(f"/together/{asked.pk}/", {"answer": "approve"}).status_code == 302
    assert SUSPICION in client.post(page, {"act": "open", "reference": row.pk}).content.decode()
    assert client.post(page, {"act": "open", "reference": row.pk}).status_code == 403
    assert cast.stranger.client.get(page).status_code == 404


def test_the_page_offers_what_can_be_done_now(cast: Any, story: Any, row: SealedReference) -> None:
    let_in(story.player, story.opened.case, cast.stranger.member)

    def states(player: Any) -> list[str]:
        return [each.state for each in references.standing_of(player.member, story.opened.case)]

    def offers(player: Any) -> set[str]:
        page = player.client.get(f"/cases/{story.opened.case.pk}/references/").content.decode()
        return {act for act in ("ask", "open", "keep") if f'value="{act}"' in page}

    assert (states(story.player), offers(story.player)) == (["sealed"], {"ask", "keep"})
    assert (states(cast.stranger), offers(cast.stranger)) == (["no_share"], {"keep"})
    asked = references.ask(story.member, story.player.keys, row)
    assert (states(story.player), offers(story.player)) == (["waiting"], {"keep"})
    assert states(cast.colleague) == ["sealed"], "what another asked is not mine"
    dual_control.answer(cast.colleague.member, cast.colleague.keys, asked, approve=False)
    assert (states(story.player), offers(story.player)) == (["declined"], {"ask", "keep"})
    agreed(cast, story, row)
    assert (states(story.player), offers(story.player)) == (["approved"], {"open", "keep"})
    read(story, row)
    assert states(story.player) == ["declined"], "the yes is used; the no of before stands for its day"
    assert states(cast.stranger) == ["sealed"], "it was sealed anew for everybody in the case"


def test_who_is_alone_in_a_case_is_told_before_they_write(cast: Any, data_folder: Path) -> None:
    alone = tell(cast.stranger)
    page = f"/cases/{alone.opened.case.pk}/references/"
    assert "You alone are in this case" in cast.stranger.client.get(page).content.decode()
    answer = cast.stranger.client.post(page, {"act": "keep", "role": "posed", "content": SUSPICION})
    assert answer.status_code == 200
    assert SUSPICION in answer.content.decode(), "what was written is not lost"
    assert not SealedReference.objects.exists()
