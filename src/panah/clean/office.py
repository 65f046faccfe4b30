"""Office files: the parts that are read, out of their zip and into a new one; everything else stays behind.

A document carries its author, its past and its surroundings in dozens of places. So parts, relations and elements are
chosen, not removed: tracked changes are accepted, comments and hidden words left out, numbers of editing sessions and
names of devices dropped, pictures drawn anew. What cannot be carried without its surroundings (an embedded object, a
chart, a macro, a hidden sheet) is refused by name, and a PDF of it can be shared instead.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any, Final

from lxml import etree

from panah.errors import Refused, Unreadable

from .office_rules import ALLOWED_PARTS, RULES, Rules
from .packing import pack

MOST_BYTES: Final = 200 << 20
MOST_MEMBERS: Final = 5000
_RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
_MAIN: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_LINKS: Final = ("/hyperlink",)
_REFUSED: Final = {
    "vbaProject.bin": "it holds a macro",
    "/embeddings/": "it holds an embedded object",
    "/charts/": "it holds a chart",
    "/diagrams/": "it holds a diagram",
    "/activeX/": "it holds an embedded object",
    "Object ": "it holds an embedded object",
    "Basic/": "it holds a macro",
    "/drawings/drawing": "a sheet holds pictures or charts",
    "/pivotTables/": "it holds a pivot table, which keeps its source",
}
_INSTEAD: Final = "save it as PDF and make a working copy of that"


def text_parts(code: str, data: bytes) -> bytes:
    """A document of the same words.

    Raises:
        Refused: It holds something that cannot be cleaned.
        Unreadable: It is damaged, or a bomb.
    """
    members = _members(data)
    for name in members:
        for piece, why in _REFUSED.items():
            if piece in f"/{name}":
                raise Refused(why, hint=_INSTEAD)
    kept = {name: content for name, content in members.items() if ALLOWED_PARTS[code].fullmatch(name)}
    made = _open_document(code, kept) if code in {"odt", "ods"} else _office_open(code, kept, members)
    return pack(made)


def _members(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            listed = packed.infolist()
            if len(listed) > MOST_MEMBERS or sum(each.file_size for each in listed) > MOST_BYTES:
                raise Unreadable("it is far larger inside than a document")
            if any(each.flag_bits & 1 for each in listed):
                raise Refused("it is locked with a password", hint="save it without one first")
            return {each.filename: packed.read(each) for each in listed if not each.is_dir()}
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError) as error:
        raise Unreadable("the document is damaged") from error


def _parsed(content: bytes) -> Any:
    if b"<!DOCTYPE" in content[:4096] or b"<!ENTITY" in content:
        raise Unreadable("a document that declares entities")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable("the document is damaged") from error


def _written(root: Any) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _name(element: Any) -> str:
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""


def cleaned(rules: Rules, content: bytes) -> bytes:
    """One part, by the rules of its kind.

    Raises:
        Refused: It holds something that the rules name as not to be carried.
    """
    root = _parsed(content)
    for element in list(root.iter()):
        name = _name(element)
        if name in rules.refused and rules.is_refused(element):
            raise Refused(rules.refused[name], hint=_INSTEAD)
    for element in list(root.iter()):
        if element is not root and rules.is_dropped(element):
            _take_out(element, with_content=True)
    for element in list(root.iter()):
        if element is not root and _name(element) in rules.unwrapped:
            _take_out(element, with_content=False)
    for element in root.iter():
        for attribute in list(element.attrib):
            if rules.is_telling(_name(element), str(etree.QName(attribute).localname), attribute):
                del element.attrib[attribute]
        for name, value in rules.replaced.get(_name(element), {}).items():
            if name in element.attrib:
                element.set(name, value)
    return _written(root)


def _take_out(element: Any, *, with_content: bool) -> None:
    parent = element.getparent()
    if parent is None:
        return
    at = parent.index(element)
    before = parent[at - 1] if at else None
    tail = element.tail or ""
    inside = [] if with_content else list(element)
    parent.remove(element)
    for offset, child in enumerate(inside):
        parent.insert(at + offset, child)
    last = inside[-1] if inside else before
    if not tail.strip():
        return
    if last is None:
        parent.text = (parent.text or "") + tail
    else:
        last.tail = (last.tail or "") + tail


# --- Office Open XML: DOCX and XLSX ---------------------------------------------------------------------------------
def _office_open(code: str, kept: dict[str, bytes], members: Mapping[str, bytes]) -> dict[str, bytes]:
    main = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}[code]
    if main not in kept:
        raise Unreadable("the document is damaged")
    made: dict[str, bytes] = {}
    for name, content in kept.items():
        if "/media/" in name:
            made[name] = _picture(content)
        elif name.endswith(".xml"):
            made[name] = cleaned(RULES[code], content)
    for name in list(made):
        relations = _relations_name(name)
        if relations in members:
            made[relations] = _relations(members[relations], posixpath.dirname(name), set(made))
    made["_rels/.rels"] = _one_relation(main)
    return {"[Content_Types].xml": _content_types(members.get("[Content_Types].xml", b""), set(made)), **made}


def _relations_name(part: str) -> str:
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels"


def _relations(content: bytes, folder: str, kept: set[str]) -> bytes:
    """Only relations to parts that come along, and links that a reader follows."""
    root = etree.Element(f"{{{_RELATIONS}}}Relationships", nsmap={None: _RELATIONS})
    for each in _parsed(content):
        target, kind = each.get("Target", ""), each.get("Type", "")
        if each.get("TargetMode") == "External":
            if kind.endswith(_LINKS):
                _relation(root, each.get("Id"), kind, target, external=True)
            elif kind.endswith("/image"):
                raise Refused("a picture in it lies elsewhere", hint=_INSTEAD)
            continue
        whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        if whole in kept:
            _relation(root, each.get("Id"), kind, "/" + whole)
    return _written(root)


def _relation(root: Any, name: str | None, kind: str, target: str, *, external: bool = False) -> None:
    values = {"Id": name or "", "Type": kind, "Target": target} | ({"TargetMode": "External"} if external else {})
    etree.SubElement(root, f"{{{_RELATIONS}}}Relationship", values)


def _one_relation(main: str) -> bytes:
    root = etree.Element(f"{{{_RELATIONS}}}Relationships", nsmap={None: _RELATIONS})
    _relation(root, "rId1", _MAIN, "/" + main)
    return _written(root)


def _content_types(content: bytes, kept: set[str]) -> bytes:
    root = etree.Element(f"{{{_TYPES}}}Types", nsmap={None: _TYPES})
    suffixes = {name.rpartition(".")[2].lower() for name in kept}
    for each in _parsed(content):
        if _name(each) == "Default" and each.get("Extension", "").lower() in suffixes | {"rels", "xml"}:
            values = {"Extension": each.get("Extension"), "ContentType": each.get("ContentType")}
            etree.SubElement(root, f"{{{_TYPES}}}Default", values)
        elif _name(each) == "Override" and each.get("PartName", "").lstrip("/") in kept:
            values = {"PartName": each.get("PartName"), "ContentType": each.get("ContentType")}
            etree.SubElement(root, f"{{{_TYPES}}}Override", values)
    return _written(root)


# --- OpenDocument: ODT and ODS --------------------------------------------------------------------------------------
_MANIFEST: Final = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"


def _open_document(code: str, kept: dict[str, bytes]) -> dict[str, bytes]:
    if "content.xml" not in kept:
        raise Unreadable("the document is damaged")
    made = {"mimetype": kept["mimetype"]}
    for name, content in kept.items():
        if name.startswith("Pictures/"):
            made[name] = _picture(content)
        elif name.endswith(".xml"):
            made[name] = cleaned(RULES[code], content)
    root = etree.Element(f"{{{_MANIFEST}}}manifest", nsmap={"manifest": _MANIFEST})
    listed = {"/": made["mimetype"].decode("ascii")} | {name: _type_of(name) for name in made if name != "mimetype"}
    for name, kind in listed.items():
        values = {f"{{{_MANIFEST}}}full-path": name, f"{{{_MANIFEST}}}media-type": kind}
        etree.SubElement(root, f"{{{_MANIFEST}}}file-entry", values)
    return {**made, "META-INF/manifest.xml": _written(root)}


def _type_of(name: str) -> str:
    return "text/xml" if name.endswith(".xml") else ""


def _picture(content: bytes) -> bytes:
    from .kinds import kind_of
    from .pictures import drawn_anew

    try:
        code = kind_of(content).code
    except Refused:
        code = ""
    if code not in {"jpeg", "png", "gif", "webp", "tiff"}:
        raise Refused("a picture in it cannot be cleaned", hint=_INSTEAD)
    return drawn_anew(code, content)
