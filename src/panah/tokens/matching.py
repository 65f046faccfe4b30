"""Token files -> pairs of rows that may be the same, with their match weight.

Rules are compared as attributes are: each agrees, disagrees, or has no token on a side; their ``m`` and ``u`` are
estimated without labels. Rules share attributes, so the weights of pairs that agree in several are too sure of
themselves; their order is what counts, and links are one to one.

Source: Fellegi and Sunter (1969), JASA 64, 1183-1210.
"""

from __future__ import annotations

import itertools
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from panah.errors import BadTable, NotConfigured
from panah.home import whole_or_nothing

from .agreement import Agreement
from .files import TokenFile

FORMAT: Final = "panah-token-links/1"
COLUMNS: Final = ("party_a", "row_a", "party_b", "row_b", "match_weight", "match_probability", "linked")
THRESHOLD: Final = 0.5
MAX_PAIRS: Final = 20_000_000
ROUNDS: Final = 200
_M_START: Final = 0.7
_M_RANGE: Final = (0.02, 0.98)
_LEAST_U: Final = 1e-9
_CHANCE_PRIOR: Final = 1.0
"""Pairs thought to agree by chance in each rule before any was seen: in short lists one coincidence is no link."""


@dataclass(frozen=True, slots=True)
class Link:
    """A pair of rows of two parties that share at least one token."""

    party_a: str
    row_a: int
    party_b: str
    row_b: int
    match_weight: float
    match_probability: float
    linked: bool


@dataclass(frozen=True, slots=True)
class Links:
    """Scored pairs, strongest first, and the model: prior weight, ``m`` and ``u`` of each rule."""

    run: str
    agreement: str
    parties: tuple[str, ...]
    links: tuple[Link, ...] = field(repr=False)
    settings: Mapping[str, Any]

    @property
    def linked(self) -> tuple[Link, ...]:
        """The pairs that were accepted, at most one for each row and party."""
        return tuple(one for one in self.links if one.linked)


@dataclass(frozen=True, slots=True)
class _Pattern:
    """Which rules agree, and which both sides have, as bit masks."""

    agree: int
    present: int


def match(files: Sequence[TokenFile], agreement: Agreement) -> Links:
    """Join tokens and score the pairs.

    Args:
        files: One of each party.

    Raises:
        NotConfigured: Fewer than two parties, one twice, or files of different keys.
        BadTable: More pairs than :data:`MAX_PAIRS`.
    """
    _check(files)
    rules = [rule.name for rule in agreement.rules]
    pairs = _pairs(files, rules)
    n_possible = sum(one.n_rows * other.n_rows for one, other in itertools.combinations(files, 2))
    m, u, share = _estimated(Counter(pairs.values()), len(rules), n_possible)
    prior = math.log2(share / (1 - share))
    bits = [(math.log2(a / b), math.log2((1 - a) / (1 - b))) for a, b in zip(m, u, strict=True)]
    scored = [(prior + _weight(pattern, bits), *pair) for pair, pattern in pairs.items()]
    scored.sort(key=lambda one: (-one[0], one[1:]))
    linked = _assigned(scored)
    links = tuple(
        Link(
            files[a].party,
            row_a,
            files[b].party,
            row_b,
            round(weight, 6),
            round(_probability(weight), 9),
            place in linked,
        )
        for place, (weight, a, row_a, b, row_b) in enumerate(scored)
    )
    settings = {
        "n_rows": {one.party: one.n_rows for one in files},
        "prior_weight": round(prior, 6),
        "no_token_weight": round(sum(low for _high, low in bits), 6),
        "threshold": THRESHOLD,
        "rules": [
            {"rule": rule, "m_probability": round(a, 6), "u_probability": float(f"{b:.3g}")}
            for rule, a, b in zip(rules, m, u, strict=True)
        ],
    }
    return Links(agreement.run, agreement.digest, tuple(one.party for one in files), links, settings)


def _check(files: Sequence[TokenFile]) -> None:
    parties = [one.party for one in files]
    if len(files) < 2:
        raise NotConfigured("one token file only", hint="name the file of another party")
    for place, party in enumerate(parties):
        if party in parties[:place]:
            raise NotConfigured(f"two files of party {party}", where=files[place].name, hint="name one of each party")
    for one in files[1:]:
        if one.stamp != files[0].stamp:
            raise NotConfigured(
                f"made with another key than {files[0].name}",
                where=one.name,
                hint="the holders must compare the fingerprints of their shared key",
            )


def _pairs(files: Sequence[TokenFile], rules: Sequence[str]) -> dict[tuple[int, int, int, int], _Pattern]:
    """(file, row, file, row) -> pattern, for rows that share a token."""
    bit = {rule: 1 << number for number, rule in enumerate(rules)}
    everything = (1 << len(rules)) - 1
    holders: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    present: Counter[tuple[int, int]] = Counter()
    for number, one in enumerate(files):
        for row, rule, token in zip(one.rows, one.rules, one.tokens, strict=True):
            holders[rule, token].append((number, row))
            present[number, row] |= bit[rule]
    agree: dict[tuple[int, int, int, int], int] = defaultdict(int)
    for (rule, _token), rows in holders.items():
        for (a, row_a), (b, row_b) in itertools.combinations(sorted(set(rows)), 2):
            if a != b:
                agree[a, row_a, b, row_b] |= bit[rule]
        if len(agree) > MAX_PAIRS:
            raise BadTable(
                f"more than {MAX_PAIRS:,} pairs share a token", hint="lower most_occurrences in the agreement"
            )
    # a file of common tokens says nothing of the rules in which a row disagrees
    whole = [everything if one.common else 0 for one in files]
    return {
        (a, row_a, b, row_b): _Pattern(mask, (present[a, row_a] | whole[a]) & (present[b, row_b] | whole[b]))
        for (a, row_a, b, row_b), mask in agree.items()
    }


def _estimated(
    patterns: Mapping[_Pattern, int], n_rules: int, n_possible: int
) -> tuple[list[float], list[float], float]:
    """Expectation-maximisation over the patterns; pairs that share nothing are counted as disagreeing in all."""
    n_shared = sum(patterns.values())
    n_apart = max(1.0, float(n_possible - n_shared))
    agreeing = [sum(n for one, n in patterns.items() if one.agree >> rule & 1) for rule in range(n_rules)]
    m = [_M_START] * n_rules
    u = [max(_LEAST_U, 0.05 * n / n_possible) for n in agreeing]
    share = max(1.0, n_shared * 0.5) / n_possible
    for _round in range(ROUNDS):
        before = share
        weight = {one: _posterior(one, m, u, share) for one in patterns}
        matches = sum(weight[one] * n for one, n in patterns.items())
        for rule in range(n_rules):
            seen = [(weight[one], n, one.agree >> rule & 1) for one, n in patterns.items() if one.present >> rule & 1]
            both = sum(w * n for w, n, _agree in seen)
            agree = sum(w * n for w, n, yes in seen if yes)
            chance = sum((1 - w) * n for w, n, yes in seen if yes)
            m[rule] = min(_M_RANGE[1], max(_M_RANGE[0], (agree + _M_START) / (both + 1)))
            u[rule] = min(0.5, (chance + _CHANCE_PRIOR) / (n_apart + 1))
        share = min(0.5, max(0.5, matches) / n_possible)
        if abs(share - before) < 1e-9 * share:
            break
    return m, u, share


def _posterior(pattern: _Pattern, m: Sequence[float], u: Sequence[float], share: float) -> float:
    odds = math.log2(share / (1 - share))
    for rule, (a, b) in enumerate(zip(m, u, strict=True)):
        if pattern.present >> rule & 1:
            odds += math.log2(a / b) if pattern.agree >> rule & 1 else math.log2((1 - a) / (1 - b))
    return _probability(odds)


def _weight(pattern: _Pattern, bits: Sequence[tuple[float, float]]) -> float:
    return sum(
        bits[rule][0 if pattern.agree >> rule & 1 else 1] for rule in range(len(bits)) if pattern.present >> rule & 1
    )


def _probability(weight: float) -> float:
    return 1 / (1 + math.exp2(-max(-1000.0, min(1000.0, weight))))


def _assigned(scored: Sequence[tuple[float, int, int, int, int]]) -> set[int]:
    """Places of the accepted pairs: strongest first, a cluster never with two rows of one party.

    Two pairs of equal weight that exclude each other are both left out: a coin would decide.
    """
    cluster: dict[tuple[int, int], dict[int, int]] = {}
    accepted: set[int] = set()
    for weight, group in itertools.groupby(enumerate(scored), key=lambda one: one[1][0]):
        if _probability(weight) < THRESHOLD:
            break
        for place, (left, right) in _unrivalled(list(group), cluster):
            one, other = cluster.setdefault(left, {left[0]: left[1]}), cluster.setdefault(right, {right[0]: right[1]})
            if one is other:
                accepted.add(place)
            elif not set(one) & set(other):
                one |= other
                for member in other.items():
                    cluster[member] = one
                accepted.add(place)
    return accepted


def _unrivalled(
    group: list[tuple[int, tuple[float, int, int, int, int]]], cluster: Mapping[tuple[int, int], Mapping[int, int]]
) -> Iterator[tuple[int, tuple[tuple[int, int], tuple[int, int]]]]:
    """Pairs of one weight whose rows are not taken and not claimed by another pair of that weight."""
    free = []
    for place, (_weight, a, row_a, b, row_b) in group:
        left, right = (a, row_a), (b, row_b)
        if b not in cluster.get(left, {}) and a not in cluster.get(right, {}):
            free.append((place, left, right))
    claims = Counter(claim for _place, left, right in free for claim in ((left, right[0]), (right, left[0])))
    for place, left, right in free:
        if claims[left, right[0]] == 1 and claims[right, left[0]] == 1:
            yield place, (left, right)


def write_links(links: Links, path: Path) -> None:
    """``links.parquet``: rows and weights, for the holders."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = [pa.string(), pa.int64(), pa.string(), pa.int64(), pa.float64(), pa.float64(), pa.bool_()]
    columns = {
        name: pa.array([getattr(one, name) for one in links.links], kind)
        for name, kind in zip(COLUMNS, kinds, strict=True)
    }
    told: dict[str, Any] = {
        "format": FORMAT,
        "run": links.run,
        "agreement": links.agreement,
        "parties": list(links.parties),
    }
    told |= {"settings": dict(links.settings)}
    with whole_or_nothing(path) as part:
        pq.write_table(pa.table(columns).replace_schema_metadata({"panah": json.dumps(told)}), part)


def read_links(path: Path, agreement: Agreement) -> Links:
    """Read ``links.parquet``.

    Raises:
        BadTable: It is none.
        NotConfigured: It is of another agreement or run.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    foreign = BadTable("this is no file of token links", where=path.name, hint="panah tokens match writes one")
    try:
        table = pq.read_table(path)
        told = json.loads((table.schema.metadata or {}).get(b"panah", b""))
        if told["format"] != FORMAT or table.column_names != list(COLUMNS):
            raise foreign
        links = tuple(Link(*row) for row in zip(*(table.column(name).to_pylist() for name in COLUMNS), strict=True))
        found = Links(told["run"], told["agreement"], tuple(told["parties"]), links, told["settings"])
        float(found.settings["prior_weight"]), float(found.settings["no_token_weight"])
    except FileNotFoundError:
        raise BadTable("no such file", where=str(path), hint="check the path") from None
    except (OSError, pa.ArrowException, ValueError, KeyError, TypeError):
        raise foreign from None
    if found.agreement != agreement.digest or found.run != agreement.run:
        raise NotConfigured("made by another agreement or run", where=path.name, hint="name the agreement of this run")
    return found
