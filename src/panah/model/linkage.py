"""Records of documentation lists, and which of them are thought to be the same incident or person.

Plain frozen dataclasses, since a list may hold a hundred thousand records; ``panah.link`` makes them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from panah.errors import BadRow

if TYPE_CHECKING:
    from .overlap import OverlapTable


@dataclass(frozen=True, slots=True)
class ListRecord:
    """One row of a documentation list, read into words that can be compared.

    Attributes:
        record_id: The list's own id; unique in the list.
        row: Row in the file, the header is row 1.
        names: Every form of the name that the row gives, as written.
        date: EDTF; None when the row has none.
        details: Further attributes by role (``birth_date``, ``identifier``, ``postcode``, …), as written.
    """

    record_id: str
    row: int
    names: tuple[str, ...] = ()
    date: str | None = None
    host_country: str | None = None
    host_place: str | None = None
    act_country: str | None = None
    origin_state: str | None = None
    tactic: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordList:
    """One documentation list as read: its records, the roles of its columns, and every row that was not readable."""

    name: str
    records: tuple[ListRecord, ...]
    roles: Mapping[str, str]
    """Column -> role, in the order of the file; a column without a role is ``""`` and takes no part."""
    problems: tuple[BadRow, ...] = ()
    """In the order of the file; a row with a problem in one cell is left out as a whole."""
    path: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Counts and roles for JSON; no value of any row."""
        return {
            "name": self.name,
            "path": self.path,
            "n_records": len(self.records),
            "roles": dict(self.roles),
            "problems": [str(one) for one in self.problems],
        }


@dataclass(frozen=True, slots=True)
class LinkedPair:
    """A candidate pair with its match weight.

    Attributes:
        match_weight: log2 of the posterior odds, in bits; the prior's share is ``settings["prior_weight"]``.
        match_probability: Posterior probability that both records are the same, in [0, 1].
        parts: Match weight of each comparison, in bits; together with the prior they add up to ``match_weight``.
        linked: Whether both records stand in one cluster because of this pair.
        reason: Why not, when not: ``below_threshold``, ``name_alone``, ``names_differ``, ``rival``
            (another record of the same list fits better), ``decided_different`` (by a person), ``told_apart`` (it
            would join records that a person told apart), ``not_compared`` (weighed only because it was asked for).
        levels: What each comparison found, in words.
        effect: By how many units an estimate would be expected to move if a person decided on the pair.
        draw_share: In which share of the draws both stood in one cluster; None without draws.
        answer: What a person decided, if anybody did.
    """

    list_a: str
    id_a: str
    list_b: str
    id_b: str
    match_weight: float
    match_probability: float
    parts: Mapping[str, float]
    linked: bool
    reason: str = ""
    effect: float = 0.0
    draw_share: float | None = None
    answer: bool | None = None
    levels: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return {
            "list_a": self.list_a,
            "id_a": self.id_a,
            "list_b": self.list_b,
            "id_b": self.id_b,
            "match_weight": self.match_weight,
            "match_probability": self.match_probability,
            "linked": self.linked,
            "reason": self.reason,
            "effect": self.effect,
            "draw_share": self.draw_share,
            "answer": self.answer,
            "parts": dict(self.parts),
            "levels": dict(self.levels),
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's answer about two records: the same, or not."""

    list_a: str
    id_a: str
    list_b: str
    id_b: str
    same: bool


@dataclass(frozen=True, slots=True)
class Cluster:
    """Records taken for one incident or person; ``members`` are (list, record id), sorted. A cluster may have one."""

    id: int
    members: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Linkage:
    """What linking lists gave: scored pairs, clusters of all records, and the model as a document to review.

    A proposal with its evidence, until a person confirms it.
    """

    lists: tuple[str, ...]
    n_records: Mapping[str, int]
    pairs: tuple[LinkedPair, ...]
    """By descending match weight; pairs that are very surely different are only counted, in ``settings``."""
    clusters: tuple[Cluster, ...]
    settings: Mapping[str, Any]
    flags: tuple[str, ...] = ()
    draws: tuple[OverlapTable, ...] = ()
    """One overlap table for each draw of the linkage, in the order of the chain; empty unless asked for."""

    @property
    def links(self) -> tuple[LinkedPair, ...]:
        """The pairs that were accepted."""
        return tuple(pair for pair in self.pairs if pair.linked)

    def overlap_table(self) -> OverlapTable:
        """How many clusters stand on which lists: bit ``i`` of a pattern is list ``i``.

        Raises:
            ValueError: Fewer than two lists have no overlap.
        """
        if len(self.lists) < 2:
            raise ValueError("an overlap needs two lists")
        from .overlap import OverlapTable

        return OverlapTable.from_patterns(self.lists, inclusion_counts(self.lists, self.clusters))

    def pairs_by_weight(self) -> list[dict[str, int]]:
        """Kept pairs and links by match weight, in whole bits downward; the heaviest first."""
        counts: dict[int, list[int]] = {}
        for pair in self.pairs:
            both = counts.setdefault(math.floor(pair.match_weight), [0, 0])
            both[0] += 1
            both[1] += pair.linked
        return [
            {"match_weight": weight, "n_pairs": both[0], "n_links": both[1]}
            for weight, both in sorted(counts.items(), reverse=True)
        ]

    def pair(self, list_a: str, id_a: str, list_b: str, id_b: str) -> LinkedPair | None:
        """The pair of these two records, in either order; None when it was not kept."""
        wanted = {(list_a, id_a), (list_b, id_b)}
        return next(
            (one for one in self.pairs if {(one.list_a, one.id_a), (one.list_b, one.id_b)} == wanted),
            None,
        )

    def as_dict(self) -> dict[str, Any]:
        """Counts and settings for JSON; pairs are written to a file of their own, since they point at people."""
        reasons: dict[str, int] = {}
        for pair in self.pairs:
            reasons[pair.reason or "linked"] = reasons.get(pair.reason or "linked", 0) + 1
        sizes: dict[str, int] = {}
        for cluster in self.clusters:
            key = str(len(cluster.members))
            sizes[key] = sizes.get(key, 0) + 1
        return {
            "lists": list(self.lists),
            "n_records": dict(self.n_records),
            "n_pairs_kept": len(self.pairs),
            "n_links": len(self.links),
            "pairs_by_outcome": dict(sorted(reasons.items())),
            "pairs_by_weight": self.pairs_by_weight(),
            "n_clusters": len(self.clusters),
            "n_draws": len(self.draws),
            "clusters_by_size": dict(sorted(sizes.items(), key=lambda item: int(item[0]))),
            "flags": list(self.flags),
            "settings": dict(self.settings),
        }


def inclusion_counts(lists: Sequence[str], clusters: Sequence[Cluster]) -> dict[int, int]:
    """Count clusters by inclusion pattern; two records of one list in a cluster set its bit once."""
    bit = {name: 1 << index for index, name in enumerate(lists)}
    counts: dict[int, int] = {}
    for cluster in clusters:
        pattern = 0
        for name, _record in cluster.members:
            pattern |= bit[name]
        counts[pattern] = counts.get(pattern, 0) + 1
    return counts
