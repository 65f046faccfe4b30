"""The reporter's code on this installation: its salt, its cost, and how often it may be guessed.

Invariant: guesses are counted for the whole deployment and by nothing that names a visitor: over an onion service
everybody has one address. A code that was typed wrongly (its check group tells) is no guess and costs nothing.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db.models import F, Sum

from panah.errors import Refused
from panah.vault.passwords import Argon2Cost
from panah.vault.receipt import Receipt, ReceiptKeys
from panah.web.accounts.passwords import free_place
from panah.web.base.deployment import deployment_key

from .models import Guess, now

COST: Final = Argon2Cost(memory_kib=32_768, passes=2)
"""About 0.05 s: a code has 79.7 bits, so half the space still costs 7 × 10^14 core-years (decision 131)."""
WRONG_IN_A_MINUTE: Final = 30
WRONG_IN_AN_HOUR: Final = 300


@dataclass(frozen=True, slots=True)
class Code:
    """A code with what it is stretched to; made before a transaction, since it waits for a free place."""

    receipt: Receipt
    keys: ReceiptKeys = field(repr=False)

    @classmethod
    def make(cls, digits: str = "") -> Code:
        """A new code, or one that was given already."""
        receipt = Receipt(digits) if digits else Receipt.generate()
        return cls(receipt, stretch(receipt))


def stretch(receipt: Receipt) -> ReceiptKeys:
    """Index and wrapping key of a code, waiting for a free place."""
    cost = dataclasses.replace(COST, **settings.PANAH_ARGON2_COST)
    with free_place():  # the queue of the sign-ins: the memory is one
        return ReceiptKeys.derive(receipt, deployment_key().derive("receipt-salt"), cost)


def check_rate() -> None:
    """Refuse before anything is computed when too many wrong codes were tried lately; right ones wait too, so that
    the refusal tells nothing.

    Raises:
        Refused: Too many; the message is the same for every code.
    """
    minute = _this_minute()
    recent = Guess.objects.filter(minute__gt=minute - timedelta(hours=1))
    in_hour = recent.aggregate(n=Sum("n"))["n"] or 0
    in_minute = recent.filter(minute=minute).aggregate(n=Sum("n"))["n"] or 0
    if in_minute >= WRONG_IN_A_MINUTE or in_hour >= WRONG_IN_AN_HOUR:
        raise Refused("too many codes were tried", where="code", hint="wait some minutes and try again")


def count_wrong() -> None:
    """One more code that opened nothing."""
    minute = _this_minute()
    Guess.objects.filter(minute__lt=minute - timedelta(hours=2)).delete()
    Guess.objects.get_or_create(minute=minute)
    Guess.objects.filter(minute=minute).update(n=F("n") + 1)


def _this_minute() -> object:
    return now().replace(second=0, microsecond=0)
