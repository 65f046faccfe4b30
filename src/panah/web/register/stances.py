"""Which stances say that an act happened, and which answer it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from panah.model.claim import Claim
from panah.model.incident import Response

ASSERTING: Final = frozenset({"asserts", "acknowledges", "refuses_to_name"})
ANSWERING: Final = frozenset(
    {
        "acknowledges",
        "denies",
        "denies_responsibility",
        "alternative_explanation",
        "declines_to_comment",
        "no_knowledge",
    }
)
ANSWERS: Final = frozenset({"denial", "no_comment", "acknowledgement", "none_found"})
"""Kinds of responses that are an answer of the accused side, or say that none was found."""


def is_answered(claims: Iterable[Claim], responses: Iterable[Response]) -> bool:
    """Whether the accused side's answer is on record, or that none was found."""
    return any(claim.stance in ANSWERING for claim in claims) or any(each.kind in ANSWERS for each in responses)
