"""Which state stands behind an incident, in which country its target lives, and where the act was done.

The places that a text names near an incident are gathered here; :mod:`place_roles` says what part each has.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from typing import Final

from panah.model.reading import Statement

from .candidates import Candidate
from .geo import recordable
from .phrases import lexicon
from .place_roles import Near, Told, likeliest, state_of
from .place_votes import Vote, vote_of
from .sentences import Page

WINDOW: Final = 8000
"""Characters before and after an incident whose places still speak for it."""
MAX_VOTES: Final = 80
"""Of how many place names before and after it: a Chinese page names twenty times as many as an English one."""
LEAD: Final = 1500
LEAD_PARAGRAPHS: Final = 3
MAX_ANSWERS: Final = 200
DENYING: Final = frozenset({"denies", "denies_responsibility"})
_ABROAD_TACTICS: Final = frozenset({"proxy_family_detention", "proxy_family_harassment"})


class Whereabouts:
    """The places of one document, weighed for any incident in it."""

    def __init__(self, page: Page, statements: Sequence[Statement]) -> None:
        self.page, self.statements = page, statements

    @cached_property
    def _votes(self) -> list[Vote]:
        return [
            vote_of(self.page, sentence, number, mention)
            for number, sentence in enumerate(self.page.sentences)
            for mention in sentence.mentions
        ]

    def of(self, members: Sequence[Candidate], scope: str) -> tuple[str | None, str | None]:
        """The state that is said or seems to stand behind an incident, and the country in which its target lives."""
        origin, host = likeliest(self.told(members, scope))
        return recordable(origin), recordable(host)

    def told(self, members: Sequence[Candidate], scope: str) -> Told:
        """What the document says of places round an incident."""
        low, high = members[0].unit.start - WINDOW, members[0].unit.end + WINDOW
        low, high = bisect_left(self._answer_starts, low), bisect_left(self._answer_starts, high)
        answers = self._answers[low : min(high, low + MAX_ANSWERS)]
        return Told(
            self._near(members),
            {state_of(each.speaker_country or "") for each in answers},
            {state_of(each.speaker_country or "") for each in answers if each.stance in DENYING},
            scope,
        )

    def _near(self, members: Sequence[Candidate]) -> list[Near]:
        """Every place named near an incident, in the order of the text, and how near."""
        units = {(each.unit.start, each.unit.end) for each in members}
        paragraphs = {each.paragraph for each in members}
        beside = {each + way for each in paragraphs for way in (-1, 1)}
        found = []
        for vote in self._around(members):
            if vote.paragraph in paragraphs:
                inside = any(start <= vote.mention.start < end for start, end in units)
                tier = "sentence" if inside else "paragraph"
            else:
                tier = "near" if vote.paragraph in beside or vote.paragraph < LEAD_PARAGRAPHS else "document"
            found.append(Near(vote, tier))
        return found

    @cached_property
    def _answers(self) -> list[Statement]:
        """What bodies of states say."""
        return [each for each in self.statements if each.speaker_country]

    @cached_property
    def _answer_starts(self) -> list[int]:
        return [each.start for each in self._answers]

    def _around(self, members: Sequence[Candidate]) -> Sequence[Vote]:
        """The votes of the document's lead and of some pages around an incident: far away another story is told."""
        first, last = members[0].unit.start - WINDOW, members[0].unit.end + WINDOW
        lead = bisect_left(self._starts, LEAD)
        here = bisect_left(self._starts, members[0].unit.start)
        low = max(bisect_left(self._starts, first), here - MAX_VOTES)
        high = min(bisect_left(self._starts, last), here + MAX_VOTES)
        return [*self._votes[: min(lead, low, MAX_VOTES)], *self._votes[low:high]]

    @cached_property
    def _starts(self) -> list[int]:
        return [vote.mention.start for vote in self._votes]

    def act_place(self, members: Sequence[Candidate], origin: str | None, host: str | None) -> tuple[str | None, str]:
        """Country and town of the act: the town nearest to the words that tell it; relatives are in the origin state."""
        at_home = members[0].tactic in _ABROAD_TACTICS
        towns = [
            (abs(mention.start - member.anchor), mention)
            for member in members
            for mention in member.mentions
            if mention.kind == "town" and (mention.country == (origin if at_home else host))
        ]
        if towns:
            mention = min(towns, key=lambda each: each[0])[1]
            return recordable(mention.country), mention.name
        return (origin if at_home else host), ""

    def host_place(self, members: Sequence[Candidate], host: str | None) -> str:
        """The first town of the host country that the incident's sentences, else its paragraphs, name."""
        paragraphs = {member.paragraph for member in members}
        near = [m.name for member in members for m in member.mentions if m.kind == "town" and m.country == host]
        wide = [
            vote.mention.name
            for vote in self._around(members)
            if vote.paragraph in paragraphs and vote.mention.kind == "town" and vote.mention.country == host
        ]
        return (near or wide or [""])[0]


def detail(page: Page, field: str, members: Sequence[Candidate]) -> str:
    """The target, actor or channel that the sentences of an incident tell of; ``unknown`` when they tell none."""
    for member in members:
        for words in (member.words, member.sentence.all_words):
            for hit in lexicon("details", page.language).hits(words):
                if hit.rule.row["field"] == field:
                    return hit.rule.meaning
    return "unknown"
