"""The cast itself: everybody is there, and keys are unlocked for those who signed in."""

from __future__ import annotations

from typing import Any


def test_every_member_has_a_session_with_their_own_keys(cast: Any) -> None:
    for player in cast.members:
        answer = player.client.get("/account/")
        assert answer.status_code == 200, player
        assert answer.wsgi_request.member_keys.public == player.keys.public


def test_those_without_account_are_sent_to_the_sign_in(cast: Any) -> None:
    for player in (cast.nobody, cast.reporter):
        answer = player.client.get("/")
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/sign-in/")
