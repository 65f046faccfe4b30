"""The real article of ../shared, read there: what it denies, what it counts, and the one call in Antwerp."""

from pathlib import Path

import pytest

from panah import read
from panah.model.claim import Modifier
from panah.model.denials import answer_codes
from panah.model.reading import Reading

ARTICLE = (Path(__file__).parents[2] / ".." / "shared" / "data" / "articles" / "uighur-refugees-2020.txt").resolve()
pytestmark = [pytest.mark.shared, pytest.mark.skipif(not ARTICLE.is_file(), reason="needs ../shared/data/articles")]


@pytest.fixture(scope="module")
def reading() -> Reading:
    return read.read_document(ARTICLE.read_bytes(), name=ARTICLE.name, published="2020-06-22")


def test_all_five_denials_or_refusals_are_attributed(reading: Reading) -> None:
    answers = [said for said in reading.statements if said.stance in answer_codes("attribution")]
    assert sorted((said.stance, said.speaker_country) for said in answers) == [
        ("declines_to_comment", "BE"),
        *[("denies", "CN")] * 4,
    ]
    assert all(said.speaker for said in answers)


def test_about_twenty_stays_one_aggregate(reading: Reading) -> None:
    twenty = [each for each in reading.incidents if each.aggregate and each.aggregate.value == 20]
    assert len(twenty) == 1
    assert twenty[0].aggregate is not None
    assert twenty[0].aggregate.modifier is Modifier.ABOUT
    assert twenty[0].scope == "aggregate"


def test_the_masked_call_in_antwerp_is_one_incident(reading: Reading) -> None:
    calls = [each for each in reading.incidents if each.host_place == "Antwerp" and each.scope == "event"]
    assert [(each.tactic, each.host_country, each.origin_state, each.date.edtf) for each in calls] == [
        ("proxy_family_call", "BE", "CN", "2019-07")
    ]
    assert calls[0].denied_by


def test_every_span_is_grounded(reading: Reading) -> None:
    assert reading.grounded()
    assert reading.document.copy_note.verdict == "altered"
