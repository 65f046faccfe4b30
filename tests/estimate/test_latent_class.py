"""The latent class sampler is tested by the laws it draws from and the posterior it recovers."""

import math

import numpy as np
import pytest
from estimate_tables import INVENTED, TWO
from scipy import stats

from panah import estimate
from panah.estimate import latent_kernels as kernels
from panah.estimate.kernels import compiled
from panah.estimate.latent_class import Sampler, ladder_sizes
from panah.model.estimate import Flag
from panah.model.overlap import OverlapTable

PRIOR = np.array([1.0, 1.0, 0.25, 0.25])
LISTS_OF = np.array([[1, 0, 0, 0], [1, 1, 0, 0], [2, 0, 1, 0], [3, 0, 1, 2], [0, 0, 0, 0]])
COUNTS = np.array([40, 30, 20, 5])


@compiled
def many_binomials(n: int, p: float, size: int, seed: int) -> np.ndarray:
    np.random.seed(seed)
    found = np.empty(size)
    for i in range(size):
        found[i] = kernels.binomial(n, p)
    return found


@compiled
def many_unseen(total: int, share: float, size: int, seed: int) -> np.ndarray:
    np.random.seed(seed)
    found = np.empty(size)
    for i in range(size):
        found[i] = kernels.draw_unseen(total, share)
    return found


@pytest.mark.parametrize(("n", "p"), [(7, 0.2), (50, 0.1), (400, 0.5), (1000, 0.93), (10**6, 0.3), (3, 1.0), (5, 0.0)])
def test_binomial_draws_are_binomial(n: int, p: float) -> None:
    drawn = many_binomials(n, p, 20_000, 1)
    assert drawn.min() >= 0
    assert drawn.max() <= n
    spread = math.sqrt(n * p * (1 - p))
    assert drawn.mean() == pytest.approx(n * p, abs=5 * spread / math.sqrt(20_000) + 1e-12)
    if spread:
        assert drawn.std() == pytest.approx(spread, rel=0.04)
        values, counts = np.unique(drawn, return_counts=True)
        expected = 20_000 * stats.binom.pmf(values, n, p)
        usable = expected > 20
        if usable.any():  # among a million each single number is too rare to compare
            assert ((counts - expected)[usable] ** 2 / expected[usable]).mean() < 2


def test_unseen_draws_are_negative_binomial() -> None:
    """Given 100 recorded and a share 0.4 unseen, the prior 1/N makes the unseen negative binomial(100, 0.6)."""
    drawn = many_unseen(100, 0.4, 20_000, 2)
    law = stats.nbinom(100, 0.6)
    assert drawn.mean() == pytest.approx(law.mean(), rel=0.01)
    assert drawn.std() == pytest.approx(law.std(), rel=0.03)
    huge = many_unseen(1000, 1 - 1e-14, 50, 3)
    assert (huge == kernels.LARGEST_UNSEEN).all()  # reported by prior_bound, never silent


def twin_density(place: np.ndarray, concentration: float) -> float:
    """Plain twin of the log posterior on the logit scale."""
    classes, lists = place.shape[0], place.shape[1] - 1
    sticks = np.append(1 / (1 + np.exp(-place[:-1, lists])), 1.0)
    weights = sticks * np.append(1.0, np.cumprod(1 - sticks[:-1]))
    inclusion = 1 / (1 + np.exp(-place[:, :lists]))
    shares = []
    for row in LISTS_OF:
        inside = row[1 : row[0] + 1].tolist()
        shares.append(sum(
            weights[k] * np.prod([inclusion[k, j] if j in inside else 1 - inclusion[k, j] for j in range(lists)])
            for k in range(classes)
        ))  # fmt: skip
    density = float(COUNTS @ np.log(shares[:-1])) - COUNTS.sum() * math.log(1 - shares[-1])
    density += float((np.log(inclusion) * PRIOR[0] + np.log1p(-inclusion) * PRIOR[1]).sum())  # with the Jacobian
    stick = sticks[:-1]
    return density + float((np.log(stick) + np.log1p(-stick) * concentration).sum())


def test_the_compiled_density_has_a_plain_twin_and_its_slope() -> None:
    rng = np.random.default_rng(5)
    place = rng.normal(size=(3, 4))
    place[-1, -1] = 0.0
    room = (np.empty((3, 4)), np.empty(3), np.empty((3, 3)), np.empty((3, 5)), np.empty(3), np.empty(3))

    def density(at: np.ndarray) -> float:
        return float(kernels.log_density(LISTS_OF, COUNTS, PRIOR, 0.7, at, *room))

    here = density(place)
    other = place + rng.normal(size=place.shape) * 0.3
    other[-1, -1] = 0.0
    assert density(other) - here == pytest.approx(twin_density(other, 0.7) - twin_density(place, 0.7), rel=1e-9)
    density(place)
    slope = room[0].copy()
    for k, j in np.ndindex(3, 4):
        if (k, j) == (2, 3):
            continue
        step = np.zeros((3, 4))
        step[k, j] = 1e-5
        assert slope[k, j] == pytest.approx((density(place + step) - density(place - step)) / 2e-5, rel=1e-4, abs=1e-5)


def exact_posterior(a: int, b: int, both: int, most: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Two lists that are independent with uniform chances and the prior 1/N: the posterior of N in closed form."""
    n, first, second = a + b + both, a + both, b + both
    sizes = np.arange(n, most)
    log = np.array([
        math.lgamma(size + 1) - math.lgamma(size - n + 1) - math.log(size)
        + math.lgamma(first + 1) + math.lgamma(size - first + 1) - math.lgamma(size + 2)
        + math.lgamma(second + 1) + math.lgamma(size - second + 1) - math.lgamma(size + 2)
        for size in sizes
    ])  # fmt: skip
    mass = np.exp(log - log.max())
    return sizes, mass / mass.sum()


@pytest.mark.parametrize("leaps", [0, 20])
def test_one_class_recovers_the_exact_posterior(leaps: int) -> None:
    """With all weight in one class the model is that of independent lists, whose posterior is known."""
    table = OverlapTable.from_patterns(("A", "B"), {1: 60, 2: 50, 3: 30})
    sampler = Sampler(table, 1, (1.0, 1.0, 0.25, 0.25), 1, leaps)
    run = sampler.run([table.n_observed], 4, 500, 4000, 11)
    sizes, mass = exact_posterior(60, 50, 30)
    below = np.cumsum(mass)
    exact = [sizes[np.searchsorted(below, share)] for share in (0.025, 0.25, 0.5, 0.75, 0.975)]
    drawn = np.quantile(run.unseen + table.n_observed, [0.025, 0.25, 0.5, 0.75, 0.975])
    assert drawn == pytest.approx(exact, rel=0.02)


def test_gibbs_alone_and_with_the_hamiltonian_move_agree() -> None:
    plain = estimate.fit(INVENTED, "latent_class", seed=1, leaps=0, sweeps=8, draws=3000, ladder="never")
    moved = estimate.fit(INVENTED, "latent_class", seed=2, draws=3000, ladder="never")
    for name in ("median", "lower"):
        assert getattr(moved.population_size, name) == pytest.approx(getattr(plain.population_size, name), rel=0.03)
    assert moved.diagnostics["ess_bulk"] > 400


def test_a_ladder_gives_the_same_posterior() -> None:
    plain = estimate.fit(INVENTED, "latent_class", seed=3, draws=2000, ladder="never")
    climbed = estimate.fit(INVENTED, "latent_class", seed=3, draws=2000, ladder="always")
    assert climbed.population_size.median == pytest.approx(plain.population_size.median, rel=0.03)
    assert len(climbed.diagnostics["ladder"]) == len(ladder_sizes(INVENTED.n_observed)) > 1
    assert all(0 < share < 1 for share in climbed.diagnostics["exchanges_made"])


def test_chains_that_have_not_settled_are_flagged_and_keep_their_draws() -> None:
    answer = estimate.fit(INVENTED, "latent_class", seed=1, draws=100, burn_in=1, leaps=1, ladder="never")
    assert Flag.NOT_CONVERGED in answer.flags
    assert answer.draws is not None
    assert answer.draws.shape == (4, 100)


def test_draws_do_not_depend_on_threads_or_on_other_chains() -> None:
    sampler = Sampler(INVENTED, 5, (1.0, 1.0, 0.25, 0.25), 1, 5)
    two, one = (sampler.run([INVENTED.n_observed], chains, 50, 100, 4).unseen for chains in (2, 1))
    assert (two[0] == one[0]).all()
    assert (two[0] != two[1]).any()


def test_work_depends_on_patterns_not_on_units() -> None:
    from time import process_time

    def cost(factor: int) -> float:
        table = OverlapTable.from_patterns(INVENTED.lists, {p: factor * c for p, c in INVENTED.counts.items()})
        sampler = Sampler(table, 5, (1.0, 1.0, 0.25, 0.25), 1, 0)
        sampler.run([table.n_observed], 1, 10, 10, 1)
        start = process_time()
        sampler.run([table.n_observed], 1, 10, 4000, 1)
        return process_time() - start

    assert cost(100_000) < 10 * cost(1) + 0.05  # a hundred thousand times the units


def test_twenty_five_lists() -> None:
    rng = np.random.default_rng(1)
    rows = rng.random((300, 25)) < 0.08
    patterns = [int(sum(1 << index for index in np.flatnonzero(row))) for row in rows if row.any()]
    table = OverlapTable.from_patterns([f"L{i}" for i in range(25)], {p: patterns.count(p) for p in patterns})
    answer = estimate.fit(table, "latent_class", seed=1, draws=300, burn_in=200, ladder="never", classes=3)
    assert answer.settings["leaps"] == 40
    assert answer.population_size.lower < 320
    assert answer.population_size.point == pytest.approx(300, rel=0.3)


def test_two_lists_are_too_few() -> None:
    with pytest.raises(estimate.NotEstimable, match="3 or more"):
        estimate.fit(TWO, "latent_class")


@compiled
def many_betas(a: float, b: float, size: int, seed: int) -> np.ndarray:
    np.random.seed(seed)
    found = np.empty(size)
    for i in range(size):
        found[i] = kernels.beta(a, b)
    return found


@pytest.mark.parametrize(("a", "b"), [(1.0, 1.0), (1.0, 7.0), (40.0, 1.0), (3.0, 5.0), (0.3, 0.6), (500.0, 900.0)])
def test_beta_draws_are_beta(a: float, b: float) -> None:
    drawn = many_betas(a, b, 20_000, 4)
    assert 0 < drawn.min() <= drawn.max() < 1
    shares = [0.05, 0.25, 0.5, 0.75, 0.95]
    below = [(drawn <= end).mean() for end in stats.beta(a, b).ppf(shares)]
    assert below == pytest.approx(shares, abs=0.015)
