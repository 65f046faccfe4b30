"""Lists -> a linkage: features, blocking, scores, clusters, and the document that says how."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from panah.errors import BadTable, NotConfigured
from panah.model.linkage import Cluster, Decision, Linkage, LinkedPair, RecordList

from . import backends, blocking, em, scoring
from .comparisons import COMPARISONS, IMPLIED, MACROS, NAME, NAME_ACROSS, Comparison
from .deciding import NAMES
from .effects import with_effects
from .features import feature_table
from .judging import Judged, judge
from .labels import RecordKey, placed, positions

MODEL_VERSION: Final = 1
TINY_RECORDS: Final = 40
"""Below this many records nothing is estimated: the priors of the comparisons are believed."""
FEW_MATCHES: Final = 15
MAX_LISTS: Final = 20


def link(
    lists: Sequence[RecordList],
    *,
    seed: int = 0,
    threshold: float = 0.5,
    within: bool = False,
    max_pairs: int = blocking.MAX_PAIRS,
    n_draws: int = 0,
    decisions: Sequence[Decision] = (),
    also: Sequence[tuple[RecordKey, RecordKey]] = (),
    tell: Callable[[blocking.Blocking], None] | None = None,
    engine: str = "duckdb",
    spark_url: str | None = None,
) -> Linkage:
    """Find the records of one incident or person across lists, and within them when asked.

    A Fellegi-Sunter model by Splink on DuckDB, estimated without labels. Small lists are compared pair by pair with
    steadied expectation-maximisation; larger ones by blocking rules whose pairs are counted first.

    A name alone never links two records, and two different names in one script are linked only by an identifier, a
    birth date or an address. What comes out is a proposal. Hard links lose what is doubtful and bias an estimate; draws
    of the linkage carry the doubt along.

    Args:
        lists: At least two, or one with ``within``.
        seed: Same seed, same numbers.
        threshold: Least match probability of a link, in (0, 1).
        within: Also look for repeats inside each list.
        max_pairs: Bound on the pairs that blocking may let through.
        n_draws: How many overlap tables to draw for :func:`panah.estimate.fit_many`; 100 to 500 are useful.
        decisions: What people decided on pairs; they hold in every cluster and draw, and twenty or more calibrate the
            match probabilities.
        also: Pairs of (list, record id) to weigh and explain, whatever blocking says.
        engine: ``duckdb`` or ``spark``.
        spark_url: The Spark master; two threads of this machine when not given.
        tell: Called with the counted blocking rules before any pair is made.

    Returns:
        Pairs with their weights in bits, clusters of all records, draws, settings and flags: ``priors_believed`` (too
        few records to learn from), ``few_matches``, ``not_converged``, ``no_second_attribute`` (only names in common,
        so that nothing can be linked), ``too_few_answers`` (decisions that calibrate nothing), ``draws_not_mixed``,
        ``component_cut`` (see :func:`panah.link.matchings.draw`).

    Raises:
        BadTable: Too few lists, two lists of one name, no column in common, or decisions that contradict each other.
        NotConfigured: A threshold outside (0, 1), or more pairs than ``max_pairs``.

    Source:
        Fellegi and Sunter (1969), JASA 64, 1183-1210.
    """
    _check(lists, threshold, within, n_draws)
    answers = placed(decisions, lists, within=within)
    asked = positions(also, lists)
    table = feature_table(lists)
    comparisons, set_aside = usable_comparisons(table, lists, within)
    sizes = [len(one.records) for one in lists]
    list_of = [number for number, one in enumerate(lists) for _record in one.records]
    link_type = "dedupe_only" if len(lists) == 1 else "link_and_dedupe" if within else "link_only"
    columns = table.column_names
    opened = backends.database(table, seed, engine=engine, spark_url=spark_url)
    del table  # the database has its own copy
    with opened as backend:
        chosen = blocking.choose_rules(backend, columns, within=within, max_pairs=max_pairs)
        if chosen.n_possible == 0:
            return _nothing_to_compare(lists)
        if tell is not None:
            tell(chosen)
        scores = scoring.score(
            backend,
            comparisons,
            chosen,
            link_type=link_type,
            most_matches=_most_matches(sizes, within),
            seed=seed,
            believe_priors=sum(sizes) < TINY_RECORDS,
            least_weight=scoring.DRAW_WEIGHT if n_draws else scoring.KEEP_WEIGHT,
        )
        kept = set(zip(scores.left, scores.right, strict=True))
        dropped = sorted((set(answers) | asked) - kept)
        if dropped:
            scores = scoring.joined(scores, scoring.score_pairs(backend, comparisons, scores.fit, dropped))

        judged = judge(
            [one.name for one in lists],
            list_of,
            comparisons,
            scores,
            answers,
            threshold=threshold,
            within=within,
            n_draws=n_draws,
            seed=seed,
            weigh=lambda pairs: scoring.score_pairs(backend, comparisons, scores.fit, pairs),
            not_compared=asked - kept,
        )
    settings = {
        "version": MODEL_VERSION,
        "seed": seed,
        "threshold": threshold,
        "within": within,
        "max_pairs": max_pairs,
        "columns_set_aside": set_aside,
        **_model_told(comparisons, scores, chosen),
        "least_weight_kept": scoring.DRAW_WEIGHT if n_draws else scoring.KEEP_WEIGHT,
    }
    if answers:
        settings["n_decisions"] = len(answers)
        settings["calibration"] = judged.calibration.as_dict() if judged.calibration else None
    return _linkage(lists, comparisons, scores, judged, settings)


def count_pairs(
    lists: Sequence[RecordList], *, within: bool = False, max_pairs: int = blocking.MAX_PAIRS
) -> blocking.Blocking:
    """How many pairs there are and how many blocking would let through; nothing is compared.

    Raises:
        BadTable, NotConfigured: As :func:`link`.
    """
    _check(lists, 0.5, within, 0)
    table = feature_table(lists)
    usable_comparisons(table, lists, within)
    with backends.database(table, 0) as backend:
        return blocking.choose_rules(backend, table.column_names, within=within, max_pairs=max_pairs)


def _check(lists: Sequence[RecordList], threshold: float, within: bool, n_draws: int) -> None:
    if not lists or (len(lists) == 1 and not within):
        raise BadTable("one list only", hint="name another list, or look inside it with --within")
    if len(lists) > MAX_LISTS:
        raise BadTable(f"{len(lists)} lists, at most {MAX_LISTS}", hint="join some of them first")
    names = [one.name for one in lists]
    if len(set(names)) < len(names):
        raise BadTable("two lists have the same name", hint="rename one of the files")
    if not 0 < threshold < 1:
        raise NotConfigured("the threshold is a probability between 0 and 1", where="--threshold")
    if n_draws < 0:
        raise NotConfigured("fewer than no draws", where="--draws", hint="100 to 500 are useful")
    if n_draws and len(lists) < 2:
        raise BadTable("one list has no overlap to draw", where="--draws", hint="name another list")


def usable_comparisons(
    table: Any, lists: Sequence[RecordList], within: bool
) -> tuple[list[Comparison], dict[str, str]]:
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
        elif IMPLIED.get(one.name) in {other.name for other in usable}:
            set_aside[one.name] = f"part of {IMPLIED[one.name]}"
        else:
            usable.append(NAME_ACROSS if one is NAME and "name_latin" in table.column_names else one)
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


def _nothing_to_compare(lists: Sequence[RecordList]) -> Linkage:
    """One record in all: itself."""
    members = [(one.name, record.record_id) for one in lists for record in one.records]
    clusters = tuple(Cluster(number, (member,)) for number, member in enumerate(members, start=1))
    sizes = {one.name: len(one.records) for one in lists}
    return Linkage(tuple(sizes), sizes, (), clusters, {"version": MODEL_VERSION}, ("priors_believed",))


def _linkage(
    lists: Sequence[RecordList],
    comparisons: Sequence[Comparison],
    scores: scoring.Scores,
    judged: Judged,
    settings: dict[str, Any],
) -> Linkage:
    members = [(one.name, record.record_id) for one in lists for record in one.records]
    pairs = [_pair(members, scores, comparisons, index, judged) for index in range(len(judged.candidates))]
    clusters = _clusters(members, judged.roots)
    drawn = judged.draws
    found = Linkage(
        lists=tuple(one.name for one in lists),
        n_records={one.name: len(one.records) for one in lists},
        pairs=tuple(
            sorted(pairs, key=lambda pair: (-pair.match_weight, pair.list_a, pair.id_a, pair.list_b, pair.id_b))
        ),
        clusters=clusters,
        settings=settings | ({"draws": dict(drawn.told)} if drawn else {}),
        flags=(*_flags(lists, comparisons, scores, judged), *(drawn.flags if drawn else ())),
        draws=drawn.tables if drawn else (),
    )
    return replace(found, pairs=with_effects(found))


def _pair(
    members: Sequence[tuple[str, str]],
    scores: scoring.Scores,
    comparisons: Sequence[Comparison],
    index: int,
    judged: Judged,
) -> LinkedPair:
    candidate, reason = judged.candidates[index], judged.reasons[index]
    (list_a, id_a), (list_b, id_b) = members[candidate.left], members[candidate.right]
    return LinkedPair(
        list_a=list_a,
        id_a=id_a,
        list_b=list_b,
        id_b=id_b,
        match_weight=candidate.weight,
        match_probability=round(candidate.probability, 9),
        parts={name: parts[index] for name, parts in scores.parts.items()},
        linked=not reason,
        reason=reason,
        draw_share=judged.share(candidate),
        answer=candidate.answer,
        levels={one.name: one.label_of(scores.gammas[one.name][index]) for one in comparisons},
    )


def _clusters(members: Sequence[tuple[str, str]], roots: Sequence[int]) -> tuple[Cluster, ...]:
    together: dict[int, list[tuple[str, str]]] = {}
    for member, root in zip(members, roots, strict=True):
        together.setdefault(root, []).append(member)
    return tuple(
        Cluster(number, tuple(found)) for number, (_root, found) in enumerate(sorted(together.items()), start=1)
    )


def _model_told(comparisons: Sequence[Comparison], scores: scoring.Scores, chosen: blocking.Blocking) -> dict[str, Any]:
    """The model as a document that a reviewer can read: how pairs were found, and each level's probabilities."""
    return {
        **chosen.as_dict(),
        "prior_weight": round(em.log2_odds(scores.fit.match_share), scoring.DECIMALS),
        "n_expected_matches": round(scores.fit.n_expected_matches, 3),
        "n_iterations": scores.fit.n_iterations,
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


def _flags(
    lists: Sequence[RecordList], comparisons: Sequence[Comparison], scores: scoring.Scores, judged: Judged
) -> tuple[str, ...]:
    flags = []
    if sum(len(one.records) for one in lists) < TINY_RECORDS:
        flags.append("priors_believed")
    if scores.fit.n_expected_matches < FEW_MATCHES:
        flags.append("few_matches")
    if not scores.fit.converged:
        flags.append("not_converged")
    if all(one.name in NAMES for one in comparisons):
        flags.append("no_second_attribute")
    if judged.calibration is None and any(one.answer is not None for one in judged.candidates):
        flags.append("too_few_answers")
    return tuple(flags)
