"""Who the words beside a verb of saying name: a name, a pronoun, "the man", "its embassy", the writer of a letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

from .memory import Memory, gender_of, pronouns
from .people import ADVERBS, AGED, Who, runs_in
from .sentences import Page, Sentence
from .word_classes import word_class
from .words import Word, words_in

MAX_BEFORE_TIME: Final = 4
"""Characters before the time that opens a stretch: a comma, a space, "On"."""


class Referents:
    """Reads who is named in a stretch of a document, with what was said before."""

    def __init__(self, page: Page, memory: Memory) -> None:
        self.page, self.memory = page, memory

    def subject(self, start: int, end: int, *, inverted: bool = False, last: bool = False) -> Who | None:
        """Who is named in a stretch beside a cue, pronouns resolved."""
        start = self._after_time(start, end)
        words = words_in(self.page.text, start, end)
        pronoun = pronoun_of(words, self.page.language, inverted=inverted)
        who = self.memory.resolve(pronoun) if pronoun else self.page.names.speaker(start, end, last=last)
        if who is None or who.name.lower() in {"and", "but"}:
            return None
        return self._writer(self._body(self._meant(self._owned(who, words))), end)

    def _after_time(self, start: int, end: int) -> int:
        """Where a stretch goes on after the time that opens it: "three days later a man" is a man."""
        if self.page.language == "zh":
            return start
        for date in self.page.dates_by_sentence[self.page.number_at(start)]:
            if start <= date.start <= start + MAX_BEFORE_TIME and date.end < end:
                return date.end
        return start

    def _meant(self, who: Who) -> Who:
        """ "The man", "the woman": whom "he" and "she" would stand for, where nobody else came in as one."""
        language = self.page.language
        word = who.name.lower()
        if AGED.fullmatch(word) and who.kind != "person":
            return self.memory.latest_human() or who
        generic = word in word_class("generic_person", language)
        named = word in word_class("may_be_named", language) and who.kind != "person"
        if not (generic or named) or word in self.page.names.introduced:
            return who
        before = words_in(self.page.text, max(0, who.start - 6), who.start)[-1:]
        suffixed = language in {"sv", "nb"}
        if not suffixed and not (before and before[0].text in word_class("definite", language)):
            return who
        gender = gender_of({word})
        pronoun = next((each for each, wanted in pronouns(language).items() if wanted == gender), "")
        if named and not generic:
            meant = self.memory.resolve(pronoun) if pronoun else self.memory.only_named()
            return meant if meant is not None and meant.kind == "person" else who
        return self.memory.resolve(pronoun) or who

    @cached_property
    def _utterances(self) -> frozenset[str]:
        return word_class("utterance", self.page.language)

    def _writer(self, who: Who, end: int) -> Who:
        """ "A letter from the consulate": who wrote it speaks, not the paper."""
        following = words_in(self.page.text, who.end, end)[:1] if who.end >= 0 else ()
        if who.name.split()[-1].lower() in self._utterances and following and following[0].text in {"from", "by"}:
            return self.page.names.speaker(following[0].end, end) or who
        return who

    def _body(self, who: Who) -> Who:
        """ "The group": the one association that the document names."""
        is_general = who.kind in {"organisation", "unknown"} and who.name.lower() in word_class("ngo", "en")
        return (self.page.names.only_association or who) if is_general else who

    def _owned(self, who: Who, words: Sequence[Word]) -> Who:
        """ "its embassy to Belgium" -> "China's embassy to Belgium", when "its" can be resolved."""
        if who.kind != "embassy" or not words or words[0].text not in {"its", "their"}:
            return who
        owner = self.memory.resolve("it")
        if owner is None or owner.kind != "authority":
            return who
        return replace(who, name=f"{owner.name}'s {who.name}", start=owner.start, end=owner.end)

    def _has_pronoun(self, start: int, end: int) -> bool:
        """Whether a pronoun is the subject, resolved or not."""
        return pronoun_of(words_in(self.page.text, start, end), self.page.language, inverted=False) is not None

    def _is_pronoun(self, start: int, end: int) -> bool:
        """Whether "he" or "she" is the subject, though nobody is known whom it stands for: then nobody else is."""
        pronoun = pronoun_of(words_in(self.page.text, start, end), self.page.language, inverted=False)
        return pronouns(self.page.language).get(pronoun or "") in {"m", "f"}

    def _has_words(self, sentence: Sentence, start: int, end: int) -> bool:
        fillers = word_class("heading", self.page.language)
        return any(start <= word.start < end and word.text not in fillers for word in sentence.words)

    def _bodies(self, start: int, end: int) -> list[str]:
        runs = runs_in(self.page.text, words_in(self.page.text, start, end), self.page.language)
        named = [run.of(self.page.text) for run in runs if len(run.of(self.page.text)) > 1]
        return named[-1:]

    def _next_comma(self, start: int, end: int) -> int:
        at = self.page.filled.find(",", start, end)
        return at if at >= 0 else end


def pronoun_of(words: Sequence[Word], language: str, *, inverted: bool) -> str | None:
    """The pronoun that is the subject, when it stands right beside the verb."""
    kept = [word for word in words if word.text not in ADVERBS]
    if not kept:
        return None
    if inverted and language == "fr" and kept[0].text == "t":
        kept = kept[1:] or kept  # "confie-t-elle"
    nearest = kept[0] if inverted else kept[-1]
    if inverted and len(kept) > 1 and nearest.text in word_class("determiner", language) | {"het"}:
        return None  # "schrijft het ministerie": an article
    return nearest.text if nearest.text in pronouns(language) else None
