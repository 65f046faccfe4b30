"""The reading itself: bytes in, proposals out; each step is a module of its own."""

from __future__ import annotations

import hashlib
from pathlib import PurePath

from panah.dates import check_edtf
from panah.errors import BadDate
from panah.model.reading import CopyNote, DocumentNote, ParagraphNote, Reading, Signal

from .canonical import canonical
from .counts import find_counts
from .damage import find_damage, verdict_of
from .date_repair import contradictions
from .formats import Document, open_document
from .incident_dates import DatedText
from .incidents import find_incidents
from .languages import languages_of, main_language
from .main_event import main_event
from .paragraphs import split_paragraphs
from .publication import Publication, publication_of
from .sentences import Page
from .statements import find_statements


def read(data: bytes | str, *, name: str = "", published: str | None = None) -> Reading:
    """Read one document; :func:`panah.read.read_document` says how."""
    _check(published)
    original = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    document = _opened(data, name)
    languages = languages_of(document.text, document.paragraphs)
    page = Page(document.text, main_language(document.paragraphs, languages), document.paragraphs)
    publication = publication_of(page, published, document.published)
    copy_note = _copy_note(page, publication)
    copied = copy_note.verdict == "altered"
    statements = find_statements(page, copied=copied)
    counts = find_counts(page, copied=copied)
    dated = DatedText(page, publication.edtf, copied=copied)
    note = _note(original, name, document, page, languages, publication, copy_note)
    note = note.model_copy(update={"event": main_event(page, document.title, dated, publication.edtf)})
    return Reading(
        document=note,
        statements=tuple(statements),
        incidents=tuple(find_incidents(page, statements, counts, dated)),
        counts=tuple(counts),
    )


def _opened(data: bytes | str, name: str) -> Document:
    if isinstance(data, str):
        text = canonical(data, where=name)
        return Document(text, split_paragraphs(text))
    return open_document(data, name)


def _check(published: str | None) -> None:
    if published is None:
        return
    try:
        check_edtf(published)
    except ValueError as error:
        raise BadDate("not a date", where="published", hint="write 2020-06-22, 2020-06 or 2020") from error


def _copy_note(page: Page, publication: Publication) -> CopyNote:
    """The signs of damage, with the dates that contradict the text around them."""
    note = find_damage(page.text, page.quotations, page.language)
    dates = [
        Signal(kind="contradicting_date", start=start, end=end, text=page.text[start:end], note=reason)
        for start, end, reason in contradictions(page, page.dates, publication.edtf)
    ]
    signals = sorted([*note.signals, *dates], key=lambda each: (each.start, each.end))
    return CopyNote(verdict=verdict_of(signals), signals=tuple(signals))


def _note(
    original: bytes,
    name: str,
    document: Document,
    page: Page,
    languages: list[tuple[str, str]],
    publication: Publication,
    copy_note: CopyNote,
) -> DocumentNote:
    pages = document.pages or (None,) * len(document.paragraphs)
    return DocumentNote(
        hash=hashlib.sha256(original).hexdigest(),
        name=PurePath(name).name,
        media_type=document.media_type,
        language=page.language,
        title=document.title,
        published=publication.edtf,
        published_reason=publication.reason,
        text=document.text,
        copy=copy_note,
        paragraphs=tuple(
            ParagraphNote(start=each.start, end=each.end, language=language, script=script, page=number)
            for each, (language, script), number in zip(document.paragraphs, languages, pages, strict=True)
        ),
    )
