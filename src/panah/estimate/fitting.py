"""The one call: check the table, run the method, give its answer flags and provenance."""

from __future__ import annotations

import inspect
import platform
import time
from importlib.metadata import version
from typing import Any, Final

from panah.errors import NoOverlap, NotConfigured, NotEstimable
from panah.model.estimate import Estimate, Flag, PatternFit, Quantity, TableSummary, in_order, json_value
from panah.model.overlap import OverlapRecords, OverlapTable

from .answer import Answer, beyond_belief, within_belief
from .cells import working_table
from .flags import table_flags
from .methods import MethodEntry, entry

LIBRARIES: Final = ("numpy", "scipy", "numba")


def fit(
    table: OverlapTable | OverlapRecords,
    method: str = "loglinear",
    seed: int = 0,
    level: float = 0.95,
    **settings: Any,
) -> Estimate:
    """Estimate how many units no list recorded.

    Args:
        table: Counts by inclusion pattern (or records with covariates, for ``doubly_robust``). Empty and inactive
            lists are left out, which is flagged.
        method: A name in :data:`METHODS`.
        seed: Non-negative; same seed, same numbers.
        level: Of the interval, between 0.5 and 1.
        settings: The method's own, by keyword.

    Returns:
        Population size in units with its interval, the model and its identifying assumption in words, flags,
        diagnostics, provenance; draws of shape (chains, draws) where the method samples.

    Raises:
        NoOverlap: No unit stands on two lists, or only one list has anybody.
        NotIdentified: The model does not exist in this table, or is not identified.
        NotConverged: The sampler did not settle.
        NotEstimable: The method cannot take so many or so few lists.
        NotConfigured: No such method or setting.
    """
    chosen = entry(method)
    run = chosen.load()
    _check_settings(method, run, seed, level, settings)
    started = time.perf_counter()
    counts = table.table() if isinstance(table, OverlapRecords) else table
    working, left_out = working_table(counts)
    _check_lists(method, chosen, working)
    if chosen.takes_records:
        records = table if isinstance(table, OverlapRecords) else OverlapRecords.from_table(working)
        answer = run(records, seed=seed, level=level, **settings)  # type: ignore[arg-type]
    else:
        answer = run(working, seed=seed, level=level, **settings)
    seconds = time.perf_counter() - started
    return _estimate(counts, working, left_out, method, seed, level, answer, seconds)


def _check_settings(method: str, run: Any, seed: int, level: float, settings: dict[str, Any]) -> None:
    known = [
        name
        for name, parameter in inspect.signature(run).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY and name not in {"seed", "level"}
    ]
    for name in settings:
        if name not in known:
            hint = f"choose from {', '.join(known)}" if known else "it has none"
            raise NotConfigured(f"no setting {name}", where=f"method {method}", hint=hint)
    if not isinstance(seed, int) or seed < 0:
        raise NotConfigured("the seed must be a whole number from 0", where="seed")
    if not 0.5 <= level < 1:
        raise NotConfigured("the level must be from 0.5 to below 1", where="level", hint="write 0.95")


def _check_lists(method: str, chosen: MethodEntry, working: OverlapTable) -> None:
    if working.n_overlap == 0:
        raise NoOverlap(
            "no unit stands on two lists" if working.n_lists > 1 else "only one list has anybody on it",
            where=working.stratum or "overlap table",
            hint="the table cannot say how many are missing; link the lists again, or add a list that overlaps",
            value=Flag.NO_OVERLAP,
        )
    n_lists = working.n_lists
    if n_lists < chosen.min_lists or (chosen.max_lists is not None and n_lists > chosen.max_lists):
        most = f" to {chosen.max_lists}" if chosen.max_lists else " or more"
        too_few = n_lists < chosen.min_lists
        raise NotEstimable(
            f"{method} takes {chosen.min_lists}{most} lists, and {n_lists} have anybody on them",
            where=working.stratum or "overlap table",
            hint="add a list that overlaps, or take chao" if too_few else "merge lists, or choose another method",
            value=Flag.FEW_LISTS if too_few else None,
        )


def _estimate(
    counts: OverlapTable,
    working: OverlapTable,
    left_out: tuple[str, ...],
    method: str,
    seed: int,
    level: float,
    answer: Answer,
    seconds: float,
) -> Estimate:
    n = working.n_observed
    if within_belief(answer.point, n) is None:
        raise beyond_belief(method)
    size = Quantity(
        max(float(answer.point), float(n)),
        min(max(float(answer.lower), float(n)), max(float(answer.point), float(n))),
        _plain(within_belief(answer.upper, n)),
        level,
        median=_plain(answer.median),
        mean=_plain(within_belief(answer.mean, n)),
    )
    open_end = {Flag.NOT_IDENTIFIED} if size.upper is None else set()
    patterns = sorted(set(working.counts) | {cell for cell, units in (answer.fitted or {}).items() if units >= 0.5})
    return Estimate(
        table=summary_of(counts, left_out),
        method=method,
        population_size=size,
        model=answer.model,
        assumption=answer.assumption,
        flags=in_order(answer.flags | open_end | table_flags(working, left_out)),
        diagnostics=json_value(answer.diagnostics),
        settings=json_value({"method": method, "seed": seed, "level": level, **answer.settings}),
        versions={"panah": version("panah"), "python": platform.python_version(), **_versions()},
        seconds=seconds,
        lower_bound_only=answer.lower_bound_only,
        patterns=tuple(
            PatternFit(
                working.names_of(cell), working.counts.get(cell, 0), round(float(answer.fitted.get(cell, 0.0)), 6)
            )
            for cell in patterns
        )
        if answer.fitted is not None
        else (),
        draws=answer.draws,
    )


def summary_of(table: OverlapTable, left_out: tuple[str, ...] | None = None) -> TableSummary:
    """What an estimate remembers of its table."""
    if left_out is None:
        left_out = tuple(name for name, size in table.list_sizes.items() if not size)
    return TableSummary(table.n_observed, table.lists, table.digest, table.n_overlap, left_out, table.stratum)


def _plain(value: float | None) -> float | None:
    return None if value is None else float(value)


def _versions() -> dict[str, str]:
    return {name: version(name) for name in LIBRARIES}
