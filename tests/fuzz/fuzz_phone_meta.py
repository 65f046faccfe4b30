"""Fuzz target: Facebook, Instagram and Messenger from hostile bytes. Any bytes give events or one clear error."""

from phone_fuzz import check

SEEDS = (
    b'{"participants":[{"name":"A"}],"messages":[{"sender_name":"\\u00d0\\u0097","timestamp_ms":1746554520000,"content":"\\u00c3\\u00a4","photos":[{"uri":"x/1.jpg"}]},{"sender_name":"A","timestamp_ms":1746554500000,"call_duration":0}],"title":"A"}',
    b'{"participants":["A"],"threadName":"A","messages":[{"senderName":"A","timestamp":1746554520000,"text":"a","isUnsent":true,"media":[]}]}',
)


def fuzz_one(data: bytes) -> None:
    check(data)
