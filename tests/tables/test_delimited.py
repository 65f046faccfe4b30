"""CSV as people send it: encodings, delimiters, open quotation marks, and every bad row with its place."""

from __future__ import annotations

import csv
import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panah.errors import BadTable
from panah.tables import parse_table


def cells(table):
    return [(row.number, *row.cells.values()) for row in table.rows]


def test_a_plain_table():
    table = parse_table(b"id,date\n1,2019-07\n2,2019-08\n", name="a.csv")
    assert (table.kind, table.encoding, table.delimiter, table.header) == ("csv", "utf-8", ",", ("id", "date"))
    assert table.rows[0].cells == {"id": "1", "date": "2019-07"}
    assert cells(table) == [(2, "1", "2019-07"), (3, "2", "2019-08")]
    assert table.problems == ()
    assert not table.encoding_guessed


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(delimiter, line_end):
    text = line_end.join(delimiter.join(row) for row in (["id", "what"], ["1", "a call"], ["2", "a letter"])) + line_end
    table = parse_table(text.encode())
    assert table.delimiter == delimiter
    assert cells(table) == [(2, "1", "a call"), (3, "2", "a letter")]


def test_the_delimiter_is_the_one_that_fits_all_rows():
    table = parse_table(b"id;what\n1;a, b, c\n2;d, e, f\n")
    assert table.delimiter == ";"
    assert table.rows[0].cells["what"] == "a, b, c"


def test_a_spreadsheets_line_that_names_the_delimiter():
    table = parse_table(b"sep=;\r\nid;what\r\n1;a,b\r\n")
    assert (table.header, cells(table)) == (("id", "what"), [(3, "1", "a,b")])


def test_one_column():
    assert cells(parse_table(b"number\n1\n2\n")) == [(2, "1"), (3, "2")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_encodings(encoding):
    table = parse_table("ad,yer\nŞükrü,ئۈرۈمچى\n".encode(encoding))
    assert table.rows[0].cells == {"ad": "Şükrü", "yer": "ئۈرۈمچى"}
    assert not table.encoding_guessed


def test_an_old_encoding_is_guessed_and_said_to_be():
    text = "姓名,地点\n" + "热娜,乌鲁木齐市天山区\n古丽,喀什地区疏附县\n" * 5
    table = parse_table(text.encode("gb18030"))
    assert table.encoding_guessed
    assert table.rows[0].cells["地点"] == "乌鲁木齐市天山区"


def test_a_wrong_guess_can_be_corrected():
    data = "ad,yer\nŞükrü,Iğdır\n".encode("cp1254")
    table = parse_table(data, encoding="cp1254")
    assert table.rows[0].cells == {"ad": "Şükrü", "yer": "Iğdır"}
    assert not table.encoding_guessed
    with pytest.raises(BadTable, match="not readable as ascii"):
        parse_table(data, encoding="ascii")
    with pytest.raises(BadTable, match="not readable as klingon"):
        parse_table(data, encoding="klingon")


def test_bad_rows_are_told_in_order_with_their_place_and_the_others_are_read():
    data = (
        b'id,what,when\n1,call,2019\n2,call\n3,call,2019,more\n\n"4,open\n5,call,2020\n6,"x"y,2020\n7,letter,2021,,\n'
    )
    table = parse_table(data, name="list_b.csv")
    assert [row.number for row in table.rows] == [2, 7, 9]
    assert [str(problem) for problem in table.problems] == [
        "list_b.csv, row 3: the number of cells is 2, the header has 3; check for a missing or doubled delimiter",
        "list_b.csv, row 4: the number of cells is 4, the header has 3; check for a missing or doubled delimiter",
        "list_b.csv, row 6: a quotation mark is not closed; close it, or double it inside a quoted cell",
        "list_b.csv, row 8: a quotation mark is not closed; close it, or double it inside a quoted cell",
    ]


def test_problems_never_quote_the_row():
    table = parse_table(b'id,name\n1,Rana Example,extra\n"2,Rana Example\n')
    assert len(table.problems) == 2
    assert "Rana" not in "".join(map(repr, table.problems))
    assert "Rana" not in repr(table)


def test_a_cell_may_have_lines_and_quotation_marks():
    table = parse_table(b'id,what\n1,"two\nlines, and ""words"""\n2,b\n')
    assert cells(table) == [(2, "1", 'two\nlines, and "words"'), (3, "2", "b")]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (b" \n\n", "the file is empty"),
        (b"\n,,\n", "the table is empty"),
        (b"id,,when\n1,2,3\n", "row 1: column 2 has no name"),
        (b"id,When,when\n1,2,3\n", "row 1: columns 2 and 3 have the same name"),
        (b"id,what\0\n1,2\n", "it has bytes that no text has"),
        (b"\x00\x01\x02\x03" * 50, "it has bytes that no text has"),
        (b"%PDF-1.7 ...", "a PDF document, not a table"),
        (b"\x89PNG\r\n\x1a\n", "a picture, not a table"),
        (b"SQLite format 3\x00", "a database file, not a table"),
        (b"\x1f\x8b\x08\x00", "a compressed file, not a table"),
        (b"PK\x05\x06" + b"\0" * 18, "an empty archive, not a table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "an old or password-protected workbook"),
        (b"  <!DOCTYPE html><html><table>", "a web page or XML, not a table"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><smses/>", "a web page or XML, not a table"),
        (b'"never closed\n' * 3, "a quotation mark is not closed"),
        (",".join(f"c{n}" for n in range(501)).encode(), "more than 500 columns"),
    ],
)
def test_what_is_no_table(data, said):
    with pytest.raises(BadTable, match=said) as caught:
        parse_table(data, name="list.csv")
    assert str(caught.value).startswith("list.csv")


def test_a_header_only_is_a_table_of_no_rows():
    assert parse_table(b"id,what\n").rows == ()


def test_too_many_rows_or_cells_are_refused(monkeypatch):
    monkeypatch.setattr("panah.tables.table.MAX_ROWS", 10)
    with pytest.raises(BadTable, match="more than 10 rows"):
        parse_table(b"id\n" + b"1\n" * 11)
    monkeypatch.setattr("panah.tables.table.MAX_CELLS", 4)
    with pytest.raises(BadTable, match="more than 4 cells"):
        parse_table(b"id,what\n" + b"1,2\n" * 3)


def test_a_very_long_cell_is_a_bad_row():
    table = parse_table(b"id,what\n1," + b"x" * 40_000 + b"\n2,b\n")
    assert [row.number for row in table.rows] == [3]
    assert "32,767 characters" in str(table.problems[0])


def test_many_open_quotation_marks_cost_no_more_than_their_lines():
    data = b"id,what\n" + b'"open,1\n' * 20_000
    start = time.perf_counter()
    table = parse_table(data)
    assert time.perf_counter() - start < 20
    # every second mark closes the one before; what matters is that nothing is lost in silence
    assert table.rows or table.problems


LINE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=8)


@given(st.lists(st.tuples(LINE, LINE, LINE), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_what_a_csv_writer_writes_is_read_back(rows):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([("one", "two", "three"), *rows])
    table = parse_table(out.getvalue().encode("utf-8-sig"))
    assert [tuple(row.cells.values()) for row in table.rows] == [tuple(c.strip() for c in row) for row in rows]
    assert table.problems == ()


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\x00\x00"])
def test_a_byte_order_mark_and_nothing_else(mark):
    with pytest.raises(BadTable):
        parse_table(mark, name="x.csv")


@given(
    st.binary(max_size=300)
    | st.text(max_size=200).map(str.encode)
    | st.text('",;\n\r\tab', max_size=80).map(str.encode)
)
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_a_table_or_a_bad_table(data):
    try:
        table = parse_table(data, name="x.csv")
    except BadTable as refusal:
        told = str(refusal)
        assert "\n" not in told
        return
    numbers = [row.number for row in table.rows]
    assert numbers == sorted(set(numbers))
    assert all(tuple(row.cells) == table.header for row in table.rows)
    assert all(problem.where.startswith("x.csv, row ") for problem in table.problems)
