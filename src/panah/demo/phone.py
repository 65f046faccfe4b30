"""An invented phone export in the layout of *SMS Backup & Restore*: 400 calls and messages, six threats among them.

Every number is from a range kept for fiction; the threatening sender uses country code 999, which is not assigned.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np

N_CALLS = 140
N_MESSAGES = 260
FIRST = datetime(2024, 5, 6, 7, 0, tzinfo=UTC)
DAYS = 42
THREAT_NUMBER = "+999 5550 1430"
CONTACTS = {
    "+44 7700 900101": "Aynur (choir)",
    "+44 7700 900144": "Landlord",
    "+46 70 174 06 10": "Cousin Erkin",
    "+33 6 39 98 00 21": "Dentist",
    "+1 202-555-0148": "Office",
}
SMALL_TALK = (
    "Are you coming to the rehearsal on Thursday?",
    "Running ten minutes late, sorry",
    "Your appointment is confirmed for 14:30",
    "Thank you for the apricots 🍑",
    "Can you bring the folding chairs?",
    "The boiler man comes tomorrow between 8 and 12",
    "Happy birthday! 🎉",
    "Call me when you are home",
    "The meeting room changed to the second floor",
    "رەھمەت، ئەتە كۆرۈشەيلى",
)
THREAT_TEXTS = (
    "We know where your mother lives. Stop speaking at meetings or she will be taken again.",
    "Send us the list of those who went to the demonstration on Saturday, then your brother comes home.",
)
WITHHELD_CALLS = ((3, 18, 214), (10, 18, 187), (17, 18, 305), (24, 18, 96))
"""Day, hour (UTC) and length in seconds of the four threatening calls with a withheld number."""


@dataclass(frozen=True, slots=True)
class Threat:
    """Which entry of which file is a threat: what a case worker marks by listening to the person."""

    file_name: str
    at_ms: int
    tactic: str


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _sometime(rng: np.random.Generator) -> datetime:
    seconds = int(rng.integers(0, DAYS * 86_400))
    return FIRST + timedelta(seconds=seconds)


def _call(number: str, at: datetime, duration_s: int, kind: int, presentation: int, name: str) -> tuple[int, str]:
    attributes = {
        "number": number,
        "duration": duration_s,
        "date": _ms(at),
        "type": kind,
        "presentation": presentation,
        "subscription_id": "null",
        "readable_date": f"{at:%d %b %Y %H:%M:%S}",
        "contact_name": name,
    }
    return _ms(at), _element("call", attributes)


def _message(number: str, at: datetime, kind: int, body: str, name: str) -> tuple[int, str]:
    attributes = {
        "protocol": 0,
        "address": number,
        "date": _ms(at),
        "type": kind,
        "subject": "null",
        "body": body,
        "toa": "null",
        "sc_toa": "null",
        "service_center": "null",
        "read": 1,
        "status": -1,
        "locked": 0,
        "date_sent": _ms(at) - 1000 if kind == 1 else 0,
        "readable_date": f"{at:%d %b %Y %H:%M:%S}",
        "contact_name": name,
    }
    return _ms(at), _element("sms", attributes)


def _element(tag: str, attributes: dict[str, object]) -> str:
    inner = " ".join(f"{name}={quoteattr(str(value))}" for name, value in attributes.items())
    return f"  <{tag} {inner} />"


def _document(tag: str, entries: Iterable[tuple[int, str]]) -> str:
    lines = [line for _, line in sorted(entries)]
    head = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>"
    return "\n".join([head, f'<{tag} count="{len(lines)}">', *lines, f"</{tag}>", ""])


def write_phone(rng: np.random.Generator, folder: Path) -> tuple[list[Path], list[Threat]]:
    """Write the two files of the export (the app never mixes calls and messages) and say which entries are threats."""
    contacts = list(CONTACTS.items())
    calls, messages, threats = [], [], []
    for day, hour, duration_s in WITHHELD_CALLS:
        at = FIRST.replace(hour=hour, minute=int(rng.integers(2, 12))) + timedelta(days=day)
        entry = _call("", at, duration_s, 1, 2, "(Unknown)")
        calls.append(entry)
        threats.append(Threat("calls.xml", entry[0], "proxy_family_call"))
    for text, tactic in zip(THREAT_TEXTS, ("threatening_communication", "coerced_informing"), strict=True):
        entry = _message(THREAT_NUMBER.replace(" ", ""), _sometime(rng), 1, text, "(Unknown)")
        messages.append(entry)
        threats.append(Threat("messages.xml", entry[0], tactic))
    for _ in range(N_CALLS - len(calls)):
        number, name = contacts[int(rng.integers(len(contacts)))]
        kind = int(rng.choice((1, 2, 3), p=(0.45, 0.4, 0.15)))
        duration_s = 0 if kind == 3 else int(rng.integers(5, 900))
        calls.append(_call(number, _sometime(rng), duration_s, kind, 1, name))
    for _ in range(N_MESSAGES - len(messages)):
        number, name = contacts[int(rng.integers(len(contacts)))]
        body = SMALL_TALK[int(rng.integers(len(SMALL_TALK)))]
        messages.append(_message(number, _sometime(rng), int(rng.choice((1, 2))), body, name))
    paths = [folder / "calls.xml", folder / "messages.xml"]
    paths[0].write_text(_document("calls", calls), encoding="utf-8")
    paths[1].write_text(_document("smses", messages), encoding="utf-8")
    return paths, threats
