"""People with several names: which forms may be compared, and how alike the nearest two are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol

from .likeness import similarity

NEVER_MATCH: Final = frozenset({"pseudonym"})
"""Kinds of name that are no evidence: a pseudonym hides who somebody is, two people choose the same one, and matching
it would undo what it is for. A pen name is published and stays comparable."""


class NamedForm(Protocol):
    """One form of a name with its kind, as :class:`panah.model.person.PersonName`."""

    @property
    def form(self) -> str:
        """The name as written."""

    @property
    def kind(self) -> str:
        """``birth``, ``passport``, ``pen_name``, ``pseudonym`` or ``unknown``."""


def best_likeness(ones: Iterable[NamedForm], others: Iterable[NamedForm]) -> float | None:
    """Likeness of the two most alike forms, 0 to 1; None when a side has no form that may be compared."""
    left = [one.form for one in ones if one.kind not in NEVER_MATCH and one.form.strip()]
    right = [one.form for one in others if one.kind not in NEVER_MATCH and one.form.strip()]
    if not left or not right:
        return None
    return max(similarity(one, other) for one in left for other in right)
