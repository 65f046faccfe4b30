"""A bundle is verified by exactly the commands of VERIFY.txt, without a line of ours in Python.

The folder on the search path holds only the programs that VERIFY.txt names.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from bundle_cast import CANARY, IDENTITY, RECIPIENT, evidence_of, signer, small_bundle
from vault_cast import ALICE, NOON

from panah.bundle import create
from panah.bundle.creating import shipped
from panah.vault import custody

NAMED = ("sh", "sha256sum", "openssl", "age", "tar", "mkdir")
"""``mkdir`` makes the new folder; VERIFY.txt calls the rest by name."""
MISSING = [program for program in NAMED if shutil.which(program) is None]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)} (apt install age openssl)"),
]


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A search path with the named programs and nothing else."""
    folder = tmp_path_factory.mktemp("programs")
    for program in NAMED:
        (folder / program).symlink_to(shutil.which(program) or "")
    return folder


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """An unpacked bundle in its own folder, and the key beside it as VERIFY.txt has it."""
    small_bundle(tmp_path / "bundle.zip")
    with zipfile.ZipFile(tmp_path / "bundle.zip") as bundle:
        bundle.extractall(tmp_path / "bundle")
    (tmp_path / "key.txt").write_text(IDENTITY + "\n")
    return tmp_path / "bundle"


def run(command: str, folder: Path, programs: Path, shell: str = "sh") -> subprocess.CompletedProcess[str]:
    arguments = [shutil.which(shell) or shell, "-c", command]
    return subprocess.run(
        arguments, cwd=folder, env={"PATH": str(programs)}, capture_output=True, text=True, timeout=60
    )


def commands() -> list[str]:
    """The indented lines of VERIFY.txt that can be typed as they stand."""
    lines = re.findall(r"^ {4}(\S.*)$", shipped("VERIFY.txt").decode(), flags=re.MULTILINE)
    return [line for line in lines if "SALT" not in line and ".tsr" not in line]


def test_verify_txt_names_its_commands() -> None:
    assert len(commands()) == 6
    assert commands()[-1] == "sh verify.sh ../key.txt ../contents"


def test_the_commands_of_verify_txt_verify_a_sound_bundle(unpacked: Path, programs: Path) -> None:
    for command in commands():
        done = run(command, unpacked, programs)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    assert "VERIFIED" in done.stdout
    assert "2 items, each in the custody log" in done.stdout
    assert signer.verifier.fingerprint in done.stdout
    assert (unpacked.parent / "contents/items/0001.eml").read_text() == CANARY


def test_the_salted_digest_of_verify_txt_is_the_one_in_the_log(unpacked: Path, programs: Path) -> None:
    assert run("sh verify.sh ../key.txt ../contents", unpacked, programs).returncode == 0
    (template,) = re.findall(r"^ {4}(printf .*)$", shipped("VERIFY.txt").decode(), flags=re.MULTILINE)
    for line in (unpacked.parent / "contents/commitments.txt").read_text().splitlines():
        commitment, salt, digest, _path = line.split(" ")
        said = run(template.replace("SALT", salt).replace("DIGEST", digest), unpacked, programs).stdout
        assert said.split()[0] == commitment
        assert f'"item":"{commitment}"' in (unpacked / "custody.jsonl").read_text()


@pytest.mark.parametrize("shell", ["sh", "bash", "busybox sh"])
def test_other_shells_say_the_same(unpacked: Path, programs: Path, shell: str) -> None:
    if shutil.which(shell.split()[0]) is None:
        pytest.skip(f"{shell} is not installed")
    done = subprocess.run(
        [shutil.which(shell.split()[0]) or "", *shell.split()[1:], "verify.sh"],
        cwd=unpacked,
        env={"PATH": str(programs)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout[:9]) == (0, "VERIFIED:"), done.stderr


@pytest.mark.parametrize("size", [0, 1, 2, 3, 5, 8, 13])
def test_the_script_computes_the_tree_of_any_log(tmp_path: Path, programs: Path, size: int) -> None:
    evidence = evidence_of(*[b"x"] * ((size + 2) // 3))
    lines = evidence.lines[:size]
    known = [item for item in evidence.items if any(item.commitment.encode() in line for line in lines)]
    for whole in (True, False):
        target, folder = tmp_path / f"{whole}.zip", tmp_path / str(whole)
        create(target, known[:2], recipients=[RECIPIENT], signer=signer, custody_lines=lines, whole_log=whole)
        with zipfile.ZipFile(target) as bundle:
            bundle.extractall(folder)
        done = run("sh verify.sh", folder, programs)
        assert done.returncode == 0, done.stderr


def test_it_can_be_called_from_elsewhere_and_says_what_is_missing(unpacked: Path, programs: Path) -> None:
    above = unpacked.parent
    assert run("sh bundle/verify.sh key.txt contents", above, programs).returncode == 0
    assert "cannot be made" in run("sh bundle/verify.sh key.txt contents", above, programs).stderr
    assert "name a new folder" in run("sh verify.sh ../key.txt", unpacked, programs).stderr
    (above / "other.txt").write_text(IDENTITY.replace("1", "2"))
    done = run("sh bundle/verify.sh other.txt contents2", above, programs)
    assert done.returncode == 1
    assert "NOT VERIFIED" in done.stderr


def failure(folder: Path, programs: Path) -> str:
    done = run("sh verify.sh", folder, programs)
    assert done.returncode == 1, done.stdout
    assert "VERIFIED:" not in done.stdout
    return done.stderr.splitlines()[-1]


def test_flipped_bytes_all_over_are_told(unpacked: Path, programs: Path) -> None:
    """But not in verify.sh itself: whoever changed it would decide what it says. sha256sum alone sees that."""
    choose = random.Random(4)
    for path in sorted(unpacked.iterdir()):
        content = path.read_bytes()
        for at in {0, len(content) - 1, *(choose.randrange(len(content)) for _ in range(3))}:
            changed = bytearray(content)
            changed[at] ^= 1 << choose.randrange(8)
            path.write_bytes(changed)
            if path.name == "verify.sh":
                assert run("sha256sum --check --strict SHA256SUMS", unpacked, programs).returncode != 0
            else:
                assert failure(unpacked, programs).startswith("NOT VERIFIED"), f"{path.name}, byte {at}"
        path.write_bytes(content)
    assert run("sh verify.sh", unpacked, programs).returncode == 0


def sign_again(folder: Path, programs: Path, key: Path) -> None:
    """As somebody who holds the signing key could: the sums are made and signed anew, the checkpoint stands."""
    names = " ".join(sorted(path.name for path in folder.iterdir() if not path.name.startswith("SHA256SUMS")))
    sign = f"openssl pkeyutl -sign -inkey {key} -rawin -in SHA256SUMS -out SHA256SUMS.sig"
    done = run(f"sha256sum {names} >SHA256SUMS && {sign}", folder, programs)
    assert done.returncode == 0, done.stderr


def spoil(folder: Path, kind: str) -> None:
    path = folder / "custody.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    more = custody.entry_line(lines[-1], actor=ALICE, act="viewed", at=NOON)
    changed = {
        "edited": [lines[0].replace(b"received", b"viewed"), *lines[1:]],
        "edited at the end": [*lines[:-1], lines[-1].replace(b"sealed", b"viewed")],
        "deleted": [*lines[:2], *lines[3:]],
        "inserted": [*lines[:2], lines[1], *lines[2:]],
        "reordered": [lines[1], lines[0], *lines[2:]],
        "truncated": lines[:-1],
        "torn": [*lines[:-1], lines[-1][:-3]],
        "continued": [*lines, more],
    }
    path.write_bytes(b"".join(changed[kind]))


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("edited", "line 2 does not follow"),
        ("edited at the end", "not the log that was signed"),
        ("deleted", "line 3 does not follow"),
        ("inserted", "line 3 does not follow"),
        ("reordered", "line 1 does not follow"),
        ("truncated", "has 5 lines, 6 were signed"),
        ("torn", "torn"),
        ("continued", "has 7 lines, 6 were signed"),
    ],
)
def test_a_changed_log_is_told_with_its_line_even_when_the_sums_are_made_new(
    unpacked: Path, programs: Path, tmp_path: Path, kind: str, said: str
) -> None:
    key = tmp_path / "signer.key"
    write_key(key)
    spoil(unpacked, kind)
    sign_again(unpacked, programs, key)
    assert said in failure(unpacked, programs)


def test_sums_made_new_without_a_change_verify(unpacked: Path, programs: Path, tmp_path: Path) -> None:
    """The control run of the test above."""
    key = tmp_path / "signer.key"
    write_key(key)
    sign_again(unpacked, programs, key)
    assert run("sh verify.sh", unpacked, programs).returncode == 0


def test_an_added_file_is_told(unpacked: Path, programs: Path) -> None:
    (unpacked / "readme.exe").write_bytes(b"MZ")
    assert "readme.exe was added" in failure(unpacked, programs)


def test_shown_lines_with_wrong_proofs_are_told(tmp_path: Path, programs: Path) -> None:
    evidence = evidence_of(b"one", b"two", b"three")
    some = {"recipients": [RECIPIENT], "signer": signer, "custody_lines": evidence.lines, "whole_log": False}
    create(tmp_path / "b.zip", evidence.items[1:2], **some)
    folder, key = tmp_path / "b", tmp_path / "signer.key"
    with zipfile.ZipFile(tmp_path / "b.zip") as bundle:
        bundle.extractall(folder)
    write_key(key)
    lines = (folder / "custody.jsonl").read_bytes()
    proofs = (folder / "proofs.txt").read_bytes()
    attacks = [
        (lines.replace(b"received", b"viewed"), proofs),
        (lines, proofs.replace(b"4 ", b"5 ", 1)),
        (lines, b"".join(proofs.splitlines(keepends=True)[:-1])),
        (b"".join(lines.splitlines(keepends=True)[:-1]), proofs),
        (lines, proofs.replace(b" ", b" " + b"0" * 64 + b" ", 1)),
    ]
    for shown, proven in attacks:
        (folder / "custody.jsonl").write_bytes(shown)
        (folder / "proofs.txt").write_bytes(proven)
        sign_again(folder, programs, key)
        assert failure(folder, programs).startswith("NOT VERIFIED: ")
    (folder / "custody.jsonl").write_bytes(lines)
    (folder / "proofs.txt").write_bytes(proofs)
    sign_again(folder, programs, key)
    assert run("sh verify.sh", folder, programs).returncode == 0


def write_key(path: Path) -> None:
    """The test signer's private key as openssl reads it."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = Ed25519PrivateKey.from_private_bytes(signer.seed)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    path.chmod(0o600)
