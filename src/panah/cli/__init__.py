"""The command line: one thin file per command, loaded only when it is asked for.

A command's module has one ``click`` command named ``command``. Its one-line summary stands here, so that
``panah --help`` imports none of them (cold start at most 0.3 s).
"""

from __future__ import annotations

import importlib
import sys
from typing import Final

import click

from panah import __version__

COMMANDS: Final = {
    "demo": "the whole way on invented example data, then the web page to look at it",
    "serve": "the web application (embedded SQLite by default, PostgreSQL by DATABASE_URL)",
    "read": "article or document -> claims, with character spans",
    "phone": "phone or messenger export -> calls and messages",
    "bundle": "create or verify a sealed evidence bundle",
    "link": "find the same incident or person within and across lists",
    "tokens": "the same, between organisations that may not see each other's names",
    "estimate": "how many were never recorded",
    "release": "public tables under disclosure control",
    "dossier": "a report or submission, each sentence with its evidence",
    "doctor": "is this installation set up, sound and kept as it should be",
    "backup": "a sealed copy of the running installation",
    "restore": "put a backup back, verified to the newest checkpoint",
}
"""Name and summary, in the order of the data's way."""


class LazyGroup(click.Group):
    """A group that knows its commands' names and summaries without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"panah.cli.{cmd_name}")
        found: click.Command = module.command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="panah")
def group() -> None:
    """A shelter for what is done to a community in exile."""


def main(arguments: list[str] | None = None) -> None:
    """Run one command and leave with its exit code: 0 done, 1 the answer is no, 2 bad usage or unreadable input."""
    from panah.cli.output import run

    sys.exit(run(group, arguments))
