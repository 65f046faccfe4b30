"""ODS: hostile workbooks first, then values as other formats give them."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panah.errors import BadTable
from panah.tables import parse_table

NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)


def text(value: str, repeated: int = 1) -> str:
    paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in value.split("\n"))
    return (
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{repeated}">{paragraphs}'
        "</table:table-cell>"
    )


def row(*cells: str, repeated: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(cells)}</table:table-row>'


def ods(*rows: str, before: str = "", after: str = "", prologue: str = "", style: str = "") -> bytes:
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{prologue}<office:document-content {NAMES}><office:automatic-styles>{style}'
        f"</office:automatic-styles><office:body><office:spreadsheet>{before}"
        f'<table:table table:name="List">{"".join(rows)}</table:table>{after}'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return data.getvalue()


HEADER = row(text("name"), text("date"))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (ods(HEADER, prologue='<!DOCTYPE x [<!ENTITY a "b">]>'), "document type"),
        (ods(HEADER, row(text("A"), text("B"), repeated=1_048_576)), "more than 500,000 rows"),
        (ods(row(text("n", 1_000_000))), "more than 20,000 cells"),
        (ods(), "empty"),
        (ods(HEADER)[:-60], "damaged"),
    ],
)
def test_a_hostile_workbook_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(BadTable, match=message):
        parse_table(data, name="list.ods")


def test_a_row_without_end_is_left_out_and_told() -> None:
    table = parse_table(ods(HEADER, row(text("A", 16_384), text("B", 900_000_000)), row(text("C"), text("D"))))
    assert [one.number for one in table.rows] == [3]
    assert "more than 20,000 cells" in table.problems[0].what


def test_empty_cells_and_rows_by_the_million_are_skipped() -> None:
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    table = parse_table(
        ods(HEADER, row(empty, repeated=400_000), row(text("A"), text("B"), empty), row(empty, repeated=900_000))
    )
    assert [(one.number, one.cells) for one in table.rows] == [(400_002, {"name": "A", "date": "B"})]


def test_values_are_those_of_other_formats() -> None:
    cells = (
        '<table:table-cell office:value-type="float" office:value="12"/>',
        '<table:table-cell office:value-type="float" office:value="0.5"/>',
        '<table:table-cell office:value-type="date" office:date-value="2025-05-06"/>',
        '<table:table-cell office:value-type="date" office:date-value="2025-05-06T21:01:10"/>',
        '<table:table-cell office:value-type="time" office:time-value="PT09H05M00S"/>',
        '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>',
        (
            '<table:table-cell office:value-type="string"><office:annotation><text:p>a note</text:p></office:annotation>'
            '<text:p>two<text:s text:c="2"/><text:span>blanks</text:span></text:p><text:p>lines</text:p></table:table-cell>'
        ),
    )
    table = parse_table(ods(row(*(text(f"c{number}") for number in range(7))), row(*cells)))
    assert table.kind == "ods"
    assert list(table.rows[0].cells.values()) == [
        "12", "0.5", "2025-05-06", "2025-05-06T21:01:10", "09:05:00", "true", "two  blanks\nlines",
    ]  # fmt: skip


def test_an_error_in_a_cell_is_told_with_its_row() -> None:
    bad = '<table:table-cell office:value-type="string" calcext:value-type="error"><text:p>#REF!</text:p></table:table-cell>'
    table = parse_table(ods(HEADER, row(text("A"), bad), row(text("C"), text("D"))), name="list.ods")
    assert [str(one) for one in table.problems] == [
        "list.ods, row 2: the cell in column 2 shows an error; correct it in the spreadsheet"
    ]
    assert [one.number for one in table.rows] == [3]


def test_sheets_are_chosen_by_name_and_hidden_ones_are_not_shown() -> None:
    style = '<style:style style:name="ta9" style:family="table"><style:table-properties table:display="false"/></style:style>'
    hidden = f'<table:table table:name="Hidden" table:style-name="ta9">{row(text("x"))}</table:table>'
    other = f'<table:table table:name="Other">{row(text("y"))}{row(text("1"))}</table:table>'
    data = ods(HEADER, row(text("A"), text("B")), before=hidden, after=other, style=style)
    table = parse_table(data)
    assert (table.sheet, table.other_sheets, len(table.rows)) == ("List", ("Other",), 1)
    assert parse_table(data, sheet="Other").header == ("y",)
    with pytest.raises(BadTable, match="no sheet"):
        parse_table(data, sheet="Hidden")


cells = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=12
)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(cells, cells), max_size=8))
def test_what_was_written_comes_back(rows: list[tuple[str, str]]) -> None:
    table = parse_table(ods(HEADER, *(row(text(one), text(two)) for one, two in rows)))
    written = [(one.strip(), two.strip()) for one, two in rows]
    assert [tuple(one.cells.values()) for one in table.rows] == [pair for pair in written if any(pair)]
    assert [one.number for one in table.rows] == [n for n, pair in enumerate(written, start=2) if any(pair)]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2000), st.binary(min_size=1, max_size=8))
def test_damage_is_one_error(at: int, junk: bytes) -> None:
    data = bytearray(ods(HEADER, row(text("A"), text("B"))))
    data[at % len(data) : at % len(data) + len(junk)] = junk
    try:
        parse_table(bytes(data), name="x.ods")
    except BadTable as error:
        assert "\n" not in str(error)  # noqa: PT017
