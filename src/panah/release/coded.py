"""What of an incident may be counted in public: coded fields, and nothing that was written by hand.

A record of any kind is turned into a :class:`CodedIncident` by reading only the attributes named here, so a name or a
narrative beside them is never even looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from panah import codes, dates
from panah.errors import BadDate, BadRow, PanahError, UnknownCode

UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class CodedIncident:
    """One act in codes. Countries are ISO 3166-1 alpha-2 or None; ``date`` is EDTF or empty.

    ``aggregate`` marks a number that a source gave ("about twenty cases"): it is told of, and never counted.
    ``answered`` says whether the accused side answered (denied, declined to comment); None when nobody noted it.
    """

    tactic: str
    date: str = ""
    host_country: str | None = None
    act_country: str | None = None
    origin_state: str | None = None
    channel: str = UNKNOWN
    target: str = UNKNOWN
    actor: str = UNKNOWN
    status: str = "alleged"
    aggregate: bool = False
    answered: bool | None = None


def _year(one: CodedIncident) -> str:
    year = dates.year_of(one.date) if one.date else None
    return str(year) if year is not None else UNKNOWN


def _month(one: CodedIncident) -> str:
    return (dates.month_of(one.date) if one.date else None) or UNKNOWN


def _family(one: CodedIncident) -> str:
    return codes.codebook().tactic(one.tactic).family


DIMENSIONS: Final[Mapping[str, Callable[[CodedIncident], str]]] = {
    "host_country": lambda one: one.host_country or UNKNOWN,
    "act_country": lambda one: one.act_country or UNKNOWN,
    "origin_state": lambda one: one.origin_state or UNKNOWN,
    "tactic": lambda one: one.tactic,
    "family": _family,
    "channel": lambda one: one.channel,
    "target": lambda one: one.target,
    "actor": lambda one: one.actor,
    "status": lambda one: one.status,
    "year": _year,
    "month": _month,
}
"""By what a public table can be broken down, and how an incident's value is read."""

THESAURUS_OF: Final[Mapping[str, str]] = {name: name for name in ("tactic", "channel", "target", "actor", "status")}
COUNTRY_DIMENSIONS: Final = frozenset({"host_country", "act_country", "origin_state"})


def coded(record: Any) -> CodedIncident:
    """The coded fields of an incident record, a proposal or a database row; its own type passes unchanged."""
    if isinstance(record, CodedIncident):
        return record
    aggregate = getattr(record, "aggregate", None)
    return CodedIncident(
        tactic=record.tactic,
        date=_edtf_of(getattr(record, "date", "")),
        host_country=_country_of(record, "host"),
        act_country=_country_of(record, "act"),
        origin_state=getattr(record, "origin_state", None) or None,
        channel=getattr(record, "channel", UNKNOWN) or UNKNOWN,
        target=getattr(record, "target", UNKNOWN) or UNKNOWN,
        actor=getattr(record, "actor", UNKNOWN) or UNKNOWN,
        status=getattr(record, "status", "") or "alleged",
        aggregate=bool(aggregate) or getattr(record, "scope", "event") == "aggregate",
        answered=getattr(record, "answered", None),
    )


def _country_of(record: Any, which: str) -> str | None:
    """``host_country`` where there is one, else the country of ``host_place``."""
    country = getattr(record, f"{which}_country", None)
    return country or getattr(getattr(record, f"{which}_place", None), "country", None) or None


def _edtf_of(date: Any) -> str:
    """A date is its EDTF text, or a reading that carries it."""
    return (date if isinstance(date, str) else getattr(date, "edtf", "")) or ""


_TRUE: Final = frozenset({"1", "true", "yes", "y"})
_FALSE: Final = frozenset({"0", "false", "no", "n"})


def from_cells(cells: Mapping[str, Any], where: str) -> CodedIncident:
    """One incident from the cells of a table or a JSON object; columns that are no coded field are not read.

    Args:
        cells: Values by column name.
        where: The place in the file, for the error.

    Raises:
        BadRow: A code, country or date that is none; the message names the column, never the value.
    """
    values = {name: str(cells.get(name) or "").strip() for name in CodedIncident.__dataclass_fields__}
    if not values["tactic"]:
        raise BadRow("no tactic", where=where, hint="every counted incident has a tactic code")
    try:
        for name in ("tactic", "channel", "target", "actor", "status"):
            _check(codes.checker(name), values[name], name)
        for name in COUNTRY_DIMENSIONS:
            _check(codes.check_country, values[name], name)
        if values["date"]:
            dates.check_edtf(values["date"])
    except UnknownCode as error:
        raise BadRow(error.what, where=where, hint=error.hint) from None
    except (BadDate, ValueError):
        raise BadRow("column date: not a date", where=where, hint="write 2019-02 or 2019-02~") from None
    return CodedIncident(
        tactic=values["tactic"],
        date=values["date"],
        host_country=values["host_country"] or None,
        act_country=values["act_country"] or None,
        origin_state=values["origin_state"] or None,
        channel=values["channel"] or UNKNOWN,
        target=values["target"] or UNKNOWN,
        actor=values["actor"] or UNKNOWN,
        status=values["status"] or "alleged",
        aggregate=_truth(values["aggregate"], where, "aggregate") or False,
        answered=_truth(values["answered"], where, "answered"),
    )


def _check(check: Callable[[str], str], value: str, column: str) -> None:
    try:
        if value:
            check(value)
    except ValueError as error:
        _, _, advice = str(error).partition("; ")
        raise UnknownCode(f"column {column}: no such code", hint=advice or "see the codebook") from None


def _truth(text: str, where: str, column: str) -> bool | None:
    if not text:
        return None
    if text.lower() in _TRUE or text.lower() in _FALSE:
        return text.lower() in _TRUE
    raise BadRow(f"column {column}: neither yes nor no", where=where, hint="write yes or no")


def all_from(rows: Iterable[tuple[str, Mapping[str, Any]]]) -> tuple[list[CodedIncident], list[PanahError]]:
    """Incidents and every problem, in order, from ``(place, cells)`` pairs."""
    found: list[CodedIncident] = []
    problems: list[PanahError] = []
    for where, cells in rows:
        try:
            found.append(from_cells(cells, where))
        except BadRow as error:
            problems.append(error)
    return found, problems
