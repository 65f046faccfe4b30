"""``panah read``: what an article or document says, who says it, and which incidents it tells of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from panah.cli.output import emit, existing_file, json_option, read_bytes
from panah.errors import Unreadable

if TYPE_CHECKING:
    from panah.model.reading import Reading

LARGEST_DOCUMENT_BYTES = 32 << 20


@click.command()
@click.argument("files", nargs=-1, required=True, type=existing_file())
@click.option("--published", help="The day of publication: 2020-06-22, 2020-06 or 2020.")
@json_option
def command(files: tuple[Path, ...], published: str | None, as_json: bool) -> None:
    """Propose claims and incidents from FILES, each with its characters; nothing enters the register by itself.

    With --json one file gives one object, several give a list of objects in the order of the files.
    """
    from panah.read import read_document

    readings = [read_document(_bytes(path), name=path.name, published=published) for path in files]
    if as_json:
        documents = [reading.to_document() for reading in readings]
        emit(documents[0] if len(documents) == 1 else documents)
        return
    for path, reading in zip(files, readings, strict=True):
        click.echo("\n".join(_lines(path, reading)))


def _bytes(path: Path) -> bytes:
    data = read_bytes(path, at_most=LARGEST_DOCUMENT_BYTES)
    if not data:
        raise Unreadable("the file is empty", where=str(path), hint="check that it is the right file")
    return data


def _lines(path: Path, reading: Reading) -> list[str]:
    """A compact table: document, incidents, counts, statements."""
    note = reading.document.copy_note
    signals = ", ".join(sorted({signal.kind for signal in note.signals})) or "no sign"
    lines = [f"{path}: {reading.document.language}, copy: {note.verdict} ({signals})"]
    lines.append(f"  {len(reading.incidents)} proposed incidents and patterns")
    for each in reading.incidents:
        place = each.host_place or each.host_country or "?"
        count = f" {each.aggregate.modifier} {each.aggregate.value}" if each.aggregate else ""
        denied = f"; answered by {', '.join(each.denied_by)}" if each.denied_by else ""
        start, end = each.spans[0]
        when = each.date.edtf or "no date"
        lines.append(f"    {start}-{end}  {each.tactic}, {each.scope}{count}, {place}, {when}{denied}")
    lines.append(f"  {len(reading.counts)} counts")
    lines += [f"    {each.start}-{each.end}  {each.modifier} {each.value} {each.of}" for each in reading.counts]
    lines.append(f"  {len(reading.statements)} statements")
    for said in reading.statements:
        words = " ".join(said.text.split())
        shown = words if len(words) <= 70 else words[:69] + "…"
        lines.append(
            f"    {said.start}-{said.end}  {said.kind}, {said.stance}, {said.speaker or 'no speaker'}: {shown}"
        )
    return lines
