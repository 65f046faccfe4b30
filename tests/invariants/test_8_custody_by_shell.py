"""Proof test 8: the custody log changed, cut or forked is told with its line by the shell alone, on SQLite and PostgreSQL.

The attacker owns the server: takes the triggers off, rewrites the rows, holds the signing key and signs the sums anew.
What stops them is the checkpoint that was given away before, and for a fork the second bundle.
"""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyrage
import pytest
from custody_forging import chained_anew, rewrite, triggers_off
from django.db import connection, transaction
from stores_factories import tell

from panah.bundle import create
from panah.bundle.contents import sums_text
from panah.bundle.creating import shipped
from panah.vault.checkpoint import Checkpoint
from panah.web.evidence import custody
from panah.web.evidence.models import CustodyEntry

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl (apt install openssl)"),
]
RECIPIENT = str(pyrage.x25519.Identity.generate().to_public())
KEPT = 6
"""Lines that stay the same in both histories of a fork."""


@pytest.fixture
def log(cast: Any, data_folder: Path) -> list[bytes]:
    """Some lines of real work."""
    story = tell(cast.case_worker)
    story.answered_incident()
    story.reopened()
    tell(cast.colleague)
    return custody.all_lines()


def held() -> list[bytes]:
    """What the database says now, read past our own code."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT line FROM evidence_custodyentry ORDER BY seq")
        return [f"{line}\n".encode() if not line.endswith("\n") else line.encode() for (line,) in cursor.fetchall()]


def unpacked(lines: list[bytes], folder: Path) -> Path:
    """A bundle that shows the whole log, unpacked."""
    packed = folder.with_suffix(".zip")
    create(packed, [], recipients=[RECIPIENT], signer=custody.signer(), custody_lines=lines, origin=custody.ORIGIN)
    with zipfile.ZipFile(io.BytesIO(packed.read_bytes())) as bundle:
        bundle.extractall(folder)
    return folder


def sign_again(folder: Path) -> None:
    rest = {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith("SHA256SUMS")}
    sums = sums_text({name: hashlib.sha256(content).hexdigest() for name, content in rest.items()})
    (folder / "SHA256SUMS").write_bytes(sums)
    (folder / "SHA256SUMS.sig").write_bytes(custody.signer().sign(sums))


def shell(folder: Path, *arguments: str) -> tuple[int, str]:
    """verify.sh in a folder, with no program of ours."""
    (folder / "verify.sh").write_bytes(shipped("verify.sh"))
    command = ["sh", "verify.sh", *arguments]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=60, env={"PATH": "/usr/bin:/bin"}
    )
    return done.returncode, done.stdout + done.stderr


def edited(lines: list[str]) -> list[str]:
    return [*lines[:3], lines[3].replace('"act":"', '"act":"x', 1), *lines[4:]]


CHANGES: dict[str, tuple[Callable[[list[str]], list[str]], str]] = {
    "change": (edited, "line 5 does not follow"),
    "delete": (lambda lines: lines[:3] + lines[4:], "line 4 does not follow"),
    "delete the first": (lambda lines: lines[1:], "line 1 does not follow"),
    "insert": (lambda lines: [*lines[:3], lines[2], *lines[3:]], "line 4 does not follow"),
    "reorder": (lambda lines: [*lines[:3], lines[4], lines[3], *lines[5:]], "line 4 does not follow"),
    "truncate": (lambda lines: lines[:-2], "has {n-2} lines, {n} were signed"),
    "change and mend every hash": (lambda lines: chained_anew(edited_act(lines)), "is not the log that was signed"),
    "empty": (lambda lines: [], "has 0 lines, {n} were signed"),
}


def edited_act(lines: list[str]) -> list[str]:
    return [*lines[:3], other_act(lines[3]), *lines[4:]]


def other_act(line: str) -> str:
    """The same line, about something else that was done."""
    return re.sub(r'"act":"[a-z-]+"', '"act":"derived"', line)


@pytest.mark.parametrize(("change", "said"), CHANGES.values(), ids=CHANGES.keys())
def test_the_shell_tells_each_change_with_its_line(
    log: list[bytes], tmp_path: Path, change: Callable[[list[str]], list[str]], said: str
) -> None:
    folder = unpacked(log, tmp_path / "given")
    assert shell(folder)[0] == 0
    triggers_off()
    rewrite(change([line.decode() for line in log]))
    (folder / "custody.jsonl").write_bytes(b"".join(held()))
    sign_again(folder)
    code, told = shell(folder)
    assert code == 1
    assert said.replace("{n}", str(len(log))).replace("{n-2}", str(len(log) - 2)) in told


def test_the_same_log_read_back_verifies(log: list[bytes], tmp_path: Path) -> None:
    """The control: taking the triggers off and writing the same rows, sums signed anew, changes nothing."""
    folder = unpacked(log, tmp_path / "given")
    triggers_off()
    rewrite([line.decode() for line in log])
    (folder / "custody.jsonl").write_bytes(b"".join(held()))
    sign_again(folder)
    code, told = shell(folder)
    assert (code, f"{len(log)} custody lines" in told) == (0, True), told


def forked(log: list[bytes]) -> list[bytes]:
    """Another history of the same length, whole in itself, made by who owns database and key."""
    lines = [line.decode() for line in log]
    lines[KEPT] = other_act(lines[KEPT])
    triggers_off()
    rewrite(chained_anew(lines))
    return held()


def test_a_fork_is_told_with_its_line_to_whoever_sees_both(log: list[bytes], tmp_path: Path) -> None:
    first, second = unpacked(log, tmp_path / "first"), unpacked(forked(log), tmp_path / "second")
    sizes = [Checkpoint.from_text((each / "checkpoint").read_bytes()) for each in (first, second)]
    assert sizes[0].size == sizes[1].size
    assert sizes[0].root != sizes[1].root
    assert shell(first)[0] == shell(second)[0] == 0  # each alone is a whole and signed log: nobody can tell
    for here, there in ((first, "../second"), (second, "../first")):
        code, told = shell(here, "--against", there)
        assert code == 1
        assert f"line {KEPT + 1} of the log is another one in" in told
    # who shows no line of it is still told: same size, another root
    (second / "custody.jsonl").write_bytes(b"")
    code, told = shell(first, "--against", "../second")
    assert (code, "have different roots: two histories" in told) == (1, True), told


def test_an_honest_log_that_grew_is_one_history(log: list[bytes], cast: Any, tmp_path: Path) -> None:
    """The control."""
    first = unpacked(log, tmp_path / "first")
    tell(cast.colleague)
    second = unpacked(held(), tmp_path / "second")
    for here, there in ((first, "../second"), (second, "../first"), (first, "../first")):
        code, told = shell(here, "--against", there)
        assert (code, f"{len(log)} lines stand in both" in told) == (0, True), told


def test_another_sender_or_another_log_is_not_compared(log: list[bytes], tmp_path: Path) -> None:
    from panah.vault.signer import Signer

    first, other = unpacked(log, tmp_path / "first"), unpacked(log, tmp_path / "other")
    stranger = Signer.generate("panah.example")
    (other / "signer.pem").write_bytes(stranger.verifier.to_pem())
    assert "another key" in shell(first, "--against", "../other")[1]
    (other / "signer.pem").write_bytes((first / "signer.pem").read_bytes())
    (other / "checkpoint").write_bytes((other / "checkpoint").read_bytes().replace(b"panah", b"hanap"))
    assert "the signature of the checkpoint in" in shell(first, "--against", "../other")[1]
    assert shell(first, "--against", "../nowhere")[0] == 1


@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_sql_refuses_and_the_trigger_is_why(log: list[bytes], verb: str) -> None:
    """``test_3`` tries each table; here the control: the same statement passes once the trigger is off."""
    from django.db import DatabaseError

    statement = "UPDATE evidence_custodyentry SET line = 'x' WHERE seq = 1"
    if verb == "DELETE":
        statement = "DELETE FROM evidence_custodydetail; DELETE FROM evidence_custodyentry WHERE seq = 1"
    parts = statement.split("; ")
    with pytest.raises(DatabaseError, match="only grows"):
        execute(parts)
    assert CustodyEntry.objects.count() == len(log)
    triggers_off()
    assert execute(parts) == 1


@transaction.atomic
def execute(statements: list[str]) -> int:
    """All of them; how many rows the last one touched."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return cursor.rowcount
