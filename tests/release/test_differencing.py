"""Two releases are laid side by side, as anybody can who kept the first."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from release_tables import one_way, two_way

from panah.errors import SmallCell
from panah.release import PublicTable, audit, public_table


def test_one_more_incident_is_not_seen() -> None:
    old = public_table(one_way(BE=12, DE=20, SE=30), ("host_country",))
    new = public_table(one_way(BE=13, DE=27, SE=38), ("host_country",), earlier=[old])
    assert new.margin("host_country")["BE"] is None, "13 - 12 would expose one person"
    assert not audit(new, [old])


def test_a_large_growth_is_shown() -> None:
    old = public_table(one_way(BE=12, DE=20), ("host_country",))
    new = public_table(one_way(BE=19, DE=26), ("host_country",), earlier=[old])
    assert new.margin("host_country") == {"BE": 19, "DE": 26}


def test_the_same_again_is_shown_again() -> None:
    told = one_way(BE=12, DE=20)
    old = public_table(told, ("host_country",))
    assert public_table(told, ("host_country",), earlier=[old]) == old


def test_a_total_alone_tells_of_one_more() -> None:
    old = public_table(one_way(BE=12), ("host_country",))
    with pytest.raises(SmallCell):
        public_table(one_way(BE=13), ("host_country",), earlier=[old])


def test_a_narrower_table_cannot_be_subtracted() -> None:
    told = one_way(BE=12, DE=20)
    all_of_them = public_table(told, ("host_country",))
    fewer = told[:11] + told[12:]  # one of Belgium is not confirmed
    rest = told[11]
    marked = [*fewer, type(rest)(tactic=rest.tactic, host_country="BE", status="disputed")]
    alleged = public_table(marked, ("host_country",), scope={"status": "alleged"})
    assert audit(alleged, [all_of_them]), "12 - 11 is the one that is disputed"
    guarded = public_table(marked, ("host_country",), scope={"status": "alleged"}, earlier=[all_of_them])
    assert guarded.margin("host_country") == {"BE": None, "DE": 20}
    assert guarded.total is None
    assert not audit(guarded, [all_of_them])


def test_another_breakdown_does_not_uncover_a_hidden_cell() -> None:
    told = two_way({("BE", "assault"): 9, ("BE", "surveillance"): 2, ("DE", "assault"): 8, ("DE", "surveillance"): 9})
    old = public_table(told)
    assert old.cells["BE", "surveillance"] is None
    new = public_table(told, ("tactic",), earlier=[old])
    assert not audit(new, [old])


def test_tables_of_different_incidents_are_not_compared() -> None:
    told = two_way({("BE", "assault"): 9, ("DE", "surveillance"): 8})
    old = public_table(told, ("host_country",), scope={"tactic": "assault"})
    new = public_table(told, ("host_country",), scope={"tactic": "surveillance"}, earlier=[old])
    assert new.total == 8


def test_a_register_that_was_corrected_is_no_error() -> None:
    old = public_table(one_way(BE=20, DE=20), ("host_country",))
    new = public_table(one_way(BE=12, DE=30), ("host_country",), earlier=[old])
    assert new.margin("host_country")["DE"] == 30
    assert not audit(new, [old])


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 12), min_size=3, max_size=3), st.lists(st.integers(0, 7), min_size=3, max_size=3))
def test_no_two_releases_expose_a_growth(before: list[int], growth: list[int]) -> None:
    names = ("BE", "DE", "SE")
    first = one_way(**dict(zip(names, before, strict=True)))
    second = one_way(**{name: a + b for name, a, b in zip(names, before, growth, strict=True)})
    try:
        old = public_table(first, ("host_country",))
        new = public_table(second, ("host_country",), earlier=[old])
    except SmallCell:
        return
    for key, count in new.cells.items():
        earlier = old.cells.get(key, 0)
        if count is not None and earlier is not None:
            assert count == earlier or abs(count - earlier) >= 5, key


def test_a_careless_pair_is_found() -> None:
    old = PublicTable(("host_country",), {("BE",): 12, (None,): 12}, 5)
    new = PublicTable(("host_country",), {("BE",): 13, (None,): 13}, 5)
    assert audit(new, [old])
