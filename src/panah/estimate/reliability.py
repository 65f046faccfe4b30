"""How far to believe an estimate: what the table itself can say about the method, and what nobody can.

Source:
    Hook and Regal (2000), American Journal of Epidemiology 152(8), 771-779 (hiding one list whose size is known).
    Cormack (1999), Journal of Clinical Epidemiology 52(10), 909-914 (what the overlap cannot tell).
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from panah.errors import NotConfigured, NotEstimable
from panah.i18n import gettext_noop, translate
from panah.model.estimate import ESTIMATE_FORMAT, Estimate, explain, rounded
from panah.model.overlap import OverlapTable

from .cells import working_table
from .figures import Spec, curve_figure, overlap_figure
from .fitting import fit, summary_of
from .methods import entry

if TYPE_CHECKING:
    import numpy as np

FRACTIONS: Final = (0.2, 0.4, 0.6, 0.8)
SIMULATIONS: Final = 2000
QUICK_SETTINGS: Final = {"replicates": 200, "draws": 1000}
"""Fits of parts of the table are many, and need only show where they land."""
MULTIPLIERS: Final = (1 / 3, 0.5, 2 / 3, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0)
MOST_MERGES: Final = 15


@dataclass(frozen=True, slots=True)
class Check:
    """One fit of a part of the table.

    Attributes:
        what: The list, pair or fraction that it is about.
        known: Truth, where it is known (a hidden list).
        point: Estimate, None when refused; ``lower`` and ``upper`` likewise.
        refused: Why not, or empty.
    """

    what: str
    n_observed: int
    known: int | None = None
    point: float | None = None
    lower: float | None = None
    upper: float | None = None
    refused: str = ""

    @property
    def covers(self) -> bool | None:
        """Whether the interval holds the truth; None when there is no truth or no interval."""
        if self.known is None or self.lower is None:
            return None
        return self.lower <= self.known and (self.upper is None or self.known <= self.upper)

    def as_dict(self) -> dict[str, Any]:
        return {
            "what": self.what,
            "n_observed": self.n_observed,
            "known": self.known,
            "point": self.point,
            "lower": self.lower,
            "upper": self.upper,
            "covers": self.covers,
            "refused": self.refused,
        }


@dataclass(frozen=True)
class Reliability:
    """What can be said for and against one estimate.

    Attributes:
        hidden_lists: Each list hidden and estimated from the others, its size being known.
        without_list: The estimate without each list.
        merged_lists: The estimate with two lists taken as one.
        subsamples: The estimate from a share of the units, divided by the share.
        pattern_p: Chance of patterns as far from the fit as those observed; None when the method fits no patterns.
        sensitivity: Multiplier of the unseen by an interaction of all lists -> population size. No table can say which.
    """

    table: OverlapTable
    estimate: Estimate
    hidden_lists: tuple[Check, ...]
    without_list: tuple[Check, ...]
    merged_lists: tuple[Check, ...]
    subsamples: tuple[Check, ...]
    pattern_p: float | None
    sensitivity: tuple[dict[str, float | None], ...]

    def statement(self, language: str = "en") -> str:
        """The checks in plain sentences, after the estimate's own."""
        judged = [one for one in self.hidden_lists if one.covers is not None]
        lines = [self.estimate.statement(language)]
        if judged:
            form = gettext_noop(
                "With one list hidden and its size estimated from the others, {good} of {all} intervals hold the truth."
            )
            good = sum(bool(one.covers) for one in judged)
            lines.append(translate(form, language).format(good=good, all=len(judged)))
        changed = [one.point for one in (*self.without_list, *self.merged_lists) if one.point is not None]
        if changed:
            form = gettext_noop("Leaving out a list or merging two moves the estimate to between {least} and {most}.")
            least, most = rounded(min(changed), down=True), rounded(max(changed))
            lines.append(translate(form, language).format(least=least, most=most))
        if self.pattern_p is not None:
            form = (
                gettext_noop("The fitted patterns agree with those observed (p = {p}).")
                if self.pattern_p >= 0.05
                else gettext_noop("The fitted patterns do not agree with those observed (p = {p}).")
            )
            lines.append(translate(form, language).format(p=f"{self.pattern_p:.2g}"))
        double = next(one for one in self.sensitivity if one["multiplier"] == 2.0)
        form = gettext_noop(
            "No table can show an interaction of all lists: if it hid twice as many as assumed, "
            "the number would be {point}."
        )
        lines.append(translate(form, language).format(point=rounded(double["point"] or 0.0)))
        return " ".join(lines)

    def document(self) -> dict[str, Any]:
        """The JSON document of ``panah estimate --reliability --json``."""
        return {
            "format": ESTIMATE_FORMAT,
            "table": summary_of(self.table).as_dict(),
            "estimates": [self.estimate.as_dict()],
            "refusals": [],
            "reliability": {
                "hidden_lists": [one.as_dict() for one in self.hidden_lists],
                "without_list": [one.as_dict() for one in self.without_list],
                "merged_lists": [one.as_dict() for one in self.merged_lists],
                "subsamples": [one.as_dict() for one in self.subsamples],
                "pattern_p": self.pattern_p,
                "sensitivity": list(self.sensitivity),
            },
            "flag_texts": [explain(flag) for flag in self.estimate.flags],
            "statement": self.statement(),
        }

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(self.document(), ensure_ascii=False, allow_nan=False)

    def figures(self) -> dict[str, Spec]:
        """Name -> Vega-Lite specification."""
        n = self.table.n_observed
        path = [
            {"share": float(one.what), "point": one.point, "lower": one.lower, "upper": one.upper}
            for one in self.subsamples
            if one.point is not None
        ]
        size = self.estimate.population_size
        path.append({"share": 1.0, "point": size.point, "lower": size.lower, "upper": size.upper})
        doubts = f" ({', '.join(self.estimate.flags)})" if self.estimate.flags else ""
        return {
            "sensitivity": curve_figure(
                self.sensitivity,
                "multiplier",
                "unseen multiplied by an interaction of all lists",
                title=f"{self.estimate.method}: what no table can show{doubts}",
                observed=n,
            ),
            "subsamples": curve_figure(
                path,
                "share",
                "share of the units",
                title=f"{self.estimate.method}: estimate from a share of the units, divided by it{doubts}",
                observed=n,
            ),
            "overlap": overlap_figure(self.table, self.estimate),
        }


def reliability(
    table: OverlapTable,
    method: str = "loglinear",
    seed: int = 0,
    level: float = 0.95,
    *,
    tell: Callable[[int], None] = lambda _steps: None,
    **settings: Any,
) -> Reliability:
    """Ask the table how far to believe a method on it.

    Args:
        table: Counts.
        method: A name in ``METHODS``; ``settings`` are its own.
        tell: Called with the number of fits done since.

    Raises:
        NotEstimable: The method refuses the table itself.
    """
    estimate = fit(table, method, seed, level, **settings)
    working, _left_out = working_table(table)
    quick = {**settings}
    setting = entry(method).draws_setting
    if setting:
        quick.setdefault(setting, QUICK_SETTINGS[setting])
    quick.pop("model", None)  # a given model names lists that a part of the table may not have
    ask = _Asker(method, seed, level, quick, tell)
    lists = working.lists
    pairs = list(itertools.combinations(lists, 2))[:MOST_MERGES]
    return Reliability(
        table=table,
        estimate=estimate,
        hidden_lists=tuple(
            ask.about(name, working.within(name), known=working.list_sizes[name]) for name in lists if len(lists) > 2
        ),
        without_list=tuple(ask.about(name, working.without(name)) for name in lists if len(lists) > 2),
        merged_lists=tuple(ask.about(f"{a}+{b}", working.merging(a, b)) for a, b in pairs if len(lists) > 2),
        subsamples=tuple(_subsample(ask, working, fraction, seed) for fraction in FRACTIONS),
        pattern_p=pattern_check(working, estimate, seed),
        sensitivity=tuple(_sensitivity(estimate)),
    )


@dataclass(frozen=True)
class _Asker:
    """Fits parts of a table; with two lists left it takes the independence model, which is then the only one."""

    method: str
    seed: int
    level: float
    settings: dict[str, Any]
    tell: Callable[[int], None]

    def about(self, what: str, table: OverlapTable, *, known: int | None = None, scale: float = 1.0) -> Check:
        n_lists = sum(size > 0 for size in table.list_sizes.values())
        fits = n_lists >= entry(self.method).min_lists
        method, settings = (self.method, self.settings) if fits else ("independence", {})
        self.tell(1)
        try:
            size = fit(table, method, self.seed, self.level, **settings).population_size
        except (NotEstimable, NotConfigured) as refusal:
            return Check(what, table.n_observed, known, refused=str(refusal))
        upper = None if size.upper is None else size.upper / scale
        return Check(what, table.n_observed, known, size.point / scale, size.lower / scale, upper)


def _subsample(ask: _Asker, table: OverlapTable, fraction: float, seed: int) -> Check:
    import numpy as np

    rng: np.random.Generator = np.random.default_rng(seed)
    counts = np.array(list(table.counts.values()))
    taken = rng.multivariate_hypergeometric(counts, round(fraction * counts.sum()), method="marginals")
    part = OverlapTable.from_patterns(table.lists, dict(zip(table.counts, taken.tolist(), strict=True)))
    return ask.about(str(fraction), part, scale=fraction)


def pattern_check(table: OverlapTable, estimate: Estimate, seed: int) -> float | None:
    """Chance that patterns drawn from the fit lie as far from it as those observed (Freeman-Tukey distance)."""
    import numpy as np

    if not estimate.patterns:
        return None
    fitted = np.array([one.fitted for one in estimate.patterns])
    observed = np.array([one.observed for one in estimate.patterns], float)
    drawn = np.random.default_rng(seed).poisson(fitted, size=(SIMULATIONS, len(fitted)))
    distance = ((np.sqrt(observed) - np.sqrt(fitted)) ** 2).sum()
    drawn_distance = ((np.sqrt(drawn) - np.sqrt(fitted)) ** 2).sum(axis=1)
    return float((drawn_distance >= distance).mean())


def _sensitivity(estimate: Estimate) -> Sequence[dict[str, float | None]]:
    """An interaction of all lists leaves every observed pattern as fitted and multiplies the unseen by a factor."""
    n = estimate.table.n_observed
    unseen = estimate.n_unobserved

    def total(units: float | None, factor: float) -> float | None:
        return None if units is None else n + units * factor

    return [
        {
            "multiplier": factor,
            "interaction": math.log(factor),
            "point": total(unseen.point, factor),
            "lower": total(unseen.lower, factor),
            "upper": total(unseen.upper, factor),
        }
        for factor in MULTIPLIERS
    ]
