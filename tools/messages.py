"""Collect the messages of the library and of the web pages, and compile their translations. Pure Python (decision 015).

    python tools/messages.py extract    source -> locale/*.pot, and new messages into every locale/*/LC_MESSAGES/*.po
    python tools/messages.py compile    every .po -> .mo; the same input gives the same bytes
    python tools/messages.py check      fails when either of them would change anything, or a placeholder got lost
    python tools/messages.py missing LANGUAGE    the messages that have no translation yet

Domain ``panah`` is the library (``gettext_noop``, ``translate``, and the labels in ``codes/data``), domain ``django``
the web application (templates and Python below ``src/panah/web``).
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import string
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from panah.i18n import LANGUAGES, locale_folder

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src/panah"
LOCALE = SOURCE / "locale"
DOMAINS = ("panah", "django")
UNTIMED = datetime(2026, 1, 1, tzinfo=UTC)
"""Stands for every date in a header, so that a catalogue changes only when a message does."""
TIMES = ("POT-Creation-Date", "PO-Revision-Date", "Generated-By")
LIBRARY_KEYWORDS = {"gettext_noop": None, "translate": None}
WEB_KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
NAMED = re.compile(r"%\((\w+)\)[sd]|%[sd]")
MARKUP = re.compile(r"</?[a-z][^>]*>")
TEMPLATE_HEADER = """\
# Messages of Panah.
# Copyright (C) 2026 the Panah authors, Apache-2.0.
#"""
LANGUAGE_HEADER = """\
# Messages of Panah in {language}.
# Copyright (C) 2026 the Panah authors, Apache-2.0.
# Translated by the Panah team; awaits review by native speakers.
# An empty translation shows the English message: leave empty what you are not sure of.
#"""

Found = tuple[str, int, str | tuple[str, ...], list[str], str | None]
"""File, line, message (or singular and plural), notes for translators, context."""


def library_messages() -> Iterator[Found]:
    for path in sorted(SOURCE.rglob("*.py")):
        inside_web = path.is_relative_to(SOURCE / "web")
        yield from python_messages(path, {"translate": None} if inside_web else LIBRARY_KEYWORDS)
    yield from code_messages()


def web_messages() -> Iterator[Found]:
    for path in sorted((SOURCE / "web").rglob("*.py")):
        yield from python_messages(path, WEB_KEYWORDS)
    for path in sorted((SOURCE / "web").rglob("*.html")) + sorted((SOURCE / "web").rglob("*.txt")):
        if "templates" in path.parts:
            yield from template_messages(path)


def python_messages(path: Path, keywords: dict[str, object], text: str | None = None) -> Iterator[Found]:
    source = path.read_text(encoding="utf-8") if text is None else text
    name = str(path.relative_to(ROOT))
    for line, message, notes, context in extract("python", io.BytesIO(source.encode()), keywords, ("Translators:",)):
        yield name, line, message, notes, context


def template_messages(path: Path) -> Iterator[Found]:
    """What a Django template marks, by Django's own reading of it, which leaves calls between blanked-out words."""
    from django.utils.translation.template import templatize

    left = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    # the blanked-out words keep the template's indentation, which is none of Python's business
    yield from python_messages(path, WEB_KEYWORDS, "\n".join(line.strip() for line in left.split("\n")))


def code_messages() -> Iterator[Found]:
    """Labels and definitions of the code lists; country names are CLDR's."""
    data = SOURCE / "codes/data"
    for path in sorted(data.glob("*.csv")):
        if path.stem in {"country", "versions"}:
            continue
        with path.open(encoding="utf-8") as stream:
            for line, row in enumerate(csv.DictReader(stream), start=2):
                name = row.get("code") or row.get("name")
                for column in ("label", "title", "definition"):
                    if row.get(column):
                        yield str(path.relative_to(ROOT)), line, row[column], [f"{path.stem} {name}, {column}"], None


def template(domain: str) -> Catalog:
    """Everything that can be translated, as a catalogue without translations."""
    catalog = Catalog(
        domain=domain,
        header_comment=TEMPLATE_HEADER,
        project="Panah",
        creation_date=UNTIMED,
        charset="utf-8",
        fuzzy=False,
    )
    for path, line, message, notes, context in library_messages() if domain == "panah" else web_messages():
        catalog.add(message, locations=[(path, line)], auto_comments=notes, context=context)
    return catalog


def po_text(catalog: Catalog) -> str:
    """The catalogue as text without times and line numbers, which change with every edit elsewhere."""
    out = io.BytesIO()
    write_po(out, catalog, width=110, include_lineno=False, sort_output=False)
    return "\n".join(
        line for line in out.getvalue().decode().split("\n") if not line.startswith(tuple(f'"{t}' for t in TIMES))
    )


def mo_bytes(catalog: Catalog) -> bytes:
    catalog.creation_date = catalog.revision_date = UNTIMED
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def languages() -> list[str]:
    return [language for language in LANGUAGES if language != "en"]


def catalogue_path(language: str, domain: str, ending: str = "po") -> Path:
    return LOCALE / locale_folder(language) / "LC_MESSAGES" / f"{domain}.{ending}"


def translated(language: str, domain: str) -> Catalog:
    """The committed catalogue of a language, or an empty one."""
    path = catalogue_path(language, domain)
    if not path.exists():
        return Catalog(
            locale=locale_folder(language), domain=domain, creation_date=UNTIMED, charset="utf-8", fuzzy=False
        )
    with path.open("rb") as stream:
        return read_po(stream, locale=locale_folder(language), domain=domain)


def updated(language: str, domain: str, fresh: Catalog) -> Catalog:
    """The language's catalogue with the messages of now; what is no longer used is kept as obsolete."""
    catalog = translated(language, domain)
    catalog.update(fresh, no_fuzzy_matching=True, update_creation_date=False)
    catalog.header_comment = LANGUAGE_HEADER.format(language=LANGUAGES[language])
    catalog.project, catalog.version = "Panah", ""
    catalog.last_translator = catalog.language_team = "Panah team"
    catalog.fuzzy = False
    return catalog


def wanted(step: str) -> dict[Path, bytes]:
    """What the files of a step should hold."""
    if step == "compile":
        pairs = [(language, domain) for language in languages() for domain in DOMAINS]
        return {catalogue_path(*pair, "mo"): mo_bytes(translated(*pair)) for pair in pairs}
    made = {}
    for domain in DOMAINS:
        fresh = template(domain)
        made[LOCALE / f"{domain}.pot"] = po_text(fresh).encode()
        for language in languages():
            made[catalogue_path(language, domain)] = po_text(updated(language, domain, fresh)).encode()
    return made


def broken_translations() -> Iterator[str]:
    """Translations that lost a placeholder or a tag, which would break the page or say less than the original."""
    for language in languages():
        for domain in DOMAINS:
            for message in translated(language, domain):
                originals = message.id if isinstance(message.id, tuple) else (message.id,)
                for text in message.string if isinstance(message.string, tuple) else (message.string,):
                    if message.id and text and all(parts(text) != parts(original) for original in originals):
                        yield f"{catalogue_path(language, domain).relative_to(ROOT)}: {first_words(message)}"


def parts(text: str) -> list[str]:
    try:
        braces = [f"{{{name}}}" for _, name, _, _ in string.Formatter().parse(text) if name is not None]
    except ValueError:
        braces = []
    return sorted(match[0] for match in NAMED.finditer(text)) + sorted(braces) + sorted(MARKUP.findall(text))


def first_words(message: Message) -> str:
    text = message.id[0] if isinstance(message.id, tuple) else message.id
    return f'"{text[:50]}": the placeholders or tags of its translation differ'


def differing(step: str) -> dict[Path, bytes]:
    return {path: body for path, body in wanted(step).items() if not path.exists() or path.read_bytes() != body}


def check() -> int:
    problems = [
        f"{path.relative_to(ROOT)}: not as the source says; run tools/messages.py {step}"
        for step in ("extract", "compile")
        for path in differing(step)
    ]
    problems += broken_translations()
    print("\n".join(problems), end="\n" if problems else "", file=sys.stderr)
    return 1 if problems else 0


def missing(language: str) -> int:
    for domain in DOMAINS:
        for message in translated(language, domain):
            if message.id and not (message.string if isinstance(message.string, str) else all(message.string)):
                print(message.id if isinstance(message.id, str) else message.id[0])
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("extract", "compile", "check", "missing"))
    parser.add_argument("language", nargs="?", choices=languages())
    chosen = parser.parse_args()
    if chosen.step == "check":
        return check()
    if chosen.step == "missing":
        return missing(chosen.language or "de")
    for path, body in differing(chosen.step).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        print(f"{path.relative_to(ROOT)}: written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
