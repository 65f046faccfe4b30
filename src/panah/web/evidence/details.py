"""What the custody lines of an item commit to, opened for whoever receives the item."""

from __future__ import annotations

from panah.model.bundle import CustodyDetail as ShownDetail
from panah.web.cases.opening import OpenCase

from .models import CustodyDetail, EvidenceItem
from .queries import custody_of
from .records import StoredDetail

KEPT_BACK = '"act":"exported"'
"""Lines that tell of other copies: one receiver learns no digest of what another one got."""


def details_of(opened: OpenCase, item: EvidenceItem) -> list[ShownDetail]:
    """Exact times and what was done to an item of an opened case, by the number of the line.

    Raises:
        NoGrant: The item lies in another case.
    """
    lines = [entry.pk for entry in custody_of(opened, item) if KEPT_BACK not in entry.line]
    found = CustodyDetail.objects.filter(case=opened.case, entry__in=lines).order_by("entry")
    told = [(row.entry_id, opened.record(StoredDetail, row)) for row in found]
    return [ShownDetail(seq=seq, salt=stored.salt, text=stored.text) for seq, stored in told]
