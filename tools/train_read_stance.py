"""Fit what is taken for an answer to an accusation: weights over what is said, around it and by whom.

    python tools/train_read_stance.py [--without SET …] [--also FILE.json …]

It learns from the labelled statements of ``tests/read/passages`` (of sets that have been worked on; ``--without`` leaves some out,
to look at them as at unknown text), from the table of denials in ``tests/read/voices``, and from ``tools/data/stance_*.tsv``, one
sentence a line: label, the words that carry the stance, the sentence. To teach a wording, add a line and run it again.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from read_scoring import DENYING, load, overlap, place  # noqa: E402

from fitted import lines_of  # noqa: E402
from panah.model.reading import Statement  # noqa: E402
from panah.read import similar  # noqa: E402
from panah.read.answering import Told, features  # noqa: E402
from panah.read.meaning import NO_STATEMENT, answer_line  # noqa: E402
from panah.read.people import Who  # noqa: E402
from panah.read.sentences import Page  # noqa: E402
from panah.read.statements import find_statements  # noqa: E402

similar.is_installed = lambda: False
"""What is learned from must not hang on what was learned before."""
OUT = ROOT / "src/panah/read/data/stance_weights.csv"
SETS = ("dev", "held_out", "unseen", "last", "fresh", "closing", "voices", "blind_dev", "blind_2")
STANCES = {
    "as": "asserts",
    "de": "denies",
    "dr": "denies_responsibility",
    "ae": "alternative_explanation",
    "dc": "declines_to_comment",
    "nk": "no_knowledge",
    "rn": "refuses_to_name",
    "ac": "acknowledges",
}
HEAD = """# Weights by which words are taken for an answer to an accusation, written by tools/train_read_stance.py: change nothing here by
# hand. Learned from our own invented sentences. Columns: feature,weights (stance and weight, ; between them).
"""
LOOSENESS = 0.5
"""The inverse of the penalty."""
SMALLEST = 0.04
"""Weights nearer to nothing are left out."""
HALF = 0.5
"""A sentence is an answer when one covers more of it."""


@dataclass(frozen=True, slots=True)
class Taught:
    """One labelled statement: what was looked at, its stance, and where it comes from."""

    features: dict[str, float]
    stance: str
    origin: str
    weight: float = 1.0


def from_passages(names: Sequence[str], files: Sequence[str] = ()) -> Iterator[Taught]:
    """Every labelled statement, as its label tells it: an answer is learned whether or not it is found."""
    passages: list[tuple[str, dict[str, Any]]] = [(name, each) for name in names for each in load(name)]
    passages += [(file, each) for file in files for each in json.loads(Path(file).read_text(encoding="utf-8"))]
    for name, passage in passages:
        page = Page(passage["text"], passage["language"])
        for label in passage["statements"]:
            start = page.text.index(label["text"])
            who = _speaker(page, label["speaker"], start)
            told = Told(start, start + len(label["text"]), who, label["kind"] != "indirect")
            yield Taught(features(page, told), label["stance"], name)


def _speaker(page: Page, name: str | None, near: int) -> Who | None:
    """The labelled speaker as the reader would know it, where it is named nearest before the statement."""
    if not name:
        return None
    at = page.text.rfind(name, 0, near)
    at = at if at >= 0 else page.text.find(name)
    if at < 0:
        return Who(name)
    return page.names.speaker(at, at + len(name)) or Who(name, start=at, end=at + len(name))


def from_sentences() -> Iterator[Taught]:
    """The sentences of ``tools/data``, with the speaker that the reader finds."""
    for stance, span, text, origin in told_sentences():
        page = Page(text, origin.split("_")[1])
        best = _nearest(page, span)
        who = _speaker(page, best.speaker, span[0]) if best is not None else None
        quoted = any(each.start <= span[0] < each.end for each in page.quotations)
        yield Taught(features(page, Told(*span, who, quoted)), stance, origin)


def told_sentences() -> Iterator[tuple[str, tuple[int, int], str, str]]:
    """Stance, where the words stand that carry it, the sentence and its file, for each line of ``tools/data/stance_*.tsv``."""
    for path in sorted((ROOT / "tools/data").glob("stance_*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                label, words, text = line.split("\t")
                start = text.index(words)
                yield STANCES[label], (start, start + len(words)), text, path.stem


def _nearest(page: Page, span: tuple[int, int]) -> Statement | None:
    """The statement that the reader finds where one is labelled."""
    best = max(find_statements(page), key=lambda each: overlap(span, (each.start, each.end)), default=None)
    return best if best is not None and overlap(span, (best.start, best.end)) > 0 else None


def as_lines(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Statements, and whole sentences, as the taught model reads them (:func:`answer_line`): each with its stance, or ``none``."""
    for passage in (each for name in names for each in load(name)):
        text, statements = passage["text"], passage["statements"]
        yield from ((answer_line(each["speaker"], each["text"]), each["stance"]) for each in statements)
        labels = [(*place(passage, each["text"]), each["stance"]) for each in statements]
        for sentence in Page(text, passage["language"]).sentences:
            own = (sentence.start, sentence.end)
            inside = [each for each in labels if overlap(own, each[:2]) > 0]
            answers = [stance for *span, stance in inside if stance in DENYING and overlap(own, (*span,)) > HALF]
            if answers or not inside:
                yield answer_line(None, text[own[0] : own[1]]), answers[0] if answers else NO_STATEMENT
    for stance, span, text, origin in told_sentences():
        best = _nearest(Page(text, origin.split("_")[1]), span)
        yield answer_line(best.speaker if best is not None else None, text[span[0] : span[1]]), stance
        if stance in DENYING and overlap(span, (0, len(text))) > HALF:
            yield answer_line(None, text), stance


def from_table() -> Iterator[Taught]:
    """The lines of ``tests/read/voices/denials.txt``: what the reader finds in them, where the label is plain."""
    path = ROOT / "tests/read/voices/denials.txt"
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        language, text, stance = (part.strip() for part in line.split("||"))
        page = Page(text.replace(" ¶ ", "\n\n"), language)
        found = find_statements(page)
        for each in found:
            if stance == "-" or len(found) == 1:
                told = Told(each.start, each.end, _speaker(page, each.speaker, each.start), each.kind != "indirect")
                yield Taught(features(page, told), "asserts" if stance == "-" else stance, "table")


def fit(taught: Sequence[Taught]) -> tuple[DictVectorizer, LogisticRegression]:
    """Features to columns, and the model over them."""
    vectorizer = DictVectorizer()
    x = vectorizer.fit_transform([each.features for each in taught])
    model = LogisticRegression(C=LOOSENESS, max_iter=3000)
    return vectorizer, model.fit(x, [each.stance for each in taught], sample_weight=[each.weight for each in taught])


def main(without: Sequence[str], also: Sequence[str]) -> None:
    """Fit and write."""
    taught = [
        *from_passages([name for name in SETS if name not in without], also),
        *from_sentences(),
        *from_table(),
    ]
    lines = lines_of(*fit(taught), SMALLEST)
    OUT.write_text(HEAD + "feature,weights\n" + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(taught)} statements, {OUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--without", nargs="*", default=[], metavar="SET")
    parser.add_argument("--also", nargs="*", default=[], metavar="FILE.json")
    options = parser.parse_args()
    main(options.without, options.also)
