"""Proof 15: every wrong code takes the same time and gets the same answer; guesses are counted for the deployment, not
for an address; the thread opens only with its code, and the code is in no log.

The time is measured with the cheapest Argon2id there is, so that what differs beside it would be seen.
"""

from __future__ import annotations

import itertools
import logging
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from timing import TELLS_NOTHING, advantage

from panah.errors import BadIdentifier, NotOpened, Refused
from panah.vault.receipt import Receipt
from panah.web.intake import flows, mailbox, receipts, threads
from panah.web.intake.models import Guess, Thread
from panah.web.intake.records import Draft, Told


@pytest.fixture
def code(cast: Any, data_folder: Path) -> str:
    """A report was handed in; its code in groups, as it was written down."""
    token = flows.new_token()
    flows.write(token, Draft(told=Told(what="It rang.")))
    threads.hand_in(token)
    draft = flows.read(Draft, token)
    for number in range(20):  # other threads and drafts, so that an index has something to look in
        other = flows.new_token()
        flows.write(other, Draft(told=Told(what=f"It rang {number} times.")))
        threads.hand_in(other)
    return "".join(Receipt(draft.sent.digits).groups)


def typed(digits: str) -> str:
    return "".join(Receipt(digits).groups)


def come_back(code: str) -> str:
    """What a visitor sees, without counting: the limit is another test's matter."""
    Guess.objects.all().delete()
    try:
        mailbox.come_back(code)
    except (NotOpened, BadIdentifier) as refused:
        return str(refused)
    return "opened"


def near(code: str) -> str:
    """One digit beside the right one, with the check group that fits."""
    digits = re.sub(r"\D", "", code)[:24]
    return typed(digits[:23] + str((int(digits[23]) + 1) % 10))


@pytest.mark.slow
def test_200_wrong_codes_of_each_kind_take_the_same_time(code: str) -> None:
    count = itertools.count()
    kinds = {
        "near": lambda: come_back(near(code)),
        "far": lambda: come_back(typed(f"{next(count):024d}")),
        "erased": lambda: come_back(typed("7" * 24)),
    }
    answers = {kind() for kind in kinds.values()}
    assert len(answers) == 1
    assert "opened" not in answers
    for one, other in itertools.combinations(kinds, 2):
        assert advantage(kinds[one], kinds[other]) < TELLS_NOTHING, f"{one} can be told from {other}"


@pytest.mark.slow
def test_the_measure_sees_a_shortcut(code: str) -> None:
    """The control: a code whose check group is wrong is refused before anything is computed, and the clock tells."""
    short = code[:-1] + str((int(code[-1]) + 1) % 10)
    assert advantage(lambda: come_back(near(code)), lambda: come_back(short), 40) > 3 * TELLS_NOTHING


def test_guesses_count_for_everybody_whatever_their_address(code: str, front_door: Client) -> None:
    for number in range(receipts.WRONG_IN_A_MINUTE):
        client = Client(REMOTE_ADDR=f"192.0.2.{number}", HTTP_X_FORWARDED_FOR=f"198.51.100.{number}")
        client.post("/report/back/", {"code": typed(f"{number:024d}")})
    with pytest.raises(Refused):
        mailbox.come_back(typed("9" * 24))
    with pytest.raises(Refused):
        mailbox.come_back(code)
    Guess.objects.all().delete()
    assert mailbox.come_back(code), "the control: the right code opens when nobody guesses"


def test_the_code_is_in_no_log_and_in_no_column(
    code: str, front_door: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Right, wrong, mistyped, and while the page breaks; every logger told to say everything."""
    digits = re.sub(r"\D", "", code)[:24]
    front_door.raise_request_exception = False
    with caplog.at_level(logging.DEBUG):
        for each in (code, near(code), code[:-1], f" {code} "):
            front_door.post("/report/back/", {"code": each})
        monkeypatch.setattr(receipts, "stretch", lambda receipt: 1 / 0)
        assert front_door.post("/report/back/", {"code": code}).status_code == 500
        logging.getLogger("panah").warning("the control: %s", "heard")
    told = "\n".join(f"{record.getMessage()} {record.exc_text or ''}" for record in caplog.records)
    assert "the control: heard" in told
    assert "ZeroDivisionError" in told or "500" in told or "Internal" in told
    # the database's own debug log shows statements as they are sent: no code stands there either
    for form in (digits, code, " ".join(re.findall("....", code)), near(code)):
        assert form not in told
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            held = repr([[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor.fetchall()])
            assert digits not in held


def test_without_its_code_a_thread_opens_to_no_other(code: str) -> None:
    thread = Thread.objects.order_by("pk").first()
    assert thread is not None
    opened = 0
    for other in Thread.objects.all():
        stretched = receipts.stretch(Receipt("3" * 24))
        with pytest.raises(NotOpened):
            mailbox.MemberKeys.unwrap(bytes(other.wrapped_keys), stretched.wrapping_key, other.pk)
        opened += 1
    assert opened == 21
    assert come_back(code) == "opened"
