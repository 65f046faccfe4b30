"""Files made to hurt whoever reads them: cut, bombs of every kind, paths that lead out, loops, too long, too deep.

All are made here, in memory, from nothing; a bomb is small as a file. A zip that holds itself stands as a zip in a zip
in a zip: what does not open the inner one does not open itself either.
"""

from __future__ import annotations

import io
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache

BOMB_BYTES = 1 << 30
MIB = 1 << 20
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "haha">%s]>' % b"".join(
    b'<!ENTITY a%d "%s">' % (each, b"&a%d;" % (each - 1) * 10) for each in range(1, 12)
)


@cache
def _zeros_deflated() -> tuple[bytes, int]:
    """1 GiB of blanks as a deflate stream of about 1 MB, and its CRC-32."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block, crc, out = b" " * MIB, 0, []
    for _ in range(BOMB_BYTES // MIB):
        out.append(packer.compress(block))
        crc = zlib.crc32(block, crc)
    return b"".join(out) + packer.flush(), crc


def zip_bomb(member: str, others: dict[str, bytes] | None = None, *, copies: int = 1) -> bytes:
    """A zip whose member is 1 GiB; with ``copies`` the directory names the same bytes so many times (they overlap)."""
    packed, crc = _zeros_deflated()
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        for name, content in (others or {}).items():
            archive.writestr(name, content)
    whole = inner.getvalue()
    at = whole.rfind(b"PK\x01\x02") if others else len(whole) - 22
    first = whole.find(b"PK\x01\x02") if others else at
    body, directory, n = whole[:first], whole[first : len(whole) - 22], len(others or {})
    offset = len(body)
    for number in range(copies):
        name = (member if not number else f"{number}-{member}").encode()
        head = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0x21, crc, len(packed), BOMB_BYTES, len(name), 0)
        if not number:
            body += b"PK\x03\x04" + head + name + packed
        directory += b"PK\x01\x02\x14\x00" + head + struct.pack("<HHHII", 0, 0, 0, 0, offset) + name
        n += 1
    end = struct.pack("<HHHHIIH", 0, 0, n, n, len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end


def zipped(members: dict[str, bytes]) -> bytes:
    """An ordinary zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(document: bytes) -> bytes:
    """A Word document around its main part."""
    types = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    return zipped({"[Content_Types].xml": types, "word/document.xml": document})


def docx_of(words: str) -> bytes:
    """A sound one."""
    return docx(
        f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:body></w:document>'.encode()
    )


def xlsx(sheet: bytes) -> bytes:
    """A workbook around its sheet."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>'.encode(),
            "_rels/.rels": (
                f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{rel}/officeDocument" '
                'Target="xl/workbook.xml"/></Relationships>'
            ).encode(),
            "xl/workbook.xml": (
                f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
            ).encode(),
            "xl/_rels/workbook.xml.rels": (
                f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{rel}/worksheet" '
                'Target="worksheets/sheet1.xml"/></Relationships>'
            ).encode(),
            "xl/worksheets/sheet1.xml": sheet,
        }
    )


def pdf(n_pages: int, *, looping: bool = False) -> bytes:
    """A PDF of so many pages with a word on each; ``looping``, its tree of pages holds itself."""
    kids = b"2 0 R" if looping else b" ".join(b"%d 0 R" % (each + 5) for each in range(n_pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (n_pages, kids),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length 36>>stream\nBT /F1 9 Tf 9 9 Td (Invented) Tj ET  \nendstream",
    ]
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</Font<</F1 3 0 R>>>>>>"
    objects += [page] * (0 if looping else n_pages)
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, content in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj%s endobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % each for each in places)
    out.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


def png(width: int, height: int) -> bytes:
    """A picture that says it is so large, and whose few bytes unpack to a lot."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(8 * MIB)))
        + chunk(b"IEND", b"")
    )


def slipping_zip(members: dict[str, bytes]) -> bytes:
    """Names that lead out of any folder, and a symbolic link; among them what a reader looks for."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("../../../../tmp/panah-slipped", "/tmp/panah-slipped", "..\\..\\panah-slipped"):
            archive.writestr(name, b"slipped")
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, b"/etc/passwd")
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def slipping_tar() -> bytes:
    """The same as a tar."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name in ("../../panah-slipped", "/tmp/panah-slipped"):
            one = tarfile.TarInfo(name)
            one.size = 7
            archive.addfile(one, io.BytesIO(b"slipped"))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc"
        archive.addfile(link)
    return out.getvalue()


def nested_zip() -> bytes:
    """A zip in a zip, fifty deep, the innermost a bomb."""
    content = zip_bomb("_chat.txt")
    for number in range(50):
        content = zipped({f"{number}.zip": content})
    return content


CHAT = b"01/02/2024, 10:00 - Nobody Invented: hello\n"
MAKERS: dict[str, Callable[[], bytes]] = {
    "empty.bin": lambda: b"",
    "cut.docx": lambda: docx_of("words " * 5000)[:-400],
    "cut.xlsx": lambda: xlsx(b"<worksheet/>")[:300],
    "cut.pdf": lambda: pdf(3)[:200],
    "bomb.docx": lambda: zip_bomb("word/document.xml", {"[Content_Types].xml": b"<Types/>"}),
    "bomb.xlsx": lambda: zip_bomb("xl/worksheets/sheet1.xml", {"xl/workbook.xml": b"<workbook/>"}),
    "bomb.ods": lambda: zip_bomb("content.xml", {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
    "bomb.zip": lambda: zip_bomb("_chat.txt"),
    "overlapping.zip": lambda: zip_bomb("_chat.txt", copies=500),
    "nested.zip": nested_zip,
    "slip.zip": lambda: slipping_zip({"_chat.txt": CHAT}),
    "slip.tar": slipping_tar,
    "entities.xml": lambda: ENTITIES + b"<smses><sms body='&a11;'/></smses>",
    "entities.docx": lambda: docx(ENTITIES + b"<x>&a11;</x>"),
    "entities.xlsx": lambda: xlsx(ENTITIES + b"<worksheet><sheetData>&a11;</sheetData></worksheet>"),
    "entities.html": lambda: ENTITIES.replace(b"<!DOCTYPE x", b"<!DOCTYPE html") + b"<html><p>&a11;</p></html>",
    "deep.xml": lambda: b"<?xml version='1.0'?><smses>" + b"<sms>" * 500_000,
    "deep.html": lambda: b"<html>" + b"<div>" * 500_000 + b"words",
    "deep.json": lambda: b'{"messages":' + b"[" * 3_000_000,
    "surrogates.json": lambda: b'{"name":"\\ud800","type":"personal_chat","messages":[{"id":1,"text":"\\udfff"}]}',
    "surrogates.txt": lambda: "told \ud800 words".encode("utf-16-le", "surrogatepass"),
    "surrogates.csv": lambda: b"id,date\n\xed\xa0\x80,2024\n",
    "image.png": lambda: png(65_000, 65_000),
    "pages.pdf": lambda: pdf(10_000),
    "loop.pdf": lambda: pdf(9, looping=True),
    "long.txt": lambda: b"Invented words of a long text. " * 100_000,
    "wide.csv": lambda: b"id," * 300_000 + b"date\n" + b"1," * 300_000,
    "quotes.csv": lambda: b'id,date\n"' + b"never closed " * 300_000,
    "loop.txt": ("[" * 200_000 + "\u200e[01/02/24, 10:00:00] " * 20_000).encode,
    "mail.eml": lambda: (
        b"From: a@example.org\r\nTo: b@example.org\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        + b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" * 20_000
    ),
}


def files() -> Iterator[tuple[str, bytes]]:
    """All of them, each made when its turn comes."""
    for name, make in MAKERS.items():
        yield name, make()
