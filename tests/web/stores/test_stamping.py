"""Stamps on a timer: asked for once something is new, kept waiting without a network, renewed after a year, in the log."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest
from own_tsa import MADE, OwnTsa
from stores_factories import tell
from two_people import bundle_by_two

from panah.errors import NotConfigured, Unreadable
from panah.vault import custody as lines
from panah.web.base import chores
from panah.web.base.models import ChoreRun
from panah.web.evidence import custody, stamping
from panah.web.evidence.models import Checkpoint

SOON = MADE + timedelta(days=1)


@pytest.fixture
def tsa() -> OwnTsa:
    return OwnTsa(life=timedelta(days=3650))


@pytest.fixture
def asked(story: Any, data_folder: Path, tsa: OwnTsa) -> list[str]:
    """An installation with one authority, and a signed checkpoint; what was asked of it."""
    folder = data_folder / stamping.FOLDER
    folder.mkdir()
    (folder / "own.pem").write_bytes(tsa.roots_pem)
    authority = {"name": "own", "url": "http://tsa.example.com/", "roots": "own.pem"}
    (folder / stamping.AUTHORITIES).write_text(json.dumps([authority]))
    custody.checkpoint()
    return tsa.asked


def n_requests(asked: list[str]) -> int:
    return sum("tsa" in url for url in asked)


def log_acts() -> list[str]:
    return [lines.read_line(line).act for line in custody.all_lines()]


def unreachable(url: str, _request: bytes | None) -> bytes:
    raise Unreadable("the authority cannot be reached", where=url)


def test_without_authorities_nobody_is_asked(story: Any, data_folder: Path) -> None:
    custody.checkpoint()

    def never(_url: str, _request: bytes | None) -> bytes:
        raise AssertionError("somebody was asked")

    assert stamping.stamp(never) == []
    assert stamping.standing().pending == 0


def test_a_checkpoint_is_stamped_and_the_log_says_so(asked: list[str], tsa: OwnTsa) -> None:
    assert stamping.stamp(tsa.ask, now=SOON) == []
    (kept,) = stamping.stamp_folder().stamps_of(Checkpoint.objects.get().body.encode())
    last = lines.read_line(custody.all_lines()[-1])
    assert (last.act, last.actor, last.detail) == ("timestamped", "system", kept.sha256)
    assert stamping.standing(SOON).newest.at == MADE


def test_only_what_is_new_is_stamped(asked: list[str], tsa: OwnTsa, story: Any) -> None:
    """Our own line about a stamp is no reason for another stamp."""
    for _hour in range(3):
        stamping.stamp(tsa.ask, now=SOON)
        custody.checkpoint()
    assert n_requests(asked) == 1
    story.claim()
    stamping.stamp(tsa.ask, now=SOON)
    assert n_requests(asked) == 1  # no checkpoint covers the new line yet
    custody.checkpoint()
    stamping.stamp(tsa.ask, now=SOON)
    assert n_requests(asked) == 2


def test_without_a_network_it_waits_and_is_had_later(asked: list[str], tsa: OwnTsa) -> None:
    (problem,) = stamping.stamp(unreachable, now=SOON)
    assert "cannot be reached" in str(problem)
    assert stamping.standing(SOON).pending == 1
    assert "timestamped" not in log_acts()
    assert stamping.stamp(tsa.ask, now=SOON) == []
    assert stamping.standing(SOON).pending == 0
    assert log_acts().count("timestamped") == 1


def test_a_reply_kept_just_before_a_crash_gets_its_line(asked: list[str], tsa: OwnTsa) -> None:
    folder = stamping.stamp_folder()
    folder.want(Checkpoint.objects.get().body.encode())
    folder.work(tsa.ask)  # and the process is killed here
    assert "timestamped" not in log_acts()
    stamping.stamp(tsa.ask, now=SOON)
    assert log_acts().count("timestamped") == 1


def test_after_a_year_a_new_checkpoint_is_stamped_though_nothing_happened(asked: list[str], tsa: OwnTsa) -> None:
    stamping.stamp(tsa.ask, now=SOON)
    custody.checkpoint()
    year_later = MADE + timedelta(days=366)
    assert stamping.standing(year_later).due
    tsa.at = year_later
    stamping.stamp(tsa.ask, now=year_later)
    assert n_requests(asked) == 2
    found = stamping.standing(year_later + timedelta(days=1))
    assert (found.newest.at, found.due, found.problems) == (year_later, False, ())
    # the new stamp's checkpoint covers the line of the old reply
    newest = Checkpoint.objects.order_by("-size").first()
    assert newest.size >= 1 + log_acts().index("timestamped")
    assert stamping.stamp_folder().stamps_of(newest.body.encode())


def test_openssl_agrees(asked: list[str], tsa: OwnTsa, tmp_path: Path) -> None:
    stamping.stamp(tsa.ask, now=SOON)
    body = Checkpoint.objects.get().body.encode()
    (kept,) = stamping.stamp_folder().stamps_of(body)
    for name, content in {"text": body, "tsr": kept.reply, "chain.pem": kept.chain_pem}.items():
        (tmp_path / name).write_bytes(content)
    command = ["openssl", "ts", "-verify", "-data", "text", "-in", "tsr", "-CAfile", "chain.pem"]
    at = str(int(MADE.timestamp()))
    done = subprocess.run([*command, "-attime", at], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Verification: OK" in done.stdout + done.stderr


def test_a_broken_reply_is_told(asked: list[str], tsa: OwnTsa, data_folder: Path) -> None:
    stamping.stamp(tsa.ask, now=SOON)
    (reply,) = (data_folder / stamping.FOLDER).glob("*.tsr")
    reply.chmod(0o600)
    reply.write_bytes(reply.read_bytes()[:-3])
    assert len(stamping.standing(SOON).problems) == 1


def test_the_timer_tells_what_is_wrong(asked: list[str], data_folder: Path) -> None:
    (data_folder / stamping.FOLDER / stamping.AUTHORITIES).write_text("{")
    with pytest.raises(NotConfigured):
        stamping.standing()
    ChoreRun.objects.all().delete()  # whatever ran before, in this transaction nothing was tried yet
    assert "stamp_checkpoints" in chores.do_due(datetime.now(UTC))
    assert "not a list of timestamp authorities" in ChoreRun.objects.get(name="stamp_checkpoints").problem


def test_a_bundle_carries_the_stamps_that_cover_its_originals(
    cast: Any, story: Any, asked: list[str], tsa: OwnTsa, tmp_path: Path
) -> None:
    """And only those: an original that came after the stamp goes out under a checkpoint of its own, unstamped."""
    from panah import bundle

    assert stamping.stamp(tsa.ask, now=SOON) == []
    size = Checkpoint.objects.get().size
    found = bundle.verify(given_out(cast, story.answered_incident(), tmp_path / "b.zip"), tsa_roots_pem=tsa.roots_pem)
    assert [(stamp.of, stamp.at) for stamp in found.stamps] == [("checkpoint", MADE)]
    assert found.manifest.custody_lines == size
    later = tell(cast.case_worker)
    found = bundle.verify(given_out(cast, later.answered_incident(), tmp_path / "later.zip"))
    assert found.stamps == ()
    assert found.manifest.custody_lines > size


def given_out(cast: Any, row: Any, target: Path) -> Path:
    recipient = str(pyrage.x25519.Identity.generate().to_public())
    bundle_by_two(cast.case_worker, [row], recipients=[recipient], purpose="share_un", target=target)
    return target
