"""Fuzz target: Telegram JSON and HTML from hostile bytes. Any bytes give events or one clear error."""

# ruff: noqa: E501  # a seed is one line, as in a file

from phone_fuzz import check

SEEDS = (
    b'{"name":null,"type":"personal_chat","id":2,"messages":[{"id":1,"type":"message","date_unixtime":"1746554400","from_id":"user2","text":["a",{"type":"bold","text":"b"}]},{"id":2,"type":"service","action":"phone_call","date_unixtime":"1746554401","actor_id":"user2","text":""}]}',
    b'{"type":"personal_chat","messages":[{"type":"message","date":"2020-05-06T21:00:00","from_id":4567,"text":"bell \\x07 here"}]}',
    b'{"about":"x","personal_information":{"user_id":1},"chats":{"list":[{"name":"A","type":"personal_chat","id":2,"messages":[{"id":1,"type":"message","date_unixtime":"1746554400","from_id":"user1","text":"a"}]}]}}',
    b'<html><body><div class="history"><div class="message default clearfix" id="message1"><div class="body"><div class="pull_right date details" title="06.05.2025 20:00:00 UTC+01:00">20:00</div><div class="from_name">Ana</div><div class="text">hi<br>you</div></div></div></div></body></html>',
)


def fuzz_one(data: bytes) -> None:
    check(data)
