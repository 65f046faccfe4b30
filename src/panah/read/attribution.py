"""Who speaks a quotation: the cue verb beside it, its subject, and the mouths in between.

Beside a quotation the writer puts a verb of saying with its subject, after it ("…," Ana said), before it (Ana said:
"…"), or nowhere, when the speaker goes on from the sentence before. "Ana was told: '…'" is the other person's speech:
it belongs to whom Ana met, called or asked, and Ana is a link of the chain.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from .cues import Cue, cues_in
from .memory import pronouns
from .people import ADVERBS, Who, runs_in
from .phrases import lexicon
from .quotations import Quotation
from .referents import Referents
from .sentences import Sentence
from .subjects import can_speak, han_subject, heard_from, last_body, opening_subject, source
from .word_classes import word_class
from .words import words_in

__all__ = ["Attribution", "Attributor", "Cue", "cues_in"]

MAX_WORDS_TO_CUE: Final = 26
_HEARD_COMMA = re.compile(r"(?: (?:her|him|them|us|me))?,\s*")
MIN_BESIDE_NAME: Final = 2
MIN_QUOTED: Final = 3
MAX_FROM_SUBJECT: Final = 8
MAX_TO_COLON: Final = 8
_QUOTES: Final = frozenset(["quoted", "quotes", "quoting", "cited", "cites"])
MAX_TO_NAME: Final = 6
_HEARERS: Final = frozenset({"told"})
_COUNTERPART: Final = word_class("meets", "mul")
_WITH_SUBJECT: Final = frozenset({"en", "de", "fr", "nl", "sv", "nb", "ru", "tr"})
_INVERTS: Final = frozenset({"de", "fr", "nl", "sv", "nb"})
MAX_TO_PRONOUN: Final = 3
VERB_LAST: Final = frozenset({"tr", "ug"})
"""Turkish and Uyghur put the verb of saying last, and its subject before what is said."""
_CJK_COLONS: Final = frozenset(":：")


@dataclass(frozen=True, slots=True)
class Attribution:
    """The speaker of one quotation and the chain to the document; ``cue`` is the verb that was used, if any."""

    speaker: Who | None = None
    chain: tuple[str, ...] = ()
    cue: Cue | None = None
    side: str = "none"
    """after, before or none."""
    also: tuple[Cue, ...] = ()
    """Further verbs of saying that belong to the chain."""


class Attributor(Referents):
    """Attributes the quotations of one document, in order."""

    def attribute(
        self, sentence: Sentence, quotation: Quotation, cues: Sequence[Cue], previous: Attribution | None
    ) -> Attribution:
        """The speaker of a quotation by the words of its own sentence; where they name nobody who can speak, its subject."""
        found = self._by_cues(sentence, quotation, cues, previous)
        page = self.page
        if page.language == "zh":
            return self._han(sentence, quotation, found)
        if can_speak(page, found.speaker) or page.language not in _WITH_SUBJECT:
            return found
        opens = quotation.outer_start == sentence.start
        if found.speaker is None and found.cue is not None:
            return found
        other = self._otherwise(sentence, quotation, found) if not (opens and found.speaker is None) else None
        if other is None:
            other = heard_from(page, quotation.outer_end, sentence.end)
        return replace(found, speaker=other, side="before" if found.side == "none" else found.side) if other else found

    def _han(self, sentence: Sentence, quotation: Quotation, found: Attribution) -> Attribution:
        """Chinese: the voice at the head of the clauses before a quotation, where the verb itself has none beside it."""
        if can_speak(self.page, found.speaker) or (found.speaker is None and quotation.outer_start == sentence.start):
            return found
        said = found.cue.start if found.cue is not None and found.side == "before" else quotation.outer_start
        who = han_subject(self.page, sentence.start, said)
        return replace(found, speaker=who, side="before") if who is not None else found

    def _otherwise(self, sentence: Sentence, quotation: Quotation, found: Attribution) -> Who | None:
        """Who speaks where the words beside the verb name nobody who can: the subject, the source, who was written to."""
        page = self.page
        behind = (
            opening_subject(page, quotation.outer_end, sentence.end)
            if quotation.outer_start == sentence.start
            else None
        )
        opening = behind or opening_subject(page, sentence.start, quotation.outer_start)
        if opening is not None and opening.kind in {"person", "unknown"} and self._came(sentence, quotation):
            opening = None  # "the presenters find a sentence in their mailboxes: “…”"
        if opening is not None and opening is not behind and found.side == "none" and self._is_far(opening, quotation):
            return None
        if opening is None:
            opening = source(page, sentence.start, quotation.outer_start) or self._answering(sentence, quotation)
        if (
            opening is None
            and found.speaker is not None
            and found.speaker.name.islower()
            and " " not in found.speaker.name
        ):
            return self.memory.speaker  # "zo staat er": words that name nobody
        return opening

    def _is_far(self, who: Who, quotation: Quotation) -> bool:
        """Whether too much stands between a subject and quoted words that no colon introduces."""
        between = self.page.filled[who.end : quotation.outer_start]
        return between.rstrip()[-1:] not in _CJK_COLONS and len(words_in(between)) > MAX_FROM_SUBJECT

    def _came(self, sentence: Sentence, quotation: Quotation) -> bool:
        """Whether a letter, message or answer is told of before the quotation."""
        papers = word_class("answered", self.page.language) | self._utterances
        return any(word.text in papers for word in words_in(self.page.filled, sentence.start, quotation.outer_start))

    def _answering(self, sentence: Sentence, quotation: Quotation) -> Who | None:
        """ "My adviser wrote to the embassy. A single sentence came back: “…”": the body that the sentence before names."""
        if not self._came(sentence, quotation):
            return None
        before = self.page.sentence_at(max(0, sentence.start - 2))
        return last_body(self.page, before.start, before.end) if before.paragraph == sentence.paragraph else None

    def _by_cues(
        self, sentence: Sentence, quotation: Quotation, cues: Sequence[Cue], previous: Attribution | None
    ) -> Attribution:
        """The speaker of a quotation by the words of its own sentence; no speaker when they name none.

        ``previous`` is the attribution of the quotation before it in the same sentence.
        """
        text = self.page.text
        others = [each for each in sentence.quotations if each is not quotation]
        until = min((each.outer_start for each in others if each.start > quotation.start), default=sentence.end)
        since = max((each.outer_end for each in others if each.start < quotation.start), default=sentence.start)
        after = self._main_verbs(sentence, [cue for cue in cues if quotation.outer_end <= cue.start < until])
        before = self._main_verbs(sentence, [cue for cue in cues if since <= cue.start < quotation.outer_start])
        earlier = [cue for cue in cues if cue.start < since]
        if before and after and self._joins(quotation, after[0]):
            after = []  # "called it “…” and said that …"
        introduced = text[since : quotation.outer_start].rstrip()[-1:] in _CJK_COLONS
        if before and previous is not None and before[-1] == previous.cue:
            return replace(previous, also=())
        if before and (introduced or (after and self._opens(sentence, quotation, before[-1]))):
            return self._before(sentence, quotation, before, after)
        unnamed = Attribution()
        if after and self._is_near(sentence, quotation, after[0]):
            unnamed = self._after(sentence, quotation, after[0], until)
            if unnamed.speaker is not None:
                return unnamed
        if before:
            return self._before(sentence, quotation, before, after)
        if previous is not None and previous.speaker is not None:
            return Attribution(previous.speaker, previous.chain, previous.cue, previous.side)
        if earlier:
            return self._before(sentence, quotation, earlier[-1:], [])
        if introduced and (speaker := self._colon_speaker(since, quotation)):
            return Attribution(speaker, side="before")
        if owner := self._owner_of_words(since, quotation):
            return Attribution(owner, side="before")  # "It was, in Ana's phrase, “…”"
        if unnamed.cue is not None:
            return unnamed
        denied = self._of_denial(sentence, quotation)
        return denied if denied.side != "none" else self._named_after(sentence, quotation, until)

    def _named_after(self, sentence: Sentence, quotation: Quotation, until: int) -> Attribution:
        """ "…”, verzuchtte indiener Harm Example": a comma, a verb that no list holds, and the one name of the rest."""
        text = self.page.text
        comma = text[quotation.end - 1] in ",，" or text[quotation.outer_end : quotation.outer_end + 1] == ","
        words = [word for word in sentence.words if quotation.outer_end <= word.start < until]
        if not comma or len(words) < MIN_BESIDE_NAME or words[0].capital:
            return Attribution()
        named = self.page.names.people_of(runs_in(self.page.text, words[:MAX_TO_NAME], self.page.language))
        return Attribution(named[0], side="after") if len(named) == 1 else Attribution()

    def _main_verbs(self, sentence: Sentence, cues: list[Cue]) -> list[Cue]:
        """The verbs of saying without those of a relative clause: "Ana, who holds a permit, wrote"."""

        def is_aside(cue: Cue) -> bool:
            comma = self.page.filled.rfind(",", sentence.start, cue.start)
            within = [word for word in sentence.words if comma < word.start < cue.start]
            return comma >= 0 and bool(within) and within[0].text in {"who", "which", "whose"}

        kept = [cue for cue in cues if not is_aside(cue)]
        return kept or cues

    def _joins(self, quotation: Quotation, cue: Cue) -> bool:
        """Whether "and" or "but" follows the quotation: who spoke it does something more ("… and would not say where")."""
        words = words_in(self.page.filled, quotation.outer_end, cue.start)
        return bool(words) and words[0].text in word_class("joint", self.page.language) | {"then"}

    def _opens(self, sentence: Sentence, quotation: Quotation, cue: Cue) -> bool:
        """Whether a verb of saying stands right before the comma that opens a quotation: "he called and said, …"."""
        return (
            self.page.filled[cue.end : quotation.outer_start].strip() == ","
            and quotation.outer_start - sentence.start > 1
            and not self.page.text[quotation.start].islower()
        )

    def _of_denial(self, sentence: Sentence, quotation: Quotation) -> Attribution:
        """``X dismissed the claim as "…"``: the verb of denying leads to the quotation."""
        words = words_in(self.page.text, sentence.start, quotation.end)
        for hit in lexicon("stance", self.page.language).hits(words):
            verb = words[hit.first]
            if verb.start < quotation.outer_start and hit.first:
                return Attribution(self.subject(sentence.start, verb.start), side="before")
        return Attribution()

    def _colon_speaker(self, since: int, quotation: Quotation) -> Who | None:
        """``Ana Example: "…"``, as interviews and minutes print it."""
        if owner := self._owner_of_words(since, quotation):
            return owner
        words = words_in(self.page.text, since, quotation.outer_start)
        if 1 <= len(words) <= MAX_TO_COLON:
            return self.page.names.speaker(since, quotation.outer_start)
        named = self.page.names.people_of(runs_in(self.page.text, words, self.page.language))
        return named[0] if len({who.name for who in named}) == 1 else None

    def _is_near(self, sentence: Sentence, quotation: Quotation, cue: Cue) -> bool:
        between = [word for word in sentence.words if quotation.outer_end <= word.start < cue.start]
        return len(between) <= MAX_WORDS_TO_CUE

    def _quoted_by(self, sentence: Sentence, quotation: Quotation, cue: Cue) -> Attribution | None:
        """ "Ana quoted the officer as saying": the officer speaks, Ana tells it on."""
        words = [word for word in sentence.words if quotation.outer_end <= word.start < cue.start]
        at = next((at for at, word in enumerate(words) if word.text in _QUOTES), None)
        if at is None or words[-1].text != "as" or len(words) - at < MIN_QUOTED:
            return None
        if at and words[at - 1].text in {"is", "was", "were", "are"}:
            return None  # "Ana is quoted by the agency as saying"
        speaker = self.subject(words[at].end, words[-1].start)
        teller = self.subject(quotation.outer_end, words[at].start)
        return Attribution(speaker, (teller.name,) if teller is not None else (), cue, "after") if speaker else None

    def _after(self, sentence: Sentence, quotation: Quotation, cue: Cue, until: int) -> Attribution:
        if (quoted := self._quoted_by(sentence, quotation, cue)) is not None:
            return quoted
        if cue.meaning == "according":
            return Attribution(self.subject(cue.end, until), cue=cue, side="after")
        if self._has_words(sentence, quotation.outer_end, cue.start):
            speaker = self.subject(quotation.outer_end, cue.start)
            if speaker is not None or self._is_pronoun(quotation.outer_end, cue.start):
                return Attribution(speaker, self._hearer(sentence, cue, until), cue, "after")
        if self.page.language in VERB_LAST and (who := self.subject(sentence.start, quotation.outer_start)):
            return Attribution(who, (), cue, "after")
        return Attribution(self.subject(cue.end, until, inverted=True), (), cue, "after")

    def _before(
        self, sentence: Sentence, quotation: Quotation, cues: Sequence[Cue], after: Sequence[Cue]
    ) -> Attribution:
        """By the last of the verbs of saying before a quotation; those above it belong to who tells it on."""
        cue = cues[-1]
        if self.page.language in VERB_LAST and cue.meaning == "according":
            return Attribution(self.subject(sentence.start, cue.start), (), cue, "before")
        clause = self.clause_start(sentence, cue, cues[:-1])
        verb = min([cue.start, *self._denials(sentence, clause, cue)])
        if cue.meaning != "according" and not after:
            who = self._subject_before(sentence, quotation, cue, clause, verb)
            teller = self._teller(sentence, cues[:-1], clause, who)
            owner = self._owner_of_words(cue.end, quotation) if not cue.passive else None
            return Attribution(owner or who, teller, cue, "before", tuple(cues[:-1]) if teller else ())
        chain = self._later_mouths(sentence, after)
        if cue.meaning == "according":
            return Attribution(self.subject(cue.end, quotation.outer_start, inverted=True), chain, cue, "before")
        also = tuple(after[:1])
        if cue.passive:
            hearer = self._hearer_of_passive(sentence, clause, cue)
            told = (hearer.name,) if hearer is not None and hearer.name not in chain else ()
            return Attribution(self._counterpart(sentence, cue), (*told, *chain), cue, "before", also)
        return Attribution(self._subject_before(sentence, quotation, cue, clause, verb), chain, cue, "before", also)

    def _teller(self, sentence: Sentence, above: Sequence[Cue], clause: int, who: Who | None) -> tuple[str, ...]:
        """Who tells on what another one said: the subject of the verb of saying above."""
        if not above or clause < above[-1].end:
            return ()
        first = above[-1]
        span = (first.end, clause) if first.meaning == "according" else (sentence.start, first.start)
        teller = self.subject(*span)
        return (teller.name,) if teller is not None and who is not None and teller.name != who.name else ()

    def _owner_of_words(self, start: int, quotation: Quotation) -> Who | None:
        """ "recalled the consul's words: …", "got a message from an officer: …": whose words they are."""
        words = words_in(self.page.text, start, quotation.outer_start)[-12:]
        ends_so = bool(words) and words[-1].text in self._utterances
        if self.page.text[start : quotation.outer_start].rstrip()[-1:] not in _CJK_COLONS and not ends_so:
            return None
        for at, word in enumerate(words):
            if word.text not in self._utterances:
                continue
            if at > 1 and words[at - 1].text == "'s":
                return self.page.names.speaker(words[0].start, words[at - 1].start)
            if at + 1 < len(words) and words[at + 1].text in {"from", "by"}:
                return self.page.names.speaker(words[at + 1].end, self._next_comma(words[at + 1].end, words[-1].end))
        return None

    def _subject_before(self, sentence: Sentence, quotation: Quotation, cue: Cue, clause: int, verb: int) -> Who | None:
        if cue.passive:
            return self._counterpart(sentence, cue)
        aside = self.page.filled.rfind(",", clause, verb)
        if aside >= 0 and _HEARD_COMMA.fullmatch(self.page.filled, cue.end, quotation.outer_start):
            clause = aside if words_in(self.page.filled, aside, verb) else clause
        if any(word.text in self._somebody for word in words_in(self.page.filled, clause, verb)[-3:]):
            return None
        if (who := self._inverted_pronoun(cue, quotation.outer_start)) is not None:
            return who
        who = self.subject(clause, verb)
        if who is not None and not can_speak(self.page, who) and self.page.language in _INVERTS:
            comma = self._next_comma(cue.end, quotation.outer_start)
            inverted = self.subject(cue.end, comma, inverted=True)
            who = inverted if can_speak(self.page, inverted) else who
        if who is None:
            who = self.subject(sentence.start, self._first_verb(sentence, verb))
        if who is None and quotation.outer_start - cue.end > 3 and not self._has_pronoun(clause, verb):
            who = self.subject(cue.end, quotation.outer_start, inverted=True)
        return who

    def _inverted_pronoun(self, cue: Cue, until: int) -> Who | None:
        """ "Die Spuren führen, schreibt sie, zu „…“": the pronoun right behind the verb is its subject."""
        language = self.page.language
        if language not in _INVERTS:
            return None
        words = [word for word in words_in(self.page.text, cue.end, min(until, cue.end + 24)) if word.text != "t"]
        if not words or words[0].start - cue.end > MAX_TO_PRONOUN:
            return None
        wanted = pronouns(language).get(words[0].text)
        hyphen = self.page.text[cue.end : cue.end + 1] == "-"
        if wanted not in {"m", "f", "they"} or (language == "fr" and not hyphen) or (wanted == "they" and not hyphen):
            return None
        return self.memory.resolve(words[0].text)

    def _first_verb(self, sentence: Sentence, verb: int) -> int:
        """Where the first verb of saying stands, whose subject goes on; at most at the one given."""
        first = cues_in([word for word in sentence.words if word.start < verb], self.page.language)
        plain = [cue for cue in first if cue.first > 0 and cue.meaning == "verb"]
        return plain[0].start if plain else verb

    @cached_property
    def _somebody(self) -> frozenset[str]:
        return word_class("somebody", self.page.language)

    def _denials(self, sentence: Sentence, clause: int, cue: Cue) -> list[int]:
        """Where a verb of denying stands before the cue: its subject is the speaker ("It rejected this, saying …")."""
        words = [word for word in sentence.words if clause <= word.start < cue.start]
        hits = lexicon("stance", self.page.language).hits(words)
        return [words[hit.first].start for hit in hits if hit.first > 0]

    def _hearer_of_passive(self, sentence: Sentence, clause: int, cue: Cue) -> Who | None:
        """Who "was told": the person the sentence begins with when only a pronoun stands at the verb."""
        words = [word for word in sentence.words if clause <= word.start < cue.start]
        if words and any(word.text in {"he", "she", "they"} for word in words[-4:]):
            runs = runs_in(self.page.text, words, self.page.language)
            named = [name for run in runs if (name := self.page.names.person(run)) is not None]
            if named:
                return Who(named[0], "person", human=True)
        return self.subject(clause, cue.start)

    def clause_start(self, sentence: Sentence, cue: Cue, earlier: Sequence[Cue] = ()) -> int:
        """Where the clause of a cue begins: after the last semicolon or "and", or a verb of saying above it.

        "Ana said that an officer had told him: …" is the officer's speech, told on by Ana.
        """
        stretch = self.page.filled[sentence.start : cue.start]
        start = sentence.start + max(stretch.rfind(";"), stretch.rfind(" and "), -1) + 1
        above = [each for each in earlier if each.end < cue.start]
        if not above:
            return start
        last = [word for word in words_in(self.page.filled, above[-1].end, cue.start) if word.text not in ADVERBS]
        if last and last[-1].text in word_class("joint", self.page.language) | {"then"}:
            return sentence.start  # "said that … but warned against “…”": the subject goes on
        inner = above[-1].end
        if above[-1].meaning == "according":
            comma = self.page.filled.find(",", inner, cue.start)
            inner = comma if comma >= 0 else cue.start
        words = [word for word in words_in(self.page.filled, inner, cue.start) if word.text not in self._that]
        return max(start, inner) if any(word.text not in ADVERBS for word in words) else start

    @cached_property
    def _that(self) -> frozenset[str]:
        return word_class("that", self.page.language)

    def _counterpart(self, sentence: Sentence, cue: Cue) -> Who | None:
        """Whom the hearer met, called or asked: the speaker of what the hearer "was told"."""
        words = [word for word in sentence.words if word.start < cue.start]
        for at, word in enumerate(words):
            if word.text in _COUNTERPART and word.text not in {"to", "by"} and at + 1 < len(words):
                skip = at + 1 if at + 1 < len(words) and words[at + 1].text in {"with", "to"} else at
                limit = self._next_comma(words[skip].end, cue.start)
                purpose = next((w.start for w in words[skip + 1 :] if w.text in {"to", "for", "about"}), limit)
                return self.page.names.speaker(words[skip].end, min(limit, purpose))
        missions = word_class("embassy_word", "mul")
        mission = next((word for word in words if word.text in missions), None)
        if mission is not None:
            return self.page.names.speaker(mission.start, mission.end)  # "applied at the consulate and was told to …"
        following = [word for word in sentence.words if word.start >= cue.end]
        if following and following[0].text == "by":
            return self.page.names.speaker(following[0].end, self._next_comma(following[0].end, sentence.end))
        return None

    def _later_mouths(self, sentence: Sentence, after: Sequence[Cue]) -> tuple[str, ...]:
        """Who told it on, and to whom: ", according to a report in Y", ", Ana told Y"."""
        mouths: list[str] = []
        for cue in after[:1]:
            if cue.meaning == "according":
                mouths += self._bodies(cue.end, sentence.end)
            else:
                who = self.subject(max(quotation.outer_end for quotation in sentence.quotations), cue.start)
                mouths += [who.name] if who is not None else []
                mouths += self._hearer(sentence, cue, sentence.end)
        return tuple(mouths)

    def _hearer(self, sentence: Sentence, cue: Cue, until: int) -> tuple[str, ...]:
        """The medium or body that was told, when it is named."""
        if cue.meaning not in _HEARERS or cue.passive:
            return ()
        following = [word for word in sentence.words if cue.end <= word.start < until][:4]
        if following and (following[0].capital or (len(following) > 1 and following[1].capital)):
            named = self._bodies(cue.end, self._next_comma(cue.end, following[-1].end))
            return tuple(named[:1])
        return ()
