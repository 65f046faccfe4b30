"""Working copies: none of the canaries of any kind is in the copy, what is seen and heard is, and what cannot be cleaned
is refused. The scan that looks for them knows none of the formats; on the originals it must find every one."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from typing import Any

import pytest
from PIL import Image
from planted_media import EVERY, SAMPLES, docx, found_in, jpeg, mp3, open_document, picture, planted_film, xlsx, zipped

from panah.clean import KINDS, kind_of, running, working_copy
from panah.clean.boxes import boxes
from panah.clean.checking import READERS, check_clean
from panah.clean.scan import NotClean
from panah.errors import Refused, Unreadable

pytestmark = pytest.mark.slow  # a process for each copy


@pytest.fixture(scope="module", params=EVERY, ids=list(EVERY))
def planted(request: Any) -> Any:
    made = EVERY[request.param]()
    made.copy = working_copy(made.content)
    return made


def test_no_canary_is_in_the_copy_and_every_one_is_in_the_original(planted: Any) -> None:
    assert found_in(planted.content, planted.canaries) == set(planted.canaries), "the scan is blind"
    assert found_in(planted.copy.content, planted.canaries) == set()


def test_the_original_stays_as_it_was(planted: Any) -> None:
    before = hashlib.sha256(planted.content).hexdigest()
    working_copy(planted.content)
    assert hashlib.sha256(planted.content).hexdigest() == before != planted.copy.sha256


def test_the_original_is_not_clean_and_a_copy_of_the_copy_is(planted: Any) -> None:
    code = planted.copy.kind.code
    with pytest.raises(NotClean):
        check_clean(code, planted.content)
    again = kind_of(planted.copy.content).code
    check_clean(again, planted.copy.content)


def test_every_kind_is_tried_here_and_has_a_reader() -> None:
    assert set(KINDS) == set(READERS)
    assert set(KINDS) - {"text"} <= {kind_of(make().content).code for make in EVERY.values()}


def test_the_checking_reader_refuses_what_is_put_in_afterwards(planted: Any) -> None:
    """A canary anywhere at the end, and in the middle of the structure, is told before anything is given out."""
    code = planted.copy.kind.code
    with pytest.raises(NotClean):
        check_clean(code, planted.copy.content + b"canary canary canary")


# --- what is seen and heard stays -------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["png", "tiff"])
def test_pixels_are_the_same(kind: str) -> None:
    planted = EVERY[kind]()
    plain = io.BytesIO()
    picture().save(plain, "PNG")
    copy = Image.open(io.BytesIO(working_copy(planted.content).content)).convert("RGB")
    assert copy.size == (64, 48)
    assert kind == "tiff" or copy.info == {}
    # the profile is converted to sRGB, so a step of rounding is allowed
    differences = [abs(a - b) for a, b in zip(copy.tobytes(), picture().tobytes(), strict=True)]
    assert max(differences) <= 2


def test_a_turned_photograph_stands_upright() -> None:
    told = Image.Exif()
    told[0x0112] = 6
    out = io.BytesIO()
    picture((60, 20)).save(out, "JPEG", exif=told)
    copy = Image.open(io.BytesIO(working_copy(out.getvalue()).content))
    assert copy.size == (20, 60)
    assert not copy.getexif()


def test_all_pictures_of_an_animation_come_along() -> None:
    copy = Image.open(io.BytesIO(working_copy(EVERY["gif"]().content).content))
    assert copy.n_frames == 2


def test_transparency_stays() -> None:
    out = io.BytesIO()
    clear = picture().convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize((64, 48)))
    clear.save(out, "PNG")
    copy = Image.open(io.BytesIO(working_copy(out.getvalue()).content))
    assert copy.mode == "RGBA"
    assert copy.getchannel("A").tobytes() == clear.getchannel("A").tobytes()


def test_a_pdf_has_its_pages_as_pictures() -> None:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(working_copy(EVERY["pdf"]().content).content))
    assert [(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages] == [
        (300, 200),
        (200, 300),
    ]
    assert reader.metadata is None
    assert all(not page.extract_text() for page in reader.pages)


def samples_of(data: bytes) -> int:
    """How many samples a film's tables tell of."""
    return sum(
        int.from_bytes(data[match.start() + 12 : match.start() + 16], "big") for match in re.finditer(b"stsz", data)
    )


@pytest.mark.parametrize("name", ["film.mp4", "film-hevc.mp4", "film.mov", "tone.m4a"])
def test_every_sample_of_pictures_and_sound_comes_along(name: str) -> None:
    original = (SAMPLES / name).read_bytes()
    copy = working_copy(original).content
    assert samples_of(copy) == samples_of(original) > 40
    assert [box.name for box in boxes(copy, 0, len(copy))] == [b"ftyp", b"moov", b"mdat"]


def test_every_frame_of_sound_comes_along() -> None:
    copy = working_copy((SAMPLES / "tone.mp3").read_bytes()).content
    assert len(copy) == 6165
    assert b"LAME" in mp3().content
    assert b"Xing" not in copy
    assert b"Info" not in copy


def test_words_of_documents_stay() -> None:
    for make in (docx, lambda: open_document("odt"), lambda: open_document("ods")):
        with zipfile.ZipFile(io.BytesIO(working_copy(make().content).content)) as packed:
            assert packed.testzip() is None
            main = next(name for name in packed.namelist() if name in {"word/document.xml", "content.xml"})
            text = re.sub("<[^>]+>", "", packed.read(main).decode())
            assert "These words stay." in text
    with zipfile.ZipFile(io.BytesIO(working_copy(docx().content).content)) as packed:
        text = re.sub("<[^>]+>", "", packed.read("word/document.xml").decode())
        assert text.strip() == "These words stay. Added words stay. Tail.In a control."
        assert b"https://example.org/" in packed.read("word/_rels/document.xml.rels")


def test_our_own_reader_reads_the_copy_of_a_document(tmp_path: Any) -> None:
    from panah.read import read_document

    reading = read_document(working_copy(docx().content).content, name="copy.docx")
    assert "Added words stay." in reading.document.text


def test_a_table_opens_with_its_values() -> None:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(working_copy(xlsx().content).content))
    assert [[cell.value for cell in row][:2] for row in book.active.iter_rows()] == [["month", "calls"], ["2024-03", 7]]
    assert not book.properties.creator or book.properties.creator == "openpyxl"


def test_plain_text_is_the_same_bytes() -> None:
    words = "a message, یەنە 一\n".encode()
    assert working_copy(words).content == words


# --- what is refused --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><metadata>x</metadata></svg>",
        b"<html><head><meta name='author'></head></html>",
        b"{\\rtf1 x}",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        b"fLaC" + bytes(100),
        b"RIFF\x00\x00\x00\x00AVI " + bytes(100),
        b"\x1a\x45\xdf\xa3" + bytes(100),
        b"SQLite format 3\x00",
        b"",
        zipped({"a.txt": "x"}),
        zipped({"ppt/presentation.xml": "<a/>"}),
    ],
    ids=["svg", "html", "rtf", "doc", "flac", "avi", "matroska", "database", "empty", "zip", "slides"],
)
def test_other_kinds_are_refused(content: bytes) -> None:
    with pytest.raises(Refused, match="no clean copy"):
        working_copy(content)


def changed(make: Any, name: str, before: bytes, after: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(make().content)) as packed:
        members: dict[str, Any] = {each: packed.read(each) for each in packed.namelist()}
    assert before in members.get(name, before)
    members[name] = members.get(name, b"").replace(before, after) or after
    return zipped(members)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (changed(docx, "word/embeddings/oleObject1.bin", b"", b"x"), "embedded object"),
        (changed(docx, "word/vbaProject.bin", b"", b"x"), "macro"),
        (changed(docx, "word/document.xml", b"<w:sdt>", b"<w:object/><w:sdt>"), "embedded object"),
        (changed(xlsx, "xl/workbook.xml", b'state="visible"', b'state="hidden"'), "hidden"),
        (
            changed(
                lambda: open_document("ods"),
                "content.xml",
                b"<table:table-row",
                b'<table:table-row table:visibility="collapse"',
            ),
            "hidden",
        ),
        (changed(lambda: open_document("odt"), "Object 1/content.xml", b"", b"<a/>"), "embedded object"),
        (changed(docx, "word/media/image1.jpeg", jpeg().content, b"<svg/>"), "picture"),
    ],
)
def test_what_cannot_be_carried_is_refused_by_name(content: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        working_copy(content)


def test_a_film_in_fragments_is_refused() -> None:
    film = planted_film("film.mp4").content
    with pytest.raises(Refused, match="fragments"):
        working_copy(film + (8).to_bytes(4, "big") + b"moof")


def test_a_locked_document_is_refused() -> None:
    from pypdf import PdfWriter

    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret")
    writer.write(out)
    with pytest.raises(Refused, match="password"):
        working_copy(out.getvalue())


# --- hostile files ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", list(EVERY))
def test_files_that_are_cut_or_spoilt_never_pass_unclean(kind: str) -> None:
    """Cut and changed anywhere: a clean copy or an error of ours, and never a canary. In this process, for speed."""
    from panah.clean.child import maker

    planted = EVERY[kind]()
    content, code = planted.content, kind_of(planted.content).code
    step = max(1, len(content) // 12)
    spoilt = [content[:at] for at in range(step, len(content), step)]
    spoilt += [content[:at] + b"\xff\x00\xff" + content[at + 3 :] for at in range(64, len(content), step)]
    n_made = 0
    for each in spoilt:
        try:
            made = maker(code)(each)
            check_clean(code, made)
        except (Refused, Unreadable, MemoryError, IndexError, ValueError, KeyError):
            continue
        n_made += 1
        assert found_in(made, planted.canaries) == set()
    assert n_made < len(spoilt) or kind == "wav", "of sound that is cut, what is there is sound"


def test_a_flood_of_pixels_is_refused() -> None:
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    with pytest.raises(Refused, match="pixels"):
        working_copy(out.getvalue())


def test_a_zip_bomb_is_refused() -> None:
    members: dict[str, Any] = {"word/document.xml": b"<a>" + b"x" * (250 << 20) + b"</a>"}
    with pytest.raises(Unreadable):
        working_copy(zipped(members))


def test_entities_are_refused() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "x">]><w:document/>'
    with pytest.raises(Unreadable):
        working_copy(zipped({"word/document.xml": bomb}))


def test_what_takes_too_long_is_ended() -> None:
    with pytest.raises(Unreadable, match="too long"):
        working_copy(jpeg().content, wall_s=0.01)


def test_more_than_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "LARGEST_BYTES", 100)
    with pytest.raises(Unreadable, match="more than"):
        working_copy(jpeg().content)


def test_a_child_that_was_taken_over_smuggles_nothing_past(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the process answers is read once more here."""
    monkeypatch.setattr(running, "_made", lambda _kind, data, _wall_s: data)
    for kind, make in EVERY.items():
        with pytest.raises(NotClean):
            working_copy(make().content)
        assert kind


def test_the_child_writes_no_file(tmp_path: Any) -> None:
    import subprocess
    import sys

    target = tmp_path / "written"
    code = f"from panah.clean import child; child._limit(); open({str(target)!r}, 'wb', 0).write(b'x' * 100)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True)
    assert done.returncode != 0
    assert not target.exists() or target.stat().st_size == 0
    control = subprocess.run([sys.executable, "-c", code.replace("child._limit();", "")], capture_output=True)
    assert control.returncode == 0
    assert target.stat().st_size == 100
