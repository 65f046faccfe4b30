"""Record a new version of the codebook, or check that the committed one is recorded.

    python tools/codebook.py --version 1.1 --date 2027-02-01 --changed "added: visa_blackmail"
    python tools/codebook.py --check

A coding names the version it used, so a changed ``tactic.csv`` without a new line in ``versions.csv`` fails in CI.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import sys
from pathlib import Path

DATA = Path(__file__).parents[1] / "src/panah/codes/data"
VERSIONS = DATA / "versions.csv"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--version")
    parser.add_argument("--date", help="YYYY-MM-DD")
    parser.add_argument("--changed", help="one line for people who coded with the version before")
    chosen = parser.parse_args()
    digest = hashlib.sha256((DATA / "tactic.csv").read_bytes()).hexdigest()
    with VERSIONS.open(encoding="utf-8") as stream:
        recorded = list(csv.DictReader(stream))
    if recorded and recorded[-1]["sha256"] == digest:
        return 0
    if chosen.check or not (chosen.version and chosen.date and chosen.changed):
        print("tactic.csv has changed: run tools/codebook.py --version … --date … --changed …", file=sys.stderr)
        return 1
    if chosen.version in {row["version"] for row in recorded}:
        print(f"version {chosen.version} is taken", file=sys.stderr)
        return 1
    with VERSIONS.open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerow([chosen.version, chosen.date, digest, chosen.changed])
    return 0


if __name__ == "__main__":
    sys.exit(main())
