"""How many were never recorded: multiple systems estimation from overlapping lists.

``fit(table, method=..., seed=...)`` is the one call, an ``Estimate`` the one result; ``METHODS`` says what there is.
No number leaves without its flags, and a table that cannot answer gets a named refusal, never a number.
"""

from panah.model.estimate import Estimate, Flag, Quantity, Refusal, explain
from panah.model.overlap import OverlapRecords, OverlapTable, StratifiedTable

from .comparing import Comparison, compare
from .fitting import fit
from .methods import METHODS

__all__ = [
    "METHODS",
    "Comparison",
    "Estimate",
    "Flag",
    "OverlapRecords",
    "OverlapTable",
    "Quantity",
    "Refusal",
    "StratifiedTable",
    "compare",
    "explain",
    "fit",
]
