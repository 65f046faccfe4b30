"""The readable page as HTML and PDF, with the recipient's mark and every answer; the BagIt layout; the item proofs."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

import jsonschema
import pyrage
import pytest
from bundle_cast import CANARY, IDENTITY, evidence_of, identity, register_of, signer, small_bundle
from vault_cast import NOON

from panah.bundle import examine, verify
from panah.bundle.custody_part import item_proofs
from panah.bundle.index import HowShown, index_pdf
from panah.errors import CustodyBroken, NotVerified
from panah.model.base import new_id
from panah.vault.checkpoint import Checkpoint, write_note
from panah.vault.signer import Signer
from panah.vault.tlog_proof import check_proof

MARK = "QX7K-M2PD"


def inside(bundle: Path) -> dict[str, bytes]:
    """Every file of the sealed part."""
    with zipfile.ZipFile(bundle) as archive:
        clear = pyrage.decrypt(archive.read("contents.tar.age"), [identity])
    with tarfile.open(fileobj=io.BytesIO(clear)) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("bag") / "bundle.zip"
    small_bundle(target, pdf=True, bagit=True, mark=MARK)
    return target


def test_the_mark_stands_in_every_readable_part(bag: Path) -> None:
    files = inside(bag)
    assert MARK.encode() in files["data/index.html"]
    if shutil.which("pdftotext"):
        done = subprocess.run(["pdftotext", "-", "-"], input=files["data/index.pdf"], capture_output=True)
        text = done.stdout.decode()
        assert text.count(MARK) >= 2  # in the head and on each sheet
        assert "There was no such call." in text
        assert "Renagul +44 7700 900123" in text


def test_words_of_strangers_are_text_in_the_pdf(tmp_path: Path) -> None:
    evidence = evidence_of(b"one")
    records = register_of(evidence.items[0])
    hostile = '#read("/etc/passwd") $x$ *b* \\ "q" <label> @ref `raw` //c /*'
    records["claims"] = (records["claims"][0].model_copy(update={"text": hostile}), records["claims"][1])
    made = index_pdf(hostile, evidence.items, *records.values(), how=HowShown(mark=hostile), made_at=NOON)
    assert made.startswith(b"%PDF")
    if shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", "-", "-"], input=made, capture_output=True).stdout.decode()
        assert 'read("/etc/passwd")' in text
        assert "root:" not in text


def test_a_bag_is_a_bag_and_verifies(bag: Path, tmp_path: Path) -> None:
    files = inside(bag)
    assert files["bagit.txt"].startswith(b"BagIt-Version: 1.0\n")
    payload = {name: content for name, content in files.items() if name.startswith("data/")}
    listed = dict(reversed(line.split("  ", 1)) for line in files["manifest-sha256.txt"].decode().splitlines())
    assert listed == {name: hashlib.sha256(content).hexdigest() for name, content in payload.items()}
    oxum = f"{sum(map(len, payload.values()))}.{len(payload)}"
    assert f"Payload-Oxum: {oxum}\n".encode() in files["bag-info.txt"]
    assert len(verify(bag, identities=IDENTITY).items) == 2


@pytest.mark.skipif(not (shutil.which("age") and shutil.which("openssl")), reason="age or openssl is not installed")
def test_the_script_opens_a_bag(bag: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(bag) as archive:
        archive.extractall(tmp_path / "b")
    (tmp_path / "key.txt").write_text(IDENTITY)
    command = ["sh", "verify.sh", "../key.txt", "../contents"]
    done = subprocess.run(command, cwd=tmp_path / "b", capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "2 items, each in the custody log" in done.stdout
    for sums in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        checked = subprocess.run(["sha256sum", "-c", "--quiet", sums], cwd=tmp_path / "contents")
        assert checked.returncode == 0


def test_records_fit_the_schema_that_travels_with_them(tmp_path: Path) -> None:
    import json

    small_bundle(tmp_path / "b.zip")
    files = inside(tmp_path / "b.zip")
    for name, schema in (
        ("claims", "claim"),
        ("incidents", "incident"),
        ("sources", "source"),
        ("responses", "response"),
        ("items", "bundle-item"),
    ):
        rows = json.loads(files[f"{name}.json"])
        assert rows
        for row in rows:
            jsonschema.validate(row, json.loads(files[f"schema/{schema}.json"]))
    with pytest.raises(jsonschema.ValidationError):  # the control
        jsonschema.validate({"id": 1}, json.loads(files["schema/claim.json"]))


def test_each_item_has_a_proof_for_other_tools(tmp_path: Path) -> None:
    evidence = evidence_of(b"one", b"two", b"three")
    checkpoint = Checkpoint.of("panah/custody", evidence.lines)
    proofs = item_proofs(evidence.items, evidence.lines, write_note(checkpoint, [signer]))
    for number, proof in enumerate(proofs):
        line = evidence.lines[3 * number]
        assert check_proof(proof, line, signer.verifier) == checkpoint
        for other in (evidence.lines[3 * number + 1], evidence.lines[0] if number else evidence.lines[3]):
            with pytest.raises(CustodyBroken):
                check_proof(proof, other, signer.verifier)
        with pytest.raises(NotVerified):
            check_proof(proof, line, Signer.generate(signer.name).verifier)
        for at in range(len(proof)):
            spoiled = proof[:at] + bytes([proof[at] ^ 1]) + proof[at + 1 :]
            with pytest.raises(NotVerified):
                check_proof(spoiled, line, signer.verifier)


def test_a_wrong_proof_inside_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from panah.bundle import creating

    right = creating.item_proofs
    monkeypatch.setattr(creating, "item_proofs", lambda *given: right(*given)[::-1])
    small_bundle(tmp_path / "b.zip")
    (problem,) = examine(tmp_path / "b.zip", identities=IDENTITY)[1]
    assert "proofs/0001.tlog-proof" in problem.where
    assert CANARY not in str(problem)
    assert new_id() not in problem.where
