"""Pairs are counted before they are made, and the count is right."""

from __future__ import annotations

import itertools
import random

import pyarrow as pa
import pytest

from panah.link import backends
from panah.link.blocking import choose_rules


def _table(n: int, seed: int) -> pa.Table:
    rng = random.Random(seed)
    return pa.table(
        {
            "unique_id": list(range(n)),
            "source_dataset": [f"list_{rng.randrange(3)}" for _ in range(n)],
            "name_key": [rng.choice(["a", "b", None, "c"]) for _ in range(n)],
            "date_low": [rng.choice([1, 2, None]) for _ in range(n)],
            "host_country": [rng.choice(["BE", "SE"]) for _ in range(n)],
        }
    )


def _counted(table: pa.Table, columns: tuple[str, ...], within: bool) -> int:
    rows = table.to_pylist()
    return sum(
        (within or one["source_dataset"] != other["source_dataset"])
        and all(one[column] is not None and one[column] == other[column] for column in columns)
        for one, other in itertools.combinations(rows, 2)
    )


@pytest.mark.parametrize("within", [False, True])
def test_small_tables_are_compared_pair_by_pair(within: bool) -> None:
    table = _table(60, 1)
    with backends.database(table, 0) as backend:
        chosen = choose_rules(backend, table.column_names, within=within)
    assert chosen.every_pair
    assert chosen.n_possible == _counted(table, (), within)


@pytest.mark.parametrize("within", [False, True])
def test_rules_stay_below_the_bound_and_count_right(within: bool) -> None:
    table = _table(90, 2)
    bound = _counted(table, (), within) - 1
    with backends.database(table, 0) as backend:
        chosen = choose_rules(backend, table.column_names, within=within, max_pairs=bound)
    assert not chosen.every_pair
    assert sum(rule.n_pairs for rule in chosen.rules) <= bound
    for rule in (*chosen.rules, *chosen.left_out):
        assert rule.n_pairs == _counted(table, rule.columns, within)
