"""Fit the weights by which a sentence is taken for a tactic (``src/panah/read/data/tactic_weights.csv``).

    python tools/train_read_tactics.py [--without SET …]
    python tools/train_read_tactics.py --authors          each author's sentences by the weights of all the others; writes nothing

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

from panah.read.candidates import LEAST_SHARE  # noqa: E402
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
SMALLEST = 0.25
"""Weights nearer to nothing are left out."""

Labelled = tuple[Sequence[Word], str]


def sentence_files() -> list[Path]:
    """One file an author; the first four are by one and the same, who wrote the rules too."""
    return sorted((ROOT / "tools/data").glob("tactic_sentences_*.txt"))


def invented(paths: Sequence[Path]) -> Iterator[Labelled]:
    """Sentences of ``tools/data``."""
    for path in paths:
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


def fitted(labelled: Sequence[Labelled]) -> tuple[DictVectorizer, LogisticRegression]:
    """Features to columns, and the model over them."""
    vectorizer = DictVectorizer()
    x = vectorizer.fit_transform([_features(words) for words, _ in labelled])
    return vectorizer, LogisticRegression(C=LOOSENESS, max_iter=5000).fit(x, [tactic for _, tactic in labelled])


def _features(words: Sequence[Word]) -> dict[str, float]:
    return features(words, lexicon("tactics", LANGUAGE).hits(words))


def main(without: Sequence[str]) -> None:
    """Fit and write."""
    labelled = [*invented(sentence_files()), *from_passages([name for name in SETS if name not in without])]
    vectorizer, model = fitted(labelled)
    tactics, names = list(model.classes_), vectorizer.get_feature_names_out()
    lines = [_line("", tactics, model.intercept_, 0.0)]
    lines += [_line(name, tactics, model.coef_[:, at], SMALLEST) for at, name in enumerate(names)]
    OUT.write_text(HEAD + "feature,weights\n" + "\n".join(line for line in lines if line) + "\n", encoding="utf-8")
    print(f"{len(labelled)} sentences, {len(lines)} features, {OUT.stat().st_size:,} bytes")


def by_author() -> None:
    """How well the sentences of each author are told by what the others taught, without any rule of ours deciding."""
    files = sentence_files()
    for path in files:
        vectorizer, model = fitted([*invented([each for each in files if each != path]), *from_passages(SETS)])
        sentences = list(invented([path]))
        shares = model.predict_proba(vectorizer.transform([_features(words) for words, _ in sentences]))
        best = [model.classes_[row.argmax()] if row.max() >= LEAST_SHARE else NOTHING for row in shares]
        hit = sum(one == tactic != NOTHING for one, (_, tactic) in zip(best, sentences, strict=True))
        told, labelled = sum(one != NOTHING for one in best), sum(tactic != NOTHING for _, tactic in sentences)
        f1 = 2 * hit / (told + labelled)
        print(f"{path.stem}: n={labelled:4}  P {hit / told:.2f}  R {hit / labelled:.2f}  F1 {f1:.2f}", flush=True)


def _line(name: str, tactics: Sequence[str], weights: np.ndarray, smallest: float) -> str:
    kept = [
        f"{tactic} {weight:.2f}" for tactic, weight in zip(tactics, weights, strict=True) if abs(weight) >= smallest
    ]
    return f"{name},{';'.join(kept)}" if kept else ""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--without", nargs="*", default=[], metavar="SET")
    parser.add_argument("--authors", action="store_true", help="try each author's sentences; writes nothing")
    options = parser.parse_args()
    by_author() if options.authors else main(options.without)
