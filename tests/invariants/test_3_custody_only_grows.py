"""Invariant 3: editing or dropping a log entry is detected by anyone holding an earlier checkpoint.

The attack: an administrator who owns the database takes the triggers off and changes the log in every way there is.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from custody_forging import all_rows, chained_anew, rewrite, triggers_off
from django.db import DatabaseError, connection, transaction
from stores_factories import tell

from panah.errors import CustodyBroken, PanahError
from panah.web.evidence import custody
from panah.web.evidence.models import Checkpoint, CustodyEntry, Tombstone, TreeState


@pytest.fixture
def note(cast: Any, data_folder: Path) -> bytes:
    """A checkpoint that a partner organisation holds; the log goes on after it."""
    story = tell(cast.case_worker)
    story.answered_incident()
    held = custody.checkpoint().note.encode()
    story.claim()
    custody.check_note(held)
    line = CustodyEntry.objects.order_by("-seq").first()
    Tombstone.objects.create(entry=line, case=story.opened.case, table="register_claim", row="0" * 32)
    return held


def edited(lines: list[str]) -> list[str]:
    return [line.replace('"act":"received"', '"act":"hashed"', 1) for line in lines]


CHANGES: dict[str, Callable[[list[str]], list[str]]] = {
    "edit one": edited,
    "drop the first": lambda lines: lines[1:],
    "drop one in the middle": lambda lines: lines[:3] + lines[4:],
    "cut off the end": lambda lines: lines[:4],
    "exchange two": lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]],
    "insert one": lambda lines: [*lines[:2], lines[1], *lines[2:]],
    "edit and mend every hash": lambda lines: chained_anew(edited(lines)),
    "drop one and mend every hash": lambda lines: chained_anew(lines[:3] + lines[4:]),
    "empty it": lambda lines: [],
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_every_change_is_detected_by_who_holds_a_checkpoint(
    note: bytes, change: Callable[[list[str]], list[str]]
) -> None:
    triggers_off()
    rewrite(change(all_rows()))
    with pytest.raises(CustodyBroken):
        custody.check_note(note)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_every_change_is_detected_here_too_and_is_never_signed(
    note: bytes, change: Callable[[list[str]], list[str]]
) -> None:
    """A checkpoint reads the new lines only: it refuses, or what it signs is the log as it was, not as it was forged."""
    triggers_off()
    rewrite(change(all_rows()))
    with pytest.raises(CustodyBroken):
        custody.verify_custody()
    try:
        signed = custody.checkpoint()
    except CustodyBroken:
        assert Checkpoint.objects.count() == 1
    else:
        with pytest.raises(CustodyBroken):
            custody.check_note(signed.note.encode())


def test_a_checkpoint_reads_what_came_after_the_last_one(
    note: bytes, cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(cast.colleague)
    read: list[int] = []
    real = custody._lines_after

    def watched(size: int) -> Any:
        for line in real(size):
            read.append(len(line))
            yield line

    monkeypatch.setattr(custody, "_lines_after", watched)
    monkeypatch.setattr(custody, "all_lines", lambda: pytest.fail("the whole log was read"))
    first = Checkpoint.objects.get()
    second = custody.checkpoint()
    assert len(read) == second.size - first.size > 0
    assert custody.checkpoint().size == second.size
    monkeypatch.undo()
    custody.verify_custody()  # the whole log, against both checkpoints
    assert custody.check_note(second.note.encode()).size == second.size


def test_a_kept_tree_that_is_not_the_signed_one_is_not_believed(note: bytes, cast: Any) -> None:
    tell(cast.colleague)
    triggers_off()
    state = TreeState.objects.get()
    forged = " ".join("00" * 32 for _each in state.complete.split())
    TreeState.objects.filter(size=state.size).update(complete=forged)
    with pytest.raises(CustodyBroken):
        custody.checkpoint()


@pytest.mark.parametrize(
    "table",
    ["evidence_custodyentry", "evidence_checkpoint", "evidence_treestate", "evidence_tombstone", "cases_caselog"],
)
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_sql_refuses_to_change_what_only_grows(note: bytes, table: str, verb: str) -> None:
    """On whichever database the suite runs; a later migration that re-makes a table must bring its triggers back."""
    columns = {"cases_caselog": "act", "evidence_custodyentry": "seq", "evidence_tombstone": "row"}
    column = columns.get(table, "size")
    statement = f'DELETE FROM "{table}"' if verb == "DELETE" else f'UPDATE "{table}" SET {column} = {column}'
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_forged_checkpoint_is_detected(note: bytes) -> None:
    triggers_off()
    kept = Checkpoint.objects.get()
    Checkpoint.objects.filter(size=kept.size).update(body=kept.body.replace("panah", "hanap"))
    with pytest.raises(PanahError):
        custody.verify_custody()


def test_an_honest_log_goes_on_verifying(note: bytes, cast: Any) -> None:
    """The control: what only grew is what the checkpoint saw, and more."""
    tell(cast.colleague)
    assert custody.check_note(note).size == len(all_rows())
    triggers_off()
    rewrite(all_rows())
    assert custody.check_note(note).size == len(all_rows())
