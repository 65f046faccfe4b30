"""Published numbers, on the public tables of ../shared/data/mse (sources in its README)."""

from pathlib import Path

import pytest

from panah import estimate
from panah.model.overlap import OverlapTable

DATA = (Path(__file__).parents[2] / ".." / "shared" / "data" / "mse").resolve()
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not DATA.is_dir(), reason="needs the public tables in ../shared/data/mse"),
]


def table(name: str) -> OverlapTable:
    return OverlapTable.from_csv(DATA / f"{name}.csv")


def test_kosovo_best_bic_of_113_models() -> None:
    """Ball et al. 2002: [123,14,34], 10,356."""
    answer = estimate.fit(table("kosovo_4"), method="loglinear", seed=1)
    assert answer.population_size.point == pytest.approx(10356.5, rel=1e-5)
    assert "[123,14,34]" in answer.model
    assert answer.diagnostics["models_considered"] == 113


@pytest.mark.parametrize(
    ("name", "published"),
    [("uk_slavery_6", 11418), ("uk_slavery_5", 11313), ("new_orleans_8", 1184), ("new_orleans_5", 1034),
     ("western_us_5", 2483)],
)  # fmt: skip
@pytest.mark.slow
def test_stepwise(name: str, published: int) -> None:
    """Chan, Silverman, Vincent 2021, p threshold 0.02."""
    answer = estimate.fit(table(name), method="stepwise", seed=1)
    assert round(answer.population_size.point) == published


@pytest.mark.slow
def test_western_us_bca() -> None:
    """The same paper: 1,293 to 3,670, within 8 %."""
    size = estimate.fit(table("western_us_5"), method="stepwise", seed=1).population_size
    assert size.lower == pytest.approx(1293, rel=0.08)
    assert size.upper == pytest.approx(3670, rel=0.08)


@pytest.mark.parametrize(
    ("method", "name"), [("chao", "korea_3"), ("loglinear", "korea_3"), ("decomposable", "spina_bifida_3")]
)
def test_the_order_of_lists_does_not_matter(method: str, name: str) -> None:
    there = table(name)
    back = there.lists[::-1]
    n = len(there.lists)
    mirrored = {int(f"{pattern:0{n}b}"[::-1], 2): count for pattern, count in there.counts.items()}
    one = estimate.fit(there, method=method, seed=3).population_size
    other = estimate.fit(OverlapTable.from_patterns(back, mirrored), method=method, seed=3).population_size
    assert one.point == pytest.approx(other.point, rel=1e-8)
