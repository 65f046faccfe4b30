"""Sentences that tell without a verb of saying of their own, by the sentence beside them.

German goes on in the reported mood ("Nach dritten Personen sei nicht gefragt worden."), and newspapers name who said a thing
in the sentence after it ("Dat schrijft de dienst in een bericht.", "Об этом сообщает полиция.").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .attribution import Attributor
from .clauses import Said, last_word
from .cues import Cue, cues_in
from .people import Who
from .sentences import Page, Sentence
from .subjects import can_speak, opening_subject
from .word_classes import word_class

MIN_TOLD: Final = 3
MAX_TO_VERB: Final = 3
MAX_TELLING: Final = 30


def in_reported_mood(page: Page, sentence: Sentence, previous: Who | None) -> Said | None:
    """A German sentence in the subjunctive of reported speech: whoever spoke before it goes on, or who opens it.

    "Nach Namen sei nicht gefragt worden."; "Der Verteidiger plädierte auf Freispruch, sein Mandant habe nur übersetzt."
    """
    texts = {word.text for word in sentence.words}
    verb = next((word for word in sentence.words if word.text in word_class("reported_mood", "de")), None)
    if page.language != "de" or verb is None or texts & word_class("no_reported_mood", "de"):
        return None
    comma = page.filled.find(",", sentence.start, verb.start)
    if comma < 0:
        whole = previous is not None and len(sentence.words) >= MIN_TOLD
        return (sentence.start, last_word(page, sentence.end), previous) if whole else None
    who = opening_subject(page, sentence.start, comma)
    told = [word for word in sentence.words if word.start > comma]
    opens = bool(told) and told[0].text not in word_class("subordinator", "de") | word_class("that", "de")
    return (told[0].start, last_word(page, sentence.end), who) if who is not None and opens else None


def told_before(page: Page, attributor: Attributor, sentence: Sentence, before: Sentence) -> Said | None:
    """ "That is what the service writes": what the sentence before tells, and who says so."""
    words = sentence.words
    openers = word_class("told_back", page.language)
    if not MIN_TOLD <= len(words) <= MAX_TELLING or words[0].text not in openers or before.quotations:
        return None
    cue = _verb(page, sentence)
    if cue is None or ":" in page.text[cue.end : sentence.end] or len(before.words) < MIN_TOLD + 1:
        return None
    that = word_class("that", page.language)
    if page.language not in {"nl", "fr"} and any(word.text in that for word in words if word.start >= cue.end):
        return None
    who = attributor.subject(cue.end, sentence.end, inverted=True)
    return (before.start, last_word(page, before.end), who) if can_speak(page, who) else None


def _verb(page: Page, sentence: Sentence) -> Cue | None:
    verbs: Sequence[Cue] = cues_in(sentence.words, page.language)
    first = sentence.words[0]
    near = [cue for cue in verbs if cue.meaning == "verb" and first.end <= cue.start and cue.first <= MAX_TO_VERB]
    return near[0] if near else None
