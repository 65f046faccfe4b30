"""No small cell leaves, and none can be computed: the one place that decides what of a table is shown.

1. *Primary*: a count from 1 to ``threshold - 1`` is not shown, in a cell or in a total.
2. *Secondary*: further cells are hidden until the attacker (:mod:`panah.release.attack`) must allow, for every hidden
   cell, ``threshold`` whole numbers that reach up to the threshold.
3. *Differencing*: the same for the difference of every cell with each earlier release
   (:mod:`panah.release.differencing`).

Zeros are shown: they say that nothing was recorded, not that nothing happened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from panah import codes
from panah.errors import BadTable, SmallCell

from . import notes
from .attack import Attack, Interval
from .coded import DIMENSIONS, CodedIncident, coded
from .differencing import exposed_differences
from .lattice import Key, lines, with_totals
from .table import PublicTable

DEFAULT_THRESHOLD: Final = 5
LOWEST_THRESHOLD: Final = 3
MAX_DIMENSIONS: Final = 3
MAX_CELLS: Final = 2_000
LARGE: Final = 150
MAX_TRIED: Final = 40
MAX_TRIED_LARGE: Final = 4
"""How many cells are tried before one is hidden: the more, the fewer are hidden in the end, and the longer it takes."""


def public_table(
    incidents: Iterable[Any],
    by: Sequence[str] = ("host_country", "tactic"),
    *,
    threshold: int = DEFAULT_THRESHOLD,
    scope: Mapping[str, str] | None = None,
    earlier: Sequence[PublicTable] = (),
    answers: Sequence[str] = (),
    language: str = "en",
) -> PublicTable:
    """Count incidents by coded fields and hide what would point at somebody.

    Args:
        incidents: Incident records (:class:`CodedIncident`, or any record with those attributes). Aggregates ("about
            twenty cases") are told of in the notes and never counted.
        by: One to three of :data:`DIMENSIONS`.
        threshold: The smallest count that is shown, in incidents; at least 3.
        scope: Count only incidents with these values: ``{"status": "confirmed"}``.
        earlier: All releases made before from the same register; they cannot be taken back, so the new table gives way.
        answers: What the accused side answered, in sentences for the notes; without, the notes say whether answers
            are on record for these incidents or none was found.
        language: Of the notes.

    Raises:
        BadTable: A dimension or threshold that is none.
        SmallCell: Nothing can be shown without exposing a small cell, also by subtraction from an earlier release.
    """
    by, scope = tuple(by), dict(scope or {})
    _check(by, threshold, scope)
    records = [coded(one) for one in incidents]
    counted = [one for one in records if not one.aggregate and _inside(one, scope)]
    n_aggregates = sum(one.aggregate for one in records)
    cells = with_totals(Counter(tuple(DIMENSIONS[name](one) for name in by) for one in counted))
    cells = cells or {(None,) * len(by): 0}
    if len(cells) > MAX_CELLS:
        raise BadTable(
            f"{len(cells):,} cells, more than the {MAX_CELLS:,} that can be checked", hint="use fewer dimensions"
        )
    shown = _Hiding(by, scope, cells, threshold, earlier).shown()
    told = notes.told(counted, threshold, answers, n_aggregates, language)
    return PublicTable(by, shown, threshold, scope, told, codes.codebook().version, n_aggregates)


def _check(by: tuple[str, ...], threshold: int, scope: Mapping[str, str]) -> None:
    known = f"one of {', '.join(DIMENSIONS)}"
    if unknown := [name for name in (*by, *scope) if name not in DIMENSIONS]:
        raise BadTable("not a dimension of public tables", where=unknown[0], hint=known)
    if not 1 <= len(by) <= MAX_DIMENSIONS or len(set(by)) != len(by):
        raise BadTable(f"a public table has one to {MAX_DIMENSIONS} different dimensions", where="by", hint=known)
    if {"year", "month"} <= {*by, *scope} or {"tactic", "family"} <= {*by, *scope}:
        # the one is the sum of the other: the attacker's system would not know that they are the same incidents
        raise BadTable("two dimensions of which one is part of the other", where="by", hint="use one of them")
    if threshold < LOWEST_THRESHOLD:
        raise BadTable(f"a threshold below {LOWEST_THRESHOLD} protects nobody", where="threshold")


def _inside(one: CodedIncident, scope: Mapping[str, str]) -> bool:
    return all(DIMENSIONS[name](one) == value for name, value in scope.items())


def audit(table: PublicTable, earlier: Sequence[PublicTable] = ()) -> list[Key]:
    """Hidden cells of a table that can be computed too closely from what it shows, and cells whose difference to an
    earlier release can; empty when nobody is exposed. Uses published numbers only.
    """
    attack = Attack(whole=len(table.by) > 2)
    sums = attack.add_table(table.cells)
    hidden = [key for key, count in table.cells.items() if count is None]
    found = [key for key in hidden if not attack.hides(sums[key], table.threshold)]
    for release in earlier:
        found += exposed_differences(table, release)
    small = [key for key, count in table.cells.items() if count is not None and 0 < count < table.threshold]
    return sorted({*found, *small}, key=str)


class _Hiding:
    """Hides cell after cell until the audit finds nothing. Hiding more never exposes what is already hidden."""

    def __init__(
        self,
        by: tuple[str, ...],
        scope: Mapping[str, str],
        counts: Mapping[Key, int],
        threshold: int,
        earlier: Sequence[PublicTable],
    ) -> None:
        self.by, self.scope, self.counts, self.threshold = by, scope, counts, threshold
        self.hidden = {key for key, count in counts.items() if 0 < count < threshold}
        self.earlier = list(earlier)

    def shown(self) -> dict[Key, int | None]:
        """Every cell with its count, or None.

        Raises:
            SmallCell: Nothing could be shown.
        """
        self._hide_singles()
        self._hide_until_safe()
        for release in self.earlier:
            while exposed := exposed_differences(self._table(), release):
                if not self._hide_exposed(exposed):
                    raise SmallCell(
                        "this table and an earlier release together expose a small count",
                        where=f"table by {', '.join(self.by)}",
                        hint="wait for more incidents, or use the dimensions of the earlier release",
                    )
                self._hide_until_safe()
        shown = self._cells()
        if self.hidden and all(count is None for count in shown.values()):
            raise SmallCell(
                "nothing can be shown without exposing a small count",
                where=f"table by {', '.join(self.by)}",
                hint="wait for more incidents, or use fewer or coarser dimensions",
            )
        return shown

    def _cells(self) -> dict[Key, int | None]:
        return {key: None if key in self.hidden else count for key, count in self.counts.items()}

    def _table(self) -> PublicTable:
        return PublicTable(self.by, self._cells(), self.threshold, self.scope)

    def _hide_singles(self) -> None:
        """A hidden cell alone in its sum is no secret: hide the smallest of its neighbours with it."""
        waiting = sorted(self.hidden, key=str)
        while waiting:
            key = waiting.pop()
            for line in lines(key, self.counts):
                others = set(line) - {key}
                if others and self.hidden.isdisjoint(others):
                    cheapest = min(others, key=self._cost)
                    self.hidden.add(cheapest)
                    waiting.append(cheapest)

    def _hide_until_safe(self) -> None:
        safe: set[Key] = set()
        while self.hidden - safe:
            attack = Attack(whole=len(self.by) > 2)
            sums = attack.add_table(self._cells())
            for key in sorted(self.hidden - safe, key=lambda one: (self.counts[one], str(one))):
                if attack.hides(sums[key], self.threshold):
                    safe.add(key)
                elif self._hide_near(key):
                    break
                else:
                    # everything is hidden already, so nothing is told about this cell
                    safe.add(key)

    def _hide_near(self, key: Key) -> bool:
        """Hide one more cell that a hidden cell could be computed from; False when nothing is left to hide."""
        if key not in self.hidden and self.counts.get(key):
            return self._hide(key)
        near = self._open(cell for line in lines(key, self.counts) for cell in line)
        if not near:
            beside = {cell for one in self.hidden for line in lines(one, self.counts) for cell in line}
            near = self._open(beside) or self._open(self.counts)
        return bool(near) and self._hide(self._best(key, near))

    def _best(self, key: Key, near: Iterable[Key]) -> Key:
        """The cheapest cell that makes ``key`` safe; when none does alone, the one that widens it most."""
        widths: dict[Key, float] = {}
        n_tried = MAX_TRIED if len(self.counts) < LARGE else MAX_TRIED_LARGE
        for cell in sorted(near, key=self._cost)[:n_tried]:
            found = self._interval(key, with_hidden=cell)
            if found.hides(self.threshold):
                return cell
            widths[cell] = found.upper - found.lower
        return max(widths, key=lambda cell: widths[cell])

    def _interval(self, key: Key, with_hidden: Key) -> Interval:
        attack = Attack()
        sums = attack.add_table({one: None if one == with_hidden else n for one, n in self._cells().items()})
        return attack.interval(sums[key])

    def _hide_exposed(self, exposed: Sequence[Key]) -> bool:
        """Hide the exposed cells that are shown; when all are hidden already, one cell they are computed from."""
        shown = self._open(exposed)
        if not shown:
            shown = self._open(cell for key in exposed for line in lines(key, self.counts) for cell in line)
            shown = {min(shown or self._open(self.counts), key=self._cost, default=())}
        self.hidden |= shown - {()}
        return shown != {()}

    def _open(self, keys: Iterable[Key]) -> set[Key]:
        """Those that are shown and not zero; hiding a zero would help, and would say something untrue of our rule."""
        return {key for key in keys if key not in self.hidden and self.counts[key]}

    def _cost(self, key: Key) -> tuple[int, int, str]:
        """Inner cells before totals, small before large: what readers miss least."""
        return (key.count(None), self.counts[key], str(key))

    def _hide(self, key: Key) -> bool:
        self.hidden.add(key)
        return True
