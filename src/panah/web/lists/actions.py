"""Importing documentation lists. The first argument says who acts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from panah import link, tables
from panah.errors import BadRow, Refused
from panah.model.base import new_id
from panah.model.claim import Source as SourceRecord
from panah.model.incident import DocumentationList as ListAbout
from panah.model.linkage import RecordList
from panah.web.accounts.models import Member
from panah.web.cases.actions import require_member
from panah.web.cases.opening import OpenCase
from panah.web.evidence import custody
from panah.web.evidence.actions import keep_view, seal_file
from panah.web.evidence.models import EvidenceItem
from panah.web.evidence.queries import record_in
from panah.web.register.actions import add_source

from .models import DocumentationList, ListRecord
from .records import StoredList, pack_record


@dataclass(frozen=True, slots=True)
class Import:
    """What an import did, row by row counted; every row that could not be read is in ``problems``."""

    documentation_list: DocumentationList
    n_new: int
    n_changed: int
    n_same: int
    n_gone: int
    """Records of an earlier import that the file no longer has; they stay: a list that forgets is evidence too."""
    problems: tuple[BadRow, ...]


def import_file(
    actor: Member, opened: OpenCase, path: Path, *, name: str, roles: Mapping[str, str] | None = None
) -> Import:
    """Read a list from a file, seal the file, and keep its records in the list's case.

    Args:
        actor: Who imports it.
        opened: A case of kind ``list``; the first import makes the list, later ones recognise its rows.
        path: CSV or XLSX.
        name: What the list is called; sealed.
        roles: Column -> role where the guess from the header is wrong.

    Raises:
        BadTable: No row of it can be read, and nothing is kept.
        NoGrant: The actor is not in the case.
    """
    read = link.read_list(path, name=name, roles=roles)
    return import_list(actor, opened, read, _sealed_before(opened, path) or _seal(actor, opened, path))


def _sealed_before(opened: OpenCase, path: Path) -> EvidenceItem | None:
    """The item of these very bytes in this case, so that importing twice seals once."""
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    originals = EvidenceItem.objects.filter(case=opened.case, kind=EvidenceItem.Kind.ORIGINAL)
    return next((item for item in originals if record_in(opened, item).sha256 == sha256), None)


def _seal(actor: Member, opened: OpenCase, path: Path) -> EvidenceItem:
    rows = {str(row.number): _shown(row.cells) for row in tables.read_table(path).rows}
    with path.open("rb") as stream:
        item = seal_file(actor, opened, stream, path.name, "D", media_type=_media_type(path))
    keep_view(actor, opened, item, EvidenceItem.Kind.ROWS, json.dumps(rows, ensure_ascii=False).encode())
    return item


def _shown(cells: Mapping[str, str]) -> str:
    return " · ".join(f"{column}: {value}" for column, value in cells.items() if value)


def _media_type(path: Path) -> str:
    workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return workbook if path.suffix.lower() == ".xlsx" else "text/csv"


@transaction.atomic
def import_list(actor: Member, opened: OpenCase, read: RecordList, item: EvidenceItem) -> Import:
    """Keep the records of a list that was read; rows that are there already are recognised by the list's own ids.

    Raises:
        NoGrant: The actor is not in the case, or the evidence lies in another.
        Refused: The case is not of kind ``list``.
    """
    require_member(actor, opened.case)
    opened.require_here(item)
    if opened.case.kind != opened.case.Kind.LIST:
        raise Refused("a list has a case of its own", where="case", hint="make a case of kind list")
    kept = _list_of(actor, opened, read, item)
    counts = _keep_records(opened, kept, read)
    detail = {"new": counts["new"], "changed": counts["changed"], "problems": len(read.problems)}
    custody.record(actor, opened, "parsed", item.commitment, detail)
    kept.n_records = kept.records.count()
    kept.save(update_fields=["n_records"])
    return Import(
        documentation_list=kept,
        n_new=counts["new"],
        n_changed=counts["changed"],
        n_same=counts["same"],
        n_gone=kept.n_records - sum(counts.values()),
        problems=tuple(read.problems),
    )


def _list_of(actor: Member, opened: OpenCase, read: RecordList, item: EvidenceItem) -> DocumentationList:
    """The list of this case, made at the first import."""
    kept = DocumentationList.objects.filter(case=opened.case).first()
    if kept is None:
        source = SourceRecord(id=new_id(), name=read.name, kind="list", connection="organisation")
        add_source(actor, opened, source)
        kept = DocumentationList(id=new_id(), label=next_label())
        stored = StoredList(
            about=ListAbout(id=kept.pk, name=read.name),
            roles=dict(read.roles),
            source_id=source.id,
            evidence_id=item.pk,
        )
    else:
        stored = opened.record(StoredList, kept).model_copy(update={"roles": dict(read.roles), "evidence_id": item.pk})
    opened.seal(kept, stored)
    kept.save()
    return kept


def next_label() -> str:
    """The next free letter: A to Z, then AA, AB, …"""
    number = DocumentationList.objects.count()
    label = ""
    while number >= 0:
        label = chr(ord("A") + number % 26) + label
        number = number // 26 - 1
    return label


def _keep_records(opened: OpenCase, kept: DocumentationList, read: RecordList) -> dict[str, int]:
    """Compare in memory: a readable digest of a row in the database would let anybody ask whether it is there."""
    before = {_id_of(packed): (row, packed) for row in kept.records.all() for packed in [opened.field(row)]}
    counts = {"new": 0, "changed": 0, "same": 0}
    for record in read.records:
        packed = pack_record(record)
        row, known = before.get(record.record_id, (None, b""))
        if packed == known:
            counts["same"] += 1
            continue
        counts["changed" if row else "new"] += 1
        row = row or ListRecord(id=new_id(), documentation_list=kept)
        row.row = record.row
        opened.seal(row, packed)
        row.save()
    return counts


def _id_of(packed: bytes) -> str:
    return str(json.loads(packed)["record_id"])
