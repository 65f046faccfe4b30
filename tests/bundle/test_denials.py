"""Denials travel along: what is an allegation, what is its answer, and that nothing leaves without it."""

from __future__ import annotations

from pathlib import Path

import pytest
from bundle_cast import evidence_of, register_of, small_bundle

from panah.codes import thesaurus
from panah.errors import DenialMissing
from panah.model.base import new_id
from panah.model.denials import answer_codes, check_denials
from panah.model.incident import Response

ITEM = evidence_of(b"x").items[0]


def test_answers_are_codes_of_the_thesauri() -> None:
    for name in ("attribution", "response"):
        assert answer_codes(name)
        assert answer_codes(name) <= set(thesaurus(name))
    assert "asserts" not in answer_codes("attribution")
    assert "investigation" not in answer_codes("response")


def test_an_allegation_with_its_denial_may_leave() -> None:
    register = register_of(ITEM)
    check_denials(register["claims"], register["responses"], register["incidents"])
    check_denials(register["claims"], ())
    check_denials((), ())


@pytest.mark.parametrize("stance", ["denies", "denies_responsibility", "declines_to_comment", "no_knowledge"])
def test_every_kind_of_answer_counts(stance: str) -> None:
    alleged, denied = register_of(ITEM)["claims"]
    check_denials([alleged, denied.model_copy(update={"stance": stance})], ())


@pytest.mark.parametrize("stance", ["asserts", "unknown", "refuses_to_name"])
def test_nothing_else_counts_as_an_answer(stance: str) -> None:
    alleged, denied = register_of(ITEM)["claims"]
    with pytest.raises(DenialMissing, match=alleged.incident_id):
        check_denials([alleged, denied.model_copy(update={"stance": stance})], ())


def test_a_denial_of_another_incident_does_not_count() -> None:
    alleged, denied = register_of(ITEM)["claims"]
    elsewhere = denied.model_copy(update={"incident_id": new_id(), "answers": None})
    with pytest.raises(DenialMissing):
        check_denials([alleged, elsewhere], ())
    check_denials([alleged, elsewhere.model_copy(update={"answers": alleged.id})], ())


@pytest.mark.parametrize(("kind", "enough"), [("none_found", True), ("no_comment", True), ("investigation", False)])
def test_a_response_or_the_note_that_none_was_found_counts(kind: str, enough: bool) -> None:
    register = register_of(ITEM)
    alleged, _ = register["claims"]
    response = Response(id=new_id(), kind=kind, source_id=new_id(), incident_ids=(alleged.incident_id,))
    general = response.model_copy(update={"incident_ids": ()})
    if enough:
        check_denials([alleged], [response])
    else:
        with pytest.raises(DenialMissing):
            check_denials([alleged], [response])
    with pytest.raises(DenialMissing):
        check_denials([alleged], [general])


def test_claims_about_no_incident_are_answered_together() -> None:
    alleged, denied = (
        claim.model_copy(update={"incident_id": None, "answers": None}) for claim in register_of(ITEM)["claims"]
    )
    check_denials([alleged, denied], ())
    with pytest.raises(DenialMissing, match="no incident"):
        check_denials([alleged], ())


def test_an_incident_alone_alleges() -> None:
    register = register_of(ITEM)
    with pytest.raises(DenialMissing):
        check_denials((), (), register["incidents"])


def test_the_message_counts_and_shows_no_words() -> None:
    claims = [register_of(ITEM)["claims"][0] for _ in range(3)]
    with pytest.raises(DenialMissing, match="and 2 more") as caught:
        check_denials(claims, ())
    assert claims[0].text not in str(caught.value)


def test_no_bundle_is_made_without_the_denial(tmp_path: Path) -> None:
    evidence = evidence_of(b"x")
    register = register_of(evidence.items[0])
    with pytest.raises(DenialMissing):
        small_bundle(
            tmp_path / "b.zip", claims=register["claims"][:1], incidents=(), responses=(), sources=register["sources"]
        )
    assert not list(tmp_path.iterdir())
