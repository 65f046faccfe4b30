"""``panah estimate`` as a real process: shapes, exit codes, and nothing left behind when it fails."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import jsonschema
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

PANAH = Path(sys.executable).parent / "panah"
TABLE = "A,B,C,count\n1,0,0,60\n0,1,0,55\n0,0,1,40\n1,1,0,22\n1,0,1,15\n0,1,1,17\n1,1,1,8\n"
APART = "A,B,C,count\n1,0,0,6\n0,1,0,5\n0,0,1,4\n"
STRATA = "A,B,C,place,count\n" + "".join(
    f"{row[:5]},{place},{int(row[6:]) // share}\n"
    for place, share in (("north", 1), ("south", 2))
    for row in TABLE.splitlines()[1:]
)
SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schema/estimate.json").read_text(encoding="utf-8"))
KEYS = {
    "method", "population_size", "n_unobserved", "model", "assumption", "flags", "diagnostics", "settings", "seconds"
}  # fmt: skip


def run(*words: object, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PANAH, "estimate", *map(str, words)], capture_output=True, text=True, check=False, **more)  # type: ignore[call-overload,no-any-return]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    (tmp_path / "t.csv").write_text(TABLE)
    return tmp_path / "t.csv"


def document(done: subprocess.CompletedProcess[str]) -> dict[str, object]:
    told: dict[str, object] = json.loads(done.stdout)
    jsonschema.validate(told, SCHEMA)
    return told


def test_json_has_the_agreed_shape(table: Path) -> None:
    done = run(table, "--json", "--seed", 3, "--level", "0.9", "--draws", 200, "--order", 2)
    assert done.returncode == 0, done.stderr
    told = document(done)
    assert told["table"]["n_observed"] == 217  # type: ignore[index]
    assert told["table"]["lists"] == ["A", "B", "C"]  # type: ignore[index]
    one = told["estimates"][0]  # type: ignore[index]
    assert set(one) >= KEYS
    for name in ("population_size", "n_unobserved"):
        assert set(one[name]) == {"point", "median", "mean", "lower", "upper", "level"}
    assert one["population_size"]["level"] == 0.9
    assert one["method"] == "loglinear"
    assert (one["settings"]["seed"], one["settings"]["replicates"], one["settings"]["order"]) == (3, 200, 2)
    assert told["statement"].startswith("At least 217")  # type: ignore[attr-defined]


@pytest.mark.slow
def test_all_methods_as_a_table_and_a_sentence(table: Path) -> None:
    done = run(table, "--method", "all", "--draws", 200)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["method", "estimate", "95%", "interval", "flags"]
    told = [line.split()[0] for line in lines[1 : lines.index("")]]
    assert told == ["chao", "independence", "loglinear", "stepwise", "bayes_threshold", "decomposable", "latent_class"]
    assert lines[-1].startswith("At least 217 were recorded; 5 methods put the true number at")


@pytest.mark.slow
def test_every_method_that_refuses_makes_exit_1_and_no_figure(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(APART)
    for words in ([], ["--method", "all"], ["--method", "latent_class"], ["--json"], ["--reliability"],
                  ["--reliability", "--json"]):  # fmt: skip
        done = run(tmp_path / "t.csv", *words, "--figures", tmp_path / "figures")
        assert done.returncode == 1, done.stderr
        assert "no unit stands on two lists" in done.stdout
        assert done.stderr == ""
        if "--json" in words:
            told = document(done)
            assert told["estimates"] == []
            assert {one["flag"] for one in told["refusals"]} == {"no_overlap"}  # type: ignore[attr-defined]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["t.csv"]


@pytest.mark.slow
def test_one_method_that_answers_is_enough(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("A,B,C,count\n1,0,0,60\n0,1,0,50\n0,0,1,40\n1,1,1,9\n")
    done = run(tmp_path / "t.csv", "--method", "all", "--json", "--draws", 200)
    assert done.returncode == 0, done.stderr
    assert "chao" in {one["method"] for one in document(done)["refusals"]}  # type: ignore[attr-defined]


@pytest.mark.slow
def test_a_number_beyond_belief_is_never_printed(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("A,B,C,count\n1,0,0,20000\n0,1,0,15000\n0,0,1,9000\n1,0,1,3\n0,1,1,3\n1,1,1,2\n")
    done = run(tmp_path / "t.csv", "--method", "all", "--draws", 200, "--json")
    assert done.returncode == 0, done.stderr
    digits = json.dumps(document(done)["estimates"])
    assert "e+" not in digits
    assert not any(len(word.split(".")[0]) >= 13 for word in digits.split() if word[0].isdigit())


@pytest.mark.slow
def test_strata(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(STRATA)
    done = run(tmp_path / "t.csv", "--by", "place", "--method", "independence")
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()[:4]] == ["place", "north", "south", "total"]
    told = document(run(tmp_path / "t.csv", "--by", "place", "--method", "independence", "--json"))
    assert [one["label"] for one in told["strata"]] == ["north", "south"]  # type: ignore[attr-defined]
    parts = sum(one["estimate"]["population_size"]["point"] for one in told["strata"])  # type: ignore[attr-defined]
    assert told["estimates"][0]["population_size"]["point"] == pytest.approx(parts)  # type: ignore[index]


@pytest.mark.slow
def test_reliability(table: Path) -> None:
    done = run(table, "--reliability", "--method", "independence")
    assert done.returncode == 0, done.stderr
    assert "list hidden" in done.stdout
    assert "No table can show an interaction of all lists" in done.stdout
    told = document(run(table, "--reliability", "--method", "independence", "--json"))
    assert told["reliability"]["hidden_lists"][0]["known"] == 105  # type: ignore[index]


@pytest.mark.slow
def test_draws_of_a_linkage(tmp_path: Path) -> None:
    rows = [(draw, *map(int, row.split(","))) for draw in range(3) for row in TABLE.splitlines()[1:]]
    columns = dict(zip(("draw", "A", "B", "C", "count"), map(list, zip(*rows, strict=True)), strict=True))
    columns["count"] = [count + draw for draw, *_lists, count in rows]
    pq.write_table(pa.table(columns), tmp_path / "draws.parquet")
    done = run(tmp_path / "draws.parquet", "--method", "chao", "--json")
    assert done.returncode == 0, done.stderr
    told = document(done)
    assert told["n_linkage_draws"] == 3
    assert told["estimates"][0]["diagnostics"]["distinct_tables"] == 3  # type: ignore[index]
    assert run(tmp_path / "draws.parquet", "--by", "place").returncode == 2


@pytest.mark.slow
def test_covariates(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("A,B,city,count\n1,0,x,40\n0,1,x,30\n1,1,x,20\n1,0,y,60\n0,1,y,50\n1,1,y,8\n")
    told = document(run(tmp_path / "t.csv", "--covariate", "city", "--json"))
    assert told["estimates"][0]["method"] == "doubly_robust"  # type: ignore[index]
    assert told["estimates"][0]["settings"]["covariates"] == ["city"]  # type: ignore[index]


@pytest.mark.slow
def test_figures_as_svg_and_vega_lite(table: Path, tmp_path: Path) -> None:
    done = run(table, "--method", "decomposable", "--figures", tmp_path / "figures", "--json")
    assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in (tmp_path / "figures").iterdir())
    assert names == [
        f"{name}.{kind}" for name in ("intervals", "overlap", "trace-decomposable") for kind in ("svg", "vl.json")
    ]
    assert "figures in" in done.stderr
    document(done)


@pytest.mark.parametrize(
    "text",
    ["", "A,B\n", "A,B,count\n1,2,3\n", "A,B,count\n1,0,-3\n", "A,B,count\n1,0,x\n", "\x00\x01", "A,B,count\n0,0,3\n"],
)
def test_a_bad_table_is_one_line_and_exit_2(tmp_path: Path, text: str) -> None:
    (tmp_path / "t.csv").write_text(text)
    done = run(tmp_path / "t.csv", "--figures", tmp_path / "figures", "--json")
    assert done.returncode == 2, done.stdout
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("panah estimate: ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["t.csv"]


@pytest.mark.parametrize(
    "words",
    [["--method", "magic"], ["--order", "1"], ["--seed", "-1"], ["--draws", "3"], ["--level", "1.5"], ["--by", "nobody"],
     ["--method", "chao", "--order", "2"], ["--method", "chao", "--draws", "200"], ["--partial-pooling"],
     ["--reliability", "--method", "all"], ["--order", "7"], ["--nonsense"]],
)  # fmt: skip
def test_wrong_words_are_one_line_and_exit_2(table: Path, tmp_path: Path, words: list[str]) -> None:
    done = run(table, *words, "--figures", tmp_path / "figures")
    assert done.returncode == 2, done.stdout
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "figures").exists()


def test_a_missing_file_a_folder_and_a_figure_folder_that_is_a_file(table: Path, tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        done = run(path)
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    done = run(table, "--figures", table)
    assert (done.returncode, done.stdout) == (2, "")
    assert table.read_text() == TABLE


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_exit_2(table: Path, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(stat.S_IRUSR | stat.S_IXUSR)
    done = run(table, "--figures", closed / "figures")
    assert done.returncode == 2
    assert list(closed.iterdir()) == []


def test_figures_are_all_or_none(table: Path, tmp_path: Path) -> None:
    folder = tmp_path / "figures"
    (folder / "overlap.svg").mkdir(parents=True)  # a folder lies where the third file should go
    done = run(table, "--figures", folder)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert [path.name for path in folder.iterdir()] == ["overlap.svg"]
