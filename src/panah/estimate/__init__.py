"""How many were never recorded: multiple systems estimation from overlapping lists.

``fit(table, method=..., seed=...)`` is the one call, an ``Estimate`` the one result; ``METHODS`` says what there is.
No number leaves without its flags, and a table that cannot answer gets a named refusal, never a number.
"""

from panah.errors import NotEstimable
from panah.model.estimate import Estimate, Flag, Quantity, Refusal, explain
from panah.model.overlap import OverlapRecords, OverlapTable, StratifiedTable

from .comparing import Comparison, compare
from .fitting import fit
from .methods import METHODS
from .pooling import fit_many
from .reliability import Reliability, reliability
from .strata import StrataResult, fit_strata

__all__ = [
    "METHODS",
    "Comparison",
    "Estimate",
    "Flag",
    "NotEstimable",
    "OverlapRecords",
    "OverlapTable",
    "Quantity",
    "Refusal",
    "Reliability",
    "StrataResult",
    "StratifiedTable",
    "compare",
    "explain",
    "fit",
    "fit_many",
    "fit_strata",
    "reliability",
]
