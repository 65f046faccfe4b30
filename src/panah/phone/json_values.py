"""Small readings that all JSON exports share: times, texts, what is kept beside."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def utc(value: object, unit_ms: int) -> datetime | None:
    """A moment counted since 1970; zero, negatives and nonsense are none. Numbers may be written as strings."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
        return EPOCH + timedelta(milliseconds=round(number * unit_ms)) if number > 0 else None
    except (ValueError, OverflowError):
        return None


def local(value: object) -> datetime | None:
    """An ISO 8601 time as printed, aware where it has a zone."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment


def whole_number(value: object) -> int | None:
    """A length in seconds."""
    try:
        number = int(float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return number if 0 <= number < 1_000_000_000 else None


def text_of(value: object) -> str:
    """A string as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def extra_of(row: Mapping[str, Any], used: Iterable[str]) -> dict[str, str]:
    """Attributes without a field of ours, kept as they are; what is empty or false says nothing."""
    left = row.keys() - set(used)
    return {key: text_of(row[key]) for key in row if key in left and row[key] not in (None, "", [], {}, False)}
