"""A population of known size, recorded with errors on several lists, linked and estimated: hard links beside draws.

Everybody is recorded on each list independently of the others, so that what is wrong in an estimate comes from the
linkage. In every record each field is wrong with one probability: a name is misspelt or shortened, a date is off by
days, known to the month only or missing, a town or tactic is another or missing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from panah import estimate, link
from panah.errors import NotEstimable
from panah.model.linkage import Linkage, ListRecord, RecordList
from panah.model.overlap import OverlapTable

INCLUSION = {2: (0.5, 0.45), 3: (0.45, 0.4, 0.35)}
METHOD = {2: "chao", 3: "loglinear"}
TOWNS = (
    "Antwerp",
    "Gent",
    "Munich",
    "Berlin",
    "Stockholm",
    "Malmö",
    "Lyon",
    "Paris",
    "Vienna",
    "Oslo",
    "Utrecht",
    "Istanbul",
)
TACTICS = (
    "threatening_communication", "covert_photography", "assault", "interpol_abuse", "death_threat", "digital_attack",
)  # fmt: skip
CONSONANTS, VOWELS = "bdghjklmnqrstwxyz", "aeiou"
DAYS = 730
FIRST_DAY = dt.date(2022, 1, 1)


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to estimate one simulated population: point, interval, and how many links were drawn or taken."""

    way: str
    point: float
    lower: float
    upper: float
    n_pairs: float
    true_pairs: int


def simulate(
    n: int, n_lists: int, error: float, seed: int, *, poor: bool = False
) -> tuple[list[RecordList], list[list[int]]]:
    """Lists of records, and for each the number of the true unit of every record.

    Args:
        poor: Records that say little: few names, the month instead of the day, and no tactic.
    """
    rng = np.random.default_rng(seed)
    n_given, n_family = (25, 50) if poor else (80, 160)
    given, family = [_word(rng, 2) for _ in range(n_given)], [_word(rng, 3) for _ in range(n_family)]
    people = [
        (
            given[int(rng.zipf(1.6)) % n_given if rng.random() < 0.5 else rng.integers(n_given)],
            family[rng.integers(n_family)],
            int(rng.integers(DAYS)),
            TOWNS[rng.integers(len(TOWNS))],
            TACTICS[rng.integers(len(TACTICS))],
        )
        for _ in range(n)
    ]
    lists, truth = [], []
    for number, share in enumerate(INCLUSION[n_lists]):
        on_it = rng.permutation(np.flatnonzero(rng.random(n) < share))
        records = [_record(rng, people[unit], row, error, poor) for row, unit in enumerate(on_it, start=1)]
        lists.append(RecordList("abc"[number], tuple(records), {"name": "name"}))
        truth.append([int(unit) for unit in on_it])
    return lists, truth


def _word(rng: np.random.Generator, syllables: int) -> str:
    return "".join(rng.choice(list(CONSONANTS)) + rng.choice(list(VOWELS)) for _ in range(syllables)).capitalize()


def _record(
    rng: np.random.Generator, person: tuple[str, str, int, str, str], row: int, error: float, poor: bool
) -> ListRecord:
    given, family, day, town, tactic = person
    wrong = rng.random(5) < error
    given = _misspelt(rng, given) if wrong[0] else given
    family = _misspelt(rng, family) if wrong[1] else family
    date: str | None = (FIRST_DAY + dt.timedelta(days=day)).isoformat()
    if wrong[2]:
        off = int(rng.integers(1, 4)) * int(rng.choice([-1, 1])) * (30 if poor else 1)
        date = [(FIRST_DAY + dt.timedelta(days=day + off)).isoformat(), date[:7], None][rng.integers(3)]
    return ListRecord(
        record_id=str(row),
        row=row + 1,
        names=(f"{given} {family}",),
        date=date[:7] if poor and date else date,
        host_place=(TOWNS[rng.integers(len(TOWNS))] if rng.random() < 0.7 else None) if wrong[3] else town,
        tactic=None
        if poor
        else (TACTICS[rng.integers(len(TACTICS))] if rng.random() < 0.7 else None)
        if wrong[4]
        else tactic,
    )


def _misspelt(rng: np.random.Generator, word: str) -> str:
    kind, place = rng.integers(4), int(rng.integers(1, len(word)))
    if kind == 0:
        return word[:place] + rng.choice(list(VOWELS)) + word[place + 1 :]
    if kind == 1:
        return word[:place] + rng.choice(list(CONSONANTS)) + word[place:]
    if kind == 2:
        return word[:place] + word[place + 1 :]
    return word[0]


def answers(
    lists: Sequence[RecordList], truth: Sequence[Sequence[int]], *, n_draws: int, seed: int
) -> Iterator[Answer]:
    """The estimate from the true links, from the hard links and from draws."""
    names = [one.name for one in lists]
    method = METHOD[len(lists)]
    true_pairs = sum(len(set(one) & set(other)) for one, other in combinations(truth, 2))
    patterns: dict[int, int] = {}
    for number, units in enumerate(truth):
        for unit in units:
            patterns[unit] = patterns.get(unit, 0) | 1 << number
    counts: dict[int, int] = {}
    for pattern in patterns.values():
        counts[pattern] = counts.get(pattern, 0) + 1
    linkage = link.link(lists, n_draws=n_draws, seed=seed)
    yield _answer("true links", [OverlapTable.from_patterns(names, counts)], method, true_pairs)
    yield _answer("hard links", [linkage.overlap_table()], method, true_pairs)
    yield _answer("draws", linkage.draws, method, true_pairs)


def _answer(way: str, tables: Sequence[OverlapTable], method: str, true_pairs: int) -> Answer:
    pairs = float(np.mean([_pairs(table) for table in tables]))
    try:
        if len(tables) == 1:
            found = estimate.fit(tables[0], method).population_size
        else:
            found = estimate.fit_many(tables, method, workers=1).population_size
    except NotEstimable:
        return Answer(way, float("nan"), float("nan"), float("nan"), pairs, true_pairs)
    upper = float("inf") if found.upper is None else found.upper
    return Answer(way, found.point, found.lower, upper, pairs, true_pairs)


def _pairs(table: OverlapTable) -> int:
    return sum(count * (k := pattern.bit_count()) * (k - 1) // 2 for pattern, count in table.counts.items())


def linkage_quality(linkage: Linkage, truth: Sequence[Sequence[int]]) -> tuple[float, float]:
    """Precision and recall of the hard links."""
    unit = {
        (name, str(row)): one
        for name, units in zip(linkage.lists, truth, strict=True)
        for row, one in enumerate(units, start=1)
    }
    links = [(pair.list_a, pair.id_a, pair.list_b, pair.id_b) for pair in linkage.links]
    right = sum(unit[a, b] == unit[c, d] for a, b, c, d in links)
    true_pairs = sum(len(set(one) & set(other)) for one, other in combinations(truth, 2))
    return right / max(len(links), 1), right / true_pairs
