"""``panah tokens`` as a real process: the whole exchange, the dry run, and failures that leave nothing behind."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from real_process import fails_with_one_line, panah
from tokens_cast import FATHERS, GIVEN, every_byte, people

from panah.model.overlap_draws import read_draws

HEADER = ("id", "name", "date of birth", "city", "postcode", "street", "street number")


def write(path: Path, some) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(HEADER)
        for one in some:
            details = one.details
            out.writerow(
                (one.record_id, one.names[0], details["birth_date"], one.host_place, details["postcode"],
                 details["street"], details["street_number"])
            )  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two lists, the agreement and the key."""
    folder = tmp_path_factory.mktemp("house")
    everyone = people(100)
    write(folder / "redress.csv", everyone[:70])
    write(folder / "watch.csv", everyone[40:])
    done = panah(
        "tokens", "new", "agreement.toml", "--project", "solidarity", "--run", "2026-11a", "--purpose", "to count",
        "--party", "redress", "--party", "watch", "--delete-on", "2027-01-31", "--key", "shared.key", cwd=folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder


def encode(folder: Path, party: str, *more: str):
    return panah(
        "tokens", "encode", f"{party}.csv", "--agreement", "agreement.toml", "--key", "shared.key", "--party", party,
        *more, cwd=folder,
    )  # fmt: skip


def test_a_dry_run_writes_nothing_and_shows_no_one(house: Path) -> None:
    before = every_byte(house)
    done = encode(house, "redress", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert every_byte(house) == before
    assert "would leave the house" in done.stdout
    assert "run, party, row, rule, token" in done.stdout
    assert "nothing was written" in done.stdout
    assert not any(name in done.stdout for name in (*GIVEN, *FATHERS))


@pytest.mark.slow
def test_the_whole_way(house: Path, tmp_path: Path) -> None:
    key = (house / "shared.key").read_bytes().split()[1]
    for party in ("redress", "watch"):
        out, rows = tmp_path / f"{party}.parquet", tmp_path / f"{party}-rows.parquet"
        done = encode(house, party, "--out", str(out), "--rows", str(rows), "--json")
        assert done.returncode == 0, done.stderr
        told = json.loads(done.stdout)
        assert told["n_rows_made_up"] >= 0.25 * told["n_records"]
        assert rows.stat().st_mode & 0o077 == 0
    agreed = ("--agreement", str(house / "agreement.toml"))
    done = panah(
        "tokens", "match", "redress.parquet", "watch.parquet", *agreed, "--out", "links.parquet", "--json", cwd=tmp_path
    )
    assert json.loads(done.stdout)["n_links"] == 30
    done = panah(
        "tokens", "count", "links.parquet", *agreed, "--size", "redress=70", "--size", "watch=60", "--draws", "20",
        "--out", "counts.parquet", "--json", cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert 29 <= told["on_several_lists"]["least"] <= told["on_several_lists"]["most"] <= 31
    assert [table.lists for table in read_draws(tmp_path / "counts.parquet")] == [("redress", "watch")] * 20
    done = panah(
        "tokens", "shred", "redress-rows.parquet", *agreed, "--party", "redress", "--signer", "sign.pem",
        "--out", "deletion.json", "--yes", "--json", cwd=tmp_path,
    )  # fmt: skip
    fingerprint = json.loads(done.stdout)["signer_fingerprint"]
    assert not (tmp_path / "redress-rows.parquet").exists()
    done = panah("tokens", "shred", "--verify", "deletion.json", "--fingerprint", fingerprint, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert key not in every_byte(tmp_path)


@pytest.mark.slow
def test_set_intersection_in_three_messages(house: Path, tmp_path: Path) -> None:
    pytest.importorskip("private_set_intersection", reason="openmined-psi is not installed")
    for party in ("redress", "watch"):
        encode(
            house, party, "--out", str(tmp_path / f"{party}.parquet"), "--rows", str(tmp_path / f"{party}-r.parquet")
        )
    agreed = ("--agreement", str(house / "agreement.toml"))
    steps = [
        ("redress.parquet", "--psi", "ask", "--state", "s.psi", "--out", "question.psi"),
        ("watch.parquet", "--psi", "answer", "--message", "question.psi", "--out", "answer.psi"),
        ("redress.parquet", "--psi", "learn", "--state", "s.psi", "--message", "answer.psi", "--out", "common.parquet"),
        ("watch.parquet", "common.parquet", "--out", "links.parquet"),
    ]
    for step in steps:
        done = panah("tokens", "match", *step, *agreed, "--json", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["n_links"] == 30
    assert (tmp_path / "s.psi").stat().st_mode & 0o077 == 0


@pytest.mark.slow
def test_failures_are_one_line_and_leave_nothing(house: Path, tmp_path: Path) -> None:
    out, rows = str(tmp_path / "a.parquet"), str(tmp_path / "r.parquet")
    assert encode(house, "redress", "--out", out, "--rows", rows).returncode == 0
    before = every_byte(tmp_path)
    here = every_byte(house)
    target = ("--out", str(tmp_path / "x.parquet"))
    agreed = ("--agreement", "agreement.toml")
    (house / "other.toml").write_text((house / "agreement.toml").read_text().replace("2026-11a", "2026-12a"))
    (house / "old.toml").write_text((house / "agreement.toml").read_text().replace("names-1", "names-0"))
    here = every_byte(house)
    tries = [
        (("match", out, "redress.csv", *agreed, *target), "no token file", 2),
        (("match", out, rows, *agreed, *target), "no token file", 2),
        (("match", out, out, *agreed, *target), "two files of party", 2),
        (("match", out, "missing.parquet", *agreed, *target), "no such file", 2),
        (("match", out, out, "--agreement", "other.toml", *target), "tokens of run", 2),
        (("match", out, out, "--agreement", "old.toml", *target), "folding", 2),
        (("match", out, out, "--agreement", "redress.csv", *target), "not a TOML file", 2),
        (("count", out, *agreed, "--size", "redress=70", *target), "no file of token links", 2),
        (("new", "agreement.toml"), "exists", 2),
        (("new",), "nothing to do", 2),
        (("shred", "--verify", "redress.csv"), "missing", 1),
    ]
    for words, message, code in tries:
        assert message in fails_with_one_line(panah("tokens", *words, cwd=house), code)
    assert "no party nobody" in fails_with_one_line(
        panah(
            "tokens",
            "encode",
            "redress.csv",
            *agreed,
            "--key",
            "shared.key",
            "--party",
            "nobody",
            "--dry-run",
            cwd=house,
        )
    )
    again = encode(house, "redress", "--out", out, "--rows", str(tmp_path / "other.parquet"))
    assert "this file exists" in fails_with_one_line(again)
    assert "name both" in fails_with_one_line(encode(house, "redress", "--out", out))
    assert every_byte(tmp_path) == before
    assert every_byte(house) == here
