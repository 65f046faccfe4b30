"""Log-linear models: which there are, how one is fitted and chosen, and when it cannot be."""

import math

import numpy as np
import pytest
from estimate_tables import FOUR, INVENTED
from hypothesis import given, settings
from hypothesis import strategies as st

from panah import estimate
from panah.errors import NotConfigured, NotIdentified
from panah.estimate import existence, families, models
from panah.estimate.cells import all_cells, cell_counts
from panah.estimate.loglinear import fit_terms
from panah.estimate.profile import profile_interval
from panah.model.estimate import Flag
from panah.model.overlap import OverlapTable


@pytest.mark.parametrize(("lists", "order", "number"), [(3, 2, 8), (4, 2, 64), (4, 3, 113), (5, 2, 1024), (5, 4, 6893)])
def test_how_many_hierarchical_models_there_are(lists: int, order: int, number: int) -> None:
    """Dedekind's numbers less the models that miss a list; 113 is the number of Silverman, Chan and Vincent (2024)."""
    found = models.hierarchical_models(lists, order)
    assert len(set(found)) == len(found) == number
    for terms in found[:: max(1, number // 60)]:
        inside = set(terms)
        assert all(term & ~(1 << i) in inside for term in terms for i in range(lists) if term >> i & 1)


@given(st.sets(st.integers(1, 15), max_size=5))
def test_a_model_is_read_back_from_its_name(generators: set[int]) -> None:
    terms = models.closure(generators, 4)
    assert models.read_model(models.short_name(terms), "ABCD") == terms


def test_names_of_models() -> None:
    terms = models.read_model("[123,14,34]", ("EXH", "ABA", "OSCE", "HRW"))
    assert models.long_name(terms, ("EXH", "ABA", "OSCE", "HRW")) == "EXH×ABA×OSCE, EXH×HRW, OSCE×HRW"
    assert (
        models.read_model([["EXH", "ABA", "OSCE"], ["EXH", "HRW"], ["OSCE", "HRW"]], ("EXH", "ABA", "OSCE", "HRW"))
        == terms
    )
    many = [f"L{i}" for i in range(12)]
    assert models.short_name(models.read_model("[11.12,1.2]", many)) == "[1.2,11.12]"
    for wrong in ("[1x]", "[19]", "[0]", [["nobody"]]):
        with pytest.raises(NotConfigured):
            models.read_model(wrong, ("A", "B"))


def newton(cells: np.ndarray, counts: np.ndarray, terms: tuple[int, ...]) -> np.ndarray:
    """Plain twin of the compiled fit."""
    design = existence.design_matrix(cells, terms)
    theta = np.linalg.lstsq(design, np.log(counts + 0.1), rcond=None)[0]
    for _step in range(100):
        means = np.exp(design @ theta)
        theta = theta + np.linalg.solve(design.T @ (means[:, None] * design), design.T @ (counts - means))
    return theta


@pytest.mark.parametrize("name", ["[independence]", "[12,34]", "[123,14]", "[12,13,14,23,24,34]"])
def test_the_compiled_fit_has_a_plain_twin(name: str) -> None:
    cells, counts = all_cells(4), cell_counts(FOUR)
    terms = models.read_model(name, FOUR.lists)
    theta = newton(cells, counts, terms)
    unseen, fitted, loglik = fit_terms(cells, counts, terms)
    design = existence.design_matrix(cells, terms)
    assert unseen == pytest.approx(math.exp(theta[0]), rel=1e-8)
    assert fitted == pytest.approx(np.exp(design @ theta), rel=1e-7)
    assert loglik == pytest.approx(counts @ (design @ theta) - np.exp(design @ theta).sum(), rel=1e-10)
    assert design.T @ fitted == pytest.approx(design.T @ counts)  # the margins of the model are met


def test_the_profile_interval_is_where_the_likelihood_fell_by_its_share() -> None:
    cells, counts = all_cells(4), cell_counts(FOUR)
    terms = models.read_model("[12,34]", FOUR.lists)
    unseen, _fitted, _loglik = fit_terms(cells, counts, terms)
    lower, upper = profile_interval(cells, counts, terms, (), unseen, 0.95)
    assert upper is not None

    def likelihood(total: float) -> float:
        full, everything = np.append(total - counts.sum(), counts), np.append(0, cells)
        means = np.exp(existence.design_matrix(everything, terms) @ newton(everything, full, terms))
        choose = math.lgamma(total + 1) - math.lgamma(total - counts.sum() + 1)
        return choose + float(full @ np.log(means / total))

    best = max(likelihood(total) for total in np.linspace(lower, upper, 60))
    for end in (lower, upper):
        assert likelihood(end) == pytest.approx(best - 1.9207, abs=2e-3)


def test_selection_averages_and_criteria() -> None:
    best = estimate.fit(FOUR, "loglinear", replicates=100, seed=1)
    assert best.diagnostics["models_considered"] == 113
    weights = [one["weight"] for one in best.diagnostics["best_models"]]
    assert weights == sorted(weights, reverse=True)
    average = estimate.fit(FOUR, "loglinear", average=True, replicates=100, seed=1)
    each = best.diagnostics["best_models"]
    points = [one["population_size"] for one in each]
    assert min(points) <= average.population_size.point <= max(points)
    assert average.model.startswith("average of models")
    by_aic = estimate.fit(FOUR, "loglinear", criterion="aic", interval="profile")
    assert by_aic.diagnostics["aic"] <= best.diagnostics["aic"] + 1e-9
    assert estimate.fit(FOUR, "loglinear", order=2, interval="profile").diagnostics["models_considered"] == 64


def test_the_search_by_steps_finds_what_looking_at_all_finds() -> None:
    counts = cell_counts(FOUR)
    met = families.by_steps(4, counts, 3, "bic", models.independence(4))
    everything = families.Family(4, models.hierarchical_models(4, 3))
    fitted = everything.fit(counts[None, :])
    best = everything.best(fitted, counts[None, :], 0)
    assert best is not None
    assert models.by_size(met[0]) == everything.models[best]


def test_an_empty_margin_takes_its_term_to_minus_infinity() -> None:
    table = OverlapTable.from_patterns(("A", "B", "C"), {1: 30, 2: 25, 4: 20, 5: 6, 6: 4})
    answer = estimate.fit(table, "loglinear", model="[12]")
    assert answer.population_size.point > table.n_observed
    never = {one.lists: one.fitted for one in answer.patterns}
    assert never.get(("A", "B"), 0.0) == 0.0


def test_a_cell_that_runs_off_is_not_taken_for_one_that_stays() -> None:
    """The margin of A and B is alive, the cell of A and B alone is empty: the estimate runs to infinity."""
    counts = np.array([20000, 15000, 0, 9000, 3, 3, 2], float)
    terms = models.read_model("[12,13,23]", "ABC")
    assert existence.check(all_cells(3), counts, terms) is existence.Existence.DOES_NOT_EXIST
    family = families.Family(3, [terms])
    assert not family.fit(counts[None, :]).certified[0, 0]
    with pytest.raises(NotIdentified) as told:
        estimate.fit(
            OverlapTable.from_patterns("ABC", dict(enumerate(counts.astype(int).tolist(), start=1))),
            "loglinear",
            model="[12,13,23]",
        )
    assert told.value.value == Flag.DOES_NOT_EXIST


def test_the_saturated_model_is_not_identified() -> None:
    with pytest.raises(NotIdentified) as told:
        estimate.fit(INVENTED, "loglinear", model="[123]")
    assert told.value.value == Flag.NOT_IDENTIFIED


@given(st.lists(st.integers(0, 6), min_size=7, max_size=7).filter(lambda counts: sum(counts) > 3))
@settings(max_examples=60, deadline=None)
def test_what_the_kernel_certifies_the_linear_programme_confirms(counts: list[int]) -> None:
    found = models.hierarchical_models(3, 2)
    family = families.Family(3, found)
    table = np.array(counts, float)
    fitted = family.fit(table[None, :])
    for index, terms in enumerate(found):
        if fitted.certified[0, index]:
            assert existence.check(family.cells, table, terms) is existence.Existence.FINE
