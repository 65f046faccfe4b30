"""Commitments are what a shell computes, and hide what they are to."""

from __future__ import annotations

import hashlib
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panah.errors import Altered
from panah.vault.commitment import check_item, commit_detail, commit_item, new_commitment_salt

HEX_64 = st.text("0123456789abcdef", min_size=64, max_size=64)


def test_a_shell_computes_the_same() -> None:
    salt, digest = new_commitment_salt(), hashlib.sha256(b"leaflet").hexdigest()
    command = f"printf 'panah/item/v1\\n%s\\n%s\\n' {salt} {digest} | sha256sum"
    said = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True).stdout
    assert said.split()[0] == commit_item(digest, salt)


@given(digest=HEX_64, salt=HEX_64, other=HEX_64)
def test_another_file_salt_or_kind_gives_another_commitment(digest: str, salt: str, other: str) -> None:
    commitment = commit_item(digest, salt)
    check_item(commitment, digest, salt)
    for wrong in ((other, salt), (digest, other)):
        if wrong != (digest, salt):
            with pytest.raises(Altered):
                check_item(commitment, *wrong)
    assert commit_detail(digest.encode(), salt) != commitment


@pytest.mark.parametrize(("digest", "salt"), [("x" * 64, "0" * 64), ("0" * 63, "0" * 64), ("0" * 64, "0" * 65)])
def test_only_digests_and_salts_are_committed_to(digest: str, salt: str) -> None:
    with pytest.raises(ValueError, match="64 hexadecimal"):
        commit_item(digest, salt)


def test_salts_do_not_repeat() -> None:
    assert len({new_commitment_salt() for _ in range(100)}) == 100
