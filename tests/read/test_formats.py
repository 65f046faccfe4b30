"""What a file is, by its bytes; a name that says otherwise is told."""

import io
import zipfile

import pytest

from panah.errors import UnknownFormat, Unreadable
from panah.read import formats

MAIL = b"From: a@example.org\r\nSubject: s\r\nDate: Mon, 1 Jun 2020 10:00:00 +0000\r\n\r\nbody"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"Ana said no.", "text/plain"),
        (b"From: the beginning\nwe knew\nit: all", "text/plain"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\n%PDF-1.7\n", "application/pdf"),
        (b"PK\x03\x04rest", formats.DOCX),
        (b"<!DOCTYPE html><p>", "text/html"),
        (b"  <!-- note -->\n<HTML lang=en>", "text/html"),
        (b"<p>Ana said no.</p>", "text/html"),
        (b"\xef\xbb\xbf<html>", "text/html"),
        (b'<?xml version="1.0"?><!DOCTYPE html><html>', "text/html"),
        (b"<people> said", "text/plain"),
        (MAIL, "message/rfc822"),
        (MAIL.replace(b"\r\n", b"\n"), "message/rfc822"),
    ],
)
def test_the_bytes_decide(data: bytes, kind: str) -> None:
    assert formats.recognise(data) == kind


def test_xml_that_is_no_page_is_refused() -> None:
    with pytest.raises(UnknownFormat, match="XML file that is no page"):
        formats.recognise(b'<?xml version="1.0"?><kml/>')


@pytest.mark.parametrize(
    ("name", "data"), [("a.txt", b"%PDF-1.7"), ("a.pdf", b"text"), ("a.docx", b"<html>"), ("A.EML", b"PK\x03\x04")]
)
def test_a_name_that_says_otherwise_is_an_error(name: str, data: bytes) -> None:
    with pytest.raises(UnknownFormat, match="the name says"):
        formats.recognise(data, name)


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a", "a.unknown", "folder.pdf/a", ""])
def test_text_of_any_other_name_is_read(name: str) -> None:
    assert formats.open_document(b"Ana said no.", name).text == "Ana said no."


@pytest.mark.parametrize("data", [b"", b"   \n"])
def test_nothing_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable, match="nothing to read"):
        formats.open_document(data, "a.txt")


def test_an_archive_that_is_no_docx() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(UnknownFormat, match="ZIP archive that is no DOCX"):
        formats.open_document(packed.getvalue(), "a")
