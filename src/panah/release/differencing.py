"""What can be learned by laying two releases side by side.

Two tables of one register are compared on the dimensions they share. What one adds to the other (incidents that came
since, or those outside the narrower scope) is a hidden sum like any other: it may be zero, it may be large, and it
must not be known to be small.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .attack import Attack, Interval, Sum
from .lattice import Key, order
from .table import PublicTable


@dataclass(frozen=True, slots=True)
class _Shared:
    """How two tables meet: the dimensions both have, and the values at which each is cut to the other's scope."""

    dimensions: tuple[str, ...]
    new_at: dict[str, str]
    old_at: dict[str, str]
    new_is_larger: bool


def exposed_differences(new: PublicTable, old: PublicTable) -> list[Key]:
    """Cells of ``new`` that should give way because the two tables together expose somebody.

    The attacker takes it that a register only grows, and drops that where the numbers contradict it. A hidden cell of
    the old table that the new one uncovers counts as well: the old one cannot be taken back.

    Returns:
        Keys of ``new``, shown or not, nearest to what is exposed.
    """
    shared = _shared(new, old)
    if shared is None:
        return []
    threshold = max(new.threshold, old.threshold)
    attack, new_sums, old_sums = _system(new, old, shared)
    if not attack.feasible():
        attack = Attack(whole=True)
        new_sums, old_sums = attack.add_table(new.cells), attack.add_table(old.cells)
    exposed: set[Key] = set()
    for at in _common_cells(new, old, shared):
        new_key, old_key = _key(new.by, at | shared.new_at), _key(old.by, at | shared.old_at)
        difference = new_sums.get(new_key, _ZERO).minus(old_sums.get(old_key, _ZERO))
        if _tells(attack, difference, threshold):
            exposed.add(new_key)
        hidden = [(new, new_key, new_sums), (old, old_key, old_sums)]
        if any(
            table.cells.get(key, 0) is None and not attack.hides(sums[key], table.threshold)
            for table, key, sums in hidden
        ):
            exposed.add(new_key)
    return sorted(exposed & set(new.cells), key=order)


_ZERO = Sum({})


def _tells(attack: Attack, difference: Sum, threshold: int) -> bool:
    """Whether a difference is known to be small and not nothing, in either direction."""
    if not difference.terms:
        return 0 < abs(difference.known) < threshold
    seen = attack.seen(difference)
    if seen is not None and seen.hides(threshold):
        return False
    found = attack.interval(difference)
    nothing, large = found.lower == found.upper == 0, found.lower >= threshold or found.upper <= -threshold
    wide = found.hides(threshold) or Interval(-found.upper, -found.lower).hides(threshold)
    return not (nothing or large or wide)


def _shared(new: PublicTable, old: PublicTable) -> _Shared | None:
    """How they meet; None when they are about different incidents, or neither contains the other."""
    if any(old.scope[name] != value for name, value in new.scope.items() if name in old.scope):
        return None
    new_at = {name: value for name, value in old.scope.items() if name in new.by}
    old_at = {name: value for name, value in new.scope.items() if name in old.by}
    only_old = {name for name in old.scope if name not in new.scope and name not in new_at}
    only_new = {name for name in new.scope if name not in old.scope and name not in old_at}
    if only_old and only_new:
        return None
    dimensions = tuple(name for name in new.by if name in old.by and name not in new_at and name not in old_at)
    return _Shared(dimensions, new_at, old_at, new_is_larger=not only_new)


def _system(new: PublicTable, old: PublicTable, shared: _Shared) -> tuple[Attack, dict[Key, Sum], dict[Key, Sum]]:
    """Both tables, and that the larger has in each common cell at least what the smaller has."""
    attack = Attack(whole=True)
    new_sums, old_sums = attack.add_table(new.cells), attack.add_table(old.cells)
    for at in _common_cells(new, old, shared):
        if len(at) < len(shared.dimensions):
            continue
        a = new_sums.get(_key(new.by, at | shared.new_at), _ZERO)
        b = old_sums.get(_key(old.by, at | shared.old_at), _ZERO)
        attack.at_least_zero.append(a.minus(b) if shared.new_is_larger else b.minus(a))
    return attack, new_sums, old_sums


def _common_cells(new: PublicTable, old: PublicTable, shared: _Shared) -> list[dict[str, str]]:
    """Every combination of values of the shared dimensions, totals included, that either table has a count for."""
    found: dict[tuple[tuple[str, str], ...], dict[str, str]] = {}
    for table, fixed in ((new, shared.new_at), (old, shared.old_at)):
        for key in table.cells:
            values = {name: value for name, value in zip(table.by, key, strict=True) if value is not None}
            if any(values.get(name) != value for name, value in fixed.items()):
                continue
            at = {name: value for name, value in values.items() if name in shared.dimensions}
            if len(values) == len(at) + len(fixed):
                found[tuple(sorted(at.items()))] = at
    return [found[key] for key in sorted(found)]


def _key(by: tuple[str, ...], at: Mapping[str, str]) -> Key:
    return tuple(at.get(name) for name in by)
