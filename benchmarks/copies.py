"""How fast a new document is looked for among those that are here, beside rensa fed by plain Python shingling.

    python benchmarks/copies.py [DOCUMENTS]

Both see the same invented documents of 600 words, find and remember one after another, in one process, by turns.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
from rensa import RMinHash, RMinHashLSH

from panah.read.copy_index import N_BANDS, N_PERMUTATIONS, SEED, CopyIndex
from panah.read.trigrams import N_WORDS

N_WORDS_EACH = 600
ROUNDS = 5


def documents(n: int) -> list[str]:
    """Words with Zipf's frequencies, and every fiftieth document a copy with one word in eight changed."""
    letters, rng = random.Random(1), np.random.default_rng(2)
    vocabulary = [
        "".join(letters.choices("abcdefghijklmnopqrstuvwxyz", k=letters.randint(2, 9))) for _ in range(20_000)
    ]
    weights = 1 / np.arange(1, len(vocabulary) + 1)
    made: list[list[str]] = []
    for number in range(n):
        if number % 50 == 49:
            words = [word if at % 8 else "changed" for at, word in enumerate(made[number - 40])]
        else:
            words = [vocabulary[at] for at in rng.choice(len(vocabulary), N_WORDS_EACH, p=weights / weights.sum())]
        made.append(words)
    return [" ".join(words) for words in made]


def peer(texts: list[str]) -> int:
    """Candidates only: plain shingles, MinHash, bands."""
    bands, found = RMinHashLSH(threshold=0.3, num_perm=N_PERMUTATIONS, num_bands=N_BANDS), 0
    for number, text in enumerate(texts):
        words = text.split()
        shingles = {" ".join(words[at : at + N_WORDS]) for at in range(len(words) - N_WORDS + 1)}
        sketch = RMinHash(num_perm=N_PERMUTATIONS, seed=SEED)
        sketch.update(list(shingles))
        found += bool(bands.query(sketch))
        bands.insert(number, sketch)
    return found


def ours(texts: list[str]) -> int:
    """Candidates, and exact containment of each."""
    index: CopyIndex[int] = CopyIndex()
    return sum(bool(index.find_or_add(number, text)) for number, text in enumerate(texts))


def per_second(run: Callable[[list[str]], int], texts: list[str]) -> tuple[float, int]:
    """Documents a second of CPU time."""
    started = time.process_time()
    found = run(texts)
    return len(texts) / (time.process_time() - started), found


def main(n: int) -> None:
    texts = documents(n)
    runs = [(per_second(peer, texts), per_second(ours, texts)) for _ in range(ROUNDS)]
    theirs = statistics.median(speed for (speed, _), _ in runs)
    mine = statistics.median(speed for _, (speed, _) in runs)
    print(f"{n} documents of {N_WORDS_EACH} words, {n // 50} of them copies; medians of {ROUNDS} rounds of CPU time")
    print(f"  rensa with plain shingles   {theirs:8,.0f} documents/s   {runs[0][0][1]} candidates")
    print(f"  panah.read.copy_index       {mine:8,.0f} documents/s   {runs[0][1][1]} copies, verified exactly")
    print(f"  ratio                       {mine / theirs:8.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 6_400)
