"""What a linkage does to an estimate: N = 400, two and three lists, 15 % of all fields wrong, known truth.

    python benchmarks/linkage_simulation.py                    100 repetitions, records that say much and little
    python benchmarks/linkage_simulation.py --repetitions 20   quicker

Hard links stand beside draws and beside the true links, which show what the lists alone do to the estimate. The target
is a bias of 5 % at most and a coverage of the 95 % interval of .90 at least, with draws.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from link_simulation import Answer, answers, simulate  # noqa: E402

N = 400
WAYS = ("true links", "hard links", "draws")


def run(n_lists: int, repetitions: int, error: float, n_draws: int, *, poor: bool) -> None:
    """Simulate, link, estimate, and print one table."""
    started = time.process_time()
    found: dict[str, list[Answer]] = {way: [] for way in WAYS}
    for seed in range(repetitions):
        lists, truth = simulate(N, n_lists, error, 10_000 + seed, poor=poor)
        for one in answers(lists, truth, n_draws=n_draws, seed=seed):
            found[one.way].append(one)
    kind = "little (few names, month, town)" if poor else "much (names, day, town, tactic)"
    seconds = (time.process_time() - started) / repetitions
    print(f"\n{n_lists} lists, {repetitions} repetitions, records say {kind}; {seconds:.1f} s of processor each")
    print("  way          bias of mean  of median  coverage  mean width  pairs found / true")
    for way, each in found.items():
        points = np.array([one.point for one in each])
        inside = np.mean([one.lower <= N <= one.upper for one in each])
        width = np.mean([one.upper - one.lower for one in each if np.isfinite(one.upper)])
        pairs = np.mean([one.n_pairs / one.true_pairs for one in each])
        print(
            f"  {way:11} {np.nanmean(points) / N - 1:+12.3f} {np.nanmedian(points) / N - 1:+10.3f}"
            f" {inside:9.2f} {width:11.0f} {pairs:19.3f}",
            flush=True,
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repetitions", type=int, default=100)
    parser.add_argument("--error", type=float, default=0.15)
    parser.add_argument("--draws", type=int, default=100)
    parser.add_argument("--lists", type=int, choices=(2, 3), action="append")
    given = parser.parse_args()
    for n in given.lists or (2, 3):
        for says_little in (False, True):
            run(n, given.repetitions, given.error, given.draws, poor=says_little)
