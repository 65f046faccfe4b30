"""An e-mail made of tens of thousands of parts ends early, wherever e-mail is read and however its boundaries are written."""

from __future__ import annotations

from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest
from hostile_files import MAKERS

from panah import phone
from panah.errors import Unreadable
from panah.mails import MAX_DEPTH, MAX_PARTS, parse_mail
from panah.read import read_document

HEAD = b"From: a@example.org\r\nDate: Mon, 2 Mar 2026 10:00:00 +0000\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
HELLO = HEAD + b"\r\nThey rang my mother.\r\n"
MIXED = b"Content-Type: multipart/mixed; "


def flat(n: int, declared: bytes = b"boundary=b", part: bytes = b"Content-Type: text/plain\r\n") -> bytes:
    return HEAD + MIXED + declared + b"\r\n\r\n" + (b"--b\r\n" + part + b"\r\nhi\r\n") * n + b"--b--\r\n"


def nested(n: int) -> bytes:
    return (
        HEAD + b"".join(MIXED + b"boundary=b%d\r\n\r\n--b%d\r\n" % (number, number) for number in range(n)) + b"\r\nhi"
    )


def forwarded(n: int) -> bytes:
    return HEAD + b"Content-Type: message/rfc822\r\n\r\nFrom: a@example.org\r\n" * n + b"\r\nhi"


HOSTILE = {
    "flat": flat(MAX_PARTS),
    "flat, no types": flat(MAX_PARTS, part=b""),
    "folded": flat(MAX_PARTS, b'\r\n boundary\r\n =\r\n "b"'),
    "in pieces": flat(MAX_PARTS, b"boundary*0=b"),
    "one in itself": MAKERS["mail.eml"](),
    "nested": nested(MAX_DEPTH + 1),
    "forwarded": forwarded(MAX_DEPTH + 1),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_ends_early_with_one_error(name: str, tmp_path: Path) -> None:
    data = HOSTILE[name]
    with pytest.raises(Unreadable, match="parts"):
        parse_mail(data)
    file = tmp_path / "mail.eml"
    file.write_bytes(data)
    with pytest.raises(Unreadable, match="parts"):
        phone.read_export(file)
    with pytest.raises(Unreadable, match="parts"):
        read_document(data, name="mail.eml")


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_the_library_alone_takes_them_all(name: str) -> None:
    """The control: they are parts to it, or it finds no end."""
    try:
        n = sum(1 for _part in BytesParser(policy=policy.default).parsebytes(HOSTILE[name]).walk())
    except RecursionError:
        return
    assert n > (MAX_DEPTH if name in {"nested", "forwarded"} else MAX_PARTS)


@pytest.mark.parametrize("data", [HELLO, flat(MAX_PARTS - 1), nested(MAX_DEPTH - 1), forwarded(MAX_DEPTH - 1)])
def test_what_is_below_is_parsed_as_by_the_library(data: bytes) -> None:
    ours, theirs = parse_mail(data), BytesParser(policy=policy.default).parsebytes(data)
    assert [(each.get_content_type(), each.items()) for each in ours.walk()] == [
        (each.get_content_type(), each.items()) for each in theirs.walk()
    ]
    assert ours.as_bytes() == theirs.as_bytes()


def test_in_a_mailbox_the_others_are_read(tmp_path: Path) -> None:
    line = b"From a@example.org Mon Mar  2 10:00:00 2026\n"
    file = tmp_path / "box.mbox"
    file.write_bytes(b"".join(line + each.replace(b"\r\n", b"\n") + b"\n" for each in (HELLO, HOSTILE["flat"], HELLO)))
    export = phone.read_export(file)
    assert [event.text for event in export.events] == ["They rang my mother."] * 2
    (told,) = [each for each in export.not_understood if "more than 2,000 parts" in each.why]
    assert told.where.start == len(line) + len(HELLO.replace(b"\r\n", b"\n")) + 1
