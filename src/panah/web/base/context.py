"""What every template knows: language, direction, theme, door."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.utils import translation

from panah import i18n

THEMES: Final = ("light", "dark")


def page(request: HttpRequest) -> dict[str, Any]:
    """``language``, ``direction`` (ltr or rtl), ``languages`` (tag, own name, direction), ``theme``, ``door``, ``messages``."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    chosen = request.COOKIES.get(settings.PANAH_THEME_COOKIE, "")
    return {
        "language": language,
        "direction": direction_of(language),
        "languages": [(tag, name, direction_of(tag)) for tag, name in i18n.LANGUAGES.items()],
        "theme": chosen if chosen in THEMES else "",
        "door": settings.PANAH_DOOR,
        "messages": get_messages(request),
        "neutral_title": getattr(settings, "PANAH_NEUTRAL_TITLE", ""),
    }


def direction_of(language: str) -> str:
    """``rtl`` or ``ltr``."""
    return "rtl" if language.partition("-")[0] in i18n.RIGHT_TO_LEFT else "ltr"
