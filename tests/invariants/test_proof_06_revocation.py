"""Proof 6: who was taken out of a case opens nothing new: not with the old cookie, not with the keys that were kept, not
with a copy of the database and the files from after the removal.

The old member saved everything while still inside: the case's key, the key of every file, the unlocked session.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import thief
from stores_factories import ALLEGATION, TEXT, tell
from two_people import let_in

from panah.errors import NoGrant, NotOpened, PanahError
from panah.vault import unseal
from panah.vault.keys import BlobKey, CaseKey
from panah.web.accounts import actions as accounts
from panah.web.cases.models import CaseKeyWrap
from panah.web.cases.opening import open_case
from panah.web.cases.rotation import revoke, sealed_models
from panah.web.evidence.models import EvidenceItem
from panah.web.evidence.queries import stored_in
from panah.web.evidence.renewal import renew_file

LATER = "What was told after the removal, a canary"


class Saved:
    """What a member of the case carries away."""

    def __init__(self, player: Any, opened: Any) -> None:
        self.player, self.case_key = player, CaseKey(opened.case.pk, opened.key.version, opened.key.key)
        stored = [stored_in(opened, item) for item in EvidenceItem.objects.filter(case=opened.case)]
        self.files = [BlobKey(each.recipient, each.identity) for each in stored]


@pytest.fixture
def story(cast: Any, data_folder: Path) -> Any:
    told = tell(cast.case_worker)
    told.incident()
    let_in(told.player, told.opened.case, cast.colleague.member)
    return told


@pytest.fixture
def saved(cast: Any, story: Any) -> Saved:
    inside = open_case(cast.colleague.member, cast.colleague.keys, story.opened.case, "review")
    return Saved(cast.colleague, inside)


def removed(story: Any, saved: Saved) -> None:
    """The removal, and what it asks for afterwards: new keys for the files; then work goes on."""
    story.opened = revoke(story.member, story.player.keys, story.reopened(), saved.player.member)
    for item in EvidenceItem.objects.filter(case=story.opened.case):
        renew_file(story.member, story.reopened(), item)
    story.person(LATER)


def opened_by(saved: Saved, folder: Path) -> list[bytes]:
    """Everything that the saved keys open in a copy of database and files as they are now."""
    loot = thief.take(folder)
    thief._open_wraps(loot, saved.player.keys, {})
    thief._open_rows(loot, saved.case_key)
    relabelled = {row["key_version"] for row in loot.tables["register_claim"]}
    for version in relabelled:
        thief._open_rows(loot, CaseKey(saved.case_key.case_id, version, saved.case_key.key))
    loot.opened += [key.identity.encode() for key in saved.files]
    before = len(loot.opened)
    thief._open_blobs(loot, folder)
    files = loot.opened[before:]
    return [*loot.opened[: before - len(saved.files)], *files]


def test_what_was_saved_opens_nothing_of_a_copy_from_after(story: Any, saved: Saved, data_folder: Path) -> None:
    before = b"".join(opened_by(saved, data_folder))
    assert ALLEGATION.encode() in before, "the control: before the removal the same keys open rows and files"
    assert TEXT.encode() in before
    removed(story, saved)
    assert opened_by(saved, data_folder) == []
    assert story.reopened().case.key_version == 2


def test_the_old_cookie_and_the_old_grant_open_no_page(story: Any, saved: Saved, cast: Any) -> None:
    page, client = f"/cases/{story.opened.case.pk}/access/", cast.colleague.client
    assert client.get(page).status_code == 200, "the control"
    removed(story, saved)
    assert client.get("/account/").status_code == 200, "the account goes on"
    for path in (page, f"/evidence/{story.item.pk}/", f"/cases/{story.opened.case.pk}/log/"):
        assert client.get(path).status_code == 404
    with pytest.raises(NoGrant):
        open_case(cast.colleague.member, cast.colleague.keys, story.opened.case, "review")
    accounts.close_account(cast.administrator.member, cast.colleague.member)
    assert client.get("/account/").status_code == 302, "a closed account's cookie is nobody's"


def test_a_wrap_kept_from_before_and_put_back_opens_nothing(story: Any, saved: Saved) -> None:
    wrap = CaseKeyWrap.objects.filter(member=saved.player.member).values().get()
    removed(story, saved)
    CaseKeyWrap.objects.create(**wrap)
    with pytest.raises(NoGrant):
        open_case(saved.player.member, saved.player.keys, story.opened.case, "review")
    CaseKeyWrap.objects.filter(pk=wrap["id"]).update(version=2)
    with pytest.raises(NotOpened):
        open_case(saved.player.member, saved.player.keys, story.opened.case, "review")


def test_every_sealed_table_is_under_the_new_key(story: Any, saved: Saved) -> None:
    removed(story, saved)
    n_rows = 0
    for model in sealed_models():
        for row in model.objects.filter(case=story.opened.case):
            n_rows += 1
            with pytest.raises(PanahError):
                unseal.open_field(
                    saved.case_key, table=row._meta.db_table, row=row.pk, column="sealed", sealed=bytes(row.sealed)
                )
    assert n_rows > 5
