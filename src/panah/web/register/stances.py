"""Which stances say that an act happened, and which answer it; the answers are data of ``panah.model.denials``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from panah.model.claim import Claim
from panah.model.denials import answer_codes
from panah.model.incident import Response
from panah.model.reading import Statement

ASSERTING: Final = frozenset({"asserts", "acknowledges", "refuses_to_name"})


def is_answer(claim: Claim | Statement) -> bool:
    """Whether it is the accused side's answer: a denial, a refusal to comment, another account."""
    return claim.stance in answer_codes("attribution")


def is_answered(claims: Iterable[Claim], responses: Iterable[Response]) -> bool:
    """Whether the accused side's answer is on record, or that none was found."""
    return any(map(is_answer, claims)) or any(each.kind in answer_codes("response") for each in responses)
