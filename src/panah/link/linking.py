"""Lists -> a linkage: features, blocking, scores, clusters, and the document that says how."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any, Final

from panah.errors import BadTable, NotConfigured
from panah.model.linkage import Cluster, Linkage, LinkedPair, RecordList

from . import blocking, em, engine
from .clusters import Candidate, assign
from .comparisons import COMPARISONS, MACROS, NAME, Comparison, Level
from .features import feature_table

MODEL_VERSION: Final = 1
TINY_RECORDS: Final = 40
"""Below this many records nothing is estimated: the priors of the comparisons are believed."""
FEW_MATCHES: Final = 15
MAX_LISTS: Final = 20
NAMES: Final = frozenset({"name", "given_name", "family_name"})
ADDRESS: Final = frozenset({"street", "street_number", "postcode", "address_detail", "suburb"})


def link(
    lists: Sequence[RecordList],
    *,
    seed: int = 0,
    threshold: float = 0.5,
    within: bool = False,
    max_pairs: int = blocking.MAX_PAIRS,
) -> Linkage:
    """Find the records of one incident or person across lists, and within them when asked.

    A Fellegi-Sunter model by Splink on DuckDB, estimated without labels. Small lists are compared pair by pair with
    steadied expectation-maximisation; larger ones by blocking rules whose pairs are counted first.

    A name alone never links two records, and two different names in one script are linked only by an identifier, a
    birth date or an address. What comes out is a proposal: hard links lose what is doubtful.

    Args:
        lists: At least two, or one with ``within``.
        seed: Same seed, same numbers.
        threshold: Least match probability of a link, in (0, 1).
        within: Also look for repeats inside each list.
        max_pairs: Bound on the pairs that blocking may let through.

    Returns:
        Pairs with their weights in bits, clusters of all records, settings and flags: ``priors_believed`` (too few
        records to learn from), ``few_matches``, ``not_converged``, ``no_second_attribute`` (only names in common, so
        that nothing can be linked).

    Raises:
        BadTable: Too few lists, two lists of one name, or no column in common.
        NotConfigured: A threshold outside (0, 1), or more pairs than ``max_pairs``.

    Source:
        Fellegi and Sunter (1969), JASA 64, 1183-1210.
    """
    _check(lists, threshold, within)
    table = feature_table(lists)
    comparisons, set_aside = _usable(table, lists, within)
    sizes = [len(one.records) for one in lists]
    link_type = "dedupe_only" if len(lists) == 1 else "link_and_dedupe" if within else "link_only"
    with engine.database(table, seed) as connection:
        chosen = blocking.choose_rules(connection, table.column_names, within=within, max_pairs=max_pairs)
        if chosen.n_possible == 0:
            return _nothing_to_compare(lists)
        scores = engine.score(
            connection,
            comparisons,
            chosen,
            link_type=link_type,
            most_matches=_most_matches(sizes, within),
            seed=seed,
            believe_priors=sum(sizes) < TINY_RECORDS,
        )
    return _linkage(lists, comparisons, scores, chosen, _said(seed, threshold, within, max_pairs, set_aside))


def _check(lists: Sequence[RecordList], threshold: float, within: bool) -> None:
    if not lists or (len(lists) == 1 and not within):
        raise BadTable("one list only", hint="name another list, or look inside it with --within")
    if len(lists) > MAX_LISTS:
        raise BadTable(f"{len(lists)} lists, at most {MAX_LISTS}", hint="join some of them first")
    names = [one.name for one in lists]
    if len(set(names)) < len(names):
        raise BadTable("two lists have the same name", hint="rename one of the files")
    if not 0 < threshold < 1:
        raise NotConfigured("the threshold is a probability between 0 and 1", where="--threshold")


def _usable(table: Any, lists: Sequence[RecordList], within: bool) -> tuple[list[Comparison], dict[str, str]]:
    """Comparisons whose column can agree and disagree somewhere, and why the others are set aside."""
    numbers = table.column("source_dataset").to_pylist()
    usable: list[Comparison] = []
    set_aside: dict[str, str] = {}
    for one in COMPARISONS:
        if one.column not in table.column_names:
            continue
        values = table.column(one.column).to_pylist()
        seen_in = {number for number, value in zip(numbers, values, strict=True) if value is not None}
        if len(seen_in) < (1 if within else 2):
            set_aside[one.name] = "only one list has it"
        elif len(values) > 1 and all(value == values[0] for value in values):
            set_aside[one.name] = "the same in every record"
        else:
            usable.append(one)
    if not usable:
        columns = sorted({role for one in lists for role in one.roles.values() if role})
        raise BadTable(
            "the lists have no column in common that differs between records",
            hint=f"columns with a known meaning: {', '.join(columns)}; say others with --role",
        )
    return usable, set_aside


def _most_matches(sizes: Sequence[int], within: bool) -> float:
    """How many pairs can be true: each list at most once against each other; within lists, half of all at most."""
    across = sum(min(one, other) for one, other in itertools.combinations(sizes, 2))
    return max(1.0, across + (sum(sizes) / 2 if within else 0))


def _said(seed: int, threshold: float, within: bool, max_pairs: int, set_aside: dict[str, str]) -> dict[str, Any]:
    return {
        "version": MODEL_VERSION,
        "seed": seed,
        "threshold": threshold,
        "within": within,
        "max_pairs": max_pairs,
        "columns_set_aside": set_aside,
    }


def _nothing_to_compare(lists: Sequence[RecordList]) -> Linkage:
    """One record in all: itself."""
    members = [(one.name, record.record_id) for one in lists for record in one.records]
    clusters = tuple(Cluster(number, (member,)) for number, member in enumerate(members, start=1))
    sizes = {one.name: len(one.records) for one in lists}
    return Linkage(tuple(sizes), sizes, (), clusters, {"version": MODEL_VERSION}, ("priors_believed",))


def _linkage(
    lists: Sequence[RecordList],
    comparisons: Sequence[Comparison],
    scores: engine.Scores,
    chosen: blocking.Blocking,
    settings: dict[str, Any],
) -> Linkage:
    members = [(one.name, record.record_id) for one in lists for record in one.records]
    list_of = [number for number, one in enumerate(lists) for _record in one.records]
    candidates = _candidates(comparisons, scores, settings["threshold"])
    reasons, roots = assign(candidates, list_of, within=settings["within"])
    pairs = [
        _pair(members, scores, index, candidate, reason)
        for index, (candidate, reason) in enumerate(zip(candidates, reasons, strict=True))
    ]
    return Linkage(
        lists=tuple(one.name for one in lists),
        n_records={one.name: len(one.records) for one in lists},
        pairs=tuple(
            sorted(pairs, key=lambda pair: (-pair.match_weight, pair.list_a, pair.id_a, pair.list_b, pair.id_b))
        ),
        clusters=_clusters(members, roots),
        settings=settings | _model_told(comparisons, scores, chosen),
        flags=_flags(lists, comparisons, scores),
    )


def probability_of(weight: float) -> float:
    """The match probability of a match weight in bits."""
    return 1 / (1 + math.exp2(-max(-1000.0, min(1000.0, weight))))


def _candidates(comparisons: Sequence[Comparison], scores: engine.Scores, threshold: float) -> list[Candidate]:
    candidates = []
    for index, weight in enumerate(scores.weight):
        reason = ""
        if probability_of(weight) < threshold:
            reason = "below_threshold"
        else:
            reason = _guard({one.name: _level(one, scores.gammas[one.name][index]) for one in comparisons})
        candidates.append(Candidate(scores.left[index], scores.right[index], weight, reason))
    return candidates


def _level(comparison: Comparison, gamma: int) -> Level | None:
    """The level of a pair; None where a side is missing."""
    return comparison.level_of(gamma) if gamma >= 0 else None


def _guard(levels: dict[str, Level | None]) -> str:
    """Why a pair must not be linked without a person, however likely it is."""
    agreeing = {name for name, level in levels.items() if level is not None and level.agrees}
    if not agreeing - NAMES:
        return "name_alone"
    name = levels.get("name")
    differs = name is not None and name is NAME.levels[-1]
    return "names_differ" if differs and not _same_person_but_for_the_name(agreeing) else ""


def _same_person_but_for_the_name(agreeing: set[str]) -> bool:
    """Two people may be threatened in one town on one day; they do not share a passport, a birthday or a door."""
    return bool(agreeing & {"identifier", "birth_date"}) or len(agreeing & ADDRESS) >= 2


def _pair(
    members: Sequence[tuple[str, str]], scores: engine.Scores, index: int, candidate: Candidate, reason: str
) -> LinkedPair:
    (list_a, id_a), (list_b, id_b) = members[candidate.left], members[candidate.right]
    return LinkedPair(
        list_a=list_a,
        id_a=id_a,
        list_b=list_b,
        id_b=id_b,
        match_weight=candidate.weight,
        match_probability=round(probability_of(candidate.weight), 9),
        parts={name: parts[index] for name, parts in scores.parts.items()},
        linked=not reason,
        reason=reason,
    )


def _clusters(members: Sequence[tuple[str, str]], roots: Sequence[int]) -> tuple[Cluster, ...]:
    together: dict[int, list[tuple[str, str]]] = {}
    for member, root in zip(members, roots, strict=True):
        together.setdefault(root, []).append(member)
    return tuple(
        Cluster(number, tuple(found)) for number, (_root, found) in enumerate(sorted(together.items()), start=1)
    )


def _model_told(comparisons: Sequence[Comparison], scores: engine.Scores, chosen: blocking.Blocking) -> dict[str, Any]:
    """The model as a document that a reviewer can read: how pairs were found, and each level's probabilities."""
    return {
        "every_pair_compared": chosen.every_pair,
        "n_possible_pairs": chosen.n_possible,
        "blocking_rules": list(blocking.told(() if chosen.every_pair else chosen.rules)),
        "blocking_rules_left_out": list(blocking.told(chosen.left_out)),
        "prior_weight": round(em.log2_odds(scores.fit.match_share), engine.DECIMALS),
        "n_expected_matches": round(scores.fit.n_expected_matches, 3),
        "n_iterations": scores.fit.n_iterations,
        "least_weight_kept": engine.KEEP_WEIGHT,
        "comparisons": [
            {
                "name": one.name,
                "levels": [
                    {
                        "level": level.label,
                        "m_probability": round(m, 9),
                        "u_probability": round(u, 9),
                        "match_weight": round(math.log2(m / u), 4),
                    }
                    for level, m, u in zip(one.levels, scores.fit.m[index], scores.fit.u[index], strict=True)
                ],
            }
            for index, one in enumerate(comparisons)
        ],
        "sql_functions": {head: " ".join(body.split()) for head, body in MACROS.items()},
        "splink_model": scores.model,
    }


def _flags(lists: Sequence[RecordList], comparisons: Sequence[Comparison], scores: engine.Scores) -> tuple[str, ...]:
    flags = []
    if sum(len(one.records) for one in lists) < TINY_RECORDS:
        flags.append("priors_believed")
    if scores.fit.n_expected_matches < FEW_MATCHES:
        flags.append("few_matches")
    if not scores.fit.converged:
        flags.append("not_converged")
    if all(one.name in NAMES for one in comparisons):
        flags.append("no_second_attribute")
    return tuple(flags)
