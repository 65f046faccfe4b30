"""Components of every page; built in, so that no template has to load them.

* ``{% code "tactic" incident.tactic %}``: the label of a code of a thesaurus, in the reader's language
* ``{% stance "denies" %}``, ``{% status "alleged" %}``: badges of a stance and of a status
* ``{% badge text "accent" %}``: a badge with a tone (asserts denies silent good accent flag)
* ``{% flag text %}``: a badge of a doubt; no number is shown without its flags
* ``{{ "2019-07"|edtf }}``, ``{{ "FR"|country }}``: a date with its precision in words; a country's name
* ``{% notice "warn" %}…{% endnotice %}``: a remark (info warn bad good)
* ``{% empty_state title %}…{% endempty_state %}``: an empty place, with what to do next
* ``{% data_table caption %}…{% enddata_table %}``: frame of a table; scrolls by keyboard, tells its caption; the class
  ``stacked`` folds it on a phone, where each cell shows its ``data-label``
* ``{% figure title drawing header rows %}caption{% endfigure %}``: drawing, caption and the numbers as a table
* ``{% pager page %}``: previous, next, and where we are; keeps the filters
* ``{% icon "language" %}``, ``{% mark %}``: small drawings, hidden from screen readers
* ``{% current "/incidents/" %}``: marks a section's link while the reader is in it
* ``{% if request.user|may_ask:"desk:lists" %}``: whether the page is open to the member's roles
"""

from __future__ import annotations

import re
from typing import Any, Final

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language

from panah import codes, dates
from panah.errors import PanahError

register = template.Library()

STANCE_TONES: Final = {
    "asserts": "asserts",
    "acknowledges": "good",
    "denies": "denies",
    "denies_responsibility": "denies",
    "alternative_explanation": "denies",
}
STATUS_TONES: Final = {
    "alleged": "asserts",
    "corroborated": "good",
    "confirmed": "good",
    "disputed": "denies",
    "withdrawn": "denies",
    "disproved": "denies",
}
"""What is not named here is neither for nor against: declining, not knowing, unknown."""

_SIZE: Final = re.compile(r'<svg [^>]*?width="([\d.]+)" height="([\d.]+)"')

ICONS: Final = {
    "language": '<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18"/>',
    "sun": '<circle cx="12" cy="12" r="4"/>'
    '<path d="M12 2v3m0 14v3M2 12h3m14 0h3M5 5l2 2m10 10 2 2M5 19l2-2M17 7l2-2"/>',
    "moon": '<path d="M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4 21c1-5 4-7 8-7s7 2 8 7"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "download": '<path d="M12 3v12M7 11l5 5 5-5M4 20h16"/>',
    "lock": '<rect x="5" y="11" width="14" height="10" rx="1"/><path d="M8 11V7a4 4 0 0 1 8 0v4"/>',
    "key": '<circle cx="8" cy="15" r="4"/><path d="M11 12l9-9M16 7l3 3"/>',
    "search": '<circle cx="11" cy="11" r="7"/><path d="M16 16l5 5"/>',
    "check": '<path d="M4 12l5 6L20 6"/>',
    "cross": '<path d="M5 5l14 14M19 5L5 19"/>',
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """A line drawing of 24 by 24; it stands beside a word, so screen readers skip it."""
    return mark_safe(  # noqa: S308 - our own constant
        '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" '
        f'stroke-linejoin="round" aria-hidden="true" focusable="false">{ICONS[name]}</svg>'
    )


@register.simple_tag
def mark() -> SafeString:
    """Our mark: an arch within an arch, a door that stands open in a house."""
    return mark_safe(
        '<svg viewBox="0 0 34 42" fill="none" stroke="currentColor" aria-hidden="true" focusable="false">'
        '<path d="M2 41V18C2 8.6 9 3.6 17 1c8 2.6 15 7.6 15 17v23" stroke-width="2.5"/>'
        '<path d="M9 41V20.5C9 14.6 12.6 11.6 17 10c4.4 1.6 8 4.6 8 10.5V41z" fill="currentColor" '
        'stroke="none"/><path d="M0 41h34" stroke-width="2"/></svg>'
    )


@register.simple_tag
def code(thesaurus: str, value: str) -> str:
    """A code's label in the reader's language; the code itself when it is none of ours."""
    if not value:
        return ""
    try:
        return codes.label(thesaurus, value, get_language() or "en")
    except PanahError:
        return value


@register.simple_tag
def badge(text: Any, tone: str = "silent") -> SafeString:
    """A word on a ground."""
    return format_html('<span class="badge" data-tone="{}">{}</span>', tone, text)


@register.simple_tag
def stance(value: str) -> SafeString:
    """A stance: who asserts, who denies, who says nothing."""
    return badge(capfirst(code("attribution", value)), STANCE_TONES.get(value, "silent"))


@register.filter
def stance_tone(value: str) -> str:
    """The tone of a stance, for ``<article class="claim" data-tone=…>``."""
    return STANCE_TONES.get(value, "silent")


@register.simple_tag
def status(value: str) -> SafeString:
    """How far an incident is established."""
    return badge(capfirst(code("status", value)), STATUS_TONES.get(value, "silent"))


@register.simple_tag
def flag(text: Any) -> SafeString:
    """A doubt that travels with a number."""
    return badge(text, "flag")


@register.filter
def edtf(value: str | None) -> str:
    """A date as precise as it is known, in words of the reader's language."""
    if not value:
        return ""
    try:
        return dates.display(value, get_language() or "en")
    except PanahError:
        return value


@register.filter
def country(value: str | None) -> str:
    """A country's name in the reader's language."""
    from panah import places

    if not value:
        return ""
    try:
        return places.country_name(value, get_language() or "en")
    except PanahError:
        return value


@register.simple_block_tag
def notice(content: SafeString, tone: str = "info") -> SafeString:
    """A remark beside the content."""
    return format_html('<div class="notice" data-tone="{}" role="note">{}</div>', tone, content)


@register.simple_block_tag
def empty_state(content: SafeString, title: Any) -> SafeString:
    """A place where nothing is yet; the block says what to do next."""
    return format_html('<div class="empty">{}<h2>{}</h2>{}</div>', mark(), title, content)


@register.simple_block_tag
def data_table(content: SafeString, caption: Any, classes: str = "") -> SafeString:
    """Head, body and foot of a table, in a frame that scrolls by keyboard when it is wide."""
    return format_html(
        '<div class="table-frame" role="region" tabindex="0" aria-label="{0}"><table class="data {1}">'
        '<caption class="visually-hidden">{0}</caption>{2}</table></div>',
        caption,
        classes,
        content,
    )


@register.simple_block_tag
def figure(
    content: SafeString,
    title: Any,
    drawing: Any,
    header: Any = None,
    rows: Any = None,
) -> SafeString:
    """A drawing (safe SVG markup of ours, or the address of one) with its title, caption and the numbers as a table."""
    context = {"title": title, "drawing": drawing, "caption": content, "header": header, "rows": rows}
    context["is_address"] = isinstance(drawing, str) and drawing.startswith("/")
    context["is_tall"] = (size := _SIZE.match(str(drawing))) is not None and float(size[2]) > 0.7 * float(size[1])
    return mark_safe(render_to_string("panah/figure.html", context))  # noqa: S308 - a template's own output


@register.inclusion_tag("panah/pager.html", takes_context=True)
def pager(context: Any, page: Any) -> dict[str, Any]:
    """Links to the page before and after, keeping the filters of the address."""
    return {"page": page, "request": context["request"]}


@register.simple_tag(takes_context=True)
def current(context: Any, prefix: str) -> SafeString | str:
    """``aria-current`` for a section's link while the reader is in it."""
    path = context["request"].path
    here = path == prefix if prefix == "/" else path.startswith(prefix)
    return mark_safe(' aria-current="page"') if here else ""


@register.filter
def may_ask(member: Any, view_name: str) -> bool:
    """Whether a page's rule admits the member: a link that would be refused is not shown."""
    from panah.web.base import rules

    return rules.may_ask(member, view_name)


@register.simple_tag(takes_context=True)
def in_language(context: Any, tag: str) -> str:
    """The address of this page in another language (public door: the language is in the path)."""
    from django.urls import translate_url

    return translate_url(context["request"].get_full_path(), tag)


@register.simple_tag(takes_context=True)
def in_latin_uyghur(context: Any) -> str:
    """The address of this page in Uyghur in Latin script, which the public door makes out of the Uyghur page."""
    return in_language(context, "ug").replace("/ug/", "/ug-latn/", 1)
