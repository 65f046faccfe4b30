"""``panah read``: what an article or document says, who says it, and which incidents it tells of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from panah.cli.output import emit, existing_file, json_option, note, progress, read_bytes
from panah.errors import Unreadable

if TYPE_CHECKING:
    from panah.model.reading import Reading

LARGEST_DOCUMENT_BYTES = 32 << 20


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--published", metavar="DATE", help="The day of publication: 2020-06-22, 2020-06 or 2020.")
@click.option(
    "--fetch", "may_fetch", is_flag=True, help="FILES may be web addresses; their sites learn that you read them."
)
@click.option(
    "--seen",
    type=existing_file(),
    multiple=True,
    metavar="PATH",
    help="An earlier document, or a folder of them: is FILE a copy of it? May be given several times.",
)
@click.option("--llm", metavar="URL", help="Let a language model read it too, at this OpenAI-compatible address.")
@click.option("--llm-model", metavar="NAME", default="default", show_default=True, help="Which model answers there.")
@json_option
def command(
    files: tuple[str, ...],
    published: str | None,
    may_fetch: bool,
    seen: tuple[Path, ...],
    llm: str | None,
    llm_model: str,
    as_json: bool,
) -> int:
    """Propose claims and incidents from FILES, each with its characters; nothing enters the register by itself.

    FILES are text (UTF-8), HTML pages, PDF files with a text layer, DOCX or e-mail messages. With --json one file
    gives one object, several give a list of objects in the order of the files. A file that cannot be read is told
    and does not stop the others, when there are others.
    """
    from .read_extras import copies_among, language_model

    ask_model = language_model(llm, llm_model)
    earlier = copies_among(seen) if seen else None
    readings, failed = _read_all(files, published, may_fetch=may_fetch, quiet=as_json)
    readings = [(path, ask_model(path, reading)) for path, reading in readings]
    copied = [earlier(reading.document.text) if earlier else None for _, reading in readings]
    if as_json:
        documents = [reading.to_document() for _, reading in readings]
        for document, told in zip(documents, copied, strict=True):
            document["document"]["seen_before"] = told
        emit(documents[0] if len(files) == 1 and documents else documents)
        return failed
    for (path, reading), told in zip(readings, copied, strict=True):
        lines = _lines(path, reading)
        if told:
            lines.insert(1, f"  seen before as {told['path']} ({told['containment']:.0%} of the shorter one)")
        click.echo("\n".join(lines))
    return failed


def _read_all(
    files: tuple[str, ...], published: str | None, *, may_fetch: bool, quiet: bool
) -> tuple[list[tuple[str, Reading]], int]:
    from panah.read import read_document

    readings: list[tuple[str, Reading]] = []
    failed = 0
    with progress("reading documents", total=len(files), quiet=quiet) as advance:
        for name in files:
            try:
                data, shown = _bytes_of(name, may_fetch)
                readings.append((name, read_document(data, name=shown, published=published)))
            except Unreadable as error:
                if len(files) == 1 or error.where == "published":
                    raise
                note(f"panah read: {error}")
                failed = error.exit_code
            advance(1)
    return readings, failed


def _bytes_of(name: str, may_fetch: bool) -> tuple[bytes, str]:
    """The bytes of a file, or of a page when the user allowed to fetch one; and the name that its ending counts of."""
    from panah.read.fetch import fetch, host_of, is_address

    if not is_address(name):
        return read_bytes(Path(name), at_most=LARGEST_DOCUMENT_BYTES), name
    if not may_fetch:
        raise Unreadable(
            "a web address is fetched only with --fetch", where=host_of(name), hint="add --fetch, or save the page"
        )
    return fetch(name, at_most=LARGEST_DOCUMENT_BYTES), ""


def _lines(path: str, reading: Reading) -> list[str]:
    """A compact table: document, incidents, counts, statements."""
    copy = reading.document.copy_note
    signals = ", ".join(sorted({signal.kind for signal in copy.signals})) or "no sign"
    published = f", published {reading.document.published}" if reading.document.published else ""
    lines = [f"{path}: {reading.document.language}{published}, copy: {copy.verdict} ({signals})"]
    if (event := reading.document.event) is not None:
        where = ", ".join(part for part in (event.city, event.country_name) if part) or "place unknown"
        lines.append(f"  main event: {', '.join(event.violation_types)}; {where}; {event.date or 'no date'}")
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
