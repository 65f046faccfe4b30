"""Acts that stretch a code or a password, each watched while it waits in the queue for Argon2: is the database free?

Run as a process with a data folder of its own: in a test's transaction the lock is the test's.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

PASSWORD: Final = "four invented words suffice"
OTHER: Final = "five other invented words here"


def is_waiting(folder: Path) -> bool:
    """Whether somebody stands at the turnstile of the queue."""
    with (folder / ".argon2-queue").open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def is_free(database: Path) -> bool:
    """Whether somebody else could write now, without waiting at all."""
    probe = sqlite3.connect(database, timeout=0, isolation_level=None)
    with contextlib.closing(probe):
        try:
            probe.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                return False
            raise
        probe.execute("ROLLBACK")
    return True


def watched(folder: Path, act: Callable[[], object]) -> dict[str, Any]:
    """Do an act while both places are taken, look at the database when it waits, let it end."""
    from django.db import connections

    from panah.web.accounts.passwords import AT_ONCE, PLACES
    from panah.web.base.turns import turn

    went: list[str] = []

    def work() -> None:
        try:
            act()
            went.append("")
        except Exception as error:
            went.append(f"{type(error).__name__}: {error}")
        finally:
            connections.close_all()

    with contextlib.ExitStack() as places:
        for _each in range(AT_ONCE):
            places.enter_context(turn(folder, PLACES, AT_ONCE))
        thread = threading.Thread(target=work)
        thread.start()
        until = time.monotonic() + 30
        while not (waits := is_waiting(folder)) and thread.is_alive() and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.05)
        free = is_free(folder / "panah.sqlite3")
    thread.join()
    return {"waited": waits, "free": free, "problem": went[0]}


def acts(member: Any, keys: Any) -> dict[str, Callable[[], object]]:
    """Every act that waits for Argon2 and then writes, and one that holds the lock on purpose: the control."""
    from django.conf import settings
    from django.db import transaction

    from panah.model.base import new_id
    from panah.web.accounts import actions as accounts
    from panah.web.accounts.models import Member
    from panah.web.accounts.passwords import AT_ONCE, PLACES
    from panah.web.base.turns import turn
    from panah.web.cases.opening import open_case
    from panah.web.intake import canaries, flows, inbox, reach, threads
    from panah.web.intake.actions import receive_report
    from panah.web.intake.records import Draft, Told

    told = Told(what="It rang.", consents=("keep",))
    row, _writer = receive_report(member, keys, text="A letter.", entrance="email")
    second = accounts.add_member(member, name="Second", email="second@example.org", password=OTHER)
    token, kept = flows.new_token(), flows.new_token()
    for each in (token, kept):
        flows.write(each, Draft(told=told))
    begun = flows.read(Draft, kept)
    assert begun is not None
    draft = flows.keep_under_code(kept, begun)

    def control() -> None:
        with transaction.atomic():
            Member.objects.filter(pk=member.pk).update(language="en")
            with turn(settings.PANAH_DATA, PLACES, AT_ONCE):
                pass

    return {
        "control": control,
        "by hand": lambda: inbox.take_in_by_hand(member, keys, told, language="en", report_id=new_id()),
        "give a code": lambda: reach.give_code(member, keys, open_case(member, keys, row.case, "intake"), row),
        "hand in": lambda: threads.hand_in(token),
        "hand in what was kept": lambda: threads.hand_in(kept),
        "keep under a code": lambda: flows.keep_under_code(flows_with(flows, Draft(told=told)), Draft(told=told)),
        "add a file": lambda: flows.add_file(kept, draft, io.BytesIO(b"x"), "x.txt", "text/plain"),
        "plant a canary": lambda: canaries.plant(member, second, told, language="en"),
        "add a member": lambda: accounts.add_member(member, name="T", email="t@example.org", password=OTHER),
        "change a password": lambda: accounts.change_password(second, OTHER, PASSWORD),
    }


def flows_with(flows: Any, draft: Any) -> str:
    """A new flow that holds a draft."""
    token: str = flows.new_token()
    flows.write(token, draft)
    return token


def main(folder: Path) -> None:
    """Print, for each act, whether it waited and whether the database was free meanwhile."""
    from panah.web.config import boot

    boot(folder, "desk", migrate=True)

    from panah.vault.keys import MemberKeys
    from panah.web.accounts.actions import set_up
    from panah.web.accounts.passwords import password_keys_of

    member = set_up(organisation="Example", name="Ada", email="ada@example.org", password=PASSWORD)
    derived = password_keys_of(member, PASSWORD)
    assert derived is not None
    keys = MemberKeys.unwrap(bytes(member.wrapped_keys), derived.wrapping_key, member.pk)
    todo = acts(member, keys)
    order = sorted(todo, key=lambda name: name == "hand in what was kept")  # last: a file is added to it before
    print(json.dumps({name: watched(folder, todo[name]) for name in order}))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
