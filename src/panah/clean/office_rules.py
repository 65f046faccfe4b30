"""What comes along out of which office file, as tables; :mod:`.office` applies them and :mod:`.scan_documents` checks."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, Final

ALLOWED_PARTS: Final = {
    "docx": re.compile(
        r"word/(document|styles|numbering|fontTable|footnotes|endnotes|header\d*|footer\d*|theme/theme\d+)\.xml"
        r"|word/media/[A-Za-z0-9_.-]+"
    ),
    "xlsx": re.compile(r"xl/(workbook|styles|sharedStrings|worksheets/sheet\d+|theme/theme\d+)\.xml"),
    "odt": re.compile(r"mimetype|(content|styles)\.xml|Pictures/[A-Za-z0-9_.-]+"),
    "ods": re.compile(r"mimetype|(content|styles)\.xml|Pictures/[A-Za-z0-9_.-]+"),
}
COPY_PARTS: Final = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|META-INF/manifest\.xml"
    r"|(word|xl|xl/worksheets)/_rels/[A-Za-z0-9]+\.xml\.rels|"
    + "|".join(each.pattern for each in ALLOWED_PARTS.values())
)
"""Names that may stand in a copy."""
_OFF: Final = {"0", "false", "off", "none"}


@dataclass(frozen=True, slots=True)
class Rules:
    """How one kind of document is cleaned; elements and attributes by their local names, or with their namespace."""

    dropped: frozenset[str]
    """Gone with all that is in them."""
    unwrapped: frozenset[str] = frozenset()
    """Gone, while what is in them stays."""
    refused: Mapping[str, str] = field(default_factory=dict)
    """Element -> why the file is refused."""
    telling: frozenset[str] = frozenset()
    """Attributes that go wherever they stand."""
    replaced: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Attributes that must be there, with a value that says nothing."""

    def is_dropped(self, element: Any) -> bool:
        """Whether this goes with all that is in it."""
        return _local(element) in self.dropped or str(element.tag) in self.dropped or self.is_hidden(element)

    def is_hidden(self, element: Any) -> bool:
        """Whether this is a run of words that nobody sees."""
        if _local(element) != "r":
            return False
        for properties in element:
            if _local(properties) == "rPr":
                for each in properties:
                    if _local(each) in {"vanish", "webHidden"}:
                        return not any(value in _OFF for value in each.attrib.values())
        return False

    def is_refused(self, element: Any) -> bool:
        """Whether an element of :attr:`refused` is one of those meant: some only when they hide something."""
        name, values = _local(element), {_local_of(key): str(value) for key, value in element.attrib.items()}
        if name == "sheet":
            return values.get("state", "visible") != "visible"
        if name in {"row", "col"}:
            return values.get("hidden", "0") not in _OFF
        if name in {"table-row", "table-column"}:
            return values.get("visibility", "visible") != "visible"
        if name == "section":
            return values.get("display", "true") != "true"
        if name in {"table-properties", "text-properties"}:
            return values.get("display", "true") in {"false", "none"}
        if name == "image":
            return not values.get("href", "").startswith("Pictures/")
        return True

    def is_telling(self, element: str, attribute: str, full: str) -> bool:
        """Whether an attribute says who, when or on what it was written."""
        if attribute.startswith("rsid") or attribute.endswith("-rsid") or attribute in self.telling:
            return True
        from_office = full.startswith("{urn:schemas-microsoft-com:office:office}")
        described = element in _DESCRIBED and attribute in {"descr", "title"}
        return described or (from_office and attribute in {"title", "href"})


_DESCRIBED: Final = frozenset({"docPr", "cNvPr"})


def _local(element: Any) -> str:
    return _local_of(element.tag) if isinstance(element.tag, str) else ""


def _local_of(name: str) -> str:
    return str(name).rpartition("}")[2]


@functools.cache
def _rules(document: str) -> Rules:
    """The rows of ``office.csv`` for one kind of document."""
    text = (resources.files(__package__) / "office.csv").read_text(encoding="utf-8")
    rows = [row for row in csv.DictReader(text.splitlines()) if row["document"] == document]

    def names(what: str) -> frozenset[str]:
        return frozenset(row["name"] for row in rows if row["what"] == what)

    replaced: dict[str, dict[str, str]] = {}
    for row in rows:
        if row["what"] == "replaced":
            element, _, attribute = row["name"].partition("/")
            replaced.setdefault(element, {})[attribute] = row["value"]
    return Rules(
        dropped=names("dropped"),
        unwrapped=names("unwrapped"),
        refused={row["name"]: row["value"] for row in rows if row["what"] == "refused"},
        telling=names("telling"),
        replaced=replaced,
    )


RULES: Final = {"docx": _rules("docx"), "xlsx": _rules("xlsx"), "odt": _rules("open"), "ods": _rules("open")}
