"""How well spellings of one name are told from other names: ours beside general libraries, on published variants.

Run: ``python benchmarks/names.py [--split dev|held|all|words] [--worst N]``

Data: ``tests/names/data/published_variants.csv``. Persons are split by a hash of their id: what was looked at while the
tables were written (``dev``), and what was kept unseen until they were done (``held``). ``words`` are single words of
names of all languages, with their Arabic, Russian or Chinese form (``wikidata_words.csv``): nothing was tuned on them.
True pairs are two forms of one person, false pairs two forms of different persons, all of them. Recall is that share of
true pairs in two scripts that scores above the value which 5 % of the false pairs (in two scripts) reach.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import itertools
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "names" / "data"
DATA = FOLDER / "published_variants.csv"
WORDS = FOLDER / "wikidata_words.csv"
FALSE_SHARE = 0.05
Form = tuple[str, str, str]
"""Person, form, script."""


def forms(split: str = "all") -> list[Form]:
    """The forms of a part of the set."""
    with (WORDS if split == "words" else DATA).open(encoding="utf-8") as stream:
        rows = [(row["person"], row["form"], row["script"]) for row in csv.DictReader(stream)]
    return [row for row in rows if split in {"all", "words"} or is_held(row[0]) == (split == "held")]


def is_held(person: str) -> bool:
    """Whether a person belongs to the part that was not looked at."""
    return hashlib.sha256(person.encode()).digest()[0] < 102  # two fifths


def measured(some: Sequence[Form], likeness: Callable[[str, str], float]) -> dict[str, float]:
    """AUC over all pairs; recall across scripts at 5 % false pairs; the threshold; CPU time per pair."""
    pairs = list(itertools.combinations(some, 2))
    started = time.process_time()
    scores = np.array([likeness(one[1], other[1]) for one, other in pairs])
    cpu_us = (time.process_time() - started) / len(pairs) * 1e6
    same = np.array([one[0] == other[0] for one, other in pairs])
    across = np.array([one[2] != other[2] for one, other in pairs])
    threshold = float(np.quantile(scores[~same & across], 1 - FALSE_SHARE))
    return {
        "auc": auc(scores[same], scores[~same]),
        "auc_across": auc(scores[same & across], scores[~same & across]),
        "recall_across": float((scores[same & across] > threshold).mean()),
        "threshold": threshold,
        "n_true": int(same.sum()),
        "n_across": int((same & across).sum()),
        "cpu_us": cpu_us,
    }


def auc(true: np.ndarray, false: np.ndarray) -> float:
    """The chance that a true pair scores above a false one; ties count half (Mann-Whitney)."""
    ordered = np.sort(false)
    below = np.searchsorted(ordered, true, side="left")
    upto = np.searchsorted(ordered, true, side="right")
    return float((below + upto).mean() / 2 / len(false))


def peers() -> dict[str, Callable[[str, str], float]]:
    """General ways to compare names, without knowledge of these languages."""
    from anyascii import anyascii
    from rapidfuzz import fuzz
    from rapidfuzz.distance import JaroWinkler

    plain = {}

    def ascii_of(text: str) -> str:
        if text not in plain:
            plain[text] = anyascii(text).lower()
        return plain[text]

    return {
        "rapidfuzz token_sort_ratio, as written": fuzz.token_sort_ratio,
        "rapidfuzz token_sort_ratio on anyascii": lambda a, b: fuzz.token_sort_ratio(ascii_of(a), ascii_of(b)),
        "rapidfuzz token_set_ratio on anyascii": lambda a, b: fuzz.token_set_ratio(ascii_of(a), ascii_of(b)),
        "rapidfuzz Jaro-Winkler on anyascii": lambda a, b: JaroWinkler.similarity(ascii_of(a), ascii_of(b)),
    }


def main() -> None:
    from panah import names

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=["dev", "held", "all", "words", "each"], default="each")
    parser.add_argument("--worst", type=int, default=0, help="show the true pairs across scripts that score lowest")
    chosen = parser.parse_args()
    for split in ["dev", "held", "all", "words"] if chosen.split == "each" else [chosen.split]:
        some = forms(split)
        print(f"{split}: {len(some)} forms of {len({row[0] for row in some})} persons")
        for name, likeness in {"panah.names": names.similarity, **peers()}.items():
            found = measured(some, likeness)
            print(
                f"  {name:42} AUC {found['auc']:.3f}  across scripts {found['auc_across']:.3f}  "
                f"recall at 5 % false {found['recall_across']:.3f} (above {found['threshold']:.2f})  "
                f"{found['cpu_us']:.0f} us CPU a pair"
            )
        if chosen.worst:
            show_worst(some, names.similarity, chosen.worst)


def show_worst(some: Sequence[Form], likeness: Callable[[str, str], float], count: int) -> None:
    true = [(likeness(a[1], b[1]), a, b) for a, b in itertools.combinations(some, 2) if a[0] == b[0] and a[2] != b[2]]
    for score, one, other in sorted(true)[:count]:
        print(f"    {score:.2f} {one[1]} | {other[1]}")


if __name__ == "__main__":
    main()
