"""Denials travel along; the rule is a word that several rooms use, so it stands in :mod:`panah.model.denials`."""

from panah.model.denials import answer_codes, check_denials

__all__ = ["answer_codes", "check_denials"]
