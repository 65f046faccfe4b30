"""A date that somebody told in a few words of their own: every reading of it, the first one proposed."""

from __future__ import annotations

from panah.errors import BadDate
from panah.model.reading import DateReading

from .date_grammar import printed_dates
from .date_reading import Anchor, read_date
from .words import words_in


def told_date(words: str, language: str, told_on: str) -> DateReading:
    """Read "last week" or "Tuesday, 11 June" as it was told on a day; ``edtf`` is ``None`` when it cannot be told.

    Args:
        words: What was told; ``printed`` gives back the part that was read.
        language: The language of the words.
        told_on: The day on which they were said, in EDTF.

    Raises:
        BadDate: ``told_on`` is no EDTF date.
    """
    printed = [each for each in printed_dates(words, words_in(words), language) if each.relation != "vague"]
    anchor = Anchor.of(told_on, printed)
    readings = []
    for each in printed:
        try:
            readings.append(read_date(each, words, anchor))
        except BadDate:  # a distance that leads out of the calendar
            continue
    if not readings:
        return DateReading(printed=words)
    first = next((each for each in readings if each.edtf), readings[0])
    others = [candidate for each in readings for candidate in (each.edtf, *each.candidates) if candidate]
    return first.model_copy(update={"candidates": tuple(dict.fromkeys(others))})
