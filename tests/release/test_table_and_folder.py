"""Public tables and release folders as files: round trips, hostile bytes, altered releases."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from release_tables import one_way, two_way

from panah.errors import Altered, BadTable, NotConfigured, Unreadable
from panah.release import PublicTable, public_table, read_release, release_tables, releases_in, write_release

TOLD = two_way({("BE", "assault"): 9, ("BE", "surveillance"): 2, ("DE", "assault"): 8, ("DE", "surveillance"): 9})
DAY = date(2026, 11, 24)


def published(folder: Path) -> Path:
    write_release(folder, release_tables(TOLD), published_on=DAY, title="Example", languages=("en", "ug"))
    return folder


def test_json_round_trip() -> None:
    table = public_table(TOLD)
    assert PublicTable.from_json(table.to_json()) == table
    assert PublicTable.from_json(table.to_json()).digest == table.digest


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format":"panah.public-table/1"}', "null", "[" * 100_000])
def test_what_is_no_table_is_told(text: str) -> None:
    with pytest.raises(BadTable):
        PublicTable.from_json(text)


@settings(max_examples=60)
@given(st.binary(max_size=200))
def test_any_bytes_are_told(content: bytes) -> None:
    with pytest.raises(BadTable):
        PublicTable.from_json(content)


def test_csv_has_its_notes_first_and_hides_what_is_hidden() -> None:
    table = public_table(TOLD)
    lines = table.to_csv().splitlines()
    notes = [line for line in lines if line.startswith("#")]
    assert len(notes) == len(table.notes)
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    found = {(row["host_country"], row["tactic"]): row["incidents"] for row in rows}
    assert found["BE", "surveillance"] == "suppressed"
    assert found["total", "total"] == "28"


def test_a_folder_is_read_back_and_checked(tmp_path: Path) -> None:
    release = read_release(published(tmp_path / "one"))
    assert release.title == "Example"
    assert release.published_on == DAY
    assert release.tables == release_tables(TOLD)
    assert {"map.en.svg", "map.ug.svg", "timeline.ug.svg", "table-1.csv"} <= set(release.files)
    assert release.file("table-1.csv").decode() == release.tables[0].to_csv()


def test_same_content_same_bytes(tmp_path: Path) -> None:
    one, two = published(tmp_path / "one"), published(tmp_path / "two")
    assert {p.name: p.read_bytes() for p in one.iterdir()} == {p.name: p.read_bytes() for p in two.iterdir()}


def test_an_altered_file_is_found(tmp_path: Path) -> None:
    folder = published(tmp_path / "one")
    path = folder / "table-1.csv"
    path.write_text(path.read_text().replace("suppressed", "2"))
    with pytest.raises(Altered):
        read_release(folder)
    assert releases_in(tmp_path) == []


def test_a_manifest_that_points_outside_is_no_release(tmp_path: Path) -> None:
    folder = published(tmp_path / "one")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["../secret"] = "0" * 64
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(Unreadable):
        read_release(folder)


def test_a_file_that_is_not_in_the_manifest_is_not_given(tmp_path: Path) -> None:
    release = read_release(published(tmp_path / "one"))
    (release.folder / "private.txt").write_text("not for you")
    with pytest.raises(Unreadable):
        release.file("private.txt")


def test_a_release_is_never_written_over(tmp_path: Path) -> None:
    folder = published(tmp_path / "one")
    with pytest.raises(NotConfigured, match="not empty"):
        published(folder)


def test_an_unwritable_place_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotConfigured):
        published(tmp_path / "file" / "below")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_newest_first(tmp_path: Path) -> None:
    tables = release_tables(one_way(BE=9), [("host_country",)])
    for day in (1, 3, 2):
        write_release(tmp_path / f"r{day}", tables, published_on=date(2026, 1, day))
    assert [release.id for release in releases_in(tmp_path)] == ["r3", "r2", "r1"]
