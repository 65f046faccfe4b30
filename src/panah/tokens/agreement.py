"""The agreement: one TOML file that every party reads before anything is computed, and that travels with nothing secret.

It says for what, with which rules, who learns what, below which count nothing leaves, and when all is deleted. Its
digest stands in every file of the run, so that two parties cannot work by different agreements.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from panah.errors import NotConfigured
from panah.home import whole_or_nothing

from .values import FOLDING, NAME_FIELDS, VALUES

FORMAT: Final = "panah-tokens-agreement/1"
RULES: Final = range(2, 17)
"""How many rules an agreement may have; eight to ten are usual."""
LEAST_FAKES: Final = 0.25
MAX_BYTES: Final = 100_000
_WORD: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_TEXTS: Final = ("project", "run", "purpose", "linkage_unit", "estimator", "folding")
LEARNS: Final[Mapping[str, str]] = {
    "holders": "which of their own rows may stand on another list, with a weight; the sizes of the token files",
    "linkage_unit": "how many rows of two files share tokens, by rule; no name, no date, and no key to guess them with",
    "estimator": "counts by inclusion pattern, one table a draw; no row and no token",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """Two or more values that must all agree; ``of`` names them as :data:`panah.tokens.values.VALUES` does."""

    name: str
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the parties agreed on.

    Attributes:
        run: Name of this run; another run has other tokens.
        linkage_unit: Who joins the tokens, without the key; empty when two holders intersect their sets themselves.
        minimum_cell: A table with a count from 1 to one less does not leave.
        most_occurrences: A token on more rows of one list than this is left out: it would be known by its frequency.
        fake_share: Made-up rows, as a share of the real ones.
    """

    project: str
    run: str
    purpose: str
    parties: tuple[str, ...]
    linkage_unit: str
    estimator: str
    minimum_cell: int
    delete_on: date
    rules: tuple[Rule, ...]
    folding: str = FOLDING
    most_occurrences: int = 20
    fake_share: float = LEAST_FAKES
    learns: tuple[tuple[str, str], ...] = tuple(LEARNS.items())

    def to_toml(self) -> str:
        """The file."""
        lines = [f"format = {_quoted(FORMAT)}"]
        lines += [f"{name} = {_quoted(getattr(self, name))}" for name in _TEXTS]
        lines += [f"parties = [{', '.join(map(_quoted, self.parties))}]", f"delete_on = {self.delete_on.isoformat()}"]
        lines += [
            f"minimum_cell = {self.minimum_cell}",
            f"most_occurrences = {self.most_occurrences}",
            f"fake_share = {self.fake_share}",
            "",
            "[who_learns_what]",
            *(f"{who} = {_quoted(what)}" for who, what in self.learns),
        ]
        for rule in self.rules:
            lines += ["", "[[rules]]", f"name = {_quoted(rule.name)}", f"of = [{', '.join(map(_quoted, rule.of))}]"]
        return "\n".join(lines) + "\n"

    @property
    def digest(self) -> str:
        """SHA-256 of the agreement as :meth:`to_toml` writes it, whatever blanks the file has."""
        return hashlib.sha256(self.to_toml().encode()).hexdigest()

    @property
    def fields(self) -> tuple[str, ...]:
        """The values that its rules use, each once."""
        return tuple(dict.fromkeys(value for rule in self.rules for value in rule.of))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")  # a JSON string is a TOML one but for DEL


def default_rules(kind: str) -> tuple[Rule, ...]:
    """The rules for lists of ``people`` or of ``incidents``, from ``data/rules.csv``; rules whose values a list lacks
    make no tokens there."""
    text = (Path(__file__).parent / "data" / "rules.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(Rule(row["name"], tuple(row["of"].split())) for row in rows if row["set"] == kind)


def write_agreement(agreement: Agreement, path: Path) -> None:
    """Write it; a file that is there is replaced."""
    with whole_or_nothing(path) as part:
        part.write_text(agreement.to_toml(), encoding="utf-8")


def read_agreement(path: Path) -> Agreement:
    """Read and check an agreement.

    Raises:
        NotConfigured: Missing, no agreement, or a setting that cannot be; the message names the setting.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise NotConfigured("too large for an agreement", where=str(path), hint="check that it is the right file")
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise NotConfigured("cannot be read", where=str(path), hint="check the path of the agreement") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        raise NotConfigured("not a TOML file", where=str(path), hint="panah tokens new writes one") from None
    return parsed(settings, where=path.name)


def parsed(settings: Mapping[str, Any], *, where: str) -> Agreement:
    """An agreement from its settings; raises as :func:`read_agreement`."""
    if settings.get("format") != FORMAT:
        raise NotConfigured("this is no token agreement", where=where, hint=f'it begins with format = "{FORMAT}"')
    learns = settings.get("who_learns_what", {})
    agreement = Agreement(
        **{name: _text(settings, name, where) for name in _TEXTS},
        parties=tuple(_texts(settings, "parties", where)),
        minimum_cell=_number(settings, "minimum_cell", where, 1, 1000),
        most_occurrences=_number(settings, "most_occurrences", where, 1, 1000),
        fake_share=float(_number(settings, "fake_share", where, LEAST_FAKES, 4)),
        delete_on=_day(settings, where),
        rules=tuple(_rules(settings, where)),
        learns=tuple((_name(who, where), str(what)) for who, what in learns.items())
        if isinstance(learns, dict)
        else (),
    )
    _check(agreement, where)
    return agreement


def _check(agreement: Agreement, where: str) -> None:
    for name in ("project", "run", "purpose"):
        if not getattr(agreement, name).strip():
            raise NotConfigured("empty", where=f"{where}, {name}", hint="say it")
    if len(agreement.parties) < 2 or len(set(agreement.parties)) < len(agreement.parties):
        raise NotConfigured("fewer than two different parties", where=f"{where}, parties", hint="name each data holder")
    if len(agreement.parties) > 2 and not agreement.linkage_unit:
        raise NotConfigured(
            "more than two parties need a linkage unit",
            where=f"{where}, linkage_unit",
            hint="set intersection without one is for two",
        )
    if len(agreement.rules) not in RULES or len({rule.name for rule in agreement.rules}) < len(agreement.rules):
        raise NotConfigured(
            f"{len(agreement.rules)} rules, or two of one name",
            where=f"{where}, rules",
            hint=f"have {RULES.start} to {RULES.stop - 1}, each with its own name",
        )
    if agreement.folding != FOLDING:
        raise NotConfigured(
            f"agreed on folding {agreement.folding}, this Panah folds by {FOLDING}",
            where=f"{where}, folding",
            hint="all parties need the same version of Panah; tokens of two foldings do not agree",
        )


def _rules(settings: Mapping[str, Any], where: str) -> list[Rule]:
    given = settings.get("rules")
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise NotConfigured("no rules", where=where, hint="write [[rules]] with name and of")
    rules = []
    for number, one in enumerate(given, start=1):
        place = f"{where}, rule {number}"
        name, of = _name(one.get("name"), place), tuple(_texts(one, "of", place))
        unknown = [value for value in of if value not in VALUES]
        if unknown:
            raise NotConfigured(f"no value {unknown[0]}", where=place, hint=f"values are: {', '.join(VALUES)}")
        if len(set(of)) < 2 or set(of) <= NAME_FIELDS:
            raise NotConfigured("a name alone is no rule", where=place, hint="add a second attribute")
        rules.append(Rule(name, of))
    return rules


def _name(value: object, where: str) -> str:
    if not isinstance(value, str) or not _WORD.fullmatch(value):
        raise NotConfigured("not a name", where=where, hint="small letters, digits, - and _")
    return value


def _text(settings: Mapping[str, Any], name: str, where: str) -> str:
    value = settings.get(name, "")
    if not isinstance(value, str) or len(value) > 2000:
        raise NotConfigured("not a text", where=f"{where}, {name}", hint='write it in quotes, as in "2026-11"')
    return value


def _texts(settings: Mapping[str, Any], name: str, where: str) -> list[str]:
    value = settings.get(name)
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise NotConfigured("not a list of texts", where=f"{where}, {name}", hint='write ["one", "other"]')
    return [_name(one, f"{where}, {name}") for one in value]


def _number(settings: Mapping[str, Any], name: str, where: str, least: float, most: float) -> Any:
    value = settings.get(name)
    whole = isinstance(least, int)
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)) or not least <= value <= most:
        raise NotConfigured(f"not a number from {least} to {most}", where=f"{where}, {name}")
    return value


def _day(settings: Mapping[str, Any], where: str) -> date:
    value = settings.get("delete_on")
    if not isinstance(value, date):
        raise NotConfigured("no deletion date", where=f"{where}, delete_on", hint="write 2027-01-31, without quotes")
    return value
