"""New keys: after somebody left, yearly, and for the files too; a copy of what was before opens nothing that is here now."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from stores_factories import TEXT
from two_people import let_in, second_member

from panah.errors import Altered, NotOpened, Unreadable
from panah.vault import custody as lines
from panah.vault import unseal
from panah.web.accounts.actions import close_account
from panah.web.cases import queries
from panah.web.cases.models import CaseLog, this_hour
from panah.web.cases.opening import open_case
from panah.web.cases.rotation import revoke, rotate
from panah.web.evidence import custody
from panah.web.evidence.actions import seal_file
from panah.web.evidence.models import EvidenceItem
from panah.web.evidence.places import original_chunks
from panah.web.evidence.queries import files_with_an_old_key, stored_in
from panah.web.evidence.records import evidence_folder
from panah.web.evidence.renewal import renew_file


def left(cast: Any, story: Any) -> tuple[Any, Any]:
    """The colleague read the item and saved all that is needed for it; then they were taken out."""
    member, keys = second_member()
    let_in(story.player, story.opened.case, member)
    saved = stored_in(open_case(member, keys, story.opened.case, "review"), story.item)
    opened = revoke(story.member, story.player.keys, story.reopened("sharing"), member)
    return saved, opened


def test_a_saved_file_key_opens_the_file_until_it_is_renewed_and_not_after(cast: Any, story: Any) -> None:
    saved, opened = left(cast, story)
    folder = evidence_folder()
    # the control: without renewal the saved key still opens the bytes as they lie here
    assert unseal.read_blob(folder, saved.blob, saved.key) == TEXT.encode()
    item = files_with_an_old_key(story.member, opened.case).get()
    renew_file(story.member, opened, item)
    with pytest.raises(Unreadable):
        unseal.read_blob(folder, saved.blob, saved.key)
    now = stored_in(opened, EvidenceItem.objects.get(pk=item.pk))
    with pytest.raises(NotOpened):
        unseal.read_blob(folder, now.blob, saved.key)
    assert b"".join(original_chunks(opened, EvidenceItem.objects.get(pk=item.pk))) == TEXT.encode()
    assert len(list(folder.iterdir())) == 1
    assert not files_with_an_old_key(story.member).exists()


def test_the_log_goes_on_naming_the_item(cast: Any, story: Any) -> None:
    _saved, opened = left(cast, story)
    before = EvidenceItem.objects.get(pk=story.item.pk).commitment
    renew_file(story.member, opened, EvidenceItem.objects.get(pk=story.item.pk))
    held = custody.all_lines()
    lines.verify(held)
    acts = [entry.act for entry in map(lines.read_line, held) if entry.item == before]
    assert acts.count("sealed") == 2
    assert EvidenceItem.objects.get(pk=story.item.pk).commitment == before


def test_spoilt_bytes_are_not_sealed_anew(cast: Any, story: Any) -> None:
    _saved, opened = left(cast, story)
    (path,) = evidence_folder().iterdir()
    spoilt = bytearray(path.read_bytes())
    spoilt[-20] ^= 1
    path.write_bytes(spoilt)
    with pytest.raises(Altered):
        renew_file(story.member, opened, EvidenceItem.objects.get(pk=story.item.pk))
    assert list(evidence_folder().iterdir()) == [path]
    assert EvidenceItem.objects.get(pk=story.item.pk).blob_version == 1


def test_a_failed_write_leaves_the_old_file_and_no_new_one(
    cast: Any, story: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _saved, opened = left(cast, story)
    (path,) = evidence_folder().iterdir()

    def fails(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("the log cannot be written")

    monkeypatch.setattr(custody, "record", fails)
    with pytest.raises(RuntimeError):
        renew_file(story.member, opened, EvidenceItem.objects.get(pk=story.item.pk))
    assert list(evidence_folder().iterdir()) == [path]


def test_a_large_file_streams(cast: Any, story: Any, tmp_path: Path) -> None:
    content = bytes(range(256)) * 20_000
    item = seal_file(story.member, story.opened, io.BytesIO(content), "large.bin", "D")
    opened = rotate(story.member, story.player.keys, story.reopened("rotation"))
    renew_file(story.member, opened, EvidenceItem.objects.get(pk=item.pk))
    assert b"".join(original_chunks(opened, EvidenceItem.objects.get(pk=item.pk))) == content


def test_a_key_is_due_after_a_year_and_when_somebody_left(cast: Any, story: Any, monkeypatch: Any) -> None:
    assert queries.due_for_a_new_key(story.member) == []
    later = this_hour() + timedelta(days=366)
    with monkeypatch.context() as patched:
        patched.setattr(queries, "this_hour", lambda: later)
        assert queries.due_for_a_new_key(story.member) == [story.opened.case]
    member, _keys = second_member()
    let_in(story.player, story.opened.case, member)
    close_account(cast.administrator.member, member)
    assert queries.due_for_a_new_key(story.member) == [story.opened.case]
    rotate(story.member, story.player.keys, story.reopened("rotation"))
    assert queries.due_for_a_new_key(story.member) == []
    assert queries.due_for_a_new_key(cast.stranger.member) == []


def test_members_see_who_let_whom_in_and_why(story: Any) -> None:
    from panah.web.cases.actions import grant

    member, _keys = second_member()
    grant(story.member, story.player.keys, story.opened, member, CaseLog.Reason.LANGUAGE)
    (first, second) = queries.holders_of(member, story.opened.case)
    assert (second.member, second.granted_by, second.verified) == (member, story.member, True)
    assert str(second.reason) == "speaks the language"
    assert len(second.words.split()) == 10
    assert first.reason == ""
