"""DOCX: paragraphs of the main text; bombs, entities and locked files are refused."""

import io
import zipfile

import pytest

from panah.errors import Unreadable
from panah.read import from_docx

SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(body: str, head: str = "") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"{head}<w:document {SPACE}><w:body>{body}</w:body></w:document>")
    return packed.getvalue()


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"PK\x03\x04" + b"\x00" * 60, docx(paragraph("a"))[:-30]])
def test_a_damaged_archive_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable, match="damaged"):
        from_docx.read_docx(data, "a.docx")


def test_entities_are_refused() -> None:
    attack = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    with pytest.raises(Unreadable, match="damaged"):
        from_docx.read_docx(docx(paragraph("&b;"), attack), "a.docx")


def test_an_archive_that_unpacks_to_far_more_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(from_docx, "MAX_PART_BYTES", 1000)
    with pytest.raises(Unreadable, match="unpacks to far more"):
        from_docx.read_docx(docx(paragraph("a" * 5000)), "a.docx")


def test_no_text_is_refused() -> None:
    with pytest.raises(Unreadable, match="no text"):
        from_docx.read_docx(docx("<w:p/>"), "a.docx")


def test_paragraphs_tabs_breaks_and_tables() -> None:
    body = (
        paragraph("One &amp; two")
        + '<w:p><w:r><w:t xml:space="preserve">non</w:t><w:noBreakHyphen/><w:t>stop</w:t><w:tab/><w:t>x</w:t></w:r></w:p>'
        + f"<w:tbl><w:tr><w:tc>{paragraph('cell')}</w:tc></w:tr></w:tbl>"
    )
    document = from_docx.read_docx(docx(body), "a.docx")
    assert document.text == "One & two\n\nnon-stop\tx\n\ncell"
    assert [stretch.of(document.text) for stretch in document.paragraphs] == ["One & two", "non-stop\tx", "cell"]
