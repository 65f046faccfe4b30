"""Attacks on the exchange: a linkage unit with a dictionary, fakes told apart, keys and names in what leaves."""

from __future__ import annotations

import base64
import hashlib
import itertools
from collections import Counter

import numpy as np
import pyarrow.parquet as pq
import pytest
from tokens_cast import FATHERS, GIVEN, KEY, TOWNS, agreement, every_byte, people, the_list

from panah import tokens
from panah.tokens import counting, psi
from panah.tokens.keys import RunKey


@pytest.fixture(scope="module")
def made():
    return tokens.encode(the_list("a", people(400)), agreement(), KEY, party="redress")


def guesses():
    """Every name of the community with every birth year and town: what an attacker who knows it would try."""
    for given, father, town, year in itertools.product(GIVEN, FATHERS, TOWNS, range(1950, 2005)):
        yield " ".join(sorted((given.casefold(), father.casefold()))), town.casefold(), str(year)


def test_a_dictionary_finds_nothing_without_the_key_and_everything_with_it(made):
    known = {token for *_rest, token in made.tokens}
    rule = "name-place-birthyear"
    with_key = KEY.run_key("solidarity", "2026-11a")
    without = [RunKey(bytes(32)), RunKey(hashlib.sha256(b"solidarity").digest()), RunKey(made.stamp.encode())]
    without += [RunKey(hashlib.sha256(made.agreement.encode()).digest())]
    tried = list(itertools.islice(guesses(), 0, None, 7))
    for key in without:
        assert not any(key.token(rule, one) in known for one in tried)
    unkeyed = (hashlib.sha256("".join(one).encode()).hexdigest() for one in tried)
    assert not any(one in known for one in unkeyed)
    # the control: whoever holds the key can guess, which is why a linkage unit never does
    from panah.tokens.values import values_of

    record = people(400)[0]
    values = tuple(values_of(record, kind)[0] for kind in ("name", "place", "birth_year"))
    assert with_key.token(rule, values) in known


def test_made_up_rows_cannot_be_told_apart(made):
    """By nothing that the linkage unit sees: tokens of a row, its rules, how often its tokens occur, its number."""
    tokens_of: dict[int, list[tuple[str, str]]] = {}
    for row, rule, token in made.tokens:
        tokens_of.setdefault(row, []).append((rule, token))
    occurrences = Counter(token for *_rest, token in made.tokens)
    rows = sorted(tokens_of)
    real = np.array([row in made.record_ids for row in rows])
    assert 0 < real.sum() < len(rows)
    features = {
        "number": [float(row) for row in rows],
        "n_tokens": [float(len(tokens_of[row])) for row in rows],
        "n_rules": [float(len({rule for rule, _token in tokens_of[row]})) for row in rows],
        "shared": [float(np.mean([occurrences[token] for _rule, token in tokens_of[row]])) for row in rows],
        "most_shared": [float(max(occurrences[token] for _rule, token in tokens_of[row])) for row in rows],
        "first_digit": [float(int(min(token for _rule, token in tokens_of[row])[:8], 16)) for row in rows],
    }
    for name, values in features.items():
        column = np.array(values)
        auc = np.mean(column[real][:, None] > column[~real]) + np.mean(column[real][:, None] == column[~real]) / 2
        assert 0.4 < auc < 0.6, name


def test_only_the_row_file_tells_which_rows_are_real(made, tmp_path):
    tokens.write_tokens(made, tmp_path / "tokens.parquet")
    assert pq.read_table(tmp_path / "tokens.parquet").column_names == ["run", "party", "row", "rule", "token"]
    told = every_byte(tmp_path)
    assert b"p1" not in told.replace(b"panah", b"") or b"record_id" not in told
    assert b"record_id" not in told
    tokens.write_rows(made, tmp_path / "rows.parquet")
    assert (tmp_path / "rows.parquet").stat().st_mode & 0o077 == 0
    assert len(pq.read_table(tmp_path / "rows.parquet")) == 400


def test_the_order_of_the_file_says_nothing(made):
    assert list(made.tokens) == sorted(made.tokens, key=lambda one: (one[1], one[2], one[0]))
    first = [row for row, record_id in sorted(made.record_ids.items(), key=lambda one: int(one[1][1:]))]
    assert first != sorted(first)
    again = tokens.encode(the_list("a", people(400)), agreement(), KEY, party="redress")
    assert again.record_ids != made.record_ids


def test_key_and_names_are_in_no_output(made, tmp_path):
    agreed = agreement()
    other = tokens.encode(the_list("b", people(400)[200:]), agreed, KEY, party="watch")
    for one in (made, other):
        tokens.write_tokens(one, tmp_path / f"{one.party}.parquet")
        tokens.write_rows(one, tmp_path / f"{one.party}-rows.parquet")
    tokens.write_agreement(agreed, tmp_path / "agreement.toml")
    read = [tokens.read_tokens(tmp_path / f"{party}.parquet", agreed) for party in agreed.parties]
    links = tokens.match(read, agreed)
    tokens.write_links(links, tmp_path / "links.parquet")
    counts = tokens.counts_of(tokens.edges(links, {"redress": 400, "watch": 200}))
    counting.write_counts([counts], tmp_path / "counts.parquet")
    question, state = psi.ask(read[0], agreed)
    (tmp_path / "question").write_bytes(question)
    (tmp_path / "answer").write_bytes(psi.answer(read[1], question, agreed))
    everything = every_byte(tmp_path)
    for secret in (KEY.secret, KEY.run_key("solidarity", "2026-11a").secret, state[-32:]):
        for form in (secret, secret.hex().encode(), base64.b64encode(secret), repr(secret).encode()):
            assert form not in everything
    for name in (*GIVEN, *FATHERS, *TOWNS):
        assert name.encode() not in everything
    assert KEY.secret.hex() not in repr(KEY) + repr(KEY.run_key("a", "b")) + repr(made)


def test_the_estimator_gets_counts_and_nothing_else(made, tmp_path):
    table = tokens.counts_of(
        tokens.edges(
            tokens.Links("r", "d", ("redress", "watch"), (), {"prior_weight": -1.0, "no_token_weight": -1.0}),
            {"redress": 7, "watch": 9},
        )
    )
    counting.write_counts([table], tmp_path / "counts.parquet")
    written = pq.read_table(tmp_path / "counts.parquet")
    assert written.column_names == ["draw", "redress", "watch", "count"]
    assert sorted(written.to_pylist(), key=str) == sorted(
        [{"draw": 0, "redress": 1, "watch": 0, "count": 7}, {"draw": 0, "redress": 0, "watch": 1, "count": 9}], key=str
    )
    assert not written.schema.metadata
