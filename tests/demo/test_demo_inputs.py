"""The invented community: the same from the same seed, fictional throughout, with the traps the demo promises."""

import csv
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from panah.demo import Inputs, make_inputs
from panah.errors import NotConfigured
from panah.identifiers import is_fictional


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    return make_inputs(tmp_path_factory.mktemp("demo"))


def test_same_seed_same_bytes(inputs: Inputs, tmp_path: Path) -> None:
    again = make_inputs(tmp_path)
    for path in inputs.folder.iterdir():
        if path.suffix != ".xlsx":
            assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name
    assert again.truth == inputs.truth


def test_another_seed_another_world(inputs: Inputs, tmp_path: Path) -> None:
    assert make_inputs(tmp_path, seed=7).truth != inputs.truth


def test_the_lists_overlap_and_miss_some(inputs: Inputs) -> None:
    heard = [set(records.values()) for records in inputs.truth.values()]
    assert len(heard) == 3
    assert heard[0] & heard[1] & heard[2]
    assert len(set.union(*heard)) < inputs.n_true


def test_the_phone_holds_400_entries_and_six_threats(inputs: Inputs) -> None:
    entries = [element for path in inputs.phone for element in ElementTree.parse(path).getroot()]
    assert len(entries) == 400
    assert len(inputs.threats) == 6
    moments = {element.get("date") for element in entries}
    assert {str(threat.at_ms) for threat in inputs.threats} <= moments


def test_every_number_is_kept_for_fiction(inputs: Inputs) -> None:
    for path in inputs.phone:
        for element in ElementTree.parse(path).getroot():
            number = element.get("number") or element.get("address")
            assert not number or is_fictional(re.sub(r"[ -]", "", number)), "a number that could be somebody's"


def test_every_list_has_one_broken_row(inputs: Inputs) -> None:
    for path in inputs.lists:
        if path.suffix == ".csv":
            with path.open(encoding="utf-8", newline="") as stream:
                ids = [row[0] for row in csv.reader(stream, delimiter=";" if "stockholm" in path.name else ",")]
            assert sum(record_id.endswith("999") for record_id in ids) == 1


def test_the_reprint_is_damaged_but_keeps_the_words_of_quotations(inputs: Inputs) -> None:
    original, reprint = inputs.article.read_text("utf-8"), inputs.reprint.read_text("utf-8")
    quotations = re.findall(r'"([^"]*)"', original)
    assert len(quotations) > 8
    assert original != reprint
    assert all(quotation in reprint for quotation in quotations)
    assert "appeared first on" in reprint


def test_all_of_it_says_that_it_is_fiction(inputs: Inputs) -> None:
    assert "FICTION" in inputs.article.read_text("utf-8").splitlines()[0]
    assert "FICTION" in inputs.reprint.read_text("utf-8").splitlines()[0]
    assert all("fictional" in name for name in inputs.list_names)


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(NotConfigured, match="--data DIR"):
        make_inputs(blocked / "inner")
