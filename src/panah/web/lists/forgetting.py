"""Lists and deletion: an incident that goes stands on no list any more; a list's own file does not go this way."""

from __future__ import annotations

from collections.abc import Iterator

from panah.errors import Refused
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member
from panah.web.cases.models import SealedRow
from panah.web.cases.opening import OpenCase
from panah.web.evidence.deletion import Rows, add_farewell, add_follower
from panah.web.evidence.models import EvidenceItem
from panah.web.register.models import Incident

from .models import DocumentationList, ListMembership


def follow_deletions() -> None:
    """Called once, when this room is loaded."""
    add_follower(keep_lists)
    add_farewell(leave_lists)


def keep_lists(opened: OpenCase, rows: Rows) -> Iterator[SealedRow]:
    """Nothing of a list goes along with a file.

    Raises:
        Refused: The file is one that a list was imported from: its rows would stand on nothing, and runs of linking
            and estimates rest on them.
    """
    if (
        any(isinstance(row, EvidenceItem) for row in rows)
        and DocumentationList.objects.filter(case=opened.case).exists()
    ):
        raise Refused(
            "a list rests on this file", where="deletion", hint="a list's file stays as long as the list does"
        )
    yield from ()


def leave_lists(_actor: Member, _keys: MemberKeys, _opened: OpenCase, rows: Rows) -> None:
    """An incident that goes is on no list; the list's own row stays."""
    ListMembership.objects.filter(incident__in=[row for row in rows if isinstance(row, Incident)]).delete()
