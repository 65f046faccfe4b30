"""Who is in an incident: somebody of the case, as what, on which claim's words; and that nobody else is in it.

Nothing is stored as a bare fact: a naming rests on one claim, and with it on a source and a place in evidence.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final, Literal

from pydantic import Field

from .base import Id, Record
from .person import Involvement

RecognisedBy = Literal["number", "birth_date", "address", "relative", "document", "themselves", ""]
RECOGNISED_BY: Final = ("number", "birth_date", "address", "relative", "document", "themselves")
"""What, beside a name, tells that two people are one. A name alone never does."""


class Naming(Record):
    """That a person is in an incident; taken off again it stays on record with the reason."""

    id: Id
    incident_id: Id
    person_id: Id
    claim_id: Id
    """The claim whose words tell of them."""
    role: Involvement = "unknown"
    recognised_by: RecognisedBy = ""
    """How they were known to be somebody already in the case; empty for who was added with this naming."""
    taken_off_on: date | None = None
    reason: str = ""
    """Why it was taken off."""


class NobodyElse(Record):
    """A member's answer that nobody else is in an incident, for what was said and who was named by then."""

    id: Id
    incident_id: Id
    person_ids: tuple[Id, ...] = ()
    claim_ids: tuple[Id, ...] = ()
    response_ids: tuple[Id, ...] = ()
    answered_on: date
    answered_by: str = ""
    order: int = Field(ge=1)
    """The how-manieth answer of this incident: only the newest can hold, so that no older one comes back to life."""

    def holds_for(self, person_ids: Iterable[str], claim_ids: Iterable[str], response_ids: Iterable[str]) -> bool:
        """Whether it was given for exactly these people and for all of these words: anything later asks anew."""
        return (
            set(self.person_ids) == set(person_ids)
            and set(self.claim_ids) >= set(claim_ids)
            and set(self.response_ids) >= set(response_ids)
        )
