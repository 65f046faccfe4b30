"""People: names are many-valued, script-aware, and never merged by a name alone; and what they consented to."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from panah import codes

from .base import Id, Record

Involvement = Annotated[str, AfterValidator(codes.checker("involvement"))]
"""A slug of the HURIDOCS involvement list (MT18)."""
ACCUSED: Final = frozenset({"ordered", "carried_out", "took_part", "instigated", "tolerated"})
"""Involvements of those said to have done it: their answer is asked for, not their consent."""


class PersonName(Record):
    """One form of a name."""

    form: str
    script: str = "Zyyy"
    """ISO 15924 code."""
    system: str = ""
    """The romanisation or orthography: ULY, pinyin, passport, …"""
    kind: Literal["birth", "passport", "pen_name", "pseudonym", "unknown"] = "unknown"


class Person(Record):
    """Somebody in a case."""

    id: Id
    names: tuple[PersonName, ...] = ()
    involvement: Involvement = "unknown"
    in_origin_state: bool | None = None
    """True for relatives at risk, for whom every outflow defaults to no; None when it is not known."""

    @property
    def is_at_risk(self) -> bool:
        """Whether they cannot consent safely: for a relative in the origin state the answer is always no."""
        return bool(self.in_origin_state) or self.involvement == "relative_at_risk"


class Purpose(StrEnum):
    """What one can consent to."""

    KEEP = "keep"
    LAWYER = "share_lawyer"
    POLICE = "share_police"
    UN = "share_un"
    SANCTIONS = "share_sanctions"
    PRESS = "share_press"
    COUNT = "count"
    PUBLISH = "publish"


class Consent(Record):
    """One person's answer for one purpose. No record means no."""

    id: Id
    person_id: Id
    purpose: Purpose
    given: bool = False
    asked_on: date
    asked_by: str = ""
    """Who put the question."""
    how: Literal["in_person", "telephone", "in_writing", ""] = ""
    """How it was put; empty when it is not known."""
    expires_on: date | None = None
    withdrawn_on: date | None = None
    order: int = Field(default=0, ge=0)
    """The how-manieth answer on record of this person, for every purpose together: which of two answers of one day was
    recorded later. Zero for those recorded before this was kept."""

    def holds_on(self, day: date) -> bool:
        """Whether this consent allows its purpose on that day."""
        if not self.given or day < self.asked_on:
            return False
        ended = (self.withdrawn_on is not None and day >= self.withdrawn_on) or (
            self.expires_on is not None and day >= self.expires_on
        )
        return not ended
