"""Fit which state is taken for the one behind an incident, and which for the country of its target.

    python tools/train_read_places.py [--without SET …]
    python tools/train_read_places.py --sets            each set by what all the others taught; writes nothing

It learns from the labelled incidents of ``tests/read/passages`` and writes ``src/panah/read/data/place_weights.csv``: two
conditional logits (McFadden 1974), each a choice among the states that the text names and "none of them". No name of a
state is a feature. ``blind_last``, ``blind_3`` and ``blind_4`` are never read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from read_scoring import PASSAGES, UNREAD, load, place  # noqa: E402

from panah.model.reading import Count  # noqa: E402
from panah.read.candidates import Candidate  # noqa: E402
from panah.read.counts import find_counts  # noqa: E402
from panah.read.incident_places import Whereabouts  # noqa: E402
from panah.read.incidents import aggregate_of, scope_of  # noqa: E402
from panah.read.languages import languages_of, main_language  # noqa: E402
from panah.read.paragraphs import split_paragraphs  # noqa: E402
from panah.read.place_roles import HOST, ORIGIN, Told, features, likeliest  # noqa: E402
from panah.read.sentences import Page  # noqa: E402
from panah.read.statements import find_statements  # noqa: E402

OUT = ROOT / "src/panah/read/data/place_weights.csv"
HEAD = """# Weights by which a state named in a text is taken for the one behind an incident or for the country of its target, written
# by tools/train_read_places.py: change nothing here by hand. Features: ways of naming (place_votes), how near, what is recorded
# of a state (origin_states.csv). Columns: part,feature,weight.
part,feature,weight
"""
PENALTY = 1.0
"""Half of it times the square of each weight; 0.3 and 3 were alike on sets left out."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One labelled incident, with what its document says of places."""

    told: Told
    origin: str | None
    host: str | None

    def answer(self, part: str) -> str | None:
        """What stands on the label."""
        return self.origin if part == ORIGIN else self.host


def labelled(name: str) -> Iterator[Labelled]:
    """Every labelled incident of a set of passages."""
    for passage in load(name):
        if passage["incidents"]:
            page = page_of(passage["text"])
            places, counts = Whereabouts(page, find_statements(page)), find_counts(page)
            for label in passage["incidents"]:
                member = _member(page, place(passage, label["anchor"])[0], label["tactic"], counts)
                counted = aggregate_of(page, member) is not None
                scope = scope_of(page, [member], counted=counted, dated=label["date"] is not None)
                yield Labelled(places.told([member], scope), label["origin_state"], label["host_country"])


def page_of(text: str) -> Page:
    """A passage cut up as the reader does."""
    paragraphs = split_paragraphs(text)
    return Page(text, main_language(paragraphs, languages_of(text, paragraphs)), paragraphs)


def _member(page: Page, start: int, tactic: str, counts: Sequence[Count]) -> Candidate:
    """The sentence that tells a labelled act."""
    sentence = page.sentence_at(start)
    inside = tuple(each for each in counts if sentence.start <= each.start < sentence.end)
    return Candidate(tactic, sentence, sentence.stretch, sentence.all_words, (), False, 0, counts=inside)


def fit(taught: Sequence[Labelled], part: str) -> dict[str, float]:
    """The weights of one part. A label that the text does not name teaches nothing."""
    chosen = [(features(part, each.told), each.answer(part)) for each in taught]
    chosen = [(found, right) for found, right in chosen if right in found]
    names = sorted({name for found, _ in chosen for each in found.values() for name in each})
    column = {name: at for at, name in enumerate(names)}
    matrices = []
    for found, right in chosen:
        x = np.zeros((len(found), len(names)))
        for row, each in enumerate(found.values()):
            for name, value in each.items():
                x[row, column[name]] = value
        matrices.append((x, list(found).index(right)))

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        value, slope = PENALTY * float(weights @ weights) / 2, PENALTY * weights
        for x, right in matrices:
            sums = x @ weights
            shares = np.exp(sums - sums.max())
            shares /= shares.sum()
            value -= float(np.log(shares[right]))
            slope = slope + x.T @ shares - x[right]
        return value, slope

    best = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return dict(zip(names, map(float, best.x), strict=True))


def by_set(sets: Mapping[str, Sequence[Labelled]]) -> None:
    """How often both parts are right in each set, by what all the others taught."""
    for name, found in sets.items():
        others = [each for other, taught in sets.items() if other != name for each in taught]
        weights = {part: fit(others, part) for part in (ORIGIN, HOST)}
        pairs = [(likeliest(each.told, weights), each) for each in found]
        origin = sum(pair[0] == each.origin for pair, each in pairs) / len(pairs)
        host = sum(pair[1] == each.host for pair, each in pairs) / len(pairs)
        print(f"{name:12} n={len(found):4}  origin {origin:.2f}  host {host:.2f}", flush=True)


def main(without: Sequence[str], *, sets_only: bool) -> None:
    """Fit and write, or try."""
    names = sorted(path.stem for path in PASSAGES.glob("*.json"))
    sets = {name: list(labelled(name)) for name in names if name not in {*without, *UNREAD}}
    sets = {name: found for name, found in sets.items() if found}
    if sets_only:
        by_set(sets)
        return
    taught = [each for found in sets.values() for each in found]
    lines = [f"{part},{name},{weight:.2f}" for part in (ORIGIN, HOST) for name, weight in fit(taught, part).items()]
    OUT.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(taught)} incidents, {len(lines)} weights")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--without", nargs="*", default=[], metavar="SET")
    parser.add_argument("--sets", action="store_true", help="try each set; writes nothing")
    options = parser.parse_args()
    main(options.without, sets_only=options.sets)
