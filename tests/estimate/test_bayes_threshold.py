"""Pairs that stand out a posteriori are kept; the draws are those of the posterior."""

import numpy as np
import pytest
from estimate_tables import FOUR

from panah import estimate
from panah.estimate.bayes_threshold import _mode, _sample
from panah.estimate.cells import all_cells, cell_counts
from panah.estimate.existence import design_matrix
from panah.estimate.kernels import poisson_density
from panah.estimate.models import independence, read_model
from panah.model.overlap import OverlapTable

TIED = OverlapTable.from_patterns(("A", "B", "C"), {1: 80, 2: 70, 4: 90, 3: 60, 5: 9, 6: 8, 7: 7})


def test_the_pair_that_is_tied_is_kept_and_others_are_told() -> None:
    answer = estimate.fit(TIED, "bayes_threshold", seed=1, draws=800)
    kept = {tuple(one["pair"]): one["kept"] for one in answer.diagnostics["pairs"]}
    assert kept[("A", "B")]
    assert not kept[("B", "C")]
    assert answer.draws is not None
    assert answer.draws.shape == (4, 800)
    assert answer.diagnostics["r_hat"] < 1.05
    everything = estimate.fit(TIED, "bayes_threshold", seed=1, threshold=0, draws=400)
    assert all(one["kept"] for one in everything.diagnostics["pairs"])


def test_draws_recover_the_gaussian_posterior_of_a_rich_table() -> None:
    """With thousands of units the posterior is normal about its mode, with the inverse curvature."""
    cells = all_cells(3)
    counts = cell_counts(TIED) * 50
    terms = read_model("[12]", "ABC")
    posterior = _sample(cells, counts, terms, 1.0, 1500, 300, 4, 7)
    precision = np.array([1.0 if term.bit_count() > 1 else 1e-4 for term in terms])
    mode, curvature = _mode(design_matrix(cells, terms), counts, precision)
    flat = posterior.theta.reshape(-1, len(terms))
    spread = np.sqrt(np.diag(np.linalg.inv(curvature)))
    assert np.abs(flat.mean(axis=0) - mode).max() < 0.15 * spread.max()
    assert flat.std(axis=0) == pytest.approx(spread, rel=0.08)
    assert 0.5 < posterior.acceptance <= 1


def test_the_compiled_density_has_a_plain_twin() -> None:
    cells, counts, terms = all_cells(4), cell_counts(FOUR), independence(4)
    design = design_matrix(cells, terms)
    precision = np.linspace(0.5, 2, len(terms))
    theta = np.linspace(2, -1, len(terms))
    slope, means = np.empty(len(terms)), np.empty(len(cells))
    density = poisson_density(design, counts, precision, theta, slope, means)
    expected = np.exp(design @ theta)
    assert density == pytest.approx(counts @ (design @ theta) - expected.sum() - 0.5 * precision @ theta**2)
    assert slope == pytest.approx(design.T @ (counts - expected) - precision * theta)
    assert means == pytest.approx(expected)


def test_a_flat_interaction_prior_meets_maximum_likelihood() -> None:
    answer = estimate.fit(FOUR, "bayes_threshold", seed=2, threshold=1e6, draws=1500)
    likelihood = estimate.fit(FOUR, "independence").population_size.point
    assert answer.population_size.point == pytest.approx(likelihood, rel=0.03)


def test_a_pair_at_the_threshold_is_told() -> None:
    """A seed must not choose the model unseen: the strongest pair is put exactly at the threshold."""
    clear = estimate.fit(TIED, "bayes_threshold", seed=1, draws=800)
    strongest = max(abs(one["mean_over_sd"]) for one in clear.diagnostics["pairs"])
    near = estimate.fit(TIED, "bayes_threshold", seed=1, draws=800, threshold=strongest)
    assert "not_converged" in near.flags
    assert [one["pair"] for one in near.diagnostics["pairs"] if one["undecided"]] == [["A", "B"]]
    far = estimate.fit(TIED, "bayes_threshold", seed=1, draws=800, threshold=strongest / 2)
    assert not any(one["undecided"] for one in far.diagnostics["pairs"] if one["pair"] == ["A", "B"])
