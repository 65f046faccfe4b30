"""Who may ask for which page. The table is ``web/config/rules.py``; this module enforces it.

Invariant: a page without a rule answers nobody. A role says what somebody is there for; what they may read is decided
by the grants of each case, asked by the stores, whatever stands here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

_log = logging.getLogger(__name__)

ANYBODY: Final = frozenset({"anybody"})
"""Also who is not signed in."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One page's rule.

    Attributes:
        who: Roles, of which one is enough; or :data:`ANYBODY`.
        opens: What the address names, when it is something that is granted: ``case``, ``item``, ``incident``, … To a
            member without the grant the page answers as it does for one that does not exist.
    """

    who: frozenset[str]
    opens: str = ""

    def admits(self, member: Any) -> bool:
        """Whether somebody may ask for the page."""
        return self.who is ANYBODY or (getattr(member, "is_active", False) and bool(self.who & set(member.roles)))


def rule_of(view_name: str) -> Rule | None:
    """The rule of a page of this door, by the name of its address with its namespace."""
    rules: dict[str, Rule] = settings.PANAH_RULES
    return rules.get(view_name)


def may_ask(member: Any, view_name: str) -> bool:
    """Whether a page is open to a member; pages without a rule are open to nobody."""
    rule = rule_of(view_name)
    return rule is not None and rule.admits(member)


class RulesMiddleware:
    """Asks the table before any page is made. Stands after the one that asks for a sign-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> None:
        """Refuse what the table does not allow."""
        name = request.resolver_match.view_name
        if rule_of(name) is None:
            _log.error("no rule for the page %s: add it to web/config/rules.py", name)
        if not may_ask(getattr(request, "user", None), name):
            raise PermissionDenied
