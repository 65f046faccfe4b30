"""Names as written: script, folding, sounds, likeness across scripts. A person is never merged by a name alone.

=====================  =================================================================================
:func:`fold`           one spelling for what is certainly the same spelling, within a script
:func:`tokens`         the folded words
:func:`similarity`     likeness of two names in any scripts, 0 to 1: evidence, never a decision
:func:`best_likeness`  the same for people with several names; typed pseudonyms are left out
:func:`keys`           coarse keys that spellings of one name share, for finding candidate pairs
:func:`sounds`         the same for a whole name, whatever the order of its words
:func:`latin`          the words in plain Latin letters, as they are read, for columns compared by a database
:func:`system_of`      which orthography a form is written in, as far as its letters tell
=====================  =================================================================================
"""

from .folding import fold, script_of, tokens
from .forms import NEVER_MATCH, NamedForm, best_likeness
from .keys import FOLDING_VERSION, keys, latin, sounds
from .likeness import similarity
from .readings import is_uyghur, system_of

__all__ = [
    "FOLDING_VERSION",
    "NEVER_MATCH",
    "NamedForm",
    "best_likeness",
    "fold",
    "is_uyghur",
    "keys",
    "latin",
    "script_of",
    "similarity",
    "sounds",
    "system_of",
    "tokens",
]
