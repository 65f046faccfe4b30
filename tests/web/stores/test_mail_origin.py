"""Where a message comes from: forged ones first. Real signatures, and a real name server on the loopback."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from intake_dns import Names, SigningServer, name_server

from panah.web.intake.mail_origin import Verdict, dns_lookup, origin_of

MESSAGE = (
    b"From: Invented <someone@example.org>\r\nTo: intake@example.net\r\nSubject: Help\r\n"
    b"Date: Tue, 24 Nov 2026 21:05:00 +0100\r\n\r\nThey rang my mother.\r\n"
)
OWN = "mx.example.net"


@pytest.fixture(scope="module")
def server() -> SigningServer:
    return SigningServer()


@pytest.fixture(scope="module")
def names(server: SigningServer) -> Iterator[Names]:
    with name_server() as running:
        running.records[server.name] = server.record
        yield running


@pytest.fixture
def lookup(names: Names) -> Any:
    return dns_lookup(("127.0.0.1",), names.port)


def test_a_signature_that_holds_is_cryptographic_origin(server: SigningServer, lookup: Any) -> None:
    signed = server.sign(MESSAGE)
    for raw in (signed, signed.replace(b"\r\n", b"\n"), b"Received: by somebody\r\n" + signed):
        origin = origin_of(raw, lookup)
        assert (origin.verdict, origin.grade, origin.domain) == (Verdict.VALID, "A", "example.org")
        assert json.loads(origin.to_json())["key_record"] == server.record, "the key is kept: it changes"
    below = signed.replace(b"someone@example.org", b"someone@mail.example.org")
    assert origin_of(below, lookup).verdict is Verdict.INVALID, "the control: the From header is signed"
    own = server.sign(MESSAGE.replace(b"someone@example.org", b"someone@mail.example.org"))
    assert origin_of(own, lookup).verdict is Verdict.VALID, "a domain signs for those below it"


def _changed_word(server: SigningServer) -> bytes:
    return server.sign(MESSAGE).replace(b"my mother", b"my sister")


def _second_from(server: SigningServer) -> bytes:
    return b"From: police@example.com\r\n" + server.sign(MESSAGE)


def _two_senders(server: SigningServer) -> bytes:
    return server.sign(MESSAGE.replace(b"From: Invented", b"From: boss@example.com, Invented"))


def _other_domain(server: SigningServer) -> bytes:
    return server.sign(MESSAGE.replace(b"someone@example.org", b"someone@example.com"))


def _lookalike(server: SigningServer) -> bytes:
    return server.sign(MESSAGE.replace(b"someone@example.org", b"someone@notexample.org"))


def _part_of_the_body(server: SigningServer) -> bytes:
    return server.sign(MESSAGE, length=True) + b"And a sentence that nobody signed.\r\n"


def _old_hash(server: SigningServer) -> bytes:
    return server.sign(MESSAGE, algorithm=b"rsa-sha1")


def _somebody_elses_key(server: SigningServer) -> bytes:
    return SigningServer(key=SigningServer().key).sign(MESSAGE)


def _no_signature(server: SigningServer) -> bytes:
    return MESSAGE


def _garbled(server: SigningServer) -> bytes:
    return b"DKIM-Signature: v=1; a=\xff\xfe; b=;;;\r\n" + MESSAGE


FORGED = [
    _changed_word,
    _second_from,
    _two_senders,
    _other_domain,
    _lookalike,
    _part_of_the_body,
    _old_hash,
    _somebody_elses_key,
    _no_signature,
    _garbled,
]


@pytest.mark.parametrize("forge", FORGED, ids=lambda forge: forge.__name__.strip("_"))
def test_what_proves_nothing_is_a_statement(forge: Any, server: SigningServer, lookup: Any) -> None:
    origin = origin_of(forge(server), lookup)
    assert origin.verdict in {Verdict.INVALID, Verdict.UNSIGNED, Verdict.NOT_CHECKED}
    assert origin.grade == "E"


@pytest.mark.slow
def test_what_cannot_be_checked_is_not_checked(server: SigningServer, names: Names) -> None:
    signed = server.sign(MESSAGE)
    gone = SigningServer(selector="of-last-year", key=server.key).sign(MESSAGE)
    for raw, lookup in (
        (signed, None),
        (signed, dns_lookup(("127.0.0.1",), 9)),  # nobody listens there
        (gone, dns_lookup(("127.0.0.1",), names.port)),
    ):
        origin = origin_of(raw, lookup)
        assert (origin.verdict, origin.grade) == (Verdict.NOT_CHECKED, "E")
        assert origin.why


def test_nobody_is_asked_unless_the_operator_allows_it(server: SigningServer, names: Names) -> None:
    """Who signs with a domain of their own sees who asks for its key, and so where the server stands."""
    names.asked.clear()
    origin_of(server.sign(MESSAGE), None, OWN)
    assert names.asked == []


def test_one_good_signature_among_others_is_enough(server: SigningServer, lookup: Any) -> None:
    list_server = SigningServer(domain="list.example.net")
    assert origin_of(list_server.sign(server.sign(MESSAGE)), lookup).verdict is Verdict.VALID


def seen(server: str = OWN, result: str = "dkim=pass (good) header.d=example.org header.s=k1") -> bytes:
    return f"Authentication-Results: {server};\r\n spf=pass smtp.mailfrom=x; {result}\r\n".encode()


def test_our_own_server_is_believed_when_it_is_named_and_no_other(server: SigningServer, lookup: Any) -> None:
    signed = server.sign(MESSAGE)
    origin = origin_of(seen() + signed, None, OWN)
    assert (origin.verdict, origin.grade, origin.domain) == (Verdict.BY_OUR_SERVER, "C", "example.org")
    for raw, own in (
        (seen() + signed, ""),
        (seen("mx.example.com") + signed, OWN),
        (seen(f"{OWN}.example.com") + signed, OWN),
        (seen(result="dkim=fail header.d=example.org") + signed, OWN),
        (seen(result="dkim=pass header.d=example.com") + signed, OWN),
        (seen(result="x-note=(dkim=pass header.d=example.org)") + signed, OWN),
        # what the sender wrote lies below what our server wrote on top
        (seen(result="dkim=none") + seen() + signed, OWN),
    ):
        assert origin_of(raw, None, own).verdict is Verdict.NOT_CHECKED
    assert origin_of(seen() + _changed_word(server), lookup, OWN).verdict is Verdict.INVALID, (
        "what we checked goes first"
    )


def test_nothing_of_a_message_is_told_in_a_log(
    server: SigningServer, lookup: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for forge in FORGED:
            origin_of(forge(server), lookup)
        origin_of(SigningServer(domain="canary.example").sign(MESSAGE), lookup)
    assert "example" not in caplog.text
