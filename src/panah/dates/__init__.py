"""Dates with their precision, in EDTF (ISO 8601-2) levels 0 and 1: what a source says, and no more than that.

A date is a text such as ``2019-07``, ``2019-07~`` or ``2019-06-22/2019-06-25``; :func:`check_edtf` lets only sound ones
into a record, the other functions read them, :func:`from_cell` makes them out of what people type into tables.
"""

from .cells import from_cell
from .display import display
from .edtf_dates import (
    EdtfDate,
    Precision,
    bounds,
    can_be_same,
    check_edtf,
    distance_days,
    month_of,
    parse,
    precision,
    year_of,
)

__all__ = [
    "EdtfDate",
    "Precision",
    "bounds",
    "can_be_same",
    "check_edtf",
    "display",
    "distance_days",
    "from_cell",
    "month_of",
    "parse",
    "precision",
    "year_of",
]
