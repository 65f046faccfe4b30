"""Independent lists from their totals alone, beside the general log-linear model of the same."""

import numpy as np
import pytest
from estimate_tables import FOUR, INVENTED, TWO

from panah import estimate
from panah.errors import NotIdentified
from panah.estimate.independence import population_sizes
from panah.model.overlap import OverlapTable


@pytest.mark.parametrize("table", [INVENTED, FOUR])
def test_totals_alone_give_what_the_general_model_gives(table: OverlapTable) -> None:
    ours = estimate.fit(table, "independence")
    general = estimate.fit(table, "loglinear", model="[independence]")
    for name in ("point", "lower", "upper"):
        expected = pytest.approx(getattr(general.population_size, name), rel=1e-7)
        assert getattr(ours.population_size, name) == expected
    for name in ("deviance", "aic", "bic", "degrees_of_freedom"):
        assert ours.diagnostics[name] == pytest.approx(general.diagnostics[name])
    fitted = {one.lists: one.fitted for one in general.patterns}
    for one in ours.patterns:
        assert one.fitted == pytest.approx(fitted[one.lists], rel=1e-5)


def test_two_lists_are_lincoln_and_petersen() -> None:
    assert estimate.fit(TWO, "independence").population_size.point == pytest.approx(40 * 30 / 10)


def test_a_list_with_everybody_on_it_leaves_nothing_to_estimate() -> None:
    with pytest.raises(NotIdentified, match="does not exist"):
        estimate.fit(OverlapTable.from_patterns(("A", "B"), {1: 30, 3: 10}), "independence")


def test_tables_are_solved_together() -> None:
    on_list = np.array([[1, 0], [0, 1], [1, 1]], float)
    tables = np.array([[30.0, 20, 10], [30, 20, 0], [30, 0, 10], [3, 2, 1]])
    sizes = population_sizes(tables, on_list)
    assert sizes[0] == pytest.approx(120)
    assert np.isnan(sizes[1:3]).all()
    assert sizes[3] == pytest.approx(12)


def test_the_bootstrap_interval_holds_the_estimate() -> None:
    size = estimate.fit(FOUR, "independence", interval="bca", replicates=300, seed=1).population_size
    assert size.upper is not None
    assert size.lower < size.point < size.upper
