"""``panah link``: the same incident or person, found across lists and within them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from panah import home
from panah.errors import BadTable, NotConfigured

from .output import MAX_ERRORS_TOLD, check_readable, emit, existing_file, json_option, note, progress

if TYPE_CHECKING:
    from panah.model.linkage import Linkage, RecordList

MAX_LIST_BYTES = 64 * 1024 * 1024


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
@click.option("--out", type=existing_file(), metavar="FILE", help="Write the links, as .parquet or .csv.")
@click.option("--review", type=existing_file(), metavar="FILE", help="Write the doubtful pairs, with their weights.")
@click.option("--clusters", type=existing_file(), metavar="FILE", help="Write list, id and cluster.")
@click.option("--table", type=existing_file(), metavar="FILE", help="Write the overlap table for panah estimate.")
@click.option("--model", type=existing_file(), metavar="FILE", help="Write the settings and the model as JSON.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Same seed, same numbers.")
@json_option
def command(
    files: tuple[Path, ...],
    within: bool,
    threshold: float,
    roles: tuple[str, ...],
    max_pairs: int,
    out: Path | None,
    review: Path | None,
    clusters: Path | None,
    table: Path | None,
    model: Path | None,
    seed: int,
    as_json: bool,
) -> int:
    """Find the records of one incident or person in several lists (CSV or XLSX).

    What each column says is guessed from its name and shown. A name alone never links two records. Links are a
    proposal: look at the doubtful pairs with --review.
    """
    from panah import link as room

    _check_usage(files, within, threshold, table)
    outputs = {"out": out, "review": review, "clusters": clusters, "table": table, "model": model}
    _check_outputs(outputs, files)
    lists = _read(files, roles)
    if not as_json:
        _tell_lists(lists)
    with progress("comparing records", total=None, quiet=as_json):
        linkage = room.link(lists, seed=seed, threshold=threshold, within=within, max_pairs=max_pairs)
    written = _write(linkage, outputs)
    if as_json:
        document = linkage.as_dict()
        document["settings"].pop("splink_model", None)  # --model writes it
        emit({"inputs": [one.as_dict() for one in lists], **document, "written": written})
    else:
        _tell(linkage, written)
    return 0


def _check_usage(files: Sequence[Path], within: bool, threshold: float, table: Path | None) -> None:
    if len(files) == 1 and not within:
        raise BadTable("one list only", where=str(files[0]), hint="name another list, or look inside it with --within")
    if len(files) == 1 and table:
        raise BadTable("one list has no overlap", where="--table", hint="name another list")
    if not 0 < threshold < 1:
        raise NotConfigured("the threshold is a probability between 0 and 1", where="--threshold")


def _check_outputs(outputs: dict[str, Path | None], files: Sequence[Path]) -> None:
    """Refuse a target that cannot be, before any work is done."""
    given = {option: path for option, path in outputs.items() if path is not None}
    taken = {path.resolve() for path in files}
    for option, path in given.items():
        endings = {"table": (".csv",), "model": (".json",)}.get(option, (".parquet", ".csv"))
        if path.suffix.lower() not in endings:
            raise NotConfigured(f"a file name ending in {' or '.join(endings)} is needed", where=f"--{option}")
        if path.resolve() in taken:
            raise NotConfigured("this file is read or written already", where=f"--{option}", hint="name another one")
        if not path.absolute().parent.is_dir():
            raise NotConfigured("no such folder", where=f"--{option} {path.parent}", hint="make it first")
        taken.add(path.resolve())


def _read(files: Sequence[Path], roles: Sequence[str]) -> list[RecordList]:
    """Read all lists, telling each row that cannot be read."""
    from panah.link import read_list

    for path in files:
        check_readable(path, at_most=MAX_LIST_BYTES)
    names = _names(files)
    said = _said_roles(roles, names)
    lists = []
    for path, name in zip(files, names, strict=True):
        one = read_list(path, name=name, roles=said.get(name, {}))
        for problem in one.problems[:MAX_ERRORS_TOLD]:
            note(f"panah link: {problem}")
        if len(one.problems) > MAX_ERRORS_TOLD:
            note(f"panah link: {path.name}: {len(one.problems) - MAX_ERRORS_TOLD:,} more rows with a problem")
        if one.problems:
            note(f"panah link: {path.name}: rows left out: {len(one.problems):,}, read: {len(one.records):,}")
        lists.append(one)
    return lists


def _names(files: Sequence[Path]) -> list[str]:
    """File names without ending; with the ending, then the folder, where two would be the same."""
    makers: tuple[Callable[[Path], str], ...] = (lambda p: p.stem, lambda p: p.name, str)
    for make in makers:
        names = [make(path) for path in files]
        if len(set(names)) == len(names):
            return names
    raise NotConfigured("a list is named twice", where="LIST", hint="look for repeats inside it with --within")


def _said_roles(roles: Sequence[str], names: Sequence[str]) -> dict[str, dict[str, str]]:
    """``[LIST:]COLUMN=ROLE``; without a list the column is meant in every list."""
    said: dict[str, dict[str, str]] = {name: {} for name in names}
    for text in roles:
        left, equals, role = text.rpartition("=")
        if not equals or not left:
            raise NotConfigured("not COLUMN=ROLE", where=f"--role {text}", hint="write --role 'Nom=name'")
        name, colon, column = left.partition(":")
        if colon and name in said:
            said[name][column] = role
        else:
            for one in said.values():
                one[left] = role
    return said


def _tell_lists(lists: Sequence[RecordList]) -> None:
    for one in lists:
        known = ", ".join(f"{column} → {role}" for column, role in one.roles.items() if role)
        unused = ", ".join(column for column, role in one.roles.items() if not role)
        click.echo(f"{one.name}: {len(one.records):,} records; {known}" + (f"; not used: {unused}" if unused else ""))


def _write(linkage: Linkage, outputs: dict[str, Path | None]) -> dict[str, str]:
    """Write what was asked for: all of it or nothing."""
    from panah.link import files

    makers: dict[str, Callable[[Path, Path], None]] = {
        "out": lambda part, target: files.write_links(linkage, part, target.suffix),
        "review": lambda part, target: files.write_review(linkage, part, target.suffix),
        "clusters": lambda part, target: files.write_clusters(linkage, part, target.suffix),
        "table": lambda part, _target: files.write_overlap(linkage, part),
        "model": lambda part, _target: files.write_model(linkage, part),
    }
    given = {option: path for option, path in outputs.items() if path is not None}
    with contextlib.ExitStack() as stack:
        parts = {option: stack.enter_context(home.whole_or_nothing(path)) for option, path in given.items()}
        for option, part in parts.items():
            makers[option](part, given[option])
    return {option: str(path) for option, path in given.items()}


def _tell(linkage: Linkage, written: dict[str, str]) -> None:
    document = linkage.as_dict()
    compared = "every pair compared" if linkage.settings.get("every_pair_compared") else "pairs found by blocking"
    click.echo(f"{linkage.settings.get('n_possible_pairs', 0):,} possible pairs, {compared}")
    click.echo(f"{document['n_links']:,} links, {document['n_clusters']:,} different incidents or persons")
    sizes = ", ".join(f"{count:,} of {size}" for size, count in document["clusters_by_size"].items())
    click.echo(f"clusters by size: {sizes}")
    for line in _not_linked(document["pairs_by_outcome"]):
        click.echo(line)
    for flag in linkage.flags:
        click.echo(f"flag: {flag}")
    for path in written.values():
        click.echo(f"wrote {path}")


def _not_linked(outcomes: dict[str, int]) -> Iterator[str]:
    words = {
        "below_threshold": "pairs are doubtful, below the threshold",
        "name_alone": "pairs agree in the name alone and were not linked",
        "names_differ": "pairs agree in all but the name and were not linked",
        "rival": "pairs lost to a better one of the same list",
    }
    for reason, text in words.items():
        if outcomes.get(reason):
            yield f"{outcomes[reason]:,} {text}"
