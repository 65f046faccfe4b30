"""Invariant 3: editing or dropping a log entry is detected by anyone holding an earlier checkpoint.

The attack: an administrator who owns the database takes the triggers off and changes the log in every way there is.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from stores_factories import tell

from panah.errors import CustodyBroken, PanahError
from panah.vault.custody import entry_line, read_line
from panah.web.cases.append_only import append_only
from panah.web.evidence import custody
from panah.web.evidence.models import Checkpoint, CustodyDetail, CustodyEntry


@pytest.fixture
def note(cast: Any, data_folder: Path) -> bytes:
    """A checkpoint that a partner organisation holds; the log goes on after it."""
    story = tell(cast.case_worker)
    story.answered_incident()
    held = custody.checkpoint().note.encode()
    story.claim()
    custody.check_note(held)
    return held


def triggers_off() -> None:
    with connection.schema_editor() if connection.vendor == "postgresql" else _plain() as editor:
        for table in ("evidence_custodyentry", "evidence_checkpoint"):
            append_only(table).reverse_code(None, editor)


class _plain:  # noqa: N801 a stand-in for Django's editor, which SQLite refuses inside a transaction
    connection = connection

    def __enter__(self) -> _plain:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def execute(self, statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)


def all_rows() -> list[str]:
    return list(CustodyEntry.objects.order_by("seq").values_list("line", flat=True))


def rewrite(lines: list[str]) -> None:
    CustodyDetail.objects.all().delete()
    CustodyEntry.objects.all().delete()
    CustodyEntry.objects.bulk_create(CustodyEntry(seq=n, line=line) for n, line in enumerate(lines, start=1))


def chained_anew(lines: list[str]) -> list[str]:
    """A forger who knows the format mends every hash after the change."""
    mended: list[bytes] = []
    for line in lines:
        entry = read_line(line.encode())
        mended.append(
            entry_line(
                mended[-1] if mended else None,
                actor=entry.actor,
                act=entry.act,
                item=entry.item,
                detail=entry.detail,
            )
        )
    return [line.decode() for line in mended]


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
    triggers_off()
    rewrite(change(all_rows()))
    n_signed = Checkpoint.objects.count()
    for use in (custody.verify_custody, custody.checkpoint):
        with pytest.raises(CustodyBroken):
            use()
    assert Checkpoint.objects.count() == n_signed


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
