"""Splink: comparison vectors, the model's probabilities, scored pairs.

Only this module and the backends know Splink.
"""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from . import em
from .backends import Backend
from .blocking import Blocking, Rule
from .comparisons import Comparison

if TYPE_CHECKING:
    import numpy as np

KEEP_WEIGHT: Final = -7.0
"""Pairs below this match weight (a probability of 0.8 %) are counted, not kept."""
DRAW_WEIGHT: Final = -10.0
"""The same where draws are asked for: together, very doubtful pairs still carry some overlap."""
DECIMALS: Final = 6
"""Weights are rounded: the last bits of a sum depend on its order."""
SMALL_RECORDS: Final = 20_000
U_PAIRS_SMALL: Final = 1e5
U_PAIRS: Final = 1e6
"""Random pairs from which ``u`` is learnt; fewer below 20,000 records, which is faster and finds the same links."""
FIRST_SHARE: Final = 0.001
PAIRS_AT_ONCE: Final = 1_000_000
"""Pairs that Splink holds in memory at a time."""
SURELY_BITS: Final = 4.0
TRAINING_RULES: Final = 5
TRAINING_PAIRS: Final = 300_000
LEAST_TRAINING_PAIRS: Final = 200
LEAST_SHARE: Final = 1e-6
"""No level is impossible: Splink's EM gives zero to what it did not see."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Scored pairs as columns, and the model behind them."""

    left: list[int]
    right: list[int]
    weight: list[float]
    gammas: dict[str, list[int]]
    parts: dict[str, list[float]]
    fit: em.Fit
    model: dict[str, Any]


def score(
    backend: Backend,
    comparisons: Sequence[Comparison],
    blocking: Blocking,
    *,
    link_type: str,
    most_matches: float,
    seed: int,
    believe_priors: bool,
    least_weight: float = KEEP_WEIGHT,
) -> Scores:
    """Fit the model and score every pair that blocking lets through.

    Args:
        link_type: Splink's word: ``dedupe_only``, ``link_only`` or ``link_and_dedupe``.
        most_matches: Upper bound on true matches, from the sizes of the lists.
        believe_priors: Do not estimate; for lists too small to learn from.
        least_weight: Pairs with less are counted, not kept.
    """
    with quiet_splink():
        if believe_priors:
            fitted = em.prior_only(comparisons, most_matches / 2, blocking.n_possible)
        elif blocking.every_pair:
            patterns, counts = _patterns(backend, comparisons, link_type)
            fitted = em.fit(comparisons, patterns, counts, most_matches=most_matches)
        else:
            fitted = _splink_fit(backend, comparisons, blocking, link_type, most_matches, seed)
        linker = linker_of(backend, comparisons, blocking.rules, link_type, fitted)
        model = linker.misc.save_model_to_json()
        predicted = linker.inference.predict(
            threshold_match_weight=_threshold(blocking, fitted, most_matches, least_weight),
            num_chunks_left=-(-blocking.n_at_most // PAIRS_AT_ONCE),
            num_chunks_right=1,
            warning_mode="never",
        ).physical_name
        shift = 0.0
        if not blocking.every_pair and not believe_priors:
            fitted = _with_share(backend, predicted, fitted, most_matches, blocking.n_possible)
            model["probability_two_random_records_match"] = fitted.match_share
            shift = em.log2_odds(fitted.match_share) - em.log2_odds(FIRST_SHARE)
        return _scores(backend, predicted, shift, comparisons, fitted, model, least_weight)


def _threshold(blocking: Blocking, fitted: em.Fit, most_matches: float, least_weight: float) -> float:
    """A weight, at the prior that Splink is given, below which no pair can be kept nor counts for the share of matches:
    with the largest share that the sizes of the lists allow it would still be ``SURELY_BITS`` below the least weight."""
    highest = min(0.5, most_matches / blocking.n_possible)
    return least_weight - SURELY_BITS - em.log2_odds(highest) + em.log2_odds(fitted.match_share)


def linker_of(
    backend: Backend,
    comparisons: Sequence[Comparison],
    rules: Sequence[Rule],
    link_type: str,
    fitted: em.Fit | None,
) -> Any:
    """Splink's linker on the records, with these probabilities or, to be trained, the priors."""
    from splink import Linker

    m = fitted.m if fitted else (None,) * len(comparisons)
    u = fitted.u if fitted else (None,) * len(comparisons)
    settings = {
        "link_type": link_type,
        "comparisons": [one.splink(m[index], u[index]) for index, one in enumerate(comparisons)],
        "blocking_rules_to_generate_predictions": [rule.sql for rule in rules],
        "probability_two_random_records_match": fitted.match_share if fitted else FIRST_SHARE,
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
        "linker_uid": "panah",
    }
    return Linker(backend.splink().register("records"), settings, log_level=None)


def _splink_fit(
    backend: Backend,
    comparisons: Sequence[Comparison],
    blocking: Blocking,
    link_type: str,
    most_matches: float,
    seed: int,
) -> em.Fit:
    """Splink's own estimation: ``u`` from random pairs, ``m`` by EM in one session per blocking rule.

    A session cannot teach the comparisons on whose columns it blocks; the rules are taken until all are taught.
    """
    backend.use_threads()
    n_records = int(backend.rows("select count(*) from records")[0][0])
    linker = linker_of(backend, comparisons, blocking.rules, link_type, None)
    linker.training.estimate_u_using_random_sampling(
        max_pairs=U_PAIRS_SMALL if n_records < SMALL_RECORDS else U_PAIRS,
        seed=seed + 1,
        num_chunks=1 if n_records < SMALL_RECORDS else 10,
        min_count_per_level=None,
    )
    for rule in training_rules(blocking.rules):
        linker.training.estimate_parameters_using_expectation_maximisation(
            rule.sql,
            estimate_without_term_frequencies=True,
            max_pairs=TRAINING_PAIRS if rule.n_pairs > TRAINING_PAIRS else None,
            record_sample_proportion=1.0,
        )
        if n_records >= SMALL_RECORDS:
            # what a session leaves in memory is of no use to the next
            linker.table_management.delete_tables_created_by_splink_from_db()
    m, u = _probabilities(linker.misc.save_model_to_json(), comparisons)
    return em.Fit(m, u, FIRST_SHARE, 0, True, FIRST_SHARE * blocking.n_possible)


def training_rules(rules: Sequence[Rule]) -> list[Rule]:
    """The narrowest rules, of which no two share a column, with enough pairs to learn from."""
    chosen: list[Rule] = []
    for rule in rules:
        if rule.n_pairs < LEAST_TRAINING_PAIRS or any(set(rule.columns) & set(other.columns) for other in chosen):
            continue
        chosen.append(rule)
    return chosen[:TRAINING_RULES]


def _probabilities(
    model: dict[str, Any], comparisons: Sequence[Comparison]
) -> tuple[tuple[tuple[float, ...], ...], tuple[tuple[float, ...], ...]]:
    """The trained probabilities; a level that no session saw keeps its prior."""
    both: list[list[tuple[float, ...]]] = [[], []]
    for one, trained in zip(comparisons, model["comparisons"], strict=True):
        levels = [level for level in trained["comparison_levels"] if not level.get("is_null_level")]
        for index, key in enumerate(("m_probability", "u_probability")):
            priors = [level.m if index == 0 else level.u for level in one.levels]
            given = {index: level.get(key) for (index, _sql), level in zip(one.asked, levels, strict=True)}
            found = [given[index] for index in range(len(one.levels))]
            shares = [
                max(float(x), LEAST_SHARE) if isinstance(x, float) else p for x, p in zip(found, priors, strict=True)
            ]
            # rounded, since the last bits of a sum depend on the order in which threads added
            both[index].append(tuple(float(f"{share / sum(shares):.7g}") for share in shares))
    return tuple(both[0]), tuple(both[1])


def _with_share(backend: Backend, predicted: str, fitted: em.Fit, most_matches: float, n_possible: int) -> em.Fit:
    """The model with the share of matches that the weights of the candidate pairs speak for."""
    import numpy as np

    rows = backend.rows(
        f"select round(match_weight, 2) as w, count(*) from {predicted} group by round(match_weight, 2) order by w"  # noqa: S608
    )
    bits = np.array([row[0] for row in rows]) - em.log2_odds(fitted.match_share)
    counts = np.array([float(row[1]) for row in rows])
    share, n_matches = em.match_share((bits, counts), most_matches=most_matches, n_possible=n_possible)
    return dataclasses.replace(fitted, match_share=share, n_expected_matches=n_matches)


def _vectors_sql(comparisons: Sequence[Comparison], columns: Sequence[str], pairs: str) -> str:
    """Both sides of each pair as ``x_l`` and ``x_r``, and the comparison vector values from them."""
    sides = ", ".join(f"{side}.{column} as {column}_{side}" for column in columns for side in "lr")
    gammas = ", ".join(f"{one.gamma_sql} as gamma_{one.name}" for one in comparisons)
    return f"select unique_id_l, unique_id_r, {gammas} from (select {sides} from {pairs})"  # noqa: S608


def _patterns(
    backend: Backend, comparisons: Sequence[Comparison], link_type: str
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Comparison vectors of every pair, counted."""
    import numpy as np

    across = " and l.source_dataset <> r.source_dataset" if link_type == "link_only" else ""
    pairs = f"records l join records r on l.unique_id < r.unique_id{across}"
    gammas = ", ".join(f"gamma_{one.name}" for one in comparisons)
    vectors = _vectors_sql(comparisons, backend.columns(), pairs)
    rows = backend.rows(f"select {gammas}, count(*) from ({vectors}) group by {gammas} order by {gammas}")  # noqa: S608
    found = np.array(rows, dtype=np.int64).reshape(len(rows), len(comparisons) + 1)
    return found[:, :-1], found[:, -1].astype(float)


def _scores(
    backend: Backend,
    predicted: str,
    shift: float,
    comparisons: Sequence[Comparison],
    fitted: em.Fit,
    model: dict[str, Any],
    least_weight: float,
) -> Scores:
    """The kept pairs in order, with the level of each comparison beside its weight.

    Args:
        shift: Bits to add to each weight: the prior was not known when the pairs were scored.
    """
    parts = ", ".join(f"mw_{one.name}" for one in comparisons)
    backend.rows(
        "create or replace temporary view kept as select "  # noqa: S608
        f"least(unique_id_l, unique_id_r) as a, greatest(unique_id_l, unique_id_r) as b, "
        f"match_weight + {shift} as weight, {parts} from {predicted} where match_weight + {shift} >= {least_weight}"
    )
    pairs = "kept p join records l on p.a = l.unique_id join records r on p.b = r.unique_id"
    vectors = _vectors_sql(comparisons, backend.columns(), pairs)
    gammas = ", ".join(f"v.gamma_{one.name}" for one in comparisons)
    table = backend.arrow(
        f"select v.unique_id_l, v.unique_id_r, p.weight, {gammas}, {parts} from kept p join ({vectors}) v "  # noqa: S608
        "on p.a = v.unique_id_l and p.b = v.unique_id_r order by v.unique_id_l, v.unique_id_r"
    )
    columns = {name: table.column(name).to_pylist() for name in table.column_names}
    return Scores(
        left=columns["unique_id_l"],
        right=columns["unique_id_r"],
        weight=[round(value, DECIMALS) for value in columns["weight"]],
        gammas={one.name: columns[f"gamma_{one.name}"] for one in comparisons},
        parts={one.name: [round(value, DECIMALS) for value in columns[f"mw_{one.name}"]] for one in comparisons},
        fit=fitted,
        model=model,
    )


def score_pairs(
    backend: Backend,
    comparisons: Sequence[Comparison],
    fitted: em.Fit,
    pairs: Sequence[tuple[int, int]],
) -> Scores:
    """Weigh pairs that blocking did not let through, or that were dropped, by the fitted model; in the order given."""
    import pyarrow as pa

    if not pairs:
        none: dict[str, list[Any]] = {one.name: [] for one in comparisons}
        return Scores([], [], [], none, none, fitted, {})
    wanted = pa.table({"n": range(len(pairs)), "a": [min(pair) for pair in pairs], "b": [max(pair) for pair in pairs]})
    backend.register("wanted", wanted)
    joined = "wanted w join records l on w.a = l.unique_id join records r on w.b = r.unique_id"
    vectors = _vectors_sql(comparisons, backend.columns(), joined)
    table = backend.arrow(
        f"select v.* from wanted w join ({vectors}) v on w.a = v.unique_id_l and w.b = v.unique_id_r order by w.n"  # noqa: S608
    )
    columns = {name: table.column(name).to_pylist() for name in table.column_names}
    gammas = {one.name: columns[f"gamma_{one.name}"] for one in comparisons}
    parts = {}
    for one, m, u in zip(comparisons, fitted.m, fitted.u, strict=True):
        by_gamma = {-1: 0.0} | {
            len(m) - 1 - level: round(math.log2(m[level] / u[level]), DECIMALS) for level in range(len(m))
        }
        parts[one.name] = [by_gamma[gamma] for gamma in gammas[one.name]]
    prior = em.log2_odds(fitted.match_share)
    weights = [round(prior + sum(row), DECIMALS) for row in zip(*parts.values(), strict=True)]
    return Scores(columns["unique_id_l"], columns["unique_id_r"], weights, gammas, parts, fitted, {})


def joined(scores: Scores, more: Scores) -> Scores:
    """Both, in order of position."""
    left, right = scores.left + more.left, scores.right + more.right
    order = sorted(range(len(left)), key=lambda index: (left[index], right[index]))

    def merged(one: list[Any], other: list[Any]) -> list[Any]:
        both = one + other
        return [both[index] for index in order]

    return dataclasses.replace(
        scores,
        left=[left[index] for index in order],
        right=[right[index] for index in order],
        weight=merged(scores.weight, more.weight),
        gammas={name: merged(values, more.gammas[name]) for name, values in scores.gammas.items()},
        parts={name: merged(values, more.parts[name]) for name, values in scores.parts.items()},
    )


@contextlib.contextmanager
def quiet_splink() -> Iterator[None]:
    """Splink reports by logging; what matters of it stands in our own settings and flags."""
    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)
