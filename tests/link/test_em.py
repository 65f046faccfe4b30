"""The estimation recovers probabilities it was not told, and stays sane where there is nothing to learn."""

from __future__ import annotations

import numpy as np
import pytest

from panah.link import em
from panah.link.comparisons import COMPARISONS, DATE, HOST_PLACE, NAME, TACTIC, Comparison, Level

TRUE_M = ((0.55, 0.25, 0.10, 0.04, 0.03, 0.03), (0.7, 0.1, 0.1, 0.04, 0.03, 0.03), (0.8, 0.1, 0.05, 0.02, 0.03))
TRUE_U = (
    (0.001, 0.001, 0.003, 0.02, 0.03, 0.945),
    (0.002, 0.01, 0.01, 0.03, 0.06, 0.888),
    (0.1, 0.01, 0.02, 0.07, 0.8),
)
COMPARED = (NAME, DATE, HOST_PLACE)


def _simulated(n_matches: int, n_others: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    drawn = []
    for n, truth in ((n_matches, TRUE_M), (n_others, TRUE_U)):
        levels = [rng.choice(len(p), size=n, p=np.array(p) / sum(p)) for p in truth]
        drawn.append(np.stack([len(p) - 1 - one for one, p in zip(levels, truth, strict=True)], axis=1))
    return np.unique(np.concatenate(drawn), axis=0, return_counts=True)


def test_it_recovers_the_share_and_the_levels() -> None:
    patterns, counts = _simulated(600, 60_000, seed=1)
    fit = em.fit(COMPARED, patterns, counts.astype(float), most_matches=1500)
    assert fit.converged
    assert fit.n_expected_matches == pytest.approx(600, rel=0.06)
    for found, truth in zip(fit.m, TRUE_M, strict=True):
        assert found == pytest.approx(truth, abs=0.05)
    for found, truth in zip(fit.u, TRUE_U, strict=True):
        assert found == pytest.approx(truth, abs=0.005)


def test_missing_cells_say_nothing() -> None:
    patterns, counts = _simulated(300, 20_000, seed=2)
    hidden = patterns.copy()
    hidden[:, 2] = -1
    fit = em.fit(COMPARED, hidden, counts.astype(float), most_matches=800)
    assert fit.m[2] == pytest.approx([level.m for level in HOST_PLACE.levels], abs=1e-9)


def test_no_probability_is_zero_even_where_nothing_was_seen() -> None:
    fit = em.fit(COMPARED, np.array([[5, 5, 4]]), np.array([3.0]), most_matches=3)
    assert all(0 < p < 1 for group in (*fit.m, *fit.u) for p in group)


def test_no_match_at_all_gives_next_to_none() -> None:
    patterns, counts = _simulated(0, 30_000, seed=3)
    fit = em.fit(COMPARED, patterns, counts.astype(float), most_matches=500)
    assert fit.n_expected_matches < 12


@pytest.mark.parametrize("comparison", COMPARISONS, ids=lambda one: one.name)
def test_priors_are_probabilities(comparison: Comparison) -> None:
    assert sum(level.m for level in comparison.levels) == pytest.approx(1)
    assert sum(level.u for level in comparison.levels) == pytest.approx(1)
    assert all(level.m > 0 and level.u > 0 for level in comparison.levels)
    assert comparison.levels[0].m > comparison.levels[0].u
    assert comparison.levels[-1].m < comparison.levels[-1].u


def test_a_level_is_found_by_its_comparison_vector_value() -> None:
    assert TACTIC.level_of(2) is TACTIC.levels[0]
    assert TACTIC.level_of(0) is TACTIC.levels[-1]
    assert isinstance(TACTIC.level_of(1), Level)
