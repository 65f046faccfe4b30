"""``panah phone`` as a real process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from phone_exports import call, calls_xml, sms, smses_xml
from real_process import fails_with_one_line, panah

from panah.cli import main

KEYS = {
    "path", "format", "grade", "n_messages", "n_calls", "n_system", "n_attachments", "withheld", "senders",
    "first", "last", "time_zone", "not_understood", "events",
}  # fmt: skip


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    path = tmp_path / "calls.xml"
    path.write_bytes(calls_xml(call(), call("-2", presentation=2), call("070-174 06 05", date=1746300000000), count=9))
    return path


def test_one_file_is_one_json_object(calls: Path) -> None:
    done = panah("phone", calls, "--owner-number", "+46701740610", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert set(document) >= KEYS
    assert (document["n_calls"], document["withheld"]) == (3, 1)
    assert document["senders"] == ["+447700900123", "+46701740605"]
    assert document["time_zone"]["known"] is True
    assert document["events"][0]["where"].startswith("byte ")
    assert done.stderr == ""


def test_several_files_are_a_list_and_a_bad_one_does_not_stop_the_others(calls: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.xml"
    bad.write_text("nothing we know")
    done = panah("phone", bad, calls, "--json")
    assert done.returncode == 2
    assert [one["n_calls"] for one in json.loads(done.stdout)] == [3]
    assert "bad.xml: not an export" in done.stderr


@pytest.mark.parametrize(
    ("around", "n"),
    [("+44 7700 900123", 1), ("restricted", 1), ("2025-05-01", 2), ("2025-05", 3), ("2025", 3), ("+447700900999", 0)],
)
def test_around_a_number_or_a_date(calls: Path, around: str, n: int) -> None:
    done = panah("phone", calls, "--around", around, "--json")
    assert len(json.loads(done.stdout)["events"]) == n


def test_around_in_words_shows_the_events(calls: Path) -> None:
    done = panah("phone", calls, "--around", "restricted")
    assert "note: the file says 9 entries, 3 were read" in done.stdout
    assert [line for line in done.stdout.splitlines() if line.endswith("restricted")]


def test_a_cut_file_is_read_to_where_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "cut.xml"
    path.write_bytes(smses_xml(sms("one"), sms("two"))[:-40])
    done = panah("phone", path, "--json")
    assert done.returncode == 0
    document = json.loads(done.stdout)
    assert document["n_messages"] == 1
    assert "breaks here" in document["not_understood"][0]["why"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["no-such-file.xml"], "no such file"),
        (["calls.xml", "--around=-2"], "neither a number nor a date"),
        (["calls.xml", "--region", "XX"], "no such country code"),
        (["calls.xml", "--time-zone", "Mars/Olympus"], "no such time zone"),
        (["calls.xml", "--password-file", "no-such-file"], "no such file"),
        (["/dev/null"], "neither a file nor a folder"),
    ],
)
def test_a_failure_is_one_line(calls: Path, words: list[str], message: str) -> None:
    before = sorted(calls.parent.iterdir())
    assert message in fails_with_one_line(panah("phone", *words, "--json", cwd=calls.parent))
    assert sorted(calls.parent.iterdir()) == before


def test_no_value_stands_in_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    path.write_bytes(b'<smses><sms body="a secret" address="+447700900123" <')
    line = fails_with_one_line(panah("phone", path, "--json"))
    assert "secret" not in line
    assert "7700" not in line


@pytest.mark.parametrize("around", [None, "2025-05-02", "1999"])
def test_a_large_file_is_printed_as_it_is_read(
    tmp_path: Path, around: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Letter for letter what is printed of one that is held whole."""
    path = tmp_path / "messages.xml"
    path.write_bytes(smses_xml(sms("one\nline \u2028 two", contact_name="\x85 x"), sms("two", date=9), sms("[]")))
    words = ["phone", str(path), "--json", *(["--around", around] if around else [])]
    printed = []
    for large in (None, 1):
        if large:
            monkeypatch.setattr("panah.cli.phone.LARGE_BYTES", large)
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 0
        printed.append(capsys.readouterr().out)
    whole, streamed = printed
    assert streamed == whole
    assert json.loads(whole)["n_messages"] == 3
