"""What a reporter allows, read out of the entries of the own thread.

Invariant: nothing is allowed that nobody said. The reporter's own newest answer holds for every purpose; a member's note that
the person agreed elsewhere adds to it, and never outweighs a no that they gave with their code on that day or later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from panah.model.person import Purpose

from .records import Said


def consents_of(entries: Iterable[Said]) -> frozenset[str]:
    """The purposes that are allowed now."""
    allowed: frozenset[str] = frozenset()
    for _entry, _before, allowed in _answers(entries):  # noqa: B007 - the last one is wanted
        pass
    return allowed


def taken_back(entries: Iterable[Said]) -> list[tuple[datetime, frozenset[str]]]:
    """When the reporter took back which purposes, newest first; what was allowed again since is left out."""
    answers = list(_answers(entries))
    now_allowed = answers[-1][2] if answers else frozenset()
    gone = [(entry.at, before - after - now_allowed) for entry, before, after in reversed(answers)]
    return [(at, purposes) for at, purposes in gone if purposes]


def _answers(entries: Iterable[Said]) -> Iterator[tuple[Said, frozenset[str], frozenset[str]]]:
    """Each entry that says what is allowed, with what was allowed before it and is after it."""
    allowed: frozenset[str] = frozenset()
    refused_on: dict[str, date] = {}
    for number, entry in enumerate(entries):
        before = allowed
        if entry.consents is not None:
            allowed = frozenset(map(str, entry.consents))
            if number:  # what was left open when it was told is no refusal yet
                refused_on |= {each.value: entry.at.date() for each in Purpose if each.value not in allowed}
        elif entry.agreement is not None:
            agreed, refused = entry.agreement, refused_on.get(entry.agreement.purpose)
            if agreed.holds_on(entry.at.date()) and (refused is None or agreed.asked_on > refused):
                allowed = before | {agreed.purpose.value}
        else:
            continue
        yield entry, before, allowed
