"""Hierarchical log-linear models: their terms as bit masks, their names, and all of them to an order."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from panah.errors import NotConfigured

Terms = tuple[int, ...]
"""The intercept 0, the lists, then interactions by number of lists; closed downwards."""


def by_size(terms: Iterable[int]) -> Terms:
    """Terms once each: fewer lists first, then by mask."""
    return tuple(sorted(set(terms), key=lambda term: (term.bit_count(), term)))


def independence(n_lists: int) -> Terms:
    """Intercept and lists."""
    return by_size([0, *(1 << index for index in range(n_lists))])


def closure(generators: Iterable[int], n_lists: int) -> Terms:
    """The hierarchical model of these interactions: with every term below them."""
    terms = set(independence(n_lists))
    for generator in generators:
        below = generator
        while below:
            terms.add(below)
            below = (below - 1) & generator
    return by_size(terms)


def generators(terms: Iterable[int]) -> list[int]:
    """The largest interactions, which name the model."""
    interactions = [term for term in terms if term.bit_count() > 1]
    top = [term for term in interactions if not any(term != other and term & other == term for other in interactions)]
    return sorted(top, key=lambda term: (-term.bit_count(), term & -term, term))


def short_name(terms: Iterable[int]) -> str:
    """``[123,14,34]``, lists by number; with more than nine lists dots stand between them, in every interaction."""
    terms = tuple(terms)
    join = ".".join if max(terms, default=0).bit_length() > 9 else "".join

    def lists(term: int) -> str:
        return join(str(index + 1) for index in range(term.bit_length()) if term >> index & 1)

    top = generators(terms)
    return f"[{','.join(lists(term) for term in top)}]" if top else "[independence]"


def long_name(terms: Iterable[int], lists: Sequence[str]) -> str:
    """The interactions with the lists' names: ``EXH×ABA×OSCE, EXH×HRW``."""
    parts = ["×".join(name for index, name in enumerate(lists) if term >> index & 1) for term in generators(terms)]
    return ", ".join(parts) if parts else "none"


def read_model(text: str | Sequence[Sequence[str]], lists: Sequence[str]) -> Terms:
    """A model from ``[123,14,34]`` (numbers of lists) or from groups of list names.

    Raises:
        NotConfigured: A list does not exist, or the text is no such name.
    """
    masks = []
    if isinstance(text, str):
        inner = text.strip().strip("[]")
        words = [word.strip() for word in inner.split(",") if word.strip()] if inner != "independence" else []
        for word in words:
            if not re.fullmatch(r"[0-9]+(\.[0-9]+)*", word):
                raise NotConfigured(f"no model {word}", where="model", hint="write it as [123,14,34]")
            numbers = [int(part) for part in (word.split(".") if "." in word else word)]
            if any(not 1 <= number <= len(lists) for number in numbers):
                raise NotConfigured(f"no list for {word}", where="model", hint=f"lists are numbered 1 to {len(lists)}")
            masks.append(sum(1 << (number - 1) for number in set(numbers)))
    else:
        for group in text:
            unknown = [name for name in group if name not in lists]
            if unknown:
                raise NotConfigured(f"no list {unknown[0]}", where="model", hint=f"lists are {', '.join(lists)}")
            masks.append(sum(1 << list(lists).index(name) for name in set(group)))
    return closure(masks, len(lists))


@lru_cache(maxsize=16)
def hierarchical_models(n_lists: int, order: int) -> tuple[Terms, ...]:
    """Every hierarchical model with all lists in it and interactions of at most ``order`` lists.

    The interaction of all lists is never there: no table can tell it from the unseen. With four lists and order 3
    these are 113 models. They grow fast: 6,893 with five lists and order 4.
    """
    order = min(order, n_lists - 1)
    models: set[frozenset[int]] = {frozenset()}
    for size in range(2, order + 1):
        larger = set()
        for model in models:
            addable = [
                mask
                for mask in (
                    sum(1 << index for index in group) for group in itertools.combinations(range(n_lists), size)
                )
                if size == 2 or all(mask & ~(1 << index) in model for index in range(n_lists) if mask >> index & 1)
            ]
            for chosen in itertools.chain.from_iterable(
                itertools.combinations(addable, count) for count in range(len(addable) + 1)
            ):
                larger.add(model | set(chosen))
        models = larger
    base = independence(n_lists)
    return tuple(sorted((by_size([*base, *model]) for model in models), key=lambda terms: (len(terms), terms)))
