"""Checkpoints: one spelling, one signature that openssl checks too, and what a cut log looks like against it."""

from __future__ import annotations

import base64
import hashlib
import json
import stat
import subprocess
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from vault_cast import log_of

from panah.errors import CustodyBroken, NotConfigured, NotVerified
from panah.vault.checkpoint import Checkpoint, read_note, write_note
from panah.vault.signer import Signer, Verifier
from panah.vault.tree import tree_hash

signer, other = Signer.generate("panah.example"), Signer.generate("other.example")
LINES = log_of(12)
CHECKPOINT = Checkpoint.of("panah.example/custody", LINES)


def test_the_text_is_origin_size_and_root() -> None:
    assert CHECKPOINT.to_text() == b"panah.example/custody\n12\n" + base64.b64encode(tree_hash(LINES)) + b"\n"
    assert Checkpoint.from_text(CHECKPOINT.to_text()) == CHECKPOINT


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"a\n1\n",
        CHECKPOINT.to_text() + b"x\n",
        CHECKPOINT.to_text()[:-1],
        CHECKPOINT.to_text().replace(b"\n12\n", b"\n012\n"),
        CHECKPOINT.to_text().replace(b"\n12\n", b"\n-1\n"),
        CHECKPOINT.to_text().replace(b"\n", b"\r\n"),
        b"\xff\xfe",
        b"o\n1\n" + b"A" * 42 + b"B=\n",
    ],
)
def test_any_other_text_is_refused(text: bytes) -> None:
    with pytest.raises(NotVerified):
        Checkpoint.from_text(text)


@given(junk=st.binary(max_size=200))
@settings(max_examples=50)
def test_hostile_notes_and_texts_are_refused(junk: bytes) -> None:
    for attack in (junk, CHECKPOINT.to_text() + b"\n" + junk, junk + b"\n\n" + "— panah.example AAAA\n".encode()):
        with pytest.raises(NotVerified):
            read_note(attack, signer.verifier)
    with pytest.raises(NotVerified):
        Checkpoint.from_text(junk)


def test_a_note_is_read_by_the_keys_that_signed_it() -> None:
    note = write_note(CHECKPOINT, [other, signer])
    assert read_note(note, signer.verifier) == CHECKPOINT
    assert read_note(note, other.verifier) == CHECKPOINT
    with pytest.raises(NotVerified):
        read_note(note, Signer.generate("panah.example").verifier)
    with pytest.raises(NotVerified):
        read_note(note, Verifier("renamed.example", signer.verifier.public))


def test_every_flipped_byte_of_a_note_is_noticed() -> None:
    note = write_note(CHECKPOINT, [signer])
    for at in range(len(note)):
        changed = bytearray(note)
        changed[at] ^= 1
        with pytest.raises(NotVerified):
            read_note(bytes(changed), signer.verifier)


def test_the_published_note_of_the_specification_verifies() -> None:
    """The example of golang.org/x/mod/sumdb/note, on which C2SP signed-note is built."""
    note = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    ).encode()
    public = base64.b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    verifier = Verifier("PeterNeumann", public[1:])
    assert verifier.verifier_key == "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    text, signature = note.split(b"\n\n")[0] + b"\n", base64.b64decode(note.split()[-1])
    assert signature[:4] == verifier.key_id
    verifier.verify(text, signature[4:])


@pytest.mark.parametrize("kept", range(12))
def test_a_cut_log_is_seen_by_the_signed_size(kept: int) -> None:
    with pytest.raises(CustodyBroken, match=f"{12 - kept} lines"):
        CHECKPOINT.check_log(LINES[:kept])


@pytest.mark.parametrize("at", range(12))
def test_a_log_rewritten_from_any_line_on_is_seen_by_the_root(at: int) -> None:
    """The chain is sound again, as an insider with the whole log would make it."""
    from panah.vault import custody

    forged = LINES[:at]
    for line in LINES[at:]:
        values = json.loads(line)
        values["act"] = "parsed" if len(forged) == at and values["act"] != "parsed" else "viewed"
        values["prev"] = custody.line_digest(forged[-1]) if forged else custody.NOTHING
        forged.append(rfc8785.dumps(values) + b"\n")
    assert custody.verify(forged).size == 12
    with pytest.raises(CustodyBroken, match="not those that were signed"):
        CHECKPOINT.check_log(forged)


def test_a_log_that_grew_is_sound_and_two_of_one_size_are_a_fork() -> None:
    grown = log_of(20)
    assert CHECKPOINT.check_log(grown).size == 20
    with pytest.raises(CustodyBroken):
        CHECKPOINT.check_log(log_of(12, actor="b" * 32))


def test_a_broken_log_is_never_signed() -> None:
    with pytest.raises(CustodyBroken):
        Checkpoint.of("panah.example", [*LINES[:3], *LINES[4:]])


def test_openssl_verifies_what_we_sign(tmp_path: Path) -> None:
    (tmp_path / "checkpoint").write_bytes(CHECKPOINT.to_text())
    (tmp_path / "checkpoint.sig").write_bytes(CHECKPOINT.sign(signer))
    (tmp_path / "signer.pem").write_bytes(signer.verifier.to_pem())
    command = "openssl pkeyutl -verify -pubin -inkey signer.pem -rawin -in checkpoint -sigfile checkpoint.sig"
    assert subprocess.run(command.split(), cwd=tmp_path, capture_output=True).returncode == 0
    der = subprocess.run(
        ["openssl", "pkey", "-pubin", "-in", "signer.pem", "-outform", "DER"],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    ).stdout
    assert hashlib.sha256(der).hexdigest() == signer.verifier.fingerprint
    (tmp_path / "checkpoint").write_bytes(CHECKPOINT.to_text().replace(b"12", b"11"))
    assert subprocess.run(command.split(), cwd=tmp_path, capture_output=True).returncode != 0


def test_the_key_is_made_once_for_its_owner_only_and_openssl_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "signer.key"
    made = Signer.load_or_create(path, "panah.example")
    assert Signer.load_or_create(path, "panah.example") == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["signer.key"]
    public = subprocess.run(["openssl", "pkey", "-in", path, "-pubout"], capture_output=True, check=True).stdout
    assert Verifier.from_pem(public).public == made.verifier.public
    assert made.seed.hex() not in repr(made)


def test_a_key_of_openssl_can_be_used(tmp_path: Path) -> None:
    path = tmp_path / "own.key"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", path], check=True)
    path.chmod(0o600)
    own = Signer.load(path, "panah.example")
    own.verifier.verify(b"text", own.sign(b"text"))


@pytest.mark.parametrize(
    "content", [b"", b"nonsense", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_a_file_that_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "signer.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(NotConfigured, match="no Ed25519"):
        Signer.load_or_create(path, "panah.example")
    assert path.read_bytes() == content
    with pytest.raises(NotVerified):
        Verifier.from_pem(content)


def test_a_key_of_another_kind_or_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "signer.key"
    subprocess.run(["openssl", "genpkey", "-algorithm", "x25519", "-out", path], check=True)
    path.chmod(0o600)
    with pytest.raises(NotConfigured, match="no Ed25519"):
        Signer.load(path, "panah.example")
    path.chmod(0o644)
    with pytest.raises(NotConfigured, match="others can read"):
        Signer.load(path, "panah.example")


def test_a_folder_that_is_not_there_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured):
        Signer.load_or_create(tmp_path / "none" / "signer.key", "panah.example")


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\nbreak"])
def test_a_name_that_would_break_a_note_is_refused(name: str) -> None:
    with pytest.raises(NotConfigured):
        Signer.generate(name)
