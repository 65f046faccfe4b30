"""Small parts of the pages for reporters: days in words, pictures of tactics, names that cannot mislead."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from panah import i18n
from panah.web.base.templatetags.panah import country
from panah.web.intake.advice import Wording

register = template.Library()

PICTURES: Final = {
    "call": '<path d="M6 3h4l2 5-3 2a12 12 0 0 0 5 5l2-3 5 2v4a3 3 0 0 1-3 3A17 17 0 0 1 3 6a3 3 0 0 1 3-3z"/>',
    "message": '<path d="M3 5h18v12H9l-5 4v-4H3z"/>',
    "family": '<circle cx="8" cy="7" r="3"/><circle cx="17" cy="9" r="2"/><path d="M2 20c1-6 11-6 12 0M14 20c0-4 7-4 8 0"/>',
    "lock": '<rect x="5" y="11" width="14" height="10"/><path d="M8 11V7a4 4 0 0 1 8 0v4"/>',
    "alert": '<path d="M12 3l10 18H2zM12 10v5M12 18v.5"/>',
    "person": '<circle cx="12" cy="7" r="4"/><path d="M4 21c1-9 15-9 16 0"/>',
    "hand": '<path d="M7 12V5m3 7V3m3 9V4m3 8V6M7 12l-3-2 4 11h9l2-9V7"/>',
    "camera": '<path d="M3 7h4l2-3h6l2 3h4v13H3z"/><circle cx="12" cy="13" r="4"/>',
    "eye": '<path d="M2 12c5-8 15-8 20 0-5 8-15 8-20 0z"/><circle cx="12" cy="12" r="3"/>',
    "mouth": '<path d="M3 12c4-6 7-4 9-3 2-1 5-3 9 3-5 7-13 7-18 0zM3 12h18"/>',
    "form": '<path d="M5 3h14v18H5zM8 8h8M8 12h8M8 16h5"/>',
    "parcel": '<path d="M3 8l9-5 9 5v9l-9 5-9-5zM3 8l9 5 9-5M12 13v9"/>',
    "passport": '<rect x="5" y="2" width="14" height="20"/><circle cx="12" cy="10" r="4"/><path d="M9 18h6"/>',
    "cut": '<path d="M4 4l16 16M20 4L4 20"/>',
    "screen": '<rect x="3" y="4" width="18" height="12"/><path d="M8 21h8M12 16v5"/>',
    "mask": '<path d="M3 6c6-2 12-2 18 0 0 8-4 13-9 13S3 14 3 6zM8 11h2M14 11h2"/>',
}


@register.simple_tag
def picture(name: str) -> SafeString:
    """A line drawing beside its word; screen readers skip it."""
    return mark_safe(  # noqa: S308 - our own constant
        '<svg viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" stroke-width="1.75" '
        f'aria-hidden="true" focusable="false">{PICTURES[name]}</svg>'
    )


@register.filter
def day(value: date | datetime | None) -> str:
    """A day in the words and numerals of the reader's language, by CLDR."""
    if value is None:
        return ""
    try:
        locale = Locale.parse(i18n.locale_folder(get_language() or "en"))
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    return format_date(value, format="long", locale=locale)


@register.filter
def any_unchecked(wordings: Iterable[Wording]) -> bool:
    """Whether nobody who speaks the language has checked one of these texts."""
    return not all(each.is_checked for each in wordings)


@register.filter
def shown_name(name: str) -> str:
    """A file's name as it can be shown: without the invisible characters that turn ``gpj.exe`` round."""
    return "".join("�" if unicodedata.category(each) in {"Cf", "Cc", "Zl", "Zp"} else each for each in name)


@register.filter
def country_or_words(value: str) -> str:
    """A country's name, or what was typed instead of one."""
    return country(value) if len(value) == 2 and value.isupper() else value
