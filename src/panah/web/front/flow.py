"""The cookie of a page flow, and leaving it.

Invariant: the cookie is the only one besides the form token; it says nothing, lives as long as the window, and is gone
after handing in, leaving, or two hours.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from panah.web.intake import flows
from panah.web.intake.records import Draft


def token_of(request: HttpRequest) -> str:
    """The flow's token, or nothing."""
    return str(request.COOKIES.get(settings.PANAH_FLOW_COOKIE, ""))


def draft_of(request: HttpRequest) -> Draft | None:
    """The report on its way in this window."""
    token = token_of(request)
    return flows.read(Draft, token) if token else None


def remember(response: HttpResponse, token: str) -> HttpResponse:
    """Give the window its token."""
    response.set_cookie(
        settings.PANAH_FLOW_COOKIE, token, secure=settings.HTTPS, httponly=True, samesite="Strict", path="/"
    )
    return response


def forget(response: HttpResponse) -> HttpResponse:
    """Take both cookies away, and what the browser kept of our pages."""
    for name in (settings.PANAH_FLOW_COOKIE, settings.CSRF_COOKIE_NAME):
        response.delete_cookie(name, path="/", samesite="Strict")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response
