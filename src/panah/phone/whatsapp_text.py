"""What the app itself writes into the text of a message: files, "omitted", "deleted", "edited", calls, polls, places."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from .whatsapp_words import LONGEST_PHRASE, bare, plain, words

_APP_MARKS: Final = frozenset("\u200e\u200f")


@lru_cache(maxsize=1)
def app_starts() -> frozenset[str]:
    """How the app's own texts begin; a text that begins otherwise is a person's."""
    starts = {phrase[:3] for phrase in words().alone} | {"nul"}
    return frozenset(starts | {start[:1].upper() + start[1:] for start in starts})


def without_marks(body: str, flags: list[str], extra: dict[str, str]) -> tuple[str, str]:
    """The text without the app's own words, and the name of the file that it names; ``flags`` and ``extra`` say the rest."""
    body = unedited(body, flags)
    app = body[:1] in _APP_MARKS
    shown = plain(body).strip()
    if shown.endswith((")", ">")) and (name := _file(shown, extra, app=app)):
        return "", name
    if len(shown) < LONGEST_PHRASE:
        short = bare(shown)
        if (flag := words().alone.get(short)) is not None:
            flags.append(flag)
        elif shown == "null":
            flags.append("expired")
        elif app and words().call_start.match(short):
            flags.append("call")
        elif app and (kind := words().kinds.match(short)):
            flags.append(kind.lastgroup or "")
    return (shown if app else body), ""


def _file(shown: str, extra: dict[str, str], *, app: bool) -> str:
    """``a.jpg (file attached)`` on Android, ``<attached: a.jpg>`` on an iPhone."""
    if match := words().attached_after.match(shown):
        return match["name"] or match["media"]
    match = words().attached_within.match(shown) if "<" in shown else None
    if match is None or (match["word"] and not app):
        return ""
    if match["said"]:
        extra["said_of_file"] = match["said"].strip()
    return match["name"]


def unedited(text: str, flags: list[str]) -> str:
    """The text without the app's word that it was edited."""
    if text.rstrip()[-1:] == ">" and (match := words().edited.search(text)):
        flags.append("edited")
        return text[: match.start()]
    return text
