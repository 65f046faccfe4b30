"""PDF: a picture of each page in an empty document. Text, links, forms, scripts, attachments, layers and comments that
are not printed do not come along; what the page shows does.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Final

from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, NumberObject, StreamObject

from panah.errors import Refused, Unreadable

MOST_PAGES: Final = 300
DOTS_PER_INCH: Final = 150
POINTS_PER_INCH: Final = 72
MOST_PIXELS: Final = 20_000_000
JPEG_QUALITY: Final = 85

Page = tuple[int, int, bytes]
"""Width and height in points, and its picture: all that a clean document is made of."""


def pictures_of_pages(data: bytes) -> bytes:
    """A document of the same pages as pictures.

    Raises:
        Refused: It is locked, or has too many pages.
        Unreadable: It is damaged.
    """
    import pypdfium2

    try:
        source = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Refused("it is locked with a password", hint="save it without one first") from None
        raise Unreadable("the PDF is damaged") from error
    if not 0 < len(source) <= MOST_PAGES:
        raise Refused(f"more than {MOST_PAGES} pages, or none", hint="cut out the pages that are to be shared")
    try:
        return written(_drawn(source[index]) for index in range(len(source)))
    except pypdfium2.PdfiumError as error:
        raise Unreadable("a page is damaged") from error


def _drawn(page: object) -> Page:
    width, height = page.get_size()  # type: ignore[attr-defined]
    if width < 1 or height < 1:
        raise Unreadable("a page without a size")
    scale = min(DOTS_PER_INCH / POINTS_PER_INCH, (MOST_PIXELS / (width * height)) ** 0.5)
    drawn = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")  # type: ignore[attr-defined]
    page.close()  # type: ignore[attr-defined]
    drawn.info.clear()
    packed = io.BytesIO()
    drawn.save(packed, "JPEG", quality=JPEG_QUALITY)
    return round(width), round(height), packed.getvalue()


def written(pages: Iterable[Page]) -> bytes:
    """A document of these pages; the same pages give the same bytes, and nothing else is in them."""
    from .pictures import jpeg_size

    writer = PdfWriter()
    writer.metadata = None
    for width, height, jpeg in pages:
        across, down = jpeg_size(jpeg)
        picture = StreamObject()
        picture._data = jpeg
        picture.update(
            {
                NameObject("/Type"): NameObject("/XObject"),
                NameObject("/Subtype"): NameObject("/Image"),
                NameObject("/Width"): NumberObject(across),
                NameObject("/Height"): NumberObject(down),
                NameObject("/ColorSpace"): NameObject("/DeviceRGB"),
                NameObject("/BitsPerComponent"): NumberObject(8),
                NameObject("/Filter"): NameObject("/DCTDecode"),
            }
        )
        page = writer.add_blank_page(width, height)
        placed = DictionaryObject({NameObject("/P"): writer._add_object(picture)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): placed})
        shown = DecodedStreamObject()
        shown.set_data(f"{width} 0 0 {height} 0 0 cm /P Do".encode())
        page[NameObject("/Contents")] = writer._add_object(shown)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def pages_of(data: bytes) -> list[Page]:
    """Sizes and pictures of a document that :func:`written` made."""
    found = []
    for page in PdfReader(io.BytesIO(data)).pages:
        picture = page["/Resources"]["/XObject"]["/P"].get_object()  # type: ignore[index]
        found.append((int(page.mediabox.width), int(page.mediabox.height), picture._data))
    return found
