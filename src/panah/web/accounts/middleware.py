"""``request.member_keys``: the signed-in member's unlocked keys, out of the sealed session. And a first password opens one page."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

from panah.errors import NotOpened
from panah.vault.keys import MemberKeys

from .models import Member

WITH_A_FIRST_PASSWORD: Final = frozenset(
    {"account_change_password", "account_logout", "sign_out_everywhere", "choose_theme", "choose_language"}
)
"""The pages of a member whose password an administrator chose, and knows."""
SESSION_KEYS: Final = "_member_keys"


def remember_keys(request: HttpRequest, member: Member, keys: MemberKeys) -> None:
    """Keep unlocked keys in the session, which is sealed under the browser's token."""
    request.session[SESSION_KEYS] = [member.id, base64.b64encode(keys.to_bytes()).decode()]


def forget_keys(request: HttpRequest) -> None:
    """Take them out again."""
    request.session.pop(SESSION_KEYS, None)


def keys_of(request: HttpRequest) -> MemberKeys | None:
    """The keys of the signed-in member; none before the second factor, and none of another member."""
    if not request.user.is_authenticated:
        return None
    kept = request.session.get(SESSION_KEYS)
    if not kept or kept[0] != request.user.pk:
        return None
    try:
        return MemberKeys.from_bytes(base64.b64decode(kept[1]))
    except (NotOpened, binascii.Error):
        return None


class MemberKeysMiddleware:
    """Sets ``request.member_keys``, read when first asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.member_keys = SimpleLazyObject(lambda: keys_of(request))
        return self.get_response(request)


class FirstPasswordMiddleware:
    """Sends whoever came in with a first password to the page that changes it. Stands after the table of rules."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """The page, or the one that comes first."""
        has_first = getattr(request.user, "first_until", None) is not None
        if has_first and request.resolver_match.view_name not in WITH_A_FIRST_PASSWORD:
            return redirect("account_change_password")
        return None
