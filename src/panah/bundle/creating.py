"""Making a bundle: a zip whose clear part says nothing personal and proves the sealed part.

::

    contents.tar.age     everything readable, for the named age recipients only
    manifest.json        format, sizes, digests, commitments; no name
    custody.jsonl        one line per act, each with the hash of the line before it
    proofs.txt           only if these are not all lines of the log: how each leads to its root
    checkpoint           size and root of the log, with checkpoint.sig
    checkpoint.1.tsr …   timestamps of authorities, if there are any, with their certificates (see ``stamps``)
    signer.pem           the public key of both signatures
    VERIFY.txt verify.sh how to check it all with sha256sum, openssl, age, tar and sh
    SHA256SUMS           of all files above, with SHA256SUMS.sig

Whether a person consented is asked before, in ``panah.web.outflow``; here an allegation without its answer is refused.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Final

import rfc8785

from panah.errors import CustodyBroken, Refused
from panah.home import SECRET_FILE_MODE, whole_or_nothing
from panah.model.base import new_id
from panah.model.bundle import CustodyDetail, Manifest, Tombstone, Withheld
from panah.model.claim import Claim, Source
from panah.model.denials import check_denials
from panah.model.evidence import hour_of
from panah.model.incident import Incident, Response
from panah.vault import custody
from panah.vault.age_stream import AgeWriter, parse_recipients
from panah.vault.checkpoint import Checkpoint, write_note
from panah.vault.signer import Signer
from panah.vault.timestamps import KeptStamp

from .archive import archive_size
from .container import ContainerWriter
from .contents import Contents, Item, sums_text
from .custody_part import item_proofs, select, shown_details
from .index import HowShown, index_pdf
from .index import index_html as default_index
from .stamps import stamp_files

AGE_HEADER_BYTES: Final = 8192
"""More than an age header takes for one recipient."""


def create(
    target: Path,
    items: Sequence[Item],
    *,
    recipients: Sequence[str],
    signer: Signer,
    custody_lines: Iterable[bytes],
    sources: Sequence[Source] = (),
    claims: Sequence[Claim] = (),
    incidents: Sequence[Incident] = (),
    responses: Sequence[Response] = (),
    attached: Mapping[str, bytes] | None = None,
    withheld: Sequence[Withheld] = (),
    details: Sequence[CustodyDetail] = (),
    tombstones: Sequence[Tombstone] = (),
    index_html: str | None = None,
    origin: str = "",
    whole_log: bool = True,
    checkpoint: Checkpoint | None = None,
    stamps: Sequence[KeptStamp] = (),
    stamp: Callable[[bytes], Sequence[KeptStamp]] = lambda _manifest: (),
    title: str = "Evidence bundle",
    mark: str = "",
    reading_note: Sequence[str] = (),
    pdf: bool = True,
    bagit: bool = False,
    created_at: datetime | None = None,
    advance: Callable[[int], object] = lambda _bytes: None,
) -> Manifest:
    """Write a bundle, or nothing.

    Args:
        target: The zip file; an old one of this name is replaced when the new one is whole.
        items: Originals. Each one's commitment must stand in the custody log.
        recipients: Who can open it: ``age1…`` strings.
        signer: Signs the checkpoint and the sums.
        custody_lines: The log, oldest line first, with newlines; all of it, since its root is signed.
        whole_log: Whether all of it goes into the bundle. False puts in the lines about the items only, each with
            its proof: right for a log that other cases are in too.
        sources: The sources of all claims.
        claims: With their denials.
        incidents: What the claims are about.
        responses: Of authorities, embassies and platforms, "none found" included.
        attached: Further files by plain name, for instance a report.
        withheld: Originals that are left out, by their commitments; their custody lines go in (:mod:`.redacting`).
        tombstones: What was deleted for good from the same cases; the lines about it go in.
        details: What shown lines commit to; those of other lines are left out.
        index_html: The readable page; a plain one is made if it is not given.
        origin: The log's name in the checkpoint, without blanks.
        checkpoint: An earlier one of this log, when it is that which authorities stamped; the bundle then shows the log
            as far as it reaches, which must be beyond each item's first line.
        stamps: Replies over ``checkpoint``, or over the one made now.
        stamp: Called with the finished manifest to have it stamped too; gives nothing when there is no network.
        title: Stands over the plain page.
        mark: Names this copy in its readable parts; keep who got it.
        reading_note: Sentences for the head of the readable page, such as those of ``panah.marks``.
        pdf: Whether the readable page is there as PDF too.
        bagit: The sealed part as a BagIt bag.
        created_at: Now if not given; only its hour is written.
        advance: Called with the number of bytes done since the last call.

    Returns:
        The manifest, which is what the clear part says.

    Raises:
        DenialMissing: An allegation without the answer of the accused side.
        Refused: A claim without its source.
        CustodyBroken: The log is broken, or an item is not in it.
        Altered: An item's bytes are not those of its record.
        TimestampInvalid: A stamp is over something else.
        NotConfigured: A recipient is none, or the target cannot be written.
    """
    lines = list(custody_lines)
    parse_recipients(recipients)
    _check_sources(claims, sources)
    check_denials(claims, responses, incidents)
    bundle_id, moment = new_id(), hour_of(created_at or datetime.now(UTC))
    if checkpoint is None:
        checkpoint = Checkpoint.of(origin or f"{signer.name}/custody/{bundle_id}", lines)
    else:
        checkpoint.check_log(lines)
        lines = lines[: checkpoint.size]
    _check_items([item.commitment for item in items] + [each.commitment for each in withheld], lines)
    stamped = stamp_files("checkpoint", checkpoint.to_text(), stamps)
    # what was deleted after an earlier checkpoint is beyond what this bundle shows
    tombstones = [each for each in tombstones if each.line <= len(lines)]
    about = {item.commitment for item in items} | {each.commitment for each in withheld}
    about |= {each.name for each in tombstones}
    shown, proofs = (lines, None) if whole_log else select(lines, about)
    told = (title, items, sources, claims, incidents, responses)
    shown_to = HowShown(
        mark=mark, reading_note=tuple(reading_note), is_redacted=bool(withheld), n_deleted=len(tombstones)
    )
    contents = Contents(
        items,
        sources,
        claims,
        incidents,
        responses,
        dict(attached or {}),
        withheld,
        tombstones,
        shown_details(details, shown),
        index_html=default_index(*told, how=shown_to) if index_html is None else index_html,
        index_pdf=index_pdf(*told, how=shown_to, made_at=moment) if pdf else b"",
        proofs=item_proofs(items, lines, write_note(checkpoint, [signer])),
        bagged_on=moment.date().isoformat() if bagit else "",
    )
    with whole_or_nothing(target) as part:
        descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, SECRET_FILE_MODE)
        with os.fdopen(descriptor, "wb") as out:
            container = ContainerWriter(out)
            digest, size = _seal(container, contents, recipients, advance)
            manifest = Manifest(
                id=bundle_id,
                created_at=moment,
                contents_sha256=digest,
                contents_bytes=size,
                commitments=tuple(item.commitment for item in items),
                custody_lines=checkpoint.size,
                custody_origin=checkpoint.origin,
                custody_root=checkpoint.root.hex(),
                signer_sha256=signer.verifier.fingerprint,
            )
            text = manifest_bytes(manifest)
            stamped |= stamp_files("manifest.json", text, stamp(text))
            clear = {
                "manifest.json": text,
                "custody.jsonl": b"".join(shown),
                **({} if proofs is None else {"proofs.txt": proofs}),
                "checkpoint": checkpoint.to_text(),
                "checkpoint.sig": checkpoint.sign(signer),
                **stamped,
                "signer.pem": signer.verifier.to_pem(),
                "VERIFY.txt": shipped("VERIFY.txt"),
                "verify.sh": shipped("verify.sh"),
            }
            sums = {"contents.tar.age": digest} | {
                name: hashlib.sha256(content).hexdigest() for name, content in clear.items()
            }
            clear["SHA256SUMS"] = sums_text(sums)
            clear["SHA256SUMS.sig"] = signer.sign(clear["SHA256SUMS"])
            for name, content in clear.items():
                container.add(name, content)
            container.finish()
            out.flush()
            os.fsync(out.fileno())
    return manifest


def manifest_bytes(manifest: Manifest) -> bytes:
    """The one spelling of a manifest: RFC 8785 and a newline."""
    return rfc8785.dumps(manifest.model_dump(mode="json")) + b"\n"


def shipped(name: str) -> bytes:
    """A file that is the same in every bundle."""
    return (resources.files(__package__) / "shipped" / name).read_bytes()


def _seal(
    container: ContainerWriter, contents: Contents, recipients: Sequence[str], advance: Callable[[int], object]
) -> tuple[str, int]:
    """Stream the archive through age into the container; digest and size of the ciphertext."""
    clear_bytes = archive_size(contents.sizes_bytes())
    at_most = clear_bytes + clear_bytes // 2048 + AGE_HEADER_BYTES * (1 + len(recipients))
    digest, size = hashlib.sha256(), 0

    def produce(write: Callable[[bytes], object]) -> None:
        class Out:
            def write(self, data: bytes) -> None:
                nonlocal size
                digest.update(data)
                size += len(data)
                write(data)
                advance(len(data))

        age = AgeWriter(Out(), recipients)
        try:
            contents.write(age.write)
            age.finish()
        finally:
            age.abort()

    container.stream("contents.tar.age", produce, at_most=at_most)
    return digest.hexdigest(), size


def _check_sources(claims: Sequence[Claim], sources: Sequence[Source]) -> None:
    known = {source.id for source in sources}
    missing = [claim.id for claim in claims if claim.source_id not in known]
    if missing:
        raise Refused("a claim without its source", where=f"claim {missing[0]}", hint="give the source too")


def _check_items(commitments: Iterable[str], lines: Sequence[bytes]) -> None:
    logged = {custody.read_line(line).item for line in lines}
    for commitment in commitments:
        if commitment not in logged:
            raise CustodyBroken(
                "this item has no line in the custody log", where=f"commitment {commitment}", hint="log it first"
            )
