"""What was deleted is in no bundle; that it was deleted is, and each stone has its line in the signed log."""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pyrage
import pytest
from bundle_cast import IDENTITY, RECIPIENT, Evidence, evidence_of, identity, signer
from vault_cast import ALICE, NOON

from panah.bundle import create, verify
from panah.errors import CustodyBroken
from panah.model.bundle import Tombstone
from panah.vault import custody


def deleted() -> tuple[Evidence, Tombstone]:
    """Two items, the second of which is no more."""
    evidence = evidence_of(b"one", b"two")
    gone = evidence.items.pop()
    evidence.lines.append(
        custody.entry_line(evidence.lines[-1], actor=ALICE, act="deleted", item=gone.commitment, at=NOON)
    )
    return evidence, Tombstone(name=gone.commitment, line=len(evidence.lines), what="evidenceitem")


def made(target: Path, evidence: Evidence, stone: Tombstone, **more: object) -> Path:
    create(
        target,
        evidence.items,
        recipients=[RECIPIENT],
        signer=signer,
        custody_lines=evidence.lines,
        tombstones=[stone],
        **more,  # type: ignore[arg-type]
    )
    return target


@pytest.mark.parametrize("whole_log", [True, False])
@pytest.mark.parametrize("bagit", [True, False])
def test_a_stone_and_its_lines_are_in_the_bundle(tmp_path: Path, whole_log: bool, bagit: bool) -> None:
    evidence, stone = deleted()
    path = made(tmp_path / "b.zip", evidence, stone, whole_log=whole_log, bagit=bagit)
    found = verify(path, identities=IDENTITY)
    assert (found.n_tombstones, len(found.items)) == (1, 1)
    with zipfile.ZipFile(path) as packed:
        acts = [json.loads(line) for line in packed.read("custody.jsonl").splitlines()]
        contents = pyrage.decrypt(packed.read("contents.tar.age"), [identity])
    about = [each["act"] for each in acts if each["item"] == stone.name]
    assert about == ["received", "hashed", "sealed", "deleted"]
    with tarfile.open(fileobj=io.BytesIO(contents)) as archive:
        name = "data/tombstones.json" if bagit else "tombstones.json"
        page = archive.extractfile(name.replace("tombstones.json", "index.html")).read().decode()  # type: ignore[union-attr]
        assert json.loads(archive.extractfile(name).read()) == [stone.model_dump()]  # type: ignore[union-attr]
    assert "deleted for good" in page
    assert found.n_inner_files > 1


def test_the_shell_reads_it_too(tmp_path: Path) -> None:
    evidence, stone = deleted()
    path = made(tmp_path / "b.zip", evidence, stone, whole_log=False)
    with zipfile.ZipFile(path) as packed:
        (tmp_path / "verify.sh").write_bytes(packed.read("verify.sh"))
    done = subprocess.run(
        ["sh", "verify.sh", "b.zip", "opened"], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert "VERIFIED" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("line", [1, 2, 99])
def test_a_stone_without_its_line_is_told(tmp_path: Path, line: int) -> None:
    """A sender who says of something that was never deleted that it was, or names another line."""
    evidence, stone = deleted()
    if line > len(evidence.lines):
        evidence.lines.append(
            custody.entry_line(evidence.lines[-1], actor=ALICE, act="viewed", item=stone.name, at=NOON)
        )
        line = len(evidence.lines)
    path = made(tmp_path / "b.zip", evidence, stone.model_copy(update={"line": line}))
    with pytest.raises(CustodyBroken, match="does not say that this was deleted"):
        verify(path, identities=IDENTITY)
    right = made(tmp_path / "right.zip", evidence, stone)
    assert verify(right, identities=IDENTITY).n_tombstones == 1


def test_what_was_deleted_after_an_earlier_checkpoint_is_not_told(tmp_path: Path) -> None:
    from panah.vault.checkpoint import Checkpoint

    evidence, stone = deleted()
    earlier = Checkpoint.of("panah/custody", evidence.lines[:-1])
    path = made(tmp_path / "b.zip", evidence, stone, checkpoint=earlier)
    assert verify(path, identities=IDENTITY).n_tombstones == 0
