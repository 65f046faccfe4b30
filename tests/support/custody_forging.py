"""What an administrator who owns the database can do to the custody log: triggers off, rows written anew, hashes mended."""

from __future__ import annotations

import triggers

from panah.vault.custody import entry_line, read_line
from panah.web.evidence.models import CustodyDetail, CustodyEntry, Tombstone


def triggers_off() -> None:
    triggers.triggers_off("evidence_custodyentry", "evidence_checkpoint", "evidence_treestate", "evidence_tombstone")


def all_rows() -> list[str]:
    return list(CustodyEntry.objects.order_by("seq").values_list("line", flat=True))


def rewrite(lines: list[str]) -> None:
    CustodyDetail.objects.all().delete()
    Tombstone.objects.all().delete()
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
