"""The average over decomposable graphs: the graphs, the likelihood by a plain twin, the grid, the flags."""

import itertools
import math

import numpy as np
import pytest
from estimate_tables import FOUR, INVENTED

from panah import estimate
from panah.estimate.decomposable import GraphLikelihood, _geometric_grid, _Prior, _regular_grid
from panah.estimate.graphs import decomposable_graphs
from panah.model.estimate import Flag
from panah.model.overlap import OverlapTable


@pytest.mark.parametrize(("lists", "number"), [(3, 8), (4, 61), (5, 822), (6, 18154)])
def test_how_many_decomposable_graphs_there_are(lists: int, number: int) -> None:
    """OEIS A048193."""
    graphs = decomposable_graphs(lists)
    assert len(graphs) == number
    assert (graphs.signs.sum(axis=1) == 0).all()
    assert graphs.cliques(graphs.saturated) == [(1 << lists) - 1]


def test_the_square_is_the_only_graph_of_four_that_is_missing() -> None:
    graphs = decomposable_graphs(4)
    edges = {
        tuple(sorted((a, b) for a, b in itertools.combinations(range(4), 2) if row[a] >> b & 1))
        for row in graphs.neighbours.tolist()
    }
    missing = [
        chosen
        for size in range(7)
        for chosen in itertools.combinations(itertools.combinations(range(4), 2), size)
        if chosen not in edges
    ]
    assert len(missing) == 3
    assert all(len(chosen) == 4 for chosen in missing)


def log_dirichlet(counts: np.ndarray, alpha: float) -> float:
    """Log marginal likelihood of a table under a symmetric Dirichlet."""
    flat = counts.ravel()
    return sum(math.lgamma(x + alpha) - math.lgamma(alpha) for x in flat) + math.lgamma(alpha * flat.size) - math.lgamma(
        alpha * flat.size + flat.sum()
    )  # fmt: skip


def twin(unseen: int, delta: float) -> dict[str, float]:
    """Log joint of each graph over three lists: cliques over separators, from the array of counts itself."""
    table = np.zeros((2, 2, 2))
    for pattern, count in INVENTED.counts.items():
        table[pattern & 1, pattern >> 1 & 1, pattern >> 2 & 1] = count
    table[0, 0, 0] = unseen

    def part(*lists: int) -> float:
        others = tuple(axis for axis in range(3) if axis not in lists)
        return log_dirichlet(table.sum(axis=others), delta * 2 ** len(others))

    total = INVENTED.n_observed + unseen
    common = math.lgamma(total + 1) - math.lgamma(unseen + 1) - math.log(total)
    found = {"[1,2,3]": part(0) + part(1) + part(2), "[123]": part(0, 1, 2)}
    for a, b, c in ((0, 1, 2), (0, 2, 1), (1, 2, 0)):
        found[f"[{a + 1}{b + 1},{c + 1}]"] = part(a, b) + part(c)
        centre = [(a, c), (b, c)]
        name = ",".join("".join(str(v + 1) for v in sorted(pair)) for pair in sorted(map(sorted, centre)))
        found[f"[{name}]"] = part(a, c) + part(b, c) - part(c)
    return {name: value + common for name, value in found.items()}


@pytest.mark.parametrize("delta", [1.0, 0.125])
def test_the_posterior_has_a_plain_twin(delta: float) -> None:
    grid = _regular_grid(0, 400, 1)
    likelihood = GraphLikelihood(INVENTED, delta, _Prior("1/N", 1, 1))
    mass, graph_mass = likelihood.posterior(grid)
    joint = [twin(unseen, delta) for unseen in range(401)]
    names = sorted(joint[0])
    values = np.array([[one[name] for name in names] for one in joint])
    weights = np.exp(values - values.max())
    weights /= weights.sum()
    assert mass == pytest.approx(weights.sum(axis=1), rel=1e-9, abs=1e-15)
    ours = {likelihood.graphs.name(index): graph_mass[index] for index in range(8)}
    assert ours == pytest.approx(dict(zip(names, weights.sum(axis=0), strict=True)), rel=1e-9)


def test_the_chosen_grid_gives_what_every_number_gives() -> None:
    chosen = estimate.fit(FOUR, "decomposable")
    every = estimate.fit(FOUR, "decomposable", grid=(0, 40_000, 1))
    for name in ("lower", "median", "upper", "mean"):
        assert getattr(chosen.population_size, name) == pytest.approx(getattr(every.population_size, name), rel=2e-3)
    assert set(chosen.diagnostics["grid"]) == {"first_unseen", "last_unseen", "points", "steps"}
    assert chosen.settings["grid"] == "auto"
    assert every.settings["grid"] == [0, 40_000, 1]


def test_bins_of_a_grid_hold_every_number_once() -> None:
    grid = _geometric_grid(3, 5000, 100)
    assert grid.widths.sum() == grid.last - grid.first + 1
    lowest = grid.points - (grid.widths - 1) / 2
    assert (lowest[1:] == lowest[:-1] + grid.widths[:-1]).all()


def test_a_grid_that_is_too_short_is_flagged() -> None:
    assert Flag.PRIOR_BOUND in estimate.fit(FOUR, "decomposable", grid=(0, 150, 1)).flags
    assert not estimate.fit(FOUR, "decomposable").flags


def test_the_saturated_graph_is_reported_and_flagged() -> None:
    dependent = OverlapTable.from_patterns(("A", "B", "C"), {1: 300, 2: 20, 3: 180, 4: 210, 5: 30, 6: 150, 7: 400})
    answer = estimate.fit(dependent, "decomposable", delta=1)
    assert answer.diagnostics["saturated_posterior"] > 0.05
    assert Flag.PRIOR_BOUND in answer.flags


def test_priors_pull_as_they_should() -> None:
    flat = estimate.fit(INVENTED, "decomposable", prior="uniform").population_size
    falling = estimate.fit(INVENTED, "decomposable", prior="1/N").population_size
    low = estimate.fit(
        INVENTED, "decomposable", prior="negative_binomial", prior_shape=400, prior_scale=0.6
    ).population_size
    assert flat.point >= falling.point > low.point


def test_draws_are_of_the_posterior() -> None:
    answer = estimate.fit(FOUR, "decomposable", seed=3, draws=20_000)
    assert answer.draws is not None
    size = answer.population_size
    assert np.quantile(answer.draws, [0.025, 0.5, 0.975]) == pytest.approx(
        [size.lower, size.median, size.upper], rel=0.02
    )
    assert answer.draws.min() >= FOUR.n_observed


def test_fitted_patterns_of_the_best_graph_add_up() -> None:
    answer = estimate.fit(FOUR, "decomposable")
    assert sum(one.fitted for one in answer.patterns) == pytest.approx(FOUR.n_observed, rel=0.03)
