"""Columns that hold no readable content.

Invariant: no field here opens a sealed value by itself. What is sealed under a case key comes out of
``web.cases.opening`` only, which writes the access log first.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.query_utils import DeferredAttribute

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


class BoundBytes(bytes):
    """A sealed text as the database keeps it; opened by the row that it belongs to, when it is first asked for."""


class _OpenedByItsRow(DeferredAttribute):
    """Opens a text with the id of the row it stands in; a data descriptor, so that every reading passes here."""

    field: InstallationSealedTextField

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, BoundBytes):
            value = deployment_key().open(value, self.field.place_of(instance)).decode()
            self.__set__(instance, value)
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class InstallationSealedTextField(models.BinaryField):
    """Text about a member (name, address), readable to this installation but not in a copied database.

    Bound to its table, column and row: a name moved to another member's row does not open. Case content never goes
    here: the installation's key opens it without a member. Written by saving a row, never by an update of many.
    """

    descriptor_class = _OpenedByItsRow

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", b"")
        super().__init__(*args, **kwargs)

    def place_of(self, instance: models.Model) -> str:
        """What the text in a row is bound to."""
        return f"{self.model._meta.label_lower}.{self.name}|{instance.pk}"

    def get_default(self) -> str:
        return ""

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> str | BoundBytes:
        return BoundBytes(value) if value else ""

    def pre_save(self, instance: models.Model, add: bool) -> BoundBytes | str:
        text = getattr(instance, self.attname)
        return BoundBytes(deployment_key().seal(str(text).encode(), self.place_of(instance))) if text else ""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value in (None, ""):
            return super().get_db_prep_value(b"", connection, prepared)
        if not isinstance(value, BoundBytes):
            raise ValidationError(f"column {self.name} is written by saving its row")
        return super().get_db_prep_value(bytes(value), connection, prepared)

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: Any) -> str:
        raise ValidationError(f"column {self.name} is not written out in clear")
