"""What can go wrong, said once.

::

    PanahError               what, where, hint
    ├─ Unreadable      2     UnknownFormat BadTable BadRow BadDate BadIdentifier UnknownCode
    ├─ Refused         1     NoGrant NoConsent SmallCell DenialMissing
    ├─ NotVerified     1     Altered CustodyBroken TimestampInvalid
    ├─ NotOpened       1     no key of ours opens it
    ├─ NotEstimable    1     NoOverlap NotIdentified NotConverged
    ├─ NotConfigured   2     a setting is missing or contradicts another
    └─ MissingExtra    2     names the extra to install

An error names the place, never the person: the value of a sealed field is kept in ``value`` and stays
out of ``str(error)``, so that it cannot reach a log.
"""

from __future__ import annotations

import re
from typing import ClassVar, Final

_BREAKS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
"""What ends a line or drives a terminal: a column's or a file's name may hold it."""


class PanahError(Exception):
    """The root: one line that says what, where, and what to do.

    Args:
        what: What is wrong, lower case, no full stop, without any personal value.
        where: The place: a file, and a row, column, line or setting in it.
        hint: What the reader can do now.
        value: The offending value; never part of the message.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, what: str, *, where: str = "", hint: str = "", value: object = None) -> None:
        self.what, self.where, self.hint, self.value = what, where, hint, value
        super().__init__(what, where, hint)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f"; {self.hint}" if self.hint else ""
        return _BREAKS.sub(" ", f"{place}{self.what}{advice}")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"


class Unreadable(PanahError):
    """The input cannot be read as what it should be."""


class UnknownFormat(Unreadable):
    """No reader recognises this file."""


class BadTable(Unreadable):
    """A table is not a table, or lacks a column."""


class BadRow(Unreadable):
    """One row cannot be read; the others can."""


class BadDate(Unreadable):
    """A date that cannot be, or is not written in EDTF."""


class BadIdentifier(Unreadable):
    """A telephone number or other identifier that is none."""


class UnknownCode(Unreadable):
    """A code that stands in no codebook."""


class Refused(PanahError):
    """Asked for, understood, and not allowed."""

    exit_code = 1


class NoGrant(Refused):
    """The member was not granted this case."""


class NoConsent(Refused):
    """No consent covers this purpose."""


class SmallCell(Refused):
    """A count is too small to leave."""


class DenialMissing(Refused):
    """An allegation without the answer of the accused side, or a note that none was found."""


class NotVerified(PanahError):
    """Bytes, a log or a signature is not what it should be."""

    exit_code = 1


class Altered(NotVerified):
    """A file's digest differs from its manifest."""


class CustodyBroken(NotVerified):
    """The custody log was edited, reordered or cut."""


class TimestampInvalid(NotVerified):
    """A timestamp token does not cover these bytes."""


class NotOpened(PanahError):
    """No key of ours opens it."""

    exit_code = 1


class NotEstimable(PanahError):
    """The table cannot answer the question; never a number in its place."""

    exit_code = 1


class NoOverlap(NotEstimable):
    """No incident stands on two lists."""


class NotIdentified(NotEstimable):
    """The model's parameters cannot be told apart with this table."""


class NotConverged(NotEstimable):
    """The sampler did not settle; ``draws`` carries what there is so far."""

    def __init__(
        self, what: str, *, where: str = "", hint: str = "", value: object = None, draws: object = None
    ) -> None:
        super().__init__(what, where=where, hint=hint, value=value)
        self.draws = draws


class NotConfigured(PanahError):
    """A setting is missing or contradicts another."""


class MissingExtra(PanahError):
    """An optional part is not installed.

    Args:
        extra: The extra's name, as in ``pip install 'panah[web]'``.
        needed_for: What asked for it.
    """

    def __init__(self, extra: str, needed_for: str) -> None:
        super().__init__(
            f"{needed_for} needs an optional part that is not installed",
            hint=f"run: pip install 'panah[{extra}]'",
        )
        self.extra = extra
