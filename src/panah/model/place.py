"""Where: a named place, as exact as the source says and no more."""

from __future__ import annotations

from pydantic import Field

from .base import CountryCode, Record


class Place(Record):
    """A place; coordinates only where a source states them or GeoNames gives them.

    An incident has three: host place, act place and origin state. A jailed brother is in the origin state.
    """

    country: CountryCode | None = None
    name: str = ""
    geonames_id: int | None = Field(default=None, gt=0)
    latitude_deg: float | None = Field(default=None, ge=-90, le=90)
    longitude_deg: float | None = Field(default=None, ge=-180, le=180)
