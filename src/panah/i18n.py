"""Messages in the reader's language, by GNU gettext, without a web framework.

The catalogues lie in ``panah/locale/<language>/LC_MESSAGES/panah.mo``. Mark a message with :func:`gettext_noop`
where it is defined (as data) and translate it with :func:`translate` where it is shown.
"""

from __future__ import annotations

import gettext as _gettext
from functools import lru_cache
from pathlib import Path
from typing import Final

LANGUAGES: Final = {
    "en": "English",
    "ug": "ئۇيغۇرچە",
    "zh-hans": "简体中文",
    "tr": "Türkçe",
    "fr": "Français",
    "de": "Deutsch",
    "nl": "Nederlands",
}
"""Language tags (as Django spells them) and their own names."""

RIGHT_TO_LEFT: Final = frozenset({"ug", "ar", "fa", "he", "ur", "ckb"})
LOCALE_DIR: Final = Path(__file__).parent / "locale"


def gettext_noop(message: str) -> str:
    """Mark a message for extraction and return it unchanged."""
    return message


def locale_folder(language: str) -> str:
    """The catalogue folder of a language tag: ``zh-hans`` -> ``zh_Hans``."""
    base, _, script = language.partition("-")
    return f"{base}_{script.title()}" if script else base


@lru_cache(maxsize=16)
def _catalogue(language: str) -> _gettext.NullTranslations:
    return _gettext.translation("panah", LOCALE_DIR, [locale_folder(language)], fallback=True)


def translate(message: str, language: str = "en") -> str:
    """The message in that language, or as written when there is no translation."""
    return _catalogue(language).gettext(message) if message else message
