"""Attacks on public tables: every world that fits what is shown is tried, by brute force and not by our own audit."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from release_tables import one_way
from release_tables import two_way as incidents

from panah.errors import BadTable, SmallCell
from panah.release import CodedIncident, PublicTable, audit, public_table

COUNTRIES = ("BE", "DE", "FR", "SE")
TACTICS = ("surveillance", "assault", "home_raid_family")


def worlds(table: PublicTable, most: int) -> Iterator[dict[tuple[str, ...], int]]:
    """Every assignment of 1 to ``most`` to the hidden cells that agrees with all that is shown."""
    hidden = [key for key in table.inner if table.cells[key] is None]
    shown = {key: table.cells[key] for key in table.inner if table.cells[key] is not None}
    for values in itertools.product(range(1, most + 1), repeat=len(hidden)):
        world = shown | dict(zip(hidden, values, strict=True))
        sums: Counter[tuple[str | None, ...]] = Counter()
        for key, n in world.items():
            for cell in itertools.product(*((value, None) for value in key)):
                sums[cell] += n
        if all(sums[key] == count for key, count in table.cells.items() if count is not None):
            yield world


def test_what_is_large_is_shown_and_counted_once() -> None:
    table = public_table(one_way(BE=12, DE=7), ("host_country",))
    assert table.margin("host_country") == {"BE": 12, "DE": 7}
    assert table.total == 19
    assert table.n_suppressed == 0


def test_a_small_cell_is_hidden_and_another_with_it() -> None:
    table = public_table(one_way(BE=12, DE=7, FR=2), ("host_country",))
    shown = table.margin("host_country")
    assert shown == {"BE": 12, "DE": None, "FR": None}, "12 is left, the smaller of the others goes with FR"
    assert table.total == 21


def test_zeros_are_not_listed_and_stay_zero() -> None:
    table = public_table(incidents({("BE", "assault"): 9, ("DE", "surveillance"): 8}))
    assert ("BE", "surveillance") not in table.cells
    assert table.n_suppressed == 0


def test_brute_force_finds_no_hidden_cell() -> None:
    counts = {("BE", "assault"): 6, ("BE", "surveillance"): 2, ("DE", "assault"): 7, ("DE", "surveillance"): 8}
    table = public_table(incidents(counts), threshold=4)
    possible = list(worlds(table, 14))
    for key in [key for key in table.inner if table.cells[key] is None]:
        values = {world[key] for world in possible}
        assert len(values) >= 4, key
        assert max(values) >= 4, key


@settings(max_examples=25, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from(COUNTRIES[:3]), st.sampled_from(TACTICS[:2])), st.integers(1, 9), max_size=6
    )
)
def test_no_table_exposes_a_cell(counts: dict[tuple[str, str], int]) -> None:
    try:
        table = public_table(incidents(counts), threshold=3)
    except SmallCell:
        return
    assert not audit(table)
    assert all(count is None or count == 0 or count >= 3 for count in table.cells.values())
    hidden = [key for key in table.inner if table.cells[key] is None]
    if not 0 < len(hidden) <= 4:
        return
    possible = list(worlds(table, 12))
    truth = {key: counts[key] for key in table.inner}  # type: ignore[index]
    assert truth in possible, "what is shown is true"
    for key in hidden:
        assert len({world[key] for world in possible}) >= 3


def test_three_dimensions_are_protected_too() -> None:
    told = incidents({(c, t): n + 2 for n, (c, t) in enumerate(itertools.product(COUNTRIES[:2], TACTICS))})
    told += [CodedIncident(tactic="assault", host_country="BE", date="2023-05")] * 6
    table = public_table(told, ("host_country", "tactic", "year"))
    assert not audit(table)
    assert table.n_suppressed > 0


def test_the_audit_sees_a_table_that_was_made_carelessly() -> None:
    careless = PublicTable(("host_country",), {("BE",): 12, ("DE",): None, (None,): 14}, 5)
    assert audit(careless) == [("DE",)]
    shown = PublicTable(("host_country",), {("BE",): 12, ("DE",): 2, (None,): 14}, 5)
    assert audit(shown) == [("DE",)]


def test_too_little_is_refused() -> None:
    with pytest.raises(SmallCell, match="nothing can be shown"):
        public_table(one_way(BE=1, DE=2), ("host_country",))


def test_nothing_is_an_empty_table() -> None:
    assert public_table([], ("host_country",)).total == 0


def test_aggregates_are_told_of_and_never_counted() -> None:
    told = [*one_way(BE=8), CodedIncident(tactic="assault", host_country="BE", aggregate=True)]
    table = public_table(told, ("host_country",))
    assert table.total == 8
    assert table.n_aggregates == 1
    assert any("several cases at once" in note for note in table.notes)


def test_a_scope_counts_only_what_it_names() -> None:
    told = one_way(BE=8, DE=9)
    assert public_table(told, ("tactic",), scope={"host_country": "DE"}).total == 9


@pytest.mark.parametrize(
    ("by", "more"),
    [
        ((), {}),
        (("name",), {}),
        (("year", "month"), {}),
        (("tactic", "family"), {}),
        (("tactic", "tactic"), {}),
        (("tactic", "year", "status", "channel"), {}),
        (("tactic",), {"threshold": 2}),
        (("tactic",), {"scope": {"person": "x"}}),
    ],
)
def test_what_is_no_public_table(by: tuple[str, ...], more: dict[str, object]) -> None:
    with pytest.raises(BadTable):
        public_table(one_way(BE=9), by, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answered", "words"),
    [(True, "answered at least some"), (False, "No answer of the accused side"), (None, "was not noted")],
)
def test_the_answer_of_the_accused_side_travels_along(answered: bool | None, words: str) -> None:
    told = [CodedIncident(tactic="assault", host_country="BE", answered=answered)] * 9
    table = public_table(told, ("host_country",))
    assert words in table.notes[-1]
    assert words in table.to_csv()


def test_only_coded_fields_are_looked_at() -> None:
    class Telltale:
        """A record whose other fields shout when they are read."""

        tactic, date, host_country, origin_state, status = "assault", "2024", "BE", "CN", "alleged"

        def __getattr__(self, name: str) -> object:
            if name not in CodedIncident.__dataclass_fields__ and name not in {"act_place", "host_place", "scope"}:
                raise AssertionError(f"{name} was read")
            raise AttributeError(name)

    assert public_table([Telltale()] * 6, ("host_country",)).total == 6
