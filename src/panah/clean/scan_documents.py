"""What may be in clean documents, read without what made them; see :mod:`.scan`.

Both kinds are put together again from the little that they may hold: when that gives the same bytes, nothing else is in
them.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Final
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]
from pypdf.errors import PyPdfError

from . import pdf as documents
from . import scan
from .kinds import kind_of
from .office_rules import COPY_PARTS, RULES
from .packing import pack
from .scan import NotClean

_READERS: Final = {"jpeg": scan.jpeg, "png": scan.png, "gif": scan.gif, "webp": scan.webp, "tiff": scan.tiff}
_MOST_BYTES: Final = 300 << 20


def pdf(data: bytes) -> None:
    """Pages of one clean picture each, and nothing that does not follow from them."""
    try:
        pages = documents.pages_of(data)
        again = documents.written(pages)
    except (PyPdfError, OSError, TypeError, AttributeError, RecursionError) as error:
        raise NotClean("not the pages that were written") from error
    if again != data:
        raise NotClean("more than pictures of pages")
    for _width, _height, picture in pages:
        scan.jpeg(picture)


def office(data: bytes) -> None:
    """Known parts without a telling element or attribute, in a zip without times; its pictures are clean."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        if sum(each.file_size for each in packed.infolist()) > _MOST_BYTES:
            raise NotClean("far larger inside")
        members = {each.filename: packed.read(each) for each in packed.infolist()}
    if pack(members) != data:
        raise NotClean("a zip with more in it")
    code = kind_of(data).code
    for name, content in members.items():
        if not COPY_PARTS.fullmatch(name):
            raise NotClean("a part that is not read")
        if name.endswith((".xml", ".rels")):
            _xml(code, name, content)
        elif name != "mimetype":
            picture = kind_of(content).code
            if picture not in _READERS:
                raise NotClean("a picture of another kind")
            _READERS[picture](content)


def _xml(code: str, name: str, content: bytes) -> None:
    # one declaration at the start, and no instruction or remark after it
    if b"<!" in content or len(re.findall(rb"<\?", content)) != 1:
        raise NotClean("a remark in a part")
    try:
        root = fromstring(content)
    except (ParseError, DefusedXmlException) as error:
        raise NotClean("a part that does not read") from error
    if name.endswith(".rels") or name in {"[Content_Types].xml", "META-INF/manifest.xml"}:
        return
    rules = RULES[code]
    for element in root.iter():
        local = element.tag.rpartition("}")[2]
        gone = rules.is_dropped(element) or local in rules.unwrapped
        if (gone and element is not root) or (local in rules.refused and rules.is_refused(element)):
            raise NotClean(f"element {local}")
        for attribute in element.attrib:
            if rules.is_telling(local, attribute.rpartition("}")[2], attribute):
                raise NotClean(f"attribute {attribute.rpartition('}')[2]}")
        for attribute, value in rules.replaced.get(local, {}).items():
            if element.attrib.get(attribute, value) != value:
                raise NotClean(f"a name of {local}")
