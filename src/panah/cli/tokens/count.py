"""``panah tokens count``: links become tables of counts, one a draw; nothing else goes to the estimator."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panah.cli.output import emit, existing_file, json_option, progress
from panah.errors import NotConfigured

if TYPE_CHECKING:
    from panah.link.matchings import Draws
    from panah.tokens.counting import Edges


@click.command("count")
@click.argument("links_file", type=existing_file(), metavar="LINKS")
@click.option("--agreement", "agreement_file", type=existing_file(), required=True, help="The agreed file.")
@click.option("--size", "sizes", multiple=True, metavar="PARTY=N", help="Records on each list; encode told its holder.")
@click.option("--draws", type=click.IntRange(1, 10_000), default=200, show_default=True, help="Draws of the linkage.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Same seed, same numbers.")
@click.option("--out", type=existing_file(), required=True, metavar="FILE", help="Tables of counts, .parquet.")
@json_option
def count_command(
    links_file: Path,
    agreement_file: Path,
    sizes: tuple[str, ...],
    draws: int,
    seed: int,
    out: Path,
    as_json: bool,
) -> None:
    """Draw the linkage from LINKS and count how many units stand on which lists; panah estimate reads the result.

    A count below the agreed minimum stops it: then nothing is written.
    """
    from panah.tokens import edges, read_agreement, read_links
    from panah.tokens.counting import check_cells, write_counts

    agreement = read_agreement(agreement_file)
    if out.suffix.lower() != ".parquet":
        raise NotConfigured("a file name ending in .parquet is needed", where="--out")
    if out.resolve() in {links_file.resolve(), agreement_file.resolve()}:
        raise NotConfigured("this file is read", where="--out", hint="name another one")
    problem = edges(read_links(links_file, agreement), _sizes(sizes))
    with progress("drawing the linkage", quiet=as_json):
        drawn = _drawn(problem, draws, seed)
    check_cells(drawn.tables, agreement)
    write_counts(drawn.tables, out)
    both = [sum(n for pattern, n in table.counts.items() if pattern & (pattern - 1)) for table in drawn.tables]
    told: dict[str, Any] = {
        "lists": list(problem.lists),
        "n_draws": draws,
        "on_several_lists": {"least": min(both), "most": max(both)},
        "flags": list(drawn.flags),
        "written": str(out),
    }
    if as_json:
        emit(told)
        return
    click.echo(f"{draws:,} draws: {min(both):,} to {max(both):,} units stand on several lists")
    for flag in drawn.flags:
        click.echo(f"flag: {flag}")
    click.echo(f"wrote {out}: counts only; panah estimate {out.name} reads it")


def _drawn(problem: Edges, n_draws: int, seed: int) -> Draws:
    from panah.link.matchings import Edge, draw

    pairs = [Edge(left, right, bits, weight) for left, right, bits, weight in problem.pairs]
    return draw(
        problem.lists,
        problem.list_of,
        pairs,
        problem.roots,
        weigh=lambda some: [Edge(one, other, problem.apart_bits, problem.apart_bits) for one, other in some],
        n_draws=n_draws,
        seed=seed,
    )


def _sizes(given: tuple[str, ...]) -> dict[str, int]:
    sizes = {}
    for text in given:
        party, equals, number = text.rpartition("=")
        if not equals or not number.isascii() or not number.isdigit() or int(number) > 10_000_000:
            raise NotConfigured("not PARTY=N", where=f"--size {text}", hint="write --size redress=1234")
        sizes[party] = int(number)
    return sizes
