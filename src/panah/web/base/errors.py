"""Error pages: calm, translated, and silent about what was asked for."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

TITLES = {
    400: gettext_lazy("This request could not be understood"),
    403: gettext_lazy("This is not granted to you"),
    404: gettext_lazy("There is nothing here"),
    413: gettext_lazy("This file is too large"),
    429: gettext_lazy("Too many attempts; wait a little"),
    500: gettext_lazy("Something failed on our side"),
}


@login_not_required
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 for an upload over the limit."""
    return error_page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


@login_not_required
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return error_page(request, 403)


@login_not_required
def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return error_page(request, 404)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """500: needs neither database nor session, since either may be what failed."""
    content = loader.get_template("panah/error_500.html").render({"title": TITLES[500]})
    return HttpResponse(content, status=500)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is missing or old."""
    return error_page(
        request,
        403,
        title=_("This form is out of date"),
        advice=_("Go back, load the page again and send it once more."),
    )


def error_page(request: HttpRequest, status: int, **more: Any) -> HttpResponse:
    """One page for every refusal, inside the usual frame."""
    context = {"title": TITLES.get(status, TITLES[400]), "status": status, **more}
    return render(request, "panah/error.html", context, status=status)
