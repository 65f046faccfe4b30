"""What a linkage says in a terminal: columns, counts, weights, and the parts of one pair's weight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from panah.model.linkage import Linkage, RecordList

    PairNamed = tuple[tuple[str, str], tuple[str, str]]


def tell_lists(lists: Sequence[RecordList]) -> None:
    """How many records each list has, and what its columns were taken for."""
    for one in lists:
        known = ", ".join(f"{column} → {role}" for column, role in one.roles.items() if role)
        unused = ", ".join(column for column, role in one.roles.items() if not role)
        click.echo(f"{one.name}: {len(one.records):,} records; {known}" + (f"; not used: {unused}" if unused else ""))


def tell(linkage: Linkage, to_explain: Sequence[PairNamed], written: dict[str, str]) -> None:
    """The report."""
    document = linkage.as_dict()
    compared = "every pair compared" if linkage.settings.get("every_pair_compared") else "pairs found by blocking"
    click.echo(f"{linkage.settings.get('n_possible_pairs', 0):,} possible pairs, {compared}")
    click.echo(f"{document['n_links']:,} links, {document['n_clusters']:,} different incidents or persons")
    sizes = ", ".join(f"{count:,} of {size}" for size, count in document["clusters_by_size"].items())
    click.echo(f"clusters by size: {sizes}")
    for line in _not_linked(document["pairs_by_outcome"]):
        click.echo(line)
    _tell_weights(linkage)
    if linkage.draws:
        _tell_draws(linkage)
    for pair in to_explain:
        _tell_pair(explained(linkage, pair))
    for flag in linkage.flags:
        click.echo(f"flag: {flag}")
    for path in written.values():
        click.echo(f"wrote {path}")


def _not_linked(outcomes: dict[str, int]) -> Iterator[str]:
    words = {
        "below_threshold": "pairs are doubtful, below the threshold",
        "name_alone": "pairs agree in the name alone and were not linked",
        "names_differ": "pairs agree in all but the name and were not linked",
        "decided_different": "pairs were told apart by a person",
        "told_apart": "pairs would join records that a person told apart",
        "rival": "pairs lost to a better one of the same list",
    }
    for reason, text in words.items():
        if outcomes.get(reason):
            yield f"{outcomes[reason]:,} {text}"


def _tell_weights(linkage: Linkage) -> None:
    """Pairs by weight, as bars on a scale of square roots: the doubtful are few and must be seen."""
    rows = linkage.pairs_by_weight()
    if not rows:
        return
    most = max(row["n_pairs"] for row in rows)
    click.echo("match weight   pairs   links")
    for row in rows:
        bar = "#" * max(1, round(30 * (row["n_pairs"] / most) ** 0.5))
        click.echo(f"{row['match_weight']:>8} … {row['n_pairs']:>9,} {row['n_links']:>7,}  {bar}")


def _tell_draws(linkage: Linkage) -> None:
    told = linkage.settings["draws"]
    observed = sorted(table.n_observed for table in linkage.draws)
    low, high = observed[len(observed) * 5 // 100], observed[len(observed) * 95 // 100]
    click.echo(
        f"{len(linkage.draws):,} draws, {told['effective_draws']:,.0f} effective: "
        f"{low:,} to {high:,} different incidents or persons in nine draws of ten"
    )


def explained(linkage: Linkage, named: PairNamed) -> dict[str, Any]:
    """The waterfall of one pair: from the prior, comparison by comparison, to its weight."""
    pair = linkage.pair(*named[0], *named[1])
    if pair is None:
        return {"list_a": named[0][0], "id_a": named[0][1], "list_b": named[1][0], "id_b": named[1][1], "steps": []}
    total = float(linkage.settings["prior_weight"])
    steps = [{"comparison": "prior", "level": "", "match_weight": total, "total": total}]
    for name, bits in pair.parts.items():
        total += bits
        steps.append({"comparison": name, "level": pair.levels[name], "match_weight": bits, "total": round(total, 6)})
    return {**pair.as_dict(), "steps": steps}


def _tell_pair(shown: dict[str, Any]) -> None:
    click.echo(f"{shown['list_a']}:{shown['id_a']} and {shown['list_b']}:{shown['id_b']}")
    if not shown["steps"]:
        click.echo("  was not weighed")
        return
    for step in shown["steps"]:
        click.echo(f"  {step['comparison']:<15} {step['match_weight']:>+8.2f} {step['total']:>+8.2f}  {step['level']}")
    click.echo(f"  match probability {shown['match_probability']:.4f}: {shown['reason'] or 'linked'}")
