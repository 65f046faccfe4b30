"""Incidents: tactic hits that tell of one act are joined, placed, dated, and given what was answered to them.

Invariant: a number of cases ("about 20 cases") becomes one aggregate proposal that carries the number; it is never
joined with a single act and never made into twenty.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from panah.dates import can_be_same
from panah.model.claim import Aggregate, Modifier
from panah.model.reading import Count, DateReading, IncidentProposal, Statement

from .answers import Answers
from .candidates import Candidate, absorbs, find_candidates, group_of, more_specific, narrative_numbers
from .incident_dates import DatedText
from .incident_places import Whereabouts, detail
from .phrases import lexicon
from .sentences import Page
from .word_classes import word_class

MAX_PARAGRAPHS_APART: Final = 2
MAX_OPEN: Final = 30
"""Of how many acts told last a sentence may tell more."""
MAX_MEMBERS: Final = 40
MAX_CONTEXT_APART: Final = 9
"""How many paragraphs back "about 20 such cases" may point."""


@dataclass(slots=True)
class _Act:
    """Candidates that tell of one act, or of one number of acts."""

    members: list[Candidate]
    tactic: str
    date: DateReading
    aggregate: Count | None = None
    towns: set[str] = field(default_factory=set)

    @property
    def last_paragraph(self) -> int:
        return self.members[-1].told_in


def find_incidents(
    page: Page, statements: Sequence[Statement], counts: Sequence[Count], dated: DatedText
) -> list[IncidentProposal]:
    """Every incident, pattern and aggregate that the document tells of, in order."""
    acts = _join(page, find_candidates(page, statements, counts), dated)
    acts = _one_a_count(acts)
    acts += _cases_without_tactic(page, acts, counts, dated)
    places, answers = Whereabouts(page, statements), Answers(page, statements)
    proposals = _with_the_common_state([_proposal(page, act, places, answers) for act in acts])
    return sorted(proposals, key=lambda each: each.spans[0])


def _with_the_common_state(proposals: list[IncidentProposal]) -> list[IncidentProposal]:
    """An incident of no known origin or host takes that of the others, where all others of the document agree."""
    for field_name in ("origin_state", "host_country"):
        known = {getattr(each, field_name) for each in proposals} - {None}
        if len(known) != 1:
            continue
        common = known.pop()
        for at, each in enumerate(proposals):
            other = each.host_country if field_name == "origin_state" else each.origin_state
            if getattr(each, field_name) is None and other != common and each.scope == "event":
                proposals[at] = each.model_copy(update={field_name: common})
    return proposals


def _join(page: Page, candidates: Sequence[Candidate], dated: DatedText) -> list[_Act]:
    acts: list[_Act] = []
    for candidate in candidates:
        act = _Act([candidate], candidate.tactic, dated.of(candidate), aggregate_of(page, candidate), _towns(candidate))
        earlier = next((each for each in reversed(acts[-MAX_OPEN:]) if _continues(page, each, act)), None)
        if earlier is None:
            acts.append(act)
            continue
        earlier.members.append(candidate)
        earlier.tactic = more_specific(earlier.tactic, act.tactic)
        earlier.towns |= act.towns
        if earlier.date.edtf is None:
            earlier.date = act.date
    return acts


def _one_a_count(acts: list[_Act]) -> list[_Act]:
    """A number that is told with two tactics ("17 were beaten or threatened") stays one aggregate, of the first."""
    seen: set[int] = set()
    kept = []
    for act in acts:
        if act.aggregate is None or act.aggregate.start not in seen:
            kept.append(act)
        if act.aggregate is not None:
            seen.add(act.aggregate.start)
    return kept


def _towns(candidate: Candidate) -> set[str]:
    return {mention.name for mention in candidate.mentions if mention.kind == "town"}


def _continues(page: Page, earlier: _Act, act: _Act) -> bool:
    """Whether a candidate tells more of an act already told, rather than of another one."""
    candidate = act.members[0]
    apart = candidate.told_in - earlier.last_paragraph
    # the words of the message that forty people received tell no further act
    quotes_it = candidate.quoted and apart == 0 and act.aggregate is None and earlier.tactic == act.tactic
    other_kind = (earlier.aggregate is None) != (act.aggregate is None) and not quotes_it
    if other_kind or len(earlier.members) >= MAX_MEMBERS:
        return False
    near = candidate.quoted and act.date.edtf is None and apart <= MAX_PARAGRAPHS_APART
    if near and absorbs(earlier.tactic, act.tactic) and not _is_pattern(page, earlier.members):
        return True
    if earlier.tactic != act.tactic and group_of(earlier.tactic, act.tactic) is None:
        return False
    if apart > MAX_PARAGRAPHS_APART or _opens_new_case(page, candidate):
        return False
    if _is_aftermath(page, candidate) and not _is_pattern(page, earlier.members):
        act.date = DateReading()  # the day of a trial or of a death is not that of the act
        return True
    own_date = act.date.edtf is not None
    if own_date and earlier.date.edtf is not None and not can_be_same(act.date.edtf or "", earlier.date.edtf):
        return False
    if act.towns and earlier.towns and not act.towns & earlier.towns and apart > 0:
        return False
    if earlier.tactic == act.tactic:
        return apart == 0 or candidate.quoted or not (own_date or act.towns - earlier.towns)
    # two tactics of one group: only words that hang on the act told before, without a date of their own
    own_date = own_date and earlier.date.edtf is None
    return not own_date and (candidate.quoted or apart <= 1) and not _is_pattern(page, [candidate])


def _is_aftermath(page: Page, candidate: Candidate) -> bool:
    """Whether words tell what came of an act: he was seen in a cell, died, or somebody was sentenced for it."""
    return bool(lexicon("aftermath", page.language).hits(candidate.words))


def _opens_new_case(page: Page, candidate: Candidate) -> bool:
    opening = {word.text for word in candidate.sentence.words[:5]}
    return bool(opening & word_class("new_case", page.language))


def aggregate_of(page: Page, candidate: Candidate) -> Count | None:
    """The count that makes a candidate an aggregate: hedged, or a number of cases rather than of people."""
    cases = word_class("cases", page.language)
    for count in candidate.counts:
        of_cases = bool(set(count.of.lower().split()) & cases)
        if count.value > 1 and (count.modifier is not Modifier.EXACTLY or of_cases):
            return count
    return None


def _cases_without_tactic(page: Page, acts: Sequence[_Act], counts: Sequence[Count], dated: DatedText) -> list[_Act]:
    """ "about 20 such cases": the tactic is that of the act told last before."""
    cases = word_class("cases", page.language)
    used = {act.aggregate.start for act in acts if act.aggregate is not None}
    starts = [act.members[0].unit.start for act in acts]
    found: list[_Act] = []
    for count in counts:
        if count.start in used or not set(count.of.lower().split()) & cases:
            continue
        sentence = page.sentence_at(count.start)
        before = bisect_left(starts, count.start)
        earlier = [act for act in acts[max(0, before - MAX_OPEN) : before] if act.aggregate is None]
        number = narrative_numbers(page).get(sentence.paragraph)
        if not earlier or number is None or number - earlier[-1].last_paragraph > MAX_CONTEXT_APART:
            continue
        template = earlier[-1].members[0]
        unit = next((q for q in sentence.quotations if q.start <= count.start < q.end), None)
        stretch = type(template.unit)(unit.start, unit.end) if unit else sentence.stretch
        candidate = Candidate(
            earlier[-1].tactic,
            sentence,
            stretch,
            sentence.all_words,
            (),
            unit is not None,
            number,
            sentence.mentions,
            (count,),
        )
        found.append(_Act([candidate], earlier[-1].tactic, DateReading(), count))
    return found


def scope_of(page: Page, members: Sequence[Candidate], *, counted: bool, dated: bool) -> str:
    """Whether words tell of a number of cases, of what happens again and again, or of one act."""
    if counted:
        return "aggregate"
    return "pattern" if not dated and _is_pattern(page, members) else "event"


def _is_pattern(page: Page, members: Sequence[Candidate]) -> bool:
    """Whether the words tell of what happens again and again: "often", "are being", a present tense without a date."""
    generic = word_class("generic", page.language)
    return any({word.text for word in member.words} & generic or _are_being(member) for member in members)


def _are_being(member: Candidate) -> bool:
    texts = [word.text for word in member.words]
    return any(
        pair in (("are", "being"), ("still", "being"), ("being", "targeted")) for pair in itertools.pairwise(texts)
    )


def _proposal(page: Page, act: _Act, places: Whereabouts, answers: Answers) -> IncidentProposal:
    members = act.members
    scope = scope_of(page, members, counted=act.aggregate is not None, dated=act.date.edtf is not None)
    origin, host = places.of(members, scope)
    act_country, act_place = places.act_place(members, origin, host)
    values: dict[str, Any] = {
        "tactic": act.tactic,
        "spans": tuple(dict.fromkeys((each.unit.start, each.unit.end) for each in members)),
        "scope": scope,
        "host_country": host,
        "host_place": places.host_place(members, host),
        "act_country": act_country,
        "act_place": act_place,
        "origin_state": origin,
        "date": act.date,
        "channel": detail(page, "channel", members),
        "target": detail(page, "target", members),
        "actor": _actor(page, act),
        "reported_by": answers.reporters(members),
        "denied_by": answers.deniers(origin),
    }
    if act.aggregate is not None:
        of = act.aggregate.of or "people"
        values["aggregate"] = Aggregate(value=act.aggregate.value, modifier=act.aggregate.modifier, of=of)
    return IncidentProposal(**values)


def _actor(page: Page, act: _Act) -> str:
    if act.tactic == "proxy_family_call":
        return "relative_coerced"
    if act.tactic in {"deportation_refoulement", "detention_in_host", "host_state_complicity"}:
        return "host_authority"
    return detail(page, "actor", act.members)
