"""Stepwise choice of pairs at a p threshold, for sparse tables with lists that do not meet.

From the lists alone, the pair whose total is least likely under the model so far is added, as long as that likelihood
is below the threshold and the larger model exists and is identified in the table.

Source:
    Chan, Silverman and Vincent (2021), Journal of the American Statistical Association 116(535), 1297-1306.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Final, Literal

from panah.errors import NotConfigured
from panah.i18n import gettext_noop
from panah.model.estimate import Flag
from panah.model.overlap import OverlapTable

from .answer import Answer, not_identified
from .bootstrap import bca_interval
from .cells import all_cells, cell_counts
from .existence import Existence, check, living_cells, split_terms
from .models import Terms, by_size, independence, long_name, short_name
from .profile import profile_interval

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

ASSUMPTION: Final = gettext_noop(
    "the lists depend on each other only in pairs, and only in the pairs whose overlap shows it"
)


def estimate_stepwise(
    table: OverlapTable,
    *,
    seed: int,
    level: float,
    p_threshold: float = 0.02,
    interval: Literal["bca", "profile"] = "bca",
    replicates: int = 1000,
) -> Answer:
    """Stepwise selection of pairs by the one-sided Poisson p-value of their total; bootstrap over the selection.

    Args:
        table: Two lists or more.
        seed: For the bootstrap.
        level: Of the interval.
        p_threshold: A pair enters below it; 0 keeps the lists alone.
        interval: ``bca`` over the selection, or ``profile`` of the model chosen.
        replicates: Of the bootstrap.

    Raises:
        NotIdentified: Not even the model of the lists alone can be estimated.
    """
    if not 0 <= p_threshold <= 1:
        raise NotConfigured("the threshold must be from 0 to 1", where="p_threshold", hint="write 0.02")
    if interval not in {"bca", "profile"}:
        raise NotConfigured(f"no interval {interval}", where="method stepwise", hint="choose bca or profile")
    search = StepwiseSearch(table.n_lists, p_threshold)
    counts = cell_counts(table)
    found = search.run(counts)
    if found is None:
        raise not_identified("the model of the lists alone")
    terms, unseen, fitted, steps = found
    point = table.n_observed + unseen
    flags: set[Flag] = set()
    diagnostics: dict[str, Any] = {
        "model": short_name(terms),
        "steps": [{"pair": table.names_of(pair), "p": p} for pair, p in steps],
    }
    alive, dead = split_terms(search.cells, counts, terms)
    if interval == "bca":
        spread = bca_interval(
            counts, point, search.totals, n_replicates=replicates, seed=seed, level=level
        )  # fmt: skip
        lower, upper = spread.lower, spread.upper
        diagnostics |= spread.as_dict()
        flags |= {Flag.DOES_NOT_EXIST} if spread.is_doubtful else set()
    else:
        lower, upper = profile_interval(search.cells, counts, alive, dead, unseen, level)
    if dead:
        diagnostics["pairs_without_overlap_in_model"] = [list(table.names_of(term)) for term in dead]
    return Answer(
        point,
        lower,
        upper,
        f"log-linear {short_name(terms)} by steps, interactions: {long_name(terms, table.lists)}",
        ASSUMPTION,
        flags=frozenset(flags),
        diagnostics=diagnostics,
        settings={"p_threshold": p_threshold, "interval": interval, "replicates": replicates},
        fitted=dict(zip(search.cells.tolist(), fitted.tolist(), strict=True)),
    )


class StepwiseSearch:
    """The whole selection as one procedure, to be run on the table and on each resampled one."""

    def __init__(self, n_lists: int, p_threshold: float) -> None:
        import numpy as np

        self.cells = all_cells(n_lists)
        self.p_threshold = p_threshold
        self._base = independence(n_lists)
        self._pairs = [1 << a | 1 << b for a, b in itertools.combinations(range(n_lists), 2)]
        # inclusion of cells in pairs, shape (pairs, C): one product gives every pair's total
        self._inside = np.array([(self.cells & pair) == pair for pair in self._pairs], float)

    def run(
        self, counts: npt.NDArray[np.float64]
    ) -> tuple[Terms, float, npt.NDArray[np.float64], list[tuple[int, float]]] | None:
        """Terms, units on no list, fitted units by cell, and the steps; None when nothing can be estimated."""
        import numpy as np

        terms = self._base
        current = self._fit(counts, terms)
        if current is None:
            return None
        observed = self._inside @ counts
        steps: list[tuple[int, float]] = []
        while True:
            p_values = _one_sided_p(observed, self._inside @ current[1])
            taken = np.array([pair in set(terms) for pair in self._pairs], bool)
            step = None
            for index in np.argsort(np.where(taken, np.inf, p_values), kind="stable"):
                if taken[index] or not p_values[index] < self.p_threshold:
                    break
                larger = by_size([*terms, self._pairs[index]])
                step = self._fit(counts, larger)
                if step is not None:
                    terms, current = larger, step
                    steps.append((self._pairs[index], float(p_values[index])))
                    break
            if step is None:
                return terms, current[0], current[1], steps

    def totals(self, tables: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Population size of each table, shape (B,); NaN where nothing can be estimated."""
        import numpy as np

        result = np.full(len(tables), np.nan)
        for row, counts in enumerate(tables):
            found = self.run(counts)
            if found is not None:
                result[row] = counts.sum() + found[1]
        return result

    def _fit(self, counts: npt.NDArray[np.float64], terms: Terms) -> tuple[float, npt.NDArray[np.float64]] | None:
        """Units on no list and fitted units by cell, if the estimate exists and is identified."""
        import numpy as np

        from . import kernels

        alive, dead = split_terms(self.cells, counts, terms) if counts.min() == 0 else (terms, ())
        kept = living_cells(self.cells, dead) if dead else slice(None)
        cells, units = self.cells[kept], counts[kept]
        theta, means = np.zeros(len(alive)), np.empty(len(cells))
        status, _loglik = kernels.poisson_fit(
            cells, units, np.zeros(len(cells)), np.array(alive, np.int64), theta, means, False
        )
        if status != kernels.FIT_FOUND and check(self.cells, counts, terms) is not Existence.FINE:
            return None
        fitted = np.zeros(len(counts))
        fitted[kept] = means
        return float(np.exp(theta[0])), fitted


def _one_sided_p(observed: npt.NDArray[np.float64], expected: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Poisson probability of a total as far from its mean or farther, on its own side."""
    import numpy as np
    from scipy.special import gammainc, gammaincc

    mean = np.maximum(expected, 1e-300)
    below = gammaincc(observed + 1, mean)  # P(X <= observed)
    above = np.where(observed > 0, gammainc(np.maximum(observed, 1e-300), mean), 1.0)  # P(X >= observed)
    return np.asarray(np.minimum(below, above))
