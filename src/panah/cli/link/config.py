"""``--config linkage.toml``: the options of the command by name, and the roles of columns.

    within = true
    threshold = 0.6
    draws = 200
    out = "draws.parquet"          # paths are taken from the folder of this file

    [roles]                        # every list
    Nom = "name"

    [roles.antwerp]                # one list
    Datum = "date"

An option on the command line outweighs the file; roles of both are put together.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final

import click
from click.core import ParameterSource

from panah.cli.output import read_bytes
from panah.errors import BadTable, NotConfigured

MAX_CONFIG_BYTES: Final = 1024 * 1024
PATHS: Final = frozenset({"out", "links", "pairs", "review", "clusters", "table", "model", "decisions"})
NOT_IN_FILES: Final = frozenset({"config", "files", "as_json", "roles", "pairs_to_explain", "dry_run"})


def with_config(context: click.Context, given: dict[str, Any]) -> dict[str, Any]:
    """The options, those of the file where the command line says nothing; ``role_table`` holds its roles.

    Raises:
        BadTable: Not TOML.
        NotConfigured: A name that is no option, or a value that an option does not take.
    """
    path: Path | None = given["config"]
    chosen = {**given, "role_table": {}}
    if path is None:
        return chosen
    options = {one.name: one for one in context.command.params if one.name not in NOT_IN_FILES}
    for key, value in _read(path).items():
        name = key.replace("-", "_")
        if name == "roles":
            chosen["role_table"] = _roles(path, value)
        elif name not in options:
            known = ", ".join(sorted(str(one) for one in options))
            raise NotConfigured(f"no option {key}", where=str(path), hint=f"options are: {known}, roles")
        elif context.get_parameter_source(name) in {ParameterSource.DEFAULT, None}:
            chosen[name] = _value(context, options[name], path, key, value)
    return chosen


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(read_bytes(path, at_most=MAX_CONFIG_BYTES).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise BadTable(f"not TOML: {reason}", where=str(path), hint="see docs/how-to/link-lists.md") from error


def _value(context: click.Context, option: click.Parameter, path: Path, key: str, value: Any) -> Any:
    wanted = bool if getattr(option, "is_flag", False) else str if isinstance(value, str) else (int, float)
    try:
        if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
            raise click.BadParameter("of another kind")
        taken = option.type_cast_value(context, value)
    except click.ClickException as error:
        reason = " ".join(error.format_message().split()).rstrip(".")
        raise NotConfigured(f"{key} cannot be {value!r}: {reason}", where=str(path), hint="see --help") from error
    return path.parent / taken if option.name in PATHS else taken


def _roles(path: Path, value: Any) -> dict[str, dict[str, str]]:
    """Roles for every list under ``""``, for one list under its name."""
    if not isinstance(value, dict):
        raise NotConfigured("roles is no table", where=str(path), hint="write [roles], then COLUMN = 'name'")
    found: dict[str, dict[str, str]] = {"": {}}
    for key, one in value.items():
        if isinstance(one, str):
            found[""][key] = one
        elif isinstance(one, dict) and all(isinstance(role, str) for role in one.values()):
            found[key] = dict(one)
        else:
            raise NotConfigured(f"the role of {key} is no text", where=str(path), hint="write COLUMN = 'name'")
    return found
