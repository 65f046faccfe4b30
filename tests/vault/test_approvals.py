"""Two people, two keys, one request, 24 hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from panah.errors import NotVerified, Refused
from panah.vault.approvals import Answer, Request, digest_of, sign_answer, sign_request, verify_approval
from panah.vault.keys import MemberKeys

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
ALICE, BOB = MemberKeys.generate(), MemberKeys.generate()
WHAT = {"items": ["a" * 32, "b" * 32]}
REQUEST = Request.of("1" * 32, act="export", what=digest_of(WHAT), asked_by="a" * 32, asked_at=NOON)
YES = Answer.to(REQUEST, approved=True, answered_by="b" * 32)


def check(
    request: Request = REQUEST,
    answer: Answer = YES,
    asker: MemberKeys = ALICE,
    answerer: MemberKeys = BOB,
    now: datetime = NOON,
) -> None:
    """Each side signs what it is shown; the keys on record are Alice's and the answerer's."""
    verify_approval(
        request,
        sign_request(request, asker),
        ALICE.public,
        answer,
        sign_answer(answer, answerer),
        answerer.public,
        now=now,
    )


def test_two_people_agree() -> None:
    check()
    check(now=NOON + timedelta(hours=23, minutes=59))


@pytest.mark.parametrize("hours", [24, 25, 1000])
def test_it_runs_out(hours: int) -> None:
    with pytest.raises(Refused, match="run out"):
        check(now=NOON + timedelta(hours=hours))


def test_a_declined_request_is_no_approval() -> None:
    with pytest.raises(Refused, match="declined"):
        check(answer=Answer.to(REQUEST, approved=False, answered_by="b" * 32))


def test_nobody_approves_for_themselves() -> None:
    with pytest.raises(Refused, match="own"):
        check(answer=Answer.to(REQUEST, approved=True, answered_by="a" * 32))
    with pytest.raises(Refused, match="own"):  # a second account with the same key
        check(answerer=ALICE)
    half = MemberKeys(ALICE.box_private, BOB.sign_seed)
    with pytest.raises(Refused, match="own"):
        check(answerer=half)


@pytest.mark.parametrize(
    "changed",
    [
        replace(REQUEST, what=digest_of({"items": ["c" * 32]})),
        replace(REQUEST, act="grant"),
        replace(REQUEST, id="2" * 32),
        replace(REQUEST, asked_at="2026-05-02T12:00:00Z"),
    ],
)
def test_an_answer_serves_one_request(changed: Request) -> None:
    with pytest.raises(NotVerified, match="another request"):
        check(request=changed)


def test_a_signature_of_somebody_else_is_none() -> None:
    with pytest.raises(NotVerified):
        check(asker=BOB)
    with pytest.raises(NotVerified):
        verify_approval(
            REQUEST,
            sign_request(REQUEST, ALICE),
            ALICE.public,
            replace(YES, approved=True),
            sign_answer(replace(YES, approved=False), BOB),
            BOB.public,
            now=NOON,
        )


def test_what_is_asked_for_is_compared_whole() -> None:
    assert digest_of(WHAT) == digest_of(dict(WHAT))
    assert digest_of(WHAT) != digest_of({"items": ["b" * 32, "a" * 32]})
