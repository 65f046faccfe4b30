"""Uyghur in Latin script (ULY) on the public pages: the Arabic-script page, letter by letter, under ``/ug-latn/``.

The catalogue is Uyghur in Arabic script; the two alphabets map onto each other one by one (package ``umsc``), so that
no second translation has to be kept. What a reader wrote (fields, text marked ``dir="auto"``, names in ``bdi``) stays as
it was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from panah.web.intake.latin import LANGUAGE, text

PREFIX: Final = "/ug-latn/"
BASE: Final = "/ug/"
_TAG: Final = re.compile(r"(<!--.*?-->|<[^>]*>)", re.DOTALL)
_NAME: Final = re.compile(r"</?([a-zA-Z0-9]+)")
_SAID: Final = re.compile(r'((?:aria-label|title|placeholder|alt)=")([^"]*)(")')
_ADDRESS: Final = re.compile(r'((?:href|action)=")/ug/')
_KEPT: Final = {"textarea", "bdi", "script", "style"}
_VOID: Final = {"input", "br", "img", "link", "meta", "hr"}


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


def page(html: str) -> str:
    """A page of ours in Latin script: its text, what screen readers are told, its language and direction, its links."""
    return "".join(_pieces(html)).replace('<html lang="ug" dir="rtl"', '<html lang="ug-Latn" dir="ltr"', 1)


def _pieces(html: str) -> Iterator[str]:
    inside, depth = "", 0  # of an element whose words are the reader's own
    for piece in _TAG.split(html):
        if not piece.startswith("<"):
            yield piece if depth else text(piece)
            continue
        found = _NAME.match(piece)
        name = found[1].lower() if found else ""
        if depth:
            if name == inside:
                depth += -1 if piece.startswith("</") else 1
            yield piece
            continue
        opens = not piece.startswith("</") and name not in _VOID
        # a language's own name in the menu stays in its own letters and leads to its own page
        if opens and (name in _KEPT or 'dir="auto"' in piece or "hreflang=" in piece):
            inside, depth = name, 1
        yield piece if "hreflang=" in piece else _tag(piece)


def _tag(piece: str) -> str:
    piece = _ADDRESS.sub(rf"\1{PREFIX}", piece)
    return _SAID.sub(lambda found: found[1] + text(found[2]) + found[3], piece)


def language_of(request: HttpRequest) -> str:
    """The language in which somebody reads, with the script where there is a choice: it is kept with the report."""
    return LANGUAGE if getattr(request, "is_latin_uyghur", False) else get_language() or "en"
