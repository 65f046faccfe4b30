"""A flipped byte and a missing file are noticed without any key, told in the log, and told again when they are well."""

from __future__ import annotations

import hashlib
import io
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from panah.errors import Altered, CustodyBroken
from panah.vault import custody as lines
from panah.web.evidence import custody, fixity
from panah.web.evidence.actions import seal_file
from panah.web.evidence.health import findings
from panah.web.evidence.models import EvidenceItem, Fixity
from panah.web.evidence.records import evidence_folder
from panah.web.evidence.renewal import renew_file

LONG = timedelta(minutes=1)


@pytest.fixture
def path(story: Any) -> Path:
    """The one sealed file, with its digest recorded."""
    (found,) = evidence_folder().iterdir()
    assert fixity.check_due(LONG) == 1
    assert Fixity.objects.get().sha256 == hashlib.sha256(found.read_bytes()).hexdigest()
    return found


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def acts(item: str | None) -> list[str]:
    entries = map(lines.read_line, custody.all_lines())
    return [entry.act for entry in entries if entry.item == item and entry.act.startswith("fixity")]


def later(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def well() -> dict[str, bool | None]:
    return {each.name: each.is_well for each in findings()}


def test_nothing_is_looked_at_twice_before_its_time(path: Path) -> None:
    assert fixity.check_due(LONG) == 0
    assert fixity.check_due(LONG, now=later(29)) == 0
    assert fixity.check_due(LONG, now=later(31)) == 1
    assert fixity.standing().altered == fixity.standing().missing == ()
    assert acts(EvidenceItem.objects.get().commitment) == []


@pytest.mark.parametrize("harm", [flip, lambda path: path.unlink(), lambda path: path.write_bytes(b"")])
def test_harm_is_noticed_told_once_and_told_when_it_is_well_again(path: Path, harm: Any) -> None:
    content, item = path.read_bytes(), EvidenceItem.objects.get()
    harm(path)
    for _twice in range(2):
        fixity.check_due(LONG, now=later(31))
        found = fixity.standing()
        assert found.altered + found.missing == (item.blob_name,)
    assert acts(item.commitment) == ["fixity-failed"]
    shown = well()
    assert not (shown["altered_files"] and shown["missing_files"])
    path.write_bytes(content)
    fixity.check_due(LONG, now=datetime.now(UTC) + timedelta(hours=2))  # what is not well is looked at sooner
    assert fixity.standing().altered == fixity.standing().missing == ()
    assert acts(item.commitment) == ["fixity-failed", "fixity-ok"]
    custody.verify_custody()


def test_a_file_that_was_never_seen_is_missing_too(story: Any) -> None:
    (found,) = evidence_folder().iterdir()
    found.unlink()
    fixity.check_due(LONG)
    assert fixity.standing().missing == (EvidenceItem.objects.get().blob_name,)


def test_a_slice_ends_in_time_and_the_next_goes_on(story: Any) -> None:
    for number in range(4):
        seal_file(story.member, story.opened, io.BytesIO(bytes([number]) * 1000), "a", "D")
    assert [fixity.check_due(timedelta(0)) for _ in range(6)] == [1, 1, 1, 1, 1, 0]
    assert fixity.standing().unrecorded == 0


def test_a_file_sealed_anew_has_a_digest_of_its_own(story: Any, path: Path) -> None:
    from panah.web.cases.rotation import rotate

    opened = rotate(story.member, story.player.keys, story.reopened("rotation"))
    renew_file(story.member, opened, EvidenceItem.objects.get())
    fixity.check_due(LONG)
    (now_there,) = evidence_folder().glob("*.age")
    assert [row.blob for row in Fixity.objects.all()] == [now_there.stem]
    assert fixity.standing().missing == ()


def test_a_deleted_item_is_not_missing(
    cast: Any, story: Any, path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    from two_people import approve, let_in, second_member

    from panah.web.cases.models import CaseLog
    from panah.web.evidence.deletion import ask_to_delete, delete, going_with

    reason, (member, keys) = CaseLog.Reason.WITHDRAWN, (story.member, story.player.keys)
    let_in(story.player, story.opened.case, second_member()[0])
    going = going_with(story.opened, story.item)
    approve(story.player, ask_to_delete(member, keys, story.opened, going, reason))
    with django_capture_on_commit_callbacks(execute=True):
        delete(member, keys, story.opened, [story.item], reason)
    assert not path.exists()
    assert fixity.check_due(LONG, now=later(31)) == 0
    assert not Fixity.objects.exists()
    assert fixity.standing().missing == ()
    assert acts(story.item.commitment) == []


def test_the_list_is_read_by_sha256sum_and_pinned_in_the_log(path: Path) -> None:
    assert fixity.check_list() is None
    digest = fixity.write_list()
    assert fixity.check_list() == 1
    assert lines.read_line(custody.all_lines()[-1]).detail == digest
    check = ["sha256sum", "--check", "--quiet", fixity.LIST_NAME]
    assert subprocess.run(check, cwd=settings.PANAH_DATA, check=False).returncode == 0
    flip(path)
    assert subprocess.run(check, cwd=settings.PANAH_DATA, capture_output=True, check=False).returncode == 1


def test_who_changes_file_and_digest_alike_is_seen_by_the_list(path: Path) -> None:
    fixity.write_list()
    flip(path)
    Fixity.objects.update(sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    fixity.check_due(LONG, now=later(31))
    assert fixity.standing().altered == ()  # the control: the digest alone does not see it
    with pytest.raises(Altered):
        fixity.check_list()
    with pytest.raises(Altered):
        fixity.write_list()  # nor does the next list cover it up


def test_who_changes_the_list_as_well_is_seen_by_the_log(path: Path) -> None:
    fixity.write_list()
    listed = settings.PANAH_DATA / fixity.LIST_NAME
    for harm in (lambda: flip(listed), listed.unlink):
        harm()
        with pytest.raises(CustodyBroken):
            fixity.check_list()
    fixity.write_list()  # a list that is gone is written anew; the log keeps the old one's digest
    assert fixity.check_list() == 1


def test_the_desk_shows_it(cast: Any, path: Path) -> None:
    flip(path)
    fixity.check_all()
    shown = cast.administrator.client.get("/health/").content.decode()
    assert "Files that are not what they were" in shown
    assert EvidenceItem.objects.get().blob_name not in shown
