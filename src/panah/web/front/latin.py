"""Uyghur in Latin script (ULY) on the public pages, under ``/ug-latn/``."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from panah.web.intake.latin import BASE, LANGUAGE, PREFIX, page


class LatinUyghurMiddleware:
    """Serves ``/ug-latn/…`` as ``/ug/…`` in the other script. Stands before the one that reads the language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        inner = BASE + request.path_info.removeprefix(PREFIX)
        request.path_info = request.path = inner
        request.is_latin_uyghur = True
        response = self.get_response(request)
        if location := response.headers.get("Location"):
            response.headers["Location"] = re.sub(rf"^{BASE}", PREFIX, location)
        if response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming:
            response.content = page(response.content.decode()).encode()
            response.headers["Content-Language"] = "ug-Latn"
            if response.has_header("Content-Length"):
                response.headers["Content-Length"] = str(len(response.content))
        return response


def language_of(request: HttpRequest) -> str:
    """The language in which somebody reads, with the script where there is a choice: it is kept with the report."""
    return LANGUAGE if getattr(request, "is_latin_uyghur", False) else get_language() or "en"
