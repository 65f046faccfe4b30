"""Chores: done in their time, told when they fail, and SQLite's journal is emptied of what was deleted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from panah.errors import Unreadable
from panah.web.base import chores, jobs
from panah.web.base.database_settings import truncate_journal
from panah.web.base.models import ChoreRun

START = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def outside(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """The database outside any transaction. Not pytest-django's own: it empties all tables, and some refuse that."""
    with django_db_blocker.unblock():
        try:
            yield
        finally:
            ChoreRun.objects.all().delete()
            connection.close()


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two chores instead of the real ones: what they did, in order."""
    did: list[str] = []
    monkeypatch.setattr(chores, "_chores", {})
    monkeypatch.setattr(chores, "autodiscover_modules", lambda *_names: None)

    @chores.chore(timedelta(hours=1))
    def hourly() -> None:
        did.append("hourly")

    @chores.chore(timedelta(days=1))
    def daily() -> None:
        did.append("daily")
        if "broken" in did:
            raise Unreadable("the authority cannot be reached", where="https://example.org")
        if "odd" in did:
            raise RuntimeError("a text that could quote a row")

    return did


def test_each_in_its_time(done: list[str], db: Any) -> None:
    assert chores.do_due(START) == ["hourly", "daily"]
    assert chores.do_due(START + timedelta(minutes=59)) == []
    assert chores.do_due(START + timedelta(minutes=61)) == ["hourly"]
    assert chores.do_due(START + timedelta(hours=25)) == ["hourly", "daily"]
    assert done == ["hourly", "daily", "hourly", "hourly", "daily"]


def test_a_failure_is_told_and_tried_again_soon(done: list[str], db: Any) -> None:
    done.append("broken")
    chores.do_due(START)
    row = ChoreRun.objects.get(name="daily")
    assert row.problem == "https://example.org: the authority cannot be reached"
    assert row.done_at is None
    assert ChoreRun.objects.get(name="hourly").problem == ""
    assert chores.do_due(START + timedelta(minutes=9)) == []
    done.remove("broken")
    assert chores.do_due(START + timedelta(minutes=10)) == ["daily"]
    assert ChoreRun.objects.get(name="daily").problem == ""


def test_another_error_leaves_no_words(done: list[str], db: Any) -> None:
    done.append("odd")
    chores.do_due(START)
    assert ChoreRun.objects.get(name="daily").problem == "RuntimeError"


def test_what_is_late_is_told(done: list[str], db: Any) -> None:
    assert [late for _chore, _run, late in chores.standing(START)] == [True, True]  # never done
    chores.do_due(START)
    assert [late for _chore, _run, late in chores.standing(START + timedelta(hours=4))] == [True, False]


def test_a_clock_that_was_set_back_stops_nothing(done: list[str], db: Any) -> None:
    chores.do_due(START)
    assert chores.do_due(START - timedelta(days=400)) == ["hourly", "daily"]


def test_every_room_brings_its_own(db: Any) -> None:
    names = {each.name for each in chores.all_chores()}
    assert names >= {"empty_journal", "sign_checkpoint", "stamp_checkpoints", "check_fixity", "list_digests"}
    assert names >= {"sweep_files", "end_sessions", "clear_drafts"}


def test_the_thread_of_the_server_looks_at_once(done: list[str], outside: None, tmp_path: Path, settings: Any) -> None:
    settings.PANAH_JOBS_FILE, settings.PANAH_JOBS_AT_ONCE = tmp_path / "jobs.sqlite3", False
    jobs.queue.cache_clear()
    consumer = jobs.consumer()
    consumer.start()
    try:
        until = time.monotonic() + 20
        while len(done) < 2 and time.monotonic() < until:
            time.sleep(0.05)
    finally:
        consumer.stop(graceful=True)
        jobs.queue.cache_clear()
    assert done == ["hourly", "daily"]


@pytest.fixture
def journal(outside: None) -> Path:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no journal of ours")
    return Path(f"{connection.settings_dict['NAME']}-wal")


CANARY = b"a deleted text 5d1f0c"


def leave_a_deleted_text() -> None:
    ChoreRun.objects.create(name="x", tried_at=START, problem=CANARY.decode() * 50)
    ChoreRun.objects.filter(name="x").delete()


def test_a_deleted_text_leaves_the_journal_and_the_file(journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chores.all_chores()  # only this one: what others write into tables that only grow, no test could take away
    monkeypatch.setattr(chores, "_chores", {"empty_journal": chores._chores["empty_journal"]})
    leave_a_deleted_text()
    assert CANARY in journal.read_bytes()  # the control
    chores.do_due()
    assert ChoreRun.objects.get(name="empty_journal").problem == ""
    assert CANARY not in journal.read_bytes()
    assert CANARY not in journal.with_name(journal.name.removesuffix("-wal")).read_bytes()


def test_a_reader_is_not_waited_for_long_and_it_is_told(journal: Path) -> None:
    import sqlite3

    reader = sqlite3.connect(journal.with_name(journal.name.removesuffix("-wal")), isolation_level=None)
    leave_a_deleted_text()
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM base_chorerun").fetchone()
    leave_a_deleted_text()
    started = time.monotonic()
    assert not truncate_journal()
    assert time.monotonic() - started < 10  # Django's own patience is 20 s
    reader.close()
    assert truncate_journal()
    assert journal.stat().st_size == 0
    with transaction.atomic(), connection.cursor() as cursor:
        assert cursor.execute("PRAGMA busy_timeout").fetchone()[0] == 20_000
