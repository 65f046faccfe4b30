"""The log-linear model without interactions, from list totals alone: no pattern is ever listed, so any number of lists.

With independent lists the likelihood knows the recorded units ``n`` and the list totals ``n_j`` only. The estimate is the
root of ``1 - n/N = prod_j (1 - n_j/N)``; the profile likelihood of ``N`` has a closed form.

Source:
    Darroch (1958), Biometrika 45(3/4), 343-359.
    Fienberg (1972), Biometrika 59(3), 591-603.
    Cormack (1992), Biometrics 48(2), 567-576 (profile interval).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, Literal

from panah.errors import NotConfigured
from panah.i18n import gettext_noop
from panah.model.estimate import Flag
from panah.model.overlap import OverlapTable

from .answer import BEYOND_BELIEF, Answer, does_not_exist
from .bootstrap import bca_interval
from .profile import interval_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

ASSUMPTION: Final = gettext_noop(
    "being on one list makes it neither more nor less likely to be on another, and all units are alike in this"
)
BISECTIONS: Final = 100
INTERVALS: Final = ("profile", "bca")


def estimate_independence(
    table: OverlapTable,
    *,
    seed: int,
    level: float,
    interval: Literal["profile", "bca"] = "profile",
    replicates: int = 1000,
) -> Answer:
    """Population size when lists are independent and units alike.

    Not to be believed for lists that hear of the same people for the same reasons; see ``loglinear``.

    Args:
        table: Two lists or more, any number.
        seed: For the bootstrap.
        level: Of the interval.
        interval: ``profile`` likelihood, or ``bca`` bootstrap.
        replicates: Of the bootstrap.

    Raises:
        NotIdentified: A list holds every recorded unit, or the lists share nobody.

    Source:
        Fienberg (1972), Biometrika 59(3), 591-603.
    """
    import numpy as np

    if interval not in INTERVALS:
        raise NotConfigured(f"no interval {interval}", where="method independence", hint="choose profile or bca")
    patterns = list(table.counts)
    counts = np.array(list(table.counts.values()), float)
    on_list = np.array([[pattern >> index & 1 for index in range(table.n_lists)] for pattern in patterns], float)
    n, totals = counts.sum(), counts @ on_list
    point = float(population_sizes(counts[None, :], on_list)[0])
    if not math.isfinite(point):
        raise does_not_exist("the model [independence]")
    diagnostics: dict[str, Any] = {"model": "[independence]"}
    flags: set[Flag] = set()
    lower: float
    upper: float | None
    if interval == "bca":
        spread = bca_interval(
            counts, point, lambda tables: population_sizes(tables, on_list),
            n_replicates=replicates, seed=seed, level=level,
        )  # fmt: skip
        lower, upper = spread.lower, spread.upper
        diagnostics |= spread.as_dict()
        flags |= {Flag.DOES_NOT_EXIST} if spread.is_doubtful else set()
    else:
        low, high = interval_of(_log_likelihood(float(n), totals), point - float(n), float(n), level)
        lower, upper = float(n) + low, None if high is None else float(n) + high
    shares = totals / point
    means = point * np.exp(on_list @ np.log(shares) + (1 - on_list) @ np.log1p(-shares))
    # the Poisson log-likelihood without log n!, all means adding up to n
    loglik = float(counts @ np.log(means) - n)
    n_terms = table.n_lists + 1
    return Answer(
        point,
        lower,
        upper,
        "log-linear [independence], interactions: none",
        ASSUMPTION,
        flags=frozenset(flags),
        diagnostics=diagnostics
        | {
            "deviance": 2 * (float(counts @ np.log(counts) - n) - loglik),
            "degrees_of_freedom": (1 << table.n_lists) - 1 - n_terms,
            "aic": -2 * loglik + 2 * n_terms,
            "bic": -2 * loglik + math.log(n) * n_terms,
        },
        settings={
            "model": "[independence]",
            "interval": interval,
            **({"replicates": replicates} if interval == "bca" else {}),
        },
        fitted=dict(zip(patterns, means.tolist(), strict=True)),
    )


def population_sizes(tables: npt.NDArray[np.float64], on_list: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The estimate of each table, shape (B,); NaN where it does not exist.

    Args:
        tables: Units by pattern, shape (B, P).
        on_list: 1.0 where a pattern holds a list, shape (P, L).
    """
    import numpy as np

    n, totals = tables.sum(axis=1), tables @ on_list
    # a list without anybody, which a resampled table can have, says nothing
    exists = (totals.sum(axis=1) > n) & (totals.max(axis=1) < n)
    sizes = np.full(len(tables), np.nan)
    if not exists.any():
        return sizes
    n, totals = n[exists], totals[exists]

    def excess(logs: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        unseen = np.exp(logs)
        size = n + unseen
        return np.asarray(np.log(unseen) - np.log(size) - np.log1p(-totals / size[:, None]).sum(axis=1))

    low, high = np.full(len(n), math.log(1e-9)), np.log(n * BEYOND_BELIEF * BEYOND_BELIEF)
    for _step in range(BISECTIONS):
        middle = (low + high) / 2
        above = excess(middle) > 0
        high, low = np.where(above, middle, high), np.where(above, low, middle)
    sizes[exists] = n + np.exp((low + high) / 2)
    return sizes


def _log_likelihood(n: float, totals: npt.NDArray[np.float64]) -> Any:
    """Profile log-likelihood as a function of the units on no list, up to a constant."""
    import numpy as np
    from scipy.special import gammaln

    def likelihood(unseen: float) -> float:
        size = n + unseen
        shares = totals / size
        return float(
            gammaln(size + 1) - gammaln(unseen + 1) + totals @ np.log(shares) + (size - totals) @ np.log1p(-shares)
        )

    return likelihood
