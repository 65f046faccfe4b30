"""``panah demo``: the whole way on invented example data, then the web pages to look at it."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panah import home
from panah.cli.output import emit, json_option, note
from panah.errors import MissingExtra

if TYPE_CHECKING:
    from .way import Arrived

PORT = click.IntRange(1, 65535)


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path), help="Where the demo is made (default: ./demo, or PANAH_DATA)."
)
@click.option("--seed", type=click.IntRange(min=0), default=2024, show_default=True, help="Same seed, same numbers.")
@click.option("--serve/--no-serve", default=True, show_default=True, help="Serve the web pages afterwards.")
@click.option("--port", type=PORT, default=8000, show_default=True, help="Where the members' pages are served.")
@click.option("--public-port", type=PORT, default=8001, show_default=True, help="Where the public pages are served.")
@json_option
def command(data: Path | None, seed: int, serve: bool, port: int, public_port: int, as_json: bool) -> int:
    """Go the whole way once: invent a community, seal, read, link, estimate, give out, verify; then serve the pages.

    Nothing real is in it. A second run replaces the first one's folder and gives the same numbers.
    """
    import os

    folder = home.data_folder(data or os.environ.get("PANAH_DATA") or Path("demo"))
    _check_web()
    from panah.cli.demo.folder import check_ours, made_whole

    check_ours(folder)
    if serve:
        _check_ports(port, public_port)
    started = time.monotonic()
    with made_whole(folder) as making:
        arrived = _go(making, seed)
    seconds = time.monotonic() - started
    if as_json:
        emit(_document(arrived, folder, seconds))
    else:
        _tell(arrived, folder, seconds)
    return _serve(folder, port, public_port) if serve else 0


def _check_web() -> None:
    try:
        import django  # noqa: F401
    except ImportError as error:
        raise MissingExtra("web", "panah demo") from error


def _check_ports(*ports: int) -> None:
    from panah.web.config.serving import check_free

    for port in ports:
        check_free("127.0.0.1", port)


def _go(making: Path, seed: int) -> Arrived:
    """The way itself, in a Django that is let go of before the folder moves."""
    from panah.web.config import boot

    boot(making, "desk", migrate=True)
    from django.db import connections

    from panah.cli.demo.way import go

    try:
        return go(making, seed, lambda line: note(f"  {line} ..."))
    finally:
        connections.close_all()


def _document(arrived: Arrived, folder: Path, seconds: float) -> dict[str, Any]:
    return {
        "folder": str(folder),
        "counts": arrived.told.counts,
        "problems": [str(problem) for problem in arrived.told.problems],
        "statement": arrived.statement,
        "files": [str(folder / name) for name in arrived.files],
        "seconds": round(seconds, 1),
    }


def _tell(arrived: Arrived, folder: Path, seconds: float) -> None:
    counts = arrived.told.counts
    lists = ", ".join(f"{label} {n}" for label, n in counts["lists"].items())
    reprint = "yes" if counts["reprint_of_one_source"] else "no"
    lines = [
        f"\nDone in {seconds:.0f} s; everything in it is invented.",
        f"  took in      {counts['documents']} articles (the second a reprint of the first: {reprint}), three lists",
        f"               ({lists} records), {counts['calls']} calls and {counts['messages']} messages:",
        f"               {counts['threats_marked']} of them threats",
        f"  could not    read {counts['rows_not_read']} rows:",
        *(f"                 {problem}" for problem in arrived.told.problems),
        f"  stated       {counts['claims']} claims; {counts['denials']} answers of the accused side in the article;",
        f"               {counts['aggregates']} aggregate counts stay claims",
        f"  coded        {counts['incidents']} incidents, confirmed; who is in them is named",
        f"  held back    {counts['held_back']} incidents: a relative at risk is in them or nobody said who is, so nothing leaves",
        f"  to review    {counts['parts_to_review']} parts of a newsletter wait for a person, on the page Review",
        f"  linked       {counts['links']} pairs of records between the lists",
        f"  estimated    {arrived.statement}",
        f"  in truth     {counts['true_incidents_invented']} incidents happened in the invented world of the lists",
        f"  bundle       {'verified' if counts['bundle_verified'] else 'NOT VERIFIED'}",
        f"  wrote        {', '.join(str(folder / name) for name in arrived.files)}",
    ]
    click.echo("\n".join(lines))


def _serve(folder: Path, port: int, public_port: int) -> int:
    """Serve in a fresh process: this one has been Django on a folder that has moved since."""
    import os

    from panah.cli.demo.people import EMAIL, PASSWORD, SECOND_EMAIL

    note(f"\nsign in as {EMAIL}, or as the second member {SECOND_EMAIL}, with the password: {PASSWORD}")
    sys.stdout.flush()
    words = ["serve", "--data", str(folder), "--port", str(port), "--public-port", str(public_port)]
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    os.execve(sys.executable, [sys.executable, "-m", "panah", *words], environment)  # noqa: S606
