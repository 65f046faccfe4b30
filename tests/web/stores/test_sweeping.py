"""What a crash left is set aside, put back when a row names it after all, and removed after a month; nothing else ever is."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from panah.web.evidence.models import EvidenceItem
from panah.web.evidence.records import evidence_folder
from panah.web.evidence.sweeping import ASIDE, Swept, set_aside, sweep, unclaimed_files
from panah.web.intake import flows
from panah.web.intake.models import PendingFile


def aged(path: Path, days: float) -> Path:
    moment = (datetime.now(UTC) - timedelta(days=days)).timestamp()
    os.utime(path, (moment, moment))
    return path


@pytest.fixture
def orphan(story: Any) -> Path:
    path = evidence_folder() / f"{'ab' * 16}.age"
    path.write_bytes(b"sealed")
    return aged(path, 2)


def test_an_orphan_is_set_aside_then_removed_and_a_named_file_stays(orphan: Path) -> None:
    named = aged(evidence_folder() / f"{EvidenceItem.objects.get().blob_name}.age", 400)
    assert unclaimed_files() == {orphan.stem}
    assert sweep() == Swept(aside=1)
    assert not orphan.exists()
    assert [path.name for path in set_aside()] == [orphan.name]
    assert sweep(datetime.now(UTC) + timedelta(days=29)) == Swept()
    assert sweep(datetime.now(UTC) + timedelta(days=31)) == Swept(removed=1)
    assert set_aside() == []
    assert named.exists()


def test_a_file_of_today_is_left_alone(orphan: Path) -> None:
    aged(orphan, 0.9)
    assert sweep() == Swept()
    assert orphan.exists()


def test_on_the_wrong_database_nothing_is_lost(story: Any) -> None:
    """Rows go, as if DATABASE_URL named an empty database; files are put back when the rows are there again."""
    row = EvidenceItem.objects.get()
    path = aged(evidence_folder() / f"{row.blob_name}.age", 400)
    content, name = path.read_bytes(), row.blob_name
    EvidenceItem.objects.update(blob_name="0" * 32)
    assert sweep() == Swept(aside=1)
    EvidenceItem.objects.update(blob_name=name)
    assert sweep() == Swept(back=1)
    assert path.read_bytes() == content
    assert set_aside() == []


def test_a_draft_claims_its_files(orphan: Path) -> None:
    PendingFile.objects.create(blob_name=orphan.stem, flow=None, until=datetime.now(UTC) + timedelta(hours=1))
    assert sweep() == Swept()
    flows.clear_expired(datetime.now(UTC) + timedelta(hours=2))
    assert not orphan.exists()


def test_a_torn_part_is_removed_and_one_that_grows_is_not(story: Any) -> None:
    parts = [evidence_folder() / f".{number:032x}.age.part-12{number}" for number in range(2)]
    for path in parts:
        path.write_bytes(b"half")
    aged(parts[0], 2)
    assert sweep() == Swept(removed=1)
    assert [path.exists() for path in parts] == [False, True]


def test_what_is_set_aside_is_in_no_backup(orphan: Path, data_folder: Path) -> None:
    from panah.backup.kept import files

    sweep()
    assert [path.name for _name, path in files(data_folder) if ASIDE in str(path)] == []
