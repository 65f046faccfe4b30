"""The codebook and the thesauri: every code is a row in ``codes/data/*.csv``, never an ``if``."""

from .thesaurus import check_country, check_tactic, checker, thesaurus

__all__ = ["check_country", "check_tactic", "checker", "thesaurus"]
