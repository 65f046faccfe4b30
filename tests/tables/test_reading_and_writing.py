"""The files themselves: paths, sizes, and CSV that a spreadsheet shows and does not run."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panah.errors import BadTable, NotConfigured
from panah.tables import csv_text, parse_table, read_table, write_csv


def test_a_file_is_read_by_its_path(tmp_path):
    path = tmp_path / "list_a.csv"
    path.write_bytes(b"id\n1\n1,2\n")
    table = read_table(path)
    assert table.name == "list_a.csv"
    assert str(table.problems[0]).startswith("list_a.csv, row 3: ")
    assert table.place(table.rows[0], "id") == "list_a.csv, row 2, column id"
    assert read_table(str(path)).rows == table.rows


@pytest.mark.parametrize(("make", "said"), [(lambda p: None, "no such file"), (lambda p: p.mkdir(), "is a directory")])
def test_what_cannot_be_opened(tmp_path, make, said):
    make(tmp_path / "list")
    with pytest.raises(BadTable, match=said):
        read_table(tmp_path / "list")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read(tmp_path):
    path = tmp_path / "list.csv"
    path.write_bytes(b"id\n1\n")
    path.chmod(0)
    with pytest.raises(BadTable, match="permission denied"):
        read_table(path)


def test_a_file_of_two_gigabytes_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "list.csv"
    with path.open("wb") as stream:
        stream.truncate(2 * 1024**3)
    with pytest.raises(BadTable, match=r"the file has 2,147,483,648 bytes"):
        read_table(path)


def test_bytes_have_the_same_limit(monkeypatch):
    monkeypatch.setattr("panah.tables.reading.MAX_BYTES", 10)
    with pytest.raises(BadTable, match="more than the 10 read here"):
        parse_table(b"id\n123456789\n")


@pytest.mark.parametrize("cell", ["=1+1", "+447700900123", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "\n=1"])
def test_text_that_looks_like_a_formula_is_shown(cell):
    text = csv_text(["what"], [[cell]])
    assert text.partition("\n")[2].lstrip('"').startswith("'")


def test_numbers_stay_numbers_and_nothing_is_an_empty_cell():
    assert csv_text(["n", "x", "y"], [[-3, None, 2.5]]) == "n,x,y\n-3,,2.5\n"


def test_a_row_of_another_length_is_an_error_of_ours():
    with pytest.raises(ValueError, match="a row of 1 cells"):
        csv_text(["a", "b"], [["x"]])


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp", "Cf"]), min_size=1, max_size=8)


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6))
@settings(max_examples=50, deadline=None)
def test_what_is_written_is_read_back(rows):
    table = parse_table(csv_text(["one", "two"], rows).encode())
    guarded = [
        tuple(cell.removeprefix("'") if cell[:1] == "'" else cell for cell in row.cells.values()) for row in table.rows
    ]
    assert guarded == [tuple(cell.removeprefix("'") for cell in row) for row in rows]


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "out.csv"
    write_csv(path, ["a"], [["ئۈرۈمچى"]])
    assert path.read_bytes() == "a\nئۈرۈمچى\n".encode()
    with pytest.raises(ValueError, match="a row of 2 cells"):
        write_csv(path, ["a"], [["x", "y"]])
    assert path.read_bytes() == "a\nئۈرۈمچى\n".encode()
    with pytest.raises(NotConfigured):
        write_csv(tmp_path / "no" / "out.csv", ["a"], [])
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.csv"]
