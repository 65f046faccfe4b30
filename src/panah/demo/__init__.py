"""An invented community with known truth, made from a seed.

``make_inputs(folder, seed)`` writes what a community's organisations would hold: an article with a spun reprint, a
phone export, three partial lists. What really "happened" is in ``truth.json``, so that every later step can be judged.
"""

from .inputs import Inputs, make_inputs

__all__ = ["Inputs", "make_inputs"]
