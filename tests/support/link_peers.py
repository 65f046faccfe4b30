"""Plain Splink on the candidate pairs of a linkage: the same comparisons, its own training, no prior and no rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from panah.link import backends, blocking, scoring
from panah.link.features import feature_table
from panah.link.linking import usable_comparisons
from panah.model.linkage import Linkage, RecordList

SMALL = {"max_pairs": 1e5, "num_chunks": 1, "min_count_per_level": None}
"""Splink's settings for lists below 20,000 records."""


def bare_splink(lists: Sequence[RecordList], *, within: bool, threshold: float = 0.5, seed: int = 1) -> set[tuple]:
    """Pairs that plain Splink takes for the same, as ((list, id), (list, id)), by probability alone."""
    table = feature_table(lists)
    comparisons, _set_aside = usable_comparisons(table, lists, within)
    link_type = "dedupe_only" if len(lists) == 1 else "link_and_dedupe" if within else "link_only"
    with backends.database(table, seed) as backend, scoring.quiet_splink():
        chosen = blocking.choose_rules(backend, table.column_names, within=within)
        backend.use_threads()
        linker = scoring.linker_of(backend, comparisons, chosen.rules, link_type, None)
        linker.training.estimate_u_using_random_sampling(seed=seed, **SMALL)
        for rule in _training(chosen, table.column_names, backend, within):
            linker.training.estimate_parameters_using_expectation_maximisation(
                rule.sql, estimate_without_term_frequencies=True
            )
        # the share of matches that recall-weighted deterministic rules would give is not known: Splink's default guess
        predicted = linker.inference.predict(threshold_match_probability=threshold, warning_mode="never").physical_name
        rows = backend.rows(f"select unique_id_l, unique_id_r from {predicted}")
    members = [(one.name, record.record_id) for one in lists for record in one.records]
    return {tuple(sorted((members[left], members[right]))) for left, right in rows}


def _training(chosen: blocking.Blocking, columns: Sequence[str], backend: backends.Backend, within: bool) -> list:
    """Rules to train on: where every pair is compared, the single columns."""
    rules = chosen.rules
    if chosen.every_pair:
        keys = [key for key in blocking.KEYS if key in columns]
        rules = tuple(
            sorted((blocking.count_rule(backend, (key,), within) for key in keys), key=lambda rule: rule.n_pairs)
        )
    return scoring.training_rules(rules)


def f1(found: set[tuple], truth: Mapping[tuple[str, str], object]) -> float:
    """Harmonic mean of precision and recall over pairs across and within lists."""
    together: dict[object, list[tuple[str, str]]] = {}
    for member, what in truth.items():
        together.setdefault(what, []).append(member)
    true = {
        tuple(sorted((one, other))) for group in together.values() for one in group for other in group if one < other
    }
    return 2 * len(true & found) / max(1, len(true) + len(found))


def links_of(linkage: Linkage) -> set[tuple]:
    """The pairs of records in one cluster."""
    return {
        (one, other)
        for cluster in linkage.clusters
        for one in cluster.members
        for other in cluster.members
        if one < other
    }
