"""Fuzz target: ODS tables from hostile bytes, both as the archive and as the table inside of one. Any bytes give rows with
their numbers or one clear error.
"""

import io
import zipfile

from panah.errors import BadTable
from panah.tables import parse_table
from panah.tables.table import MAX_COLUMNS, MAX_ROWS

HEAD = (
    b'<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    b'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    b'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    b'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    b'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
)


def _sheet(*rows: bytes, more: bytes = b"") -> bytes:
    table = b'<table:table table:name="L">' + b"".join(
        b"<table:table-row>" + row + b"</table:table-row>" for row in rows
    )
    body = b"<office:body><office:spreadsheet>" + table + b"</table:table></office:spreadsheet></office:body>"
    return HEAD + more + body + b"</office:document-content>"


def _text(value: bytes, more: bytes = b"") -> bytes:
    return (
        b'<table:table-cell office:value-type="string" ' + more + b"><text:p>" + value + b"</text:p></table:table-cell>"
    )


def _typed(kind: bytes, value: bytes) -> bytes:
    name = {b"float": b"value"}.get(kind, kind + b"-value")
    return b'<table:table-cell office:value-type="' + kind + b'" office:' + name + b'="' + value + b'"/>'


HEADER = _text(b"name") + _text(b"date")
SEEDS = (
    _sheet(HEADER, _text(b"Ana") + _typed(b"date", b"2024-05-03")),
    _sheet(HEADER, _typed(b"float", b"1e308") + _typed(b"time", b"PT12H30M00S"), _typed(b"boolean", b"true")),
    _sheet(HEADER, _text(b"x", b'table:number-columns-repeated="16384"')),
    _sheet(HEADER, b'<table:table-cell calcext:value-type="error"/>'),
    _sheet(HEADER, _text(b"A<text:s text:c='9'/>B<text:tab/><text:line-break/>")),
    _sheet(
        HEADER,
        more=b'<office:automatic-styles><style:style style:name="h"><style:table-properties table:display="false"/>'
        b"</style:style></office:automatic-styles>",
    ),
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>' + _sheet(_text(b"&a;")),
    b"PK\x03\x04\x14\x00\x00\x00\x00\x00",
)


def fuzz_one(data: bytes) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", data)
    # damage to the archive itself too: its directory comes last
    whole = packed.getvalue()
    for content in (data, whole, whole[: -(len(data) % 40 + 1)]):
        try:
            table = parse_table(content, name="list.ods")
        except BadTable as error:
            assert "\n" not in str(error)  # noqa: PT017 a target is no test
            continue
        assert 0 < len(table.header) <= MAX_COLUMNS
        assert len(table.rows) <= MAX_ROWS
        assert all(set(row.cells) == set(table.header) for row in table.rows)
        numbers = [row.number for row in table.rows]
        assert numbers == sorted(set(numbers))
        str([problem.what for problem in table.problems]).encode()


if __name__ == "__main__":
    import sys

    import atheris

    atheris.Setup(sys.argv, fuzz_one)
    atheris.Fuzz()
