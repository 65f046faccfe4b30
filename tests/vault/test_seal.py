"""Fields: what is sealed comes back in its own place, and in no other."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vault_cast import CASE, OTHER_CASE, case_key

from panah.errors import NotOpened
from panah.vault import envelope, padding, seal, unseal
from panah.vault.keys import CaseKey

HOME = {"table": "cases_note", "row": "1" * 32, "column": "text"}


@given(plaintext=st.binary(max_size=5000))
@settings(max_examples=60)
def test_every_plaintext_comes_back(plaintext: bytes) -> None:
    sealed = seal.seal_field(case_key, plaintext=plaintext, **HOME)
    assert unseal.open_field(case_key, sealed=sealed, **HOME) == plaintext
    assert seal.key_version(sealed) == 1


@pytest.mark.parametrize(
    ("part", "other"),
    [("table", "cases_person"), ("row", "2" * 32), ("column", "title")],
)
def test_a_field_moved_to_another_table_row_or_column_does_not_open(part: str, other: str) -> None:
    sealed = seal.seal_field(case_key, plaintext=b"+44 7700 900123", **HOME)
    with pytest.raises(NotOpened):
        unseal.open_field(case_key, sealed=sealed, **(HOME | {part: other}))


def test_parts_of_the_place_cannot_slide_into_each_other() -> None:
    sealed = seal.seal_field(case_key, table="ab", row="c", column="d", plaintext=b"x")
    for table, row, column in (("a", "bc", "d"), ("ab", "cd", ""), ("", "abc", "d"), ("abc", "", "d")):
        with pytest.raises(NotOpened):
            unseal.open_field(case_key, table=table, row=row, column=column, sealed=sealed)


def test_a_field_of_another_case_or_version_does_not_open_even_under_the_same_key() -> None:
    sealed = seal.seal_field(case_key, plaintext=b"x", **HOME)
    with pytest.raises(NotOpened):
        unseal.open_field(dataclasses.replace(case_key, case_id=OTHER_CASE), sealed=sealed, **HOME)
    later = dataclasses.replace(case_key, version=2)
    with pytest.raises(NotOpened, match="version 1"):
        unseal.open_field(later, sealed=sealed, **HOME)
    relabelled = (2).to_bytes(4, "big") + sealed[4:]
    with pytest.raises(NotOpened):
        unseal.open_field(later, sealed=relabelled, **HOME)


def test_every_changed_bit_is_noticed() -> None:
    sealed = seal.seal_field(case_key, plaintext=b"hello", **HOME)
    for at in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[at // 8] ^= 1 << at % 8
        with pytest.raises(NotOpened):
            unseal.open_field(case_key, sealed=bytes(changed), **HOME)


@given(junk=st.binary(max_size=120))
@settings(max_examples=60)
def test_hostile_bytes_are_refused_and_nothing_else_happens(junk: bytes) -> None:
    with pytest.raises(NotOpened):
        unseal.open_field(case_key, sealed=junk, **HOME)
    with pytest.raises(NotOpened):
        envelope.open_closed(case_key.key, junk, b"", what="it")


def test_the_error_names_the_column_and_shows_no_value() -> None:
    sealed = seal.seal_field(case_key, plaintext=b"Renagul", **HOME)
    with pytest.raises(NotOpened) as caught:
        unseal.open_field(CaseKey.generate(CASE), sealed=sealed, **HOME)
    assert "cases_note.text" in str(caught.value)
    assert "Renagul" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_short_answers_all_have_one_size() -> None:
    sizes = {
        len(seal.seal_field(case_key, plaintext=text, **HOME)) for text in (b"", b"no", b"yes", b"Antwerp", b"x" * 31)
    }
    assert len(sizes) == 1


def test_sealing_twice_gives_different_bytes() -> None:
    assert seal.seal_field(case_key, plaintext=b"x", **HOME) != seal.seal_field(case_key, plaintext=b"x", **HOME)


@given(size=st.integers(min_value=0, max_value=1 << 50))
def test_a_bucket_holds_its_size_and_wastes_at_most_an_eighth(size: int) -> None:
    bucket = padding.bucket(size)
    assert bucket >= size
    assert padding.bucket(bucket) == bucket
    assert bucket == 32 or bucket <= size * 1.12


@pytest.mark.parametrize(("size", "expected"), [(100, 104), (1000, 1024), (1_000_000, 1_015_808)])
def test_buckets_are_those_of_the_paper_above_the_floor(size: int, expected: int) -> None:
    """Computed by hand after Nikitin et al. 2019, algorithm 1: E = floor(log2 L), S = floor(log2 E) + 1."""
    exponent = size.bit_length() - 1
    assert expected % (1 << (exponent - exponent.bit_length())) == 0
    assert padding.bucket(size) == expected


@given(data=st.binary(max_size=300))
@settings(max_examples=50)
def test_padding_comes_off(data: bytes) -> None:
    assert padding.unpad(padding.pad(data)) == data


@pytest.mark.parametrize("bad", [b"", b"\x00" * 40, b"abc", b"abc\x00\x00"])
def test_bytes_that_were_not_padded_are_refused(bad: bytes) -> None:
    with pytest.raises(NotOpened):
        padding.unpad(bad)


def test_equal_files_meet_inside_a_case_only() -> None:
    one = seal.within_case_digest(case_key, "e" * 64)
    assert one == seal.within_case_digest(case_key, "e" * 64)
    assert one != seal.within_case_digest(CaseKey.generate(CASE), "e" * 64)
    assert one != seal.within_case_digest(case_key, "f" * 64)


def test_a_blob_key_is_bound_to_its_file() -> None:
    blob_key = seal.BlobKey.generate()
    sealed = seal.seal_blob_key(case_key, "1" * 32, blob_key)
    assert unseal.open_blob_key(case_key, "1" * 32, sealed) == blob_key
    with pytest.raises(NotOpened):
        unseal.open_blob_key(case_key, "2" * 32, sealed)
