"""Which pairs are compared at all: every pair of small lists, else those that agree on some column.

Invariant: no rule is used before its pairs were counted, and the pairs of all rules together stay below the bound.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from panah.errors import NotConfigured

if TYPE_CHECKING:
    from .backends import Backend

EVERY_PAIR_BELOW: Final = 400_000
"""Below this many possible pairs all are compared, and no match is missed by blocking."""
MAX_PAIRS: Final = 8_000_000
RULE_SHARE: Final = 4
"""One rule may use at most this part (1/4) of the bound."""
MOST_PAIRED_COLUMNS: Final = 6

KEYS: Final = (
    "identifier",
    "name_key",
    "name_sound",
    "birth_date",
    "name_start",
    "name_end",
    "street",
    "postcode",
    "date_low",
    "host_place",
    "suburb",
    "address_detail",
    "date_month",
    "street_number",
    "tactic",
    "host_country",
)
"""Columns that a rule may join on."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Pairs that agree on all of these columns; on none: every pair."""

    columns: tuple[str, ...]
    n_pairs: int

    @property
    def sql(self) -> str:
        return " and ".join(f"l.{column} = r.{column}" for column in self.columns) or "1=1"


@dataclass(frozen=True, slots=True)
class Blocking:
    """The rules to use, the pairs that were possible, and the rules left out because they are too large."""

    rules: tuple[Rule, ...]
    n_possible: int
    left_out: tuple[Rule, ...] = ()

    @property
    def n_at_most(self) -> int:
        """Pairs that will be made at most: one that several rules let through is counted once by each."""
        return min(self.n_possible, sum(rule.n_pairs for rule in self.rules))

    def as_dict(self) -> dict[str, object]:
        """Counts for JSON."""
        return {
            "n_possible_pairs": self.n_possible,
            "n_pairs_to_compare": self.n_at_most,
            "every_pair_compared": self.every_pair,
            "blocking_rules": list(told(() if self.every_pair else self.rules)),
            "blocking_rules_left_out": list(told(self.left_out)),
        }

    @property
    def every_pair(self) -> bool:
        return self.rules == (Rule((), self.n_possible),)


def choose_rules(backend: Backend, columns: Sequence[str], *, within: bool, max_pairs: int = MAX_PAIRS) -> Blocking:
    """Count the pairs of every possible rule on table ``records`` and keep those below the bound.

    Raises:
        NotConfigured: Even the narrowest rule gives more pairs than the bound.
    """
    possible = _count(backend, (), within)
    if backend.small and possible <= min(EVERY_PAIR_BELOW, max_pairs):
        return Blocking((Rule((), possible),), possible)
    keys = [key for key in KEYS if key in columns]
    single = [count_rule(backend, (key,), within) for key in keys]
    kept, left_out = _within_bound(single, max_pairs, 0)
    wide = [rule.columns[0] for rule in left_out][:MOST_PAIRED_COLUMNS]
    used = sum(rule.n_pairs for rule in kept)
    double = [count_rule(backend, pair, within) for pair in itertools.combinations(wide, 2)]
    more, more_left_out = _within_bound(double, max_pairs, used)
    kept += more
    if not kept:
        fewest = min((rule.n_pairs for rule in single + double), default=possible)
        raise NotConfigured(
            f"the narrowest blocking rule gives {fewest:,} pairs, more than {max_pairs:,}",
            hint="add a column that tells records apart, remove repeated rows, or raise --max-pairs",
        )
    return Blocking(tuple(kept), possible, tuple(left_out + more_left_out))


def count_rule(backend: Backend, columns: tuple[str, ...], within: bool) -> Rule:
    """A rule with its pairs counted."""
    return Rule(columns, _count(backend, columns, within))


def _within_bound(rules: Sequence[Rule], max_pairs: int, used: int) -> tuple[list[Rule], list[Rule]]:
    """The narrowest rules first, until the bound is reached; a rule without a pair is of no use."""
    kept: list[Rule] = []
    left_out: list[Rule] = []
    for rule in sorted(rules, key=lambda rule: (rule.n_pairs, rule.columns)):
        if rule.n_pairs == 0:
            continue
        if rule.n_pairs <= max_pairs // RULE_SHARE and used + rule.n_pairs <= max_pairs:
            kept.append(rule)
            used += rule.n_pairs
        else:
            left_out.append(rule)
    return kept, left_out


def _count(backend: Backend, columns: Sequence[str], within: bool) -> int:
    """Pairs that agree on the columns, across lists only or within them too, without making them."""
    there = " and ".join(f"{column} is not null" for column in columns) or "true"
    by_list = ", ".join(["source_dataset", *columns])
    by_key = f"group by {', '.join(columns)}" if columns else ""
    inside = "0" if within else "sum(n * (n - 1) / 2)"
    rows = backend.rows(
        f"select sum(pairs) from (select sum(n) * (sum(n) - 1) / 2 - {inside} as pairs from "  # noqa: S608
        f"(select {by_list}, cast(count(*) as double) as n from records where {there} group by {by_list}) {by_key})"
    )
    return int(rows[0][0] or 0)


def told(rules: Sequence[Rule]) -> Iterator[dict[str, object]]:
    """Rules for the settings document."""
    for rule in rules:
        yield {"agree_on": list(rule.columns), "n_pairs": rule.n_pairs}
