"""``panah tokens``: link lists of organisations that may not show each other a name. One file for each step."""

from __future__ import annotations

import click

from .count import count_command
from .encode import encode_command
from .match import match_command
from .new import new_command
from .shred import shred_command


@click.group("tokens")
def command() -> None:
    """Link lists of organisations that may not see each other's names.

    new: the agreement and the shared key · encode: a list becomes tokens · match: a linkage unit joins them, or two
    holders intersect their sets · count: what the estimator gets · shred: the end. docs/exchange.md says who learns what.
    """


for one in (new_command, encode_command, match_command, count_command, shred_command):
    command.add_command(one)
