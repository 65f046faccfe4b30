"""An installation in which one file is deleted for good, between two backups; run as a process of its own.

``python deletion_at_rest.py FOLDER [--keep | --no-rotation | --no-forgetting]`` prints what a thief may know afterwards, as
JSON. The options are control runs: nothing is deleted; the case keeps its key; the journal keeps what was deleted.
"""

from __future__ import annotations

import io
import json
import secrets
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

PASSWORD = "four words are enough here"
FILE_NAME, CONTENT = f"canary{secrets.token_hex(9)}.txt", f"canary{secrets.token_hex(9)}"


def live(folder: Path, address: str, options: set[str]) -> dict[str, Any]:
    import pyrage

    from panah.backup import expire_key_sets, make_backup
    from panah.vault.keys import MemberKeys
    from panah.web.accounts.actions import add_member, set_up
    from panah.web.accounts.passwords import password_keys_of
    from panah.web.cases import dual_control
    from panah.web.cases.actions import create_case, grant
    from panah.web.cases.models import CaseKeyWrap
    from panah.web.cases.opening import open_case
    from panah.web.evidence import custody, deletion
    from panah.web.evidence.actions import seal_file
    from panah.web.evidence.models import EvidenceItem, Tombstone

    def unlocked(member: Any) -> MemberKeys:
        derived = password_keys_of(member, PASSWORD)
        return MemberKeys.unwrap(bytes(member.wrapped_keys), derived.wrapping_key, member.id)

    member = set_up(organisation="Example", name="A", email="a@example.org", password=PASSWORD)
    second = add_member(member, name="B", email="b@example.org", password=PASSWORD, roles=["case_worker"])
    keys, second_keys = unlocked(member), unlocked(second)
    case = create_case(member, keys, "case").case
    opened = open_case(member, keys, case, "review")
    grant(member, keys, opened, second)
    item = seal_file(member, opened, io.BytesIO(CONTENT.encode()), FILE_NAME, "D")
    seal_file(member, opened, io.BytesIO(b"this one stays"), "stays.txt", "D")
    note = custody.checkpoint().note
    row = EvidenceItem.objects.get(pk=item.pk)
    told: dict[str, Any] = {
        "file_name": FILE_NAME,
        "content": CONTENT,
        "item": item.pk,
        "commitment": row.commitment,
        "note": note,
        "members": [keys.to_bytes().hex(), second_keys.to_bytes().hex()],
        "old_sealed": bytes(row.sealed).hex(),
        "old_wraps": [bytes(wrap.sealed_key).hex() for wrap in CaseKeyWrap.objects.filter(case=case)],
    }
    identity = pyrage.x25519.Identity.generate()
    backups = folder.parent / "backups"
    backups.mkdir()
    now = datetime(2026, 5, 1, 12, tzinfo=UTC)

    def back_up(moment: datetime) -> None:
        make_backup(folder, backups, recipients=[str(identity.to_public())], address=address, now=moment)

    back_up(now)
    if "--no-rotation" in options:
        deletion.rotate = lambda _actor, _keys, opened, **_more: opened
    if "--no-forgetting" in options:
        deletion.forget_deleted_rows = lambda _tables: None
    if "--keep" not in options:
        going = deletion.going_with(opened, row)
        request = deletion.ask_to_delete(member, keys, opened, going, "withdrawn")
        dual_control.answer(second, second_keys, request, approve=True)
        deletion.delete(member, keys, opened, [row], "withdrawn")
        told["tombstones"] = list(Tombstone.objects.values_list("row", flat=True))
    back_up(now + timedelta(days=31))
    told["expired"] = [path.name for path in expire_key_sets(backups, days=30, now=now + timedelta(days=31))]
    told["signed"] = custody.checkpoint().body
    head = custody.verify_custody()
    told["verified"] = head.size == custody.check_note(note.encode()).size
    return told | {"identity": str(identity)}


def main() -> None:
    import os

    folder = Path(sys.argv[1])
    from panah.web.config import boot

    boot(folder, migrate=True)
    from django.conf import settings

    settings.PANAH_ARGON2_COST = {"memory_kib": 8, "passes": 1, "lanes": 1}
    told = live(folder, os.environ.get("DATABASE_URL", ""), set(sys.argv[2:]))
    sys.stdout.write(json.dumps(told))
    sys.stdout.flush()
    os._exit(0)  # as a power cut would: nothing is tidied away


if __name__ == "__main__":
    main()
