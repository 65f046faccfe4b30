"""Columns that hold no readable content.

Invariant: no field here opens a sealed value by itself. What is sealed under a case key comes out of
``web.cases.opening`` only, which writes the access log first.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from .deployment import deployment_key

SEALED_MINIMUM_BYTES = 1 + 24 + 16
"""Algorithm byte, nonce and tag of an empty value."""
KEY_VERSION_BYTES = 4
HIGHEST_ALGORITHM = 8


class SealedField(models.BinaryField):
    """Bytes made by ``panah.vault.seal``; refuses anything that cannot be such bytes, and never opens them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> bytes | None:
        return None if value is None else bytes(value)

    def get_prep_value(self, value: Any) -> Any:
        if value is not None:
            check_sealed(value, self.name)
        return super().get_prep_value(value)


def check_sealed(value: Any, column: str) -> None:
    """Refuse text and short or unmarked bytes: readable content must not reach the database by mistake.

    Raises:
        ValidationError: It cannot be a sealed value; the message does not show it.
    """
    if not isinstance(value, bytes | bytearray | memoryview):
        raise ValidationError(f"column {column} takes sealed bytes only")
    # a field under a case key has its key version (4 bytes, big-endian) before the algorithm byte
    head = bytes(value[: KEY_VERSION_BYTES + 1])
    marked = len(value) >= SEALED_MINIMUM_BYTES and (
        1 <= head[0] <= HIGHEST_ALGORITHM or (head[0] == 0 and 1 <= head[-1] <= HIGHEST_ALGORITHM)
    )
    if not marked:
        raise ValidationError(f"column {column} takes sealed bytes only")


class InstallationSealedTextField(models.BinaryField):
    """Text about a member (name, address), readable to this installation but not in a copied database.

    Case content never goes here: the installation's key opens it without a member.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", b"")
        super().__init__(*args, **kwargs)

    @property
    def _place(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_default(self) -> str:
        return ""

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> str:
        return deployment_key().open(bytes(value), self._place).decode() if value else ""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value in (None, ""):
            return super().get_db_prep_value(b"", connection, prepared)
        return super().get_db_prep_value(deployment_key().seal(str(value).encode(), self._place), connection, prepared)

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: Any) -> str:
        raise ValidationError(f"column {self.name} is not written out in clear")
