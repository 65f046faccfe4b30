"""Who waits in the queue for Argon2 holds no lock of the database: a flood of sign-ins stops nobody else's writing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from panah.web.accounts.passwords import NewPassword
from panah.web.intake.receipts import Code

ACTS = Path(__file__).parents[2] / "support" / "waiting_acts.py"


@pytest.mark.slow
def test_the_database_is_free_while_somebody_waits(tmp_path: Path) -> None:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PANAH", "DJANGO", "DATA"))
    }
    done = subprocess.run(
        [sys.executable, str(ACTS), str(tmp_path)], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert found.pop("control") == {"waited": True, "free": False, "problem": ""}, "a held lock is seen"
    assert len(found) == 9
    assert {name: each for name, each in found.items() if each != {"waited": True, "free": True, "problem": ""}} == {}


def test_to_wait_within_a_transaction_is_an_error(db: Any, data_folder: Path) -> None:
    """Whatever act comes next: it is told at once, not when the server stands still."""
    for waits in (Code.make, lambda: NewPassword.stretch("four invented words")):
        assert waits()  # the control: outside it is none
        with transaction.atomic(), pytest.raises(RuntimeError, match="before a transaction"):
            waits()
