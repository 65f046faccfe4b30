"""A list -> tokens that may leave, and the rows that may not.

Rows get random numbers; tokens that occur too often are left out; made-up rows are mixed in (:mod:`.made_up`), which
only whoever kept the row numbers can tell.
"""

from __future__ import annotations

import itertools
import math
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from panah.errors import BadTable, NotConfigured
from panah.model.linkage import ListRecord, RecordList

from .agreement import Agreement, Rule
from .keys import RunKey, SharedKey
from .made_up import Token, made_up
from .values import folding_check, values_of


@dataclass(frozen=True, slots=True)
class Encoded:
    """One party's tokens of one run.

    Attributes:
        tokens: Row number, rule, token, sorted by what says nothing: rule and token. These leave the house.
        record_ids: Row number -> record id, for the real rows. They stay.
        n_rows: Real and made-up rows together.
        told: Counts for the holder: values missing by rule, tokens left out for their frequency, made-up rows.
    """

    party: str
    run: str
    stamp: str
    agreement: str
    folding_check: str
    n_rows: int
    tokens: tuple[tuple[int, str, str], ...] = field(repr=False)
    record_ids: Mapping[int, str] = field(repr=False)
    told: Mapping[str, Any]


def encode(records: RecordList, agreement: Agreement, key: SharedKey, *, party: str) -> Encoded:
    """Make the tokens of one list.

    Args:
        records: As :func:`panah.link.read_list` reads it.
        party: Whose list; one of the agreement's.

    Raises:
        NotConfigured: The party is none of the agreement's.
        BadTable: No record has the values of any rule.
    """
    if party not in agreement.parties:
        raise NotConfigured(
            f"no party {party} in the agreement", where="--party", hint=f"parties are: {', '.join(agreement.parties)}"
        )
    run_key = key.run_key(agreement.project, agreement.run)
    rows = [_tokens(record, agreement.rules, run_key) for record in records.records]
    by_rule = Counter(rule for row in rows for rule in {rule for rule, _token in row})
    rows, n_dropped = _without_frequent(rows, agreement.most_occurrences)
    if not any(rows):
        raise BadTable(
            "no record has the values of any rule, or all of them are too frequent",
            where=records.name,
            hint=f"the rules need: {', '.join(agreement.fields)}; say columns with --role",
        )
    fakes = made_up(rows, math.ceil(len(rows) * agreement.fake_share))
    numbers = _shuffled(len(rows) + len(fakes))
    everything = zip(numbers, [*rows, *fakes], strict=True)
    return Encoded(
        party=party,
        run=agreement.run,
        stamp=run_key.stamp,
        agreement=agreement.digest,
        folding_check=folding_check(),
        n_rows=len(numbers),
        tokens=tuple(
            sorted(((number, *token) for number, row in everything for token in row), key=lambda one: one[1:] + one[:1])
        ),
        record_ids=dict(sorted(zip(numbers, (record.record_id for record in records.records), strict=False))),
        told={
            "n_records": len(records.records),
            "n_rows_made_up": len(fakes),
            "n_tokens": sum(map(len, rows)) + sum(map(len, fakes)),
            "n_tokens_too_frequent": n_dropped,
            "n_records_without_tokens": sum(not row for row in rows),
            "records_by_rule": {rule.name: by_rule[rule.name] for rule in agreement.rules},
        },
    )


def _tokens(record: ListRecord, rules: tuple[Rule, ...], key: RunKey) -> set[Token]:
    found: set[Token] = set()
    for rule in rules:
        for values in itertools.product(*(values_of(record, kind) for kind in rule.of)):
            found.add((rule.name, key.token(rule.name, values)))
    return found


def _without_frequent(rows: list[set[Token]], most: int) -> tuple[list[set[Token]], int]:
    """Leave out tokens of more than ``most`` rows: they would be known by their frequency, and say little."""
    occurrences = Counter(token for row in rows for token in row)
    frequent = {token for token, count in occurrences.items() if count > most}
    return [row - frequent for row in rows], len(frequent)


def _shuffled(n: int) -> list[int]:
    numbers = list(range(n))
    secrets.SystemRandom().shuffle(numbers)
    return numbers
