"""Copies told apart by their wording: each recipient's copy says the same in other words.

A copy's seed chooses, at each of many places of the reading note, one of four ways of saying it. Whoever holds the
seeds reads the choices out of a leaked text, however it was copied, and says whose copy it was and how often that
would be wrong. A trace is a lead, not proof; show it to a second person before anything is done about it.
"""

from .copies import Copy, new_seed
from .notes import Note, note_in
from .tracing import Lead, Trace, trace

__all__ = ["Copy", "Lead", "Note", "Trace", "new_seed", "note_in", "trace"]
