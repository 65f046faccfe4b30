"""A fitted model as the file of weights that :mod:`panah.read.weights` reads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression


def lines_of(vectorizer: DictVectorizer, model: LogisticRegression, smallest: float) -> list[str]:
    """Where each answer starts from, then a line a feature; weights nearer to nothing than ``smallest`` are left out."""
    answers, names = list(model.classes_), vectorizer.get_feature_names_out()
    lines = [_line("", answers, model.intercept_, 0.0)]
    lines += [_line(name, answers, model.coef_[:, at], smallest) for at, name in enumerate(names)]
    return [line for line in lines if line]


def _line(name: str, answers: Sequence[str], weights: np.ndarray, smallest: float) -> str:
    pairs = zip(answers, weights, strict=True)
    kept = [f"{answer} {weight:.2f}" for answer, weight in pairs if abs(weight) >= smallest]
    quoted = f'"{name}"' if "," in name else name
    return f"{quoted},{';'.join(kept)}" if kept else ""
