"""The custody log: its one spelling, its chain, and every way somebody may tamper with it."""

from __future__ import annotations

import csv
import json
import multiprocessing
import os
import signal
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from vault_cast import ACTS, ALICE, BOB, NOON, log_of

from panah.errors import CustodyBroken, NotConfigured, UnknownCode
from panah.vault import custody
from panah.vault.custody import CustodyLog
from panah.vault.custody import log as custody_log

HEX_64 = st.text("0123456789abcdef", min_size=64, max_size=64)


@given(
    act=st.sampled_from(sorted(custody.acts())),
    actor=st.text("0123456789abcdef", min_size=32, max_size=32) | st.sampled_from(custody.NAMELESS_ACTORS),
    item=HEX_64 | st.none(),
    detail=HEX_64 | st.none(),
    at=st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001
)
@settings(max_examples=60)
def test_a_line_is_rfc_8785_and_reads_back(act: str, actor: str, item: str, detail: str, at: datetime) -> None:
    line = custody.entry_line(None, actor=actor, act=act, item=item, detail=detail, at=at)
    values = json.loads(line)
    assert rfc8785.dumps(values) + b"\n" == line
    assert set(values) == {"v", "seq", "prev", "t", "actor", "act", "item", "detail"}
    entry = custody.read_line(line)
    assert (entry.act, entry.actor, entry.item, entry.detail, entry.seq) == (act, actor, item, detail, 1)
    assert custody.verify([line]) == custody.Head(1, custody.line_digest(line))


def test_a_known_line_has_its_known_bytes() -> None:
    """Written by hand after the format's description: format 1 must not drift."""
    line = custody.entry_line(None, actor=ALICE, act="received", item="e" * 64, at=NOON)
    assert line == (
        b'{"act":"received","actor":"' + b"a" * 32 + b'","detail":null,"item":"' + b"e" * 64 + b'",'
        b'"prev":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",'
        b'"seq":1,"t":"2026-05-01T12:00:00Z","v":1}\n'
    )


def test_only_the_hour_is_written_and_it_is_utc() -> None:
    east = datetime(2026, 5, 1, 2, 59, 59, 999999, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    assert custody.read_line(custody.entry_line(None, actor=ALICE, act="viewed", at=east)).at == "2026-04-30T21:00:00Z"


@pytest.mark.parametrize(
    "bad", [{"actor": "Renagul"}, {"actor": "a" * 31}, {"item": "phone.xml"}, {"detail": "said no"}, {"item": "E" * 64}]
)
def test_a_line_has_no_room_for_anything_personal(bad: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="hexadecimal") as caught:
        custody.entry_line(None, **({"actor": ALICE, "act": "viewed"} | bad))
    assert next(iter(bad.values())) not in str(caught.value)


def test_an_unknown_act_is_refused() -> None:
    with pytest.raises(UnknownCode):
        custody.entry_line(None, actor=ALICE, act="hacked")


def test_the_acts_of_the_design_are_there_each_with_its_meaning() -> None:
    asked = "received hashed parsed viewed annotated derived exported timestamped fixity-ok fixity-failed"
    assert {*asked.split(), "key-granted", "key-revoked", "sealed", "deleted"} <= custody.acts().keys()
    assert all(custody.acts().values())
    path = Path(custody.__file__).with_name("acts.csv")
    assert len(list(csv.DictReader(path.open(encoding="utf-8")))) == len(custody.acts())


def test_a_sound_log_verifies_whole_and_in_parts() -> None:
    lines = log_of(25)
    head = custody.verify(lines)
    assert head == custody.Head(25, custody.line_digest(lines[-1]))
    first = custody.verify(lines[:10])
    assert custody.verify(lines[10:], after=first) == head
    assert custody.verify([]) == custody.EMPTY


def test_the_chain_is_what_a_shell_loop_computes(tmp_path: Path) -> None:
    """A second implementation that shares nothing with ours."""
    (tmp_path / "log").write_bytes(b"".join(log_of(6)))
    script = r"""
    prev=$(printf '' | sha256sum); prev=${prev%% *}
    while IFS= read -r line; do
        case $line in *'"prev":"'"$prev"'"'*) echo ok ;; *) echo broken ;; esac
        prev=$(printf '%s\n' "$line" | sha256sum); prev=${prev%% *}
    done <log
    """
    said = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert said.split() == ["ok"] * 6


def broken_line(lines: list[bytes]) -> int:
    """Which line ``verify`` complains about."""
    with pytest.raises(CustodyBroken) as caught:
        custody.verify(lines, where="log")
    return int(caught.value.where.removeprefix("log, line "))


@pytest.mark.parametrize("at", range(12))
def test_editing_any_act_is_told_with_its_line_or_the_next(at: int) -> None:
    lines = log_of(12)
    entry = json.loads(lines[at])
    entry["act"] = ACTS[(ACTS.index(entry["act"]) + 1) % len(ACTS)]
    lines[at] = rfc8785.dumps(entry) + b"\n"
    if at == 11:  # the last line has no successor: only a signed checkpoint sees it
        assert custody.verify(lines).digest != custody.verify(log_of(12)).digest
    else:
        assert broken_line(lines) == at + 2


@pytest.mark.parametrize("at", range(11))
def test_deleting_inserting_and_exchanging_lines_is_told_with_the_line(at: int) -> None:
    lines = log_of(12)
    assert broken_line(lines[:at] + lines[at + 1 :]) == at + 1
    assert broken_line([*lines[:at], lines[at], *lines[at:]]) == at + 2
    assert broken_line([*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]]) == at + 1
    stranger = custody.entry_line(lines[at], actor=BOB, act="viewed", at=NOON)
    assert broken_line([*lines[: at + 1], stranger, *lines[at + 1 :]]) == at + 3


def test_renumbering_after_a_removal_is_told() -> None:
    lines = log_of(6)
    for at in range(3, 6):
        entry = json.loads(lines[at])
        entry["seq"] -= 1
        lines[at] = rfc8785.dumps(entry) + b"\n"
    assert broken_line(lines[:2] + lines[3:]) == 3


def test_every_flipped_bit_but_in_the_last_line_is_told() -> None:
    lines = log_of(3)
    for at in range(len(lines[0]) * 8):
        changed = bytearray(lines[0])
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises(CustodyBroken):
            custody.verify([bytes(changed), *lines[1:]])


@pytest.mark.parametrize(
    "spelling",
    [
        lambda line: line.replace(b":", b": ", 1),
        lambda line: line.replace(b'{"act"', b'{ "act"'),
        lambda line: line[:-1] + b"\r\n",
        lambda line: line[:-1],
        lambda line: b"\n" + line,
        lambda line: b"\xef\xbb\xbf" + line,
        lambda line: line.replace(b'"seq":1', b'"seq":1.0'),
        lambda line: line.replace(b'"seq":1', b'"seq":01'),
        lambda line: line.replace(b":00:00Z", b":30:00Z"),
        lambda line: line.replace(b'"v":1', b'"v":2'),
        lambda line: line.replace(b'"v":1', b'"v":1,"x":"Renagul"'),
        lambda line: line.replace(b'"received"', b'"unheard-of"'),
        lambda _line: b"",
        lambda _line: b"null\n",
        lambda _line: os.urandom(300) + b"\n",
    ],
)
def test_any_other_spelling_is_refused(spelling: object) -> None:
    (line,) = log_of(1)
    with pytest.raises(CustodyBroken):
        custody.verify([spelling(line)])  # type: ignore[operator]


@given(junk=st.lists(st.binary(max_size=400), min_size=1, max_size=3))
@settings(max_examples=60)
def test_hostile_lines_raise_nothing_else(junk: list[bytes]) -> None:
    with pytest.raises(CustodyBroken):
        custody.verify(junk)
    with pytest.raises(CustodyBroken):
        custody.entry_line(junk[0], actor=ALICE, act="viewed")


def test_a_log_file_grows_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    log = CustodyLog(tmp_path / "custody.jsonl")
    assert log.lines() == []
    assert log.verify() == custody.EMPTY
    written = [log.append(actor=ALICE, act=act, at=NOON) for act in ACTS]
    assert log.lines() == written
    assert log.verify().size == len(ACTS)
    assert stat.S_IMODE(log.path.stat().st_mode) == 0o600


@pytest.mark.parametrize("cut", [1, 2, 50, 200])
def test_a_torn_last_line_stops_everything_until_it_is_repaired_and_said_so(tmp_path: Path, cut: int) -> None:
    log = CustodyLog(tmp_path / "custody.jsonl")
    for _ in range(3):
        log.append(actor=ALICE, act="viewed", at=NOON)
    whole = log.path.read_bytes()
    log.path.write_bytes(whole[:-cut])
    with pytest.raises(CustodyBroken, match="torn"):
        log.append(actor=ALICE, act="viewed")
    with pytest.raises(CustodyBroken, match="line 3"):
        log.verify()
    torn = whole[:-cut].rpartition(b"\n")[2]
    told = log.repair()
    assert told is not None
    assert custody.read_line(told).act == "repaired"
    assert custody.read_line(told).detail == custody.line_digest(torn)
    assert log.lines()[:2] == whole.splitlines(keepends=True)[:2]
    assert log.verify().size == 3
    assert log.repair() is None
    log.append(actor=ALICE, act="viewed")
    assert log.verify().size == 4


def test_a_log_torn_in_its_first_line_can_be_repaired(tmp_path: Path) -> None:
    log = CustodyLog(tmp_path / "custody.jsonl")
    log.path.write_bytes(log_of(1)[0][:30])
    assert log.repair() is not None
    assert log.verify().size == 1


def test_what_is_no_log_is_not_cut_off(tmp_path: Path) -> None:
    log = CustodyLog(tmp_path / "custody.jsonl")
    log.path.write_bytes(b"x" * 10_000)
    with pytest.raises(CustodyBroken, match="no custody log"):
        log.repair()
    assert log.path.stat().st_size == 10_000
    log.path.write_bytes(b"x" * 10_000 + b"\n")
    with pytest.raises(CustodyBroken):
        log.append(actor=ALICE, act="viewed")


def test_a_full_disk_leaves_the_log_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno

    log = CustodyLog(tmp_path / "custody.jsonl")
    log.append(actor=ALICE, act="viewed", at=NOON)
    real, calls = os.write, []

    def half(descriptor: int, data: bytes) -> int:
        calls.append(1)
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, bytes(data)[:20])

    monkeypatch.setattr(custody_log.os, "write", half)
    with pytest.raises(NotConfigured, match="disk is full"):
        log.append(actor=ALICE, act="viewed", at=NOON)
    monkeypatch.undo()
    assert log.verify().size == 1
    log.append(actor=ALICE, act="viewed", at=NOON)
    assert log.verify().size == 2


def append_some(path: Path, actor: str) -> None:
    log = CustodyLog(path)
    for _ in range(20):
        log.append(actor=actor, act="viewed", at=NOON)


def test_several_processes_share_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "custody.jsonl"
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=append_some, args=(path, actor)) for actor in (ALICE, BOB)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert CustodyLog(path).verify().size == 40
    assert {custody.read_line(line).actor for line in CustodyLog(path).lines()} == {ALICE, BOB}


APPEND_FOR_EVER = """
import sys
from pathlib import Path
from panah.vault.custody import CustodyLog
log = CustodyLog(Path(sys.argv[1]))
while True:
    log.append(actor="a" * 32, act="viewed")
    print(".", end="", flush=True)
"""


def test_kill_9_loses_no_acknowledged_line(tmp_path: Path) -> None:
    path = tmp_path / "custody.jsonl"
    acknowledged = 0
    for wait_s in (0.01, 0.03, 0.05):
        process = subprocess.Popen([sys.executable, "-c", APPEND_FOR_EVER, path], stdout=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stdout.read(1) == b"."
        time.sleep(wait_s)
        process.send_signal(signal.SIGKILL)
        acknowledged += 1 + len(process.stdout.read())
        process.wait()
        process.stdout.close()
        log = CustodyLog(path)
        repaired = log.repair() is not None
        assert log.verify().size >= acknowledged + repaired
