"""What all records share: frozen, validated, serialisable, and with an id that says nothing."""

from __future__ import annotations

import secrets
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from panah import codes, dates
from panah.errors import BadRow

ID_BYTES = 16


def new_id() -> str:
    """A random 128-bit id in 32 hexadecimal digits; never derived from content."""
    return secrets.token_hex(ID_BYTES)


Id = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", description="random 128-bit id, hexadecimal")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256, hexadecimal")]
Edtf = Annotated[
    str,
    AfterValidator(dates.check_edtf),
    Field(description="EDTF level 1 date or interval", examples=["2019-07", "2019~"]),
]
CountryCode = Annotated[
    str,
    Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2 code"),
    AfterValidator(codes.check_country),
]
Tactic = Annotated[str, AfterValidator(codes.check_tactic), Field(description="a code of the codebook")]


class Record(BaseModel):
    """A frozen value that rooms hand to each other; equality is by content."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=False, allow_inf_nan=False)

    def to_json(self) -> str:
        """One line of JSON; :meth:`from_json` reads it back to an equal record."""
        return self.model_dump_json(exclude_none=True)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read a record.

        Raises:
            BadRow: A field is missing, unknown or out of range; the message names the field, not its value.
        """
        return cls._checked(lambda: cls.model_validate_json(text))

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Make a record from plain values; raises as :meth:`from_json` does."""
        return cls._checked(lambda: cls.model_validate(values))

    @classmethod
    def _checked(cls, make: Any) -> Self:
        try:
            record: Self = make()
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            field = ".".join(str(part) for part in first["loc"]) or "record"
            raise BadRow(f"field {field}: {first['msg'].lower()}", where=cls.__name__.lower()) from None
        return record
