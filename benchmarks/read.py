"""How well and how fast ``panah.read`` reads: labelled passages, HRDsAttack when it is there, and speed.

    python benchmarks/read.py            the passages it was worked on, the held-out ones, speed
    python benchmarks/read.py --hrds     HRDsAttack dev too (year and month of the event, country)

Every figure comes with n (labelled items) and a 95 % bootstrap interval over passages.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from read_scoring import Score, interval, load, score, total  # noqa: E402

from panah.read import copies, read_document  # noqa: E402

ARTICLE = ROOT.parent / "shared" / "data" / "articles" / "uighur-refugees-2020.txt"
HRDS = ROOT.parent / "shared" / "data" / "hrdsattack" / "dev.json"


def passages(name: str) -> list[Score]:
    """Score and print one set of passages."""
    scores = [score(each, read_document(each["text"], published=each["published"])) for each in load(name)]
    print(f"\n{name}: {len(scores)} passages")
    for measure, tally in sorted(total(scores).items()):
        low, high = interval(scores, measure)
        print(
            f"  {measure:24} n={tally.labelled:4}  P {tally.precision:.2f}  R {tally.recall:.2f}  "
            f"F1 {tally.f1:.2f}  [{low:.2f}, {high:.2f}]"
        )
    faults = {fault: sum(each.faults[fault] for each in scores) for fault in scores[0].faults}
    print("  faults:", ", ".join(f"{fault} {number}" for fault, number in faults.items()))
    return scores


def speed() -> None:
    """Time one article of 12,000 characters, warm, and the comparison of two documents."""
    if not ARTICLE.exists():
        print("\nspeed: ../shared is absent, skipped")
        return
    text = ARTICLE.read_text(encoding="utf-8")
    read_document(text, published="2020-06-22")
    started = time.perf_counter()
    for _ in range(3):
        read_document(text, published="2020-06-22")
    print(f"\nspeed: {len(text):,} characters in {(time.perf_counter() - started) / 3:.3f} s, warm")
    started = time.perf_counter()
    copies.compare(text, text.replace("Uighur", "Uyghur"))
    print(f"speed: two such documents compared in {time.perf_counter() - started:.3f} s")


def hrds() -> None:
    """Year and month of the event and its country on HRDsAttack dev, scored as the paper does (accuracy)."""
    if not HRDS.exists():
        print("\nHRDsAttack: ../shared is absent, skipped")
        return
    from hrds import figures

    for name, (hits, n) in figures(json.loads(HRDS.read_text(encoding="utf-8"))).items():
        print(f"  {name:16} {100 * hits / n:.0f} of 100  (n={n})")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hrds", action="store_true")
    arguments = parser.parse_args()
    for each in ("dev", "held_out"):
        passages(each)
    speed()
    if arguments.hrds:
        hrds()
