"""The table of methods: one line each; the module is loaded when the method is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from panah.errors import NotConfigured

from .answer import Method


@dataclass(frozen=True, slots=True)
class MethodEntry:
    """A method's place and limits.

    Attributes:
        module: Module of this room that holds it.
        function: Its function there, an :class:`~panah.estimate.answer.Method`.
        summary: What it is, in a few words.
        min_lists: Fewest lists with anybody on them.
        max_lists: Most lists, or None.
        draws_setting: Its setting for the number of draws or resampled tables, if it has any.
        takes_records: Whether it takes records with covariates rather than counts.
    """

    module: str
    function: str
    summary: str
    min_lists: int = 2
    max_lists: int | None = None
    draws_setting: str = ""
    takes_records: bool = False

    def load(self) -> Method:
        """The function itself."""
        found: Method = getattr(importlib.import_module(f"panah.estimate.{self.module}"), self.function)
        return found


METHODS: Final[Mapping[str, MethodEntry]] = MappingProxyType(
    {
        "chao": MethodEntry("chao", "estimate_chao", "lower bound, closed form; sample coverage"),
        "independence": MethodEntry(
            "independence", "estimate_independence", "log-linear, lists independent", draws_setting="replicates"
        ),
        "loglinear": MethodEntry(
            "loglinear", "estimate_loglinear", "log-linear, a given or selected model", 3, 14, "replicates"
        ),
        "stepwise": MethodEntry(
            "stepwise", "estimate_stepwise", "log-linear, pairs by steps at a p threshold", 3, 9, "replicates"
        ),
        "bayes_threshold": MethodEntry(
            "bayes_threshold",
            "estimate_bayes_threshold",
            "log-linear, pairs that stand out a posteriori",
            3,
            8,
            "draws",
        ),
        "decomposable": MethodEntry(
            "decomposable", "estimate_decomposable", "average over decomposable graphs", 3, 6, "draws"
        ),
        "latent_class": MethodEntry(
            "latent_class", "estimate_latent_class", "Bayesian latent classes", 3, None, "draws"
        ),
        "doubly_robust": MethodEntry(
            "doubly_robust", "estimate_doubly_robust", "two lists independent given covariates", takes_records=True
        ),
    }
)
"""Name -> method, in the order in which :func:`panah.estimate.compare` runs them."""


def entry(name: str) -> MethodEntry:
    """The method of that name.

    Raises:
        NotConfigured: There is none.
    """
    if name not in METHODS:
        raise NotConfigured(f"no method {name}", where="method", hint=f"choose from {', '.join(METHODS)}")
    return METHODS[name]
