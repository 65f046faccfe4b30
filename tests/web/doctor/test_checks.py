"""Each thing is broken and the doctor names it; unbroken, the same check is well. On whichever database the suite runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from own_tsa import OwnTsa
from stores_factories import tell

from panah.backup.last import note_backup
from panah.web.base.models import ChoreRun
from panah.web.cases.append_only import append_only, missing_triggers
from panah.web.doctor import Check, State, clock, configured, headers, kept, running, stored
from panah.web.doctor.before import folder_and_keys
from panah.web.doctor.checks import guarded
from panah.web.evidence import custody, fixity, stamping
from panah.web.evidence.records import evidence_folder


def by_name(checks: Iterable[Check]) -> dict[str, Check]:
    found = {check.name: check for check in checks}
    assert all(check.do for check in found.values() if check.state is not State.WELL), "each says what to do"
    return found


def bad(checks: Iterable[Check]) -> set[str]:
    return {name for name, check in by_name(checks).items() if check.state is State.BAD}


@pytest.fixture
def story(cast: Any, data_folder: Path) -> Any:
    return tell(cast.case_worker)


# --- settings ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({}, set()),
        ({"DEBUG": True}, {"debug"}),
        ({"SECRET_KEY": "django-insecure-" + "x7f9" * 20}, {"secret_key"}),
        ({"SECRET_KEY": "short"}, {"secret_key"}),
        ({"ALLOWED_HOSTS": ["*"]}, {"hosts", "https"}),
        ({"ALLOWED_HOSTS": [".example.org"]}, {"hosts", "https"}),
        ({"ALLOWED_HOSTS": ["panah.example.org"]}, {"https"}),
        ({"ALLOWED_HOSTS": ["panah.example.org"], "HTTPS": True}, {"cookies"}),  # the cookies are not Secure with it
        ({"SESSION_COOKIE_HTTPONLY": False}, {"cookies"}),
        ({"CSRF_COOKIE_SAMESITE": "Lax"}, {"cookies"}),
        ({"FILE_UPLOAD_HANDLERS": ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]}, {"at_rest"}),
        ({"SESSION_ENGINE": "django.contrib.sessions.backends.db"}, {"at_rest"}),
        ({"DEFAULT_EXCEPTION_REPORTER": "django.views.debug.ExceptionReporter"}, {"errors"}),
        ({"ADMINS": [("Invented", "admin@example.org")]}, {"errors"}),
        ({"PANAH_ARGON2_COST": {"memory_kib": 8}}, {"passwords"}),
    ],
    # sets have an order of their own in every run
    ids=lambda value: str(sorted(value) if isinstance(value, set) else value),
)
def test_settings(settings: Any, values: dict[str, Any], named: set[str]) -> None:
    settings.ALLOWED_HOSTS, settings.PANAH_ARGON2_COST = ["localhost"], {}
    for name, value in values.items():
        setattr(settings, name, value)
    assert bad(configured.checks()) == named


# --- headers ----------------------------------------------------------------------------------------------------------
GOOD = {name.lower(): value for name, value in headers.EXACT.items()} | {
    "content-security-policy": "; ".join(f"{name} {value}" for name, value in headers.POLICY.items()),
    "strict-transport-security": "max-age=31536000",
}
COOKIE = "__Host-panah_desk=x; HttpOnly; Path=/; SameSite=Strict; Secure"


def test_headers_as_they_should_be() -> None:
    assert headers.problems(headers.Answer("/", 200, GOOD, (COOKIE,)), https=True) == []


@pytest.mark.parametrize("name", GOOD)
def test_each_header_that_a_proxy_takes_away_is_named(name: str) -> None:
    rest = {key: value for key, value in GOOD.items() if key != name}
    assert [each.lower() for each in headers.problems(headers.Answer("/", 200, rest), https=True)] == [name]


@pytest.mark.parametrize("word", ["HttpOnly", "SameSite=Strict", "Secure", "__Host-"])
def test_each_loose_cookie_is_named(word: str) -> None:
    (problem,) = headers.problems(headers.Answer("/", 200, GOOD, (COOKIE.replace(word, ""),)), https=True)
    assert problem.startswith("cookie")


def test_a_policy_that_lets_scripts_in_is_named() -> None:
    given = GOOD | {"content-security-policy": GOOD["content-security-policy"] + "; img-src 'unsafe-inline'"}
    assert headers.problems(headers.Answer("/", 200, given), https=True) == ["Content-Security-Policy"]


def test_the_desk_answers_as_the_doctor_wants(cast: Any) -> None:
    answer = cast.nobody.client.get("/sign-in/")
    given = {name.lower(): value for name, value in answer.headers.items()}
    assert headers.problems(headers.Answer("/", answer.status_code, given), https=False) == []


# --- database ---------------------------------------------------------------------------------------------------------
def without_triggers(table: str) -> None:
    class Plain:
        """Stands in for Django's editor, which SQLite refuses inside a transaction."""

        connection = connection

        def execute(self, statement: str) -> None:
            with connection.cursor() as cursor:
                cursor.execute(statement)

    append_only(table).reverse_code(None, Plain())


def test_a_sound_database(cast: Any) -> None:
    assert bad(stored.triggers()) == bad(stored.migrations()) == set()
    # PostgreSQL is told to hurry in the tests, which the doctor must say
    assert bad(stored.integrity()) == (set() if connection.vendor == "sqlite" else {"durability"})


@pytest.mark.parametrize(
    "table", ["evidence_custodyentry", "evidence_checkpoint", "evidence_treestate", "cases_caselog"]
)
def test_a_trigger_that_is_gone_is_named(db: Any, table: str) -> None:
    without_triggers(table)
    (check,) = stored.triggers()
    assert check.state is State.BAD
    assert f"{table}_refuse_update" in check.found


def test_a_trigger_that_does_nothing_any_more_is_named(db: Any) -> None:
    name = "evidence_custodyentry_refuse_update"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON evidence_custodyentry BEGIN SELECT 1; END")
        else:
            cursor.execute(f"ALTER TABLE evidence_custodyentry DISABLE TRIGGER {name}")
    assert missing_triggers() == [name]


def test_a_row_that_points_nowhere_is_named(db: Any) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL refuses it")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA defer_foreign_keys=ON")
        cursor.execute(
            "INSERT INTO cases_referenceshare(reference_id, member_id, sealed_share) VALUES('x', 'y', x'00')"
        )
        try:
            assert bad(stored.integrity()) == {"integrity"}
        finally:
            cursor.execute("DELETE FROM cases_referenceshare")


@pytest.mark.parametrize("harm", ["DELETE FROM django_migrations WHERE app='base'", "INSERT"])
def test_a_database_of_another_version_is_named(db: Any, harm: str) -> None:
    with connection.cursor() as cursor:
        if harm == "INSERT":
            harm = "INSERT INTO django_migrations(app, name, applied) VALUES('evidence', '9999_later', %s)"
            cursor.execute(harm, [datetime.now(UTC)])
        else:
            cursor.execute(harm, [])
    assert bad(stored.migrations()) == {"migrations"}


def test_what_the_database_writes_down_is_named(db: Any) -> None:
    setting = "secure_delete" if connection.vendor == "sqlite" else "log_statement"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA secure_delete=OFF")
        else:
            cursor.execute("SET LOCAL log_statement = 'all'")
        try:
            found = by_name(stored.server_settings())["database_settings"]
        finally:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA secure_delete=ON")
    assert found.state is State.BAD
    assert setting in found.found


def test_a_way_to_postgresql_without_tls_is_named(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no way")
    assert by_name(stored.server_settings())["database_tls"].state is State.WELL  # over a socket
    monkeypatch.setitem(connection.settings_dict, "HOST", "db.example.org")  # what the server says stays: no TLS
    assert by_name(stored.server_settings())["database_tls"].state is State.BAD


# --- clock ------------------------------------------------------------------------------------------------------------
def test_a_clock_before_what_was_signed_is_named(story: Any) -> None:
    custody.checkpoint()
    assert bad(clock.checks()) == set()
    assert bad(clock.checks(datetime.now(UTC) - timedelta(hours=3))) == {"clock"}


def test_a_clock_before_a_stamp_is_named(story: Any, data_folder: Path) -> None:
    with_authority(data_folder, OwnTsa(at=datetime.now(UTC) + timedelta(days=1)))
    assert bad(clock.checks()) == {"clock"}
    assert bad(clock.checks(datetime.now(UTC) + timedelta(days=2))) == set()


# --- custody, stamps, files -------------------------------------------------------------------------------------------
def with_authority(data: Path, tsa: OwnTsa) -> None:
    folder = data / stamping.FOLDER
    folder.mkdir()
    (folder / "own.pem").write_bytes(tsa.roots_pem)
    authority = {"name": "own", "url": "http://tsa.example.com/", "roots": "own.pem"}
    (folder / stamping.AUTHORITIES).write_text(json.dumps([authority]))
    custody.checkpoint()
    assert stamping.stamp(tsa.ask) == []


def test_a_sound_log_and_one_kept_elsewhere(story: Any) -> None:
    note = custody.checkpoint().note.encode()
    story.claim()
    assert bad(kept.custody_log(note)) == set()
    assert by_name(kept.custody_log(None))["checkpoint"].state is State.LOOK


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE evidence_custodyentry SET line = replace(line, 'received', 'hashed')",
        "DELETE FROM evidence_custodydetail",
        "DELETE FROM evidence_custodyentry WHERE seq = (SELECT max(seq) FROM evidence_custodyentry)",
    ],
)
def test_a_log_that_was_changed_is_named(story: Any, harm: str) -> None:
    note = custody.checkpoint().note.encode()
    without_triggers("evidence_custodyentry")
    with connection.cursor() as cursor:
        if harm.startswith("DELETE FROM evidence_custodyentry"):
            cursor.execute("DELETE FROM evidence_custodydetail")
        cursor.execute(harm)
    expected = set() if harm.endswith("custodydetail") else {"custody"}  # the sealed details are no part of the chain
    assert bad(kept.custody_log(note)) == expected


def test_a_checkpoint_of_another_log_is_named(story: Any) -> None:
    custody.checkpoint()
    assert "checkpoint" in bad(kept.custody_log(b"panah/custody\n1\nAAAA\n"))


def test_lines_that_nobody_signs_are_told(story: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "unsigned" not in by_name(kept.custody_log(None))
    monkeypatch.setattr("panah.web.evidence.health.CHECKPOINT_LIFE", timedelta(0))
    assert by_name(kept.custody_log(None))["unsigned"].state is State.LOOK


def test_stamps(story: Any, data_folder: Path) -> None:
    assert by_name(kept.stamps())["stamps"].state is State.LOOK  # none is configured
    tsa = OwnTsa(at=datetime.now(UTC) - timedelta(hours=1), life=timedelta(days=3650))
    with_authority(data_folder, tsa)
    assert {check.state for check in kept.stamps()} == {State.WELL}
    (reply,) = (data_folder / stamping.FOLDER).glob("*.tsr")
    reply.write_bytes(reply.read_bytes()[:-1])
    assert bad(kept.stamps()) == {"stamps"}


def test_authorities_that_cannot_be_read_are_named(story: Any, data_folder: Path) -> None:
    (data_folder / stamping.FOLDER).mkdir()
    (data_folder / stamping.FOLDER / stamping.AUTHORITIES).write_text("[{")
    assert bad(guarded("stamps", kept.stamps)) == {"stamps"}


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(("harm", "named"), [(flip, "fixity"), (Path.unlink, "missing_files")])
def test_a_spoilt_file_is_named(story: Any, harm: Callable[[Path], None], named: str) -> None:
    def ask(quick: bool = False) -> set[str]:
        return bad(kept.files(quick=quick, advance=lambda _files: None))

    assert ask() == set()
    (path,) = evidence_folder().glob("*.age")
    harm(path)
    if harm is flip:
        assert ask(quick=True) == set()  # the control: without reading it nobody sees it
    assert ask() == {named}
    assert ask(quick=True) == {named}  # it is recorded now


def test_a_list_of_digests_that_was_changed_is_named(story: Any, data_folder: Path) -> None:
    fixity.check_all()
    fixity.write_list()
    flip(data_folder / fixity.LIST_NAME)
    assert bad(kept.files(quick=True, advance=lambda _files: None)) == {"digest_list"}


def test_orphans_are_told(story: Any) -> None:
    import os

    path = evidence_folder() / f"{'cd' * 16}.age"
    path.write_bytes(b"sealed")
    os.utime(path, (1, 1))
    assert by_name(kept.files(quick=True, advance=lambda _files: None))["orphans"].state is State.LOOK


# --- around it --------------------------------------------------------------------------------------------------------
def test_a_full_disk_is_named(story: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(1000, 990, 10))
    assert bad(running.disk()) == {"disk"}


def test_an_old_backup_is_named(data_folder: Path) -> None:
    assert "backup" in bad(running.backups())  # none
    note_backup(data_folder, datetime.now(UTC) - timedelta(days=8))
    assert "backup" in bad(running.backups())
    note_backup(data_folder, datetime.now(UTC))
    assert "backup" not in bad(running.backups())
    (data_folder / "last-backup.txt").write_text("yesterday")
    assert "backup" in bad(running.backups())


def test_work_that_failed_is_named(data_folder: Path, db: Any) -> None:
    assert by_name(running.on_a_timer())["timer"].state is State.LOOK  # nobody serves
    moment = datetime.now(UTC)
    ChoreRun.objects.create(name="sign_checkpoint", tried_at=moment, problem="custody log: lines are missing")
    (check,) = running.on_a_timer()
    assert check.state is State.BAD
    assert "sign_checkpoint: custody log: lines are missing" in check.found


def test_late_work_of_a_running_server_is_named(data_folder: Path, db: Any) -> None:
    import fcntl

    with (data_folder / ".serve.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert bad(running.on_a_timer()) == {"timer"}


def test_swap_in_clear_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    swaps = tmp_path / "swaps"
    monkeypatch.setattr(running, "SWAPS", swaps)
    head = "Filename Type Size Used Priority\n"
    for row, state in (
        ("", State.WELL),
        ("/dev/dm-1 partition 1 0 -2\n", State.WELL),
        ("/swap.img file 1 0 -2\n", State.LOOK),
    ):
        swaps.write_text(head + row)
        (check,) = running.swap()
        assert check.state is state, row


def test_a_missing_second_factor_is_told(cast: Any) -> None:
    assert by_name(running.accounts())["second_factor"].state is State.LOOK


# --- the folder -------------------------------------------------------------------------------------------------------
@pytest.fixture
def folder(tmp_path: Path) -> Path:
    from panah.vault.signer import Signer

    path = tmp_path / "panah"
    path.mkdir(mode=0o700)
    Signer.load_or_create(path / "signer.key", "panah")
    for name, size in (("secret.key", 32), ("panah.sqlite3", 10)):
        (path / name).write_bytes(bytes(size))
        (path / name).chmod(0o600)
    return path


HARMS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "secret key gone": ("secret_key_file", lambda path: (path / "secret.key").unlink()),
    "secret key cut": ("secret_key_file", lambda path: (path / "secret.key").write_bytes(b"short")),
    "secret key open": ("secret_key_file", lambda path: (path / "secret.key").chmod(0o640)),
    "signer gone": ("signer_key", lambda path: (path / "signer.key").unlink()),
    "signer open": ("signer_key", lambda path: (path / "signer.key").chmod(0o604)),
    "signer no key": ("signer_key", lambda path: (path / "signer.key").write_text("x")),
    "database gone": ("database_file", lambda path: (path / "panah.sqlite3").unlink()),
    "folder open": ("readable", lambda path: path.chmod(0o755)),
}


@pytest.mark.parametrize("harm", HARMS)
def test_keys_and_folder(folder: Path, harm: str) -> None:
    assert bad(folder_and_keys(folder, has_address=False)) == set()
    name, break_it = HARMS[harm]
    before = {path.name for path in folder.iterdir()}
    break_it(folder)
    assert bad(folder_and_keys(folder, has_address=False)) == {name}
    assert {path.name for path in folder.iterdir()} <= before, "nothing is made in the place of what is missing"
