"""Fuzz target: Outlook's messages from hostile bytes. Any bytes give events or one clear error."""

from datetime import UTC, datetime

from outlook_files import compound_file, message
from phone_fuzz import check

_AT = datetime(2025, 5, 6, 21, 1, 10, tzinfo=UTC)
_INSIDE = message(subject="in", text="inner", head=24, at=_AT)
SEEDS = (
    compound_file(message(subject="Héllo", text="stop", sender="a@example.com", at=_AT, to=["b@example.org"])),
    compound_file(message(text="x", attachments=[("x.png", b"\x89PNG\r\n\x1a\n" + b"x" * 5000)], inside=[_INSIDE])),
    compound_file(
        message(
            subject="Тема", text="стоп", codepage=1251, headers="From: <a@example.com>\nDate: 6 May 2025\n\n", at=_AT
        )
    ),
    compound_file(message(html=b"<p>a<img src=http://example.net/t.gif></p>", at=_AT)),
)


def fuzz_one(data: bytes) -> None:
    check(data)
