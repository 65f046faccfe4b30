"""Files of every kind with a canary in every place where a device or a program writes about itself and its owner.

Pictures are drawn here; sound and films are the small samples of ``tests/clean/samples`` (made with FFmpeg from a tone and
a moving stripe), planted byte by byte without the code under test wherever that is possible.
"""

from __future__ import annotations

import contextlib
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image, ImageCms, TiffImagePlugin

SAMPLES = Path(__file__).parents[1] / "clean" / "samples"


class Planted:
    """A file, and the canary of each place in it."""

    def __init__(self, kind: str) -> None:
        self.kind, self.content = kind, b""
        self.canaries: dict[str, str] = {}

    def __call__(self, place: str, length: int = 24) -> str:
        letters = "".join(each for each in f"canary{place}{self.kind}" if each.isalnum())
        word = letters.ljust(length, "x")[:length]
        self.canaries[place] = word
        return word


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def picture(size: tuple[int, int] = (64, 48)) -> Image.Image:
    across = Image.linear_gradient("L").resize(size)
    down = across.transpose(Image.Transpose.ROTATE_180)
    return Image.merge("RGB", (across, down, across))


def exif(plant: Planted) -> Image.Exif:
    told = Image.Exif()
    told[0x010E], told[0x010F] = plant("description"), plant("camera")
    told[0x0131], told[0x013B] = plant("software"), plant("artist")
    told.get_ifd(0x8769)[0x9286] = b"ASCII\x00\x00\x00" + plant("user comment").encode()
    told.get_ifd(0x8769)[0xA431] = plant("serial number")
    place = told.get_ifd(0x8825)
    place[1], place[2], place[29] = "N", (50.0, 51.0, 0.0), plant("GPS")[:10]
    plant.canaries["GPS"] = plant.canaries["GPS"][:10]
    return told


def xmp(plant: Planted) -> bytes:
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>{plant("XMP")}</a></x:xmpmeta>'.encode()


def profile(plant: Planted) -> bytes:
    """A colour profile that names its device."""
    whole = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    at = whole.index("sRGB built-in".encode("utf-16-be"))
    word = plant("ICC", 13).encode("utf-16-be")
    return whole[:at] + word + whole[at + len(word) :]


def jpeg() -> Planted:
    plant, out = Planted("jpeg"), io.BytesIO()
    picture().save(out, "JPEG", exif=exif(plant), comment=plant("comment"), icc_profile=profile(plant), xmp=xmp(plant))
    preview = io.BytesIO()
    picture((16, 12)).save(preview, "JPEG", comment=plant("preview"))
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\x00\x00" + plant("IPTC").encode()
    whole = out.getvalue()
    extra = (
        segment(0xED, iptc) + segment(0xE2, b"MPF\x00" + preview.getvalue()) + segment(0xEB, plant("APP11").encode())
    )
    plant.content = whole[:2] + extra + whole[2:] + preview.getvalue() + plant("after the end").encode()
    return plant


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body


def png() -> Planted:
    plant, out = Planted("png"), io.BytesIO()
    picture().save(out, "PNG", exif=exif(plant), icc_profile=profile(plant))
    chunks = png_chunk(b"tEXt", b"Author\x00" + plant("tEXt").encode())
    chunks += png_chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(plant("zTXt").encode()))
    chunks += png_chunk(b"iTXt", b"XML:com.adobe.xmp\x00\x00\x00\x00\x00" + xmp(plant))
    chunks += png_chunk(b"prVt", plant("private chunk").encode())
    whole = out.getvalue()
    plant.content = whole[:33] + chunks + whole[33:] + plant("after the end").encode()
    return plant


def png_chunk(name: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")


def gif() -> Planted:
    plant, out = Planted("gif"), io.BytesIO()
    frames = [picture().convert("P"), picture().rotate(90).convert("P")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], comment=plant("comment"), duration=80)
    whole = out.getvalue()
    told = xmp(plant)
    block = b"!\xff\x0bXMP DataXMP" + bytes([len(told)]) + told + b"\x00"
    plant.content = whole[:-1] + block + b";" + plant("after the end").encode()
    return plant


def webp() -> Planted:
    plant, out = Planted("webp"), io.BytesIO()
    picture().save(out, "WEBP", exif=exif(plant), icc_profile=profile(plant), xmp=xmp(plant))
    plant.content = out.getvalue()
    return plant


def tiff() -> Planted:
    plant, out = Planted("tiff"), io.BytesIO()
    told = TiffImagePlugin.ImageFileDirectory_v2()
    told[270], told[305], told[315] = plant("description"), plant("software"), plant("artist")
    told[700], told[65000] = xmp(plant), plant("private tag")
    told[700] = xmp(plant)
    picture().save(out, "TIFF", tiffinfo=told, icc_profile=profile(plant))
    plant.content = out.getvalue() + plant("after the end").encode()
    return plant


def heic() -> Planted:
    plant = Planted("heic")
    plant.canaries = {"EXIF": "canary in EXIF of HEIC", "XMP": "canary in XMP of HEIC"}
    plant.content = sample("picture.heic")
    return plant


def avif() -> Planted:
    plant, out = Planted("avif"), io.BytesIO()
    picture().save(out, "AVIF", exif=exif(plant), xmp=xmp(plant))
    plant.content = out.getvalue()
    return plant


def pdf() -> Planted:
    from pypdf import PdfWriter
    from pypdf.annotations import Text
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

    plant, writer, out = Planted("pdf"), PdfWriter(), io.BytesIO()
    page = writer.add_blank_page(300, 200)
    writer.add_blank_page(200, 300)
    writer.add_metadata({"/Author": plant("author"), "/Producer": plant("producer")})
    writer.add_attachment("a.txt", plant("attachment").encode())
    script = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject(f"app.alert('{plant('script')}')")}
    opened = DictionaryObject({NameObject(name): value for name, value in script.items()})
    writer._root_object[NameObject("/OpenAction")] = opened
    writer.add_outline_item(title=plant("outline"), page_number=0)
    writer.add_annotation(0, Text(text=plant("note"), rect=(10, 10, 30, 30)))
    metadata = DecodedStreamObject()
    metadata.set_data(xmp(plant))
    writer._root_object[NameObject("/Metadata")] = writer._add_object(metadata)
    hidden = DecodedStreamObject()
    hidden.set_data(f"BT 3 Tr ({plant('hidden words')}) Tj ET".encode())
    page[NameObject("/Contents")] = writer._add_object(hidden)
    writer.write(out)
    plant.content = out.getvalue() + plant("after the end").encode()
    return plant


# --- sound ------------------------------------------------------------------------------------------------------------
def mp3() -> Planted:
    plant = Planted("mp3")
    texts = [(b"TXXX", b"\x00place\x00" + plant("TXXX").encode()), (b"COMM", b"\x00eng\x00" + plant("COMM").encode())]
    wide = plant("TIT2 in UTF-16", 26)
    texts += [(b"TIT2", b"\x01" + wide.encode("utf-16")), (b"GEOB", b"\x00\x00\x00\x00" + plant("GEOB").encode())]
    inside = jpeg()
    plant.canaries |= {f"cover {place}": word for place, word in inside.canaries.items() if place == "comment"}
    texts.append((b"APIC", b"\x00image/jpeg\x00\x03\x00" + inside.content))
    frames = b"".join(name + len(body).to_bytes(4, "big") + b"\x00\x00" + body for name, body in texts)
    size = bytes((len(frames) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    old = b"TAG" + plant("ID3v1", 30).encode() + bytes(95)
    value = plant("APE").encode()
    item = len(value).to_bytes(4, "little") + bytes(4) + b"Comment\x00" + value
    foot = b"APETAGEX" + struct.pack("<IIII", 2000, len(item) + 32, 1, 0) + bytes(8)
    sound = sample("tone.mp3")
    sound = sound[10 + synchsafe(sound[6:10]) :]
    middle = sound[: len(sound) // 2]
    plant.content = b"ID3\x03\x00\x00" + size + frames + middle + plant("between frames").encode()
    plant.content += sound[len(middle) :] + item + foot + old
    return plant


def synchsafe(four: bytes) -> int:
    value = 0
    for byte in four:
        value = value << 7 | byte
    return value


def ogg() -> Planted:
    from panah.clean.sound import Page, pages_of

    plant, pages = Planted("ogg"), list(pages_of(sample("tone.opus")))
    vendor, told = plant("vendor").encode(), f"LOCATION={plant('comment')}".encode()
    body = b"OpusTags" + len(vendor).to_bytes(4, "little") + vendor + (1).to_bytes(4, "little")
    body += len(told).to_bytes(4, "little") + told
    head = pages[0]
    comments = Page(0, bytes(8), head.serial, 1, bytes([len(body)]), body)
    rest = [page.packed(head.serial, number) for number, page in enumerate(pages[2:], start=2)]
    plant.content = head.packed(head.serial, 0) + comments.packed(head.serial, 1) + b"".join(rest)
    return plant


def wav() -> Planted:
    plant = Planted("wav")
    form, samples = struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16), bytes(range(256)) * 20
    told = b"INFOIART" + (24).to_bytes(4, "little") + plant("LIST").encode()
    chunks = [(b"fmt ", form), (b"LIST", told), (b"bext", plant("bext").encode()), (b"data", samples)]
    chunks.append((b"id3 ", plant("id3").encode()))
    body = b"WAVE" + b"".join(name + len(data).to_bytes(4, "little") + data for name, data in chunks)
    plant.content = b"RIFF" + len(body).to_bytes(4, "little") + body + plant("after the end").encode()
    return plant


# --- films ------------------------------------------------------------------------------------------------------------
def box(name: bytes, body: bytes) -> bytes:
    return (len(body) + 8).to_bytes(4, "big") + name + body


def top_boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4 : at + 8], data[at + 8 : at + size]
        at += size


def planted_film(name: str) -> Planted:
    """A sample whose index stands at its end, so that nothing moves when the index grows."""
    plant, data = Planted(name), sample(name)
    parts = list(top_boxes(data))
    assert [part for part, _body in parts][-1] == b"moov"
    movie = parts[-1][1]
    place = box(b"\xa9xyz", b"\x00\x18\x15\xc7" + plant("GPS in udta").encode())
    told = box(b"ilst", box(b"\xa9cmt", box(b"data", bytes(8) + plant("comment").encode())))
    handler = bytes(8) + b"mdir" + bytes(13)
    extra = box(b"udta", place + box(b"meta", bytes(4) + box(b"hdlr", handler) + told))
    extra += box(b"uuid", bytes(16) + xmp(plant)) + places_track(plant)
    for old in (b"VideoHandler", b"SoundHandler"):
        if old in movie:
            movie = movie.replace(old, plant(old.decode()[:5] + " handler", len(old)).encode())
    if b"x264 - core" in data:  # a message within the first picture
        at = data.index(b"x264 - core")
        data = data[:at] + plant("SEI").encode() + data[at + 24 :]
    data = data[: len(data) - len(parts[-1][1]) - 8]
    data += box(b"moov", movie + extra)
    hidden = plant("samples of places").encode()
    start = len(data)
    data = data.replace(PLACE_LATER, (start + 8).to_bytes(8, "big"))
    plant.content = data + box(b"mdat", hidden) + box(b"free", plant("free").encode())
    return plant


PLACE_LATER = b"PLACEAT!"


def places_track(plant: Planted) -> bytes:
    """A track of timed places, as cameras and telephones write one."""
    described = box(b"stsd", bytes(4) + (1).to_bytes(4, "big") + box(b"mebx", bytes(8) + plant("mebx").encode()))
    table = described + box(b"stts", bytes(4) + struct.pack(">III", 1, 1, 1))
    table += box(b"stsc", bytes(4) + struct.pack(">IIII", 1, 1, 1, 1)) + box(
        b"stsz", bytes(4) + struct.pack(">II", 24, 1)
    )
    table += box(b"co64", bytes(4) + struct.pack(">I", 1) + PLACE_LATER)
    media = box(b"mdhd", bytes(24)) + box(b"hdlr", bytes(8) + b"meta" + bytes(12) + plant("meta handler").encode())
    media += box(b"minf", box(b"stbl", table))
    return box(b"trak", box(b"tkhd", bytes(84)) + box(b"mdia", media))


# --- documents --------------------------------------------------------------------------------------------------------
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>{}</dc:creator></cp:coreProperties>'
)


def zipped(members: dict[str, str | bytes], comment: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            stored = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            packed.writestr(zipfile.ZipInfo(name, (2024, 3, 1, 10, 0, 0)), content, compress_type=stored)
        packed.comment = comment.encode()
    return out.getvalue()


def docx() -> Planted:
    plant = Planted("docx")
    inside = jpeg()
    plant.canaries |= {f"picture {place}": word for place, word in inside.canaries.items() if place == "comment"}
    drawing = (
        '<w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        f'<wp:docPr id="1" name="{plant("picture name")}" descr="{plant("picture path")}"/>'
        '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData uri="p">'
        f'<a:blip xmlns:r="{R}" r:embed="rId9"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>'
    )
    body = (
        f'<w:p w:rsidR="{plant("rsid", 8)}"><w:r><w:t>These words stay.</w:t></w:r>{drawing}'
        f'<w:ins w:id="1" w:author="{plant("author of a change")}" w:date="2024-03-01T10:00:00Z">'
        "<w:r><w:t> Added words stay.</w:t></w:r></w:ins>"
        f'<w:del w:id="2" w:author="x"><w:r><w:delText>{plant("deleted words")}</w:delText></w:r></w:del>'
        f"<w:r><w:rPr><w:vanish/></w:rPr><w:t>{plant('hidden words')}</w:t></w:r>"
        '<w:commentRangeStart w:id="3"/><w:r><w:t> Tail.</w:t></w:r><w:commentRangeEnd w:id="3"/>'
        '<w:r><w:commentReference w:id="3"/></w:r></w:p>'
        f'<!-- {plant("remark")} --><w:sdt><w:sdtPr><w:alias w:val="{plant("control")}"/></w:sdtPr><w:sdtContent>'
        "<w:p><w:r><w:t>In a control.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    override = '<Override PartName="/{}" ContentType="application/vnd.openxmlformats-officedocument.{}+xml"/>'
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        'ContentType="application/xml"/><Default Extension="jpeg" ContentType="image/jpeg"/>'
        + override.format("word/document.xml", "wordprocessingml.document.main")
        + override.format("word/comments.xml", "wordprocessingml.comments")
        + override.format("docProps/app.xml", "extended-properties")
        + "</Types>"
    )
    relation = '<Relationship Id="{}" Type="{}/{}" Target="{}"{}/>'
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    inner = (
        f'<Relationships xmlns="{package}">'
        + relation.format("rId9", R, "image", "media/image1.jpeg", "")
        + relation.format("rId2", R, "comments", "comments.xml", "")
        + relation.format("rId3", R, "attachedTemplate", f"file:///{plant('template')}", ' TargetMode="External"')
        + relation.format("rId4", R, "hyperlink", "https://example.org/", ' TargetMode="External"')
        + "</Relationships>"
    )
    outer = (
        f'<Relationships xmlns="{package}">'
        + relation.format("rId1", R, "officeDocument", "word/document.xml", "")
        + relation.format("rId2", R, "extended-properties", "docProps/app.xml", "")
        + "</Relationships>"
    )
    comments = f'<w:comments {W}><w:comment w:id="3"><w:p><w:r><w:t>{plant("comment")}</w:t></w:r></w:p></w:comment></w:comments>'
    plant.content = zipped(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": outer,
            "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": inner,
            "word/comments.xml": comments,
            "word/settings.xml": f'<w:settings {W}><w:rsids><w:rsid w:val="{plant("settings", 8)}"/></w:rsids></w:settings>',
            "word/media/image1.jpeg": inside.content,
            "docProps/core.xml": CORE.format(plant("author")),
            "docProps/app.xml": f"<Properties><Company>{plant('company')}</Company></Properties>",
            "docProps/thumbnail.jpeg": plant("preview"),
            "customXml/item1.xml": f"<a>{plant('custom')}</a>",
        },
        plant("zip comment"),
    )
    return plant


def xlsx() -> Planted:
    from openpyxl import Workbook
    from openpyxl.comments import Comment

    plant, book, out = Planted("xlsx"), Workbook(), io.BytesIO()
    sheet = book.active
    sheet.append(["month", "calls"])
    sheet.append(["2024-03", 7])
    sheet["B2"].comment = Comment(plant("comment"), plant("author of a comment"))
    sheet["C2"] = f'="{plant("formula")}"&B2'
    book.properties.creator, book.properties.lastModifiedBy = plant("author"), plant("changed by")
    book.save(out)
    with zipfile.ZipFile(io.BytesIO(out.getvalue())) as packed:
        members: dict[str, str | bytes] = {name: packed.read(name) for name in packed.namelist()}
    workbook = members["xl/workbook.xml"]
    assert isinstance(workbook, bytes)
    path = f'<fileSharing userName="{plant("shared by")}"/>'.encode()
    members["xl/workbook.xml"] = workbook.replace(b"<workbookPr", path + b"<workbookPr", 1)
    members["xl/printerSettings/printerSettings1.bin"] = plant("printer")
    plant.content = zipped(members, plant("zip comment"))
    return plant


def tracked(plant: Planted) -> str:
    return (
        '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion>'
        f"<office:change-info><dc:creator>{plant('author of a change')}</dc:creator></office:change-info>"
        f"<text:p>{plant('deleted words')}</text:p></text:deletion></text:changed-region></text:tracked-changes>"
    )


def open_document(kind: str) -> Planted:
    plant = Planted(kind)
    ns = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:officeooo="http://openoffice.org/2009/office"'
    )
    note = (
        f"<office:annotation><dc:creator>{plant('author of a note')}</dc:creator><text:p>{plant('note')}</text:p>"
        "</office:annotation>"
    )
    words = f'<text:p officeooo:paragraph-rsid="{plant("rsid", 8)}">These words stay.{note} And these.</text:p>'
    changes = "" if kind == "ods" else tracked(plant)
    cell = ""
    if kind == "ods":
        cell = f'table:formula="of:={plant("formula")}"'
    inside = {
        "odt": f"<office:text>{changes}{words}</office:text>",
        "ods": (
            f'<office:spreadsheet><table:table table:name="One"><table:table-row><table:table-cell {cell}>{words}'
            "</table:table-cell></table:table-row></table:table></office:spreadsheet>"
        ),
    }[kind]
    media = {"odt": "text", "ods": "spreadsheet"}[kind]
    plant.content = zipped(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{media}",
            "content.xml": f"<office:document-content {ns}><office:body>{inside}</office:body></office:document-content>",
            "meta.xml": f"<office:document-meta {ns}><dc:creator>{plant('author')}</dc:creator></office:document-meta>",
            "settings.xml": f"<office:document-settings {ns}><a>{plant('printer')}</a></office:document-settings>",
            "Thumbnails/thumbnail.png": plant("preview"),
            "META-INF/manifest.xml": f"<a>{plant('manifest')}</a>",
        },
        plant("zip comment"),
    )
    return plant


EVERY: dict[str, Callable[[], Planted]] = {
    "jpeg": jpeg,
    "png": png,
    "gif": gif,
    "webp": webp,
    "tiff": tiff,
    "heic": heic,
    "avif": avif,
    "pdf": pdf,
    "mp3": mp3,
    "ogg": ogg,
    "wav": wav,
    "m4a": lambda: planted_film("tone.m4a"),
    "mp4": lambda: planted_film("film.mp4"),
    "hevc": lambda: planted_film("film-hevc.mp4"),
    "mov": lambda: planted_film("film.mov"),
    "docx": docx,
    "xlsx": xlsx,
    "odt": lambda: open_document("odt"),
    "ods": lambda: open_document("ods"),
}


# --- the scan, which knows nothing of the formats but how they pack ---------------------------------------------------
def layers(data: bytes) -> Iterator[bytes]:
    """The bytes themselves, members of a zip, and every zlib or deflate stream that begins anywhere in them."""
    yield data
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            yield b"\n".join(f"{each.filename} {each.comment!r} {each.extra!r}".encode() for each in packed.infolist())
            for each in packed.infolist():
                yield from layers(packed.read(each))
    at = data.find(b"\x78")
    while at >= 0:
        with contextlib.suppress(zlib.error):
            yield zlib.decompressobj().decompress(data[at:], 1 << 20)
        at = data.find(b"\x78", at + 1)


def found_in(data: bytes, canaries: dict[str, str]) -> set[str]:
    """Places whose canary stands in a file, in any of its layers and spellings."""
    found = set()
    for layer in layers(data):
        for place, word in canaries.items():
            if any(word.encode(code) in layer for code in ("ascii", "utf-16-le", "utf-16-be")):
                found.add(place)
    return found
