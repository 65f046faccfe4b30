"""Which state stands behind an incident, in which country its target lives, and where the act was done.

Every place that a text names votes, with a weight by how it is named (a state acting, a people, a town after "in")
and by how near it stands: the same sentence, the same paragraph, the document.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

from panah.model.reading import Statement
from panah.places import country_codes

from .candidates import Candidate
from .phrases import lexicon
from .place_votes import ORIGIN_OF, Vote, vote_of
from .sentences import Page
from .stance import NEGATIVE

SAME_UNIT, SAME_PARAGRAPH, NEAR_PARAGRAPH, SAME_DOCUMENT = 1.0, 0.45, 0.2, 0.08
WINDOW: Final = 8000
"""Characters before and after an incident whose places still speak for it."""
MAX_VOTES: Final = 80
"""Of how many place names before and after it: a Chinese page names twenty times as many as an English one."""
LEAD: Final = 1500
MAX_DENIALS: Final = 200
TIERS: Final = (SAME_UNIT, SAME_PARAGRAPH, NEAR_PARAGRAPH, SAME_DOCUMENT)
LEAD_PARAGRAPHS: Final = 3
MIN_HOST_WEIGHT: Final = 0.4
MIN_ORIGIN_WEIGHT: Final = 0.5
LIVED_IN: Final = 2.0
"""From this weight on a place is said to be where the target lives."""
BESIDE: Final = 60
"""Characters from the words of a tactic within which a body or town is that of the act."""
_AT_HOME: Final = frozenset({"proxy_family_detention", "proxy_family_harassment"})
_BY_HOST: Final = frozenset(
    {
        "detention_in_host",
        "deportation_refoulement",
        "extradition_proceeding",
        "interpol_abuse",
        "host_state_complicity",
    }
)
_ABROAD_TACTICS: Final = frozenset({"proxy_family_detention", "proxy_family_harassment"})


class Whereabouts:
    """The places of one document, weighed for any incident in it."""

    def __init__(self, page: Page, statements: Sequence[Statement]) -> None:
        self.page, self.statements = page, statements
        self._last: tuple[Sequence[Candidate], list[tuple[Vote, float]]] = ((), [])

    @cached_property
    def _votes(self) -> list[Vote]:
        return [
            vote_of(self.page, sentence, number, mention)
            for number, sentence in enumerate(self.page.sentences)
            for mention in sentence.mentions
        ]

    def origin_state(self, members: Sequence[Candidate]) -> str | None:
        """The state that is said or seems to stand behind an incident, or ``None``."""
        votes: dict[str, float] = defaultdict(float)
        lived_in: dict[str, float] = defaultdict(float)
        for vote, nearness in self._weighed(members):
            country = vote.mention.country
            votes[ORIGIN_OF.get(country, country)] += vote.origin * nearness
            if vote.host >= LIVED_IN:
                lived_in[country] += vote.host * nearness
        for statement in self._denials(members):
            votes[ORIGIN_OF.get(statement.speaker_country or "", statement.speaker_country or "")] += 1.0
        for country, weight in lived_in.items():
            votes[country] -= weight * 0.5
        country, weight = _heaviest(votes)
        if weight >= MIN_ORIGIN_WEIGHT:
            return _known(country)
        return self._answering_state(lived_in) or self._only_other_state(members)

    def _answering_state(self, lived_in: Mapping[str, float]) -> str | None:
        """The one foreign state whose mission or foreign ministry answers for it, when nothing else tells the state."""
        answering = {
            ORIGIN_OF.get(each.speaker_country, each.speaker_country)
            for each in self.statements
            if each.speaker_country and each.stance in NEGATIVE and _speaks_for_state(each)
        } - set(lived_in)
        return _known(answering.pop()) if len(answering) == 1 else None

    def _only_other_state(self, members: Sequence[Candidate]) -> str | None:
        """The one state that the document names in another way than as a place, when there is one only."""
        named = {
            ORIGIN_OF.get(vote.mention.country, vote.mention.country)
            for vote in self._around(members)
            if vote.mention.kind != "town" and vote.relation not in {"located", "lives", "public_body", "state_body"}
        }
        located = {vote.mention.country for vote in self._around(members) if vote.relation in {"located", "lives"}}
        left = named - located
        return _known(left.pop()) if len(left) == 1 and located else None

    def _denials(self, members: Sequence[Candidate]) -> list[Statement]:
        """Denials by a state, in the same part of the document."""
        low, high = members[0].unit.start - WINDOW, members[0].unit.end + WINDOW
        low, high = bisect_left(self._denial_starts, low), bisect_left(self._denial_starts, high)
        return self._state_denials[low : min(high, low + MAX_DENIALS)]

    @cached_property
    def _state_denials(self) -> list[Statement]:
        stances = {"denies", "denies_responsibility"}
        return [each for each in self.statements if each.speaker_country and each.stance in stances]

    @cached_property
    def _denial_starts(self) -> list[int]:
        return [each.start for each in self._state_denials]

    def host_country(self, members: Sequence[Candidate], origin: str | None, *, near_only: bool = False) -> str | None:
        """The country in which the target lives: the best of the nearest words that name one.

        ``near_only`` takes none from outside the incident's paragraphs: a pattern may hold everywhere.
        """
        weighed = [
            (vote, nearness)
            for vote, nearness in self._weighed(members)
            if ORIGIN_OF.get(vote.mention.country, vote.mention.country) != origin
        ]
        for tier in (SAME_UNIT, SAME_PARAGRAPH) if near_only else TIERS:
            votes: dict[str, float] = defaultdict(float)
            for vote, nearness in weighed:
                if nearness == tier:
                    votes[vote.mention.country] += vote.host
            country, weight = _heaviest(votes)
            if weight >= MIN_HOST_WEIGHT:
                return _known(country)
        return None

    def _weighed(self, members: Sequence[Candidate]) -> list[tuple[Vote, float]]:
        """Every vote near an incident with its nearness; worked out once for the incident asked of last."""
        if self._last[0] is not members:
            self._last = (members, self._weigh(members))
        return self._last[1]

    def _weigh(self, members: Sequence[Candidate]) -> list[tuple[Vote, float]]:
        units = {(each.unit.start, each.unit.end) for each in members}
        paragraphs = {each.paragraph for each in members}
        beside = {each + way for each in paragraphs for way in (-1, 1)}
        weighed = []
        for vote in self._around(members):
            if vote.paragraph in paragraphs:
                inside = any(start <= vote.mention.start < end for start, end in units)
                nearness = SAME_UNIT if inside else SAME_PARAGRAPH
            elif vote.paragraph in beside or vote.paragraph < LEAD_PARAGRAPHS:
                nearness = NEAR_PARAGRAPH
            else:
                nearness = SAME_DOCUMENT
            weighed.append((self._by_tactic(vote, members) if nearness == SAME_UNIT else vote, nearness))
        return weighed

    def _by_tactic(self, vote: Vote, members: Sequence[Candidate]) -> Vote:
        """What a place says when the tactic is known: relatives are seized at home, exiles by their host's police."""
        member = next((m for m in members if m.unit.start <= vote.mention.start < m.unit.end), members[0])
        bodies = {mention.country for mention in member.mentions if mention.kind != "town"}
        elsewhere = vote.relation == "located" and bodies and vote.mention.country not in bodies
        near = not elsewhere and member.anchor - BESIDE <= vote.mention.start <= member.anchor_end + BESIDE
        if near and member.tactic in _AT_HOME and vote.relation in {"located", "state_body", "public_body", "capital"}:
            return replace(vote, origin=2.5, host=0.0)
        if near and vote.relation == "located":
            vote = replace(vote, host=vote.host * 1.5)
        before = vote.mention.start < member.anchor and near
        if before and member.tactic in _BY_HOST and vote.relation in {"public_body", "state_body"}:
            return replace(vote, origin=0.0, host=3.0)
        return vote

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
            return _known(mention.country), mention.name
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


def _speaks_for_state(statement: Statement) -> bool:
    name = (statement.speaker or "").lower()
    return statement.speaker_kind == "embassy" or any(word in name for word in ("foreign", "mission", "kremlin"))


def _heaviest(votes: Mapping[str, float]) -> tuple[str, float]:
    """The country of most weight (the first of equals) and its weight; nothing weighs nothing."""
    return max(votes.items(), key=lambda each: each[1], default=("", 0.0))


def _known(code: str) -> str | None:
    """A code that a record can hold; Kosovo has none in ISO 3166-1, so it stays unknown."""
    return code if code in country_codes() else None


def detail(page: Page, field: str, members: Sequence[Candidate]) -> str:
    """The target, actor or channel that the sentences of an incident tell of; ``unknown`` when they tell none."""
    for member in members:
        for words in (member.words, member.sentence.all_words):
            for hit in lexicon("details", page.language).hits(words):
                if hit.rule.row["field"] == field:
                    return hit.rule.meaning
    return "unknown"
