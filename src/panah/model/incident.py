"""One act of transnational repression, the unit that is counted; what joins acts; what was answered."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from panah import codes

from .base import CountryCode, Edtf, Id, Record, Tactic
from .evidence import Locator
from .place import Place

UNKNOWN_DATE: Final = "XXXX"
"""EDTF for a year that is not known."""
Status = Annotated[str, AfterValidator(codes.checker("status"))]
"""A slug of the HURIDOCS violation status list (MT41)."""
Channel = Annotated[str, AfterValidator(codes.checker("channel"))]
Target = Annotated[str, AfterValidator(codes.checker("target"))]
Actor = Annotated[str, AfterValidator(codes.checker("actor"))]
ResponseKind = Annotated[str, AfterValidator(codes.checker("response"))]


class Incident(Record):
    """One act. Its facts are what its claims say; the coded fields are what is counted.

    ``host_place`` is where the exile lives, ``act_place`` where the act was done, ``origin_state`` the state that is
    said to stand behind it (may be unknown).
    """

    id: Id
    tactic: Tactic
    date: Edtf
    host_place: Place
    act_place: Place = Place()
    origin_state: CountryCode | None = None
    channel: Channel = "unknown"
    target: Target = "unknown"
    actor: Actor = "unknown"
    demand: str = ""
    status: Status = "alleged"


class ListMembership(Record):
    """That one incident stands on one documentation list, and in which record of it."""

    list_id: Id
    incident_id: Id
    record_id: str
    locator: Locator | None = None


class DocumentationList(Record):
    """One documentation source in the statistician's sense, with the period and places in which it was active."""

    id: Id
    name: str
    active: Edtf | None = None
    host_countries: tuple[CountryCode, ...] = ()


class Campaign(Record):
    """Incidents that share a number, a script, a demand or a moment."""

    id: Id
    shares: Annotated[str, Field(pattern="^(number|script|demand|moment)$")]
    incident_ids: tuple[Id, ...]


class Response(Record):
    """What an authority, embassy or platform did or said about incidents."""

    id: Id
    kind: ResponseKind
    source_id: Id
    incident_ids: tuple[Id, ...] = ()
    date: Edtf | None = None
    text: str = ""
    locator: Locator | None = None
