"""``panah dossier``: a report or submission out of one reviewed JSON document."""

from __future__ import annotations

from pathlib import Path

import click

from panah import home
from panah.cli.output import emit, existing_file, json_option, note, read_bytes
from panah.errors import Unreadable

LARGEST_CONTENT_BYTES = 64 << 20


@click.command()
@click.argument("content", type=existing_file())
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The file to write: .pdf or .html.")
@click.option("--regime", "regime_slug", default="report", show_default=True, help="For whom it is written.")
@click.option("--language", default="en", show_default=True, help="Of headings, codes and dates.")
@json_option
def command(content: Path, out: Path, regime_slug: str, language: str, as_json: bool) -> None:
    """Write a dossier from CONTENT, a JSON document of incidents, claims, sources, responses and evidence.

    Its schema is docs/schema/dossier-content.json. An incident without the answer of the accused side, or a note that
    none was found, is refused (exit code 1).
    """
    from panah import dossier

    suffix = out.suffix.lower()
    if suffix not in {".pdf", ".html"}:
        raise Unreadable("not a kind of file we write", where=str(out), hint="name it .pdf or .html")
    told = dossier.Content.from_json(read_bytes(content, at_most=LARGEST_CONTENT_BYTES))
    document = dossier.build(told, regime_slug=regime_slug, language=language)
    made = document.pdf() if suffix == ".pdf" else document.html().encode()
    with home.whole_or_nothing(out) as part:
        part.write_bytes(made)
    if as_json:
        emit({"path": str(out), "regime": regime_slug, "n_incidents": len(told.incidents), "size_bytes": len(made)})
    else:
        note(f"wrote {out} ({len(told.incidents)} incidents)")
