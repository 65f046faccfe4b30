"""Two small exports of an invented phone, as *SMS Backup & Restore* writes them, and a member who takes one in over the
pages; numbers reserved for fiction."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

KNOWN = "+447700900123"
FIRST = datetime(2026, 3, 2, 21, 5, tzinfo=UTC)


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _call(number: str, at: datetime, presentation: int, kind: int = 1) -> str:
    return (
        f'<call number="{number}" duration="63" date="{_ms(at)}" type="{kind}" presentation="{presentation}" '
        f'readable_date="x" contact_name="(Unknown)" />'
    )


def _message(number: str, at: datetime, body: str, name: str) -> str:
    return (
        f'<sms protocol="0" address="{number}" date="{_ms(at)}" type="1" subject="null" body="{body}" toa="null" '
        f'sc_toa="null" service_center="null" read="1" status="-1" locked="0" date_sent="0" sub_id="-1" '
        f'readable_date="x" contact_name="{name}" />'
    )


_calls = [_call("", FIRST + timedelta(days=n, minutes=n), 2) for n in range(6)]
_calls += [_call("+44 7700 900123", FIRST + timedelta(days=n, hours=-5), 1) for n in range(3)]
CALLS = ("<?xml version='1.0' encoding='UTF-8'?>\n<calls count=\"9\">\n" + "\n".join(_calls) + "\n</calls>\n").encode()

_messages = [
    _message("+447700900123", FIRST, "come home, we know where your mother lives", "(Unknown)"),
    _message("+447700900456", FIRST + timedelta(days=1), "see you on Sunday at the market", "Invented Friend"),
    _message("+447700900123", FIRST + timedelta(days=2), "last time", "(Unknown)"),
]
MESSAGES = (
    "<?xml version='1.0' encoding='UTF-8'?>\n<smses count=\"3\">\n" + "\n".join(_messages) + "\n</smses>\n"
).encode()


def send(player: Any, content: bytes, **more: Any) -> Any:
    """The form of *Take in a phone*."""
    from django.core.files.uploadedfile import SimpleUploadedFile  # browser tests start no Django

    form = {"file": SimpleUploadedFile("calls.xml", content, "text/xml"), "whole": "1", **more}
    return player.client.post("/phones/", form)


def groups_on(page: str) -> dict[str, str]:
    """Label -> key, of people and of chats."""
    keys = dict(re.findall(r'id="(g_\w+)" name="\w+" value="([^"]*)"', page))
    labels = re.findall(r'<label for="(g_\w+)">(.*?)</label>', page, re.DOTALL)
    return {re.sub(r"<[^>]+>", "", label).strip(): unescape(keys[name]) for name, label in labels if name in keys}


def choose(player: Any, labels: list[str], **more: Any) -> Any:
    """Keep everybody whose label holds one of these."""
    page = player.client.get("/phones/choose/").content.decode()
    keys = [key for label, key in groups_on(page).items() if any(each in label for each in labels)]
    return player.client.post("/phones/choose/", {"who": keys, "act": "keep", **more})
