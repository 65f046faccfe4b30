"""``panah tokens encode``: a list becomes tokens; a dry run shows what would leave the house."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from panah.cli.output import check_readable, emit, existing_file, json_option, note, progress, tell_errors
from panah.errors import NotConfigured

if TYPE_CHECKING:
    from panah.tokens import Agreement, Encoded

MAX_LIST_BYTES: Final = 64 * 1024 * 1024


@click.command("encode")
@click.argument("records", type=existing_file(), metavar="LIST")
@click.option("--agreement", "agreement_file", type=existing_file(), required=True, help="The agreed file.")
@click.option("--key", "key_file", type=existing_file(), required=True, help="The shared key of the data holders.")
@click.option("--party", required=True, help="Whose list this is, as in the agreement.")
@click.option(
    "--role", "roles", multiple=True, metavar="COLUMN=ROLE", help="What a column says, where it is guessed wrong."
)
@click.option("--out", type=existing_file(), metavar="FILE", help="The tokens, .parquet: they leave the house.")
@click.option("--rows", type=existing_file(), metavar="FILE", help="Which row is which record, .parquet: it stays.")
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would leave the house.")
@json_option
def encode_command(
    records: Path,
    agreement_file: Path,
    key_file: Path,
    party: str,
    roles: tuple[str, ...],
    out: Path | None,
    rows: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Encode a LIST (CSV or XLSX) by the agreement: keyed tokens, shuffled, with made-up rows among them."""
    from panah.tokens import SharedKey, encode, read_agreement, write_encoded

    agreement = read_agreement(agreement_file)
    key = SharedKey.load(key_file)
    if not dry_run:
        _check_outputs(out, rows, (records, agreement_file, key_file))
    if agreement.delete_on < datetime.now(UTC).date():
        note(f"panah tokens: everything of this agreement was to be deleted on {agreement.delete_on.isoformat()}")
    listed = _read(records, roles)
    with progress("encoding records", quiet=as_json):
        encoded = encode(listed, agreement, key, party=party)
    told = _told(encoded, agreement, listed.roles)
    if not dry_run and out and rows:
        write_encoded(encoded, out, rows)
        told["written"] = {"tokens": str(out), "rows": str(rows)}
    if as_json:
        emit(told | {"dry_run": dry_run, "fingerprint": key.fingerprint})
    else:
        _say(told, dry_run)


def _check_outputs(out: Path | None, rows: Path | None, inputs: tuple[Path, ...]) -> None:
    if out is None or rows is None:
        raise NotConfigured("two files are written", where="--out, --rows", hint="name both, or look with --dry-run")
    taken = {path.resolve() for path in inputs}
    for option, path in (("--out", out), ("--rows", rows)):
        if path.suffix.lower() != ".parquet":
            raise NotConfigured("a file name ending in .parquet is needed", where=option)
        if path.resolve() in taken:
            raise NotConfigured("this file is read or written already", where=option, hint="name another one")
        if not path.absolute().parent.is_dir():
            raise NotConfigured("no such folder", where=f"{option} {path.parent}", hint="make it first")
        if path.exists():  # a second run has other row numbers: tokens that left already would point at nobody
            raise NotConfigured(
                "this file exists", where=f"{option} {path}", hint="shred it first, or name another one"
            )
        taken.add(path.resolve())


def _read(path: Path, roles: tuple[str, ...]) -> Any:
    from panah.link import read_list

    check_readable(path, at_most=MAX_LIST_BYTES)
    said = {}
    for text in roles:
        column, equals, role = text.rpartition("=")
        if not equals or not column:
            raise NotConfigured("not COLUMN=ROLE", where=f"--role {text}", hint="write --role 'Nom=name'")
        said[column] = role
    listed = read_list(path, roles=said)
    if tell_errors(listed.problems, "tokens"):
        note(f"panah tokens: {path.name}: rows left out: {len(listed.problems):,}, read: {len(listed.records):,}")
    return listed


def _told(encoded: Encoded, agreement: Agreement, roles: Any) -> dict[str, Any]:
    """Counts and an invented example; no value of any record."""
    from panah.tokens.files import COLUMNS

    example = encoded.tokens[0]
    return {
        "party": encoded.party,
        "run": encoded.run,
        "columns_used": {column: role for column, role in roles.items() if role},
        "columns_not_used": [column for column, role in roles.items() if not role],
        **encoded.told,
        "rows_told_to_the_linkage_unit": encoded.n_rows,
        "size_to_tell_for_counting": encoded.told["n_records"],
        "leaves_the_house": {
            "to": agreement.linkage_unit or "the other party, by set intersection",
            "columns": list(COLUMNS),
            "n_lines": len(encoded.tokens),
            "a_line_looks_like": [encoded.run, encoded.party, 0, example[1], "0" * 64],
        },
        "stays": ["the list", "the shared key", "the file of rows"],
    }


def _say(told: dict[str, Any], dry_run: bool) -> None:
    used = ", ".join(f"{column} → {role}" for column, role in told["columns_used"].items())
    click.echo(f"{told['n_records']:,} records; {used}")
    if told["columns_not_used"]:
        click.echo(f"not used: {', '.join(told['columns_not_used'])}")
    for rule, count in told["records_by_rule"].items():
        click.echo(f"  {rule:24} {count:,} records have its values")
    click.echo(
        f"{told['n_tokens_too_frequent']:,} tokens left out as too frequent, {told['n_rows_made_up']:,} rows made up"
    )
    if told["n_records_without_tokens"]:
        click.echo(f"{told['n_records_without_tokens']:,} records have no token and cannot be found again")
    leaves = told["leaves_the_house"]
    would = "would leave" if dry_run else "leaves"
    click.echo(f"{would} the house, to {leaves['to']}: {leaves['n_lines']:,} lines of {', '.join(leaves['columns'])}")
    click.echo(f"  such as {', '.join(map(str, leaves['a_line_looks_like']))}")
    click.echo(f"stays: {', '.join(told['stays'])}")
    click.echo(f"tell whoever counts: --size {told['party']}={told['size_to_tell_for_counting']}")
    for path in told.get("written", {}).values():
        click.echo(f"wrote {path}")
    if dry_run:
        click.echo("dry run: nothing was written")
