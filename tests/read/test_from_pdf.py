"""PDF: the text layer with its pages; damage, locks and scans are told."""

import io

import pytest

from panah.errors import Unreadable
from panah.read import from_pdf


def pdf(*pages: str) -> bytes:
    """A small PDF with one text object a page, written by hand so that no library has to."""
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(pages)))
    objects = {
        1: "<</Type/Catalog/Pages 2 0 R>>",
        2: f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>",
        3: "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    }
    for at, text in enumerate(pages):
        lines = "".join(f"({line}) Tj T* " for line in text.split("\n"))
        stream = f"BT /F1 12 Tf 14 TL 50 700 Td {lines}ET"
        objects[4 + 2 * at] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources<</Font<</F1 3 0 R>>>>/Contents {5 + 2 * at} 0 R>>"
        )
        objects[5 + 2 * at] = f"<</Length {len(stream)}>>stream\n{stream}\nendstream"
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number in sorted(objects):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n{objects[number]}\nendobj\n".encode("latin-1"))
    start = out.tell()
    out.write(f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n".encode())
    out.write("".join(f"{place:010d} 00000 n \n" for place in places).encode())
    out.write(f"trailer<</Size {len(places) + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF".encode())
    return out.getvalue()


@pytest.mark.parametrize("data", [b"%PDF-1.4", b"%PDF-1.4\n" + bytes(range(256)), pdf("Ana")[:200]])
def test_damage_is_told(data: bytes) -> None:
    with pytest.raises(Unreadable, match=r"damaged|no text layer"):
        from_pdf.read_pdf(data, "a.pdf")


def test_a_scan_is_told() -> None:
    with pytest.raises(Unreadable, match="no text layer"):
        from_pdf.read_pdf(pdf(""), "a.pdf")


def test_a_locked_file_is_told() -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("Ana"))))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(Unreadable, match="locked by a password"):
        from_pdf.read_pdf(out.getvalue(), "a.pdf")


def test_too_many_pages_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(from_pdf, "MAX_PAGES", 1)
    with pytest.raises(Unreadable, match="more than 1 pages"):
        from_pdf.read_pdf(pdf("a", "b"), "a.pdf")


def test_paragraphs_keep_their_page() -> None:
    document = from_pdf.read_pdf(pdf("Ana said no.", "They came again in May\nand went."), "a.pdf")
    assert document.text == "Ana said no.\n\nThey came again in May and went."
    assert document.pages == (1, 2)
    assert [stretch.of(document.text) for stretch in document.paragraphs] == [
        "Ana said no.",
        "They came again in May and went.",
    ]


def test_a_word_broken_at_the_line_end_is_whole_again() -> None:
    assert from_pdf._blocks("the embas-\nsy denied\n\nNew York-\nBased") == ["the embassy denied", "New York- Based"]
