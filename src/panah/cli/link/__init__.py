"""``panah link``: the same incident or person, found across lists and within them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panah.cli.output import emit, existing_file, json_option, note, progress
from panah.errors import BadTable, NotConfigured

from .config import with_config
from .outputs import check_outputs, write
from .reading import decisions_in, read_lists, said_pairs
from .report import explained, tell, tell_lists

if TYPE_CHECKING:
    from panah.link.blocking import Blocking

ENGINES = ("duckdb", "spark")


@click.command(name="link")
@click.argument("files", nargs=-1, required=True, metavar="LIST…", type=existing_file())
@click.option("--within", is_flag=True, help="Also look for repeats inside each list.")
@click.option("--threshold", type=float, default=0.5, show_default=True, help="Least match probability of a link.")
@click.option(
    "--role", "roles", multiple=True, metavar="[LIST:]COLUMN=ROLE", help="What a column says; ignore leaves it out."
)
@click.option(
    "--max-pairs",
    type=click.IntRange(min=1),
    default=8_000_000,
    show_default=True,
    help="Bound on the pairs that blocking lets through.",
)
@click.option("--draws", type=click.IntRange(min=1), help="Draw so many overlap tables: --out writes them.")
@click.option("--decisions", type=existing_file(), metavar="FILE", help="A review file with its decisions filled in.")
@click.option("--explain", "pairs_to_explain", multiple=True, metavar="LIST:ID=LIST:ID", help="Show a pair's weight.")
@click.option("--dry-run", is_flag=True, help="Show columns and pair counts, compare nothing.")
@click.option("--engine", type=click.Choice(ENGINES), default="duckdb", show_default=True, help="What compares.")
@click.option("--spark-url", metavar="URL", help="Spark master: local[2], spark://host:7077; implies --engine spark.")
@click.option("--config", type=existing_file(), metavar="FILE", help="Options and roles in TOML; options given win.")
@click.option("--out", type=existing_file(), metavar="FILE", help="Write the links (with --draws: the draws).")
@click.option("--links", type=existing_file(), metavar="FILE", help="Write the links, with --draws too.")
@click.option("--pairs", type=existing_file(), metavar="FILE", help="Write every kept pair with its weight's parts.")
@click.option("--review", type=existing_file(), metavar="FILE", help="Write the pairs that need a person, to fill in.")
@click.option("--clusters", type=existing_file(), metavar="FILE", help="Write list, id and cluster.")
@click.option("--table", type=existing_file(), metavar="FILE", help="Write the overlap table for panah estimate.")
@click.option("--model", type=existing_file(), metavar="FILE", help="Write the settings and the model as JSON.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Same seed, same numbers.")
@json_option
@click.pass_context
def command(context: click.Context, /, files: tuple[Path, ...], as_json: bool, **given: Any) -> int:
    """Find the records of one incident or person in several lists (CSV, XLSX or ODS).

    What each column says is guessed from its name and shown. A name alone never links two records. Links are a
    proposal: look at the doubtful pairs with --review, fill in its column decision with same or different, and give
    it back with --decisions. Tables end in .csv or .parquet.
    """
    from panah import link as room

    chosen = with_config(context, given)
    _check_usage(files, chosen)
    outputs = _outputs(chosen)
    check_outputs(outputs, (*files, *(one for one in (chosen["decisions"],) if one)))
    lists = read_lists(files, chosen["roles"], chosen["role_table"])
    if not as_json:
        tell_lists(lists)
    decisions = decisions_in(chosen["decisions"])
    to_explain = said_pairs(chosen["pairs_to_explain"])
    common = {"within": chosen["within"], "max_pairs": chosen["max_pairs"]}
    if chosen["dry_run"]:
        _dry_run(room.count_pairs(lists, **common), [one.as_dict() for one in lists], as_json)
        return 0
    with progress("comparing records", total=None, quiet=as_json):
        linkage = room.link(
            lists,
            seed=chosen["seed"],
            threshold=chosen["threshold"],
            n_draws=chosen["draws"] or 0,
            decisions=decisions,
            also=to_explain,
            tell=None if as_json else _tell_counts,
            engine=chosen["engine"],
            spark_url=chosen["spark_url"],
            **common,
        )
    written = write(linkage, outputs)
    if as_json:
        document = linkage.as_dict()
        document["settings"].pop("splink_model", None)  # --model writes it
        shown = [explained(linkage, pair) for pair in to_explain]
        inputs = [one.as_dict() for one in lists]
        emit({"inputs": inputs, **document, **({"explained": shown} if shown else {}), "written": written})
    else:
        tell(linkage, to_explain, written)
    return 0


def _check_usage(files: tuple[Path, ...], chosen: dict[str, Any]) -> None:
    if len(files) == 1 and not chosen["within"]:
        hint = "name another list, or look inside it with --within"
        raise BadTable("one list only", where=str(files[0]), hint=hint)
    if len(files) == 1 and chosen["table"]:
        raise BadTable("one list has no overlap", where="--table", hint="name another list")
    if len(files) == 1 and chosen["draws"]:
        raise BadTable("one list has no overlap to draw", where="--draws", hint="name another list")
    if not 0 < chosen["threshold"] < 1:
        raise NotConfigured("the threshold is a probability between 0 and 1", where="--threshold")
    if chosen["draws"] and not chosen["out"]:
        raise NotConfigured("draws need a file", where="--draws", hint="name it with --out draws.parquet")
    if chosen["spark_url"]:
        chosen["engine"] = "spark"


def _outputs(chosen: dict[str, Any]) -> dict[str, Path | None]:
    outputs = {name: chosen[name] for name in ("out", "links", "pairs", "review", "clusters", "table", "model")}
    if chosen["draws"]:
        outputs = {"draws": outputs.pop("out"), **outputs}
    return outputs


def _tell_counts(counted: Blocking) -> None:
    how = (
        "every pair" if counted.every_pair else f"at most {counted.n_at_most:,} by {len(counted.rules)} blocking rules"
    )
    note(f"panah link: {counted.n_possible:,} possible pairs, comparing {how}")


def _dry_run(counted: Blocking, inputs: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        emit({"inputs": inputs, **counted.as_dict()})
        return
    click.echo(f"{counted.n_possible:,} possible pairs; at most {counted.n_at_most:,} would be compared")
    for rule in counted.rules:
        click.echo(f"  {rule.n_pairs:>12,}  {'agree on ' + ', '.join(rule.columns) if rule.columns else 'every pair'}")
    for rule in counted.left_out:
        click.echo(f"  {rule.n_pairs:>12,}  agree on {', '.join(rule.columns)}: too many, left out")
