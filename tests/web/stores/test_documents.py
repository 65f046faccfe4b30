"""Documents: read at once, stated part by part; nothing counts before a member has decided."""

from __future__ import annotations

import io
from typing import Any

import pytest

from panah.demo.article import article_text, spun_reprint
from panah.errors import BadRow, NoGrant, PanahError, Refused, Unreadable
from panah.model.denials import answer_codes
from panah.model.review import Decided
from panah.web.evidence.models import EvidenceItem
from panah.web.register import documents
from panah.web.register.models import Claim, DocumentReview, Incident
from panah.web.register.queries import document_of, documents_waiting_for, n_waiting
from panah.web.register.reading import CaseReader

LETTER = (
    "In Vienna, Ana Invented's brother called her from his home on 21 November 2024 with the police beside him. "
    '"He asked me to stop speaking on the radio, and I heard somebody tell him what to say," Invented said.\n\n'
    'The Chinese Embassy in Vienna denied the account. "Nobody of ours has telephoned anyone," it said.\n\n'
    "The association knows of about 20 further cases.\n"
)


def taken_in(story: Any, text: str = LETTER, **more: Any) -> DocumentReview:
    return documents.take_in_document(
        story.member, story.opened, io.BytesIO(text.encode()), "letter.txt", published="2024-12", **more
    )


def part(row: DocumentReview, story: Any, kind: str) -> str:
    return next(name for name in documents.review_in(story.opened, row).parts() if name.startswith(kind))


def test_reading_states_nothing(story: Any) -> None:
    row = taken_in(story)
    assert row.n_open >= 4
    assert Claim.objects.count() == Incident.objects.count() == 0
    assert n_waiting(story.member) == row.n_open
    assert list(documents_waiting_for(story.member)) == [row]


def test_an_accepted_act_is_an_incident_with_its_words_and_its_denial(story: Any) -> None:
    row = taken_in(story)
    review = documents.accept(story.member, story.opened, row, part(row, story, "incident"))
    incident = Incident.objects.get()
    assert incident.decision == "confirmed"
    assert (incident.tactic, incident.host_country, incident.month) == ("proxy_family_call", "AT", "2024-11")
    view = CaseReader(story.opened).incident(incident)
    assert view.is_answered
    assert {each.source.name for each in view.answers} == {"Chinese Embassy in Vienna"}
    assert view.n_independent_sources == 1, "the letter and whom it quotes"
    for each in view.claims:
        assert each.excerpt is not None
        assert each.excerpt.words == each.claim.text
    assert len(review.open_parts()) < row.n_open
    assert not {"incident-0"} & set(review.open_parts())


def test_what_was_put_right_is_what_counts(story: Any) -> None:
    row = taken_in(story)
    edits = {"tactic": "death_threat", "date": "2024-11~", "host_country": "", "host_place": ""}
    review = documents.accept(story.member, story.opened, row, part(row, story, "incident"), edits)
    incident = Incident.objects.get()
    assert (incident.tactic, incident.host_country, incident.month) == ("death_threat", "", "2024-11")
    assert review.decisions["incident-0"] == Decided.EDITED


@pytest.mark.parametrize("edits", [{"date": "last week"}, {"tactic": "unheard_of"}, {"host_country": "Atlantis"}])
def test_a_wrong_edit_changes_nothing(story: Any, edits: dict[str, str]) -> None:
    row = taken_in(story)
    with pytest.raises(BadRow):
        documents.accept(story.member, story.opened, row, part(row, story, "incident"), edits)
    row.refresh_from_db()
    assert Claim.objects.count() == Incident.objects.count() == 0
    assert not documents.review_in(story.opened, row).decisions


def test_a_count_stays_one_claim(story: Any) -> None:
    row = taken_in(story)
    documents.accept(story.member, story.opened, row, part(row, story, "count"))
    assert Incident.objects.count() == 0
    [view] = CaseReader(story.opened).claims(None)
    assert view.claim.aggregate is not None
    assert view.claim.aggregate.value == 20


def test_a_rejected_denial_does_not_come_back_with_the_act(story: Any) -> None:
    row = taken_in(story)
    review = documents.review_in(story.opened, row)
    denials = [
        f"statement-{number}"
        for number, each in enumerate(review.reading.statements)
        if each.stance in answer_codes("attribution")
    ]
    assert denials
    documents.reject(story.member, story.opened, row, *denials)
    documents.accept(story.member, story.opened, row, part(row, story, "incident"))
    view = CaseReader(story.opened).incident(Incident.objects.get())
    assert not view.answers
    assert not view.is_answered, "so nothing of it leaves"


def test_a_part_is_decided_once(story: Any) -> None:
    row = taken_in(story)
    documents.reject(story.member, story.opened, row, "incident-0")
    for again in (documents.accept, documents.reject):
        with pytest.raises(Refused, match="decided before"):
            again(story.member, story.opened, row, "incident-0")
    with pytest.raises(Refused, match="no such part"):
        documents.accept(story.member, story.opened, row, "incident-99")
    assert Incident.objects.count() == 0


def test_a_spun_reprint_is_one_source_and_counts_no_act_again(story: Any) -> None:
    import numpy as np

    original = taken_in(story, article_text())
    documents.accept_rest(story.member, story.opened, original)
    n = Incident.objects.count()
    assert n > 3
    reprint = taken_in(
        story, spun_reprint(article_text(), np.random.default_rng(3)), known=documents.known_in(story.opened)
    )
    review = documents.review_in(story.opened, reprint)
    assert review.seen_before is not None
    assert review.seen_before.evidence_id == original.item_id
    assert {each.fate for each in review.seen_before.quotations} >= {"identical"}
    documents.accept_rest(story.member, story.opened, reprint)
    assert Incident.objects.count() == n
    first, second = (
        documents.source_of(story.opened, documents.review_in(story.opened, row)) for row in (original, reprint)
    )
    assert first.corroborates_as == second.corroborates_as


def test_whoever_is_not_in_the_case_sees_and_decides_nothing(cast: Any, story: Any) -> None:
    row = taken_in(story)
    stranger = cast.stranger.member
    assert document_of(stranger, row.item_id) is None
    assert n_waiting(stranger) == 0
    with pytest.raises(NoGrant):
        documents.accept(stranger, story.opened, row, "incident-0")
    assert Incident.objects.count() == 0


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"%PDF-1.4 cut off", b"PK\x03\x04", b"\xff\xfe\xff"])
def test_what_cannot_be_read_leaves_nothing(story: Any, data: bytes) -> None:
    before = EvidenceItem.objects.count()
    with pytest.raises(PanahError):
        documents.take_in_document(story.member, story.opened, io.BytesIO(data), "x.bin")
    assert EvidenceItem.objects.count() == before
    assert not DocumentReview.objects.exists()


def test_too_large_is_refused_before_anything_is_sealed(story: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "LARGEST_VIEW_BYTES", 100)
    before = EvidenceItem.objects.count()
    with pytest.raises(Unreadable, match="too large"):
        taken_in(story, "word " * 100)
    assert EvidenceItem.objects.count() == before
