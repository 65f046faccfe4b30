"""Language and theme, chosen by the reader: two small forms that work without a script."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from panah import i18n

from .context import THEMES

A_YEAR_S = 31_536_000


@login_not_required
@csrf_exempt  # changes nothing but the reader's own colours, and must not need a cookie to do it
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep ``light`` or ``dark``; anything else follows the device again."""
    response = _back(request)
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        _keep(response, settings.PANAH_THEME_COOKIE, chosen)
    else:
        _keep(response, settings.PANAH_THEME_COOKIE, "", 0)
    return response


@login_not_required
@csrf_exempt
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language of the desk's pages."""
    response = _back(request)
    chosen = request.POST.get("language", "")
    if chosen in i18n.LANGUAGES and check_for_language(chosen):
        _keep(response, settings.LANGUAGE_COOKIE_NAME, chosen)
    return response


def _keep(response: HttpResponse, name: str, value: str, max_age_s: int = A_YEAR_S) -> None:
    response.set_cookie(name, value, max_age=max_age_s, secure=settings.HTTPS, httponly=True, samesite="Strict")


def _back(request: HttpRequest) -> HttpResponse:
    target = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts=None) and target.startswith("/")
    return HttpResponseRedirect(target if safe else "/")
