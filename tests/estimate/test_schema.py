"""Every document that estimation writes is as docs/schema/estimate.json says."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from estimate_tables import APART, FOUR, INVENTED, QUICK, TWO

from panah import estimate
from panah.model.estimate import Flag
from panah.model.overlap import OverlapTable, StratifiedTable

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schema" / "estimate.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def valid(text: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text)
    VALIDATOR.validate(document)
    return document


@pytest.mark.parametrize("method", estimate.METHODS)
def test_an_estimate_by_each_method(method: str) -> None:
    valid(estimate.fit(INVENTED, method, seed=1, **QUICK.get(method, {})).to_json())


def test_comparisons_with_and_without_refusals() -> None:
    valid(estimate.compare(TWO, seed=1).to_json())
    refused = valid(estimate.compare(APART, seed=1).to_json())
    assert refused["estimates"] == []
    assert refused["refusals"]
    many = OverlapTable.from_patterns([f"L{i}" for i in range(25)], {1 << i: 9 for i in range(25)} | {3: 5})
    assert valid(estimate.compare(many, ["decomposable"]).to_json())["refusals"][0]["flag"] is None


def test_open_ends_pooled_draws_strata_and_reliability() -> None:
    nearly = OverlapTable.from_patterns(("A", "B", "C"), {1: 9000, 2: 9000, 4: 7000, 3: 1})
    assert valid(estimate.fit(nearly, "independence").to_json())["estimates"][0]["population_size"]["upper"] is None
    pooled = valid(estimate.compare([INVENTED, FOUR.without("D")], ["chao"]).to_json())
    assert pooled["n_linkage_draws"] == 2
    tables = {
        label: OverlapTable.from_patterns("ABC", dict(one.counts), stratum=label)
        for label, one in (("n", INVENTED), ("s", APART))
    }
    valid(estimate.fit_strata(StratifiedTable("place", tables), "independence").to_json())
    valid(estimate.reliability(INVENTED, "independence", seed=1).to_json())


def test_the_schema_names_every_flag_and_method() -> None:
    one = SCHEMA["$defs"]["estimate"]["properties"]
    assert set(one["flags"]["items"]["enum"]) == {str(flag) for flag in Flag}
    assert set(one["method"]["enum"]) == set(estimate.METHODS)
