"""Linking lists, making incidents of what stands together, and estimating from the overlap.

Linking opens the cases of all its lists, so the member must hold each of them; an estimate needs counts only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from panah import link
from panah.errors import NotEstimable, Refused
from panah.model.base import new_id
from panah.model.linkage import Cluster, Linkage, RecordList
from panah.model.overlap import OverlapTable
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member
from panah.web.base.deployment import deployment_key
from panah.web.cases.actions import create_case
from panah.web.cases.models import Case, CaseLog
from panah.web.cases.opening import OpenCase, open_case
from panah.web.evidence import custody

from .models import DocumentationList, EstimateRun, LinkageRun
from .queries import records_in
from .records import pack_record

EVERY_METHOD = "compare"
"""Run the whole family and say whether the methods agree; settings may name ``methods``."""


@dataclass(frozen=True, slots=True)
class StoredLinkage:
    """What linking gave, sealed in the run's case: pairs and clusters by label and record id, and the model."""

    pairs: list[dict[str, Any]]
    clusters: list[list[tuple[str, str]]]
    settings: dict[str, Any]
    flags: list[str]

    def pack(self) -> bytes:
        """As JSON."""
        return json.dumps(asdict(self), ensure_ascii=False).encode()

    @classmethod
    def unpack(cls, packed: bytes) -> StoredLinkage:
        """Read :meth:`pack`."""
        values = json.loads(packed)
        clusters = [[(label, record) for label, record in cluster] for cluster in values.pop("clusters")]
        return cls(clusters=clusters, **values)


def run_linkage(
    actor: Member,
    keys: MemberKeys,
    lists: Sequence[DocumentationList],
    *,
    seed: int = 0,
    threshold: float = 0.5,
) -> LinkageRun:
    """Link lists and keep what stands together as a proposal.

    Args:
        actor: Who links; must hold the case of each list.
        keys: The actor's unlocked keys.
        lists: At least two; the order does not matter.
        seed: Same seed and records, same numbers.
        threshold: Match probability from which two records are taken for one.

    Raises:
        NoGrant: One of the lists was not granted to the actor.
        Refused: Fewer than two lists.
    """
    ordered = sorted(lists, key=lambda each: (len(each.label), each.label))
    if len({each.pk for each in ordered}) < 2:
        raise Refused("linking needs two lists", where="lists", hint="import a second one")
    read = [records_in(open_case(actor, keys, each.case, CaseLog.Reason.LINKAGE), each) for each in ordered]
    found = link.link(read, seed=seed, threshold=threshold)
    return _keep_run(actor, keys, ordered, read, found, seed)


@transaction.atomic
def _keep_run(
    actor: Member,
    keys: MemberKeys,
    lists: Sequence[DocumentationList],
    read: Sequence[RecordList],
    found: Linkage,
    seed: int,
) -> LinkageRun:
    writer = create_case(actor, keys, Case.Kind.LIST)
    run = LinkageRun(
        id=new_id(),
        member=actor,
        seed=seed,
        snapshot=snapshot_of(read),
        counts={
            "records": dict(found.n_records),
            "links": len(found.links),
            "clusters": len(found.clusters),
        },
        overlap=json.loads(found.overlap_table().to_json()),
    )
    stored = StoredLinkage(
        pairs=[pair.as_dict() for pair in found.pairs],
        clusters=[list(cluster.members) for cluster in found.clusters],
        settings=dict(found.settings),
        flags=list(found.flags),
    )
    writer.seal(run, stored.pack())
    run.save(force_insert=True)
    run.lists.set(lists)
    custody.record(actor, writer, "linked", custody.row_name(run), run.counts)
    return run


def snapshot_of(read: Sequence[RecordList]) -> str:
    """A keyed digest of all records: the same records give the same digest, and without the installation's key nobody
    can test a guess against it."""
    digest = hashlib.sha256()
    for each in read:
        digest.update(each.name.encode() + b"\n")
        for packed in sorted(pack_record(record) for record in each.records):
            digest.update(packed + b"\n")
    return deployment_key().index("lists|" + digest.hexdigest())


def linkage_in(opened: OpenCase, run: LinkageRun) -> StoredLinkage:
    """What a run gave: pairs, clusters and the model."""
    return StoredLinkage.unpack(opened.field(run))


def overlap_of(run: LinkageRun) -> OverlapTable:
    """The overlap table of a run; its lists are named by their labels."""
    return OverlapTable.from_json(json.dumps(run.overlap))


def clusters_in(opened: OpenCase, run: LinkageRun) -> tuple[Cluster, ...]:
    """The clusters of a run, each with (label, record id)."""
    return tuple(Cluster(number, tuple(members)) for number, members in enumerate(linkage_in(opened, run).clusters))


def run_estimate(
    actor: Member,
    table: OverlapTable,
    *,
    method: str = "loglinear",
    seed: int = 0,
    linkage: LinkageRun | None = None,
    settings: Mapping[str, Any] | None = None,
) -> EstimateRun:
    """Estimate and keep the answer, or the named reason why there is none.

    Args:
        actor: Who asks.
        table: The overlap table.
        method: One of ``panah.estimate``'s methods, or :data:`EVERY_METHOD` to compare them.
        seed: Same seed, same numbers.
        linkage: The run that the table came from.
        settings: Further settings of the method.
    """
    run = _asked(actor, table, method, seed, linkage, settings)
    fill(run)
    run.save(force_insert=True)
    return run


def ask_estimate(
    actor: Member, table: OverlapTable, *, method: str, seed: int = 0, linkage: LinkageRun | None = None
) -> EstimateRun:
    """As :func:`run_estimate`, but only note what is asked: ``jobs.work_out`` answers, since some methods take minutes."""
    run = _asked(actor, table, method, seed, linkage, None)
    run.save(force_insert=True)
    return run


def _asked(
    actor: Member,
    table: OverlapTable,
    method: str,
    seed: int,
    linkage: LinkageRun | None,
    settings: Mapping[str, Any] | None,
) -> EstimateRun:
    return EstimateRun(
        linkage=linkage,
        member=actor,
        snapshot=table.digest,
        table=json.loads(table.to_json()),
        method=method,
        settings=dict(settings or {}),
        seed=seed,
    )


def fill(run: EstimateRun) -> None:
    """Work out the answer of a run from its own row; needs no key, so a job may do it."""
    from panah import estimate

    table = OverlapTable.from_json(json.dumps(run.table))
    if run.method == EVERY_METHOD:
        found = estimate.compare(table, seed=run.seed, **run.settings)
        run.result = _timeless(found.to_json())
        run.refusal = "" if found.estimates else found.statement()
        return
    try:
        answer = estimate.fit(table, method=run.method, seed=run.seed, **run.settings)
    except NotEstimable as refusal:
        run.result, run.refusal = None, str(refusal)
        return
    run.result, run.refusal = _timeless(answer.to_json()), ""


def _timeless(document: str) -> dict[str, Any]:
    """The document without how long it took: the same run must give the same bytes."""
    values: dict[str, Any] = json.loads(document)
    for one in values["estimates"]:
        one["seconds"] = 0.0
    return values
