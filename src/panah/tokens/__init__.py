"""The same person or incident on the lists of organisations that may not show each other a name.

===========================  ===============================================================================
:class:`Agreement`           what the parties agreed on: purpose, rules, who learns what, when it is deleted
:class:`SharedKey`           32 random bytes that the data holders exchange in person; a linkage unit never has them
:func:`encode`               a list -> tokens that leave the house, and which row is whose, which stays
:func:`match`                token files -> pairs of rows with their match weight (a linkage unit, or a holder)
:mod:`~panah.tokens.psi`     private set intersection of two parties, in three messages
:func:`edges`                the links as they are drawn from; with sizes, :func:`counts_of` makes tables of counts
:func:`shred`                destroy key and rows, and sign that it was done
===========================  ===============================================================================

Invariant: no name, no key and nothing that a key could be guessed from is in anything but the key file and the row
file, and both are shredded. Bloom-filter encodings (CLK) are not offered; ``docs/exchange.md`` says why.
"""

from .agreement import Agreement, Rule, read_agreement, write_agreement
from .counting import counts_of, edges
from .encoding import Encoded, encode
from .files import TokenFile, read_tokens, write_encoded, write_rows, write_tokens
from .keys import SharedKey
from .matching import Links, match, read_links, write_links
from .shredding import shred, verify_deletion
from .values import FOLDING

__all__ = [
    "FOLDING",
    "Agreement",
    "Encoded",
    "Links",
    "Rule",
    "SharedKey",
    "TokenFile",
    "counts_of",
    "edges",
    "encode",
    "match",
    "read_agreement",
    "read_links",
    "read_tokens",
    "shred",
    "verify_deletion",
    "write_agreement",
    "write_encoded",
    "write_links",
    "write_rows",
    "write_tokens",
]
