"""``panah dossier`` on real files: written whole, or one clear line and nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from dossier_content import invented_content

PANAH = Path(sys.executable).parent / "panah"


def run(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([PANAH, "dossier", *map(str, words)], capture_output=True, text=True, check=False)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    path = tmp_path / "content.json"
    path.write_text(invented_content().to_json(), encoding="utf-8")
    return path


@pytest.mark.parametrize(("name", "start"), [("report.pdf", b"%PDF"), ("report.html", b"<!doctype html>")])
def test_writes_a_file(content: Path, name: str, start: bytes) -> None:
    done = run(content, "--out", content.parent / name, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["n_incidents"] == 1
    assert (content.parent / name).read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [("", 2, "content"), ("[]", 2, "content"), ('{"title": 1}', 2, "field"), ("\x00\xff", 2, "content"),
     (invented_content(answered=False).to_json(), 1, "answer of the accused side")],
)  # fmt: skip
def test_bad_content_is_one_line_and_leaves_nothing(tmp_path: Path, text: str, code: int, says: str) -> None:
    (tmp_path / "content.json").write_text(text, encoding="latin-1" if "\xff" in text else "utf-8")
    done = run(tmp_path / "content.json", "--out", tmp_path / "report.pdf")
    assert done.returncode == code
    assert len(done.stderr.splitlines()) == 1
    assert says in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["content.json"]


def test_another_kind_of_file_is_refused(content: Path) -> None:
    done = run(content, "--out", content.parent / "report.docx")
    assert done.returncode == 2
    assert ".pdf or .html" in done.stderr
