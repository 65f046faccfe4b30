"""The one place where something leaves. The first argument says who acts; ``asking`` is asked before anything is made.

Each maker writes the register of outflows and the custody log after the product is whole: a line ``exported`` without
a product would accuse nobody, a product without its line would hide somebody.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction

from panah import bundle
from panah.errors import Refused
from panah.model.claim import Source
from panah.model.person import Purpose
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member
from panah.web.cases.opening import OpenCase
from panah.web.evidence import custody
from panah.web.evidence.models import EvidenceItem
from panah.web.evidence.places import original_chunks
from panah.web.evidence.queries import stored_in
from panah.web.lists.models import EstimateRun
from panah.web.register.models import Incident

from .asking import Asked, ask
from .models import Outflow


def make_bundle(
    actor: Member,
    keys: MemberKeys,
    incidents: Iterable[Incident],
    *,
    recipients: Sequence[str],
    purpose: str,
    target: Path,
) -> Outflow:
    """Write a sealed evidence bundle of confirmed incidents: their originals, claims, denials and custody.

    Args:
        actor: Who gives it out.
        keys: The actor's unlocked keys.
        incidents: Confirmed incidents of cases granted to the actor.
        recipients: ``age1…`` strings; only they can open it.
        purpose: A value of ``panah.model.person.Purpose`` that says to whom it goes.
        target: The zip file.

    Raises:
        NoGrant, Refused, NoConsent, DenialMissing: See :func:`panah.web.outflow.asking.ask`; nothing is written then.
        NotConfigured: A recipient is none, or the target cannot be written.
    """
    asked = ask(actor, keys, incidents, purpose)
    evidence = _evidence(asked)
    views = asked.views
    bundle.create(
        target,
        [item for item, _row, _opened in evidence],
        recipients=recipients,
        signer=custody.signer(),
        custody_lines=custody.all_lines(),
        sources=_sources(asked),
        claims=[each.claim for view in views for each in view.claims],
        incidents=[view.incident for view in views],
        responses=list({each.response.id: each.response for view in views for each in view.responses}.values()),
    )
    outflow = _register(
        actor, Outflow.Kind.BUNDLE, purpose, _digest_of(target), recipients=recipients, opened=asked.opened.values()
    )
    _log_exports(actor, outflow, evidence)
    return outflow


def _evidence(asked: Asked) -> list[tuple[bundle.Item, EvidenceItem, OpenCase]]:
    """Every original that a claim or response in it points at, opened when its bytes are read."""
    wanted: dict[str, str] = {}
    for view in asked.views:
        places = [each.claim.locator for each in view.claims]
        places += [each.response.locator for each in view.responses if each.response.locator]
        wanted |= {place.evidence_id: view.row.case_id for place in places}
    found = []
    for item_id, case_id in wanted.items():
        opened = asked.opened[case_id]
        row = EvidenceItem.objects.get(case_id=case_id, pk=item_id)
        row = row.derived_from or row
        stored = stored_in(opened, row)
        chunks = _later(opened, row)
        found.append((bundle.Item(stored.item, stored.salt, chunks), row, opened))
    return found


def _later(opened: OpenCase, row: EvidenceItem) -> Any:
    return lambda: original_chunks(opened, row)


def _sources(asked: Asked) -> list[Source]:
    sources: dict[str, Source] = {}
    for view in asked.views:
        sources |= {each.source.id: each.source for each in view.claims}
        sources |= {each.source.id: each.source for each in view.responses if each.source}
    return list(sources.values())


@transaction.atomic
def _log_exports(
    actor: Member, outflow: Outflow, evidence: Iterable[tuple[bundle.Item, EvidenceItem, OpenCase]]
) -> None:
    for _item, row, opened in evidence:
        custody.record(actor, opened, "exported", row.commitment, {"outflow": outflow.pk, "sha256": outflow.sha256})


def make_estimate_file(actor: Member, run: EstimateRun) -> bytes:
    """``estimate.json``: table, method, settings, seed, result with its flags, or the reason why there is none.

    Raises:
        Refused: The actor's roles see no estimates.
    """
    from panah.web.lists.queries import estimates_of

    if not estimates_of(actor).filter(pk=run.pk).exists():
        raise Refused("this estimate is not yours to see", where="outflow", hint="ask an analyst")
    document = {
        "table": run.table,
        "method": run.method,
        "settings": run.settings,
        "seed": run.seed,
        "result": run.result,
        "refusal": run.refusal or None,
    }
    content = json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"
    _register(actor, Outflow.Kind.ESTIMATE, Purpose.COUNT, hashlib.sha256(content).hexdigest())
    return content


@transaction.atomic
def _register(
    actor: Member,
    kind: str,
    purpose: str,
    sha256: str,
    *,
    recipients: Sequence[str] = (),
    opened: Iterable[OpenCase] = (),
) -> Outflow:
    outflow = Outflow.objects.create(
        kind=kind,
        purpose=Purpose(purpose),
        member=actor,
        sha256=sha256,
        recipients=sorted(hashlib.sha256(each.encode()).hexdigest() for each in recipients),
    )
    outflow.cases.set([each.case for each in opened])
    custody.record(actor, None, "exported", custody.row_name(outflow))
    return outflow


def _digest_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
