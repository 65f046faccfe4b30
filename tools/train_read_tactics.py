"""Fit the weights by which a sentence is taken for a tactic (``src/panah/read/data/tactic_weights.csv``).

    python tools/train_read_tactics.py [--without SET …]

It learns from ``tools/data/tactic_sentences_*.txt`` (invented sentences, one tactic each) and from the English passages of
``tests/read/passages`` that have been worked on (``--without`` leaves sets out, to look at them as at unknown text). To teach
it a wording, add a sentence and run it again; the same sentences always give the same file.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from read_scoring import load  # noqa: E402

from panah.read.phrases import lexicon  # noqa: E402
from panah.read.sentences import Page  # noqa: E402
from panah.read.telling import LANGUAGE, NOTHING, features  # noqa: E402
from panah.read.words import Word, words_in  # noqa: E402

OUT = ROOT / "src/panah/read/data/tactic_weights.csv"
SETS = ("dev", "held_out", "unseen", "last", "fresh", "oblique", "plain", "varied")
HEAD = """# Weights of words, classes (c:) and rules (r:) by which a sentence is taken for a tactic, written by tools/train_read_tactics.py:
# change nothing here by hand. Learned from our own invented sentences. Columns: feature,weights (tactic and weight, ; between them).
"""
LOOSENESS = 30.0
"""The inverse of the penalty; on sets left out 10, 30 and 100 were alike."""
SMALLEST = 0.12
"""Weights nearer to nothing are left out."""

Labelled = tuple[Sequence[Word], str]


def invented() -> Iterator[Labelled]:
    """The sentences of ``tools/data``."""
    for path in sorted((ROOT / "tools/data").glob("tactic_sentences_*.txt")):
        tactic = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("= "):
                tactic = line[2:].strip()
            elif line.strip() and not line.startswith("#"):
                yield words_in(line), tactic


def from_passages(names: Sequence[str]) -> Iterator[Labelled]:
    """Every sentence of the English passages: once for each tactic labelled in it, else as telling none."""
    for passage in (each for name in names for each in load(name) if each["language"] == LANGUAGE):
        for sentence in Page(passage["text"], LANGUAGE).sentences:
            starts = [(passage["text"].index(each["anchor"]), each["tactic"]) for each in passage["incidents"]]
            told = {tactic for start, tactic in starts if sentence.start <= start < sentence.end}
            yield from ((sentence.all_words, tactic) for tactic in sorted(told) or [NOTHING])


def main(without: Sequence[str]) -> None:
    """Fit and write."""
    labelled = [*invented(), *from_passages([name for name in SETS if name not in without])]
    vectorizer = DictVectorizer()
    rules = lexicon("tactics", LANGUAGE)
    x = vectorizer.fit_transform([features(words, rules.hits(words)) for words, _ in labelled])
    model = LogisticRegression(C=LOOSENESS, max_iter=5000).fit(x, [tactic for _, tactic in labelled])
    tactics, names = list(model.classes_), vectorizer.get_feature_names_out()
    lines = [_line("", tactics, model.intercept_, 0.0)]
    lines += [_line(name, tactics, model.coef_[:, at], SMALLEST) for at, name in enumerate(names)]
    OUT.write_text(HEAD + "feature,weights\n" + "\n".join(line for line in lines if line) + "\n", encoding="utf-8")
    print(f"{len(labelled)} sentences, {len(lines)} features, {OUT.stat().st_size:,} bytes")


def _line(name: str, tactics: Sequence[str], weights: np.ndarray, smallest: float) -> str:
    kept = [
        f"{tactic} {weight:.2f}" for tactic, weight in zip(tactics, weights, strict=True) if abs(weight) >= smallest
    ]
    return f"{name},{';'.join(kept)}" if kept else ""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--without", nargs="*", default=[], metavar="SET")
    main(parser.parse_args().without)
