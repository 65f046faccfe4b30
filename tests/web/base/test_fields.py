"""Sealed columns take sealed bytes only, and never open by themselves."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from panah.errors import NotOpened
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member
from panah.web.base.deployment import DeploymentKey, deployment_key
from panah.web.base.fields import check_sealed


@pytest.mark.parametrize(
    "clear", ["+44 7700 900123", b"", b"short", b"A man called at nine and said he knew my mother.", 7, b"\x00" * 80]
)
def test_readable_content_does_not_pass(clear: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        check_sealed(clear, "words")
    assert "7700" not in str(refused.value)


def test_what_the_vault_seals_passes() -> None:
    sealed = MemberKeys.generate().wrap(bytes(32), "0" * 32)
    check_sealed(sealed, "keys")


def test_a_column_gives_bytes_back_and_does_not_open_them(cast: Any) -> None:
    member = Member.objects.get(pk=cast.stranger.member.pk)
    assert isinstance(member.wrapped_keys, bytes)
    assert cast.stranger.keys.to_bytes() not in member.wrapped_keys


def test_saving_clear_text_into_a_sealed_column_is_refused(cast: Any) -> None:
    cast.stranger.member.wrapped_keys = b"my private keys in clear, sixty bytes of them or even more"
    with pytest.raises(ValidationError):
        cast.stranger.member.save()


@given(st.binary(max_size=200), st.text(max_size=30), st.text(max_size=30))
def test_the_installation_seals_for_one_place(clear: bytes, place: str, other: str) -> None:
    key = DeploymentKey(bytes(range(32)))
    sealed = key.seal(clear, place)
    assert key.open(sealed, place) == clear
    if other != place:
        with pytest.raises(NotOpened):
            key.open(sealed, other)


@given(st.binary(max_size=100))
def test_hostile_bytes_do_not_open(blob: bytes) -> None:
    with pytest.raises(NotOpened):
        DeploymentKey(bytes(32)).open(blob, "place")


def test_the_index_is_keyed() -> None:
    assert DeploymentKey(bytes(32)).index("a") != DeploymentKey(bytes(range(32))).index("a")
    assert deployment_key().index("a") == deployment_key().index("a")


def test_texts_of_an_earlier_version_are_bound_to_their_rows_once(cast: Any) -> None:
    """As the migration finds them: bound to their column alone, so that names could be exchanged."""
    from importlib import import_module

    from django.db import connection

    member, key = cast.stranger.member, deployment_key()
    with connection.cursor() as cursor:
        old = key.seal(b"Somebody Earlier", "accounts.member.name")
        cursor.execute("UPDATE accounts_member SET name = %s WHERE id = %s", [old, member.pk])
        cursor.execute("UPDATE accounts_organisation SET name = %s", [b""])
        for row in Member.objects.exclude(pk=member.pk):
            cursor.execute("UPDATE accounts_member SET name = %s WHERE id = %s", [b"", row.pk])
        cursor.execute("UPDATE accounts_member SET email = %s", [b""])
    with pytest.raises(NotOpened):
        assert Member.objects.get(pk=member.pk).name

    class Editor:
        pass

    editor = Editor()
    editor.connection = connection  # type: ignore[attr-defined]
    import_module("panah.web.cases.migrations.0010_texts_bound_to_their_rows").bind(None, editor)
    assert Member.objects.get(pk=member.pk).name == "Somebody Earlier"


def test_a_text_is_written_by_its_row_and_not_by_an_update_of_many(cast: Any) -> None:
    with pytest.raises(ValidationError):
        Member.objects.update(name="Everybody")
