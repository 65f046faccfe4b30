"""Strata: independent fits, totals that add up, labels imputed, small strata helped, refusals told."""

import json

import numpy as np
import pytest
from estimate_tables import APART, FOUR, INVENTED
from mse_tables import reordered

from panah import estimate
from panah.errors import NotConfigured
from panah.estimate.strata import _imputed
from panah.model.estimate import Flag
from panah.model.overlap import OverlapTable, StratifiedTable

SMALL = OverlapTable.from_patterns(INVENTED.lists, {1: 12, 2: 11, 4: 9, 3: 4, 5: 3, 6: 3, 7: 1}, stratum="small")


def strata(**tables: OverlapTable) -> StratifiedTable:
    named = {
        label: OverlapTable.from_patterns(table.lists, dict(table.counts), inactive=table.inactive, stratum=label)
        for label, table in tables.items()
    }
    return StratifiedTable("place", named)


def test_totals_add_up_and_their_interval_is_narrower_than_the_sum_of_ends() -> None:
    result = estimate.fit_strata(strata(north=INVENTED, south=INVENTED), "independence", seed=1)
    assert result.total is not None
    parts = [one.population_size for one in result.estimates.values()]
    total = result.total.population_size
    assert total.point == pytest.approx(sum(one.point for one in parts))
    assert sum(one.lower for one in parts) < total.lower < total.point
    assert total.upper is not None
    assert total.point < total.upper < sum(one.upper or 0 for one in parts)
    assert result.total.table.n_observed == 2 * INVENTED.n_observed


def test_totals_of_posteriors_are_sums_of_draws() -> None:
    result = estimate.fit_strata(strata(north=INVENTED, south=FOUR.without("D")), "decomposable", seed=1)
    assert result.total is not None
    assert result.total.draws is not None
    means = [one.population_size.mean or 0.0 for one in result.estimates.values()]
    assert result.total.population_size.mean == pytest.approx(sum(means), rel=0.01)


def test_two_strata_of_one_kind_are_covered_as_one() -> None:
    """The variance of a total of independent strata is the sum of theirs."""
    single = estimate.fit_strata(strata(a=INVENTED), "decomposable", seed=1).total
    many = estimate.fit_strata(strata(a=INVENTED, b=INVENTED, c=INVENTED, d=INVENTED), "decomposable", seed=1).total
    assert single is not None
    assert many is not None
    assert single.draws is not None
    assert many.draws is not None
    assert many.draws.std() == pytest.approx(2 * single.draws.std(), rel=0.05)


def test_a_list_that_is_empty_or_inactive_in_a_stratum_is_left_out_there() -> None:
    counts = {pattern: count for pattern, count in INVENTED.counts.items() if not pattern & 4}
    closed = OverlapTable.from_patterns(INVENTED.lists, counts, inactive=["C"])
    result = estimate.fit_strata(strata(north=INVENTED, south=closed), "independence")
    assert result.estimates["south"].table.left_out == ("C",)
    assert Flag.EMPTY_LIST in result.estimates["south"].flags
    assert Flag.FEW_LISTS in result.estimates["south"].flags
    assert result.estimates["north"].table.left_out == ()


def test_a_stratum_that_refuses_leaves_the_total_without_an_upper_end() -> None:
    result = estimate.fit_strata(strata(north=INVENTED, south=APART), "independence")
    assert result.refusals["south"].flag == Flag.NO_OVERLAP
    assert result.total is not None
    assert result.total.population_size.upper is None
    assert Flag.NO_OVERLAP in result.total.flags
    assert "Nothing can be said of south" in result.statement()
    nothing = estimate.fit_strata(strata(south=APART), "independence")
    assert nothing.total is None
    assert "no stratum can say" in nothing.statement()
    assert json.loads(nothing.to_json())["estimates"] == []


def test_small_strata_are_drawn_towards_the_others_and_a_refusal_borrows() -> None:
    tables = strata(north=INVENTED, south=INVENTED, small=SMALL, none=APART)
    alone = estimate.fit_strata(tables, "independence")
    pooled = estimate.fit_strata(tables, "independence", partial_pooling=True)

    def odds(result: estimate.StrataResult, label: str) -> float:
        one = result.estimates[label]
        return one.n_unobserved.point / one.table.n_observed

    middle = odds(alone, "north")
    assert abs(odds(pooled, "small") - middle) < abs(odds(alone, "small") - middle)
    assert abs(odds(pooled, "north") - middle) < abs(odds(pooled, "small") - middle)
    assert pooled.estimates["small"].diagnostics["own_weight"] < pooled.estimates["north"].diagnostics["own_weight"]
    assert {Flag.NO_OVERLAP, Flag.PRIOR_BOUND} <= set(pooled.estimates["none"].flags)
    assert not pooled.refusals
    assert pooled.total is not None
    assert pooled.total.population_size.upper is not None


def with_missing(share: float, seed: int = 1) -> tuple[StratifiedTable, StratifiedTable]:
    """Two strata whose labels are all known, and the same with a share of labels lost at random."""
    whole = strata(north=INVENTED, south=FOUR.without("D"))
    rng = np.random.default_rng(seed)
    kept: dict[str, dict[int, int]] = {}
    lost: dict[int, int] = {}
    for label, table in whole.tables.items():
        kept[label] = {}
        for pattern, count in table.counts.items():
            away = int(rng.binomial(count, share))
            kept[label][pattern] = count - away
            lost[pattern] = lost.get(pattern, 0) + away
    tables = {
        label: OverlapTable.from_patterns(INVENTED.lists, counts, stratum=label) for label, counts in kept.items()
    }
    return whole, StratifiedTable("place", tables, OverlapTable.from_patterns(INVENTED.lists, lost))


def test_missing_labels_are_imputed_and_widen_the_interval() -> None:
    whole, missing = with_missing(0.3)
    known = estimate.fit_strata(whole, "independence")
    imputed = estimate.fit_strata(missing, "independence", seed=2, imputations=20)
    assert missing.unlabelled is not None
    assert imputed.n_unlabelled == missing.unlabelled.n_observed > 0
    for label, table in whole.tables.items():
        one = imputed.estimates[label]
        truth = known.estimates[label].population_size
        assert one.table.n_observed == pytest.approx(table.n_observed, rel=0.1)
        assert one.population_size.lower < truth.point < (one.population_size.upper or 0)
        assert one.diagnostics["variance_between"] > 0
    assert imputed.total is not None
    assert known.total is not None
    assert imputed.total.table.n_observed == known.total.table.n_observed
    assert imputed.total.population_size.point == pytest.approx(known.total.population_size.point, rel=0.01)


def test_every_imputed_unit_lands_in_a_stratum_that_can_hold_it() -> None:
    _whole, missing = with_missing(0.4)
    closed = OverlapTable.from_patterns(
        INVENTED.lists,
        {p: c for p, c in missing.tables["south"].counts.items() if not p & 4},
        inactive=["C"],
        stratum="south",
    )
    table = StratifiedTable("place", {"north": missing.tables["north"], "south": closed}, missing.unlabelled)
    for completed in _imputed(table, 5, 3):
        assert sum(one.n_observed for one in completed.values()) == table.pooled().n_observed
        assert completed["south"].list_sizes["C"] == 0


def test_same_seed_same_numbers_and_order_of_lists() -> None:
    _whole, missing = with_missing(0.2)
    one, two = (estimate.fit_strata(missing, "independence", seed=7).total for _ in range(2))
    assert one is not None
    assert two is not None
    assert one.population_size == two.population_size
    tables = strata(north=INVENTED, south=FOUR.without("D"))
    back = StratifiedTable("place", {label: reordered(table, [2, 0, 1]) for label, table in tables.tables.items()})
    totals = [estimate.fit_strata(each, "chao").total for each in (tables, back)]
    assert totals[0] is not None
    assert totals[1] is not None
    assert totals[1].population_size.point == pytest.approx(totals[0].population_size.point, rel=1e-9)


def test_a_wrong_setting_is_told_not_taken_for_a_refusal() -> None:
    with pytest.raises(NotConfigured):
        estimate.fit_strata(strata(north=INVENTED), "loglinear", nonsense=1)
