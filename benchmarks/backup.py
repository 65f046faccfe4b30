"""A backup and a restore, each beside what standard tools take for the bytes alone.

    python benchmarks/backup.py [MB]      megabytes of sealed files, 500 without a number

Peers on the same files, in turn with us: ``tar c | age -r`` (which seals, and neither hashes nor signs), ``age -d | tar x``
(which verifies no sum and no log). Processor seconds are those of the process and its children; wall time
depends on what else the machine does (load). Ours also writes and verifies the sums of all files and the custody log.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests/support"))

from backup_cast import IDENTITY, RECIPIENT, installation  # noqa: E402

from panah.backup import make_backup, restore  # noqa: E402

FILE_BYTES = 10_000_000
N_LINES = 20_000
N_TIMES = 3


def used() -> float:
    """Processor seconds of this process and of the children that ended."""
    found = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in found)


def timed(*works: Callable[[int], object]) -> list[tuple[float, float]]:
    """The least wall and processor seconds of each, run in turn."""
    best = [(float("inf"), float("inf"))] * len(works)
    for number in range(N_TIMES):
        for at, work in enumerate(works):
            wall, cpu = time.perf_counter(), used()
            work(number)
            best[at] = (min(best[at][0], time.perf_counter() - wall), min(best[at][1], used() - cpu))
    return best


def tell(what: str, ours: tuple[float, float], peer: str, theirs: tuple[float, float]) -> None:
    ratio = f"{ours[0] / theirs[0]:4.2f} wall, {ours[1] / theirs[1]:4.2f} CPU"
    print(
        f"  {what:24} {ours[0]:6.2f} s {ours[1]:6.2f} CPU   {peer:14} {theirs[0]:6.2f} s {theirs[1]:6.2f} CPU   x {ratio}"
    )


def shell(command: str) -> None:
    subprocess.run(["bash", "-euo", "pipefail", "-c", command], check=True)


def peak_mib() -> float:
    """The most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(megabytes: int) -> None:
    with tempfile.TemporaryDirectory(prefix="panah-bench-", dir=os.environ.get("PANAH_BENCH_DIR")) as temporary:
        folder = Path(temporary)
        data = installation(folder / "data", lines=N_LINES, signed=(N_LINES,))
        for number in range(megabytes * 1_000_000 // FILE_BYTES):
            (data / "evidence" / f"{number + 100:032x}.age").write_bytes(os.urandom(FILE_BYTES))
        (folder / "key").write_text(IDENTITY)
        print(f"  {megabytes} MB in files, {N_LINES} custody lines; load {os.getloadavg()[0]:.1f}")
        before = peak_mib()

        def ours(number: int) -> None:
            (folder / f"made {number}").mkdir()
            make_backup(data, folder / f"made {number}", recipients=[RECIPIENT])

        def theirs(_number: int) -> None:
            shell(f"tar -c -C '{folder}' data | age -r {RECIPIENT} > '{folder}/peer.age'")

        mine, peer = timed(ours, theirs)
        tell("backup", mine, "tar | age", peer)

        def restored(number: int) -> None:
            main_set, key_set = (next((folder / "made 0").glob(f"*.{kind}.age")) for kind in ("main", "keys"))
            restore(main_set, key_set, folder / f"back {number}", identities=IDENTITY)

        def opened(number: int) -> None:
            (folder / f"peer {number}").mkdir()
            shell(f"age -d -i '{folder}/key' '{folder}/peer.age' | tar -x -C '{folder}/peer {number}'")

        mine, peer = timed(restored, opened)
        tell("restore, verified", mine, "age | tar", peer)
        print(f"  memory: {peak_mib():.0f} MiB at most, {before:.0f} of it before the first backup")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
