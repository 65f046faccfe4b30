"""Invented populations whose size is known, and the overlap tables that lists of them give."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from panah.model.overlap import OverlapRecords, OverlapTable

LISTS = ("A", "B", "C", "D", "E", "F")
Shares = npt.NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """A law of inclusion patterns and the methods whose assumption it meets."""

    name: str
    size: int
    shares: Shares
    """Of every pattern of the lists, the unseen one (0) too; adds up to 1."""
    methods: tuple[tuple[str, dict[str, object]], ...]

    def table(self, seed: int) -> OverlapTable:
        """The lists of one population of ``size`` units."""
        counts = np.random.default_rng(seed).multinomial(self.size, self.shares)
        n_lists = len(self.shares).bit_length() - 1
        return OverlapTable.from_patterns(LISTS[:n_lists], dict(enumerate(counts[1:].tolist(), start=1)))


def product(chances: tuple[float, ...]) -> Shares:
    """Independent lists."""
    cells = range(1 << len(chances))
    return np.array(
        [np.prod([one if cell >> index & 1 else 1 - one for index, one in enumerate(chances)]) for cell in cells]
    )


def log_linear(chances: tuple[float, ...], interactions: dict[tuple[int, ...], float]) -> Shares:
    """Independent lists, reshaped by interactions (of list indexes) on the log scale."""
    shares = product(chances)
    for cell, group in itertools.product(range(len(shares)), interactions):
        if all(cell >> index & 1 for index in group):
            shares[cell] *= np.exp(interactions[group])
    return shares / shares.sum()


WORLDS = (
    World(
        "independent",
        2000,
        product((0.25, 0.2, 0.15)),
        (("independence", {}), ("independence", {"interval": "bca"}), ("chao", {"estimator": "sample_coverage"})),
    ),
    World(
        "two latent classes",
        4000,
        0.35 * product((0.6, 0.5, 0.55, 0.45, 0.5)) + 0.65 * product((0.12, 0.1, 0.15, 0.1, 0.12)),
        (("latent_class", {}),),
    ),
    World(
        "three-way interaction",
        4000,
        log_linear((0.2, 0.2, 0.25, 0.2), {(0, 1): 0.6, (0, 2): 0.4, (1, 2): 0.5, (0, 1, 2): 1.0}),
        (("loglinear", {"order": 3}), ("loglinear", {"model": "[123,4]"})),
    ),
    World(
        "negative dependence",
        4000,
        log_linear((0.25, 0.3, 0.2, 0.25), {(0, 1): -1.2, (2, 3): -0.9}),
        (("stepwise", {}), ("bayes_threshold", {}), ("loglinear", {"order": 2})),
    ),
    World(
        "decomposable",
        3000,
        log_linear((0.25, 0.25, 0.2, 0.2), {(0, 1): 1.0, (1, 2): 0.8}),
        (("decomposable", {}), ("loglinear", {"order": 2, "average": True}), ("bayes_threshold", {})),
    ),
)

WEAK_WORLD = World(
    "two latent classes, four lists",
    4000,
    0.35 * product((0.6, 0.5, 0.55, 0.45)) + 0.65 * product((0.12, 0.1, 0.15, 0.1)),
    (("latent_class", {}), ("latent_class", {"inclusion_prior": (0.5, 1.0)})),
)
"""Two thirds of the population rarely on any of four lists: the table says little about them, and the prior much."""


def covered(level_of: Callable[[int], tuple[float, float | None]], truth: int, tables: int) -> float:
    """Share of intervals that hold the truth, over seeds 0, 1, …"""
    held = 0
    for seed in range(tables):
        lower, upper = level_of(seed)
        held += lower <= truth and (upper is None or truth <= upper)
    return held / tables


def records_with_covariates(seed: int, size: int = 3000) -> OverlapRecords:
    """Two lists whose chances depend on one number and one kind, and on nothing else in common."""
    rng = np.random.default_rng(seed)
    age = rng.normal(size=size)
    city = rng.random(size) < 0.4
    first = rng.random(size) < 1 / (1 + np.exp(-(-0.6 + 0.9 * age + 0.5 * city)))
    second = rng.random(size) < 1 / (1 + np.exp(-(-0.8 + 0.7 * age - 0.4 * city)))
    seen = first | second
    return OverlapRecords(
        ("A", "B"),
        tuple((first[seen] + 2 * second[seen]).astype(int).tolist()),
        {"age": tuple(f"{one:.3f}" for one in age[seen]), "city": tuple("yes" if one else "no" for one in city[seen])},
        (1,) * int(seen.sum()),
    )
