"""Evidence: sealed while it streams, its custody a log that only grows, and the words at a claim's place."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from stores_factories import ALLEGATION, TEXT, tell

from panah.errors import Altered, CustodyBroken, NoGrant, NotVerified, Refused, Unreadable
from panah.model.evidence import Locator
from panah.vault import custody as lines
from panah.web.evidence import actions, custody, queries
from panah.web.evidence.models import Checkpoint, CustodyEntry, EvidenceItem
from panah.web.evidence.places import Places, original_chunks
from panah.web.evidence.records import StoredDetail, evidence_folder


def test_the_original_comes_back_byte_for_byte(story: Any) -> None:
    content = bytes(range(256)) * 5000
    item = actions.seal_file(story.member, story.opened, io.BytesIO(content), "photo.jpg", "E")
    assert b"".join(original_chunks(story.opened, item)) == content
    record = queries.record_in(story.opened, item)
    assert (record.sha256, record.size_bytes) == (hashlib.sha256(content).hexdigest(), len(content))
    assert (record.file_name, record.grade) == ("photo.jpg", "E")


def test_clear_columns_say_only_grade_hour_and_a_rounded_size(story: Any) -> None:
    content = b"x" * 1_000_003
    item = actions.seal_file(story.member, story.opened, io.BytesIO(content), "a.txt", "D")
    row = EvidenceItem.objects.get(pk=item.pk)
    assert row.rounded_size_bytes != len(content)
    assert len(content) <= row.rounded_size_bytes <= len(content) * 1.12
    assert (row.received_hour.minute, row.received_hour.second) == (0, 0)
    assert hashlib.sha256(content).hexdigest() not in (row.blob_name, row.commitment)


def test_no_clear_byte_reaches_the_folder(story: Any) -> None:
    files = list(evidence_folder().iterdir())
    assert len(files) == 1
    assert ALLEGATION.encode() not in files[0].read_bytes()
    assert files[0].stat().st_mode & 0o077 == 0


def test_a_file_over_the_limit_leaves_nothing(story: Any) -> None:
    before = sorted(evidence_folder().iterdir())
    with pytest.raises(Unreadable):
        actions.seal_file(story.member, story.opened, io.BytesIO(b"x" * 5000), "a", "D", at_most=4999)
    assert sorted(evidence_folder().iterdir()) == before
    assert EvidenceItem.objects.count() == 1


def test_a_row_that_cannot_be_written_leaves_no_bytes(story: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = sorted(evidence_folder().iterdir())

    def full(*_args: Any, **_more: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(custody, "record", full)
    with pytest.raises(DatabaseError):
        actions.seal_file(story.member, story.opened, io.BytesIO(b"words"), "a", "D")
    assert sorted(evidence_folder().iterdir()) == before


def test_a_stranger_seals_nothing_into_a_case(cast: Any, story: Any) -> None:
    with pytest.raises(NoGrant):
        actions.seal_file(cast.stranger.member, story.opened, io.BytesIO(b"planted"), "a", "D")


def test_altered_bytes_are_told(story: Any) -> None:
    (path,) = evidence_folder().iterdir()
    spoilt = bytearray(path.read_bytes())
    spoilt[-1] ^= 1
    path.chmod(0o600)
    path.write_bytes(spoilt)
    with pytest.raises((Altered, NotVerified)):
        b"".join(original_chunks(story.opened, story.item))


def test_viewed_is_written_before_a_byte_is_given(story: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    chunks = original_chunks(story.opened, story.item)
    next(chunks)
    last = lines.read_line(CustodyEntry.objects.last().line.encode())
    assert (last.act, last.actor, last.item) == ("viewed", story.member.pk, story.item.commitment)

    def full(*_args: Any, **_more: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(custody, "record", full)
    with pytest.raises(DatabaseError):
        next(original_chunks(story.opened, story.item))


def test_an_excerpt_has_exactly_the_words_and_their_neighbours(story: Any) -> None:
    excerpt = Places(story.opened, around=10).excerpt(story.place(ALLEGATION))
    assert excerpt.words == ALLEGATION
    assert excerpt.before + excerpt.words + excerpt.after == TEXT[: len(ALLEGATION) + 10]
    assert (excerpt.cut_before, excerpt.cut_after) == (False, True)


def test_character_spans_count_in_the_view_not_in_the_original(story: Any) -> None:
    html = actions.seal_file(story.member, story.opened, io.BytesIO(b"<p>It <b>rang</b>.</p>"), "a.html", "D")
    actions.keep_view(story.member, story.opened, html, "text", b"It rang.")
    excerpt = Places(story.opened).excerpt(Locator(evidence_id=html.pk, unit="character", start=3, end=7))
    assert excerpt.words == "rang"
    bytes_of_it = Places(story.opened).excerpt(Locator(evidence_id=html.pk, unit="byte", start=9, end=13))
    assert bytes_of_it.words == "rang"


def test_rows_come_from_the_view_or_else_from_the_lines(story: Any) -> None:
    table = actions.seal_file(story.member, story.opened, io.BytesIO(b"id,name\nA1,Invented\n"), "a.csv", "D")
    second = Locator(evidence_id=table.pk, unit="row", start=2, end=3)
    assert Places(story.opened).excerpt(second).words == "A1,Invented"
    actions.keep_view(story.member, story.opened, table, "rows", b'{"2": "id: A1"}')
    assert Places(story.opened).excerpt(second).words == "id: A1"


def test_an_item_of_another_case_gives_no_excerpt(cast: Any, story: Any) -> None:
    other = tell(cast.case_worker)
    assert Places(story.opened).excerpt(other.place(ALLEGATION)) is None
    with pytest.raises(NoGrant):
        Places(story.opened).text(other.item)


def test_one_page_logs_an_item_as_viewed_once(story: Any) -> None:
    before = CustodyEntry.objects.filter(line__contains='"act":"viewed"').count()
    places = Places(story.opened)
    places.excerpt(story.place(ALLEGATION))
    places.excerpt(story.place("mother"))
    assert CustodyEntry.objects.filter(line__contains='"act":"viewed"').count() == before + 1


def test_a_view_is_made_of_an_original(story: Any) -> None:
    view = actions.keep_view(story.member, story.opened, story.item, "text", b"words")
    with pytest.raises(Refused):
        actions.keep_view(story.member, story.opened, view, "text", b"words of words")


def test_items_are_their_members_only(cast: Any, story: Any) -> None:
    assert list(queries.originals_of(cast.case_worker.member)) == [story.item]
    for player in (cast.colleague, cast.stranger, cast.administrator):
        assert not queries.originals_of(player.member).exists()
        assert queries.item_of(player.member, story.item.pk) is None


def test_a_detail_is_what_its_line_commits_to(story: Any) -> None:
    entry = queries.custody_of(story.opened, story.item)[0]
    stored = story.opened.record(StoredDetail, entry.detail)
    custody.check_detail(entry, stored)
    assert stored.values()["size_bytes"] == len(TEXT)
    with pytest.raises(CustodyBroken):
        custody.check_detail(entry, stored.model_copy(update={"text": stored.text + " "}))


def test_a_line_says_nothing_personal(story: Any) -> None:
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    for line in custody.all_lines():
        assert digest.encode() not in line
        assert b"told.txt" not in line


def test_checkpoints_are_signed_and_an_unchanged_log_keeps_its_own(story: Any, data_folder: Any) -> None:
    first = custody.checkpoint()
    assert custody.checkpoint().pk == first.pk
    assert custody.check_note(first.note.encode()).size == first.size
    assert (data_folder / custody.SIGNER_FILE).stat().st_mode & 0o077 == 0
    story.claim()
    assert custody.checkpoint().size > first.size
    assert custody.verify_custody().size == Checkpoint.objects.last().size


def test_a_checkpoint_of_somebody_else_is_not_ours(story: Any, data_folder: Any) -> None:
    note = custody.checkpoint().note.encode()
    (data_folder / custody.SIGNER_FILE).unlink()
    with pytest.raises(NotVerified):
        custody.check_note(note)
    with pytest.raises(NotVerified, match="the signing key is gone"):
        custody.checkpoint()
    assert not (data_folder / custody.SIGNER_FILE).exists(), "no other key takes its place"


@pytest.mark.parametrize("table", ["evidence_custodyentry", "evidence_checkpoint", "cases_caselog"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET {} = {}"])
def test_sql_cannot_change_what_only_grows(story: Any, table: str, change: str) -> None:
    custody.checkpoint()
    column = {"evidence_custodyentry": "line", "evidence_checkpoint": "body", "cases_caselog": "reason"}[table]
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(table, column, column))


def test_the_orm_cannot_change_what_only_grows(story: Any) -> None:
    entry = CustodyEntry.objects.first()
    entry.line = entry.line.replace("received", "hashed")
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        entry.save()
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        CustodyEntry.objects.filter(seq=entry.seq).delete()
