"""Which column says what: guessed from the header in several languages, always shown, and overridden by name."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import Final

from panah import names
from panah.errors import BadTable

RECORD_ID: Final = "record_id"
NAME_ROLES: Final = ("name", "given_name", "family_name")
COUNTRY_ROLES: Final = ("host_country", "act_country", "origin_state")
DETAIL_ROLES: Final = (
    "birth_date",
    "identifier",
    "street_number",
    "street",
    "address_detail",
    "suburb",
    "postcode",
    "region",
)
"""Roles that only tell people apart; they are compared as written."""

PSEUDONYM: Final = "pseudonym"
"""A column of names that somebody made up: shown, and never compared. Two lists may both call somebody Aziz."""
NAME_KIND: Final = "name_kind"
"""A column that says of the row's names whether they are pseudonyms."""

ROLES: Final = (
    RECORD_ID,
    *NAME_ROLES,
    NAME_KIND,
    PSEUDONYM,
    "date",
    *COUNTRY_ROLES,
    "host_place",
    "tactic",
    *DETAIL_ROLES,
)
IGNORED: Final = ""


def guess_roles(header: Sequence[str], said: Mapping[str, str] | None = None, *, where: str = "") -> dict[str, str]:
    """A role, or ``""``, for every column in the order of the header.

    A role goes to the first column whose name is one of its words, whatever the case, accents and punctuation; a
    state column beside given and family names means a federal state, since a list of incidents names the origin so.

    Args:
        said: Column -> role by the reader; ``""`` or ``ignore`` leaves a column out.

    Raises:
        BadTable: What was said names no column or no role.
    """
    roles = _said(header, said or {}, where)
    taken = {role for role in roles.values() if role}
    words = _words()
    for column in header:
        if column in roles:
            continue
        role = words.get(_normal(column), IGNORED)
        if role in taken:
            role = IGNORED
        taken.add(role)
        roles[column] = role
    return _in_context({column: roles[column] for column in header})


def _said(header: Sequence[str], said: Mapping[str, str], where: str) -> dict[str, str]:
    columns = {column.casefold(): column for column in header}
    roles: dict[str, str] = {}
    for column, role in said.items():
        if column.casefold() not in columns:
            raise BadTable(f"no column {column}", where=where, hint=f"columns are: {', '.join(header)}")
        if role in {IGNORED, "ignore"}:
            role = IGNORED
        elif role not in ROLES:
            raise BadTable(f"no role {role}", where=where, hint=f"roles are: {', '.join(ROLES)}, ignore")
        elif role in roles.values():
            raise BadTable(f"two columns with the role {role}", where=where, hint="say which one")
        roles[columns[column.casefold()]] = role
    return roles


def _in_context(roles: dict[str, str]) -> dict[str, str]:
    """In a register of people, with addresses but no incidents, ``state`` is where they live."""
    given = set(roles.values())
    if not {"postcode", "street"} & given or {"date", "tactic"} & given:
        return roles
    return {
        column: "region" if role == "origin_state" and _normal(column) == "state" else role
        for column, role in roles.items()
    }


def _normal(header: str) -> str:
    return " ".join(names.tokens(header))


def is_pseudonym(kind: str) -> bool:
    """Whether a cell of the column ``name_kind`` says that the name is made up."""
    return _normal(kind.replace("_", " ")) in _pseudonym_words()


@lru_cache(maxsize=1)
def _pseudonym_words() -> frozenset[str]:
    text = (resources.files("panah.link") / "data" / "pseudonym_words.csv").read_text(encoding="utf-8")
    return frozenset(_normal(word) for row in csv.DictReader(text.splitlines()) for word in row["words"].split("|"))


@lru_cache(maxsize=1)
def _words() -> Mapping[str, str]:
    text = (resources.files("panah.link") / "data" / "header_roles.csv").read_text(encoding="utf-8")
    return {_normal(word): row["role"] for row in csv.DictReader(text.splitlines()) for word in row["words"].split("|")}
