"""Long work that needs no key: estimating from a table of counts."""

from __future__ import annotations

import logging

from panah.errors import PanahError
from panah.web.base.jobs import job

from .models import EstimateRun
from .runs import fill

_log = logging.getLogger(__name__)


@job
def work_out(run_id: str) -> None:
    """Work out an estimate's answer from its own row, and store it; the same row always gives the same answer."""
    run = EstimateRun.objects.get(pk=run_id)
    try:
        fill(run)
    except PanahError as error:
        run.refusal = str(error)
    except Exception as error:  # or it would be waited for without end; the traceback has counts only
        _log.exception("an estimate was not worked out")
        run.refusal = f"it could not be worked out: {type(error).__name__}"
    run.save(update_fields=["result", "refusal"])
