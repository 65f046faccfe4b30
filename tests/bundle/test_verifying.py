"""Everything somebody can do to a bundle is told: flipped bytes, exchanged files, a new signer, a rewritten log."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest
from bundle_cast import CANARY, IDENTITY, RECIPIENT, evidence_of, item_of, signer, small_bundle
from vault_cast import ALICE, NOON, log_of

from panah.bundle import create, examine, verify
from panah.bundle.container import ContainerWriter
from panah.bundle.contents import sums_text
from panah.bundle.creating import manifest_bytes
from panah.errors import Altered, CustodyBroken, NotOpened, NotVerified, PanahError, UnknownFormat, Unreadable
from panah.model.bundle import Manifest
from panah.vault import custody
from panah.vault.checkpoint import Checkpoint
from panah.vault.signer import Signer


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sound bundle; no test writes to it."""
    path = tmp_path_factory.mktemp("sound") / "bundle.zip"
    small_bundle(path)
    return path


def files_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def folder_of(files: dict[str, bytes], folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def packed(files: dict[str, bytes], target: Path) -> Path:
    """A bundle in its one spelling, with any files: what somebody who knows the format would forge."""
    with target.open("wb") as out:
        writer = ContainerWriter(out)
        for name, content in files.items():
            writer.add(name, content)
        writer.finish()
    return target


def signed_again(files: dict[str, bytes], key: Signer = signer) -> dict[str, bytes]:
    """The sums and their signature made new: what somebody who holds the signing key could do."""
    rest = {name: content for name, content in files.items() if not name.startswith("SHA256SUMS")}
    rest["signer.pem"] = key.verifier.to_pem()
    sums = sums_text({name: hashlib.sha256(content).hexdigest() for name, content in rest.items()})
    return rest | {"SHA256SUMS": sums, "SHA256SUMS.sig": key.sign(sums)}


def test_a_sound_bundle_verifies_with_and_without_a_key(sound: Path) -> None:
    closed = verify(sound)
    assert (closed.opened, closed.items, closed.n_files, closed.signer_compared) == (False, (), 8, False)
    opened = verify(sound, identities=f"# a comment\n\n{IDENTITY}\n", signer_pem=signer.verifier.to_pem())
    assert (opened.opened, len(opened.items), opened.signer_compared) == (True, 2, True)
    assert opened.items[0].evidence.file_name.endswith("900123.EML")
    assert examine(sound)[1] == []


def test_the_unpacked_folder_verifies_too(sound: Path, tmp_path: Path) -> None:
    assert verify(folder_of(files_of(sound), tmp_path / "b"), identities=IDENTITY).n_files == 8


def test_a_bundle_packed_again_says_what_to_do(sound: Path, tmp_path: Path) -> None:
    target = tmp_path / "again.zip"
    with zipfile.ZipFile(target, "w") as again:
        for name, content in files_of(sound).items():
            again.writestr(name, content)
    with pytest.raises(Altered, match="unpack it and verify the folder"):
        verify(target)


def told(path: Path) -> list[PanahError]:
    verification, problems = examine(path, identities=IDENTITY)
    assert (verification is None) == bool(problems)
    return problems


@pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.slow), 23])
def test_every_flipped_byte_of_the_zip_is_told(sound: Path, tmp_path: Path, step: int) -> None:
    data = sound.read_bytes()
    spoilt = tmp_path / "spoilt.zip"
    for at in range(0, len(data), step):
        changed = bytearray(data)
        changed[at] ^= 1 << at % 8
        spoilt.write_bytes(changed)
        with pytest.raises((NotVerified, UnknownFormat)):
            verify(spoilt)


@pytest.mark.parametrize("step", [pytest.param(1, marks=pytest.mark.slow), 29])
def test_every_flipped_byte_of_every_unpacked_file_is_told(sound: Path, tmp_path: Path, step: int) -> None:
    """Without the zip's checksums: by sums, signatures, chain and tree; the place named is the file."""
    files = files_of(sound)
    folder = folder_of(files, tmp_path / "b")
    for name, content in files.items():
        for at in range(0, len(content), step if name != "contents.tar.age" else step * 97):
            changed = bytearray(content)
            changed[at] ^= 1 << at % 8
            (folder / name).write_bytes(changed)
            _, problems = examine(folder)
            assert problems, f"{name}, byte {at}"
            named = " ".join(problem.where for problem in problems)
            assert name.removesuffix(".sig") in named or name == "signer.pem"
        (folder / name).write_bytes(content)
    assert told(folder) == []


def test_every_cut_is_told(sound: Path, tmp_path: Path) -> None:
    data, spoilt = sound.read_bytes(), tmp_path / "spoilt.zip"
    for length in [*range(0, len(data), 501), len(data) - 1]:
        spoilt.write_bytes(data[:length])
        with pytest.raises((NotVerified, UnknownFormat)):
            verify(spoilt)
    spoilt.write_bytes(data + b"\0")
    with pytest.raises(NotVerified):
        verify(spoilt)


@pytest.mark.parametrize(
    "name", ["manifest.json", "custody.jsonl", "VERIFY.txt", "signer.pem", "contents.tar.age", "SHA256SUMS"]
)
def test_a_missing_file_is_named(sound: Path, tmp_path: Path, name: str) -> None:
    files = files_of(sound)
    del files[name]
    problems = told(folder_of(files, tmp_path / "b"))
    assert any(name in problem.where for problem in problems)
    assert told(packed(files, tmp_path / "b.zip"))


def test_an_added_file_is_named_and_a_link_is_not_followed(sound: Path, tmp_path: Path) -> None:
    files = files_of(sound)
    folder = folder_of(files | {"readme.exe": b"MZ"}, tmp_path / "b")
    (problem,) = told(folder)
    assert "readme.exe" in problem.where
    (folder / "readme.exe").unlink()
    (folder / "manifest.json").unlink()
    (tmp_path / "elsewhere").write_bytes(files["manifest.json"])
    (folder / "manifest.json").symlink_to(tmp_path / "elsewhere")
    assert any("manifest.json" in problem.where for problem in told(folder))


def test_several_failures_are_all_told(sound: Path, tmp_path: Path) -> None:
    files = files_of(sound)
    folder = folder_of(files | {"VERIFY.txt": b"trust me", "verify.sh": b"exit 0"}, tmp_path / "b")
    problems = told(folder)
    assert [problem.where.split(", ")[1] for problem in problems] == ["VERIFY.txt", "verify.sh"]
    assert all(isinstance(problem, Altered) for problem in problems)


def test_the_wrong_key_opens_nothing(sound: Path) -> None:
    other = str(pyrage.x25519.Identity.generate())
    with pytest.raises(NotOpened, match="no key of ours"):
        verify(sound, identities=other)
    with pytest.raises(NotOpened, match="no age identity"):
        verify(sound, identities="")
    assert verify(sound, identities=f"{other}\n{IDENTITY}\n").opened


def test_another_signer_is_told_if_the_key_is_known(sound: Path, tmp_path: Path) -> None:
    impostor = Signer.generate("panah.example")
    files = files_of(sound)
    checkpoint = Checkpoint.from_text(files["checkpoint"])
    manifest = Manifest.from_json(files["manifest.json"]).model_copy(
        update={"signer_sha256": impostor.verifier.fingerprint}
    )
    files |= {"checkpoint.sig": checkpoint.sign(impostor), "manifest.json": manifest_bytes(manifest)}
    forged = packed(signed_again(files, impostor), tmp_path / "forged.zip")
    assert verify(forged).signer_compared is False
    with pytest.raises(NotVerified, match="another key"):
        verify(forged, signer_pem=signer.verifier.to_pem())
    with pytest.raises(NotVerified, match="no Ed25519"):
        verify(sound, signer_pem=b"nonsense")


Spoil = Callable[[list[bytes]], list[bytes]]
SPOILS: dict[str, Spoil] = {
    "edited": lambda lines: [lines[0].replace(b"received", b"viewed"), *lines[1:]],
    "deleted": lambda lines: [*lines[:2], *lines[3:]],
    "inserted": lambda lines: [*lines[:2], lines[1], *lines[2:]],
    "reordered": lambda lines: [lines[1], lines[0], *lines[2:]],
    "truncated": lambda lines: lines[:-1],
    "emptied": lambda _lines: [],
    "torn": lambda lines: [*lines[:-1], lines[-1][:-3]],
    "continued": lambda lines: [*lines, custody.entry_line(lines[-1], actor=ALICE, act="viewed", at=NOON)],
    "replaced": lambda lines: log_of(len(lines)),
}


@pytest.mark.parametrize("kind", SPOILS)
def test_a_log_changed_by_somebody_who_makes_the_sums_new_is_told(sound: Path, tmp_path: Path, kind: str) -> None:
    """The signing key signs the new sums, but the old checkpoint stands."""
    files = files_of(sound)
    lines = files["custody.jsonl"].splitlines(keepends=True)
    files["custody.jsonl"] = b"".join(SPOILS[kind](lines))
    with pytest.raises(CustodyBroken, match=r"custody\.jsonl"):
        verify(packed(signed_again(files), tmp_path / "b.zip"))


def test_a_rewritten_log_with_a_new_checkpoint_is_told_by_whoever_holds_an_earlier_one(tmp_path: Path) -> None:
    evidence = evidence_of(b"one", b"two")
    earlier = Checkpoint.of("panah.example/custody", evidence.lines[:4])
    kept = {"recipients": [RECIPIENT], "signer": signer, "origin": "panah.example/custody"}
    create(tmp_path / "good.zip", evidence.items, custody_lines=evidence.lines, **kept)
    assert verify(tmp_path / "good.zip", earlier=earlier.to_text()).earlier_lines == 4

    rewritten: list[bytes] = []
    for line in evidence.lines:
        entry = custody.read_line(line)
        previous = rewritten[-1] if rewritten else None
        act = "viewed" if entry.seq == 2 else entry.act
        rewritten.append(custody.entry_line(previous, actor=ALICE, act=act, item=entry.item, at=NOON))
    create(tmp_path / "bad.zip", evidence.items, custody_lines=rewritten, **kept)
    verify(tmp_path / "bad.zip")
    with pytest.raises(CustodyBroken, match="lines 1 to 4 are not those"):
        verify(tmp_path / "bad.zip", earlier=earlier.to_text())
    with pytest.raises(NotVerified, match="no checkpoint"):
        verify(tmp_path / "good.zip", earlier=b"nonsense")


def test_shown_lines_are_each_proven(tmp_path: Path) -> None:
    evidence = evidence_of(b"one", b"two", b"three")
    some = {"recipients": [RECIPIENT], "signer": signer, "custody_lines": evidence.lines, "whole_log": False}
    create(tmp_path / "b.zip", evidence.items[1:2], **some)
    files = files_of(tmp_path / "b.zip")
    lines = files["custody.jsonl"].splitlines(keepends=True)
    proofs = files["proofs.txt"].splitlines(keepends=True)
    foreign = custody.entry_line(evidence.lines[-1], actor=ALICE, act="viewed", at=NOON)
    attacks = [
        (lines[:-1], proofs),
        (lines, proofs[:-1]),
        (lines[::-1], proofs[::-1]),
        ([lines[0]] * 3, [proofs[0]] * 3),
        ([lines[0].replace(b"received", b"viewed"), *lines[1:]], proofs),
        ([*lines, foreign], [*proofs, b"10\n"]),
        (lines, [proofs[0].replace(b"4 ", b"5 ", 1), *proofs[1:]]),
        (lines, [proofs[0][:-2] + b"\n", *proofs[1:]]),
        (lines, [b"\xff\n", *proofs[1:]]),
    ]
    for shown, proven in attacks:
        forged = signed_again(files | {"custody.jsonl": b"".join(shown), "proofs.txt": b"".join(proven)})
        with pytest.raises(CustodyBroken, match=r"custody\.jsonl"):
            verify(packed(forged, tmp_path / "forged.zip"))
    known = Checkpoint.from_text(files["checkpoint"])
    assert verify(tmp_path / "b.zip", earlier=known.to_text()).earlier_lines == 9
    with pytest.raises(NotVerified, match="only some lines"):
        verify(tmp_path / "b.zip", earlier=Checkpoint.of(known.origin, evidence.lines[:4]).to_text())


@pytest.mark.parametrize(
    "change",
    [
        {"format": "panah-bundle/2"},
        {"custody_lines": 5},
        {"custody_root": "0" * 64},
        {"custody_origin": "elsewhere"},
        {"signer_sha256": "0" * 64},
        {"contents_sha256": "0" * 64},
        {"commitments": ["0" * 64]},
        {"surname": "Renagul"},
    ],
)
def test_a_manifest_that_says_something_else_is_told(sound: Path, tmp_path: Path, change: dict[str, object]) -> None:
    files = files_of(sound)
    said = json.loads(files["manifest.json"]) | change
    files["manifest.json"] = json.dumps(said, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    with pytest.raises((Altered, CustodyBroken)) as caught:
        verify(packed(signed_again(files), tmp_path / "b.zip"))
    assert "Renagul" not in str(caught.value)


def archive_of(path: Path) -> dict[str, bytes]:
    opened = pyrage.decrypt(files_of(path)["contents.tar.age"], [pyrage.x25519.Identity.from_str(IDENTITY)])
    with tarfile.open(fileobj=io.BytesIO(opened)) as archive:
        return {name: archive.extractfile(name).read() for name in archive.getnames()}  # type: ignore[union-attr]


def resealed(sound: Path, inner: dict[str, bytes], target: Path, *, sums: bool = True) -> Path:
    """The bundle with other contents, everything outside made new with the signing key."""
    from panah.bundle.archive import ArchiveWriter

    out = io.BytesIO()
    writer = ArchiveWriter(out.write)
    for name, content in inner.items():
        if name != "SHA256SUMS" or not sums:
            writer.add(name, content)
    if sums:
        writer.add("SHA256SUMS", sums_text(writer.digests))
    writer.finish()
    sealed = pyrage.encrypt(out.getvalue(), [pyrage.x25519.Recipient.from_str(RECIPIENT)])
    files = files_of(sound)
    manifest = Manifest.from_json(files["manifest.json"]).model_copy(
        update={"contents_sha256": hashlib.sha256(sealed).hexdigest(), "contents_bytes": len(sealed)}
    )
    return packed(signed_again(files | {"contents.tar.age": sealed, "manifest.json": manifest_bytes(manifest)}), target)


INSIDE: dict[str, Callable[[dict[str, bytes]], dict[str, bytes]]] = {
    "an item's bytes": lambda held: held | {"items/0001.eml": b"x" * len(held["items/0001.eml"])},
    "an item's size": lambda held: held | {"items/0001.eml": b"x"},
    "an item taken out": lambda held: {name: held[name] for name in held if name != "items/0002.eml"},
    "an item put in": lambda held: held | {"items/0003.eml": b"new"},
    "a salt": lambda held: held | {"items.json": held["items.json"].replace(b'"salt":"', b'"salt":"0', 1)},
    "no items at all": lambda held: held | {"items.json": b"[]\n"},
    "items that are no list": lambda held: held | {"items.json": b"{"},
    "items nested too deep": lambda held: held | {"items.json": b"[" * 100_000},
    "the shell's commitments": lambda held: held | {"commitments.txt": b""},
}


@pytest.mark.parametrize("kind", INSIDE)
def test_contents_changed_by_the_signer_himself_are_told(sound: Path, tmp_path: Path, kind: str) -> None:
    """All sums agree and all signatures hold, but what the custody log committed to is gone."""
    changed = INSIDE[kind](archive_of(sound))
    path = resealed(sound, changed, tmp_path / "b.zip")
    verify(path)  # nobody without a key can see it
    with pytest.raises((Altered, CustodyBroken)) as caught:
        verify(path, identities=IDENTITY)
    assert CANARY not in str(caught.value)


def test_contents_resealed_without_a_change_still_verify(sound: Path, tmp_path: Path) -> None:
    """The control run of the test above."""
    assert verify(resealed(sound, archive_of(sound), tmp_path / "b.zip"), identities=IDENTITY).opened


def test_inner_sums_that_do_not_agree_are_told(sound: Path, tmp_path: Path) -> None:
    held = archive_of(sound)
    for change in (
        {"index.html": b"other"},
        {"SHA256SUMS": b""},
        {"SHA256SUMS": b"nonsense\n"},
        {"attached/x": b"new"},
    ):
        with pytest.raises(Altered, match="contents"):
            verify(resealed(sound, held | change, tmp_path / "b.zip", sums=False), identities=IDENTITY)


def test_contents_that_are_no_archive_are_told(sound: Path, tmp_path: Path) -> None:
    files = files_of(sound)
    for inner in (b"", b"not a tar", os.urandom(5000)):
        sealed = pyrage.encrypt(inner, [pyrage.x25519.Recipient.from_str(RECIPIENT)])
        manifest = Manifest.from_json(files["manifest.json"]).model_copy(
            update={"contents_sha256": hashlib.sha256(sealed).hexdigest(), "contents_bytes": len(sealed)}
        )
        forged = signed_again(files | {"contents.tar.age": sealed, "manifest.json": manifest_bytes(manifest)})
        with pytest.raises(Altered):
            verify(packed(forged, tmp_path / "b.zip"), identities=IDENTITY)


def test_items_of_another_bundle_are_told(sound: Path, tmp_path: Path) -> None:
    """Whole contents of a bundle with the same signer, put under this bundle's custody log."""
    evidence = evidence_of(b"foreign")
    create(tmp_path / "o.zip", evidence.items, recipients=[RECIPIENT], signer=signer, custody_lines=evidence.lines)
    forged = resealed(sound, archive_of(tmp_path / "o.zip"), tmp_path / "b.zip")
    with pytest.raises(CustodyBroken, match="no line in the custody log"):
        verify(forged, identities=IDENTITY)


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7", b"\0" * 1000])
def test_what_is_no_zip_is_unreadable(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(UnknownFormat, match="no bundle"):
        verify(tmp_path / "x")
    with pytest.raises(Unreadable):
        verify(tmp_path / "missing")


def test_an_empty_folder_is_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(Altered):
        verify(tmp_path)


def test_no_message_shows_anything_personal(tmp_path: Path) -> None:
    item = item_of(CANARY.encode())
    for problem in told(folder_of({"x": b""}, tmp_path / "b")):
        assert item.evidence.file_name not in str(problem)
