"""Phone and messenger exports -> calls and messages, each with its place in the original bytes.

:func:`read_export` gives one whole :class:`~panah.model.phone.PhoneExport`; :func:`stream` gives the same events one
by one in constant memory. The original bytes are the evidence: what is read here is a derived view of them, and
nothing is dropped in silence, ``not_understood`` names every part that no rule explains.
:func:`overview` counts without keeping a word, and :func:`read_chosen` keeps only what a person then chose.
"""

from __future__ import annotations

from .formats import FORMATS, Format
from .minimise import Count, Overview, Selection, overview, read_chosen
from .reading import read_export, stream
from .report import Report

__all__ = [
    "FORMATS",
    "Count",
    "Format",
    "Overview",
    "Report",
    "Selection",
    "overview",
    "read_chosen",
    "read_export",
    "stream",
]
