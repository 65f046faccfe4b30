"""The codebook and the thesauri: every code is a row in ``codes/data/*.csv``, never an ``if``."""

from .codebook import Codebook, Tactic, codebook
from .schemes import SCHEMES, Term, crosswalk, scheme, tactics_of
from .thesaurus import check_country, check_tactic, checker, codes_of, definition, label, thesauri, thesaurus

__all__ = [
    "SCHEMES",
    "Codebook",
    "Tactic",
    "Term",
    "check_country",
    "check_tactic",
    "checker",
    "codebook",
    "codes_of",
    "crosswalk",
    "definition",
    "label",
    "scheme",
    "tactics_of",
    "thesauri",
    "thesaurus",
]
