"""Workbooks: what they show is what is read, and a trap is refused before openpyxl opens it."""

from __future__ import annotations

import io
import re
import time
import zipfile
from datetime import date, datetime
from datetime import time as clock

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables_workbooks import CONTENT_TYPES, archive, saved, with_part, workbook

from panah.errors import BadTable
from panah.tables import parse_table


def test_cells_are_read_as_text():
    day = datetime(2019, 6, 22)  # noqa: DTZ001  (a workbook's cells have no zone)
    rows = [
        ["text", "day", "moment", "whole", "broken", "yes", "clock", "nothing"],
        [" Rena ", day, day.replace(hour=10, minute=5), 3.0, 2.5, True, clock(10, 5), None],
    ]
    table = parse_table(workbook(("List", rows)), name="list.xlsx")
    assert (table.kind, table.sheet) == ("xlsx", "List")
    assert list(table.rows[0].cells.values()) == [
        "Rena",
        "2019-06-22",
        "2019-06-22T10:05:00",
        "3",
        "2.5",
        "true",
        "10:05:00",
        "",
    ]


def test_the_content_decides_and_not_the_name():
    assert parse_table(workbook(("List", [["id"], [1]])), name="list.csv").kind == "xlsx"
    assert parse_table(b"id\n1\n", name="list.xlsx").kind == "csv"


def test_rows_keep_their_numbers_and_may_end_early():
    rows = [["id", "what", "when"], [1, "call"], [], [2, None, 2020], [3, "a", 2021, "more"]]
    table = parse_table(workbook(("List", rows)), name="list.xlsx")
    assert [(row.number, *row.cells.values()) for row in table.rows] == [(2, "1", "call", ""), (4, "2", "", "2020")]
    assert [str(problem).split(";")[0] for problem in table.problems] == [
        "list.xlsx, row 5: the number of cells is 4, the header has 3"
    ]


def test_a_header_below_empty_rows():
    assert parse_table(workbook(("List", [[], [], ["id"], [1]]))).rows[0].number == 4


def test_formulas_give_their_stored_values_or_a_bad_row():
    data = workbook(("List", [["id", "sum"], [1, "=1+1"], [2, 5]]))
    table = parse_table(data, name="list.xlsx")
    assert [row.number for row in table.rows] == [3]
    assert "the formula in column 2 has no stored value" in str(table.problems[0])
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        sheet = re.sub(rb"<f>1\+1</f><v ?/?>(</v>)?", b"<f>1+1</f><v>2</v>", packed.read("xl/worksheets/sheet1.xml"))
        assert b"<f>1+1</f><v>2</v>" in sheet
    assert parse_table(with_part(data, "xl/worksheets/sheet1.xml", sheet)).rows[0].cells == {"id": "1", "sum": "2"}


def test_an_error_that_the_spreadsheet_shows_is_a_bad_row():
    book = openpyxl.Workbook()
    book.active.append(["id", "date"])
    book.active.append([1, "#REF!"])
    book.active["B2"].data_type = "e"
    table = parse_table(saved(book), name="list.xlsx")
    assert table.rows == ()
    assert "list.xlsx, row 2: the cell in column 2 shows an error" in str(table.problems[0])


def test_the_first_visible_sheet_that_holds_anything_is_read_and_the_others_are_named():
    sheets = (("Hidden", [["x"], [9]]), ("Empty", []), ("List", [["id"], [1]]), ("More", [["id"], [2]]), ("Void", []))
    data = workbook(*sheets, hidden=["Hidden"])
    table = parse_table(data)
    assert (table.sheet, table.other_sheets) == ("List", ("More",))
    assert parse_table(data, sheet="More").rows[0].cells == {"id": "2"}
    for wrong in ("Hidden", "Nowhere"):
        with pytest.raises(BadTable, match="no sheet of that name"):
            parse_table(data, sheet=wrong)


def test_days_of_the_1904_calendar():
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append(["day"])
    book.active.append([date(2019, 6, 22)])
    assert parse_table(saved(book)).rows[0].cells == {"day": "2019-06-22"}


BILLION_LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c t="inlineStr"><is><t>&lol2;</t></is></c></row></sheetData></worksheet>"""
OUTSIDE_FILE = BILLION_LAUGHS.replace(b'"lol"', b'SYSTEM "file:///etc/passwd"')


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("body", [BILLION_LAUGHS, OUTSIDE_FILE])
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml", "_rels/.rels"])
def test_a_document_type_is_refused(body, encoding, part):
    data = with_part(workbook(("List", [["id"], [1]])), part, body.decode().encode(encoding))
    with pytest.raises(BadTable, match="document type") as caught:
        parse_table(data, name="list.xlsx")
    assert "root:" not in str(caught.value)


def test_a_bomb_is_refused_without_being_unpacked():
    data = with_part(workbook(("List", [["id"], [1]])), "xl/worksheets/sheet1.xml", b"<" + b" " * 80_000_000)
    assert len(data) < 200_000
    start = time.perf_counter()
    with pytest.raises(BadTable, match="more than a list has"):
        parse_table(data)
    assert time.perf_counter() - start < 1.0


def test_too_many_parts_are_refused():
    parts = {"[Content_Types].xml": CONTENT_TYPES, "xl/workbook.xml": "<workbook/>"}
    with pytest.raises(BadTable, match=r"2,002 parts"):
        parse_table(archive({**parts, **{f"xl/{n}": b"" for n in range(2000)}}))


def test_a_sheet_that_lies_about_its_size():
    data = workbook(("List", [["id", "what"], [1, "a"], [2, "b"]]))
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml")
    for lie in (b"A1:A1", b"A1:XFD1048576"):
        told = sheet.replace(b'ref="A1:B3"', b'ref="' + lie + b'"')
        assert told != sheet
        table = parse_table(with_part(data, "xl/worksheets/sheet1.xml", told))
        assert [row.number for row in table.rows] == [2, 3]


def test_one_cell_in_the_last_row_or_column():
    book = openpyxl.Workbook()
    book.active["A1"] = "id"
    book.active["A1048576"] = 1
    with pytest.raises(BadTable, match="more than 500,000 rows"):
        parse_table(saved(book))
    book = openpyxl.Workbook()
    book.active["A1"] = "id"
    book.active["XFD2"] = 1
    assert len(parse_table(saved(book)).problems) == 1


def test_rows_that_are_wide_and_empty_have_a_limit(monkeypatch):
    monkeypatch.setattr("panah.tables.xlsx.MAX_SCANNED_CELLS", 100)
    book = openpyxl.Workbook()
    book.active["A1"] = "id"
    book.active["GR2"] = 1
    with pytest.raises(BadTable, match="most of them empty"):
        parse_table(saved(book))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (archive({"readme.txt": "hello"}), "an archive, not a workbook"),
        (archive({"[Content_Types].xml": CONTENT_TYPES, "word/document.xml": "<w/>"}), "an archive, not a workbook"),
        (archive({"[Content_Types].xml": CONTENT_TYPES, "xl/workbook.xml": "<workbook/>"}), "the workbook is empty"),
        (archive({"[Content_Types].xml": "<", "xl/workbook.xml": "<"}), "a damaged workbook"),
        (b"PK\x03\x04 and no more", "a damaged or encrypted archive"),
        (workbook(("List", [["id"], [1]]))[:-400], "a damaged"),
        (workbook(("List", [])), "the workbook is empty"),
    ],
)
def test_what_is_no_workbook(data, said):
    with pytest.raises(BadTable, match=said) as caught:
        parse_table(data, name="list.xlsx")
    assert str(caught.value).startswith("list.xlsx: ")
    assert "\n" not in str(caught.value)


SOUND = workbook(("List", [["id", "what"], [1, "a call"], [2, "=1+1"]]))


@given(st.integers(0, len(SOUND) - 1), st.integers(1, 255))
@settings(max_examples=60, deadline=None)
def test_a_changed_byte_is_read_or_refused(at, change):
    damaged = bytearray(SOUND)
    damaged[at] ^= change
    try:
        parse_table(bytes(damaged), name="list.xlsx")
    except BadTable as refusal:
        told = str(refusal)
        assert told.startswith("list.xlsx")


@given(
    st.lists(
        st.lists(st.none() | st.integers(-9, 9) | st.booleans() | st.text("abc =+#", max_size=6), max_size=4),
        max_size=5,
    )
)
@settings(max_examples=40, deadline=None)
def test_any_cells_are_read_or_told(rows):
    try:
        table = parse_table(workbook(("List", [["a", "b", "c"], *rows])), name="x.xlsx")
    except BadTable:
        pytest.fail("a sound workbook was refused")
    filled = {
        n for n, row in enumerate(rows, start=2) if any(cell not in (None, "") and str(cell).strip() for cell in row)
    }
    told = {row.number for row in table.rows} | {int(problem.where.rsplit(" ", 1)[1]) for problem in table.problems}
    assert told == filled
