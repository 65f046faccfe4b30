"""A table on its way to a list: read as its columns are said to be, shown with every row that cannot be read, and kept
when a person confirms it. Before that it lies sealed, its key in the member's session alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from panah import link, tables
from panah.errors import BadRow, PanahError, Unreadable
from panah.link.roles import guess_roles
from panah.model.base import Record
from panah.model.linkage import RecordList
from panah.web.accounts.models import Member
from panah.web.cases.opening import OpenCase
from panah.web.evidence.actions import keep_sealed, keep_view
from panah.web.evidence.models import EvidenceItem
from panah.web.evidence.queries import record_in
from panah.web.evidence.renewal import into_the_room
from panah.web.intake import flows, waiting
from panah.web.intake.models import PendingFile
from panah.web.intake.records import SealedFile

from .actions import Import, import_list
from .models import DocumentationList
from .records import pack_record

SAMPLE_ROWS = 5


class TableDraft(Record):
    """A table that was sent and not confirmed yet."""

    file: SealedFile
    name: str
    list_id: str = ""
    """The list that it continues; empty for a new one."""
    roles: dict[str, str] = {}

    def __repr__(self) -> str:
        return "TableDraft()"


@dataclass(frozen=True, slots=True)
class Preview:
    """How a table reads with these roles; ``refusal`` says why it does not."""

    columns: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Column, role, the first values."""
    n_rows: int
    read: RecordList | None
    problems: tuple[BadRow, ...]
    refusal: str = ""


def draft_of(token: str) -> TableDraft | None:
    """The table that waits for the confirmation."""
    return flows.read(TableDraft, token) if token else None


def preview(draft: TableDraft) -> Preview:
    """Read the table as its columns are said to be.

    Raises:
        BadTable: It is no table at all.
    """
    with waiting.in_memory(draft.file) as path:
        try:
            table = tables.read_table(path)
            # a saved mapping of another table may name columns that this one does not have
            roles = guess_roles(table.header, {c: role for c, role in draft.roles.items() if c in table.header})
        except PanahError as error:
            raise type(error)(error.what, where="table", hint=error.hint) from error
        read, refusal = None, ""
        try:
            read = link.read_list(path, name=draft.name, roles=roles)
        except PanahError as error:
            refusal = f"{error.what}. {error.hint}".strip(" .")
    columns = tuple(
        (column, roles.get(column, ""), tuple(row.cells[column][:60] for row in table.rows[:SAMPLE_ROWS]))
        for column in table.header
    )
    problems = tuple(read.problems) if read else table.problems
    return Preview(columns, len(table.rows) + len(table.problems), read, problems, refusal)


def compare(opened: OpenCase, kept: DocumentationList, read: RecordList) -> dict[str, int]:
    """How many rows an import would add, change and recognise, before anything is kept."""
    before = {json.loads(packed)["record_id"]: packed for packed in (opened.field(row) for row in kept.records.all())}
    counts = {"new": 0, "changed": 0, "same": 0}
    for record in read.records:
        known = before.get(record.record_id)
        counts["new" if known is None else "same" if known == pack_record(record) else "changed"] += 1
    return counts


def problems_csv(problems: tuple[BadRow, ...]) -> str:
    """Every row that cannot be read, with its place and the reason; the values themselves are not repeated."""
    rows = [[place_of(each), each.what, each.hint] for each in problems]
    return tables.csv_text(["place", "problem", "what to do"], rows)


def place_of(problem: BadRow) -> str:
    """The row and column, without the name that the table has in memory."""
    return problem.where.partition(", ")[2] or problem.where


def keep(actor: Member, opened: OpenCase, token: str, roles: Mapping[str, str]) -> Import:
    """Keep a confirmed table: its file, its rows as written, and its records, which are recognised by their ids.

    Raises:
        NoGrant: The actor is not in the case.
        BadTable: No row of it can be read.
        Unreadable: It waits no longer.
    """
    draft = draft_of(token)
    if draft is None:
        raise Unreadable("the table waits no longer", where="table", hint="send it again")
    found = preview(draft.model_copy(update={"roles": dict(roles)}))
    if found.read is None:
        raise Unreadable(found.refusal, where="table", hint="say what its columns mean")
    with transaction.atomic():
        done = import_list(actor, opened, found.read, _item(actor, opened, draft))
    flows.end(token)
    return done


def _item(actor: Member, opened: OpenCase, draft: TableDraft) -> EvidenceItem:
    originals = EvidenceItem.objects.filter(case=opened.case, kind=EvidenceItem.Kind.ORIGINAL)
    same = next((item for item in originals if record_in(opened, item).sha256 == draft.file.sha256), None)
    if same is not None:  # the same file again: it is evidence already
        return same
    with waiting.in_memory(draft.file) as path:
        table = tables.read_table(path)
    rows = {str(row.number): " · ".join(f"{k}: {v}" for k, v in row.cells.items() if v) for row in table.rows}
    blob, key = into_the_room(opened, *flows.opened_file(draft.file))
    workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    media = {"csv": "text/csv", "xlsx": workbook}.get(table.kind, "application/vnd.oasis.opendocument.spreadsheet")
    item = keep_sealed(actor, opened, blob, key, draft.file.name, "D", media_type=media)
    PendingFile.objects.filter(blob_name=draft.file.blob_name).delete()
    keep_view(actor, opened, item, EvidenceItem.Kind.ROWS, json.dumps(rows, ensure_ascii=False).encode())
    return item
