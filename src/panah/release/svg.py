"""From a Vega-Lite specification to an SVG that a strict page may carry and that a screen reader can tell.

No script, no style element or attribute, no address; text and lines in ``currentColor``, so that the drawing follows
the page from light to dark; title and description in the reader's language.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from html import escape
from typing import Any, Final

ACCENT: Final = "#2a8a98"
"""At least 3 to 1 on the light and on the dark ground of our pages."""
FONTS: Final = "Noto Sans, Noto Sans Arabic, Noto Sans CJK SC, Noto Serif Tibetan, sans-serif"
CONFIG: Final[Mapping[str, Any]] = {
    "background": None,
    "font": FONTS,
    "view": {"stroke": None},
    "axis": {
        "labelColor": "currentColor",
        "titleColor": "currentColor",
        "domainColor": "currentColor",
        "tickColor": "currentColor",
        "gridColor": "currentColor",
        "gridOpacity": 0.15,
        "domainOpacity": 0.5,
        "tickOpacity": 0.5,
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
    },
    "text": {"fontSize": 13, "color": "currentColor"},
}
_INNER_ROLES = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
_LONG_NUMBER = re.compile(r"(\d+\.\d)\d+")
_CLIP = re.compile(r"\bclip(\d+)\b")
_OPENING = re.compile(r"<svg [^>]*?width=\"([\d.]+)\" height=\"([\d.]+)\" viewBox=\"([^\"]*)\">")


def draw(specification: Mapping[str, Any], *, title: str, description: str, language: str) -> str:
    """Draw a specification by vl-convert.

    Args:
        specification: Vega-Lite, its data inline; nothing is fetched.
        title: What the drawing is, in the reader's language.
        description: What it shows, in a sentence or two.
        language: For the text's language and direction.
    """
    import vl_convert

    drawn = vl_convert.vegalite_to_svg({**specification, "config": {**CONFIG, **specification.get("config", {})}})
    return finished(drawn, title=title, description=description, language=language)


def finished(drawn: str, *, title: str, description: str, language: str) -> str:
    """An SVG as vl-convert draws it, made one picture with a title and a description, and half as long.

    Args:
        drawn: From any of Vega's specifications.
        title: As for :func:`draw`, like the other arguments.
    """
    body = _LONG_NUMBER.sub(r"\1", _INNER_ROLES.sub("", drawn))
    match = _OPENING.match(body)
    assert match, "vl-convert begins with the root element"
    name = hashlib.sha256(f"{title}{description}".encode()).hexdigest()[:8]
    width, height, box = match.groups()
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="{box}" role="img" '
        f'aria-labelledby="t{name} d{name}" lang="{language}" color="#1d262b">'
        f'<title id="t{name}">{escape(title)}</title><desc id="d{name}">{escape(description)}</desc>'
    )
    return opening + _renamed(body[match.end() :], f"c{name}")


def _renamed(body: str, prefix: str) -> str:
    """Clip paths named by the drawing: Vega counts them over a process, so they would differ from run to run, and two
    drawings on one page could share a name."""
    numbers: dict[str, int] = {}
    return _CLIP.sub(lambda found: f"{prefix}-{numbers.setdefault(found.group(1), len(numbers))}", body)


def for_page(svg: str) -> str:
    """The same drawing in the colour of the text around it: without its own ink."""
    return svg.replace(' color="#1d262b"', "", 1)
