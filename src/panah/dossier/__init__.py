"""A report or submission: incidents with their claims, sources, denials and evidence, as HTML and PDF.

:func:`build` makes one document out of a :class:`Content`; a *regime* (``regimes/<name>/``) says with data and two
templates how a body wants it. Nothing is left out to fit: an allegation without the answer of the accused side raises.
"""

from .content import Content, EvidenceNote, Figure
from .document import Document, build
from .regime import Regime, regime, regimes

__all__ = ["Content", "Document", "EvidenceNote", "Figure", "Regime", "build", "regime", "regimes"]
