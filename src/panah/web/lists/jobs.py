"""Long work that needs no key: estimating from a table of counts."""

from __future__ import annotations

from panah.web.base.jobs import job

from .models import EstimateRun
from .runs import fill


@job
def estimate_again(run_id: str) -> None:
    """Work out an estimate's answer from its own row, and store it."""
    run = EstimateRun.objects.get(pk=run_id)
    fill(run)
    run.save(update_fields=["result", "refusal"])
