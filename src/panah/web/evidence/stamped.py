"""The newest checkpoint that an authority stamped and that reaches beyond given items, for whoever carries them away."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from panah.vault.checkpoint import Checkpoint as SignedSize
from panah.vault.timestamps import KeptStamp

from .models import Checkpoint, CustodyEntry
from .stamping import stamp_folder

MOST_CHECKPOINTS: Final = 400
"""A year of daily ones: an older stamp is renewed by then."""


def newest_stamped(commitments: Iterable[str]) -> tuple[SignedSize | None, list[KeptStamp]]:
    """The checkpoint with its stamps; none when no stamped one covers every item's first line.

    Raises:
        NotConfigured: ``authorities.json`` cannot be read.
    """
    firsts = [
        CustodyEntry.objects.filter(line__contains=f'"item":"{each}"').order_by("seq").first() for each in commitments
    ]
    needed = max((first.seq for first in firsts if first), default=1)
    folder = stamp_folder()
    if not folder.texts():
        return None, []
    for kept in Checkpoint.objects.filter(size__gte=needed).order_by("-size")[:MOST_CHECKPOINTS]:
        if stamps := folder.stamps_of(kept.body.encode()):
            return SignedSize.from_text(kept.body.encode()), stamps
    return None, []
