"""The one way in which an e-mail is parsed: by the standard library's parser, which stops at a number of parts.

That parser takes some ten thousandths of a second for each part, and looks at every line once for each multipart around
it: a megabyte can hold tens of thousands of parts, or of wrappings. Invariant: what this parses takes a time that grows
with its size. It is counted where parts are made, so no way of writing a boundary slips through.
"""

from __future__ import annotations

from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesFeedParser
from typing import Any, Final

from .errors import Unreadable

MAX_PARTS: Final = 2_000
MAX_DEPTH: Final = 50
"""Parts within parts; each message that was forwarded as an attachment takes three."""


class _Counting(BytesFeedParser):
    """Counts the parts, and how deep they lie, as they are begun."""

    n_parts = 0
    where = ""

    def _new_message(self) -> None:
        # a method of the library's that is not public; a hostile message in the tests tells when it goes
        self.n_parts += 1
        if self.n_parts > MAX_PARTS:
            raise _refusal(f"a message of more than {MAX_PARTS:,} parts", self.where)
        if len(self._msgstack) >= MAX_DEPTH:  # type: ignore[attr-defined]
            raise _refusal(f"a message with more than {MAX_DEPTH} parts in one another", self.where)
        super()._new_message()  # type: ignore[misc]


def parse_mail(data: bytes, *, where: str = "") -> EmailMessage:
    """Parse one message.

    Args:
        data: Its bytes.
        where: Its name, for the error.

    Raises:
        Unreadable: Damaged; more than :data:`MAX_PARTS` parts, or more than :data:`MAX_DEPTH` in one another.
    """
    parser = _Counting(_made, policy=policy.default)
    parser.where = where
    try:
        parser.feed(data)
        return parser.close()  # type: ignore[return-value]
    except Unreadable:
        raise
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable("the message is damaged", where=where, hint="save it again from the mail program") from error


def _made(*, policy: Any = policy.default) -> Message:
    return EmailMessage(policy=policy)


def _refusal(what: str, where: str) -> Unreadable:
    return Unreadable(what, where=where, hint="no mail program writes such; keep the original, and save its text alone")
