"""Names as written: script, folding, tokens, likeness. A person is never merged by a name alone."""

from .folding import fold, script_of, tokens
from .likeness import similarity

__all__ = ["fold", "script_of", "similarity", "tokens"]
