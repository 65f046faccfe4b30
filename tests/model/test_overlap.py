"""The overlap table: every way in, validation that names the place, and operations that keep units."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from estimate_tables import FOUR, INVENTED, overlap_tables
from hypothesis import given, settings
from hypothesis import strategies as st

from panah.errors import BadTable
from panah.model.overlap import OverlapRecords, OverlapTable, StratifiedTable
from panah.model.overlap_csv import parse_rows
from panah.model.overlap_draws import is_parquet, read_draws

TEXT = "A,B,C,count\n1,0,0,60\n0,1,0,55\n0,0,1,40\n1,1,0,22\n1,0,1,15\n0,1,1,17\n1,1,1,8\n"


def written(folder: Path, text: str, name: str = "t.csv") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_counts_matrix_frame_and_masks_give_one_table(tmp_path: Path) -> None:
    from_csv = OverlapTable.from_csv(written(tmp_path, TEXT))
    rows = [
        [pattern >> index & 1 for index in range(3)] for pattern, count in INVENTED.counts.items() for _ in range(count)
    ]
    matrix = OverlapTable.from_matrix(("A", "B", "C"), rows)
    frame = pd.DataFrame({"lists": [";".join(name for name, on in zip("ABC", row, strict=True) if on) for row in rows]})
    assert from_csv == matrix == INVENTED == OverlapTable.from_frame(frame)
    records = "A,B,C\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)
    assert OverlapTable.from_csv(written(tmp_path, records, "r.csv")) == INVENTED


def test_doubled_patterns_add_up_and_absent_ones_are_nil(tmp_path: Path) -> None:
    table = OverlapTable.from_csv(written(tmp_path, "A,B,count\n1,0,3\n1,0,4\n1,1,2\n"))
    assert dict(table.counts) == {1: 7, 3: 2}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("A,B,count\n1,0,3\n1,2,3\n", "row 3, column B"),
        ("A,B,count\n1,0,-3\n", "row 2, column count"),
        ("A,B,count\n1,0,1.5\n", "row 2, column count"),
        ("A,B,count\n1,0,٣\n", "row 2, column count"),
        ("A,B,count\n1,0\n", "row 2"),
        ("A,A,count\n1,0,3\n", "row 1"),
        ("A,,count\n1,0,3\n", "row 1"),
        ("count\n3\n", "t.csv"),
        ("A,B,count\n0,0,3\n1,1,2\n", "t.csv"),
        ("A,B,count\n1,1,0\n", "t.csv"),
        ("", "t.csv"),
    ],
)
def test_the_wrong_cell_is_named(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(BadTable) as told:
        OverlapTable.from_csv(written(tmp_path, text))
    assert place in str(told.value)


@pytest.mark.parametrize("text", ["A;B;count\r\n1;0;3\r\n1;1;2\r\n", "\ufeffA\tB\tcount\n1\t0\t3\n1\t1\t2\n"])
def test_semicolons_tabs_and_byte_order_marks(tmp_path: Path, text: str) -> None:
    assert dict(OverlapTable.from_csv(written(tmp_path, text)).counts) == {1: 3, 3: 2}


def test_wrong_tables_are_refused() -> None:
    for lists, counts in ((("A", "A"), {1: 2}), ((), {}), (("A", " "), {1: 2}), (("A", "B"), {4: 1}), (("A", "B"), {1: -1}),
                          (("A", "B"), {0: 1}), (("A", "B"), {1: 1.5})):  # fmt: skip
        with pytest.raises(BadTable):
            OverlapTable.from_patterns(lists, counts)  # type: ignore[arg-type]
    with pytest.raises(BadTable, match="row 2, column B"):
        OverlapTable.from_matrix(("A", "B"), [[1, 0], [1, 7]])
    with pytest.raises(BadTable, match="row 1"):
        OverlapTable.from_frame(pd.DataFrame({"lists": [""]}))
    with pytest.raises(BadTable, match="no column"):
        OverlapTable.from_frame(pd.DataFrame({"other": ["A"]}))


def test_twenty_five_lists_are_bit_masks() -> None:
    names = [f"L{index}" for index in range(25)]
    table = OverlapTable.from_patterns(names, {1 << 24 | 1: 3, 1 << 24: 5, 1: 2})
    assert table.n_observed == 10
    assert table.n_overlap == 3
    assert table.names_of(1 << 24 | 1) == ("L0", "L24")
    assert OverlapTable.from_json(table.to_json()) == table


def test_a_list_that_was_not_active_is_a_structural_zero() -> None:
    table = OverlapTable.from_patterns(("A", "B", "C"), {1: 3, 3: 2}, inactive=["C"])
    assert table.inactive == ("C",)
    with pytest.raises(BadTable, match="inactive"):
        OverlapTable.from_patterns(("A", "B"), {3: 1}, inactive=["B"])


def test_parts_of_a_table() -> None:
    assert INVENTED.without("C").n_observed == INVENTED.n_observed - 40
    merged = INVENTED.merging("A", "B")
    assert merged.n_observed == INVENTED.n_observed
    assert merged.lists == ("A+B", "C")
    hidden = INVENTED.within("A")
    assert hidden.n_observed == INVENTED.list_sizes["A"] - 60
    with pytest.raises(BadTable):
        INVENTED.without("A").keeping(["A"])


def test_a_changed_json_is_found_out() -> None:
    assert OverlapTable.from_json(INVENTED.to_json()) == INVENTED
    with pytest.raises(BadTable, match="hash"):
        OverlapTable.from_json(INVENTED.to_json().replace('"count": 60', '"count": 61'))
    for text in ("", "{}", "[1]", '{"lists": 3}'):
        with pytest.raises(BadTable):
            OverlapTable.from_json(text)


@given(table=overlap_tables(), order=st.permutations(range(3)))
@settings(max_examples=30, deadline=None)
def test_the_hash_does_not_depend_on_order(table: OverlapTable, order: list[int]) -> None:
    from mse_tables import reordered

    assert reordered(table, order).digest == table.digest
    assert OverlapTable.from_json(table.to_json()).digest == table.digest
    assert sum(table.list_sizes.values()) == sum(p.bit_count() * count for p, count in table.counts.items())


def test_strata_with_labels_missing_and_contradicting(tmp_path: Path) -> None:
    text = "A,B,one,two,count\n1,0,x,x,3\n1,1,x,y,2\n0,1,,y,4\n1,1,,,5\n"
    strata = StratifiedTable.from_csv(written(tmp_path, text), ["one", "two"])
    assert {label: table.n_observed for label, table in strata.tables.items()} == {"x": 5, "y": 4}
    assert strata.unlabelled is not None
    assert strata.unlabelled.n_observed == 5
    assert strata.n_conflicting == 2
    assert strata.pooled().n_observed == 14
    with pytest.raises(BadTable, match="label"):
        StratifiedTable.from_csv(written(tmp_path, "A,B,one,count\n1,1,,5\n"), "one")
    closed = StratifiedTable.from_csv(
        written(tmp_path, "A,B,one,count\n1,0,x,5\n1,1,y,5\n"), "one", inactive={"x": ["B"]}
    )
    assert closed.tables["x"].inactive == ("B",)


def test_records_keep_their_covariates(tmp_path: Path) -> None:
    records = OverlapRecords.from_csv(written(tmp_path, "A,B,age,count\n1,0,31,3\n1,1,,2\n"), ["age"])
    assert records.covariates["age"] == ("31", "")
    assert records.table().n_observed == 5
    assert OverlapRecords.from_table(FOUR).table() == FOUR


def draws_file(folder: Path, **columns: object) -> Path:
    pq.write_table(pa.table(columns), folder / "draws.parquet")
    return folder / "draws.parquet"


def test_draws_of_a_linkage(tmp_path: Path) -> None:
    path = draws_file(
        tmp_path, draw=[2, 1, 1, 2, 1], A=[1, 1, 1, 1, 0], B=[1, 0, 1, 0, 1], count=[4, 9, 5, 10, 3]
    )  # fmt: skip
    assert is_parquet(path)
    first, second = read_draws(path)
    assert (first.lists, dict(first.counts)) == (("A", "B"), {1: 9, 2: 3, 3: 5})
    assert dict(second.counts) == {1: 10, 3: 4}
    booleans = draws_file(tmp_path, draw=[0], A=[True], B=[True], count=[4])
    assert dict(read_draws(booleans)[0].counts) == {3: 4}
    single = draws_file(tmp_path, A=[1, 1], B=[0, 1], count=[4, 2])
    assert dict(read_draws(single)[0].counts) == {1: 4, 3: 2}


@pytest.mark.parametrize(
    ("columns", "place"),
    [
        ({"draw": [1, 1], "A": [1, 2], "B": [1, 1], "count": [1, 1]}, "row 2, column A"),
        ({"draw": [1], "A": [0], "B": [0], "count": [1]}, "row 1, column count"),
        ({"draw": [1], "A": [1], "B": [1], "count": [-1]}, "row 1, column count"),
        ({"draw": [1, None], "A": [1, 1], "B": [1, 1], "count": [1, 1]}, "row 2, column draw"),
        ({"draw": [1], "A": [1], "B": [1]}, "no column count"),
        ({"draw": [1], "count": [1]}, "columns are lists"),
        ({"draw": ["x"], "A": [1], "count": [1]}, "column draw"),
        ({"draw": [1], "A": [1.0], "count": [1]}, "column A"),
        ({"draw": [1, 2], "A": [1, 1], "count": [1, 0]}, "draw 2"),
    ],
)
def test_wrong_draws_are_told_by_row_and_column(tmp_path: Path, columns: dict[str, object], place: str) -> None:
    with pytest.raises(BadTable) as told:
        read_draws(draws_file(tmp_path, **columns))
    assert place in str(told.value)


def test_a_broken_parquet_is_one_error(tmp_path: Path) -> None:
    path = draws_file(tmp_path, draw=[1], A=[1], B=[1], count=[1])
    whole = path.read_bytes()
    for cut in (whole[:40], b"PAR1" + b"\x00" * 50, whole[:-8] + b"\xff" * 8):
        path.write_bytes(cut)
        with pytest.raises(BadTable):
            read_draws(path)


@given(text=st.text(alphabet='AB,;\t\n\r"01count-. ', max_size=80))
@settings(max_examples=200, deadline=None)
def test_any_text_is_a_table_or_one_error(text: str) -> None:
    try:
        lists, rows = parse_rows(text)
    except BadTable:
        return
    assert lists
    assert all(row.count >= 0 and 0 < row.pattern < 1 << len(lists) for row in rows)
