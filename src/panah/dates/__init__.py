"""Dates with their precision, in EDTF (ISO 8601-2), by the ``edtf`` library."""

from .edtf_dates import check_edtf

__all__ = ["check_edtf"]
