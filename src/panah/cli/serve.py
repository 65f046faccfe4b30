"""``panah serve``: both doors of the web application on one data folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from panah import home
from panah.cli.output import note
from panah.errors import MissingExtra

if TYPE_CHECKING:
    from panah.web.config.serving import Addresses

PORT = click.IntRange(1, 65535)


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="The data folder (else PANAH_DATA).")
@click.option("--port", type=PORT, default=8000, show_default=True, help="Where members sign in.")
@click.option("--public-port", type=PORT, default=8001, show_default=True, help="Where everybody reads.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--open/--no-open", "open_browser", default=False, help="Open the members' door in a browser.")
def command(data: Path | None, port: int, public_port: int, host: str, open_browser: bool) -> int:
    """Serve the web application until Ctrl-C.

    Members sign in at one address, everybody reads at the other. The first run prints a link that works once: it makes
    the organisation and its first member.
    """
    try:
        from panah.web.config import serving
    except ImportError as error:
        raise MissingExtra("web", "panah serve") from error
    folder = home.data_folder(data)

    def tell(at: Addresses) -> None:
        note(f"members sign in at  {at.desk}")
        note(f"everybody reads at  {at.front}")
        if at.set_up:
            note(f"set it up first at  {at.set_up}  (works once, for whoever has this link)")
        note("stop with Ctrl-C")
        if open_browser:
            click.launch(at.set_up or at.desk)

    code: int = serving.serve(folder, port, public_port, host=host, on_ready=tell)
    return code
