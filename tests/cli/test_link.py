"""``panah link`` as a real process: what it writes, what it says, and that a failure leaves nothing behind."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow.parquet as parquet
import pytest
from link_lists import HEADER, write_list
from real_process import fails_with_one_line, panah

from panah.demo.inputs import make_inputs
from panah.model.overlap import OverlapTable

ROWS = [
    ("1", "Aylin Beispiel", "2024-05-16", "Gent", "BE", "assault"),
    ("2", "Kim Placeholder", "2023-01-11", "Malmö", "SE", "covert_photography"),
]


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    return make_inputs(tmp_path_factory.mktemp("in"), 2024).lists


def test_files_for_people_and_for_the_estimate(lists: tuple[Path, ...], tmp_path: Path) -> None:
    done = panah(
        "link", *lists, "--out", "links.parquet", "--clusters", "c.parquet", "--table", "overlap.csv",
        "--review", "doubtful.csv", "--model", "model.json", "--json", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    links = parquet.read_table(tmp_path / "links.parquet")
    assert links.column_names == ["list_a", "id_a", "list_b", "id_b", "match_weight", "match_probability"]
    assert links.num_rows == told["n_links"] > 80
    clusters = parquet.read_table(tmp_path / "c.parquet")
    assert clusters.column_names == ["list", "id", "cluster"]
    assert clusters.num_rows == sum(told["n_records"].values())
    table = OverlapTable.from_csv(tmp_path / "overlap.csv")
    assert table.n_observed == told["n_clusters"]
    assert json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))["prior_weight"] < 0
    with (tmp_path / "doubtful.csv").open(encoding="utf-8") as stream:
        doubtful = list(csv.DictReader(stream))
    assert all(row["outcome"] and row["decision"] == "" for row in doubtful)
    assert [float(row["effect"]) for row in doubtful] == sorted(
        (float(row["effect"]) for row in doubtful), reverse=True
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["links.parquet", "c.parquet", "overlap.csv", "doubtful.csv", "model.json"]
    )


def test_broken_rows_are_told_and_counted_and_the_rest_goes_on(lists: tuple[Path, ...]) -> None:
    done = panah("link", *lists)
    assert done.returncode == 0
    said = done.stderr.splitlines()
    assert len([line for line in said if ", row " in line]) == 3
    assert len([line for line in said if "rows left out: 1" in line]) == 3
    assert "Datum → date" in done.stdout
    assert "wrote" not in done.stdout


def test_the_same_command_gives_the_same_bytes(lists: tuple[Path, ...], tmp_path: Path) -> None:
    for name in ("one.csv", "two.csv"):
        assert panah("link", *lists, "--out", tmp_path / name, "--seed", 5).returncode == 0
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


def test_two_files_of_one_name_stay_apart(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        write_list(tmp_path / folder / "list.csv", ROWS)
    done = panah("link", "a/list.csv", "b/list.csv", "--json", cwd=tmp_path)
    assert json.loads(done.stdout)["lists"] == ["a/list.csv", "b/list.csv"]


@pytest.mark.parametrize(
    ("words", "rows", "message"),
    [
        (["a.csv"], ROWS, "one list only"),
        (["a.csv", "b.csv", "--out", "x.txt"], ROWS, "ending in .parquet or .csv"),
        (["a.csv", "b.csv", "--out", "no/x.csv"], ROWS, "no such folder"),
        (["a.csv", "b.csv", "--out", "a.csv"], ROWS, "read or written already"),
        (["a.csv", "b.csv", "--out", "x.csv", "--clusters", "x.csv"], ROWS, "read or written already"),
        (["a.csv", "b.csv", "--out", "x.csv", "--threshold", "1.5"], ROWS, "between 0 and 1"),
        (["a.csv", "b.csv", "--out", "x.csv", "--role", "nonsense"], ROWS, "not COLUMN=ROLE"),
        (["a.csv", "b.csv", "--out", "x.csv", "--role", "nom=name"], ROWS, "no column nom"),
        (["a.csv", "b.csv", "--out", "x.csv"], [], "no row below the header"),
        (["a.csv", "b.csv", "--out", "x.csv"], [ROWS[0], ROWS[0]], "rows 2 and 3 have the same id"),
        (["a.csv", "b.csv", "--out", "x.csv"], [(*ROWS[0][:2], "", *ROWS[0][3:])], "column date (date) has no value"),
        (["a.csv", "a.csv"], ROWS, "named twice"),
        (["a.csv", "missing.csv"], ROWS, "no such file"),
        (["a.csv", "--within", "--table", "t.csv"], ROWS, "one list has no overlap"),
    ],
)
def test_a_failure_is_one_line_and_leaves_nothing(
    tmp_path: Path, words: list[str], rows: list[tuple[str, ...]], message: str
) -> None:
    write_list(tmp_path / "a.csv", ROWS)
    write_list(tmp_path / "b.csv", rows)
    assert message in fails_with_one_line(panah("link", *words, "--json", cwd=tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.csv"]


def test_mixed_encodings_are_one_clear_error(tmp_path: Path) -> None:
    write_list(tmp_path / "a.csv", ROWS)
    header = ",".join(HEADER).encode()
    mixed = b"\n1,M\xc3\xa9lanie \xff\xfeB,2024,Gent,BE,assault\n2,Andr\xe9,2024,Gent,BE,assault\n\x00\n"
    (tmp_path / "b.csv").write_bytes(header + mixed)
    fails_with_one_line(panah("link", "a.csv", "b.csv", "--json", cwd=tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.csv"]
