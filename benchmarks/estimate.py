"""How fast ``panah.estimate`` is, in how much memory, and how often its intervals hold the truth.

    python benchmarks/estimate.py                  speed: each case in a process of its own, single-threaded
    python benchmarks/estimate.py coverage         share of 95 % intervals that hold the truth, 40 tables a method
    python benchmarks/estimate.py coverage 100     the same over 100 tables

Seconds are of the processor (the machine may be shared), after one run that compiles; memory is the highest the process
ever held, and how much of it the case added to what importing takes. Each line has its limit beside it.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "support"))
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
MIB = 1024  # ru_maxrss is in KiB on Linux
Case = Callable[[], Any]


def decomposable_uk5() -> Case:
    return fitting("uk_slavery_5", "decomposable", grid=(1, 27440, 1))


def decomposable_six() -> Case:
    return fitting("uk_slavery_6", "decomposable", grid=(1, 10000, 1))


def latent_class_sweeps() -> Case:
    """110,000 Gibbs sweeps of ten classes, nothing else."""
    from mse_tables import mse_table

    from panah.estimate.latent_class import Sampler

    sampler = Sampler(mse_table("kosovo_4"), 10, (1.0, 1.0, 0.25, 0.25), 1, 0)
    sampler.run([4400], 1, 10, 10, 1)
    return lambda: sampler.run([4400], 1, 109_000, 1000, 1)


def latent_class_draws() -> Case:
    """As it is used: four chains with Hamiltonian moves; effective draws by the processor second."""
    from mse_tables import mse_table

    from panah import estimate

    table = mse_table("kosovo_4")
    estimate.fit(table, "latent_class", draws=100, burn_in=10)

    def run() -> str:
        started = time.process_time()
        answer = estimate.fit(table, "latent_class", seed=1)
        ess = min(answer.diagnostics["ess_bulk"], answer.diagnostics["ess_tail"])
        rate = ess / (time.process_time() - started)
        return f"{ess:,.0f} effective draws, {rate:,.0f} a processor second (wanted: 250)"

    return run


def stepwise_uk5() -> Case:
    return fitting("uk_slavery_5", "stepwise", replicates=1000)


def kosovo_models() -> Case:
    """All 113 models fitted, the best by BIC."""
    return fitting("kosovo_4", "loglinear", interval="profile")


def kosovo_bca() -> Case:
    return fitting("kosovo_4", "loglinear", replicates=1000, best=20)


def fitting(name: str, method: str, **settings: Any) -> Case:
    """One fit of a public table, compiled before."""
    from mse_tables import mse_table

    from panah import estimate
    from panah.estimate import existence

    table = mse_table(name)
    quick = {"replicates": 20} if "replicates" in settings else {}
    estimate.fit(table, method, **{**settings, **quick})
    existence._check.cache_clear()
    return lambda: estimate.fit(table, method, seed=1, **settings)


CASES: dict[str, tuple[Callable[[], Case], float, float | None]] = {
    "decomposable, UK five lists, 27,440 grid points": (decomposable_uk5, 0.4, 150),
    "decomposable, UK six lists, 18,154 graphs, 10,000 points": (decomposable_six, 5.0, None),
    "latent class, Kosovo, 110,000 sweeps of K=10": (latent_class_sweeps, 1.0, None),
    "latent class, Kosovo, as it is used": (latent_class_draws, 60.0, None),
    "stepwise with BCa 1,000, UK five lists": (stepwise_uk5, 5.0, None),
    "log-linear, Kosovo, all 113 models": (kosovo_models, 0.1, None),
    "log-linear, Kosovo, BCa 1,000 over the best 20": (kosovo_bca, 3.0, None),
}


def measure(title: str) -> dict[str, Any]:
    """Run one case here: seconds of the processor, memory in MiB."""
    case = CASES[title][0]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
    started = time.process_time()
    found = case()
    seconds = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
    return {"seconds": seconds, "peak": peak, "added": peak - before, "words": found if isinstance(found, str) else ""}


def speed() -> None:
    from mse_tables import DATA

    if not DATA.is_dir():
        print("speed: ../shared is absent, skipped")
        return
    for title, (_case, limit, memory) in CASES.items():
        command = [sys.executable, __file__, "one", title]
        done = subprocess.run(command, env=os.environ | ONE_THREAD, capture_output=True, text=True, check=True)
        one = json.loads(done.stdout)
        room = f"peak {one['peak']:.0f} MiB, {one['added']:.0f} of them its own"
        room += f" (wanted: {memory:.0f})" if memory else ""
        print(f"{title:58} {one['seconds']:6.2f} s (wanted: {limit:g})  {room}  {one['words']}")
    code = "import time; s = time.process_time(); import panah.estimate; print(time.process_time() - s)"
    seconds = min(float(subprocess.check_output([sys.executable, "-c", code])) for _run in range(3))
    print(f"{'import of panah.estimate':58} {seconds:6.2f} s (wanted: 0.5)")


def coverage(tables: int) -> None:
    """Intervals at 95 % that hold the truth, for each method where its assumption does."""
    from estimate_worlds import WEAK_WORLD, WORLDS, World, covered, records_with_covariates

    from panah import estimate

    def line(world: World, method: str, settings: dict[str, Any]) -> None:
        points: list[float] = []

        def interval(seed: int) -> tuple[float, float | None]:
            size = estimate.fit(world.table(seed), method, seed=seed, **settings).population_size
            points.append(size.point)
            return size.lower, size.upper

        share = covered(interval, world.size, tables)
        middle = sorted(points)[len(points) // 2]
        told = ", ".join(f"{key}={value}" for key, value in settings.items())
        name = f"{method}({told})"
        print(f"{world.name:34} {name:44} {share:5.2f} of {tables}; median {middle:,.0f}, truth {world.size:,}")

    for world in WORLDS:
        for method, settings in world.methods:
            line(world, method, settings)
    held = covered(
        lambda seed: ends(estimate.fit(records_with_covariates(seed), "doubly_robust", seed=seed)), 3000, tables
    )
    print(f"{'two lists alike given covariates':34} {'doubly_robust()':44} {held:5.2f} of {tables}")
    print("not met, and told in docs/estimate.md:")
    for method, settings in WEAK_WORLD.methods:
        line(WEAK_WORLD, method, settings)


def ends(answer: Any) -> tuple[float, float | None]:
    return answer.population_size.lower, answer.population_size.upper


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["one", title]:
            print(json.dumps(measure(title)))
        case ["coverage", *number]:
            coverage(int(number[0]) if number else 40)
        case []:
            speed()
        case _:
            sys.exit(__doc__)
