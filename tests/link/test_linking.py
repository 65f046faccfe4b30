"""Linking invented lists whose truth is known, and the rules that hold whatever the model thinks."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from link_lists import a_list, pairwise_f1

from panah.demo.inputs import make_inputs
from panah.errors import BadTable, NotConfigured
from panah.link import link, read_list
from panah.model.linkage import Linkage, ListRecord, RecordList

LISTS = ("antwerp", "munich", "stockholm")


def _invented(folder: Path, seed: int) -> tuple[list[RecordList], dict[tuple[str, str], int]]:
    """Three organisations' lists with misspelt names, month-only dates, other tactics and one broken row each."""
    inputs = make_inputs(folder, seed)
    lists = [read_list(path, name=name) for path, name in zip(inputs.lists, LISTS, strict=True)]
    truth = {(name, record): number for name, rows in inputs.truth.items() for record, number in rows.items()}
    return lists, truth


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[RecordList], dict[tuple[str, str], int]]:
    return _invented(tmp_path_factory.mktemp("lists"), 2024)


@pytest.fixture(scope="module")
def linkage(invented: tuple[list[RecordList], dict[tuple[str, str], int]]) -> Linkage:
    return link(invented[0], seed=7)


def test_each_list_has_one_broken_row(invented: tuple[list[RecordList], object]) -> None:
    assert [len(one.problems) for one in invented[0]] == [1, 1, 1]


@pytest.mark.parametrize("seed", [2024, 11, 12])
def test_the_truth_is_found(tmp_path: Path, seed: int) -> None:
    lists, truth = _invented(tmp_path, seed)
    assert pairwise_f1(link(lists), truth) >= 0.95


def test_every_record_stands_in_one_cluster_and_no_list_twice(linkage: Linkage, invented: tuple) -> None:
    members = [member for cluster in linkage.clusters for member in cluster.members]
    assert sorted(members) == sorted((one.name, record.record_id) for one in invented[0] for record in one.records)
    for cluster in linkage.clusters:
        lists = [name for name, _record in cluster.members]
        assert len(set(lists)) == len(lists)


def test_weights_are_the_prior_and_their_parts(linkage: Linkage) -> None:
    prior = linkage.settings["prior_weight"]
    for pair in linkage.pairs:
        assert pair.match_weight == pytest.approx(prior + sum(pair.parts.values()), abs=1e-4)
        assert pair.match_probability == pytest.approx(1 / (1 + 2**-pair.match_weight), abs=1e-6)


def test_links_reach_the_threshold_and_the_others_say_why_not(linkage: Linkage) -> None:
    for pair in linkage.pairs:
        assert pair.linked == (pair.reason == "")
        assert (pair.match_probability >= 0.5) == (pair.reason != "below_threshold")


def test_the_overlap_table_counts_the_clusters(linkage: Linkage) -> None:
    table = linkage.overlap_table()
    assert table.lists == LISTS
    assert table.n_observed == len(linkage.clusters)
    assert sum(count for pattern, count in table.counts.items() if pattern & 1) == linkage.n_records["antwerp"]


def test_the_settings_are_a_document_without_anybody_in_it(linkage: Linkage, invented: tuple) -> None:
    text = json.dumps(linkage.settings)
    assert not [name for one in invented[0] for record in one.records for name in record.names if name in text]
    assert {"comparisons", "prior_weight", "blocking_rules", "splink_model"} <= set(linkage.settings)


def test_same_seed_same_numbers(invented: tuple, linkage: Linkage) -> None:
    assert link(invented[0], seed=7) == linkage


def test_the_order_of_rows_does_not_matter(invented: tuple, linkage: Linkage) -> None:
    rng = random.Random(3)
    shuffled = [replace(one, records=tuple(rng.sample(one.records, len(one.records)))) for one in invented[0]]
    assert {one.members for one in link(shuffled, seed=7).clusters} == {one.members for one in linkage.clusters}


def _named(name: str, people: list[str], **fields: str) -> RecordList:
    records = [ListRecord(str(row), row + 1, (person,), **fields) for row, person in enumerate(people, start=1)]
    return RecordList(name, tuple(records), {"name": "name"})


def _dated(name: str, date: str) -> RecordList:
    return RecordList(name, (ListRecord("1", 2, date=date),), {"d": "date"})


def _people(n: int) -> list[str]:
    rng = random.Random(5)
    letters = "abdeghijklmnoqrstuwxyz"
    return [" ".join("".join(rng.choices(letters, k=6)) for _ in range(2)) for _ in range(n)]


@pytest.mark.parametrize("n", [8, 60])
def test_a_name_alone_never_links(n: int) -> None:
    people = _people(n)
    linkage = link([_named("a", people), _named("b", people)])
    assert not linkage.links
    assert "no_second_attribute" in linkage.flags
    assert {pair.reason for pair in linkage.pairs if pair.match_probability >= 0.5} <= {"name_alone"}


def test_a_name_with_a_second_attribute_links_in_tiny_lists(tmp_path: Path) -> None:
    one = a_list(tmp_path / "a.csv", [("1", "Aylin Beispiel", "2024-05-16", "Gent", "BE", "assault"), *_others("a")])
    other = a_list(tmp_path / "b.csv", [("9", "Beispiel, Aylin", "2024-05", "Ghent", "BE", "assault"), *_others("b")])
    linkage = link([one, other])
    assert [(pair.id_a, pair.id_b) for pair in linkage.links] == [("1", "9")]
    assert "priors_believed" in linkage.flags


def _others(letter: str) -> list[tuple[str, ...]]:
    """Rows of other people, other days and other places in each list."""
    places = {"a": ("Malmö", "SE"), "b": ("Lyon", "FR")}
    people = {"a": ("Kim Placeholder", "Sam Sample"), "b": ("Robin Muster", "Jo Exemple")}
    return [
        (f"{letter}{number}", person, f"202{number}-0{number}-1{number}", *places[letter], "covert_photography")
        for number, person in enumerate(people[letter], start=1)
    ]


def test_two_names_on_one_day_in_one_town_are_two_people(tmp_path: Path) -> None:
    same = ("2024-05-16", "Gent", "BE", "assault")
    one = a_list(tmp_path / "a.csv", [("1", "Aylin Beispiel", *same), *_others("a")])
    other = a_list(tmp_path / "b.csv", [("9", "Robin Quorx", *same), *_others("b")])
    assert not link([one, other]).links


def test_repeats_inside_a_list_are_found_when_asked(tmp_path: Path) -> None:
    rows = [(str(n), person, "2024-05-16", "Gent", "BE", "assault") for n, person in enumerate(_people(30))]
    rows += [(f"r{n}", row[1][:-1], *row[2:]) for n, row in enumerate(rows[:5])]
    rows[6:20] = [(*row[:2], f"2023-0{1 + n % 9}-11", *row[3:]) for n, row in enumerate(rows[6:20])]
    one = a_list(tmp_path / "a.csv", rows)
    linkage = link([one], within=True)
    assert {(pair.id_a, pair.id_b) for pair in linkage.links} == {(str(n), f"r{n}") for n in range(5)}
    with pytest.raises(ValueError, match="two lists"):
        linkage.overlap_table()


def test_a_name_in_another_script_is_no_evidence_against(tmp_path: Path) -> None:
    rows = [
        (str(n), person, f"2024-0{1 + n % 9}-1{n % 10}", "Gent", "BE", "assault")
        for n, person in enumerate(_people(25))
    ]
    other_script = [(row[0], "ئايلىن مىسال", *row[2:]) for row in rows]
    linkage = link([a_list(tmp_path / "a.csv", rows), a_list(tmp_path / "b.csv", other_script)])
    assert all(pair.parts["name"] == 0 for pair in linkage.pairs)


@pytest.mark.parametrize(
    ("lists", "message"),
    [
        ([], "one list only"),
        ([_named("a", ["A B"])], "one list only"),
        ([_named("a", ["A B"]), _named("a", ["A B"])], "the same name"),
        (
            [_named("a", ["A B"]), RecordList("b", (ListRecord("1", 2, date="2024"),), {"d": "date"})],
            "no column in common",
        ),
        ([_named("a", ["A B"]), _named("b", ["A B"])], "no column in common"),
    ],
)
def test_what_cannot_be_linked_is_refused(lists: list[RecordList], message: str) -> None:
    with pytest.raises(BadTable, match=message):
        link(lists)


@pytest.mark.parametrize("threshold", [0.0, 1.0, -1, float("nan")])
def test_a_threshold_is_a_probability(threshold: float) -> None:
    with pytest.raises(NotConfigured, match="threshold"):
        link([_named("a", ["A B"]), _named("b", ["C D"])], threshold=threshold)


def test_identical_rows_are_refused_before_they_are_paired() -> None:
    crowd = [_named(name, ["Aylin Beispiel"] * 3000 + ["Kim Sample"], host_country="BE") for name in "ab"]
    with pytest.raises(NotConfigured, match=r"narrowest blocking rule gives 9,0\d\d,\d{3} pairs"):
        link(crowd)


def test_a_name_in_another_script_is_evidence_for(tmp_path: Path) -> None:
    """Two people in one town on one day, and who is who is told by the reading of their names alone."""
    latin = ("Ilham Tursun", "Rabiye Qadir", "Perhat Yüsüp", "Gülnar Sadiq", "Ömer Rozi", "Adil Hoshur")
    other = ("伊力哈木·图尔荪", "رابىيە قادىر", "Пәрһат Йүсүп", "古丽娜尔·萨迪克", "ئۆمەر روزى", "阿迪力·吾守尔")
    rows = [(str(n), name, "2024-03-0" + str(1 + n // 2), "Gent", "BE", "assault") for n, name in enumerate(latin)]
    read = [(f"b{row[0]}", name, *row[2:]) for row, name in zip(rows, other, strict=True)]
    linkage = link([a_list(tmp_path / "a.csv", rows), a_list(tmp_path / "b.csv", read[::-1])])
    assert {(one.id_a, one.id_b) for one in linkage.links} == {(str(n), f"b{n}") for n in range(6)}
    assert all(one.parts["name"] > 0 for one in linkage.links)
