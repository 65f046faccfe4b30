"""The reading room: originals that only a computer without a network opens, with the real ``age``; nothing here does.

The attack: everything that the server and its members hold is tried on the sealed files. The control run has no room.
"""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse
from intake_reports import opened_for, reported
from stores_factories import ALLEGATION, TEXT, tell
from two_people import approve, let_in

from panah.errors import NotOpened, Refused
from panah.vault.age_stream import parse_recipients
from panah.vault.blobs import BlobKey
from panah.vault.padding import bucket
from panah.web.cases.rotation import rotate, sealed_models
from panah.web.evidence import custody
from panah.web.evidence.copies import make_copy
from panah.web.evidence.models import EvidenceItem
from panah.web.evidence.places import original_chunks
from panah.web.evidence.queries import files_with_an_old_key, is_in_reading_room, record_in, stored_in
from panah.web.evidence.records import evidence_folder
from panah.web.evidence.renewal import renew_file
from panah.web.outflow.actions import ask_for_original, export_original
from panah.web.register.documents import take_in_document

pytestmark = pytest.mark.skipif(shutil.which("age") is None, reason="needs age")


@pytest.fixture
def laptop(tmp_path: Path) -> Callable[[bytes, int], bytes]:
    """A computer without a network: its key, and how it opens a sealed file. ``recipient`` is all that leaves it."""
    key = tmp_path / "laptop" / "room.key"
    key.parent.mkdir()
    subprocess.run(["age-keygen", "-o", str(key)], check=True, capture_output=True)

    def opened(sealed: bytes, size: int) -> bytes:
        carried = key.parent / "carried.age"
        carried.write_bytes(sealed)
        command = f"age -d -i {key} {carried} | head -c {size}"
        return subprocess.run(["bash", "-o", "pipefail", "-c", command], check=True, capture_output=True).stdout

    opened.recipient = re.search(r"age1[a-z0-9]+", key.read_text()).group()  # type: ignore[attr-defined, union-attr]
    opened.identity = re.search(r"AGE-SECRET-KEY-1[A-Z0-9]+", key.read_text()).group()  # type: ignore[attr-defined, union-attr]
    return opened


@pytest.fixture
def room(settings: Any, laptop: Any) -> Any:
    settings.PANAH_READING_ROOM = [laptop.recipient]
    return laptop


def sealed_file(item: EvidenceItem) -> bytes:
    return (evidence_folder() / f"{item.blob_name}.age").read_bytes()


def opens_with_all_there_is(story: Any) -> list[str]:
    """Every string that looks like an identity in anything that any key of the case opens, tried on every file."""
    import pyrage

    found: set[str] = set()
    for model in sealed_models():
        for row in model.objects.filter(case=story.opened.case):
            found |= set(re.findall(r"AGE-SECRET-KEY-1[A-Z0-9]+", story.opened.field(row).decode(errors="replace")))
    opened = []
    for identity in found:
        for path in evidence_folder().iterdir():
            try:
                pyrage.decrypt(path.read_bytes(), [pyrage.x25519.Identity.from_str(identity)])
            except pyrage.DecryptError:
                continue
            opened.append(path.stem)
    return opened


def test_the_laptop_opens_it_and_this_server_does_not(cast: Any, data_folder: Path, room: Any) -> None:
    story = tell(cast.case_worker)
    assert is_in_reading_room(story.opened, story.item)
    assert opens_with_all_there_is(story) == []
    record = record_in(story.opened, story.item)
    assert room(sealed_file(story.item), record.size_bytes) == TEXT.encode()
    assert record.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
    with pytest.raises(NotOpened, match="reading room"):
        list(original_chunks(story.opened, story.item))
    with pytest.raises(NotOpened, match="reading room"):
        make_copy(story.member, story.opened, story.item)
    custody.verify_custody()


def test_without_a_room_the_same_attack_succeeds(cast: Any, data_folder: Path, laptop: Any) -> None:
    """The control."""
    story = tell(cast.case_worker)
    assert opens_with_all_there_is(story) == [story.item.blob_name]
    assert b"".join(original_chunks(story.opened, story.item)) == TEXT.encode()
    with pytest.raises(subprocess.CalledProcessError):
        laptop(sealed_file(story.item), 10)


def test_the_identity_is_nowhere_on_the_server(cast: Any, data_folder: Path, room: Any) -> None:
    tell(cast.case_worker)
    reported(file=b"a photograph")
    for model in apps.get_models():
        for values in model._default_manager.values_list():
            assert room.identity not in str(values)
    for path in data_folder.rglob("*"):
        assert not path.is_file() or room.identity.encode() not in path.read_bytes()


def test_the_sealed_file_leaves_when_two_agree(cast: Any, data_folder: Path, room: Any) -> None:
    story = tell(cast.case_worker)
    with pytest.raises(Refused):
        export_original(story.member, story.reopened("outflow"), story.item)
    approve(story.player, ask_for_original(story.member, story.player.keys, story.item))
    given = export_original(story.member, story.reopened("outflow"), story.item)
    assert given == sealed_file(story.item)
    assert room(given, len(TEXT)) == TEXT.encode()


def test_a_reporters_file_goes_straight_into_the_room(cast: Any, data_folder: Path, room: Any) -> None:
    report, _code = reported(file=b"a photograph")
    opened = opened_for(cast.case_worker, report)
    item = EvidenceItem.objects.get()
    assert is_in_reading_room(opened, item)
    assert room(sealed_file(item), 12) == b"a photograph"
    assert bucket(12) == 32 or len(sealed_file(item)) > 12


def test_what_was_read_of_it_stays_readable_here(cast: Any, data_folder: Path, room: Any) -> None:
    story = tell(cast.case_worker)
    letter = io.BytesIO(b"A man telephoned Ana Invented in Vienna on 3 May 2024 and threatened her brother.")
    document = take_in_document(story.member, story.opened, letter, "letter.txt")
    page = cast.case_worker.client.get(reverse("desk:evidence", args=[document.item_id])).content.decode()
    assert "In the reading room" in page
    assert "threatened her brother" in page, "the view, under the case's key"
    assert f"head -c {record_in(story.opened, document.item).size_bytes}" in page


def test_pages_say_so_and_do_not_break(cast: Any, data_folder: Path, room: Any) -> None:
    story = tell(cast.case_worker)
    row = story.answered_incident()
    worker = cast.case_worker.client
    page = worker.get(reverse("desk:evidence", args=[story.item.pk])).content.decode()
    assert "In the reading room" in page
    assert ALLEGATION not in page.split("In the reading room")[1].split("</section>")[0]
    incident = worker.get(reverse("desk:incident", args=[row.pk]))
    assert incident.status_code == 200
    assert ALLEGATION in incident.content.decode(), "the claim's own words"
    assert worker.post(reverse("desk:working_copy", args=[story.item.pk])).status_code == 403


def test_a_phone_export_is_read_first_and_then_goes_in(cast: Any, data_folder: Path, room: Any) -> None:
    from panah.web.intake import phones

    story = tell(cast.case_worker)
    xml = '<smses count="1"><sms address="+447700900987" date="1772485500000" type="1" body="come home" /></smses>'
    token = phones.send(io.BytesIO(xml.encode()), "sms.xml", 10**6, time_zone="")
    everybody = phones.selection_of(["+447700900987"], [])
    row = phones.keep(story.member, story.player.keys, story.opened, token, everybody, with_original=True)
    assert is_in_reading_room(story.opened, row.item)
    assert room(sealed_file(row.item), len(xml)) == xml.encode()


def test_there_is_no_key_to_renew(cast: Any, data_folder: Path, room: Any) -> None:
    story = tell(cast.case_worker)
    before = sealed_file(story.item)
    let_in(story.player, story.opened.case, cast.colleague.member)
    opened = rotate(story.member, story.player.keys, story.reopened("rotation"))
    assert not files_with_an_old_key(story.member).exists()
    item = EvidenceItem.objects.get(pk=story.item.pk)
    EvidenceItem.objects.filter(pk=item.pk).update(blob_version=0)  # as when it moves to another case
    renew_file(story.member, opened, item)
    assert sealed_file(item) == before
    assert not files_with_an_old_key(story.member).exists()
    assert stored_in(opened, item).identity == ""


def test_several_laptops(cast: Any, data_folder: Path, settings: Any, laptop: Any) -> None:
    second = BlobKey.generate()
    settings.PANAH_READING_ROOM = [second.recipient, laptop.recipient]
    story = tell(cast.case_worker)
    assert laptop(sealed_file(story.item), len(TEXT)) == TEXT.encode()
    assert len(parse_recipients(settings.PANAH_READING_ROOM)) == 2


def test_a_wrong_recipient_fails_at_start(tmp_path: Path) -> None:
    import os
    import sys

    code = "from panah.web.config import boot; import sys; boot(sys.argv[1])"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PANAH_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "data")],
        env=environment | {"PANAH_READING_ROOM": "age1nonsense", "DATABASE_URL": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0
    assert "recipient 1 is not an age recipient" in done.stderr
