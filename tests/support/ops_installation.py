"""A real installation for the drills, made and used by processes of its own, as a service would be.

``python ops_installation.py make DATA`` makes it: two members, a case whose key was changed once (so that a file's own
key is of an older version), evidence, claims, a checkpoint. ``use`` signs in, opens everything, and goes on working:
a new key, the file sealed anew, the log verified. Both print JSON. ``DATABASE_URL`` chooses the database.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

PASSWORD = "four words are enough here"
WORKER, COLLEAGUE = "case.worker@example.org", "colleague@example.org"


def installation(command: str, data: Path, *, address: str = "") -> dict[str, Any]:
    """Run one of the two in a process; what it printed."""
    done = subprocess.run(
        [sys.executable, __file__, command, str(data)],
        env=clean_environment(address),
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def clean_environment(address: str = "") -> dict[str, str]:
    """Without what the suite sets for itself."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PANAH", "DJANGO", "DATABASE"))}
    return kept | ({"DATABASE_URL": address} if address else {})


def make(data: Path) -> dict[str, Any]:
    """Returns the note of a checkpoint to keep elsewhere."""
    from cast import Player
    from stores_factories import tell

    from panah.web.accounts import actions
    from panah.web.accounts.models import Role
    from panah.web.cases.actions import grant
    from panah.web.cases.rotation import rotate
    from panah.web.evidence import custody

    first = actions.set_up(organisation="Example", name="First", email="first@example.org", password=PASSWORD)
    roles = [role for role in Role.values if role != Role.ADMINISTRATOR]
    for email in (WORKER, COLLEAGUE):
        actions.add_member(first, name=email, email=email, password=PASSWORD, roles=roles)
    member, keys = signed_in(WORKER)
    story = tell(Player("worker", member, keys))
    story.answered_incident()
    grant(member, keys, story.reopened("sharing"), signed_in(COLLEAGUE)[0])
    rotate(member, keys, story.reopened("rotation"))
    note = custody.checkpoint().note
    tell(Player("worker", member, keys))  # after the checkpoint
    return {"note": note, "items": items(member, keys)}


def use(data: Path) -> dict[str, Any]:
    """Opens all there is as two members, then changes keys and verifies."""
    from panah.web.cases.opening import open_case
    from panah.web.cases.queries import cases_of
    from panah.web.cases.rotation import rotate
    from panah.web.evidence import custody
    from panah.web.evidence.queries import files_with_an_old_key
    from panah.web.evidence.renewal import renew_file

    member, keys = signed_in(WORKER)
    before = items(member, keys)
    by_colleague = items(*signed_in(COLLEAGUE))
    versions = sorted(case.key_version for case in cases_of(member))
    old = files_with_an_old_key(member).count()
    for case in cases_of(member):
        opened = rotate(member, keys, open_case(member, keys, case, "rotation"))
        for item in files_with_an_old_key(member, case):
            renew_file(member, opened, item)
    assert items(member, keys) == before
    return {
        "items": before,
        "by_colleague": by_colleague,
        "versions": versions,
        "old_file_keys": old,
        "old_file_keys_left": files_with_an_old_key(member).count(),
        "custody_lines": custody.verify_custody().size,
        "checkpoint": custody.checkpoint().size,
    }


def items(member: Any, keys: Any) -> list[str]:
    """SHA-256 of every original that the member may open, as it comes out."""
    from panah.web.cases.opening import open_case
    from panah.web.evidence.places import original_chunks
    from panah.web.evidence.queries import originals_of

    return sorted(
        hashlib.sha256(b"".join(original_chunks(open_case(member, keys, item.case, "review"), item))).hexdigest()
        for item in originals_of(member)
    )


def signed_in(email: str) -> tuple[Any, Any]:
    """A member and the keys that the password unlocks."""
    from cast import unlock

    from panah.web.accounts.models import Member

    member = Member.objects.by_email(email)
    assert member is not None
    return member, unlock(member, PASSWORD)


if __name__ == "__main__":
    from panah.web.config import boot

    where = Path(sys.argv[2])
    boot(where, "desk", migrate=sys.argv[1] == "make")
    sys.stdout.write(json.dumps({"make": make, "use": use}[sys.argv[1]](where)))
