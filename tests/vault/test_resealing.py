"""A case's next key: every field opens under it and at its place only, the old key opens none of them, and a changed or
foreign field stops the whole change."""

from __future__ import annotations

import pytest
from vault_cast import case_key

from panah.errors import NotOpened
from panah.vault.keys import CaseKey, MemberPublic
from panah.vault.seal import seal_field
from panah.vault.unseal import FieldAt, open_field, reseal_fields

COUNT = 2500
TEXTS = [f"field {number} canary".encode() * (number % 5) for number in range(COUNT)]


def _fields(key: CaseKey) -> list[FieldAt]:
    return [
        FieldAt("note", str(row), "text", seal_field(key, table="note", row=str(row), column="text", plaintext=text))
        for row, text in enumerate(TEXTS)
    ]


def test_all_fields_open_under_the_next_key_and_none_under_the_old_one() -> None:
    renewed, done = case_key.next(), list[int]()
    before = _fields(case_key)
    after = list(reseal_fields(case_key, renewed, before, advance=done.append))
    assert sum(done) == COUNT
    assert len(done) == 3
    for row, (text, sealed) in enumerate(zip(TEXTS, after, strict=True)):
        assert open_field(renewed, table="note", row=str(row), column="text", sealed=sealed) == text
        assert len(sealed) == len(before[row].sealed)
    for row, column in (("1", "text"), ("0", "title")):
        with pytest.raises(NotOpened):
            open_field(renewed, table="note", row=row, column=column, sealed=after[0])
    with pytest.raises(NotOpened):
        open_field(case_key, table="note", row="0", column="text", sealed=after[0])


def test_a_field_of_another_version_place_or_with_changed_bytes_stops_it() -> None:
    renewed = case_key.next()
    good = _fields(case_key)[3]
    moved = FieldAt("note", "4", "text", good.sealed)
    changed = FieldAt("note", "3", "text", good.sealed[:-1] + bytes([good.sealed[-1] ^ 1]))
    newer = FieldAt("note", "3", "text", next(reseal_fields(case_key, renewed, [good])))
    for spoiled in (moved, changed, newer):
        with pytest.raises(NotOpened):
            list(reseal_fields(case_key, renewed, [good, spoiled]))
    for wrong in (case_key, CaseKey.generate("e" * 32, 2)):
        with pytest.raises(ValueError, match="followed by"):
            list(reseal_fields(case_key, wrong, [good]))


def test_a_fingerprint_in_words_is_another_for_other_keys() -> None:
    first, second = MemberPublic(b"1" * 32, b"2" * 32), MemberPublic(b"2" * 32, b"1" * 32)
    assert first.fingerprint_words == "inherit ladle benefit again license course empty teammate thunder cause"
    assert first.fingerprint_words == MemberPublic(b"1" * 32, b"2" * 32).fingerprint_words
    pairs = zip(first.fingerprint_words.split(), second.fingerprint_words.split(), strict=True)
    assert all(one != other for one, other in pairs)
