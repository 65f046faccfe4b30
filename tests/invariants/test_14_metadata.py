"""What is shared tells no device, place, time or name: working copies of every kind, through the stores and the pages.

The attack: a canary in every place where devices and programs write about themselves (``support/planted_media.py``), and a
scan that knows none of the formats. The control: on the originals the same scan finds every canary.
"""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from planted_media import EVERY, found_in
from stores_factories import tell
from two_people import let_in

from panah.errors import NoGrant, Refused
from panah.vault import custody as lines
from panah.web.cases.models import DualRequest
from panah.web.evidence import custody
from panah.web.evidence.actions import seal_file
from panah.web.evidence.copies import copy_of, make_copy
from panah.web.evidence.models import EvidenceItem
from panah.web.evidence.places import original_chunks
from panah.web.evidence.queries import custody_of, record_in
from panah.web.evidence.records import evidence_folder

pytestmark = pytest.mark.slow


@pytest.fixture
def story(cast: Any, data_folder: Path) -> Any:
    return tell(cast.case_worker)


def bytes_of(story: Any, item: EvidenceItem) -> bytes:
    return b"".join(original_chunks(story.opened, item))


@pytest.mark.parametrize("kind", EVERY)
def test_a_shared_copy_tells_nothing_and_the_original_is_untouched(story: Any, kind: str) -> None:
    planted = EVERY[kind]()
    item = seal_file(story.member, story.opened, io.BytesIO(planted.content), "IMG_20240301_1003.bin", "E")
    stored = evidence_folder() / f"{item.blob_name}.age"
    sealed, digest = stored.read_bytes(), hashlib.sha256(planted.content).hexdigest()

    copy = make_copy(story.member, story.opened, item)

    content = bytes_of(story, copy)
    assert found_in(planted.content, planted.canaries) == set(planted.canaries), "the control: the scan is not blind"
    assert found_in(content, planted.canaries) == set()
    told = record_in(story.opened, copy)
    assert "IMG" not in told.file_name, "the name of the original tells a day"
    assert told.derived_from == item.pk
    assert told.sha256 == hashlib.sha256(content).hexdigest() != digest
    # the original: its record, its sealed file and its bytes
    assert stored.read_bytes() == sealed
    assert record_in(story.opened, item).sha256 == digest
    assert hashlib.sha256(bytes_of(story, item)).hexdigest() == digest
    # and the log: the original was viewed for it, the copy derived
    assert next(lines.read_line(each.line.encode()).act for each in custody_of(story.opened, copy)) == "derived"
    assert "viewed" in [lines.read_line(each.line.encode()).act for each in custody_of(story.opened, item)]
    custody.verify_custody()


def test_asked_again_it_is_the_same_copy(story: Any) -> None:
    item = seal_file(story.member, story.opened, io.BytesIO(EVERY["png"]().content), "a.png", "E")
    first = make_copy(story.member, story.opened, item)
    assert make_copy(story.member, story.opened, item) == first == copy_of(item)
    with pytest.raises(Refused, match="original"):
        make_copy(story.member, story.opened, first)


def test_what_cannot_be_cleaned_leaves_nothing_behind(story: Any) -> None:
    item = seal_file(story.member, story.opened, io.BytesIO(b"<svg>place</svg>"), "a.svg", "E")
    before = set(evidence_folder().iterdir())
    with pytest.raises(Refused):
        make_copy(story.member, story.opened, item)
    assert set(evidence_folder().iterdir()) == before
    assert copy_of(item) is None


def test_who_is_not_in_the_case_makes_none(cast: Any, story: Any) -> None:
    for player in (cast.stranger, cast.administrator):
        with pytest.raises(NoGrant):
            make_copy(player.member, story.opened, story.item)


def test_over_the_pages_a_copy_leaves_when_two_agree(cast: Any, story: Any) -> None:
    planted = EVERY["jpeg"]()
    item = seal_file(story.member, story.opened, io.BytesIO(planted.content), "IMG.jpg", "E")
    let_in(story.player, story.opened.case, cast.colleague.member)
    worker = cast.case_worker.client
    assert "Make a working copy" in worker.get(reverse("desk:original", args=[item.pk])).content.decode()
    made = worker.post(reverse("desk:working_copy", args=[item.pk]))
    copy = copy_of(item)
    assert copy is not None
    address = reverse("desk:original", args=[copy.pk])
    assert made.url == address
    assert worker.post(address, {"act": "download"}).status_code == 403, "nobody agreed yet"
    worker.post(address, {"act": "ask"})
    request = DualRequest.objects.get()
    assert json.loads(request.details)["originals"] == [copy.pk]
    cast.colleague.client.post(reverse("desk:answer", args=[request.pk]), {"answer": "approve"})
    answer = worker.post(address, {"act": "download"})
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f'attachment; filename="copy-{item.pk[:8]}.jpg"'
    assert found_in(answer.content, planted.canaries) == set()
    assert worker.get(reverse("desk:evidence", args=[copy.pk])).url == reverse("desk:evidence", args=[item.pk])
    assert cast.stranger.client.get(address).status_code == 404
    acts = [lines.read_line(each.line.encode()).act for each in custody_of(story.opened, copy)]
    assert acts[-2:] == ["exported", "viewed"]
