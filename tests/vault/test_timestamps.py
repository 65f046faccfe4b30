"""RFC 3161: a stamp over other bytes, of a stranger, revoked or spoiled is refused; an expired one holds at its own time;
unsorted certificates are read; the folder waits for the network and keeps what came, once. openssl agrees throughout."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from own_tsa import MADE, OwnTsa

from panah.errors import NotConfigured, PanahError, TimestampInvalid, Unreadable
from panah.vault.timestamps import Authority, StampFolder, check_reply, read_authorities
from panah.vault.timestamps.reply import request_for, sorted_certificates

TEXT = b"panah/custody\n7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
SHARED = Path(__file__).parents[3] / "shared" / "data" / "phone"
OPENSSL = shutil.which("openssl")
own = OwnTsa()
REPLY = own.reply(hashlib.sha256(TEXT).digest())


def openssl_agrees(tmp_path: Path, reply: bytes, roots: bytes, text: bytes, at: datetime) -> bool:
    """What ``openssl ts -verify`` says of it."""
    for name, content in (("r.tsr", reply), ("roots.pem", roots), ("text", text)):
        (tmp_path / name).write_bytes(content)
    command = ["openssl", "ts", "-verify", "-data", "text", "-in", "r.tsr", "-CAfile", "roots.pem"]
    done = subprocess.run([*command, "-attime", str(int(at.timestamp()))], cwd=tmp_path, capture_output=True)
    return done.returncode == 0


def test_a_sound_stamp_says_when_and_by_whom(tmp_path: Path) -> None:
    stamp = check_reply(REPLY, TEXT, own.roots_pem).stamp
    assert (stamp.at, stamp.authority, stamp.root) == (MADE, "CN=Own TSA", "CN=Own root")
    assert not stamp.revocation_known
    if OPENSSL:
        assert openssl_agrees(tmp_path, REPLY, own.roots_pem, TEXT, MADE)
        assert not openssl_agrees(tmp_path, REPLY, own.roots_pem, TEXT + b".", MADE)  # the control


def test_other_bytes_roots_and_nonces_are_refused() -> None:
    for data, roots in ((TEXT + b".", own.roots_pem), (b"", own.roots_pem), (TEXT, OwnTsa().roots_pem)):
        with pytest.raises(TimestampInvalid):
            check_reply(REPLY, data, roots)
    with pytest.raises(TimestampInvalid):
        check_reply(REPLY, TEXT, own.roots_pem, nonce=5)
    with pytest.raises(NotConfigured):
        check_reply(REPLY, TEXT, b"no certificate")


def test_a_self_signed_authority_is_refused_even_as_its_own_root() -> None:
    alone = OwnTsa(self_signed=True)
    reply = alone.reply(hashlib.sha256(TEXT).digest())
    for roots in (alone.roots_pem, alone.leaf.public_bytes(Encoding.PEM)):
        with pytest.raises(TimestampInvalid, match="no root that you trust"):
            check_reply(reply, TEXT, roots)


def test_an_authority_that_ended_holds_at_its_own_time_and_not_outside_its_life() -> None:
    short = OwnTsa(life=timedelta(days=2))  # ended long before today
    stamp = check_reply(short.reply(hashlib.sha256(TEXT).digest()), TEXT, short.roots_pem).stamp
    assert stamp.expires_at == MADE + timedelta(days=2)
    short.at = MADE + timedelta(days=3)
    with pytest.raises(TimestampInvalid):
        check_reply(short.reply(hashlib.sha256(TEXT).digest()), TEXT, short.roots_pem)


def test_unsorted_certificates_are_read_and_the_reply_is_kept_as_it_came(tmp_path: Path) -> None:
    loose = OwnTsa(unsorted=True)
    reply = loose.reply(hashlib.sha256(TEXT).digest())
    assert sorted_certificates(reply) != reply  # the control: they are unsorted
    assert check_reply(reply, TEXT, loose.roots_pem).stamp.at == MADE
    folder = StampFolder(tmp_path, [Authority("loose", "http://tsa.example.com", loose.roots_pem)])
    folder.want(TEXT)
    (outcome,) = folder.work(loose.ask)
    assert outcome.kept is not None
    assert sorted_certificates(outcome.kept.reply) != outcome.kept.reply


@pytest.mark.parametrize(
    ("reason", "days", "holds"),
    [
        (x509.ReasonFlags.cessation_of_operation, 10, True),
        (x509.ReasonFlags.superseded, -10, False),
        (x509.ReasonFlags.key_compromise, 10, False),
        (None, 10, False),
    ],
)
def test_revocation_by_the_lists_kept_with_it(
    tmp_path: Path, reason: x509.ReasonFlags | None, days: int, holds: bool
) -> None:
    revoking = OwnTsa()
    revoking.revoked[revoking.leaf.serial_number] = (MADE + timedelta(days=days), reason)
    folder = StampFolder(tmp_path, [Authority("one", "http://tsa.example.com", revoking.roots_pem)])
    folder.want(TEXT)
    (outcome,) = folder.work(revoking.ask)
    if holds:
        assert outcome.stamp is not None
        assert outcome.stamp.revocation_known
    else:
        assert isinstance(outcome.problem, TimestampInvalid)
        assert not list(tmp_path.glob("*.tsr"))


def test_a_strangers_revocation_list_changes_nothing() -> None:
    stranger = OwnTsa()
    stranger.revoked[own.leaf.serial_number] = (MADE - timedelta(days=1), x509.ReasonFlags.key_compromise)
    lists = x509.load_der_x509_crl(stranger.list_of("Own middle")).public_bytes(Encoding.PEM)
    assert not check_reply(REPLY, TEXT, own.roots_pem, lists_pem=lists).stamp.revocation_known


def test_a_flipped_byte_is_refused_or_outside_what_is_signed(tmp_path: Path) -> None:
    """Every fifth byte: whoever accepts one, accepts the same bytes and time."""
    refused = 0
    for place in range(0, len(REPLY), 5):
        spoiled = REPLY[:place] + bytes([REPLY[place] ^ 1]) + REPLY[place + 1 :]
        try:
            assert check_reply(spoiled, TEXT, own.roots_pem).stamp.at == MADE
        except TimestampInvalid:
            refused += 1
    assert refused > len(REPLY) // 5 * 0.95


@pytest.mark.parametrize("hostile", [b"", b"\x30", b"\x30\x84\xff\xff\xff\xff", REPLY[:-1], REPLY * 2, b"\0" * 300_000])
def test_what_is_no_reply_is_refused(hostile: bytes) -> None:
    with pytest.raises(TimestampInvalid):
        check_reply(hostile, TEXT, own.roots_pem)


def test_the_folder_waits_for_the_network_and_asks_once(tmp_path: Path) -> None:
    second = OwnTsa()
    authorities = [
        Authority("one", "http://one.example.com", own.roots_pem),
        Authority("two", "http://two.example.com", second.roots_pem),
    ]
    folder = StampFolder(tmp_path, authorities)
    assert folder.want(TEXT) == folder.want(TEXT)

    def offline(url: str, request: bytes | None) -> bytes:
        raise Unreadable("the authority cannot be reached", where=url)

    assert [type(outcome.problem) for outcome in folder.work(offline)] == [Unreadable, Unreadable]
    assert len(folder.pending()) == 2
    (first, other) = folder.work(
        lambda url, request: (own if "one" in url or request is None else second).ask(url, request)
    )
    assert first.stamp is not None
    assert other.stamp is not None
    assert folder.pending() == []
    assert folder.work(offline) == []
    assert {kept.authority for kept in folder.stamps_of(TEXT)} == {"one", "two"}
    sound, problems = folder.check()
    assert (len(sound), problems) == (2, [])
    assert not folder.due(now=MADE + timedelta(days=200))
    assert folder.due(now=MADE + timedelta(days=366))
    next(tmp_path.glob("*.one.tsr")).write_bytes(b"spoiled")
    assert [type(problem) for problem in folder.check()[1]] == [TimestampInvalid]


def test_a_reply_to_another_request_is_not_kept(tmp_path: Path) -> None:
    folder = StampFolder(tmp_path, [Authority("one", "http://one.example.com", own.roots_pem)])
    folder.want(TEXT)
    replayed = own.ask("http://one.example.com", request_for(TEXT)[0])
    (outcome,) = folder.work(lambda _url, _request: replayed)  # right bytes, an older request's nonce
    assert isinstance(outcome.problem, TimestampInvalid)
    assert [path.name for path in tmp_path.iterdir()] == [f"{hashlib.sha256(TEXT).hexdigest()}.text"]


def test_authorities_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "authorities.json"
    assert read_authorities(path) == []
    (tmp_path / "own.pem").write_bytes(own.roots_pem)
    path.write_text('[{"name": "own", "url": "https://tsa.example.com", "roots": "own.pem"}]')
    assert read_authorities(path)[0].roots_pem == own.roots_pem
    for wrong in (
        "",
        "{}",
        "[1]",
        '[{"name": "a/b", "url": "https://x", "roots": "own.pem"}]',
        '[{"name": "a", "url": "file:///etc/passwd", "roots": "own.pem"}]',
        '[{"name": "a", "url": "https://x", "roots": "missing.pem"}]',
    ):
        path.write_text(wrong)
        if wrong == "{}":
            assert read_authorities(path) == []
            continue
        with pytest.raises(NotConfigured):
            read_authorities(path)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data/phone is not there")
def test_real_replies_of_authorities() -> None:
    over = b"4b7b4e39f12b8c725e6e603e6d4422500316df94211070682ef10260ff5759ef"
    system = next((path for path in map(Path, ("/etc/ssl/certs/ca-certificates.crt",)) if path.exists()), None)
    if system is None:
        pytest.skip("the system has no roots")
    folder = SHARED / "third-party" / "tsa"
    expired = check_reply((folder / "valid_timestamp.tsr").read_bytes(), over, system.read_bytes()).stamp
    assert expired.at == datetime(2025, 3, 11, 10, 43, 58, tzinfo=UTC)
    assert expired.expires_at < datetime(2026, 2, 1, tzinfo=UTC)
    assert check_reply((folder / "digicert.tsr").read_bytes(), over, system.read_bytes()).stamp.at.year == 2025
    with pytest.raises(PanahError):
        check_reply((folder / "self_signed.tsr").read_bytes(), over, system.read_bytes())
    ours = SHARED / "tsa-own"
    check_reply(
        (ours / "reply.tsr").read_bytes(), (ours / "data.bin").read_bytes(), (ours / "test-tsa-ca.pem").read_bytes()
    )
