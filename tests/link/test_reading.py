"""A list file becomes records, and every row that cannot be read is told with its place and without its value."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from link_lists import HEADER, a_list, write_list

from panah.errors import BadTable, Unreadable
from panah.link import ROLES, read_list
from panah.link.roles import guess_roles

GOOD = ("1", "Rena Placeholder", "2024-05-06", "Antwerp", "BE", "threatening_communication")


@pytest.mark.parametrize(
    ("header", "roles"),
    [
        (("id", "name", "date", "city", "country"), ("record_id", "name", "date", "host_place", "host_country")),
        (("Nr", "Name", "Datum", "Ort", "Land"), ("record_id", "name", "date", "host_place", "host_country")),
        (("Numéro", "Nom", "Date", "Ville", "Pays"), ("record_id", "name", "date", "host_place", "host_country")),
        (("Nummer", "Naam", "Datum", "Plaats", "Land"), ("record_id", "name", "date", "host_place", "host_country")),
        (("NR", "Ad Soyad", "Tarih", "Şehir", "Ülke"), ("record_id", "name", "date", "host_place", "host_country")),
        (("编号", "姓名", "日期", "城市", "国家"), ("record_id", "name", "date", "host_place", "host_country")),
        (("نومۇر", "ئىسمى", "ۋاقتى", "شەھەر", "دۆلەت"), ("record_id", "name", "date", "host_place", "host_country")),
        (
            ("rec_id", "given_name", "surname", "postcode", "state"),
            ("record_id", "given_name", "family_name", "postcode", "region"),
        ),
        (("id", "date", "state", "colour"), ("record_id", "date", "origin_state", "")),
    ],
)
def test_roles_are_guessed_in_several_languages(header: tuple[str, ...], roles: tuple[str, ...]) -> None:
    assert tuple(guess_roles(header).values()) == roles


def test_a_role_is_given_once_and_can_be_said() -> None:
    assert guess_roles(("name", "full name")) == {"name": "name", "full name": ""}
    assert guess_roles(("name", "full name"), {"FULL NAME": "name", "name": "ignore"}) == {
        "name": "",
        "full name": "name",
    }


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"nom": "name"}, "no column nom"),
        ({"name": "nickname"}, "no role nickname"),
        ({"id": "name", "name": "name"}, "two columns"),
    ],
)
def test_what_is_said_must_exist(said: dict[str, str], message: str) -> None:
    with pytest.raises(BadTable, match=message):
        guess_roles(("id", "name"), said)


def test_cells_become_coded_values(tmp_path: Path) -> None:
    rows = [GOOD, ("2", "Aylin Beispiel; Ayline Beispiel", "16.05.2024", "Malmö", "Sweden", "Interpol abuse")]
    one = a_list(tmp_path / "l.csv", rows)
    assert one.name == "l"
    assert [record.row for record in one.records] == [2, 3]
    second = one.records[1]
    assert second.names == ("Aylin Beispiel", "Ayline Beispiel")
    assert second.host_country == "SE"
    assert second.tactic == "interpol_abuse"


def test_day_and_month_are_told_apart_by_the_whole_column(tmp_path: Path) -> None:
    rows = [("1", "A B", "05/06/2024", "", "", ""), ("2", "C D", "25/06/2024", "Gent", "BE", "")]
    header = (*HEADER[:5], "note")
    assert [record.date for record in a_list(tmp_path / "l.csv", rows, header).records] == ["2024-06-05", "2024-06-25"]
    contradiction = [*rows, ("3", "E F", "06/25/2024", "Gent", "BE", "")]
    one = a_list(tmp_path / "m.csv", contradiction, header)
    assert [problem.where for problem in one.problems] == ["m.csv, row 2, column date"]
    assert "cannot be told apart" in str(one.problems[0])


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("date", "2024-02-31"),
        ("date", "Kerim Secret"),
        ("tactic", "laserpointer"),
        ("host country", "Atlantis"),
        ("id", " "),
    ],
)
def test_a_broken_cell_is_told_with_its_place_and_never_its_value(tmp_path: Path, column: str, value: str) -> None:
    broken = list(GOOD)
    broken[0], broken[HEADER.index(column)] = ("2", value) if column != "id" else (value, value)
    one = a_list(tmp_path / "l.csv", [GOOD, broken, ("3", *GOOD[1:])])
    assert [record.record_id for record in one.records] == ["1", "3"]
    assert [problem.where for problem in one.problems] == [f"l.csv, row 3, column {column}"]
    assert value.strip() not in str(one.problems[0]) or not value.strip()


def test_problems_stand_in_the_order_of_the_file(tmp_path: Path) -> None:
    rows = [GOOD, ("2", "A", "no date", "", "", ""), ("3", "too few cells"), ("4", "B", "31.02.2024", "", "", "")]
    assert [problem.where.split(",")[1] for problem in a_list(tmp_path / "l.csv", rows).problems] == [
        " row 3",
        " row 4",
        " row 5",
    ]


@pytest.mark.parametrize(
    ("rows", "header", "message"),
    [
        ([], HEADER, "no row below the header"),
        ([("1", "A", "never", "", "", "")], HEADER, "has no value in any row"),
        ([("1", *GOOD[1:]), ("1", *GOOD[1:])], HEADER, "rows 2 and 3 have the same id"),
        ([("1", "x"), ("2", "y")], ("id", "colour"), "no column whose meaning is known"),
        ([("1", "A B", "never"), ("2", "C D", "")], ("id", "name", "date"), "no row can be read"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_with_one_clear_error(
    tmp_path: Path, rows: list[tuple[str, ...]], header: tuple[str, ...], message: str
) -> None:
    if message == "no row can be read":
        rows = [(number, name, date or "never") for number, name, date in rows]
    with pytest.raises(BadTable, match=message) as caught:
        a_list(tmp_path / "l.csv", rows, header)
    assert "\n" not in str(caught.value)


def test_a_column_without_meaning_may_be_left_out(tmp_path: Path) -> None:
    path = write_list(tmp_path / "l.csv", [("7", "A B", "2024"), ("7", "C D", "2023")], ("id", "name", "date"))
    one = read_list(path, roles={"id": "ignore"})
    assert [record.record_id for record in one.records] == ["2", "3"]


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=400))
def test_hostile_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("hostile") / "l.csv"
    path.write_bytes(b"id,name,date\n1,A B,2024\n" + data)
    with contextlib.suppress(Unreadable):
        one = read_list(path)
        assert len(one.records) + len(one.problems) >= 1


def test_every_role_has_words_or_is_documented() -> None:
    assert len(set(ROLES)) == len(ROLES)
    assert {"record_id", "name", "date", "tactic"} <= set(ROLES)


def test_a_typed_pseudonym_never_matches(tmp_path: Path) -> None:
    header = ("id", "name", "name kind", "alias", "date", "city", "host country", "tactic")
    rows = [
        ("1", "Kim Placeholder", "Pseudonym", "Falcon", "2024-05-16", "Gent", "BE", "assault"),
        ("2", "Rena Sample", "passport", "Falcon", "2024-06-16", "Malmö", "SE", "assault"),
        ("3", "Jo Muster", "", "", "2024-07-16", "Lyon", "FR", "assault"),
        ("4", "Mo Exemple", "Deckname", "Owl", "2024-08-16", "Wien", "AT", "assault"),
    ]
    one = a_list(tmp_path / "a.csv", rows, header)
    assert one.roles["name kind"] == "name_kind"
    assert one.roles["alias"] == "pseudonym"
    assert [record.names for record in one.records] == [(), ("Rena Sample",), ("Jo Muster",), ()]
    assert all("Falcon" not in str(record) for record in one.records)
