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


def test_draws_go_on_to_an_estimate(lists: tuple[Path, ...], tmp_path: Path) -> None:
    (tmp_path / "linkage.toml").write_text(
        'draws = 120\nout = "draws.parquet"\nthreshold = 0.6\n[roles.list_antwerp]\ntactic = "ignore"\n',
        encoding="utf-8",
    )
    options = ("--config", "linkage.toml", "--threshold", "0.7", "--links", "links.csv", "--json")
    done = panah("link", *lists, *options, "--explain", "list_antwerp:A001=list_munich:M001", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["n_draws"], told["settings"]["threshold"]) == (120, 0.7)
    assert told["inputs"][0]["roles"]["tactic"] == ""
    shown = told["explained"][0]
    assert shown["steps"][0]["comparison"] == "prior"
    assert shown["steps"][-1]["total"] == pytest.approx(shown["match_weight"], abs=1e-4)
    draws = parquet.read_table(tmp_path / "draws.parquet")
    names = ["list_antwerp", "list_munich", "list_stockholm"]
    assert draws.column_names == ["draw", *names, "count"]
    rows = draws.to_pylist()
    assert {row["draw"] for row in rows} == set(range(1, 121))
    for number in (1, 120):
        of_draw = [row for row in rows if row["draw"] == number]
        for name in names:
            assert sum(row["count"] for row in of_draw if row[name]) == told["n_records"][name]
    assert (tmp_path / "links.csv").read_text(encoding="utf-8").count("\n") == told["n_links"] + 1
    estimated = panah("estimate", "draws.parquet", "--seed", 1, "--json", cwd=tmp_path)
    assert estimated.returncode == 0, estimated.stderr


def test_pairs_are_counted_before_any_is_made(lists: tuple[Path, ...], tmp_path: Path) -> None:
    done = panah("link", *lists, "--dry-run", "--out", "x.csv", "--json", cwd=tmp_path)
    told = json.loads(done.stdout)
    assert told["n_possible_pairs"] >= told["n_pairs_to_compare"] > 0
    assert not list(tmp_path.iterdir())


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
        (["a.csv", "b.csv", "--draws", "100"], ROWS, "draws need a file"),
        (["a.csv", "--within", "--draws", "100", "--out", "d.parquet"], ROWS, "no overlap to draw"),
        (["a.csv", "b.csv", "--out", "x.csv", "--explain", "a-1"], ROWS, "not LIST:ID=LIST:ID"),
        (["a.csv", "b.csv", "--out", "x.csv", "--explain", "a:1=b:9"], ROWS, "no record 9 in list b"),
        (["a.csv", "b.csv", "--out", "x.csv", "--decisions", "a.csv"], ROWS, "no column list_a"),
        (["a.csv", "b.csv", "--out", "x.csv", "--config", "a.csv"], ROWS, "not TOML"),
    ],
)
def test_a_failure_is_one_line_and_leaves_nothing(
    tmp_path: Path, words: list[str], rows: list[tuple[str, ...]], message: str
) -> None:
    write_list(tmp_path / "a.csv", ROWS)
    write_list(tmp_path / "b.csv", rows)
    assert message in fails_with_one_line(panah("link", *words, "--json", cwd=tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.csv"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("thresholt = 0.5", "no option thresholt"),
        ('threshold = "high"', "threshold cannot be 'high'"),
        ("within = 3", "within cannot be 3"),
        ("[roles.c]\nname = 'name'", "no list c"),
        ("[roles]\nname = 3", "the role of name is no text"),
        ('engine = "abacus"', "engine cannot be 'abacus'"),
    ],
)
def test_a_wrong_setting_is_one_line(tmp_path: Path, text: str, message: str) -> None:
    write_list(tmp_path / "a.csv", ROWS)
    write_list(tmp_path / "b.csv", ROWS)
    (tmp_path / "l.toml").write_text(text, encoding="utf-8")
    words = ("link", "a.csv", "b.csv", "--config", "l.toml", "--out", "x.csv", "--json")
    assert message in fails_with_one_line(panah(*words, cwd=tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.csv", "l.toml"]


def test_mixed_encodings_are_one_clear_error(tmp_path: Path) -> None:
    write_list(tmp_path / "a.csv", ROWS)
    header = ",".join(HEADER).encode()
    mixed = b"\n1,M\xc3\xa9lanie \xff\xfeB,2024,Gent,BE,assault\n2,Andr\xe9,2024,Gent,BE,assault\n\x00\n"
    (tmp_path / "b.csv").write_bytes(header + mixed)
    fails_with_one_line(panah("link", "a.csv", "b.csv", "--json", cwd=tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.csv"]
