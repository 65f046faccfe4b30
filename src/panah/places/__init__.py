"""Where: countries by ISO 3166, cities by GeoNames, both found by what people write."""

from .countries import (
    alpha2_of_numeric,
    centroid,
    check_country,
    country_codes,
    country_name,
    find_country,
    numeric_of,
)
from .gazetteer import GazetteerPlace, find_place

__all__ = [
    "GazetteerPlace",
    "alpha2_of_numeric",
    "centroid",
    "check_country",
    "country_codes",
    "country_name",
    "find_country",
    "find_place",
    "numeric_of",
]
