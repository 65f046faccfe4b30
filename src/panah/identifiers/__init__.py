"""Identifiers as written: telephone numbers, and the reasons why there is none."""

from .fiction import is_fictional
from .numbers import Number, Presentation, read_number

__all__ = ["Number", "Presentation", "is_fictional", "read_number"]
