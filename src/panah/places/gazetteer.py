"""Cities of 15,000 inhabitants and more, from GeoNames (CC BY 4.0, see ``data/README.md``).

The table is searched as bytes and not made into objects: 34,000 cities with 300,000 spellings would cost every process
half a second and 60 MB, and a search costs a millisecond.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from .countries import find_country
from .keys import search_key, table_bytes

LATITUDE, LONGITUDE, POPULATION = 3, 4, 5
MAX_TEXT: Final = 120


@dataclass(frozen=True, slots=True)
class GazetteerPlace:
    """One city. ``n_same_name`` counts the cities of that spelling, this one included, before a country chose."""

    name: str
    country: str
    geonames_id: int
    latitude_deg: float
    longitude_deg: float
    population: int
    n_same_name: int


@lru_cache(maxsize=16384)
def find_place(text: str, country: str | None = None) -> GazetteerPlace | None:
    """Find a city by one of its names, in any of the scripts that GeoNames knows it in.

    Several cities of one name: those of the given country come first, and among the rest the one with most inhabitants
    (Tripoli is the one in Libya unless Lebanon is given). "Antwerp, Belgium" brings its country along.

    Args:
        text: What somebody wrote.
        country: ISO 3166-1 alpha-2 code.

    Returns:
        None when no city of 15,000 inhabitants has that name, or none in the given country.
    """
    if len(text) > MAX_TEXT:
        return None
    found = list(_named(search_key(text)))
    if not found and country is None:
        city, comma, rest = text.rpartition(",")
        country = find_country(rest) if comma else None
        return find_place(city, country) if country else None
    inside = [row for row in found if country in {None, row[2]}]
    return _place(max(inside, key=lambda row: int(row[POPULATION])), len(found)) if inside else None


def _place(row: list[str], n_same_name: int) -> GazetteerPlace:
    return GazetteerPlace(
        name=row[1],
        country=row[2],
        geonames_id=int(row[0]),
        latitude_deg=float(row[LATITUDE]),
        longitude_deg=float(row[LONGITUDE]),
        population=int(row[POPULATION]),
        n_same_name=n_same_name,
    )


def _named(key: str) -> Iterator[list[str]]:
    """The rows that have this search key."""
    cities, wanted = _cities(), f";{key};".encode()
    at = cities.find(wanted) if key else -1
    while at >= 0:
        line = cities[cities.rfind(b"\n", 0, at) + 1 : cities.find(b"\n", at)]
        yield next(csv.reader([line.decode()]))
        at = cities.find(wanted, cities.find(b"\n", at))


@lru_cache(maxsize=1)
def _cities() -> bytes:
    return table_bytes("cities.csv")
