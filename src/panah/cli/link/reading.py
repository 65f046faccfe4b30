"""The lists, roles, decisions and pairs that a command line names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from panah.cli.output import MAX_ERRORS_TOLD, check_readable, note
from panah.errors import NotConfigured

if TYPE_CHECKING:
    from panah.model.linkage import Decision, RecordList

MAX_LIST_BYTES: Final = 64 * 1024 * 1024


def read_lists(
    files: Sequence[Path], roles: Sequence[str], role_table: Mapping[str, Mapping[str, str]]
) -> list[RecordList]:
    """Read all lists, telling each row that cannot be read."""
    from panah.link import read_list

    for path in files:
        check_readable(path, at_most=MAX_LIST_BYTES)
    names = _names(files)
    said = _said_roles(roles, role_table, names)
    lists = []
    for path, name in zip(files, names, strict=True):
        one = read_list(path, name=name, roles=said.get(name, {}))
        for problem in one.problems[:MAX_ERRORS_TOLD]:
            note(f"panah link: {problem}")
        if len(one.problems) > MAX_ERRORS_TOLD:
            note(f"panah link: {path.name}: {len(one.problems) - MAX_ERRORS_TOLD:,} more rows with a problem")
        if one.problems:
            note(f"panah link: {path.name}: rows left out: {len(one.problems):,}, read: {len(one.records):,}")
        lists.append(one)
    return lists


def _names(files: Sequence[Path]) -> list[str]:
    """File names without ending; with the ending, then the folder, where two would be the same."""
    makers: tuple[Callable[[Path], str], ...] = (lambda p: p.stem, lambda p: p.name, str)
    for make in makers:
        names = [make(path) for path in files]
        if len(set(names)) == len(names):
            return names
    raise NotConfigured("a list is named twice", where="LIST", hint="look for repeats inside it with --within")


def _said_roles(
    roles: Sequence[str], role_table: Mapping[str, Mapping[str, str]], names: Sequence[str]
) -> dict[str, dict[str, str]]:
    """``[LIST:]COLUMN=ROLE``; without a list the column is meant in every list."""
    unknown = [name for name in role_table if name and name not in names]
    if unknown:
        raise NotConfigured(f"no list {unknown[0]}", where="roles", hint=f"lists are: {', '.join(names)}")
    said: dict[str, dict[str, str]] = {name: {**role_table.get("", {}), **role_table.get(name, {})} for name in names}
    for text in roles:
        left, equals, role = text.rpartition("=")
        if not equals or not left:
            raise NotConfigured("not COLUMN=ROLE", where=f"--role {text}", hint="write --role 'Nom=name'")
        name, colon, column = left.partition(":")
        if colon and name in said:
            said[name][column] = role
        else:
            for one in said.values():
                one[left] = role
    return said


def decisions_in(path: Path | None) -> tuple[Decision, ...]:
    """The decisions of a filled-in review file."""
    if path is None:
        return ()
    from panah.link import read_decisions

    check_readable(path, at_most=MAX_LIST_BYTES)
    return read_decisions(path)


def said_pairs(texts: Sequence[str]) -> list[tuple[tuple[str, str], tuple[str, str]]]:
    """``LIST:ID=LIST:ID`` as two records each.

    Raises:
        NotConfigured: Another shape.
    """
    pairs = []
    for text in texts:
        left, _equals, right = text.partition("=")
        one, other = left.partition(":"), right.partition(":")
        if not all((*one, *other)):
            raise NotConfigured("not LIST:ID=LIST:ID", where=f"--explain {text}", hint="write --explain a:17=b:4")
        pairs.append(((one[0], one[2]), (other[0], other[2])))
    return pairs
