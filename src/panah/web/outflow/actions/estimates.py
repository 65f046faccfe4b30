"""An estimate as a file: everything it takes to run it again."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from panah.errors import Refused
from panah.model.estimate import ESTIMATE_FORMAT
from panah.model.person import Purpose
from panah.web.accounts.models import Member
from panah.web.lists.models import EstimateRun
from panah.web.lists.queries import estimates_of

from ..models import Outflow
from .registering import register


def make_estimate_file(actor: Member, run: EstimateRun) -> bytes:
    """``estimate.json``: the document of ``panah estimate --json``, and with it the table, method, settings and seed.

    Raises:
        Refused: The estimate is not the actor's to see, or still being worked out.
    """
    if not estimates_of(actor).filter(pk=run.pk).exists():
        raise Refused("this estimate is not yours to see", where="outflow", hint="ask an analyst")
    if run.is_waiting:
        raise Refused("this estimate is still being worked out", where="outflow", hint="load the page again")
    content = json.dumps(document_of(run), ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"
    register(actor, Outflow.Kind.ESTIMATE, Purpose.COUNT, hashlib.sha256(content).hexdigest())
    return content


def document_of(run: EstimateRun) -> dict[str, Any]:
    """The answer of a run, or the reason why there is none, with what was asked."""
    refused = {
        "format": ESTIMATE_FORMAT,
        "estimates": [],
        "refusals": [{"method": run.method, "reason": run.refusal}],
        "statement": run.refusal,
    }
    asked = {"method": run.method, "settings": run.settings, "seed": run.seed, "overlap_table": run.table}
    return {**(run.result or refused), "asked": asked}
