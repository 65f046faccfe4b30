"""``panah read`` as a real process."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from real_process import fails_with_one_line, panah

STORY = """Calls from home

By our invented correspondent, 18 November 2024

One such call, from a masked number, came on 9 May 2024 when Erkin Example, a Uyghur translator, was at home in Antwerp.

“They begged me to stop,” Example told The Harbour Courier. “I know of about 15 recent cases in Belgium.”

The Chinese embassy in Brussels rejected the account.
"""


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text(STORY, encoding="utf-8")
    return path


def test_json_has_the_promised_shape(story: Path) -> None:
    done = panah("read", story, "--json")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    document = json.loads(done.stdout)
    assert set(document) == {"document", "statements", "incidents", "counts"}
    assert {"hash", "language", "published", "copy"} <= set(document["document"])
    assert set(document["document"]["copy"]) == {"verdict", "signals"}
    assert document["document"]["published"] == "2024-11-18"
    statement = document["statements"][0]
    assert {"start", "end", "text", "speaker", "stance", "kind", "fidelity"} <= set(statement)
    assert STORY[statement["start"] : statement["end"]] == statement["text"] == "They begged me to stop,"
    incident = document["incidents"][0]
    wanted = {"tactic", "spans", "host_country", "origin_state", "date", "aggregate", "target", "actor", "denied_by"}
    assert wanted <= set(incident)
    assert {"edtf", "printed", "candidates", "reason"} <= set(incident["date"])
    assert incident["denied_by"] == ["Chinese embassy in Brussels"]
    assert [(each["value"], each["modifier"]) for each in document["counts"]] == [(15, "about")]
    assert {"start", "value", "modifier", "of"} <= set(document["counts"][0])


def test_words_for_people_name_incidents_answers_and_speakers(story: Path) -> None:
    done = panah("read", story)
    assert done.returncode == 0, done.stderr
    assert "published 2024-11-18, copy: no_sign" in done.stdout
    assert "proxy_family_call" in done.stdout or "threatening_communication" in done.stdout
    assert "answered by Chinese embassy in Brussels" in done.stdout
    assert "clean" not in done.stdout


def test_the_day_of_publication_that_the_user_says_counts(story: Path) -> None:
    document = json.loads(panah("read", story, "--json", "--published", "2025-01-02").stdout)["document"]
    assert (document["published"], document["published_reason"]) == ("2025-01-02", "said by the user")


def test_several_files_are_a_list_and_a_bad_one_does_not_stop_the_others(story: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes("déjà vu".encode("latin-1"))
    done = panah("read", bad, story, "--json")
    assert done.returncode == 2
    assert [one["document"]["name"] for one in json.loads(done.stdout)] == ["story.txt"]
    assert "bad.txt: " in done.stderr
    assert len(done.stderr.splitlines()) == 1


def _bomb() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b" " * (80 << 20))
    return archive.getvalue()


BAD = {
    "empty.txt": (b"", "nothing to read"),
    "spaces.txt": (b" \n\t\n", "nothing to read"),
    "binary.txt": (bytes(range(256)) * 8, "neither text"),
    "latin.txt": ("déjà vu".encode("latin-1"), "not UTF-8"),
    "renamed.txt": (b"%PDF-1.7\n...", "the name says text, but it is a PDF"),
    "broken.pdf": (b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n", "the PDF"),
    "laughs.xml": (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>', "XML file that is no page"),
    "laughs.html": (b'<!doctype html [<!ENTITY b "b">]><html><p>&b;</p></html>', "declares entities"),
    "deep.html": (b"<!doctype html><html>" + b"<div>" * 9000, "nests too deeply"),
    "bomb.docx": (_bomb(), "unpacks to far more"),
    "archive.docx": (b"PK\x03\x04 and then nothing", "damaged"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_line_and_leaves_nothing_behind(name: str, tmp_path: Path) -> None:
    content, message = BAD[name]
    (tmp_path / name).write_bytes(content)
    line = fails_with_one_line(panah("read", name, cwd=tmp_path))
    assert message in line
    assert name in line
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_two_gigabytes_are_refused_before_they_are_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.txt").open("wb") as file:
        file.truncate(2 << 30)
    assert "more than the" in fails_with_one_line(panah("read", tmp_path / "huge.txt"))


@pytest.mark.parametrize(
    ("words", "message"),
    [(["no-such-file.txt"], "no such file"), (["."], "folder"), (["story.txt", "--published=22.6."], "not a date")],
)
def test_bad_usage_is_one_line(words: list[str], message: str, story: Path) -> None:
    assert message in fails_with_one_line(panah("read", *words, cwd=story.parent))
