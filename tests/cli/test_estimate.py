"""``panah estimate`` as a real process."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PANAH = Path(sys.executable).parent / "panah"
TABLE = "A,B,C,count\n1,0,0,60\n0,1,0,55\n0,0,1,40\n1,1,0,22\n1,0,1,15\n0,1,1,17\n1,1,1,8\n"


def run(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PANAH, "estimate", *map(str, words)], capture_output=True, text=True, check=False)


def test_json_has_the_agreed_shape(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(TABLE)
    done = run(tmp_path / "t.csv", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["table"]["n_observed"] == 217
    assert told["table"]["lists"] == ["A", "B", "C"]
    one = told["estimates"][0]
    assert {
        "method",
        "population_size",
        "n_unobserved",
        "model",
        "assumption",
        "flags",
        "diagnostics",
        "settings",
    } <= set(one)
    assert told["statement"].startswith("At least 217")


def test_a_table_that_cannot_answer_is_exit_1(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("A,B,C,count\n1,0,0,6\n0,1,0,5\n0,0,1,4\n")
    done = run(tmp_path / "t.csv")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "text", ["", "A,B\n", "A,B,count\n1,2,3\n", "A,B,count\n1,0,-3\n", "A,B,count\n1,0,x\n", "\x00\x01"]
)
def test_a_bad_table_is_one_line_and_exit_2(tmp_path: Path, text: str) -> None:
    (tmp_path / "t.csv").write_text(text)
    done = run(tmp_path / "t.csv")
    assert done.returncode == 2, done.stdout
    assert len(done.stderr.splitlines()) == 1
