"""Fuzz target: Signal exports from hostile bytes. Any bytes give events or one clear error."""

# ruff: noqa: E501  # a seed is one line, as in a file

from phone_fuzz import check

SEEDS = (
    b'{"date":"2025-05-06T19:01:00","sender":"Me","body":"hello  ","attachments":[{"name":"a.jpg"}],"call":false}\n{"date":"2025-05-06T19:03:00","sender":"X","body":"","call":true,"missed":true}\n',
    b'{"recipient":{"id":"1","contact":{"e164":"447700900123"}}}\n{"chat":{"id":"1","recipientId":"1"}}\n{"chatItem":{"chatId":"1","authorId":"1","dateSent":"1746554400000","incoming":{},"standardMessage":{"text":{"body":"a"}}}}\n',
)


def fuzz_one(data: bytes) -> None:
    check(data)
