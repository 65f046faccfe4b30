"""Two small exports of an invented phone, as *SMS Backup & Restore* writes them; numbers reserved for fiction."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

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
