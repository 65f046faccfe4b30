"""Which sentence or quotation tells of which tactic, before they are joined to incidents."""

import pytest

from panah.read.candidates import (
    Candidate,
    absorbs,
    find_candidates,
    group_of,
    groups,
    more_specific,
    most_specific,
    narrative_numbers,
)
from panah.read.counts import find_counts
from panah.read.phrases import Hit, Rule
from panah.read.sentences import Page
from panah.read.statements import find_statements

STABBED = "Two men stabbed the Iranian exile outside her flat."


def candidates(text: str, language: str = "en") -> list[Candidate]:
    page = Page(text, language)
    return find_candidates(page, find_statements(page), find_counts(page))


def told(text: str, language: str = "en") -> list[tuple[str, bool]]:
    return [(each.tactic, each.quoted) for each in candidates(text, language)]


def test_a_sentence_of_the_writer() -> None:
    (each,) = candidates(STABBED)
    assert (each.tactic, each.quoted, each.paragraph) == ("assault", False, 0)
    assert STABBED[each.anchor : each.anchor_end].startswith("stabbed")
    first, last = each.said_in
    assert each.unit.start <= first <= last < each.unit.end


def test_a_long_quotation_tells_by_itself_and_a_short_one_does_not() -> None:
    long = "“Two men stabbed me with a kitchen knife outside my flat,” said Lana Example."
    assert ("assault", True) in told(long)
    assert told("He spoke of “stabbing” and left.") == []


def test_what_is_denied_is_not_told() -> None:
    denial = "“We have never threatened or stabbed any citizen abroad, not once,” the embassy said, denying it."
    assert [quoted for _, quoted in told(denial) if quoted] == []
    assert [quoted for _, quoted in told("“Two men stabbed him in front of his own house,” she said.")] != []


def test_policy_is_no_tactic() -> None:
    assert told("The Union imposed sanctions on the men who stabbed the exile.") == []


def test_a_heading_tells_nothing_and_is_not_counted() -> None:
    text = f"Exile stabbed in Oslo\n\n{STABBED}"
    page = Page(text, "en")
    assert narrative_numbers(page) == {1: 0}
    assert [(each.paragraph, each.told_in) for each in candidates(text)] == [(1, 0)]


def test_counts_and_places_of_its_own_words_only() -> None:
    first, second = candidates(f"About 20 exiles in Paris were threatened by telephone. {STABBED}")
    assert [count.value for count in first.counts] == [20]
    assert [mention.name for mention in first.mentions if mention.kind == "town"] == ["Paris"]
    assert 20 not in [count.value for count in second.counts]
    assert [mention.name for mention in second.mentions if mention.kind == "town"] == []


@pytest.mark.parametrize(
    ("language", "text", "tactic"),
    [
        ("de", "Unbekannte haben den iranischen Exilanten niedergestochen.", "assault"),
        ("tr", "Eşi, muhalifin İstanbul'da kaçırıldığını söyledi.", "abduction_rendition"),
        ("ru", "Таджикского журналиста избили у подъезда его дома.", "assault"),
    ],
)
def test_other_languages(language: str, text: str, tactic: str) -> None:
    assert tactic in [each for each, _ in told(text, language)]


def test_of_one_group_the_more_specific_tactic_counts() -> None:
    assert more_specific("physical_intimidation", "assault") == "assault"
    assert more_specific("assault", "physical_intimidation") == "assault"
    assert more_specific("assault", "digital_attack") == "assault"
    assert group_of("assault", "digital_attack") is None
    assert all(group_of(tactics[0], tactics[-1]) is not None for tactics in groups().values())


def _hit(tactic: str, first: int, last: int) -> Hit:
    return Hit(Rule(tactic, (), ()), first, last, ((first, last),))


def test_of_the_tactics_of_one_unit_the_general_ones_go() -> None:
    hits = {each: [_hit(each, 0, 2)] for each in ("physical_intimidation", "assault", "digital_attack")}
    assert sorted(most_specific(hits)) == ["assault", "digital_attack"]


def test_what_a_caller_says_belongs_to_the_call() -> None:
    assert absorbs("proxy_family_call", "threatening_communication")
    assert not absorbs("threatening_communication", "assault")
