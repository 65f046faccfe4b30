"""Invented overlap tables for the tests of estimation."""

from hypothesis import strategies as st

from panah.model.overlap import OverlapTable

INVENTED = OverlapTable.from_patterns(
    ("A", "B", "C"), {0b001: 60, 0b010: 55, 0b100: 40, 0b011: 22, 0b101: 15, 0b110: 17, 0b111: 8}
)
FOUR = OverlapTable.from_patterns(
    ("A", "B", "C", "D"),
    {1: 90, 2: 70, 3: 31, 4: 80, 5: 22, 6: 19, 7: 9, 8: 60, 9: 14, 10: 16, 11: 6, 12: 15, 13: 5, 14: 4, 15: 3},
)
APART = OverlapTable.from_patterns(("A", "B", "C"), {0b001: 10, 0b010: 12, 0b100: 9})
TWO = OverlapTable.from_patterns(("A", "B"), {1: 30, 2: 20, 3: 10})

QUICK: dict[str, dict[str, object]] = {
    "loglinear": {"replicates": 100},
    "stepwise": {"replicates": 100},
    "bayes_threshold": {"draws": 400, "burn_in": 200},
    "latent_class": {"draws": 400, "burn_in": 200, "ladder": "never"},
}
"""Settings under which a method is quick, where only its manners are tested."""


@st.composite
def overlap_tables(draw: st.DrawFn, n_lists: int = 3, most: int = 60) -> OverlapTable:
    """Any table over some lists, sparse ones too, with at least one unit."""
    size = (1 << n_lists) - 1
    counts = draw(st.lists(st.one_of(st.just(0), st.integers(0, most)), min_size=size, max_size=size).filter(any))
    return OverlapTable.from_patterns([f"L{index}" for index in range(n_lists)], dict(enumerate(counts, start=1)))
