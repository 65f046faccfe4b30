"""The attacker: what can be computed about cells that are not shown, from everything that is.

The attacker sees all published cells and totals, knows that a cell which is not listed is zero and that a suppressed
one is therefore at least 1, and solves for the smallest and the largest value that a hidden sum can have. Nothing
here reads a true count, so what the audit finds is what anybody could find.

Source: Cox (1980), JASA 75(370), 377-385; Fischetti and Salazar (2001), Management Science 47(7), 1008-1027 (the
attacker's problem of cell suppression).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from .lattice import Key, is_inner, parts

TIME_LIMIT_S: Final = 5.0
TOLERANCE: Final = 1e-6
NO_LIMIT: Final = 1e6
"""Stands for "as large as one likes": a bounded problem has one clear answer, and no register has a million acts."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The values, in incidents, that the attacker must allow for; both are NaN when no world fits."""

    lower: float
    upper: float

    def hides(self, threshold: int) -> bool:
        """Whether it exposes nobody: it spans ``threshold`` whole numbers and reaches up to it."""
        return self.upper >= threshold and self.upper - self.lower >= threshold - 1


@dataclass(frozen=True)
class Sum:
    """A sum of unknowns plus a number that is known: the value of one cell as the attacker sees it."""

    terms: Mapping[int, float]
    known: float = 0.0

    def minus(self, other: Sum) -> Sum:
        terms = dict(self.terms)
        for index, factor in other.terms.items():
            terms[index] = terms.get(index, 0.0) - factor
        return Sum({i: factor for i, factor in terms.items() if factor}, self.known - other.known)


@dataclass
class Attack:
    """A system of unknown cells and what is known of their sums.

    ``whole`` makes the attacker use that counts are whole numbers; with one table of up to two dimensions the answer
    is the same without (its matrix is totally unimodular), and quicker.
    """

    whole: bool = False
    equal: list[tuple[Sum, float]] = field(default_factory=list)
    at_least_zero: list[Sum] = field(default_factory=list)
    n_unknown: int = 0
    witnesses: list[Any] = field(default_factory=list)
    """Worlds that fit all that is published; each shows values that a hidden sum can have."""

    def add_table(self, cells: Mapping[Key, int | None]) -> dict[Key, Sum]:
        """Put in everything that one published table says; returns each of its cells as a sum."""
        inner = [key for key in cells if is_inner(key)]
        single: dict[Key, Sum] = {}
        for key in inner:
            count = cells[key]
            if count is None:
                single[key] = Sum({self.n_unknown: 1.0})
                self.n_unknown += 1
            else:
                single[key] = Sum({}, float(count))
        sums = {key: _added([single[part] for part in parts(key, inner)]) for key in cells}
        for key, count in cells.items():
            if count is not None and sums[key].terms:
                self.equal.append((sums[key], float(count)))
        return sums

    def interval(self, target: Sum) -> Interval:
        """The smallest and the largest value that ``target`` can have; of worlds that were found, if time runs out."""
        if not target.terms:
            return Interval(target.known, target.known)
        lower, upper = self._extreme(target, 1.0), self._extreme(target, -1.0)
        return Interval(_rounded_up(lower), _rounded_down(upper))

    def seen(self, target: Sum) -> Interval | None:
        """The span of values in worlds found so far: never wider than :meth:`interval`, and free."""
        values = [target.known + sum(f * world[i] for i, f in target.terms.items()) for world in self.witnesses]
        return Interval(_rounded_up(min(values)), _rounded_down(max(values))) if values else None

    def hides(self, target: Sum, threshold: int) -> bool:
        """Whether ``target`` exposes nobody."""
        seen = self.seen(target)
        return (seen is not None and seen.hides(threshold)) or self.interval(target).hides(threshold)

    def feasible(self) -> bool:
        """Whether any world fits at all."""
        return self.n_unknown == 0 or not math.isnan(self._extreme(Sum({0: 1.0}), 1.0))

    def _extreme(self, target: Sum, sign: float) -> float:
        """The smallest (``sign`` 1) or largest (-1) value; NaN when no world fits."""
        import numpy as np
        from scipy import optimize

        objective = np.zeros(self.n_unknown)
        for index, factor in target.terms.items():
            objective[index] = sign * factor
        found = optimize.milp(
            objective,
            integrality=np.full(self.n_unknown, 1 if self.whole else 0),
            bounds=optimize.Bounds(1.0, NO_LIMIT),
            constraints=self._constraints(),
            options={"time_limit": TIME_LIMIT_S},
        )
        if found.x is None:
            return math.nan
        self.witnesses.append(found.x)
        return float(target.known + sign * found.fun)

    def _constraints(self) -> Any:
        import numpy as np
        from scipy import optimize, sparse

        sums = [*(total for total, _ in self.equal), *self.at_least_zero]
        if not sums:
            return ()
        entries = [(row, i, factor) for row, total in enumerate(sums) for i, factor in total.terms.items()]
        rows, columns, factors = zip(*entries, strict=True) if entries else ((), (), ())
        matrix = sparse.csr_array((factors, (rows, columns)), shape=(len(sums), self.n_unknown))
        lower = [value - total.known for total, value in self.equal] + [-total.known for total in self.at_least_zero]
        upper = lower[: len(self.equal)] + [np.inf] * len(self.at_least_zero)
        return optimize.LinearConstraint(matrix, np.array(lower), np.array(upper))


def _added(sums: Sequence[Sum]) -> Sum:
    terms: dict[int, float] = {}
    for one in sums:
        for index, factor in one.terms.items():
            terms[index] = terms.get(index, 0.0) + factor
    return Sum(terms, sum(one.known for one in sums))


def _rounded_up(value: float) -> float:
    return value if math.isnan(value) else float(math.ceil(value - TOLERANCE))


def _rounded_down(value: float) -> float:
    return value if math.isnan(value) else float(math.floor(value + TOLERANCE))
