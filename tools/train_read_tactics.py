"""Fit the weights of words by which a sentence is taken for a tactic: ``src/panah/read/data/tactic_weights.csv``.

    python tools/train_read_tactics.py [--without SET …]
    python tools/train_read_tactics.py --authors          each author's sentences by what all the others taught; writes nothing

It learns from the invented sentences of ``tools/data``, one tactic each: ``tactic_sentences_*.txt`` are English single ones,
``told_<language>_*.tsv`` those of whole passages; and from the labelled passages of ``tests/read/passages`` (``--without``
leaves sets out, to look at them as at unknown text; ``blind_last``, ``blind_3`` and ``blind_4`` are never read).
The weights are learned from the English sentences; other languages are read by the same weights. The sense of a sentence is
taught by ``train_read_meaning.py``, from all languages. To teach a wording, add a sentence and run both; here the same sentences
always give the same file.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from read_scoring import SETS as ALL_SETS  # noqa: E402
from read_scoring import load  # noqa: E402

from fitted import lines_of  # noqa: E402
from panah.read.candidates import LEAST_SHARE  # noqa: E402
from panah.read.phrases import lexicon  # noqa: E402
from panah.read.sentences import Page  # noqa: E402
from panah.read.telling import LANGUAGE, NOTHING, features  # noqa: E402
from panah.read.words import Word, words_in  # noqa: E402

DATA = ROOT / "src/panah/read/data"
OUT = DATA / "tactic_weights.csv"
SETS = tuple(name for name in ALL_SETS if name != "voices")
HEAD = """# Weights of words, classes (c:) and rules (r:) by which a sentence is taken for a tactic, written by tools/train_read_tactics.py:
# change nothing here by hand. Learned from our own invented sentences. Columns: feature,weights (tactic and weight, ; between them).
"""
LOOSENESS = 10.0
"""The inverse of the penalty; 10, 30 and 100 were alike on sets left out."""
SMALLEST = 0.25
"""Weights nearer to nothing are left out."""


@dataclass(frozen=True, slots=True)
class Taught:
    """One labelled sentence and who wrote it."""

    text: str
    tactic: str
    author: str
    language: str = LANGUAGE
    words: tuple[Word, ...] = ()


def invented() -> Iterator[Taught]:
    """The English sentences of ``tools/data``: one file an author; the first four are by one, who wrote the rules too."""
    for path in sorted((ROOT / "tools/data").glob("tactic_sentences_*.txt")):
        tactic = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("= "):
                tactic = line[2:].strip()
            elif line.strip() and not line.startswith("#"):
                yield Taught(line.strip(), tactic, path.stem, words=words_in(line.strip()))


def in_passages() -> Iterator[Taught]:
    """The sentences of invented passages in several languages, each with the tactic that it tells, first or again."""
    for path in sorted((ROOT / "tools/data").glob("told_*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            label, _, text = line.partition("\t")
            if text and not line.startswith("#"):
                language = path.stem.split("_")[1]
                yield Taught(text.strip(), label.strip("() "), path.stem, language, words_in(text.strip()))


def from_passages(names: Sequence[str]) -> Iterator[Taught]:
    """Every sentence of the labelled passages: once for each tactic labelled in it, else as telling none."""
    for passage in (each for name in names for each in load(name)):
        for sentence in Page(passage["text"], passage["language"]).sentences:
            starts = [(passage["text"].index(each["anchor"]), each["tactic"]) for each in passage["incidents"]]
            told = {tactic for start, tactic in starts if sentence.start <= start < sentence.end}
            shown = passage["text"][sentence.start : sentence.end]
            for tactic in sorted(told) or [NOTHING]:
                yield Taught(shown, tactic, "passages", passage["language"], sentence.all_words)


Model = tuple[DictVectorizer, LogisticRegression]


def by_words(taught: Sequence[Taught]) -> Model:
    """Features to columns, and the model over them."""
    vectorizer = DictVectorizer()
    x = vectorizer.fit_transform([_features(each.words) for each in taught])
    return vectorizer, LogisticRegression(C=LOOSENESS, max_iter=5000).fit(x, [each.tactic for each in taught])


def _features(words: Sequence[Word]) -> dict[str, float]:
    return features(LANGUAGE, words, lexicon("tactics", LANGUAGE).hits(words))


def main(without: Sequence[str]) -> None:
    """Fit ``tactic_weights.csv``."""
    everything = [*invented(), *in_passages(), *from_passages([name for name in SETS if name not in without])]
    taught = [each for each in everything if each.language == LANGUAGE]
    vectorizer, model = by_words(taught)
    lines = lines_of(vectorizer, model, SMALLEST)
    OUT.write_text(HEAD + "feature,weights\n" + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(taught)} English sentences, {len(lines)} features, {OUT.stat().st_size:,} bytes")


def by_author() -> None:
    """How well the sentences of each author are told by what the others taught."""
    taught = [*invented(), *in_passages()]
    passages = list(from_passages(SETS))
    for author in dict.fromkeys(each.author for each in taught):
        sentences = [each for each in taught if each.author == author]
        others = [each for each in taught if each.author != author] + passages
        vectorizer, model = by_words([each for each in others if each.language == LANGUAGE])
        told = [
            features(each.language, each.words, lexicon("tactics", each.language).hits(each.words))
            for each in sentences
        ]
        report(author, model.predict_proba(vectorizer.transform(told)), sentences, list(model.classes_))


def report(name: str, shares: np.ndarray, sentences: Sequence[Taught], tactics: Sequence[str]) -> None:
    """Print how well sentences are told: the tactic that is most probable, if it is at least :data:`LEAST_SHARE`."""
    best = [tactics[row.argmax()] if row.max() >= LEAST_SHARE else NOTHING for row in shares]
    hit = sum(one == each.tactic != NOTHING for one, each in zip(best, sentences, strict=True))
    told, labelled = sum(one != NOTHING for one in best), sum(each.tactic != NOTHING for each in sentences)
    f1 = 2 * hit / (told + labelled)
    print(f"{name:32} n={labelled:4}  P {hit / max(told, 1):.2f}  R {hit / labelled:.2f}  F1 {f1:.2f}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--without", nargs="*", default=[], metavar="SET")
    parser.add_argument("--authors", action="store_true", help="try each author's sentences; writes nothing")
    options = parser.parse_args()
    by_author() if options.authors else main(options.without)
