"""Receipts: typed as people type, checked before a guess is spent, and never shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vault_cast import CHEAP, alice

from panah.errors import BadIdentifier, NotOpened
from panah.vault.keys import MemberKeys
from panah.vault.receipt import Receipt, ReceiptKeys

SALT = b"deployment-salt!"
DIGITS = st.text("0123456789", min_size=24, max_size=24)


def test_a_new_receipt_has_seven_groups_and_is_not_the_last_one() -> None:
    made = {Receipt.generate() for _ in range(50)}
    assert len(made) == 50
    assert all([len(group) for group in receipt.groups] == [4] * 7 for receipt in made)


@given(digits=DIGITS, separator=st.sampled_from([" ", "-", "", "  ", "\u00a0", " - ", "\n", "\u200f "]))
def test_what_was_shown_can_be_typed_back(digits: str, separator: str) -> None:
    receipt = Receipt(digits)
    assert Receipt.parse(separator.join(receipt.groups)) == receipt


@given(digits=DIGITS, zero=st.sampled_from("٠۰०０"))
def test_digits_of_other_scripts_are_read(digits: str, zero: str) -> None:
    typed = "".join(chr(ord(zero) + int(digit)) for digit in "".join(Receipt(digits).groups))
    assert Receipt.parse(typed) == Receipt(digits)


@given(digits=DIGITS, at=st.integers(0, 27), by=st.integers(1, 9))
def test_every_wrong_digit_is_told(digits: str, at: int, by: int) -> None:
    whole = "".join(Receipt(digits).groups)
    typed = whole[:at] + str((int(whole[at]) + by) % 10) + whole[at + 1 :]
    with pytest.raises(BadIdentifier):
        Receipt.parse(typed)


@given(digits=DIGITS, at=st.integers(0, 26))
def test_every_exchange_of_neighbours_is_told(digits: str, at: int) -> None:
    whole = "".join(Receipt(digits).groups)
    typed = whole[:at] + whole[at + 1] + whole[at] + whole[at + 2 :]
    if typed == whole:
        assert Receipt.parse(typed) == Receipt(digits)
    else:
        with pytest.raises(BadIdentifier):
            Receipt.parse(typed)


@given(text=st.text(max_size=300))
def test_hostile_text_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(BadIdentifier) as caught:
        Receipt.parse(text)
    assert caught.value.value is None
    assert str(caught.value).startswith(("the code has", "a digit of the code"))


def test_keys_come_from_the_digits_and_the_deployment() -> None:
    receipt = Receipt("123456789012345678901234")
    keys = ReceiptKeys.derive(receipt, SALT, CHEAP)
    assert keys == ReceiptKeys.derive(receipt, SALT, CHEAP)
    elsewhere = ReceiptKeys.derive(receipt, SALT[::-1], CHEAP)
    another = ReceiptKeys.derive(Receipt("123456789012345678901235"), SALT, CHEAP)
    assert len({keys.index, elsewhere.index, another.index}) == 3
    assert len({keys.wrapping_key, elsewhere.wrapping_key, another.wrapping_key}) == 3
    assert keys.index != keys.wrapping_key.hex()
    with pytest.raises(ValueError, match="salt"):
        ReceiptKeys.derive(receipt, b"short", CHEAP)


def test_the_reporters_keys_open_with_the_receipt_only() -> None:
    keys = ReceiptKeys.derive(Receipt("1" * 24), SALT, CHEAP)
    wrapped = alice.wrap(keys.wrapping_key, keys.index)
    assert MemberKeys.unwrap(wrapped, keys.wrapping_key, keys.index) == alice
    guess = ReceiptKeys.derive(Receipt("2" * 24), SALT, CHEAP)
    with pytest.raises(NotOpened):
        MemberKeys.unwrap(wrapped, guess.wrapping_key, keys.index)


def test_no_receipt_shows_in_a_repr() -> None:
    receipt = Receipt.generate()
    keys = ReceiptKeys.derive(receipt, SALT, CHEAP)
    assert receipt.digits not in repr((receipt, keys))
    assert keys.wrapping_key.hex() not in repr(keys)
