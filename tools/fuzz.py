"""Runs the fuzz targets of ``tests/fuzz`` under atheris, which grows inputs by the lines they reach.

    .venv/bin/python -m pip install atheris
    nice .venv/bin/python tools/fuzz.py [NAME…] [--seconds 120] [--corpus DIR]

A target may not crash, take more than ten seconds or 1 GiB. What breaks one is kept in the corpus folder, and named;
without one, in a folder below the system's temporary one. Atheris is no dependency: it exists for few systems.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
TARGETS = {path.stem: path for path in sorted((ROOT / "tests/fuzz").glob("fuzz_*.py"))}
TIMEOUT_S = 10
MEMORY_MB = 1024
LONGEST_BYTES = 8192
CHILD = """
import sys
import atheris
sys.path[:0] = [{support!r}]
with atheris.instrument_imports(include=["panah"]):
    from fuzz_targets import target
    chosen = target(__import__("pathlib").Path({target!r}))
atheris.Setup(sys.argv, chosen.fuzz_one)
atheris.Fuzz()
"""
SEEDS = """
import sys
sys.path[:0] = [{support!r}]
from fuzz_targets import target
from pathlib import Path
for number, seed in enumerate(target(Path({target!r})).SEEDS):
    Path({corpus!r}, f"seed-{{number}}").write_bytes(seed)
"""


def run(name: str, corpus: Path, seconds: int) -> bool:
    """Fuzz one target for so long; whether nothing broke."""
    place = corpus / name
    place.mkdir(parents=True, exist_ok=True)
    words = {"support": str(ROOT / "tests/support"), "target": str(TARGETS[name]), "corpus": str(place)}
    subprocess.run([sys.executable, "-c", SEEDS.format(**words)], check=True)
    options = [f"-max_total_time={seconds}", f"-timeout={TIMEOUT_S}", f"-rss_limit_mb={MEMORY_MB}",
               f"-max_len={LONGEST_BYTES}", f"-artifact_prefix={place}/broke-", "-print_final_stats=1"]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", CHILD.format(**words), *options, str(place)], capture_output=True, text=True, check=False
    )
    said = done.stdout + done.stderr
    n_runs = re.search(r"number_of_executed_units: (\d+)", said)
    print(f"{name}: {int(n_runs[1]) if n_runs else 0:,} inputs in {seconds} s", end="")
    if done.returncode == 0:
        print(", nothing broke", flush=True)
        return True
    print(f", broken; inputs: {', '.join(str(one) for one in place.glob('broke-*')) or 'none kept'}")
    print("\n".join(said.splitlines()[-40:]), flush=True)
    return False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[*TARGETS, []], help="all when none is named")
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--corpus", type=Path)
    chosen = parser.parse_args()
    corpus = chosen.corpus or Path(tempfile.mkdtemp(prefix="panah-fuzz-"))
    n_broken = sum(not run(name, corpus, chosen.seconds) for name in chosen.names or TARGETS)
    return 1 if n_broken else 0


if __name__ == "__main__":
    sys.exit(main())
