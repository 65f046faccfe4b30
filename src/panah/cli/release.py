"""``panah release``: public tables and figures of coded incidents, under disclosure control."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from panah.errors import BadRow, PanahError, Unreadable

from .output import check_readable, emit, existing_file, json_option, note, tell_errors

if TYPE_CHECKING:
    from panah.release import CodedIncident, PublicTable, Release

MAX_BYTES: Final = 64 * 1024 * 1024


@click.command(name="release")
@click.argument("incidents", type=existing_file())
@click.option("--by", multiple=True, metavar="A,B", help="Dimensions of one table; may be given for several tables.")
@click.option("--threshold", default=5, show_default=True, help="The smallest count that is shown, at least 3.")
@click.option("--only", multiple=True, metavar="NAME=CODE", help="Count only these, as in status=confirmed.")
@click.option("--earlier", multiple=True, type=existing_file(), help="A folder released before; give all of them.")
@click.option("--answer", multiple=True, help="What the accused side answered, a sentence for the notes.")
@click.option("--title", default="", help="Stands above the release.")
@click.option("--date", "day", metavar="YYYY-MM-DD", help="Day of publication; today when not given.")
@click.option("--language", "languages", multiple=True, default=("en",), show_default=True, help="Of the figures.")
@click.option("--out", type=existing_file(), help="Folder to write; without it the tables are printed.")
@json_option
def command(
    incidents: Path,
    by: tuple[str, ...],
    threshold: int,
    only: tuple[str, ...],
    earlier: tuple[Path, ...],
    answer: tuple[str, ...],
    title: str,
    day: str | None,
    languages: tuple[str, ...],
    out: Path | None,
    as_json: bool,
) -> int:
    """Count coded incidents for the public: small counts are hidden, and cannot be computed from what is shown.

    INCIDENTS is a CSV, XLSX or JSON file with the columns tactic, date, host_country, act_country, origin_state,
    channel, target, actor, status, aggregate, answered; other columns are not read. A wrong code is told with its row,
    and nothing is published then.
    """
    from panah.release import read_release, release_tables, write_release
    from panah.release.folder import DEFAULT_TABLES

    published = _day(day)
    _check_languages(languages)
    records, problems = _records(incidents)
    if tell_errors(problems, "release"):
        raise BadRow(f"{len(problems)} rows cannot be counted", where=str(incidents), hint="correct them first")
    before = [table for folder in earlier for table in read_release(folder).tables]
    tables = release_tables(
        records,
        [tuple(part.split(",")) for part in by] or DEFAULT_TABLES,
        threshold=threshold,
        scope=_scope(only),
        earlier=before,
        answers=answer,
    )
    made = write_release(out, tables, published_on=published, title=title, languages=languages) if out else None
    if as_json:
        emit({"tables": [table.as_dict() for table in tables], "files": dict(made.files) if made else {}})
    else:
        _tell(tables, made)
    return 0


def _tell(tables: tuple[PublicTable, ...], made: Release | None) -> None:
    for table in tables:
        if made is None:
            click.echo(table.to_csv())
        hidden = f"{table.n_suppressed} of {len(table.cells)} cells and totals are hidden"
        note(f"table by {', '.join(table.by)}: {hidden}")
    if made is not None:
        click.echo(f"{made.folder}: {len(made.files) + 1} files")


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat(text) if text else datetime.now(UTC).date()
    except ValueError:
        raise Unreadable("not a day", where="--date", hint="write it as 2026-11-24") from None


def _check_languages(languages: tuple[str, ...]) -> None:
    from panah.i18n import LANGUAGES

    if not set(languages) <= set(LANGUAGES):
        raise Unreadable("no such language", where="--language", hint=f"one of {', '.join(LANGUAGES)}")


def _scope(only: tuple[str, ...]) -> dict[str, str]:
    pairs = [part.partition("=") for part in only]
    if not all(name and code for name, _, code in pairs):
        raise Unreadable("not a name and a code", where="--only", hint="write status=confirmed")
    return {name: code for name, _, code in pairs}


def _records(path: Path) -> tuple[list[CodedIncident], list[PanahError]]:
    from panah.release.coded import all_from

    check_readable(path, at_most=MAX_BYTES)
    if path.read_bytes()[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"[", b"{"}:
        return all_from(_from_json(path))
    from panah.tables import read_table

    table = read_table(path)
    if "tactic" not in table.header:
        raise Unreadable("no column tactic", where=str(path), hint="the first row names the columns")
    found, problems = all_from((table.place(row), row.cells) for row in table.rows)
    return found, [*table.problems, *problems]


def _from_json(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A list of objects, or an object with the list ``incidents``; a model record's places give the countries."""
    try:
        told = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        raise Unreadable("not JSON", where=str(path), hint="check that the file is whole") from None
    rows = told.get("incidents") if isinstance(told, dict) else told
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Unreadable("not a list of incidents", where=str(path), hint="write a list of objects")
    for number, row in enumerate(rows, start=1):
        countries = {
            f"{which}_country": place.get("country")
            for which in ("host", "act")
            if isinstance(place := row.get(f"{which}_place"), dict)
        }
        yield f"{path}, incident {number}", {**countries, **row}
