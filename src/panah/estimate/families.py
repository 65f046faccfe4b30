"""Families of log-linear models fitted to many tables at once, and the choice among them by AIC or BIC."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from . import existence
from .models import Terms

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Criterion = Literal["aic", "bic"]


@dataclass(frozen=True)
class FamilyFit:
    """M models fitted to B tables; every array has shape (B, M).

    ``unseen`` is to be believed where ``certified``; elsewhere existence has to be checked first.
    """

    unseen: npt.NDArray[np.float64]
    loglik: npt.NDArray[np.float64]
    certified: npt.NDArray[np.bool_]
    criterion: npt.NDArray[np.float64]


class Family:
    """Some models over the same lists.

    Args:
        n_lists: Lists.
        models: Their terms, the intercept first.
        offset: Added to the log mean of each cell, shape (C,).
    """

    def __init__(self, n_lists: int, models: Sequence[Terms], offset: npt.NDArray[np.float64] | None = None) -> None:
        import numpy as np

        from .cells import all_cells

        self.cells = all_cells(n_lists)
        self.models = list(models)
        self.offset = np.zeros(len(self.cells)) if offset is None else offset
        self._n_terms = np.array([len(terms) for terms in self.models], np.int64)
        self._terms = np.zeros((len(self.models), int(self._n_terms.max())), np.int64)
        for row, terms in zip(self._terms, self.models, strict=True):
            row[: len(terms)] = terms

    def fit(self, tables: npt.NDArray[np.float64], criterion: Criterion = "bic") -> FamilyFit:
        """Fit every model to every table, shape (B, C).

        Terms of minus infinity count as parameters, as in Chan et al. (2021).
        """
        import numpy as np

        from . import kernels

        shape = (len(tables), len(self.models))
        unseen, loglik = np.empty(shape), np.empty(shape)
        status = np.empty(shape, np.int64)
        kernels.fit_families(self.cells, tables, self.offset, self._terms, self._n_terms, unseen, loglik, status)
        size = np.maximum(tables.sum(axis=1), 2)
        cost = np.full(len(tables), 2.0) if criterion == "aic" else np.log(size)
        information = -2 * loglik + cost[:, None] * self._n_terms[None, :]
        return FamilyFit(unseen, loglik, status == kernels.FIT_FOUND, information)

    def is_fine(self, fitted: FamilyFit, tables: npt.NDArray[np.float64], table: int, model: int) -> bool:
        """Whether a model's estimate exists and is identified in a table; looked up only when not certified."""
        if fitted.certified[table, model]:
            return True
        terms = self.models[model]
        return existence.check(self.cells, tables[table], terms) is existence.Existence.FINE

    def best(self, fitted: FamilyFit, tables: npt.NDArray[np.float64], table: int) -> int | None:
        """The model with the least criterion among those that exist and are identified, or None."""
        import numpy as np

        for model in np.argsort(fitted.criterion[table], kind="stable"):
            if self.is_fine(fitted, tables, table, int(model)):
                return int(model)
        return None

    def answers(self, tables: npt.NDArray[np.float64], criterion: Criterion, average: bool) -> npt.NDArray[np.float64]:
        """Population size of each table, by the best model or averaged over the models."""
        return self.averaged(tables, criterion) if average else self.selected(tables, criterion)

    def selected(self, tables: npt.NDArray[np.float64], criterion: Criterion) -> npt.NDArray[np.float64]:
        """Population size by the best model of each table, shape (B,); NaN where none can be estimated."""
        import numpy as np

        fitted = self.fit(tables, criterion)
        totals = tables.sum(axis=1)
        result = np.full(len(tables), np.nan)
        for table in range(len(tables)):
            model = self.best(fitted, tables, table)
            if model is not None:
                result[table] = totals[table] + fitted.unseen[table, model]
        return result

    def averaged(self, tables: npt.NDArray[np.float64], criterion: Criterion) -> npt.NDArray[np.float64]:
        """Population size averaged over the models of each table with weights exp(-criterion / 2), shape (B,)."""
        import numpy as np

        fitted = self.fit(tables, criterion)
        totals = tables.sum(axis=1)
        result = np.full(len(tables), np.nan)
        for table in range(len(tables)):
            weights = self.weights(fitted, tables, table)
            if weights.any():
                unseen = np.where(weights > 0, fitted.unseen[table], 0.0)
                result[table] = totals[table] + float(weights @ unseen)
        return result

    def weights(self, fitted: FamilyFit, tables: npt.NDArray[np.float64], table: int) -> npt.NDArray[np.float64]:
        """Weight of each model, shape (M,), adding up to 1; models that cannot be estimated have none."""
        import numpy as np

        criterion = fitted.criterion[table]
        weights = np.zeros(len(self.models))
        first = self.best(fitted, tables, table)
        if first is None:
            return weights
        for model in np.flatnonzero(criterion <= criterion[first] + 40):  # exp(-20) is nothing
            if self.is_fine(fitted, tables, table, int(model)):
                weights[model] = math.exp(-(criterion[model] - criterion[first]) / 2)
        return np.asarray(weights / weights.sum())


def by_steps(
    n_lists: int, table: npt.NDArray[np.float64], order: int, criterion: Criterion, start: Terms
) -> list[Terms]:
    """Models met while adding and dropping the one interaction that lowers the criterion most, best first.

    For lists too many to look at every model. Each model met is hierarchical.
    """
    import numpy as np

    from .models import by_size

    met: dict[Terms, float] = {}
    current, current_value = start, math.inf
    while True:
        near = [terms for terms in _neighbours(current, n_lists, order) if terms not in met]
        near = [current, *near] if current not in met else near
        if not near:
            break
        family = Family(n_lists, near)
        fitted = family.fit(table[None, :], criterion)
        met |= dict(zip(family.models, fitted.criterion[0].tolist(), strict=True))
        index = family.best(fitted, table[None, :], 0)
        if index is None or fitted.criterion[0, index] >= current_value - 1e-9:
            break
        current, current_value = by_size(near[index]), float(fitted.criterion[0, index])
    order_of = np.argsort(list(met.values()), kind="stable")
    models = list(met)
    return [models[index] for index in order_of]


def _neighbours(terms: Terms, n_lists: int, order: int) -> list[Terms]:
    from .models import by_size

    inside = set(terms)
    near = []
    for term in range(1, 1 << n_lists):
        size = term.bit_count()
        if not 2 <= size <= min(order, n_lists - 1):
            continue
        below = [term & ~(1 << index) for index in range(n_lists) if term >> index & 1]
        above = any(other != term and other & term == term for other in inside)
        if term in inside and not above:
            near.append(by_size(inside - {term}))
        elif term not in inside and all(one in inside for one in below):
            near.append(by_size(inside | {term}))
    return near
