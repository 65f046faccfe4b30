"""``panah release`` as a real process, with its failures."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

PANAH = Path(sys.executable).parent / "panah"


def panah(*words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PANAH, "release", *map(str, words)], capture_output=True, text=True, check=False, cwd=cwd, timeout=120
    )


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "incidents.csv"
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["tactic", "date", "host_country", "answered", "victim"])
        for country, n in (("BE", 14), ("DE", 9), ("FR", 2)):
            writer.writerows([["assault", "2024-03", country, "yes", "Somebody Invented"]] * n)
    return path


def test_a_folder_is_written(table: Path, tmp_path: Path) -> None:
    done = panah(table, "--by", "host_country", "--by", "year", "--date", "2026-11-24", "--out", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "manifest.json", "map.en.svg", "timeline.en.svg",
        "table-1.csv", "table-1.json", "table-2.csv", "table-2.json",
    }  # fmt: skip
    written = "".join(path.read_text() for path in (tmp_path / "out").iterdir())
    assert "Somebody" not in written
    assert "FR,suppressed" in (tmp_path / "out" / "table-1.csv").read_text()


def test_without_a_folder_it_prints(table: Path, tmp_path: Path) -> None:
    done = panah(table, "--by", "host_country", cwd=tmp_path)
    assert done.returncode == 0
    assert "BE,14" in done.stdout
    assert "The accused side answered" in done.stdout


def test_json_is_one_document(table: Path, tmp_path: Path) -> None:
    done = panah(table, "--by", "host_country", "--json", cwd=tmp_path)
    told = json.loads(done.stdout)
    assert told["tables"][0]["threshold"] == 5


def test_json_input_with_model_records(tmp_path: Path) -> None:
    rows = [{"tactic": "assault", "date": "2024", "host_place": {"country": "BE"}, "demand": "silence"}] * 7
    (tmp_path / "in.json").write_text(json.dumps({"incidents": rows}))
    done = panah("in.json", "--by", "host_country", cwd=tmp_path)
    assert "BE,7" in done.stdout, done.stderr
    assert "silence" not in done.stdout


def test_an_earlier_release_is_compared(table: Path, tmp_path: Path) -> None:
    assert panah(table, "--by", "host_country", "--out", "one", cwd=tmp_path).returncode == 0
    with table.open("a") as stream:
        stream.write("assault,2024-05,BE,yes,\n")
    done = panah(table, "--by", "host_country", "--earlier", "one", "--out", "two", cwd=tmp_path)
    assert done.returncode == 1
    assert "expos" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "two").exists()


def test_too_few_is_a_no(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("tactic,host_country\nassault,BE\n")
    done = panah("in.csv", "--by", "host_country", "--out", "out", cwd=tmp_path)
    assert done.returncode == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("content", "words", "says"),
    [
        ("tactic,host_country\nstabbing,BE\n", [], "row 2: column tactic: no such code"),
        ("tactic,host_country\nassault,Belgium\n", [], "row 2: column host_country: no such code"),
        ("tactic,date\nassault,yesterday\n", [], "row 2: column date: not a date"),
        ("name\nSomebody\n", [], "no column tactic"),
        ('[{"tactic": ', [], "not JSON"),
        ('{"a": 1}', [], "not a list of incidents"),
        ("tactic\nassault\n", ["--by", "name"], "not a dimension"),
        ("tactic\nassault\n", ["--threshold", "1"], "protects nobody"),
        ("tactic\nassault\n", ["--date", "tomorrow"], "not a day"),
        ("tactic\nassault\n", ["--language", "xx"], "no such language"),
        ("tactic\nassault\n", ["--only", "status"], "not a name and a code"),
        ("tactic\nassault\n", ["--earlier", "."], "not a release folder"),
    ],
)
def test_bad_input_is_told_and_leaves_nothing(content: str, words: list[str], says: str, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(content)
    done = panah("in.csv", *words, "--out", "out", cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert says in done.stderr
    assert "Somebody" not in done.stderr
    assert "stabbing" not in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]
