"""What two people must agree on: a signed request and a second person's signed answer to exactly that request.

Format 1: the request's signature covers ``panah/request/v1`` and a newline, then the request in RFC 8785 form; the
answer's covers ``panah/answer/v1`` and a newline, then the answer, which names the SHA-256 of the signed request.

Invariant: an answer counts for one request, of another person, with other keys, before the request has run out. Both
signatures are checked each time it is used: a flag in a row is no approval.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import rfc8785

from panah.errors import NotVerified, Refused

from .members import MemberKeys, MemberPublic

LIFE: Final = timedelta(hours=24)
REQUEST: Final = b"panah/request/v1\n"
ANSWER: Final = b"panah/answer/v1\n"
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Request:
    """One act that somebody asks for.

    Attributes:
        id: Random; an answer belongs to one request.
        act: What kind of act, a code.
        what: SHA-256, in hexadecimal, of everything the act depends on: cases, items, recipients, whom it concerns.
        asked_by: The member's id.
        asked_at: RFC 3339, UTC.
    """

    id: str
    act: str
    what: str
    asked_by: str
    asked_at: str

    @classmethod
    def of(cls, request_id: str, *, act: str, what: str, asked_by: str, asked_at: datetime) -> Request:
        """A request from a moment in time."""
        return cls(request_id, act, what, asked_by, asked_at.astimezone(UTC).strftime(_TIME))

    @property
    def runs_out_at(self) -> datetime:
        """From when on nothing is approved by it."""
        return datetime.strptime(self.asked_at, _TIME).replace(tzinfo=UTC) + LIFE

    def to_bytes(self) -> bytes:
        """What is signed."""
        return REQUEST + rfc8785.dumps(asdict(self))


@dataclass(frozen=True, slots=True)
class Answer:
    """A second person's answer."""

    request_sha256: str
    approved: bool
    answered_by: str

    @classmethod
    def to(cls, request: Request, *, approved: bool, answered_by: str) -> Answer:
        """The answer to one request."""
        return cls(hashlib.sha256(request.to_bytes()).hexdigest(), approved, answered_by)

    def to_bytes(self) -> bytes:
        """What is signed."""
        return ANSWER + rfc8785.dumps(asdict(self))


def digest_of(what: object) -> str:
    """The ``what`` of a request: SHA-256 of its RFC 8785 form. Lists are compared as they are: sort them first."""
    return hashlib.sha256(b"panah/what/v1\n" + rfc8785.dumps(what)).hexdigest()  # type: ignore[arg-type]


def sign_request(request: Request, asker: MemberKeys) -> bytes:
    """The asking member's signature, 64 bytes."""
    return asker.sign(request.to_bytes())


def sign_answer(answer: Answer, answerer: MemberKeys) -> bytes:
    """The answering member's signature, 64 bytes."""
    return answerer.sign(answer.to_bytes())


def verify_request(request: Request, signature: bytes, asker: MemberPublic) -> None:
    """Check who asked.

    Raises:
        NotVerified: The asker did not sign this request.
    """
    asker.verify(request.to_bytes(), signature)


def verify_approval(
    request: Request,
    request_signature: bytes,
    asker: MemberPublic,
    answer: Answer,
    answer_signature: bytes,
    answerer: MemberPublic,
    *,
    now: datetime,
) -> None:
    """Check that two people agreed to exactly this, and still in time.

    Raises:
        NotVerified: A signature does not fit, or the answer belongs to another request.
        Refused: It was declined or has run out, or both sides have one key or one account.
    """
    verify_request(request, request_signature, asker)
    answerer.verify(answer.to_bytes(), answer_signature)
    if answer.request_sha256 != hashlib.sha256(request.to_bytes()).hexdigest():
        raise NotVerified("the answer belongs to another request", where="approval")
    same_key = {asker.sign_public, asker.box_public} & {answerer.sign_public, answerer.box_public}
    if request.asked_by == answer.answered_by or same_key:
        raise Refused("nobody approves their own request", where="approval", hint="ask a second member")
    if not answer.approved:
        raise Refused("the second member declined", where="approval", hint="speak with them")
    if now >= request.runs_out_at:
        raise Refused("the request has run out", where="approval", hint="ask again; a request lives 24 hours")
