"""A backup and its restore: everything comes back as it was, from one moment, never in clear; without the key set no case
key is there; every spoiled byte is told and leaves nothing; a hostile backup reaches no other file."""

from __future__ import annotations

import hashlib
import io
import os
import sqlite3
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyrage
import pytest
from backup_cast import CANARY, IDENTITY, ORIGIN, RECIPIENT, identity, installation, rows
from vault_cast import log_of

from panah.backup import MadeBackup, expire_key_sets, make_backup, restore
from panah.backup.making import PART_BYTES
from panah.errors import Altered, CustodyBroken, NotConfigured, NotOpened, NotVerified, PanahError, Unreadable
from panah.vault.checkpoint import Checkpoint, write_note
from panah.vault.shares import join_identity, split_identity
from panah.vault.signer import Signer


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installation(tmp_path_factory.mktemp("data") / "panah")


@pytest.fixture(scope="module")
def made(data: Path, tmp_path_factory: pytest.TempPathFactory) -> MadeBackup:
    return make_backup(data, tmp_path_factory.mktemp("backups"), recipients=[RECIPIENT])


def inside(path: Path) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(pyrage.decrypt(path.read_bytes(), [identity]))) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]


def sealed(files: dict[str, bytes], target: Path, *, kinds: dict[str, bytes] | None = None) -> Path:
    """A backup of any files, as whoever knows the recipient can make one."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            entry.type = (kinds or {}).get(name, tarfile.REGTYPE)
            entry.linkname = "/etc/passwd" if name in (kinds or {}) else ""
            tar.addfile(entry, io.BytesIO(content))
    target.write_bytes(pyrage.encrypt(packed.getvalue(), [identity.to_public()]))
    return target


def signed(files: dict[str, bytes], key: Signer) -> dict[str, bytes]:
    """Sums and signature made new."""
    rest = {name: content for name, content in files.items() if not name.startswith(("SHA256SUMS", "signer.pem"))}
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in rest.items()).encode()
    return rest | {"SHA256SUMS": sums, "SHA256SUMS.sig": key.sign(sums), "signer.pem": key.verifier.to_pem()}


def test_everything_comes_back_as_it_was(data: Path, made: MadeBackup, tmp_path: Path) -> None:
    restored = restore(made.main, made.keys, tmp_path / "new", identities=IDENTITY)
    before, after = rows(data / "panah.sqlite3"), rows(tmp_path / "new/panah.sqlite3")
    assert after.pop("accounts_sessionrow") == []
    before.pop("accounts_sessionrow")
    assert after == before
    assert (restored.custody_lines, restored.checkpoint_lines, restored.keys, restored.missing) == (20, 13, True, ())
    for name in ("secret.key", "signer.key", "releases/2026-1/table.csv", f"evidence/{0:032x}.age"):
        assert (tmp_path / "new" / name).read_bytes() == (data / name).read_bytes()
        assert (tmp_path / "new" / name).stat().st_mode & 0o077 == 0
    assert not (tmp_path / "new/spool").exists()
    assert not (tmp_path / "new/evidence/link.age").exists()
    with pytest.raises(sqlite3.IntegrityError, match="only grows"):
        sqlite3.connect(tmp_path / "new/panah.sqlite3").execute("DELETE FROM evidence_custodyentry")


def test_without_the_key_set_there_is_no_case_key_anywhere(made: MadeBackup, tmp_path: Path) -> None:
    main, keys = inside(made.main), inside(made.keys)
    assert b"WRAPPED CASE KEY".hex().upper().encode() in b"".join(keys.values())  # the control
    assert b"WRAPPED CASE KEY".hex().upper().encode() not in b"".join(main.values())
    restored = restore(made.main, None, tmp_path / "new", identities=IDENTITY)
    assert not restored.keys
    assert rows(tmp_path / "new/panah.sqlite3")["cases_casekeywrap"] == []


def test_nothing_is_in_clear_and_sessions_and_the_spool_stay_out(made: MadeBackup) -> None:
    for path in (made.main, made.keys):
        assert path.stat().st_mode & 0o077 == 0
        assert path.read_bytes().startswith(b"age-encryption.org/v1\n")
        for text in (CANARY.encode(), b"CREATE TABLE", b"OPEN SESSION", b"evidence/"):
            assert text not in path.read_bytes()
    everything = b"".join(inside(made.main).values()) + b"".join(inside(made.keys).values())
    assert b"CREATE TABLE" in everything  # the control
    assert b"OPEN SESSION".hex().upper().encode() not in everything
    assert CANARY.encode() not in everything.replace(b"\x00", b"")


def test_standard_tools_read_it(made: MadeBackup, data: Path) -> None:
    """cat the pieces of both sets into sqlite3: the SQL is plain."""
    connection = sqlite3.connect(":memory:")
    for path in (made.main, made.keys):
        files = inside(path)
        connection.executescript(b"".join(files[name] for name in files if name.startswith("database/")).decode())
    expected = rows(data / "panah.sqlite3")["cases_casekeywrap"]
    assert connection.execute("SELECT * FROM cases_casekeywrap ORDER BY 1").fetchall() == expected


def test_it_is_of_one_moment_while_others_write(tmp_path: Path) -> None:
    data = installation(tmp_path / "data", lines=400, signed=(400,))
    writer = sqlite3.connect(data / "panah.sqlite3", isolation_level=None, check_same_thread=False)
    done: list[int] = []

    def write_meanwhile(_bytes: int) -> None:
        done.append(1)
        writer.execute("INSERT INTO accounts_member VALUES(?, 'new', x'00')", (f"late {len(done)}",))
        writer.execute("DELETE FROM cases_casekeywrap WHERE id = (SELECT max(id) FROM cases_casekeywrap)")

    made = make_backup(data, tmp_path, recipients=[RECIPIENT], advance=write_meanwhile)
    assert len(done) > 1
    restore(made.main, made.keys, tmp_path / "new", identities=IDENTITY)
    after = rows(tmp_path / "new/panah.sqlite3")
    assert len(after["accounts_member"]) == len(after["cases_casekeywrap"]) == 5


def test_a_file_that_goes_while_others_are_read_makes_no_backup_with_a_hole(tmp_path: Path) -> None:
    """Sealed anew after the moment of the rows: those name a file that is nowhere. One that no row names may go."""
    data, target = installation(tmp_path / "data"), tmp_path / "target"
    target.mkdir()
    (data / "evidence" / f"{0:032x}.age").write_bytes(os.urandom(30_000_000))  # read first, and long
    (data / "evidence" / f"{9:032x}.age").write_bytes(b"a draft's")
    going = [data / "evidence" / f"{9:032x}.age"]

    def go_meanwhile(_bytes: int) -> None:
        while going:
            going.pop().unlink()

    assert make_backup(data, target, recipients=[RECIPIENT], advance=go_meanwhile)  # the control
    going.append(data / "evidence" / f"{2:032x}.age")
    with pytest.raises(Unreadable, match="run it again"):
        make_backup(data, target, recipients=[RECIPIENT], advance=go_meanwhile, now=datetime(2026, 5, 1, tzinfo=UTC))
    assert len(list(target.iterdir())) == 2, "of the second nothing is left"
    later = datetime(2026, 5, 2, tzinfo=UTC)
    assert make_backup(data, target, recipients=[RECIPIENT], now=later)  # missing from the start: told by the restore


def test_without_the_installations_key_there_is_no_backup(tmp_path: Path) -> None:
    data = installation(tmp_path / "data")
    (data / "signer.key").unlink()
    with pytest.raises(NotConfigured, match="the key that signs is not there"):
        make_backup(data, tmp_path, recipients=[RECIPIENT])
    assert not (data / "signer.key").exists(), "a new key would sign what no restore believes"


def test_a_large_database_goes_in_pieces(tmp_path: Path) -> None:
    data = installation(tmp_path / "data")
    with sqlite3.connect(data / "panah.sqlite3") as database:
        database.execute("INSERT INTO accounts_member VALUES('big', ?, ?)", ("x;\n" * 1000, os.urandom(PART_BYTES)))
    made = make_backup(data, tmp_path, recipients=[RECIPIENT])
    assert len([name for name in inside(made.main) if name.startswith("database/")]) == 3
    restore(made.main, made.keys, tmp_path / "new", identities=IDENTITY)
    assert rows(tmp_path / "new/panah.sqlite3")["accounts_member"] == rows(data / "panah.sqlite3")["accounts_member"]


def test_any_two_shares_restore_it(made: MadeBackup, tmp_path: Path) -> None:
    shares = split_identity(IDENTITY)
    restore(made.main, made.keys, tmp_path / "new", identities=join_identity(shares[1:]))


def test_a_checkpoint_kept_elsewhere_shows_a_log_written_anew(data: Path, tmp_path: Path) -> None:
    """Whoever has the signing key rewrites log and checkpoints; only what was kept elsewhere tells."""
    key = Signer.load(data / "signer.key", ORIGIN)
    kept = Checkpoint.of(ORIGIN, log_of(20))
    other = installation(tmp_path / "other")
    (other / "signer.key").write_bytes((data / "signer.key").read_bytes())
    with sqlite3.connect(other / "panah.sqlite3") as database:
        database.executescript('DROP TRIGGER "only grows"; DELETE FROM evidence_custodyentry;')
        database.execute("DELETE FROM evidence_checkpoint")
        forged = log_of(20, actor="b" * 32)
        for seq, line in enumerate(forged, start=1):
            database.execute("INSERT INTO evidence_custodyentry VALUES(?, ?)", (seq, line.decode().rstrip("\n")))
        checkpoint = Checkpoint.of(ORIGIN, forged)
        row = (20, checkpoint.to_text().decode(), checkpoint.sign(key))
        database.execute("INSERT INTO evidence_checkpoint VALUES(?, ?, ?)", row)
    made = make_backup(other, tmp_path, recipients=[RECIPIENT])
    restore(made.main, made.keys, tmp_path / "unseen", identities=IDENTITY)  # the control: by itself it is sound
    for text in (kept.to_text(), write_note(kept, [key])):
        with pytest.raises(CustodyBroken):
            restore(made.main, made.keys, tmp_path / "new", identities=IDENTITY, checkpoint=text)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("spoil", ["changed", "cut", "cut at the end", "line removed", "wrong signature"])
def test_a_broken_custody_log_does_not_come_back(tmp_path: Path, spoil: str) -> None:
    data = installation(tmp_path / "data")
    with sqlite3.connect(data / "panah.sqlite3") as database:
        database.execute('DROP TRIGGER "only grows"')
        statement = {
            "changed": "UPDATE evidence_custodyentry SET line = replace(line, 'viewed', 'sealed') WHERE seq = 4",
            "cut": "DELETE FROM evidence_custodyentry WHERE seq > 10",
            "cut at the end": "DELETE FROM evidence_custodyentry WHERE seq > 12",
            "line removed": "DELETE FROM evidence_custodyentry WHERE seq = 7",
            "wrong signature": "UPDATE evidence_checkpoint SET signature = zeroblob(64) WHERE size = 5",
        }[spoil]
        database.execute(statement)
    made = make_backup(data, tmp_path, recipients=[RECIPIENT])
    with pytest.raises(NotVerified):
        restore(made.main, made.keys, tmp_path / "new", identities=IDENTITY)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["data", made.main.name, made.keys.name])


def test_every_flipped_byte_and_every_cut_is_told_and_leaves_nothing(made: MadeBackup, tmp_path: Path) -> None:
    content, spoilt = made.keys.read_bytes(), tmp_path / "spoilt"
    cases = [content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :] for at in range(0, len(content), 797)]
    cases += [content[:at] for at in range(0, len(content), 1997)]
    for number, case in enumerate(cases):
        spoilt.write_bytes(case)
        with pytest.raises((NotOpened, Altered, Unreadable)):
            restore(made.main, spoilt, tmp_path / f"new {number}", identities=IDENTITY)
    assert [path.name for path in tmp_path.iterdir()] == ["spoilt"]


def test_hostile_names_and_links_are_refused(made: MadeBackup, tmp_path: Path) -> None:
    right = inside(made.main)
    key = Signer.generate("stranger")
    for name in ("files/../../evil", "/etc/evil", "files/.hidden", "evil", "files/a/b\n", "files/x", "files/"):
        content = signed({**right, name: b"x"}, key)
        kinds = {name: tarfile.SYMTYPE} if name == "files/x" else None
        content = {**content, name: b""} if kinds else content
        with pytest.raises(PanahError):
            restore(sealed(content, tmp_path / "m", kinds=kinds), None, tmp_path / "new", identities=IDENTITY)
        assert [path.name for path in tmp_path.iterdir()] == ["m"]


@pytest.mark.parametrize(
    "statement",
    [
        "ATTACH DATABASE '{target}' AS evil; CREATE TABLE evil.x(y);",
        "PRAGMA writable_schema=ON;",
        "SELECT load_extension('{target}');",
        "VACUUM INTO '{target}';",
        "COMMIT;",
        "not sql;",
        "INSERT INTO nothing VALUES(1);",
        "unfinished",
    ],
)
def test_sql_in_a_backup_writes_rows_and_nothing_else(made: MadeBackup, tmp_path: Path, statement: str) -> None:
    target = tmp_path / "evil"
    files = inside(made.main)
    files["database/000001"] += (statement.format(target=target) + "\n").encode()
    backup = sealed(signed(files, Signer.generate("stranger")), tmp_path / "m")
    with pytest.raises(PanahError):
        restore(backup, None, tmp_path / "new", identities=IDENTITY)
    assert [path.name for path in tmp_path.iterdir()] == ["m"]


def test_whose_backup_it_is(data: Path, made: MadeBackup, tmp_path: Path) -> None:
    pem = Signer.load(data / "signer.key", ORIGIN).verifier.to_pem()
    restore(made.main, made.keys, tmp_path / "new", identities=IDENTITY, signer_pem=pem)
    stranger = Signer.generate("stranger")
    with pytest.raises(NotVerified, match="another key"):
        restore(made.main, made.keys, tmp_path / "no", identities=IDENTITY, signer_pem=stranger.verifier.to_pem())
    forged = sealed(signed(inside(made.main), stranger), tmp_path / "m")
    with pytest.raises(NotVerified, match="installation"):
        restore(forged, None, tmp_path / "no", identities=IDENTITY)
    other = make_backup(installation(tmp_path / "other"), tmp_path, recipients=[RECIPIENT])
    with pytest.raises(NotVerified, match="different installations"):
        restore(made.main, other.keys, tmp_path / "no", identities=IDENTITY)


def test_what_cannot_be_is_refused_before_anything_is_written(data: Path, made: MadeBackup, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/x").touch()
    stranger = str(pyrage.x25519.Identity.generate())
    attempts = [
        (made.main, made.keys, tmp_path / "full", IDENTITY),
        (made.main, made.keys, tmp_path / "new", stranger),
        (made.keys, made.main, tmp_path / "new", IDENTITY),  # the wrong way round
        (data / "secret.key", None, tmp_path / "new", IDENTITY),
        (tmp_path / "missing", None, tmp_path / "new", IDENTITY),
    ]
    for main, keys, into, identities in attempts:
        with pytest.raises(PanahError):
            restore(main, keys, into, identities=identities)
    assert [path.name for path in tmp_path.iterdir()] == ["full"]
    with pytest.raises(NotConfigured):
        make_backup(tmp_path, tmp_path, recipients=[RECIPIENT])
    with pytest.raises(NotConfigured):
        make_backup(data, tmp_path / "missing", recipients=[RECIPIENT])
    with pytest.raises(NotConfigured):
        make_backup(data, tmp_path, recipients=[])


def test_a_missing_sealed_file_is_told(tmp_path: Path) -> None:
    data = installation(tmp_path / "data")
    (data / "evidence" / f"{1:032x}.age").unlink()
    made = make_backup(data, tmp_path, recipients=[RECIPIENT])
    assert restore(made.main, made.keys, tmp_path / "new", identities=IDENTITY).missing == (f"{1:032x}",)


def test_key_sets_expire_and_the_newest_stays(tmp_path: Path) -> None:
    now = datetime(2026, 5, 1, tzinfo=UTC)
    for days in (0, 1, 29, 31, 90):
        stamp = (now - timedelta(days=days)).strftime("%Y%m%dT%H%M%SZ")
        for kind in ("main", "keys"):
            (tmp_path / f"panah-{stamp}.{kind}.age").touch()
    (tmp_path / "panah-19990101T000000Z.keys.age.txt").touch()  # not ours
    assert len(expire_key_sets(tmp_path, days=30, now=now)) == 2
    assert len(list(tmp_path.glob("*.keys.age"))) == 3
    assert len(list(tmp_path.glob("*.main.age"))) == 5
    assert len(expire_key_sets(tmp_path, days=1, now=now + timedelta(days=500))) == 2  # one key set stays
