"""Invented reports, told through the public door's own functions."""

from __future__ import annotations

import io
from typing import Any

from cast import Player

from panah.vault.receipt import Receipt
from panah.web.cases.opening import OpenCase, open_case
from panah.web.intake import flows, threads
from panah.web.intake.models import Report, Thread
from panah.web.intake.records import Draft, Told

TOLD = Told(
    tactics=("proxy_family_call",),
    what="My mother rang. She wept.",
    when="last week",
    said="come home",
    my_country="BE",
    who=("relative_forced",),
    detained="yes",
    consents=("keep",),
)


def reported(
    told: Told = TOLD, *, file: bytes = b"", language: str = "en", name: str = "shot.png"
) -> tuple[Report, Receipt]:
    """A report handed in by somebody without an account, and its code."""
    token = flows.new_token()
    flows.write(token, Draft(language=language, told=told))
    if file:
        draft = flows.read(Draft, token)
        assert draft is not None
        flows.add_file(token, draft, io.BytesIO(file), name, "image/png")
    done = threads.hand_in(token)
    assert done is not None
    assert done.sent is not None
    return Report.objects.get(pk=done.sent.report_id), Receipt(done.sent.digits)


def opened_for(player: Player, report: Report) -> OpenCase:
    """The report's case, opened by a member."""
    return open_case(player.member, player.keys, report.case, "intake")


def thread_opened_for(player: Player, report: Report) -> OpenCase:
    """The thread's own case, opened by a member."""
    return open_case(player.member, player.keys, Thread.objects.get(report=report).case, "intake")


def whole(receipt: Receipt) -> str:
    """The code as it is typed."""
    return "".join(receipt.groups)


def form_of(told: Told) -> dict[str, Any]:
    """A report as a browser sends it."""
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in told.model_dump(mode="json").items()
    }
