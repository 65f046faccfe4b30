"""The reading itself: bytes in, proposals out."""

from __future__ import annotations

import hashlib

from panah.errors import BadDate
from panah.model.reading import DocumentNote, ParagraphNote, Reading

from .canonical import canonical, decode
from .counts import find_counts
from .damage import find_damage
from .incident_dates import DatedText
from .incidents import find_incidents
from .languages import languages_of, main_language
from .paragraphs import split_paragraphs
from .sentences import Page
from .statements import find_statements


def read_document(data: bytes | str, *, name: str = "", published: str | None = None) -> Reading:
    """Propose statements, incidents and counts from one document.

    Args:
        data: The file's bytes, or text that is decoded already.
        name: The file's name, for messages and to notice that it is not what its name says.
        published: The day of publication in EDTF, when the reader knows it; else it is inferred where possible.

    Returns:
        The reading; every span counts characters of ``reading.document.text``.

    Raises:
        Unreadable: Empty, too large, damaged or not UTF-8.
        UnknownFormat: No text in a form that is read here, or not what its name says.
        BadDate: ``published`` is no EDTF date.
    """
    _check(published)
    original = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    text = canonical(data, where=name) if isinstance(data, str) else decode(data, where=name)
    paragraphs = split_paragraphs(text)
    languages = languages_of(text, paragraphs)
    page = Page(text, main_language(paragraphs, languages), paragraphs)
    copy_note = find_damage(text, page.quotations, page.language)
    copied = copy_note.verdict == "altered"
    statements = find_statements(page, copied=copied)
    counts = find_counts(page, copied=copied)
    dated = DatedText(page, published, copied=copied)
    return Reading(
        document=DocumentNote(
            hash=hashlib.sha256(original).hexdigest(),
            name=name,
            language=page.language,
            published=published,
            text=text,
            copy=copy_note,
            paragraphs=tuple(
                ParagraphNote(start=each.start, end=each.end, language=language, script=script)
                for each, (language, script) in zip(paragraphs, languages, strict=True)
            ),
        ),
        statements=tuple(statements),
        incidents=tuple(find_incidents(page, statements, counts, dated)),
        counts=tuple(counts),
    )


def _check(published: str | None) -> None:
    from panah.dates import check_edtf

    if published is None:
        return
    try:
        check_edtf(published)
    except ValueError as error:
        raise BadDate("not a date", where="published", hint="write 2020-06-22, 2020-06 or 2020") from error
