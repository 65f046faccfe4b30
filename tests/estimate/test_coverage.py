"""A small version of the coverage benchmark: the 95 % interval holds the truth where the assumption does.

The full one, with forty tables and more, is ``python benchmarks/estimate.py coverage``.
"""

import pytest
from estimate_worlds import WORLDS, World, covered, records_with_covariates

from panah import estimate

TABLES = 12
CASES = [(world, method, settings) for world in WORLDS for method, settings in world.methods]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("world", "method", "settings"), CASES, ids=lambda value: getattr(value, "name", str(value)) or "default"
)
def test_the_interval_holds_the_truth(world: World, method: str, settings: dict[str, object]) -> None:
    tables = 6 if method == "latent_class" else TABLES
    quick = {"draws": 1000, "burn_in": 500} if method in {"latent_class", "bayes_threshold"} else {}

    def interval(seed: int) -> tuple[float, float | None]:
        size = estimate.fit(world.table(seed), method, seed=seed, **{**quick, **settings}).population_size
        return size.lower, size.upper

    # twelve tables at 0.95: fewer than nine within is a chance of one in four thousand
    assert covered(interval, world.size, tables) >= (0.75 if tables == TABLES else 0.6)


@pytest.mark.slow
def test_covariates_make_two_dependent_lists_independent() -> None:
    def interval(seed: int) -> tuple[float, float | None]:
        size = estimate.fit(records_with_covariates(seed), "doubly_robust", seed=seed).population_size
        return size.lower, size.upper

    assert covered(interval, 3000, TABLES) >= 0.75


def test_the_lower_bound_lies_below_where_dependence_is_positive() -> None:
    world = next(one for one in WORLDS if one.name == "two latent classes")
    sizes = [estimate.fit(world.table(seed), "chao").population_size for seed in range(20)]
    assert sum(size.lower <= world.size for size in sizes) >= 19
    assert all(size.point < 1.15 * world.size for size in sizes)


def test_the_independence_model_misses_where_its_assumption_fails() -> None:
    """A benchmark that cannot fail shows nothing: positive dependence pushes the naive estimate below the truth."""
    world = next(one for one in WORLDS if one.name == "two latent classes")

    def interval(seed: int) -> tuple[float, float | None]:
        size = estimate.fit(world.table(seed), "independence").population_size
        return size.lower, size.upper

    assert covered(interval, world.size, 20) <= 0.05
