"""One date expression as it is printed: its parts, before anybody decides which day is meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FIRST_YEAR, LAST_YEAR = 1900, 2099
_LONGEST: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """The parts of one date expression; ``None`` for what it does not say."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    season: int | None = None
    relation: str = ""
    """last, this, next, ago, yesterday or today, for a date that hangs on the day of publication; later, earlier and
    same hang on the date told before it; vague is a time that nobody can tell ("a few weeks later"); nth counts the
    weekdays of a month ("the second Sunday of May"), part the quarters or halves of a year, edge the first or last day
    of a month; before last is the weekday before the last one; feast has a month and a day of the Islamic calendar,
    easter the days since Easter Sunday; week of is the week or weekend (the unit) of the day."""
    unit: str = ""
    count: int = 0
    until: PrintedDate | None = None
    """The end of an interval."""
    within: PrintedDate | None = None
    """The week, month or year that a day, month or season lies in: "3 May last year", "Tuesday of the same week"."""
    decade: bool = False
    """The year opens a decade ("the 1990s")."""
    open_end: bool = False
    """Printed with "since"."""
    open_start: bool = False
    """Printed with "until"."""
    ahead: bool = False
    """Printed with "will" and the like: it lies after the day of publication."""
    approximate: bool = False
    night_before: bool = False
    """The night that ends in it ("in der Nacht zum 4. Mai")."""
    day_month_swapped: bool = False
    """A numeric date that can be read month first."""

    @property
    def hangs_on_another(self) -> bool:
        """Whether it is counted from the date told before it."""
        return self.relation in {"later", "earlier", "same"}

    @property
    def can_be(self) -> bool:
        """Whether month and day exist (29 February in some year)."""
        if self.month is not None and not 1 <= self.month <= 12:
            return False
        if self.day is None:
            return True
        month = self.month or (1 if self.within is not None and self.within.unit == "month" else None)
        return month is not None and 1 <= self.day <= _LONGEST[month - 1]
