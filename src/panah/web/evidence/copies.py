"""Working copies beside the untouched original: made anew without metadata, sealed, and told of in the custody log.

Invariant: the original is only read; the line ``derived`` is on its own commitment's copy, and whoever gives a copy out
is asked what they would be asked for the original.
"""

from __future__ import annotations

import threading
from typing import Final

from panah.clean import WorkingCopy, working_copy
from panah.errors import Refused
from panah.web.accounts.models import Member
from panah.web.cases.actions import require_member
from panah.web.cases.opening import OpenCase

from .actions import keep_view
from .models import EvidenceItem
from .places import LARGEST_VIEW_BYTES, original_chunks
from .queries import record_in

AT_ONCE: Final = threading.BoundedSemaphore(2)
"""Each may take a gigabyte and a minute."""


def copy_of(item: EvidenceItem) -> EvidenceItem | None:
    """The newest working copy of an original."""
    return item.derived.filter(kind=EvidenceItem.Kind.COPY).order_by("-received_hour", "-pk").first()


def make_copy(actor: Member, opened: OpenCase, item: EvidenceItem) -> EvidenceItem:
    """Make a copy without metadata, seal it beside the original; what was made before is given again.

    Raises:
        NoGrant: The actor is not in the case, or the item lies in another.
        Refused: No clean copy can be made of this file.
        Unreadable: It is damaged, too large, or a bomb.
        Altered: The stored bytes are not those that were sealed.
    """
    require_member(actor, opened.case)
    opened.require_here(item)
    if item.derived_from_id:
        raise Refused("a working copy is made of an original", where="evidence", hint="name the original")
    if known := copy_of(item):
        return known
    if item.rounded_size_bytes > LARGEST_VIEW_BYTES:
        raise Refused("too large for a working copy", where="evidence", hint="cut out what is to be shared")
    with AT_ONCE:
        made: WorkingCopy = working_copy(b"".join(original_chunks(opened, item)))
    name = f"copy-{item.pk[:8]}.{made.kind.suffix}"  # the original's own name may tell a device, a day, a person
    return keep_view(
        actor, opened, item, EvidenceItem.Kind.COPY, made.content, name=name, media_type=made.kind.copy_type
    )


def name_of(opened: OpenCase, item: EvidenceItem) -> str:
    """What a copy is called when it is given out."""
    return record_in(opened, item).file_name
