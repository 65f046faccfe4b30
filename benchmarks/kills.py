"""Kill -9 at random moments under load: nothing acknowledged lost, nothing half, the custody log verifies.

    python benchmarks/kills.py [--kills 200] [--serve-every 10] [--fresh 20] [--seed 1] [--seconds S]

Wanted (issue 4): at least 200 kills, none of which loses anything. Every tenth kill ends a real ``panah serve`` with
browsers at both doors (every second of these first one of its processes alone), the others end three processes that act
on the stores. On SQLite, or on the PostgreSQL that DATABASE_URL names, in databases of its own beside that one.

After each kill everything is looked at, so that a world which grew would make each look longer than the one before.
Every ``--fresh`` kills a world ends, looked at whole and swept, and a new one begins: a run costs the same per kill
however long it is. The test runs the same with 20 kills in two worlds. Ends with 1 at the first thing that does not
hold, and with ``--lose`` (a control) the harness takes something away itself and must find it.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/support"))

from own_database import SERVER, own_database
from vault_kills import World, rounds

LOSSES = ("file", "row", "line")


@dataclass(frozen=True)
class Lived:
    """What one world went through."""

    kills: int = 0
    acts: int = 0
    orphans: int = 0
    parts: int = 0

    def __add__(self, other: Lived) -> Lived:
        return Lived(*(mine + its for mine, its in zip(vars(self).values(), vars(other).values(), strict=True)))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--serve-every", type=int, default=10)
    parser.add_argument("--fresh", type=int, default=20, help="kills in one world")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long, whatever the count")
    parser.add_argument("--lose", choices=LOSSES, help="the control: lose this in the end, and find it")
    given = parser.parse_args()
    server = os.environ.get("DATABASE_URL") or SERVER
    for name in [name for name in os.environ if name.startswith(("PANAH", "DJANGO"))]:
        del os.environ[name]
    given.until, all_lived = time.monotonic() + given.seconds, Lived()
    for first in range(1, given.kills + 1, given.fresh):
        numbers, began = range(first, min(first + given.fresh, given.kills + 1)), time.monotonic()
        lived = one_world(numbers, server, given)
        if lived is None:
            return 1
        all_lived += lived
        print(f"world ended: {lived.kills} kills, {lived.acts} acts, {time.monotonic() - began:.0f} s", flush=True)
        if time.monotonic() > given.until:
            break
    print(
        f"{all_lived.kills} kills (wanted 200), {all_lived.acts} acknowledged acts, 0 lost, nothing half; the log verifies"
    )
    print(
        f"files that no row names: {all_lived.orphans}, half files: {all_lived.parts}; all swept, nothing else with them"
    )
    return 0


def one_world(numbers: range, server: str, given: argparse.Namespace) -> Lived | None:
    """A process with a data folder of its own; none when something did not hold, which stands on standard error."""
    forking = multiprocessing.get_context("fork")
    with tempfile.TemporaryDirectory(prefix="panah-kills-") as temporary:
        data = Path(temporary) / "data"
        with own_database(data, server) as os.environ["DATABASE_URL"]:
            receiving, sending = forking.Pipe(duplex=False)
            process = forking.Process(target=live, args=(data, numbers, given, sending))
            process.start()
            sending.close()
            try:
                return receiving.recv()
            except EOFError:
                return None
            finally:
                process.join()


def live(data: Path, numbers: range, given: argparse.Namespace, told: Connection) -> None:
    """Kill, look, kill, …; and look at everything in the end."""
    world, n = World(data), 0
    for line in rounds(world, numbers, given.seed, serve_every=given.serve_every):
        n += 1
        print(line, flush=True)
        if time.monotonic() > given.until:
            break
    if given.lose:
        lose(world, given.lose)
        world.check(everything=True)
    orphans, parts = world.left_over()
    world.check(everything=True)
    told.send(Lived(n, world.told.n, orphans, parts))


def lose(world: World, what: str) -> None:
    """What must not happen, by hand."""
    from django.db import connection

    from panah.web.evidence.models import EvidenceItem
    from panah.web.evidence.records import evidence_folder

    if what == "file":
        name = EvidenceItem.objects.order_by("pk").first().blob_name
        (evidence_folder() / f"{name}.age").unlink()
    elif what == "row":
        from panah.web.register.models import Claim

        Claim.objects.filter(pk=next(iter(world.told.claims))).delete()
    else:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA foreign_keys = OFF")
            cursor.execute("DROP TRIGGER evidence_custodyentry_refuse_delete")
            cursor.execute(
                "DELETE FROM evidence_custodyentry WHERE seq > (SELECT max(seq) - 9 FROM evidence_custodyentry)"
            )


if __name__ == "__main__":
    sys.exit(main())
