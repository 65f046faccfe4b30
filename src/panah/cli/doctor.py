"""``panah doctor``: is this installation set up, sound and kept as it should be."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from panah import home
from panah.cli.output import emit, existing_file, json_option, note, progress, read_bytes
from panah.errors import MissingExtra

if TYPE_CHECKING:
    from panah.web.doctor import Check

NOTE_BYTES = 100_000


@click.command()
@click.option("--data", type=existing_file(), help="The data folder; PANAH_DATA, else your user data directory.")
@click.option(
    "--url", "urls", multiple=True, help="Ask a running door at this address for its headers; may be repeated."
)
@click.option("--checkpoint", type=existing_file(), help="A checkpoint kept elsewhere that the log must continue.")
@click.option("--quick", is_flag=True, help="Do not read the sealed files; tell what the timer saw.")
@json_option
def command(data: Path | None, urls: tuple[str, ...], checkpoint: Path | None, quick: bool, as_json: bool) -> int:
    """Look at an installation: one line for each check, and what to do about each that is not well.

    It needs no key of a case. Leaves with 1 if anything is bad; what it advises to look at does not count.
    """
    try:
        from panah.web.doctor import Asked, examine
    except ImportError as error:
        raise MissingExtra("web", "panah doctor") from error
    held = read_bytes(checkpoint, at_most=NOTE_BYTES) if checkpoint else None
    found: list[Check] = []
    with progress("reading sealed files", quiet=as_json) as advance:
        for check in examine(home.data_folder(data), Asked(urls=urls, checkpoint=held, quick=quick, advance=advance)):
            found.append(check)
            if not as_json:
                click.echo(_line(check))
    counted = Counter(check.state.value for check in found)
    if as_json:
        emit(
            {
                "checks": [asdict(check) for check in found],
                **{f"n_{state}": counted[state] for state in ("bad", "look")},
            }
        )
    elif counted["bad"]:
        note(f"{counted['bad']} of {len(found)} are bad, {counted['look']} to look at")
    return 1 if counted["bad"] else 0


def _line(check: Check) -> str:
    advice = f"; {check.do}" if check.do else ""
    return f"{check.state:<4}  {check.name:<18}  {check.found}{advice}"
