"""What a method hands back to :func:`panah.estimate.fit`, and how it says no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from panah.errors import NoOverlap, NotConverged, NotEstimable, NotIdentified
from panah.model.estimate import Flag
from panah.model.overlap import OverlapTable

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True)
class Answer:
    """A method's answer, before it is given its provenance.

    Attributes:
        point: Population size, units.
        lower: Lower end of the interval; ``upper`` is None when there is no upper end.
        model: The model in words.
        assumption: The identifying assumption as a clause that follows "if".
        settings: Every setting with the value that was used, defaults included.
        fitted: Pattern -> fitted units.
        draws: Population size, shape (chains, draws).
    """

    point: float
    lower: float
    upper: float | None
    model: str
    assumption: str
    median: float | None = None
    mean: float | None = None
    flags: frozenset[Flag] = frozenset()
    diagnostics: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    fitted: Mapping[int, float] | None = None
    draws: npt.NDArray[np.int64] | None = field(default=None, compare=False)
    lower_bound_only: bool = False


BEYOND_BELIEF: Final = 10_000
"""A total of more than so many times the recorded units is never told: fewer than one in ten thousand would have been
recorded, and no overlap can carry that."""


def within_belief(units: float | None, n_observed: int) -> float | None:
    """The number, or None when it is beyond belief."""
    return units if units is not None and 0 <= units <= BEYOND_BELIEF * n_observed else None


class Method(Protocol):
    """One method: a function of a table without empty lists; further settings by keyword, all with defaults."""

    def __call__(self, table: OverlapTable, *, seed: int, level: float, **settings: Any) -> Answer: ...


def does_not_exist(model: str) -> NotIdentified:
    """The refusal of a model without a maximum likelihood estimate."""
    return NotIdentified(
        f"the maximum likelihood estimate of {model} does not exist in this sparse table",
        where="model",
        hint="choose a simpler model, merge small lists, or use stepwise",
        value=Flag.DOES_NOT_EXIST,
    )


def not_identified(model: str) -> NotIdentified:
    """The refusal of a model whose parameters this table cannot tell apart."""
    return NotIdentified(
        f"{model} is not identified: several totals fit the table equally well",
        where="model",
        hint="choose a simpler model, merge small lists, or use stepwise",
        value=Flag.NOT_IDENTIFIED,
    )


def beyond_belief(method: str) -> NotIdentified:
    """The refusal of an estimate that runs off."""
    return NotIdentified(
        f"{method} runs off to more than {BEYOND_BELIEF:,} times the recorded units: "
        "the lists share too little for this model",
        where="model",
        hint="choose a simpler model, merge small lists, or link the lists again",
        value=Flag.NOT_IDENTIFIED,
    )


def flag_of(refusal: NotEstimable) -> Flag | None:
    """Which doubt a refusal stands for; None when the table is not at fault but too large for the method."""
    if isinstance(refusal.value, Flag):
        return refusal.value
    if isinstance(refusal, NotIdentified):
        return Flag.NOT_IDENTIFIED
    if isinstance(refusal, NotConverged):
        return Flag.NOT_CONVERGED
    return Flag.NO_OVERLAP if isinstance(refusal, NoOverlap) else None
