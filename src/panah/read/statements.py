"""Statements: quotations with their speakers and stance, and what is told in the writer's own words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from panah.model.claim import Fidelity
from panah.model.reading import Statement

from .accused import Side, country_of, side_of
from .answering import Told
from .attribution import Attribution, Attributor
from .cues import Cue, cues_in
from .indirect import indirect_statement, indirect_statements
from .memory import Memory
from .people import Who
from .quotations import Quotation
from .sentences import Page, Sentence
from .stance import introduced_stance, spoken_stance, weighed
from .terms import is_term
from .told_on import in_reported_mood, told_before
from .unheard import unheard_answers
from .word_classes import word_class
from .words import words_in

_DROPS_SUBJECT: Final = frozenset({"tr", "ug", "zh"})
MIN_DIRECT_WORDS: Final = 4


def find_statements(page: Page, *, copied: bool = False) -> list[Statement]:
    """Every statement of a document, in order.

    Args:
        page: The cut-up document.
        copied: The document shows signs of an altered copy, so quotations in it are not known to be verbatim.
    """
    return _Reader(page, copied).read()


class _Reader:
    def __init__(self, page: Page, copied: bool) -> None:
        self.page, self.copied = page, copied
        self.memory = Memory(page.names)
        self.attributor = Attributor(page, self.memory)
        self.found: list[Statement] = []
        self._paragraph = -1
        self._previous: Attribution = Attribution()
        self._stance = ""
        self._denier = ""
        self._waiting: list[tuple[Sentence, Quotation]] = []
        self._unsaid: dict[int, Who | None] = {}
        self._last_paragraph: Attribution = Attribution()
        self._subject: Who | None = None

    def read(self) -> list[Statement]:
        for sentence in self.page.sentences:
            self._sentence(sentence)
        self._settle(Attribution())
        self.found += unheard_answers(self.page, self.attributor, self.found)
        return sorted(self.found, key=lambda each: (each.start, each.end))

    def _sentence(self, sentence: Sentence) -> None:
        if sentence.paragraph != self._paragraph:
            self._settle(Attribution())
            self._last_paragraph = self._previous if self._paragraph == sentence.paragraph - 1 else Attribution()
            self._paragraph, self._previous, self._stance = sentence.paragraph, Attribution(), ""
            self._subject = None
        n_found = len(self.found)
        if self._waiting and (signed := self._signed(sentence)) is not None:
            self._settle(Attribution(signed))
        cues = cues_in(sentence.words, self.page.language)
        used: list[Cue] = []
        claimed: list[tuple[Quotation, Attribution, str]] = []
        for quotation in sentence.quotations:
            if is_term(self.page, sentence, quotation, cues):
                continue
            previous = claimed[-1][1] if claimed else None
            attribution = self.attributor.attribute(sentence, quotation, cues, previous)
            if attribution.speaker is None and attribution.cue is None and attribution.side == "none":
                attribution = self._inherited(sentence, quotation)
                if attribution.speaker is None:
                    self._waiting.append((sentence, quotation))
                    self._unsaid[quotation.start] = self._without_cue(sentence, quotation)
                    continue
            if attribution.speaker is None and self.page.language in _DROPS_SUBJECT:
                attribution = replace(attribution, speaker=self._goes_on())
            used += [cue for cue in (attribution.cue, *attribution.also) if cue is not None]
            stance = introduced_stance(self.page, sentence, quotation, attribution)
            claimed.append((quotation, attribution, stance))
            self._heard(sentence, attribution)
        self._indirect(sentence, cues, used, claimed)
        if not claimed and len(self.found) == n_found:
            self._told_on(sentence)
        for quotation, attribution, stance in claimed:
            self._add(sentence, quotation, attribution, stance)
        if claimed and claimed[-1][1].speaker is not None:
            self._settle(claimed[-1][1])
            self._previous = claimed[-1][1]
        spoke = self.memory.speaker if len(self.found) > n_found else None
        self.memory_after(sentence)
        if spoke is not None:
            self.memory.see_speaker(spoke)

    def memory_after(self, sentence: Sentence) -> None:
        """Names of a sentence without a speaker of its own become the latest ones spoken of."""
        if not sentence.quotations and sentence.paragraph not in self.page.captions:
            self.memory.see_sentence(sentence.words)
            comes = {word.text for word in sentence.words} & word_class("comes", self.page.language)
            self._subject = None if comes else self.memory.subject

    def _heard(self, sentence: Sentence, attribution: Attribution) -> None:
        if attribution.speaker is not None and attribution.side != "none":
            nearby = {word.text for word in sentence.words} if attribution.cue is None else set()
            self.memory.see_speaker(attribution.speaker, nearby or None)

    def _inherited(self, sentence: Sentence, quotation: Quotation) -> Attribution:
        """The speaker goes on: the same paragraph named one before."""
        bare = not any(
            word.start < quotation.outer_start or word.start >= quotation.outer_end for word in sentence.words
        )
        if self._previous.speaker is not None and (bare or self._waiting == []):
            return Attribution(self._previous.speaker, self._previous.chain)
        return Attribution()

    def _without_cue(self, sentence: Sentence, quotation: Quotation) -> Who | None:
        """Who speaks where no verb says so: whom the sentence before begins with, else the speaker of the paragraph before.

        "Ana shrugs. “I will not sign.”" Words to somebody ("you", "your") or after a message that came are another's.
        """
        words = {word.text for word in words_in(self.page.text, quotation.start, quotation.end)}
        if words & word_class("spoken_to", self.page.language) or not quotation_alone(self.page, sentence, quotation):
            return None
        opens = quotation.outer_start == self.page.paragraphs[sentence.paragraph].start
        return self._last_paragraph.speaker if opens else self._subject

    def _signed(self, sentence: Sentence) -> Who | None:
        """ "“…” — Ana Example, nurse": the name after a dash."""
        dashed = self.page.text[sentence.start : sentence.start + 1] in {"—", "–", "-"}
        return self.page.names.speaker(sentence.start + 1, sentence.end) if dashed else None

    def _goes_on(self) -> Who | None:
        """Who is the subject of a verb that prints none, as Turkish, Uyghur and Chinese allow: the one spoken of last."""
        people = [who for who in self.memory.recent if who.human and not who.plural]
        return self._previous.speaker or (people[-1] if people else None)

    def _settle(self, attribution: Attribution) -> None:
        """Quotations that waited for a name take the next speaker of their paragraph, or stay without one."""
        for sentence, quotation in self._waiting:
            chosen = attribution
            if chosen.speaker is None:
                chosen = Attribution(self._unsaid.get(quotation.start))
            self._add(sentence, quotation, Attribution(chosen.speaker, chosen.chain), "")
        self._waiting = []

    def _indirect(
        self,
        sentence: Sentence,
        cues: Sequence[Cue],
        used: Sequence[Cue],
        claimed: list[tuple[Quotation, Attribution, str]],
    ) -> None:
        free = [cue for cue in cues if cue not in used]
        for statement, who in indirect_statements(self.page, self.attributor, sentence, free, claimed):
            self.found.append(statement)
            if who is not None:
                self.memory.see_speaker(who)
                if not claimed:
                    self._previous = Attribution(who)
            if statement.stance != "asserts":
                self._stance, self._denier = statement.stance, statement.speaker or ""

    def _told_on(self, sentence: Sentence) -> None:
        """What is told by the sentence beside this one: the reported mood goes on, or "that is what X writes"."""
        told = in_reported_mood(self.page, sentence, self._previous.speaker)
        if told is None and sentence.start > 0:
            before = self.page.sentence_at(sentence.start - 1)
            known = any(each.start < before.end and before.start < each.end for each in self.found[-3:])
            told = told_before(self.page, self.attributor, sentence, before) if not known else None
        if told is not None:
            self.found.append(indirect_statement(self.page, *told))
            if told[2] is not None:
                self.memory.see_speaker(told[2])

    def _add(self, sentence: Sentence, quotation: Quotation, attribution: Attribution, stance: str) -> None:
        text, who = self.page.text, attribution.speaker
        if not stance:
            same = who is not None and (
                who.name == self._denier or side_of(self.page, who) in {Side.ACCUSED, Side.OTHER}
            )
            stance = spoken_stance(self.page, quotation, who, after_denial=self._stance if same else "")
        stance = weighed(self.page, Told(quotation.start, quotation.end, who, quoted=True), stance)
        if stance in {"denies", "denies_responsibility"}:
            self._stance, self._denier = stance, who.name if who else ""
        self.found.append(
            Statement(
                start=quotation.start,
                end=quotation.end,
                text=text[quotation.start : quotation.end],
                speaker=who.name if who else None,
                speaker_kind=who.kind if who else "unknown",
                speaker_country=country_of(self.page, who),
                stance=stance,
                kind=self._kind(sentence, quotation),
                fidelity=self._fidelity(quotation),
                chain=attribution.chain,
            )
        )

    def _kind(self, sentence: Sentence, quotation: Quotation) -> str:
        """A quotation that is a part of the writer's own sentence is ``mixed``."""
        text = self.page.text
        ahead = words_in(self.page.filled, sentence.start, quotation.outer_start)
        introduced = text[sentence.start : quotation.outer_start].rstrip()[-1:] in {":", "：", ",", "，", "."}
        few = len(words_in(text, quotation.start, quotation.end)) < MIN_DIRECT_WORDS
        starts_low = text[quotation.start].islower()
        return "mixed" if ahead and not introduced and (starts_low or few) else "direct"

    def _fidelity(self, quotation: Quotation) -> Fidelity:
        words = self.page.text[quotation.start : quotation.end]
        bracketed = "[" in words
        if self.copied:
            return Fidelity.ALTERED if bracketed or quotation.damaged else Fidelity.UNKNOWN
        return Fidelity.UNKNOWN if bracketed or quotation.damaged else Fidelity.VERBATIM


def quotation_alone(page: Page, sentence: Sentence, quotation: Quotation) -> bool:
    """Whether a quotation is all that its sentence holds."""
    outside = [w for w in sentence.words if w.start < quotation.outer_start or w.start >= quotation.outer_end]
    return not outside and page.text[quotation.start : quotation.end].count(" ") >= MIN_DIRECT_WORDS - 1
