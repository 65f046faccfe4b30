"""The family of methods on one table, and whether they agree."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from panah.errors import NotConfigured, NotEstimable
from panah.i18n import gettext_noop, translate
from panah.model.estimate import ESTIMATE_FORMAT, Estimate, Flag, Refusal, explain, in_order, rounded
from panah.model.overlap import OverlapRecords, OverlapTable

from .answer import flag_of
from .fitting import fit, summary_of
from .methods import METHODS
from .pooling import fit_many

NOT_COUNTED: Final = frozenset({"independence"})
"""Methods whose disagreement with the others is no news: selected models test what they assume."""
DISAGREEMENT_RATIO: Final = 2.0
"""Points that differ by this factor disagree, even when wide intervals meet."""


@dataclass(frozen=True)
class Comparison:
    """Estimates of one table by several methods, those that refused, and what to make of it.

    Attributes:
        table: The table; with draws of a linkage the one in the middle by recorded units.
        estimates: In the order of the methods; each carries ``methods_disagree`` when they do.
        refusals: Methods that gave no number, and why.
    """

    table: OverlapTable
    estimates: tuple[Estimate, ...]
    refusals: tuple[Refusal, ...] = ()
    n_linkage_draws: int = 1
    """How many draws of a linkage were pooled; 1 for a table that is sure."""

    @property
    def flags(self) -> tuple[Flag, ...]:
        """Every flag that any estimate carries."""
        return in_order([flag for estimate in self.estimates for flag in estimate.flags])

    @property
    def disagree(self) -> bool:
        """Whether the methods exclude each other; the independence model standing apart is no disagreement."""
        counted = [one for one in self.estimates if one.method not in NOT_COUNTED]
        return any(Flag.METHODS_DISAGREE in one.flags for one in counted)

    def statement(self, language: str = "en") -> str:
        """What the methods say together, and the doubts, in plain sentences."""
        counted = [one for one in self.estimates if not one.lower_bound_only and one.method not in NOT_COUNTED]
        refused = [
            translate(gettext_noop("{method} refuses: {reason}."), language).format(
                method=one.method, reason=one.reason
            )
            for one in self.refusals
        ]
        if not self.estimates:
            form = gettext_noop("At least {n} were recorded; no method can say how many were not.")
            return " ".join([translate(form, language).format(n=f"{self.table.n_observed:,}"), *refused])
        if len(counted) < 2:
            return " ".join([(counted or list(self.estimates))[0].statement(language), *refused])
        least = min(counted, key=lambda one: one.population_size.point)
        most = max(counted, key=lambda one: one.population_size.point)
        form = gettext_noop(
            "At least {n} were recorded; {count} methods put the true number at {least} ({least_method}) "
            "to {most} ({most_method}), and their intervals together reach from {lower} to {upper}."
        )
        uppers = [one.population_size.upper for one in counted]
        known = [upper for upper in uppers if upper is not None]
        no_end = translate(gettext_noop("no upper end"), language)
        line = translate(form, language).format(
            n=f"{self.table.n_observed:,}",
            count=len(counted),
            least=rounded(least.population_size.point, down=True),
            least_method=least.method,
            most=rounded(most.population_size.point),
            most_method=most.method,
            lower=rounded(min(one.population_size.lower for one in counted), down=True),
            upper=rounded(max(known)) if len(known) == len(uppers) else no_end,
        )
        doubts = [explain(flag, language) for flag in self.flags if self.disagree or flag != Flag.METHODS_DISAGREE]
        if Flag.METHODS_DISAGREE in self.flags and not self.disagree:
            doubts.append(translate(gettext_noop("Only the model of independent lists stands apart."), language))
        return " ".join([line, *doubts, *refused])

    def document(self) -> dict[str, Any]:
        """The JSON document of ``panah estimate --json``."""
        table = self.estimates[0].table if self.estimates else summary_of(self.table)
        return {
            "format": ESTIMATE_FORMAT,
            "table": table.as_dict(),
            "n_linkage_draws": self.n_linkage_draws,
            "estimates": [one.as_dict() for one in self.estimates],
            "refusals": [one.as_dict() for one in self.refusals],
            "statement": self.statement(),
        }

    def to_json(self) -> str:
        """One line of JSON, without draws."""
        return json.dumps(self.document(), ensure_ascii=False, allow_nan=False)


def compare(
    table: OverlapTable | OverlapRecords | Sequence[OverlapTable],
    methods: Sequence[str] | None = None,
    *,
    seed: int = 0,
    level: float = 0.95,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    tell: Callable[[str], None] = lambda _method: None,
) -> Comparison:
    """Run the family of methods and say whether they agree.

    Args:
        table: Counts, or records with covariates, or one table for each draw of a linkage (see :func:`fit_many`).
        methods: Names; by default every method that can take this many lists (``doubly_robust`` with records only).
        seed: Given to each method.
        level: Of the intervals.
        settings: Method -> its settings.
        tell: Called with the method's name after each fit.

    Returns:
        Estimates and refusals. Two methods disagree when each one's interval excludes the other's point, when their
        points differ by a factor of two, or when a lower bound lies above an upper end. ``methods_disagree`` is then
        put on every estimate; when only the independence model stands apart, on that one alone: selected models test
        what it assumes, and it is the one to drop.
    """
    counts = representative(table)
    names = list(methods) if methods is not None else fitting_methods(table)
    estimates: list[Estimate] = []
    refusals: list[Refusal] = []
    for name in names:
        chosen = dict((settings or {}).get(name, {}))
        try:
            if isinstance(table, Sequence):
                estimates.append(fit_many(table, name, seed, level, tell=partial(tell, name), **chosen))
            else:
                estimates.append(fit(table, name, seed, level, **chosen))
                tell(name)
        except NotEstimable as refusal:
            refusals.append(Refusal(name, flag_of(refusal), str(refusal)))
    alone = _in_doubt(estimates)
    estimates = [_flagged(one) if one.method in alone else one for one in estimates]
    drawn = len(table) if isinstance(table, Sequence) else 1
    return Comparison(counts, tuple(estimates), tuple(refusals), drawn)


def representative(table: OverlapTable | OverlapRecords | Sequence[OverlapTable]) -> OverlapTable:
    """The counts to show: of several draws the one in the middle by recorded units."""
    if isinstance(table, OverlapRecords):
        return table.table()
    if isinstance(table, OverlapTable):
        return table
    if not table:
        raise NotConfigured("no table", where="compare", hint="give at least one draw of the linkage")
    order = sorted(table, key=lambda one: (one.n_observed, one.n_overlap, one.digest))
    return order[len(order) // 2]


def fitting_methods(table: OverlapTable | OverlapRecords | Sequence[OverlapTable]) -> list[str]:
    """The methods that can take a table of so many lists."""
    counts = representative(table)
    n_lists = sum(size > 0 for size in counts.list_sizes.values())
    has_covariates = isinstance(table, OverlapRecords) and bool(table.covariates)
    found = [
        name
        for name, one in METHODS.items()
        if n_lists >= one.min_lists
        and (one.max_lists is None or n_lists <= one.max_lists)
        and (has_covariates or not one.takes_records)
    ]
    if not found:
        # one list or none: let the simplest method say why not
        return [next(iter(METHODS))]
    return found


def _flagged(one: Estimate) -> Estimate:
    return replace(one, flags=in_order([*one.flags, Flag.METHODS_DISAGREE]))


def _in_doubt(estimates: Sequence[Estimate]) -> set[str]:
    """Methods whose estimates are to be flagged as disagreeing."""
    counted = [one for one in estimates if one.method not in NOT_COUNTED]
    if any(_exclude_each_other(a, b) for a, b in itertools.combinations(counted, 2)):
        return {one.method for one in estimates}
    others = [one for one in estimates if one.method in NOT_COUNTED]
    return {one.method for one in others if any(_exclude_each_other(one, each) for each in counted)}


def _exclude_each_other(a: Estimate, b: Estimate) -> bool:
    if a.lower_bound_only and b.lower_bound_only:
        return False
    if a.lower_bound_only or b.lower_bound_only:
        bound, other = (a, b) if a.lower_bound_only else (b, a)
        upper = other.population_size.upper
        return upper is not None and upper < bound.population_size.lower
    low, high = sorted((a.population_size, b.population_size), key=lambda size: size.point)
    apart = low.upper is not None and low.upper < high.point and low.point < high.lower
    return apart or high.point > DISAGREEMENT_RATIO * low.point
