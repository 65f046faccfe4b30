"""What a bundle holds, what its clear part says, and what is refused before anything is written."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import stat
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pyrage
import pytest
from bundle_cast import (
    CANARY,
    FILE_NAME,
    IDENTITY,
    RECIPIENT,
    evidence_of,
    identity,
    item_of,
    register_of,
    signer,
    small_bundle,
)
from vault_cast import ALICE, NOON

from panah.bundle import Item, create, verify
from panah.errors import Altered, CustodyBroken, NotConfigured, Refused
from panah.model.bundle import Manifest
from panah.model.claim import Claim
from panah.vault import custody
from panah.vault.commitment import commit_item

CLEAR = {
    "contents.tar.age",
    "manifest.json",
    "custody.jsonl",
    "checkpoint",
    "checkpoint.sig",
    "signer.pem",
    "VERIFY.txt",
    "verify.sh",
    "SHA256SUMS",
    "SHA256SUMS.sig",
}


def clear_part(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def inside(path: Path) -> dict[str, bytes]:
    opened = pyrage.decrypt(clear_part(path)["contents.tar.age"], [identity])
    with tarfile.open(fileobj=io.BytesIO(opened)) as archive:
        return {name: archive.extractfile(name).read() for name in archive.getnames()}  # type: ignore[union-attr]


def test_the_clear_part_has_these_files_and_names_nobody(tmp_path: Path) -> None:
    manifest = small_bundle(tmp_path / "b.zip")
    clear = clear_part(tmp_path / "b.zip")
    assert set(clear) == CLEAR
    whole = (tmp_path / "b.zip").read_bytes()
    for secret in (CANARY, "Renagul", "900123", FILE_NAME, "EML", RECIPIENT, "Antwerp", "embassy (invented)"):
        assert secret.encode() not in whole
    said = json.loads(clear["manifest.json"])
    assert Manifest.from_json(clear["manifest.json"]) == manifest
    assert said["format"] == "panah-bundle/1"
    assert said["created_at"].endswith(":00:00Z")
    assert stat.S_IMODE((tmp_path / "b.zip").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["b.zip"]


def test_the_contents_hold_everything_and_their_sums(tmp_path: Path) -> None:
    evidence = evidence_of(CANARY.encode(), b"")
    register = register_of(evidence.items[0])
    small = {"recipients": [RECIPIENT], "signer": signer, "custody_lines": evidence.lines, **register}
    create(tmp_path / "b.zip", evidence.items, **small, attached={"report.pdf": b"%PDF"})
    held = inside(tmp_path / "b.zip")
    assert held["items/0001.eml"] == CANARY.encode()
    assert held["items/0002.eml"] == b""
    assert held["attached/report.pdf"] == b"%PDF"
    assert [Claim.from_dict(values) for values in json.loads(held["claims.json"])] == list(register["claims"])
    assert {"sources.json", "incidents.json", "responses.json", "items.json", "index.html"} <= set(held)
    sums = dict(reversed(line.split("  ")) for line in held.pop("SHA256SUMS").decode().splitlines())
    assert sums == {name: hashlib.sha256(content).hexdigest() for name, content in held.items()}
    for line in held["commitments.txt"].decode().splitlines():
        commitment, salt, digest, path = line.split(" ")
        assert commitment == commit_item(digest, salt)
        assert digest == hashlib.sha256(held[path]).hexdigest()


def test_the_page_shows_claims_with_their_denials_and_runs_nothing(tmp_path: Path) -> None:
    evidence = evidence_of(CANARY.encode())
    register = register_of(evidence.items[0])
    attack = "<script>alert(1)</script>"
    register["claims"] = tuple(claim.model_copy(update={"text": claim.text + attack}) for claim in register["claims"])
    create(
        tmp_path / "b.zip",
        evidence.items,
        recipients=[RECIPIENT],
        signer=signer,
        custody_lines=evidence.lines,
        title=f"Case {attack}",
        **register,
    )
    page = inside(tmp_path / "b.zip")["index.html"].decode()
    assert "There was no such call." in page
    assert "denies the act" in page
    assert 'href="items/0001.eml"' in page
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"(?:src|href)=.?(?:https?:)?//", page)


def test_a_page_of_the_callers_own_is_taken(tmp_path: Path) -> None:
    small_bundle(tmp_path / "b.zip", index_html="<p>own")
    assert inside(tmp_path / "b.zip")["index.html"] == b"<p>own"


@pytest.mark.parametrize(
    ("file_name", "path"),
    [
        ("letter.PDF", "items/0001.pdf"),
        ("letter", "items/0001"),
        ("", "items/0001"),
        ("../../x.sh\x00", "items/0001"),
        ("x.t/x", "items/0001"),
        ("x.\u202egpj", "items/0001"),
        (".bashrc", "items/0001.bashrc"),
        ("x.toolongextension", "items/0001"),
    ],
)
def test_paths_inside_are_ours_whatever_the_file_was_called(file_name: str, path: str) -> None:
    assert item_of(b"x", file_name=file_name).numbered(1).path == path


def test_only_the_recipients_open_it(tmp_path: Path) -> None:
    second = pyrage.x25519.Identity.generate()
    small_bundle(tmp_path / "b.zip", recipients=[RECIPIENT, str(second.to_public())])
    sealed = clear_part(tmp_path / "b.zip")["contents.tar.age"]
    assert pyrage.decrypt(sealed, [second]) == pyrage.decrypt(sealed, [identity])
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [pyrage.x25519.Identity.generate()])


def test_nothing_in_the_contents_depends_on_when_or_where(tmp_path: Path) -> None:
    evidence = evidence_of(b"one", b"two")
    for name in ("a.zip", "b.zip"):
        create(
            tmp_path / name,
            evidence.items,
            recipients=[RECIPIENT],
            signer=signer,
            custody_lines=evidence.lines,
            origin="panah.example/custody",  # else it holds the bundle's random id
        )
    assert inside(tmp_path / "a.zip") == inside(tmp_path / "b.zip")


def test_an_empty_bundle_is_a_bundle(tmp_path: Path) -> None:
    create(tmp_path / "b.zip", [], recipients=[RECIPIENT], signer=signer, custody_lines=[])
    assert verify(tmp_path / "b.zip", identities=str(identity)).items == ()


def nothing_left(folder: Path) -> bool:
    return not list(folder.iterdir())


def test_an_item_that_the_log_does_not_know_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CustodyBroken, match="no line in the custody log"):
        create(tmp_path / "b.zip", [item_of(b"x")], recipients=[RECIPIENT], signer=signer, custody_lines=[])
    assert nothing_left(tmp_path)


def test_a_broken_log_is_refused(tmp_path: Path) -> None:
    evidence = evidence_of(b"x", b"y")
    with pytest.raises(CustodyBroken):
        small_bundle(tmp_path / "b.zip", custody_lines=evidence.lines[1:])
    assert nothing_left(tmp_path)


def test_bytes_that_are_not_those_recorded_are_refused(tmp_path: Path) -> None:
    evidence = evidence_of(b"hello")
    for chunks in ([b"jello"], [b"hell"], [b"hello!"], []):
        item = Item(evidence.items[0].evidence, evidence.items[0].salt, lambda chunks=chunks: chunks)  # type: ignore[misc]
        with pytest.raises(Altered) as caught:
            create(tmp_path / "b.zip", [item], recipients=[RECIPIENT], signer=signer, custody_lines=evidence.lines)
        assert "jello" not in str(caught.value)
        assert nothing_left(tmp_path)


def test_a_claim_without_its_source_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="without its source"):
        small_bundle(tmp_path / "b.zip", sources=())
    assert nothing_left(tmp_path)


@pytest.mark.parametrize("recipients", [[], ["age1nonsense"], [RECIPIENT, "ssh-ed25519 AAAA"]])
def test_a_recipient_that_is_none_is_refused(tmp_path: Path, recipients: list[str]) -> None:
    with pytest.raises(NotConfigured, match="recipient"):
        small_bundle(tmp_path / "b.zip", recipients=recipients)
    assert nothing_left(tmp_path)


def test_a_failure_leaves_the_old_bundle_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "b.zip"
    small_bundle(target)
    before = target.read_bytes()
    with pytest.raises(Refused):
        small_bundle(target, sources=())
    assert target.read_bytes() == before
    small_bundle(target)
    assert target.read_bytes() != before


@pytest.mark.parametrize("problem", [KeyboardInterrupt(), OSError(5, "Input/output error")])
def test_a_source_that_breaks_off_leaves_nothing(tmp_path: Path, problem: BaseException) -> None:
    evidence = evidence_of(b"hello")

    def broken() -> list[bytes]:
        raise problem

    item = Item(evidence.items[0].evidence, evidence.items[0].salt, broken)
    with pytest.raises((type(problem), NotConfigured)):
        create(tmp_path / "b.zip", [item], recipients=[RECIPIENT], signer=signer, custody_lines=evidence.lines)
    assert nothing_left(tmp_path)


def test_the_lines_of_other_cases_stay_out_if_asked(tmp_path: Path) -> None:
    evidence = evidence_of(b"one", b"two", b"three")
    lines = list(evidence.lines)
    for _ in range(5):
        lines.append(custody.entry_line(lines[-1], actor=ALICE, act="silence", at=NOON))
    for items in (evidence.items[1:2], evidence.items[:2], []):
        create(tmp_path / "b.zip", items, recipients=[RECIPIENT], signer=signer, custody_lines=lines, whole_log=False)
        clear = clear_part(tmp_path / "b.zip")
        assert set(clear) == CLEAR | {"proofs.txt"}
        assert clear["custody.jsonl"].count(b"\n") == 3 * len(items)
        found = verify(tmp_path / "b.zip", identities=str(identity))
        assert found.manifest.custody_lines == 14
        assert len(found.items) == len(items)


MUCH = """
import hashlib, resource, sys
from pathlib import Path
sys.path.insert(0, "tests/support")
from bundle_cast import *
chunk = b"-" * (1 << 20)
digest = hashlib.sha256()
for _ in range(150):
    digest.update(chunk)
small = item_of(b"x")
evidence = small.evidence.model_copy(update={"sha256": digest.hexdigest(), "size_bytes": 150 << 20})
item = Item(evidence, small.salt, lambda: (chunk for _ in range(150)))
lines = [custody.entry_line(None, actor=ALICE, act="received", item=item.commitment)]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
create(Path(sys.argv[1]), [item], recipients=[RECIPIENT], signer=signer, custody_lines=lines)
from panah.bundle import verify
verify(Path(sys.argv[1]), identities=IDENTITY)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_large_bundle_is_made_and_verified_in_constant_memory(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MUCH, tmp_path / "b.zip"],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"TMPDIR": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 40 * 1024
    assert [path.name for path in tmp_path.iterdir()] == ["b.zip"]


def test_a_detail_that_its_line_does_not_commit_to_is_refused(tmp_path: Path) -> None:
    from vault_cast import ALICE, NOON

    from panah.bundle import verify
    from panah.model.bundle import CustodyDetail
    from panah.vault import custody
    from panah.vault.commitment import commit_detail, new_commitment_salt

    evidence = evidence_of(b"x")
    text, salt = '{"at":"2026-05-01T12:34:56+00:00"}', new_commitment_salt()
    committed = commit_detail(text.encode(), salt)
    line = custody.entry_line(
        evidence.lines[-1], actor=ALICE, act="viewed", item=evidence.items[0].commitment, detail=committed, at=NOON
    )
    some = {"recipients": [RECIPIENT], "signer": signer, "custody_lines": [*evidence.lines, line], "pdf": False}
    told = CustodyDetail(seq=4, salt=salt, text=text)
    create(tmp_path / "b.zip", evidence.items, details=[told], **some)
    assert verify(tmp_path / "b.zip", identities=IDENTITY).n_details == 1
    for wrong in (told.model_copy(update={"text": text.replace("12", "13")}), told.model_copy(update={"seq": 3})):
        with pytest.raises(CustodyBroken, match="commits to"):
            create(tmp_path / "c.zip", evidence.items, details=[wrong], **some)
    assert not (tmp_path / "c.zip").exists()
