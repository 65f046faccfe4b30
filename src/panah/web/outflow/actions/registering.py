"""What every maker does at the end: the register of outflows, and the custody lines.

Both are written after the product is whole: a line ``exported`` without a product would tell of something that did not
happen, and a maker that fails here fails as a whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from django.db import transaction

from panah.model.person import Purpose
from panah.web.accounts.models import Member
from panah.web.cases.models import DualRequest
from panah.web.cases.opening import OpenCase
from panah.web.evidence import custody
from panah.web.evidence.models import EvidenceItem
from panah.web.evidence.queries import stored_in
from panah.web.evidence.records import StoredItem

from ..asking import Asked
from ..models import NO_COPY, CopyMade, Outflow

Original = tuple[StoredItem, EvidenceItem, OpenCase]


def originals_of(asked: Asked) -> list[Original]:
    """Every original that a claim or response in it points at."""
    wanted: dict[str, str] = {}
    for view in asked.views:
        places = [each.claim.locator for each in view.claims]
        places += [each.response.locator for each in view.responses if each.response.locator]
        wanted |= {place.evidence_id: view.row.case_id for place in places}
    found: dict[str, Original] = {}
    for item_id, case_id in wanted.items():
        row = EvidenceItem.objects.select_related("derived_from").get(case_id=case_id, pk=item_id)
        row = row.derived_from or row
        found[row.pk] = (stored_in(asked.opened[case_id], row), row, asked.opened[case_id])
    return list(found.values())


@transaction.atomic
def register(
    actor: Member,
    kind: str,
    purpose: str,
    sha256: str,
    *,
    recipients: Sequence[str] = (),
    cases: Iterable[OpenCase] = (),
    copy: CopyMade = NO_COPY,
) -> Outflow:
    """Keep that something left: what, for which purpose, to whom, the digest of the exact bytes, and the copy's mark."""
    outflow = Outflow.objects.create(
        kind=kind,
        purpose=Purpose(purpose),
        member=actor,
        sha256=sha256,
        copy_sealed=Outflow.seal_copy(copy),
        recipients=sorted(hashlib.sha256(each.encode()).hexdigest() for each in recipients),
    )
    outflow.cases.set([opened.case for opened in cases])
    custody.record(actor, None, "exported", custody.row_name(outflow))
    return outflow


@transaction.atomic
def log_exports(
    actor: Member, outflow: Outflow, originals: Iterable[Original], approval: DualRequest | None = None
) -> None:
    """One line for each original that left with it, or that it quotes; the detail, sealed in the original's case, names
    who approved when the bytes themselves left."""
    told = {"approved_by": approval.answered_by_id, "request": approval.pk} if approval else {}
    for _stored, row, opened in originals:
        detail = {"outflow": outflow.pk, "sha256": outflow.sha256, **told}
        custody.record(actor, opened, "exported", row.commitment, detail)
