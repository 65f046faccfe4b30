"""Timestamps in a bundle: they are checked at their own time, by us and by VERIFY.txt's programs alone; a stamp over
other bytes, without its certificates, or under no root that the reader trusts is told by its file."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bundle_cast import IDENTITY, RECIPIENT, evidence_of, signer
from bundle_stamped import ROOTS, stamped_bundle, stamps_over
from own_tsa import MADE, OwnTsa

from panah.bundle import create, examine, verify
from panah.bundle.contents import sums_text
from panah.errors import CustodyBroken, NotVerified, TimestampInvalid
from panah.vault.checkpoint import Checkpoint


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return stamped_bundle(tmp_path_factory.mktemp("stamped"))


def unpacked(bundle: Path, folder: Path) -> Path:
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder / "b")
    return folder / "b"


def sign_again(folder: Path) -> None:
    """What somebody who holds the signing key could do after changing a file."""
    rest = {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith("SHA256SUMS")}
    sums = sums_text({name: hashlib.sha256(content).hexdigest() for name, content in rest.items()})
    (folder / "SHA256SUMS").write_bytes(sums)
    (folder / "SHA256SUMS.sig").write_bytes(signer.sign(sums))


def script(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["sh", "verify.sh"], cwd=folder, capture_output=True, text=True, timeout=60)


def test_four_stamps_are_found_with_their_time(bundle: Path) -> None:
    found = verify(bundle, identities=IDENTITY)
    assert found.manifest.custody_lines == 6  # as far as the stamped checkpoint reaches
    assert [stamp.file for stamp in found.stamps] == [
        f"{target}.{number}.tsr" for target in ("checkpoint", "manifest.json") for number in (1, 2)
    ]
    assert {stamp.at for stamp in found.stamps} == {MADE}
    assert [stamp.ended for stamp in found.stamps] == [True, False] * 2
    assert all(stamp.revocation_known and not stamp.root_given for stamp in found.stamps)
    assert all(stamp.root_given for stamp in verify(bundle, tsa_roots_pem=ROOTS).stamps)


def test_a_root_that_the_reader_does_not_trust_is_told(bundle: Path) -> None:
    with pytest.raises(TimestampInvalid, match="no root that you trust"):
        verify(bundle, tsa_roots_pem=OwnTsa().roots_pem)


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_the_script_says_when_and_that_one_has_ended(bundle: Path, tmp_path: Path) -> None:
    done = script(unpacked(bundle, tmp_path))
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("was stamped on May  1 12:00:00 2026 GMT") == 4
    assert done.stdout.count("has ended since") == 2


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
@pytest.mark.parametrize(
    "moment",
    [
        "Jan  1 00:00:00 1970",
        "Feb 29 08:09:08 2024",
        "Mar  1 00:00:00 2100",
        "Dec 31 23:59:59.5 2099",
        "Jul 15 1:2:3 2026",
    ],
)
def test_the_scripts_seconds_are_those_of_the_calendar(bundle: Path, tmp_path: Path, moment: str) -> None:
    text = (unpacked(bundle, tmp_path) / "verify.sh").read_text()
    body = text[text.index("epoch() {") : text.index("fits() {")]
    said = subprocess.run(["sh", "-c", f"{body}\nepoch {moment}; echo $epoch"], capture_output=True, text=True)
    whole = moment.replace(".5", "")
    expected = datetime.strptime(whole, "%b %d %H:%M:%S %Y").replace(tzinfo=UTC)
    assert int(said.stdout) == int(expected.timestamp())


@pytest.mark.parametrize("spoil", ["other stamp", "no certificates", "no file", "cut", "foreign root"])
def test_a_signer_who_spoils_a_stamp_is_told_by_its_file(bundle: Path, tmp_path: Path, spoil: str) -> None:
    folder = unpacked(bundle, tmp_path)
    reply = folder / "checkpoint.1.tsr"
    if spoil == "other stamp":
        reply.write_bytes((folder / "manifest.json.1.tsr").read_bytes())
    elif spoil == "no certificates":
        (folder / "checkpoint.1.chain.pem").unlink()
    elif spoil == "no file":
        reply.rename(folder / "custody.jsonl.1.tsr")
    elif spoil == "cut":
        reply.write_bytes(reply.read_bytes()[:-1])
    else:
        (folder / "checkpoint.1.chain.pem").write_bytes(OwnTsa().roots_pem)
    sign_again(folder)
    _, problems = examine(folder)
    assert problems
    assert any("checkpoint.1" in problem.where or "custody.jsonl.1" in problem.where for problem in problems)
    if shutil.which("openssl"):
        done = script(folder)
        assert done.returncode == 1
        assert "NOT VERIFIED" in done.stderr


def test_a_stamp_over_something_else_is_not_packed(tmp_path: Path) -> None:
    evidence = evidence_of(b"one")
    with pytest.raises(TimestampInvalid):
        create(
            tmp_path / "b.zip",
            evidence.items,
            recipients=[RECIPIENT],
            signer=signer,
            custody_lines=evidence.lines,
            stamps=stamps_over(tmp_path / "kept", b"something else"),
            pdf=False,
        )
    assert not (tmp_path / "b.zip").exists()


def test_a_checkpoint_of_another_log_or_before_the_item_is_refused(tmp_path: Path) -> None:
    evidence, other = evidence_of(b"one", b"two"), evidence_of(b"three")
    for checkpoint in (Checkpoint.of("o", other.lines), Checkpoint.of("o", evidence.lines[:3])):
        with pytest.raises(CustodyBroken):
            create(
                tmp_path / "b.zip",
                evidence.items,
                recipients=[RECIPIENT],
                signer=signer,
                custody_lines=evidence.lines,
                checkpoint=checkpoint,
                pdf=False,
            )


def test_every_flipped_byte_of_a_stamp_is_told(bundle: Path, tmp_path: Path) -> None:
    """A sample: every 211th byte of each file of the stamps; the sums cover them all alike."""
    folder = unpacked(bundle, tmp_path)
    for path in sorted(folder.glob("*.[12].*")):
        content = path.read_bytes()
        for at in range(0, len(content), 211):
            path.write_bytes(content[:at] + bytes([content[at] ^ 1 << at % 8]) + content[at + 1 :])
            assert any(
                isinstance(problem, NotVerified) and path.name in problem.where for problem in examine(folder)[1]
            )
        path.write_bytes(content)
    assert examine(folder)[1] == []  # the control


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[object, str, str]:
    """The command as a terminal sees it."""
    from panah.cli import main

    with pytest.raises(SystemExit) as left:
        main(["bundle", "verify", *map(str, arguments)])
    captured = capsys.readouterr()
    return left.value.code, captured.out, captured.err


def test_the_command_takes_roots_and_says_whose_time_it_is(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "roots.pem").write_bytes(ROOTS)
    (tmp_path / "others.pem").write_bytes(OwnTsa().roots_pem)
    (tmp_path / "none.pem").write_text("no certificate")
    code, out, err = told(capsys, bundle)
    assert (code, out.count("existed at 2026-05-01 12:00:00 UTC")) == (0, 4)
    assert "give yours with --tsa-roots" in err
    assert err.count("has ended since; it held when it signed") == 2
    code, out, err = told(capsys, bundle, "--tsa-roots", tmp_path / "roots.pem")
    assert (code, "--tsa-roots" in err) == (0, False)
    code, out, err = told(capsys, bundle, "--tsa-roots", tmp_path / "others.pem")
    assert (code, out) == (1, "")
    assert "bundle.zip, checkpoint.1.tsr" in err
    assert told(capsys, bundle, "--tsa-roots", tmp_path / "none.pem")[0] != 0
