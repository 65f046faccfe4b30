"""The BCa interval: corrected for bias, honest about failures, and the same for the same seed."""

import numpy as np
import pytest

from panah.errors import NotIdentified
from panah.estimate.bootstrap import bca_interval

COUNTS = np.array([400.0, 300.0, 100.0])


def size(tables: np.ndarray) -> np.ndarray:
    """Lincoln and Petersen."""
    first, second, both = tables.T
    with np.errstate(divide="ignore", invalid="ignore"):
        return (first + both) * (second + both) / both


def test_it_holds_the_estimate_and_is_reproducible() -> None:
    point = float(size(COUNTS[None, :])[0])
    one = bca_interval(COUNTS, point, size, n_replicates=800, seed=4, level=0.95)
    again = bca_interval(COUNTS, point, size, n_replicates=800, seed=4, level=0.95)
    other = bca_interval(COUNTS, point, size, n_replicates=800, seed=5, level=0.95)
    assert (one.lower, one.upper) == (again.lower, again.upper) != (other.lower, other.upper)
    assert one.upper is not None
    assert one.lower < point < one.upper
    # the delta method, given how many are recorded: log N = log(f + b) + log(s + b) - log b
    slopes = np.array([1 / 500, 1 / 400, 1 / 500 + 1 / 400 - 1 / 100])
    spread = np.sqrt(COUNTS @ slopes**2 - (COUNTS @ slopes) ** 2 / 800)
    assert one.upper - one.lower == pytest.approx(2 * 1.96 * point * spread, rel=0.15)
    narrow = bca_interval(COUNTS, point, size, n_replicates=800, seed=4, level=0.8)
    assert one.lower < narrow.lower


def test_failures_are_counted_flagged_and_refused() -> None:
    def sometimes(share: float):  # type: ignore[no-untyped-def]
        def estimates(tables: np.ndarray) -> np.ndarray:
            found = size(tables)
            found[: int(share * len(found))] = np.nan
            return found

        return estimates

    point = float(size(COUNTS[None, :])[0])
    spread = bca_interval(COUNTS, point, sometimes(0.2), n_replicates=200, seed=1, level=0.95)
    assert spread.n_failed == 40
    assert spread.is_doubtful
    with pytest.raises(NotIdentified, match="160 of 200"):
        bca_interval(COUNTS, point, sometimes(0.8), n_replicates=200, seed=1, level=0.95)


def test_an_end_beyond_the_replicates_is_read_at_the_second_outermost() -> None:
    high = float(size(COUNTS[None, :])[0]) * 0.9  # a point far below the replicates: a strong bias
    spread = bca_interval(COUNTS, high, size, n_replicates=300, seed=1, level=0.95)
    assert spread.shares[0] < 1 / 300
    assert spread.lower == pytest.approx(spread.replicates[1])
