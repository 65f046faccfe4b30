"""Checking a bundle: what everybody can check, and with an identity also what is sealed.

Without a key: container, sums and their signature, custody chain, signed checkpoint, manifest. With one: the sums of
the contents, and that each original opens a commitment which stands in the custody log.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from panah.errors import Altered, BadRow, CustodyBroken, NotOpened, NotVerified, PanahError
from panah.model.bundle import BundleItem, Manifest, StampFound, Tombstone, Verification
from panah.vault import custody
from panah.vault.age_stream import parse_identities
from panah.vault.checkpoint import Checkpoint
from panah.vault.signer import Verifier

from .contents import DETAILS, TOMBSTONES, WITHHELD, parse_sums
from .creating import manifest_bytes
from .custody_part import check_details, check_item_proofs, check_selected, check_whole
from .outer import Outer, opened, read_all
from .sealed_part import check_contents
from .stamps import check_stamps

UNSUMMED = ("SHA256SUMS", "SHA256SUMS.sig")
SMALL_BYTES = 64 << 20

Advance = Callable[[int], object]


def verify(
    path: Path,
    *,
    identities: str | None = None,
    signer_pem: bytes | None = None,
    earlier: bytes | None = None,
    tsa_roots_pem: bytes | None = None,
    advance: Advance = lambda _bytes: None,
) -> Verification:
    """Check a bundle and raise the first thing that is wrong with it.

    Args:
        path: The zip file, or the folder it was unpacked to.
        identities: The text of an age identity file; without it the contents stay closed.
        signer_pem: The sender's public key, got by another way. Without it, whose signature it is stays open.
        earlier: The text of an earlier checkpoint of the same log, which this log must continue.
        tsa_roots_pem: Roots of timestamp authorities that you trust. Without them the sender's are taken.
        advance: Called with the number of bytes done since the last call.

    Returns:
        What was checked.

    Raises:
        Altered: A file, the zip, the manifest or the contents.
        CustodyBroken: The custody log, by its line.
        NotVerified: A signature.
        NotOpened: None of the identities opens the contents.
        Unreadable: It is no bundle.
    """
    verification, problems = examine(
        path,
        identities=identities,
        signer_pem=signer_pem,
        earlier=earlier,
        tsa_roots_pem=tsa_roots_pem,
        advance=advance,
    )
    if problems:
        raise problems[0]
    assert verification is not None, "no problem means that everything was checked"
    return verification


def examine(
    path: Path,
    *,
    identities: str | None = None,
    signer_pem: bytes | None = None,
    earlier: bytes | None = None,
    tsa_roots_pem: bytes | None = None,
    advance: Advance = lambda _bytes: None,
) -> tuple[Verification | None, list[PanahError]]:
    """As :func:`verify`, but go on after a failure: all that is wrong, in order, and the result only if nothing is.

    Raises:
        Unreadable: It is no bundle at all.
    """
    found = _Examination()
    with contextlib.ExitStack() as stack:
        with found.noting():
            outer = stack.enter_context(opened(path))
        if found.problems:
            return None, found.problems
        _clear_part(found, outer, signer_pem, earlier, advance)
        with found.noting():
            found.stamps = check_stamps(outer, found.sums, tsa_roots_pem)
        if identities is not None:
            with found.noting():
                _sealed_part(found, outer, identities, advance)
    if found.problems or found.manifest is None:
        return None, found.problems
    return (
        Verification(
            manifest=found.manifest,
            n_files=len(found.sums),
            signer_compared=signer_pem is not None,
            earlier_lines=found.earlier_lines,
            opened=identities is not None,
            items=found.items,
            n_inner_files=found.n_inner_files,
            n_withheld=found.n_withheld,
            n_details=found.n_details,
            n_tombstones=found.n_tombstones,
            stamps=found.stamps,
        ),
        [],
    )


@dataclass(slots=True)
class _Examination:
    """What was found so far."""

    problems: list[PanahError] = field(default_factory=list)
    sums: dict[str, str] = field(default_factory=dict)
    manifest: Manifest | None = None
    commitments: frozenset[str] = frozenset()
    items: tuple[BundleItem, ...] = ()
    n_inner_files: int = 0
    n_withheld: int = 0
    n_details: int = 0
    n_tombstones: int = 0
    earlier_lines: int | None = None
    stamps: tuple[StampFound, ...] = ()
    lines: list[bytes] = field(default_factory=list)
    signer: Verifier | None = None

    @contextlib.contextmanager
    def noting(self) -> Iterator[None]:
        """Note what is not verified and go on; what is unreadable ends it."""
        try:
            yield
        except (NotVerified, NotOpened) as problem:
            self.problems.append(problem)


def _clear_part(
    found: _Examination, outer: Outer, signer_pem: bytes | None, earlier: bytes | None, advance: Advance
) -> None:
    signer: Verifier | None = None
    with found.noting():
        signer = found.signer = _signer(outer, signer_pem)
    with found.noting():
        sums = read_all(outer, "SHA256SUMS", at_most=SMALL_BYTES)
        if signer is not None:
            signature = read_all(outer, "SHA256SUMS.sig", at_most=SMALL_BYTES)
            signer.verify(sums, signature, where=f"{outer.where}, SHA256SUMS")
        found.sums = parse_sums(sums, where=f"{outer.where}, SHA256SUMS")
    _check_sums(found, outer, advance)
    with found.noting():
        checkpoint = _checkpoint(outer, signer)
        lines = found.lines = _custody(outer, found, checkpoint)
        found.commitments = frozenset(item for line in lines if (item := custody.read_line(line).item))
        if earlier is not None:
            found.earlier_lines = _continues(Checkpoint.from_text(earlier), checkpoint, lines, outer)
        if signer is not None:
            found.manifest = _manifest(outer, found, checkpoint, signer)


def _signer(outer: Outer, signer_pem: bytes | None) -> Verifier:
    enclosed = Verifier.from_pem(read_all(outer, "signer.pem", at_most=SMALL_BYTES))
    if signer_pem is not None and Verifier.from_pem(signer_pem).public != enclosed.public:
        raise NotVerified(
            "signed by another key than the one you gave", where=f"{outer.where}, signer.pem", hint="ask the sender"
        )
    return enclosed


def _check_sums(found: _Examination, outer: Outer, advance: Advance) -> None:
    """Every listed file is there with its digest, and no other is."""
    for name, expected in found.sums.items():
        with found.noting():
            digest = hashlib.sha256()
            for chunk in outer.chunks(name):
                digest.update(chunk)
                advance(len(chunk))
            if digest.hexdigest() != expected:
                raise Altered("the file differs from SHA256SUMS", where=f"{outer.where}, {name}")
    for name in outer.names():
        if found.sums and name not in found.sums and name not in UNSUMMED:
            found.problems.append(Altered("this file was added", where=f"{outer.where}, {name!r}"))


def _checkpoint(outer: Outer, signer: Verifier | None) -> Checkpoint:
    text = read_all(outer, "checkpoint", at_most=SMALL_BYTES)
    if signer is not None:
        signature = read_all(outer, "checkpoint.sig", at_most=SMALL_BYTES)
        signer.verify(text, signature, where=f"{outer.where}, checkpoint")
    return Checkpoint.from_text(text)


def _custody(outer: Outer, found: _Examination, checkpoint: Checkpoint) -> list[bytes]:
    lines = io.BytesIO(read_all(outer, "custody.jsonl")).readlines()
    where = f"{outer.where}, custody.jsonl"
    if "proofs.txt" in found.sums:
        check_selected(checkpoint, lines, read_all(outer, "proofs.txt"), where=where)
    else:
        check_whole(checkpoint, lines, where=where)
    return lines


def _continues(earlier: Checkpoint, checkpoint: Checkpoint, lines: list[bytes], outer: Outer) -> int:
    """That the log still begins with what an earlier checkpoint saw; how many lines that are."""
    if earlier != checkpoint:
        if len(lines) != checkpoint.size:
            raise NotVerified(
                "this bundle shows only some lines, so an earlier checkpoint cannot be compared",
                where=f"{outer.where}, custody.jsonl",
                hint="ask the sender for the whole log",
            )
        earlier.check_log(lines, where=f"{outer.where}, custody.jsonl")
    return earlier.size


def _manifest(outer: Outer, found: _Examination, checkpoint: Checkpoint, signer: Verifier) -> Manifest:
    where = f"{outer.where}, manifest.json"
    text = read_all(outer, "manifest.json", at_most=SMALL_BYTES)
    try:
        manifest = Manifest.from_json(text)
    except BadRow:
        raise Altered("this is no manifest of panah-bundle/1", where=where, hint="upgrade panah") from None
    said = (manifest.custody_lines, manifest.custody_origin, manifest.custody_root, manifest.signer_sha256)
    held = (checkpoint.size, checkpoint.origin, checkpoint.root.hex(), signer.fingerprint)
    if manifest_bytes(manifest) != text or said != held:
        raise Altered("the manifest says something else than the bundle", where=where)
    if manifest.contents_sha256 != found.sums.get("contents.tar.age"):
        raise Altered("the manifest is for other contents", where=where)
    if not found.commitments.issuperset(manifest.commitments):
        raise CustodyBroken("an item has no line in the custody log", where=f"{outer.where}, custody.jsonl")
    return manifest


def _sealed_part(found: _Examination, outer: Outer, identities: str, advance: Advance) -> None:
    keys = parse_identities(identities, where="the identity file")
    where = f"{outer.where}, contents"
    inside = check_contents(outer.chunks("contents.tar.age"), keys, where=where, advance=advance)
    items = inside.items
    for item in items:
        if item.commitment not in found.commitments:
            raise CustodyBroken("this item has no line in the custody log", where=f"{where}, {item.path}")
    for kept_back in inside.withheld:
        if kept_back.commitment not in found.commitments:
            raise CustodyBroken(
                "an original that was left out has no line in the custody log", where=f"{where}, {WITHHELD}"
            )
    check_details(inside.details, found.lines, where=f"{where}, {DETAILS}")
    _check_tombstones(found, inside.tombstones, f"{where}, {TOMBSTONES}")
    if found.manifest and tuple(item.commitment for item in items) != found.manifest.commitments:
        raise Altered("the contents hold other items than the manifest says", where=where)
    if found.signer is not None:
        check_item_proofs(items, inside.proofs, found.lines, found.signer, where=where)
    found.items, found.n_inner_files, found.n_withheld = items, inside.n_files, len(inside.withheld)
    found.n_tombstones = len(inside.tombstones)
    found.n_details = len(inside.details)


def _check_tombstones(found: _Examination, stones: Sequence[Tombstone], where: str) -> None:
    """Each thing that is said to be deleted has the line that says so."""
    deleted = {(entry.seq, entry.item) for entry in map(custody.read_line, found.lines) if entry.act == "deleted"}
    for stone in stones:
        if (stone.line, stone.name) not in deleted:
            raise CustodyBroken(
                "the custody log does not say that this was deleted", where=f"{where}, line {stone.line}"
            )
