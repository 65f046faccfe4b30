"""Recovery shares: any two of three, one says nothing, a typo is told by its share, and shares of different things do
not mix. The words of BIP 173 and SLIP-39 themselves are checked against pyrage and the library's own checksum."""

from __future__ import annotations

import itertools

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vault_cast import ALICE, BOB, alice, bob

from panah.errors import BadIdentifier, NotOpened
from panah.vault import shares
from panah.vault.bech32 import identity_bytes, identity_text
from panah.vault.members import MemberKeys
from panah.vault.unseal import open_share

SEALED, WORDS = shares.wrap_for_recovery(alice, ALICE)


@pytest.mark.parametrize("two", list(itertools.permutations(range(3), 2)))
def test_any_two_of_three_give_the_keys_back(two: tuple[int, int]) -> None:
    assert shares.recover(SEALED, [WORDS[number] for number in two], ALICE) == alice
    assert all(len(text.split()) == 33 for text in WORDS)


def test_as_people_type_them() -> None:
    short = " \n".join(word[:4].upper() for word in WORDS[0].split())
    assert shares.recover(SEALED, [short, f"  {WORDS[2]} \u00a0"], ALICE) == alice


@pytest.mark.parametrize("given", [[], WORDS[:1], [WORDS[0], WORDS[0]]])
def test_one_share_is_not_enough(given: list[str]) -> None:
    with pytest.raises(NotOpened):
        shares.recover(SEALED, given, ALICE)


def test_shares_of_other_splittings_members_and_secrets_do_not_open() -> None:
    sealed, others = shares.wrap_for_recovery(bob, BOB)
    with pytest.raises(NotOpened):
        shares.recover(SEALED, [WORDS[0], others[1]], ALICE)
    with pytest.raises(NotOpened):
        shares.recover(SEALED, others[:2], ALICE)
    with pytest.raises(NotOpened):  # another member's row
        shares.recover(SEALED, WORDS[:2], BOB)
    with pytest.raises(NotOpened):
        shares.recover(sealed, shares.split(b"sixteen bytes ok")[:2], BOB)


def test_every_wrong_word_is_told_by_its_share_and_not_repeated() -> None:
    words = WORDS[1].split()
    for place in range(len(words)):
        wrong = [*words[:place], "academic" if words[place] != "academic" else "acid", *words[place + 1 :]]
        with pytest.raises(BadIdentifier) as caught:
            shares.join([WORDS[0], " ".join(wrong)])
        assert "share 2" in str(caught.value)
        assert not set(str(caught.value).split()) & set(words[2:])


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_hostile_text_is_refused(text: str) -> None:
    with pytest.raises((BadIdentifier, NotOpened)):
        shares.join([WORDS[0], text])


def test_a_share_opens_for_its_holder_only() -> None:
    sealed = shares.seal_share(WORDS[0], bob.public, ALICE)
    assert open_share(sealed, bob, member_id=ALICE) == WORDS[0]
    for keys, member in ((alice, ALICE), (bob, BOB), (MemberKeys.generate(), ALICE)):
        with pytest.raises(NotOpened):
            open_share(sealed, keys, member_id=member)
    for spoiled in (b"", b"\x01" + sealed[1:], sealed[:-1], sealed[:40] + bytes([sealed[40] ^ 1]) + sealed[41:]):
        with pytest.raises(NotOpened):
            open_share(spoiled, bob, member_id=ALICE)
    assert WORDS[0].encode() not in sealed


def test_an_age_identity_in_shares() -> None:
    identity = str(pyrage.x25519.Identity.generate())
    paper = shares.split_identity(identity)
    assert shares.join_identity(paper[1:]) == identity
    with pytest.raises(NotOpened):
        shares.join_identity(shares.split(b"sixteen bytes ok")[:2])


def test_bech32_agrees_with_age() -> None:
    for _ in range(50):
        identity = str(pyrage.x25519.Identity.generate())
        assert identity_text(identity_bytes(identity)) == identity
        assert str(pyrage.x25519.Identity.from_str(identity_text(bytes(range(32))))) == identity_text(bytes(range(32)))


def test_every_wrong_letter_of_an_identity_is_told() -> None:
    identity = str(pyrage.x25519.Identity.generate())
    for place in range(len(identity)):
        wrong = identity[:place] + ("Q" if identity[place] != "Q" else "P") + identity[place + 1 :]
        with pytest.raises(NotOpened):
            identity_bytes(wrong)
    for hostile in ("", "1", "AGE-SECRET-KEY-1", identity[:-1], identity + "q", "ü" * 74, str(alice)):
        with pytest.raises(NotOpened):
            identity_bytes(hostile)
