"""The same incident or person, found across documentation lists and within them.

:func:`read_list` reads a CSV, XLSX or ODS list, :func:`link` compares lists and gives a
:class:`~panah.model.linkage.Linkage`: scored pairs, clusters, and the overlap table that an estimate starts from, or
one such table for each draw of the linkage. :func:`read_decisions` reads what people decided on doubtful pairs.
"""

from .labels import read_decisions
from .linking import count_pairs, link
from .reading import read_list
from .roles import ROLES

__all__ = ["ROLES", "count_pairs", "link", "read_decisions", "read_list"]
