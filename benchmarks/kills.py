"""Kill -9 at random moments under load: nothing acknowledged lost, nothing half, the custody log verifies.

    python benchmarks/kills.py [--kills 200] [--serve-every 10] [--seed 1] [--seconds S]

Wanted (issue 4): at least 200 kills, none of which loses anything. Every tenth kill ends a real ``panah serve`` with
browsers at both doors (every second of these first one of its processes alone), the others end three processes that act
on the stores. On SQLite, or on the PostgreSQL that DATABASE_URL names. The test runs the same with 20 kills.
Ends with 1 at the first thing that does not hold, and with ``--lose`` (a control) the harness takes something away
itself and must find it.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/support"))

from vault_kills import World, rounds

LOSSES = ("file", "row", "line")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--serve-every", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long, whatever the count")
    parser.add_argument("--lose", choices=LOSSES, help="the control: lose this in the end, and find it")
    given = parser.parse_args()
    for name in [name for name in os.environ if name.startswith(("PANAH", "DJANGO"))]:
        del os.environ[name]
    with tempfile.TemporaryDirectory(prefix="panah-kills-") as temporary:
        world = World(Path(temporary) / "data")
        started, n = time.monotonic(), 0
        for line in rounds(world, given.kills, given.seed, serve_every=given.serve_every):
            n += 1
            print(line, flush=True)
            if time.monotonic() - started > given.seconds:
                break
        if given.lose:
            lose(world, given.lose)
            world.check(everything=True)
        orphans, parts = world.left_over()
        world.check(everything=True)
    print(f"{n} kills (wanted 200), {world.told.n} acknowledged acts, 0 lost, nothing half; the log verifies")
    print(f"files that no row names: {orphans}, half files: {parts}; all swept, nothing else with them")
    return 0


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
