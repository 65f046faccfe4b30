"""Settings from the environment: a wrong value fails at start and says what is allowed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from panah.errors import NotConfigured
from panah.web.config.databases import database
from panah.web.config.environment import envbool, envchoice, envint, envlist, envsecret

pytestmark = pytest.mark.slow  # real processes and connections; left out of `make check`


@pytest.mark.parametrize(("text", "meant"), [("true", True), ("YES", True), ("0", False), ("off", False), ("", False)])
def test_yes_and_no(monkeypatch: pytest.MonkeyPatch, text: str, meant: bool) -> None:
    monkeypatch.setenv("PANAH_X", text)
    assert envbool("X", default=not meant) is meant


def test_neither_yes_nor_no_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PANAH_X", "maybe")
    with pytest.raises(NotConfigured, match="write true or false") as refused:
        envbool("X", default=True)
    assert "maybe" not in str(refused.value)


@pytest.mark.parametrize("text", ["0", "61", "ten", "1.5", ""])
def test_a_number_out_of_bounds_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("PANAH_X", text)
    with pytest.raises(NotConfigured, match="from 1 to 60"):
        envint("X", 5, at_least=1, at_most=60)


def test_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PANAH_X", " a.example , b.example,")
    assert envlist("X", []) == ["a.example", "b.example"]
    with pytest.raises(NotConfigured, match="ERROR or INFO"):
        envchoice("X", "INFO", ("ERROR", "INFO"))


def test_a_secret_from_a_file_but_never_from_both(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("s3cret\n")
    monkeypatch.setenv("PANAH_X_FILE", str(file))
    assert envsecret("X") == "s3cret"
    monkeypatch.setenv("PANAH_X", "other")
    with pytest.raises(NotConfigured, match="set twice") as refused:
        envsecret("X")
    assert "s3cret" not in str(refused.value)
    monkeypatch.delenv("PANAH_X")
    for broken in ("", "\n"):
        file.write_text(broken)
        with pytest.raises(NotConfigured, match="empty"):
            envsecret("X")
    monkeypatch.setenv("PANAH_X_FILE", str(tmp_path / "missing"))
    with pytest.raises(NotConfigured, match="cannot be read"):
        envsecret("X")


@pytest.mark.parametrize("address", ["mysql://a@b/c", "nonsense", "postgres//x", "sqlite://"])
def test_a_wrong_database_address_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    with pytest.raises(NotConfigured, match="DATABASE_URL"):
        database(tmp_path)


def test_the_default_database_is_careful(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    options = database(tmp_path)["OPTIONS"]
    for word in ("journal_mode=WAL", "secure_delete=ON", "foreign_keys=ON", "temp_store=MEMORY"):
        assert word in options["init_command"]


def in_a_new_process(code: str, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PANAH", "DJANGO", "DATABASE"))}
    clean |= {"PANAH_DATA": str(data)} | environment
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=clean, timeout=60)


BOOT = (
    "import sys; from panah.web.config import boot; boot(sys.argv[1] if sys.argv[1:] else None, {door!r}, migrate={m})"
)


def test_boot_makes_the_database_and_keeps_everything_private(tmp_path: Path) -> None:
    data = tmp_path / "data"
    done = in_a_new_process(BOOT.format(door="desk", m=True), data)
    assert done.returncode == 0, done.stderr
    names = {path.name: path.stat().st_mode & 0o077 for path in data.iterdir()}
    assert "panah.sqlite3" in names
    assert not any(names.values()), "nobody else may read any of it"


@pytest.mark.parametrize(
    ("name", "value"), [("PANAH_HTTPS", "perhaps"), ("PANAH_IDLE_MINUTES", "0"), ("PANAH_LOG_LEVEL", "loud")]
)
def test_a_wrong_setting_stops_the_start(tmp_path: Path, name: str, value: str) -> None:
    done = in_a_new_process(BOOT.format(door="desk", m=False), tmp_path, **{name: value})
    assert done.returncode == 1
    assert name in done.stderr
    assert "NotConfigured" in done.stderr


def test_the_public_door_does_not_even_load_the_register(tmp_path: Path) -> None:
    code = BOOT.format(door="front", m=False) + (
        "; import sys; bad = [m for m in sys.modules if m.startswith(('panah.web.register', 'panah.web.lists',"
        " 'panah.web.outflow', 'panah.web.desk', 'panah.web.cases.opening', 'panah.vault.unseal'))]"
        "; from django.test import Client; from django.conf import settings"
        "; settings.ALLOWED_HOSTS.append('testserver')"
        "; assert Client().get('/').status_code == 200; print(bad)"
    )
    done = in_a_new_process(code, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def test_over_https_the_cookies_are_bound_to_the_host(tmp_path: Path) -> None:
    code = BOOT.format(door="desk", m=False) + (
        "; from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME,"
        " s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0, s.DEBUG)"
    )
    done = in_a_new_process(code, tmp_path, PANAH_HTTPS="true")
    assert done.stdout.split() == ["__Host-panah_desk", "__Host-panah_csrf", "True", "True", "True", "False"]
    plain = in_a_new_process(code, tmp_path)
    assert plain.stdout.split()[0] == "panah_desk"
