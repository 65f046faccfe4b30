"""Poisson log-linear models: a given one, or the choice among all hierarchical models by AIC or BIC.

The log of the expected count of a pattern is a sum over its lists and their interactions. What identifies the unseen
is that the interaction of all lists is nil, and, in a selected model, that the interactions left out are.

Source:
    Fienberg (1972), Biometrika 59(3), 591-603.
    Bishop, Fienberg and Holland (1975), Discrete Multivariate Analysis, ch. 6.
    Silverman, Chan and Vincent (2024), Bootstrapping multiple systems estimates to account for model selection,
    Statistics and Computing 34, 44.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

from panah.errors import NotConfigured, NotEstimable
from panah.i18n import gettext_noop
from panah.model.estimate import Flag
from panah.model.overlap import OverlapTable

from .answer import Answer, does_not_exist, not_identified, within_belief
from .bootstrap import bca_interval
from .cells import all_cells, cell_counts
from .existence import Existence, check, living_cells, split_terms
from .families import Criterion, Family, by_steps
from .models import Terms, hierarchical_models, independence, long_name, read_model, short_name
from .profile import profile_interval

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

LOGLINEAR_ASSUMPTION: Final = gettext_noop(
    "the lists depend on each other only through the interactions in the model, and never through all of them at once"
)
FULL_SEARCH_LISTS: Final = {2: 6, 3: 5, 4: 5}
"""Interactions of at most so many lists -> most lists for which every model is looked at (32,768; 6,212; 6,893)."""
SELECT_LISTS: Final = 9
"""With ten lists the bootstrap over the selection takes a minute and more."""
SHOWN_MODELS: Final = 10


def estimate_loglinear(
    table: OverlapTable,
    *,
    seed: int,
    level: float,
    model: str | Sequence[Sequence[str]] | None = None,
    order: int | None = None,
    criterion: Criterion = "bic",
    average: bool = False,
    interval: Literal["profile", "bca"] | None = None,
    replicates: int = 1000,
    best: int = 20,
) -> Answer:
    """A log-linear model that is given, or selected among all hierarchical ones.

    Args:
        table: Three lists or more.
        seed: For the bootstrap.
        level: Of the interval.
        model: ``"[123,14,34]"`` by numbers of lists, or groups of list names; None selects.
        order: Lists in an interaction at most; by default 3 with up to four lists, else 2.
        criterion: ``bic`` or ``aic``.
        average: Average over the models by their weights instead of taking the best.
        interval: ``profile`` for a given model, ``bca`` (default when selecting) bootstraps the selection too.
        replicates: Of the bootstrap.
        best: How many of the best models the bootstrap selects among.

    Raises:
        NotIdentified: The given model does not exist in this table, or is not identified; or no model is.
        NotEstimable: Too many lists to choose among models.
    """
    if interval not in {None, "profile", "bca"}:
        raise NotConfigured(f"no interval {interval}", where="method loglinear", hint="choose profile or bca")
    if criterion not in {"aic", "bic"}:
        raise NotConfigured(f"no criterion {criterion}", where="method loglinear", hint="choose aic or bic")
    if model is not None:
        terms = read_model(model, table.lists)
        return _given(table, terms, seed, level, interval or "profile", replicates)
    if table.n_lists > SELECT_LISTS:
        raise NotEstimable(
            f"choosing among models of {table.n_lists} lists takes too long; {SELECT_LISTS} are the most",
            where="method loglinear",
            hint="merge lists, name one model, or take chao, independence or latent_class",
        )
    chosen_order = order if order is not None else (3 if table.n_lists <= 4 else 2)
    if not 2 <= chosen_order <= table.n_lists:
        raise NotConfigured(
            f"the order {chosen_order} cannot be with {table.n_lists} lists", where="order", hint="write 2"
        )
    return _selected(table, chosen_order, criterion, average, interval or "bca", seed, level, replicates, best)


def _given(
    table: OverlapTable,
    terms: Terms,
    seed: int,
    level: float,
    interval: str,
    replicates: int,
) -> Answer:
    cells, counts = all_cells(table.n_lists), cell_counts(table)
    name = short_name(terms)
    _require(check(cells, counts, terms), name)
    unseen, fitted, loglik = fit_terms(cells, counts, terms)
    point = table.n_observed + unseen
    diagnostics: dict[str, Any] = _fit_diagnostics(counts, fitted, loglik, terms, table)
    flags: set[Flag] = set()
    if interval == "bca":
        family = Family(table.n_lists, [terms])
        spread = bca_interval(
            counts, point, lambda tables: family.selected(tables, "bic"),
            n_replicates=replicates, seed=seed, level=level,
        )  # fmt: skip
        lower, upper = spread.lower, spread.upper
        diagnostics |= spread.as_dict()
        flags |= {Flag.DOES_NOT_EXIST} if spread.is_doubtful else set()
    else:
        alive, dead = split_terms(cells, counts, terms)
        lower, upper = profile_interval(cells, counts, alive, dead, unseen, level)
    return Answer(
        point,
        lower,
        upper,
        _in_words(terms, table),
        LOGLINEAR_ASSUMPTION,
        flags=frozenset(flags),
        diagnostics=diagnostics,
        settings={
            "model": name,
            "interval": interval,
            **({"replicates": replicates} if interval == "bca" else {}),
        },
        fitted=dict(zip(cells.tolist(), fitted.tolist(), strict=True)),
    )


def _selected(
    table: OverlapTable, order: int, criterion: Criterion, average: bool, interval: str, seed: int, level: float,
    replicates: int, best: int,
) -> Answer:  # fmt: skip
    import numpy as np

    cells, counts = all_cells(table.n_lists), cell_counts(table)
    tables = counts[None, :]
    search = "all" if table.n_lists <= FULL_SEARCH_LISTS.get(min(order, table.n_lists - 1), 4) else "steps"
    models: Sequence[Terms]
    if search == "all":
        models = hierarchical_models(table.n_lists, order)
    else:
        models = by_steps(table.n_lists, counts, order, criterion, independence(table.n_lists))
    family = Family(table.n_lists, models)
    fitted = family.fit(tables, criterion)
    first = family.best(fitted, tables, 0)
    if first is None:
        raise not_identified("every model")
    ranking = np.argsort(fitted.criterion[0], kind="stable")[: 4 * best]
    usable = [first, *(int(one) for one in ranking if one != first and family.is_fine(fitted, tables, 0, int(one)))][
        :best
    ]
    few = Family(table.n_lists, [family.models[index] for index in usable])
    weights = family.weights(fitted, tables, 0)
    n = table.n_observed
    point = n + float(weights @ np.where(weights > 0, fitted.unseen[0], 0)) if average else n + fitted.unseen[0, first]
    terms = family.models[first]
    _unseen, means, loglik = fit_terms(cells, counts, terms)
    diagnostics = _fit_diagnostics(counts, means, loglik, terms, table) | {
        "search": search,
        "models_considered": len(models),
        "best_models": [
            {
                "model": short_name(family.models[index]),
                "population_size": within_belief(n + float(fitted.unseen[0, index]), n),
                criterion: float(fitted.criterion[0, index]),
                "weight": float(weights[index]),
            }
            for index in usable[:SHOWN_MODELS]
        ],
    }
    flags: set[Flag] = set()
    if interval == "bca":
        spread = bca_interval(
            counts, point, lambda several: few.answers(several, criterion, average),
            n_replicates=replicates, seed=seed, level=level,
        )  # fmt: skip
        lower, upper = spread.lower, spread.upper
        diagnostics |= spread.as_dict() | {"bootstrap_models": len(usable)}
        flags |= {Flag.DOES_NOT_EXIST} if spread.is_doubtful else set()
    else:
        alive, dead = split_terms(cells, counts, terms)
        lower, upper = profile_interval(cells, counts, alive, dead, float(fitted.unseen[0, first]), level)
    return Answer(
        float(point),
        lower,
        upper,
        f"average of models, the best being {_in_words(terms, table)}" if average else _in_words(terms, table),
        LOGLINEAR_ASSUMPTION,
        flags=frozenset(flags),
        diagnostics=diagnostics,
        settings={
            "order": order,
            "criterion": criterion,
            "average": average,
            "interval": interval,
            "replicates": replicates,
            "best": best,
        },
        fitted=dict(zip(cells.tolist(), means.tolist(), strict=True)),
    )


def fit_terms(
    cells: npt.NDArray[np.int64],
    counts: npt.NDArray[np.float64],
    terms: Terms,
    offset: npt.NDArray[np.float64] | None = None,
) -> tuple[float, npt.NDArray[np.float64], float]:
    """Extended maximum likelihood: units on no list, fitted units by cell, log-likelihood without ``log n!``."""
    import numpy as np

    from . import kernels

    alive, dead = split_terms(cells, counts, terms)
    kept = living_cells(cells, dead)
    theta, means = np.zeros(len(alive)), np.empty(int(kept.sum()))
    added = np.zeros(len(means)) if offset is None else offset[kept]
    _status, loglik = kernels.poisson_fit(
        cells[kept], counts[kept], added, np.array(alive, np.int64), theta, means, False
    )
    fitted = np.zeros(len(cells))
    fitted[kept] = means
    return float(np.exp(theta[0])), fitted, float(loglik)


def _require(state: Existence, name: str) -> None:
    if state is Existence.NOT_IDENTIFIED:
        raise not_identified(f"the model {name}")
    if state is Existence.DOES_NOT_EXIST:
        raise does_not_exist(f"the model {name}")


def _in_words(terms: Terms, table: OverlapTable) -> str:
    return f"log-linear {short_name(terms)}, interactions: {long_name(terms, table.lists)}"


def _fit_diagnostics(
    counts: npt.NDArray[np.float64],
    fitted: npt.NDArray[np.float64],
    loglik: float,
    terms: Terms,
    table: OverlapTable,
) -> dict[str, Any]:
    """Deviance against the table itself, and the criteria of the model."""
    import numpy as np

    filled = counts > 0
    saturated = float(counts[filled] @ np.log(counts[filled]) - counts.sum())
    return {
        "model": short_name(terms),
        "deviance": 2 * (saturated - loglik),
        "degrees_of_freedom": len(counts) - len(terms),
        "aic": -2 * loglik + 2 * len(terms),
        "bic": -2 * loglik + float(np.log(table.n_observed)) * len(terms),
    }
