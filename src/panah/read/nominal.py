"""What Turkish and Uyghur tell by a clause made a noun: "…, … olduğunu söyledi", "… كەلگەنلىكىنى بىلدۈردى".

Both put the verb of telling last and mark what is told by the ending of its own verb, so the ending shows where it stops, and
a short list of stems is enough for the verbs. Where it begins is told by a comma, by the particle that sets the subject apart
("ise", "بولسا"), or by the end of the noun phrase that opens the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from .attribution import VERB_LAST, Attributor
from .clauses import Said
from .people import Who
from .sentences import Page, Sentence
from .word_classes import word_class

_ENDINGS: Final = {
    "tr": re.compile(
        r"(?:[dt][ıiuü]ğ[ıiuü](?:n[ıiuü]|m[ıiuü]|m[ıiuü]z[ıiuü])|[dt][ıiuü]klar[ıi]n[ıi]"
        r"|[ae]c(?:ağ[ıi]|eğ[ıi])n[ıi]|[ae]c[ae]klar[ıi]n[ıi]|[ae]c[ae]ğ[ıi]m[ıi](?:z[ıi])?)$"
    ),
    "ug": re.compile(r"(?:ل[ىۇ]ق|ل[ىۈ]ك)(?:[ىۇۈ]|ىم|ىمىز|لىرى)نى$|د[ىۇ]غىنىنى$|(?:غ|گ|ق|ك)ىنىنى$"),
}
"""The object: that somebody did it."""
_SUBJECTS: Final = {
    "tr": re.compile(r"(?:[dt][ıiuü]ğ[ıiuü]|[dt][ıiuü]klar[ıi]|[ae]c[ae]ğ[ıi]|[ae]c[ae]klar[ıi])$"),
    "ug": re.compile(r"(?:ل[ىۇ]ق|ل[ىۈ]ك)[ىۇۈ]$"),
}
"""The subject of a passive verb: that somebody did it "was said"."""
_CONVERB: Final = {
    "tr": re.compile(r"(?:[ae]r[ae]k|[ıiuü]p|ken|[ıiuü]nc[ae])$"),
    "ug": re.compile(r"(?:پ|پلا|گەچ|قاچ)$"),
}
_PARTICIPLE: Final = re.compile(r"[ae]n(?:ler|lar)?$")
_NEGATED: Final = {"tr": re.compile(r"m[aeıiuü](?:d|y|m[iı]ş|z)"), "ug": re.compile(r"م[ىاە](?:دى|يدۇ|ي|ستىن|پتۇ)")}
_NOUN_OF_VERB: Final = {
    "tr": re.compile(r"m[ae](?:$|[snl]|y[ae]|d[ae]|k(?!t[ae](?:d[ıi]r)?$))"),
    "ug": re.compile(r"(?:ىش|ۇش|ۈش|اش|ەش)(?:نى|قا|كە|تا|تە|ى|ىنى|ىدا|تىن)?$|ماق(?:تا)?$"),
}
"""A verb made a noun ("söylemeye", "ئېيتىشنى") tells nothing."""
_GENITIVE: Final = {"tr": re.compile(r"(?:[ıiuü]n|n[ıiuü]n)$"), "ug": re.compile(r"نىڭ$")}
_CASED: Final = re.compile(r"(?:دا|دە|تا|تە|دىن|تىن|غا|گە|قا|كە|نى|چە|غىچە|قىچە)$")
_FRAME: Final = re.compile(r"(?:ش[ىۇۈ]چە|مەلۇماتىچە|قارىغاندا|ئاساسلانغاندا)$")
MAX_BETWEEN: Final = 3
MAX_SUBJECT: Final = 14
MIN_TOLD: Final = 2
MIN_FRAMED: Final = 3
MAX_NAME: Final = 2
MAX_HEAD: Final = 8


@dataclass(frozen=True, slots=True)
class _Verb:
    """A verb of telling: its last word, and whether it is a participle ("belirten yetkili") or a passive ("kaydedildi")."""

    last: int
    participle: bool = False
    passive: bool = False


def nominal_statements(page: Page, attributor: Attributor, sentence: Sentence) -> list[Said]:
    """What one Turkish or Uyghur sentence tells in such clauses, and after "according to", in order."""
    return list(_Reader(page, attributor, sentence).told()) if page.language in VERB_LAST else []


class _Reader:
    def __init__(self, page: Page, attributor: Attributor, sentence: Sentence) -> None:
        self.page, self.attributor, self.sentence = page, attributor, sentence
        self.language, self.words = page.language, sentence.words
        self.stems = tuple(word_class("tells_stem", self.language))
        self.passives = tuple(word_class("tells_passive", self.language))
        self.pairs = word_class("tells_with", self.language)
        self.topic = word_class("topic", self.language)
        self.voices = word_class("voice", self.language) | word_class("human", self.language)
        self.voices |= word_class("role", self.language) | word_class("wronged", self.language)

    def told(self) -> Iterator[Said]:
        since, carried = 0, None
        framed = self._framed()
        if framed is not None:
            if not any(framed[0] <= each.start < framed[1] for each in self.sentence.quotations):
                yield framed
            return
        for at, word in enumerate(self.words):
            if at > since and self._semicolon(at):
                since = at
            if at >= since and (bare := self._bare(since, at)) is not None:
                yield bare
                since = at + 1
            verb = self._verb_after(at) if at >= since else None
            if verb is None:
                continue
            start, who = self._opening(since, at, passive=verb.passive)
            who = who or carried
            after = verb.last + 1
            if verb.participle:
                comma = self._comma(after, len(self.words))
                who = self._subject(after, comma) or who
                carried, after = who, comma
            if at - start + 1 >= MIN_TOLD:
                yield self.words[start].start, word.end, who or self.attributor.memory.speaker
            since = after
            while since < len(self.words) and self.words[since].text in word_class("joint", self.language):
                since += 1

    def _bare(self, since: int, at: int) -> Said | None:
        """ "ئاپام …, ئەمدى ئىزدىمە دېدى": the words themselves, without quotation marks, before a verb that only says."""
        diye = self.words[at].text in word_class("diye", self.language)
        if at - since < MIN_TOLD + 1 or not (diye or self.words[at].text in word_class("says_bare", self.language)):
            return None
        verb = self._verb(at + 1) if diye and at + 1 < len(self.words) else None
        between = self.page.filled[self.words[at - 1].end : self.words[at].start].strip()
        if (diye and verb is None) or between not in ({"", ",", "،"} if diye else {""}):
            return None
        last = at - 1
        if verb is not None and verb.last + 1 < len(self.words):
            return self.words[since].start, self.words[last].end, self._subject(verb.last + 1, len(self.words))
        topic = next((each for each in range(since + 1, last) if self._is_topic(each)), None)
        commas = [each for each in range(since + 1, last + 1) if self._is_comma(each)]
        if topic is None and not commas:
            start, who = self._head(since, last)
        else:
            start = topic + 1 if topic is not None else commas[-1]
            head = topic if topic is not None else commas[0]
            _, who = self._head(since, head)
            who = who or self._subject(since, head)
        if who is None or last - start + 1 < MIN_TOLD:
            return None
        return self.words[start].start, self.words[last].end, who

    # -- verbs

    def _verb_after(self, at: int) -> _Verb | None:
        """The verb of telling that a word with the ending of a told clause hangs on."""
        text = self.words[at].text
        is_object = _ENDINGS[self.language].search(text) is not None
        is_subject = not is_object and _SUBJECTS[self.language].search(text) is not None
        if not (is_object or is_subject):
            return None
        for verb_at in range(at + 1, min(at + 2 + MAX_BETWEEN, len(self.words))):
            if self._parted(at, verb_at) or _ENDINGS[self.language].search(self.words[verb_at].text):
                return None
            verb = self._verb(verb_at)
            if verb is not None and verb.passive == is_subject:
                return verb
        return None

    def _verb(self, at: int) -> _Verb | None:
        text = self.words[at].text
        following = self.words[at + 1].text if at + 1 < len(self.words) else ""
        paired = text in self.pairs
        if paired and not following:
            return None
        verb, last = (following, at + 1) if paired else (text, at)
        if not paired and not verb.startswith(self.stems) and not verb.startswith(self.passives):
            return None
        if _NEGATED[self.language].search(verb[2:]) or _NOUN_OF_VERB[self.language].search(verb[2:]):
            return None
        passive = self._is_passive(verb, paired=paired)
        participle = self.language == "tr" and _PARTICIPLE.search(verb) is not None
        return _Verb(last, participle, passive)

    def _is_passive(self, verb: str, *, paired: bool) -> bool:
        return verb.startswith(("edil", "sürül", "getiril", "قىلىن") if paired else self.passives)

    def _parted(self, first: int, last: int) -> bool:
        return bool(set(",;:،؛.") & set(self.page.filled[self.words[first].end : self.words[last].start]))

    # -- who tells it

    def _comma(self, since: int, until: int) -> int:
        """The number of the word after the first comma among some words; the last one's when there is none."""
        return next((at for at in range(since + 1, until) if self._is_comma(at)), until)

    def _is_comma(self, at: int) -> bool:
        between = self.page.filled[self.words[at - 1].end : self.words[at].start]
        return "," in between or "،" in between or ":" in between

    def _opening(self, since: int, at: int, *, passive: bool) -> tuple[int, Who | None]:
        """The first word of what is told, and its teller, where the words before it name one."""
        topic = next((each for each in range(since + 1, at) if self._is_topic(each)), None)
        comma = self._comma(since, at)
        if topic is not None and topic <= min(since + MAX_SUBJECT, comma):
            start = topic + 1
            return start, self._subject(since, topic)
        if comma < at and comma - since <= MAX_SUBJECT and not self._tells_already(since, comma):
            if passive:
                return comma, self._of_paper(since, comma)
            return comma, self._named(since, comma)
        if passive:
            return since, None
        return self._head(since, at)

    def _is_topic(self, at: int) -> bool:
        """Whether a particle sets what stands before it apart; "İstanbul'da" is a place."""
        return self.words[at].text in self.topic and self.page.text[self.words[at].start - 1].isspace()

    def _tells_already(self, since: int, until: int) -> bool:
        """Whether the part before a comma is told too: "A olduğunu, B yaptığını söyledi"."""
        return any(_ENDINGS[self.language].search(word.text) for word in self.words[since:until])

    def _named(self, since: int, comma: int) -> Who | None:
        if _CONVERB[self.language].search(self.words[comma - 1].text) and comma - since > 1:
            start, who = self._head(since, comma)
            return who if start > since else None
        return self._of_paper(since, comma) or self._subject(since, comma)

    def _of_paper(self, since: int, until: int) -> Who | None:
        """ "Bakanlığın açıklamasında, …": whose paper it is; nobody for a bare "Açıklamada"."""
        last = self.words[until - 1].text
        papers = tuple(word_class("answered", self.language) | word_class("utterance", self.language))
        if not papers or not last.startswith(papers):
            return None
        genitive = [each for each in range(since, until - 1) if _GENITIVE[self.language].search(self.words[each].text)]
        return self._subject(since, genitive[0] + 1) if genitive else self.attributor.memory.speaker

    def _subject(self, since: int, until: int) -> Who | None:
        if until <= since:
            return None
        start, end = self.words[since].start, self.words[until - 1].end
        who = self.attributor.subject(start, end)
        if who is None or self.language != "ug":
            return who
        name = re.sub(r"نىڭ$", "", who.name)
        return Who(name, who.kind, who.start, who.start + len(name), who.plural, who.human)

    def _head(self, since: int, until: int) -> tuple[int, Who | None]:
        """The noun phrase that opens a clause without a comma behind it: the word after it, and whom it names."""
        end = self._head_end(since, min(until, since + MAX_HEAD))
        if end is None or end >= until:
            return since, None
        return end, self._subject(since, end)

    def _head_end(self, since: int, until: int) -> int | None:
        if self.words[since].text in word_class("pronoun", self.language) | word_class("teller_pronoun", self.language):
            return since + 1
        return self._turkish_head(since, until) if self.language == "tr" else self._uyghur_head(since, until)

    def _turkish_head(self, since: int, until: int) -> int | None:
        """Names, titles and what belongs to them: capitals, voices, and endings that stand apart."""
        end, sure = since, False
        for at in range(since, until):
            word = self.words[at]
            if word.text in word_class("case_apart", "tr") and at > since:
                return None
            known = word.text in self.voices or word.text in self.page.names.full
            if not (word.capital or known or (at > since and _GENITIVE["tr"].fullmatch(word.text))):
                break
            sure |= known or (word.capital and at > since)
            end = at + 1
        last = self.words[end - 1].text if end > since else ""
        return end if sure and not _GENITIVE["tr"].fullmatch(last) else None

    def _uyghur_head(self, since: int, until: int) -> int | None:
        """Up to a voice and the name behind it; else a name of two words without any ending."""
        voices = [at for at in range(since, until) if self._is_voice(self.words[at].text)]
        stop = next((at for at in range(since, until) if self.words[at].text in word_class("not_a_name", "ug")), until)
        voices = [at for at in voices if at < stop]
        if voices:
            end = voices[-1] + 1
            while end < min(stop, voices[-1] + 1 + MAX_NAME) and self._is_bare(self.words[end].text):
                end += 1
            return end
        bare = since
        while bare < min(stop, since + MAX_NAME + 1) and self._is_bare(self.words[bare].text):
            bare += 1
        bare = bare if bare == stop else min(bare, since + MAX_NAME)
        return bare if bare - since == MAX_NAME or bare == stop > since else None

    def _is_voice(self, text: str) -> bool:
        return text in self.voices or text.endswith(tuple(word_class("voice_ending", "ug")))

    def _is_bare(self, text: str) -> bool:
        return not (_CASED.search(text) or _GENITIVE["ug"].search(text) or text[:1].isdigit())

    # -- according to

    def _framed(self) -> Said | None:
        """ "X'e göre …", "X-نىڭ ئېيتىشىچە، …": what the rest of the sentence tells."""
        at = next((at for at, word in enumerate(self.words[:MAX_SUBJECT]) if self._is_frame(word.text)), None)
        if at is None or at == 0 or len(self.words) - at - 1 < MIN_FRAMED:
            return None
        end = at
        papers = tuple(word_class("frame_paper", self.language))
        paper = self.words[at - 1].text.startswith(papers) or (
            self.language == "ug" and self.words[at].text.endswith("چە")
        )
        genitive = next((each for each in range(at) if paper and self._owns(each)), None)
        if genitive is not None:
            end = genitive + (self.language == "ug")
        who = self._subject(0, end) or self.attributor.memory.speaker
        last = next((each for each in range(at + 2, len(self.words)) if self._semicolon(each)), len(self.words)) - 1
        return self.words[at + 1].start, self.words[last].end, who

    def _is_frame(self, text: str) -> bool:
        return text in word_class("frame", self.language) or (
            self.language == "ug" and _FRAME.search(text) is not None and len(text) > MIN_FRAME
        )

    def _owns(self, at: int) -> bool:
        """Whether somebody's list or word is what it goes by: "Ana'nın listesine göre"."""
        pattern, text = _GENITIVE[self.language], self.words[at].text
        if self.language == "ug":
            return pattern.search(text) is not None
        apart = at > 0 and self.page.text[self.words[at - 1].end : self.words[at].start] in {"'", "’"}
        return apart and pattern.fullmatch(text) is not None

    def _semicolon(self, at: int) -> bool:
        return bool(set(";؛") & set(self.page.filled[self.words[at - 1].end : self.words[at].start]))


MIN_FRAME: Final = 5
