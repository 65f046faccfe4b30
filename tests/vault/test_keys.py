"""Passwords, members' keys, case keys, grants and sessions: each opens its own thing and nothing else."""

from __future__ import annotations

import dataclasses
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vault_cast import ALICE, BOB, CASE, CHEAP, NOON, OTHER_CASE, alice, bob, case_key

from panah.errors import NotOpened, NotVerified
from panah.vault import keys, unseal
from panah.vault.keys import CaseKey, Grant, MemberKeys, PasswordKeys

SALT = b"0123456789abcdef"


def test_a_password_gives_the_same_two_keys_and_they_differ() -> None:
    first, again = PasswordKeys.derive("پاناھ 2026", SALT, CHEAP), PasswordKeys.derive("پاناھ 2026", SALT, CHEAP)
    assert first == again
    assert first.login_key != first.wrapping_key
    assert len(first.wrapping_key) == 32


def test_the_same_letters_typed_in_another_unicode_form_are_the_same_password() -> None:
    assert PasswordKeys.derive("pâss", SALT, CHEAP) == PasswordKeys.derive("pa\u0302ss", SALT, CHEAP)


def test_another_password_salt_or_cost_gives_other_keys() -> None:
    made = [
        PasswordKeys.derive("one", SALT, CHEAP),
        PasswordKeys.derive("two", SALT, CHEAP),
        PasswordKeys.derive("one", SALT[::-1], CHEAP),
        PasswordKeys.derive("one", SALT, dataclasses.replace(CHEAP, passes=2)),
    ]
    assert len({found.login_key for found in made} | {found.wrapping_key for found in made}) == 8


def test_the_verifier_is_a_hash_of_the_login_key_and_refuses_another_password() -> None:
    made = PasswordKeys.derive("right", SALT, CHEAP)
    assert made.login_verifier == hashlib.sha256(made.login_key).hexdigest()
    made.check_login(made.login_verifier)
    with pytest.raises(NotOpened):
        PasswordKeys.derive("wrong", SALT, CHEAP).check_login(made.login_verifier)


def test_the_default_cost_is_the_strong_one() -> None:
    assert (keys.STRONG.memory_kib, keys.STRONG.passes, keys.STRONG.lanes) == (65_536, 3, 1)


def test_a_short_salt_is_refused() -> None:
    with pytest.raises(ValueError, match="salt"):
        PasswordKeys.derive("one", b"short", CHEAP)


def test_argon2id_and_the_split_are_what_the_format_says() -> None:
    """A second way to the same keys, so that a change of either is noticed."""
    from argon2.low_level import Type, hash_secret_raw

    stretched = hash_secret_raw(b"word", SALT, 1, 8, 1, 64, Type.ID)
    made = PasswordKeys.derive("word", SALT, CHEAP)
    assert made.login_key == hashlib.blake2b(key=stretched, person=b"panah/login/v1", digest_size=32).digest()
    assert made.wrapping_key == hashlib.blake2b(key=stretched, person=b"panah/wrap/v1", digest_size=32).digest()


def test_member_keys_wrap_and_unwrap() -> None:
    wrapping = PasswordKeys.derive("word", SALT, CHEAP).wrapping_key
    assert MemberKeys.unwrap(alice.wrap(wrapping, ALICE), wrapping, ALICE) == alice
    assert MemberKeys.from_bytes(alice.to_bytes()) == alice


def test_wrapped_keys_open_with_no_other_password_member_or_bytes() -> None:
    wrapping = PasswordKeys.derive("word", SALT, CHEAP).wrapping_key
    wrapped = alice.wrap(wrapping, ALICE)
    with pytest.raises(NotOpened):
        MemberKeys.unwrap(wrapped, PasswordKeys.derive("wrong", SALT, CHEAP).wrapping_key, ALICE)
    with pytest.raises(NotOpened):
        MemberKeys.unwrap(wrapped, wrapping, BOB)
    for at in range(len(wrapped)):
        changed = bytearray(wrapped)
        changed[at] ^= 1
        with pytest.raises(NotOpened):
            MemberKeys.unwrap(bytes(changed), wrapping, ALICE)
    with pytest.raises(NotOpened):
        MemberKeys.unwrap(wrapped[:20], wrapping, ALICE)
    with pytest.raises(NotOpened):
        MemberKeys.from_bytes(b"\x02" + alice.to_bytes()[1:])


def test_fingerprints_are_six_groups_of_digits_and_differ() -> None:
    groups = alice.public.fingerprint.split(" ")
    assert [len(group) for group in groups] == [5] * 6
    assert "".join(groups).isdecimal()
    assert alice.public.fingerprint == MemberKeys.from_bytes(alice.to_bytes()).public.fingerprint
    assert alice.public.fingerprint != bob.public.fingerprint


def test_a_case_key_opens_for_the_member_it_was_sealed_to_only() -> None:
    sealed = case_key.seal_to(alice.public.box_public)
    assert unseal.open_case_key(sealed, alice, case_id=CASE, version=1) == case_key
    with pytest.raises(NotOpened):
        unseal.open_case_key(sealed, bob, case_id=CASE, version=1)
    for at in range(len(sealed)):
        changed = bytearray(sealed)
        changed[at] ^= 0x40
        with pytest.raises(NotOpened):
            unseal.open_case_key(bytes(changed), alice, case_id=CASE, version=1)
    with pytest.raises(NotOpened):
        unseal.open_case_key(sealed[:10], alice, case_id=CASE, version=1)
    with pytest.raises(NotOpened):
        unseal.open_case_key(b"", alice, case_id=CASE, version=1)


@pytest.mark.parametrize(("case_id", "version"), [(OTHER_CASE, 1), (CASE, 2), (CASE, 11)])
def test_a_case_key_moved_to_another_case_or_version_is_refused(case_id: str, version: int) -> None:
    sealed = case_key.seal_to(alice.public.box_public)
    with pytest.raises(NotOpened, match="another case or version"):
        unseal.open_case_key(sealed, alice, case_id=case_id, version=version)


def test_the_next_version_is_another_key() -> None:
    following = case_key.next()
    assert (following.case_id, following.version) == (CASE, 2)
    assert following.key != case_key.key
    assert case_key.for_purpose(b"one") != case_key.for_purpose(b"two")


@pytest.mark.parametrize("bad", [("c|d", 1, bytes(32)), ("c", 0, bytes(32)), ("c", 1, bytes(31))])
def test_a_case_key_that_could_be_confused_is_refused(bad: tuple[str, int, bytes]) -> None:
    with pytest.raises(ValueError, match="case key"):
        CaseKey(*bad)


def grant() -> Grant:
    return Grant.of(
        case_key.seal_to(bob.public.box_public),
        case_id=CASE,
        version=1,
        member_id=BOB,
        box_public=bob.public.box_public,
        granted_by=ALICE,
        granted_at=NOON,
    )


def test_a_grant_verifies_with_its_granter_only() -> None:
    given_grant = grant()
    signature = keys.sign_grant(given_grant, alice)
    keys.verify_grant(given_grant, signature, alice.public)
    with pytest.raises(NotVerified):
        keys.verify_grant(given_grant, signature, bob.public)
    with pytest.raises(NotVerified):
        keys.verify_grant(given_grant, signature[:-1], alice.public)


@pytest.mark.parametrize("field", [field.name for field in dataclasses.fields(Grant)])
def test_every_field_of_a_grant_is_signed(field: str) -> None:
    given_grant = grant()
    signature = keys.sign_grant(given_grant, alice)
    other = 2 if field == "version" else "f" * 32
    with pytest.raises(NotVerified):
        keys.verify_grant(dataclasses.replace(given_grant, **{field: other}), signature, alice.public)


def test_a_session_row_needs_its_token() -> None:
    token, other = keys.new_session_token(), keys.new_session_token()
    sealed = keys.seal_session(token, alice.to_bytes())
    assert keys.open_session(token, sealed) == alice.to_bytes()
    assert keys.session_row_id(token) == hashlib.sha256(b"sid" + token).hexdigest()
    assert token.hex() not in keys.session_row_id(token)
    with pytest.raises(NotOpened):
        keys.open_session(other, sealed)
    with pytest.raises(ValueError, match="token"):
        keys.seal_session(b"short", b"")


@given(payload=st.binary(max_size=200))
@settings(max_examples=30)
def test_any_session_payload_comes_back(payload: bytes) -> None:
    token = keys.new_session_token()
    assert keys.open_session(token, keys.seal_session(token, payload)) == payload


def test_no_secret_shows_in_a_repr() -> None:
    made = PasswordKeys.derive("word", SALT, CHEAP)
    shown = repr((alice, case_key, made, keys.BlobKey.generate()))
    for secret in (alice.box_private, alice.sign_seed, case_key.key, made.login_key, made.wrapping_key):
        assert secret.hex() not in shown
        assert repr(secret) not in shown
    assert "AGE-SECRET-KEY" not in shown
