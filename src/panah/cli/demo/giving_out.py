"""The second half of the way: the estimate, and everything that leaves, through the product's one outflow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyrage

from panah import bundle, home
from panah.model.person import Purpose
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member
from panah.web.cases import dual_control
from panah.web.cases.actions import grant
from panah.web.cases.models import CaseLog
from panah.web.cases.opening import open_case
from panah.web.lists import runs
from panah.web.lists.models import EstimateRun, LinkageRun
from panah.web.outflow.actions import (
    HowBundled,
    Wording,
    ask_for_bundle,
    make_bundle,
    make_estimate_file,
    make_release,
    make_report,
)
from panah.web.register.models import Claim

from . import people
from .naming import may_leave_for
from .taking_in import Told

ESTIMATE_FILE = "estimate.json"
IDENTITY_FILE = "bundle-identity.txt"
NOTICE = "Fictional: every person, organisation and event in this document is invented."
LANGUAGES = ("en", "ug", "zh-hans", "tr", "fr", "de", "nl")
METHODS = ("chao", "independence", "loglinear")
"""Methods for three lists that take a second; the estimate page offers the rest."""


def estimate_all(actor: Member, linkage: LinkageRun, folder: Path, told: Told, seed: int) -> EstimateRun:
    """Compare methods on the overlap table and write ``estimate.json``."""
    table = runs.overlap_of(linkage)
    settings: dict[str, Any] = {"methods": list(METHODS)}
    run = runs.run_estimate(actor, table, method=runs.EVERY_METHOD, seed=seed, linkage=linkage, settings=settings)
    _write(folder / ESTIMATE_FILE, make_estimate_file(actor, run))
    told.counts["n_observed_on_lists"] = table.n_observed
    told.counts["estimates"] = {
        one["method"]: one["population_size"]["point"] for one in (run.result or {}).get("estimates", [])
    }
    return run


def statement_of(run: EstimateRun) -> str:
    """The sentence of the estimate, or why there is none."""
    return str((run.result or {}).get("statement") or run.refusal)


def give_out(actor: Member, keys: MemberKeys, folder: Path, told: Told, estimate: EstimateRun) -> tuple[str, ...]:
    """Write report, bundle and public table; verify the bundle as its receiver would.

    Returns:
        The names of the files, as they lie in the folder.
    """
    to_whom = (Purpose.LAWYER, Purpose.POLICE)
    told_one_by_one = may_leave_for(actor, keys, told.incidents[: told.n_told], to_whom)
    wording = Wording(title="What was done to us, 2023 and 2024", organisation=actor.organisation.name, notice=NOTICE)
    report = make_report(
        actor,
        keys,
        told_one_by_one,
        purpose=Purpose.LAWYER,
        wording=wording,
        estimate=estimate,
        receiver="A lawyer (fictional)",
    )
    for kind, content in report.items():
        _write(folder / f"report.{kind}", content)
    told.counts["bundle_verified"] = _bundle(actor, keys, folder, told_one_by_one)
    release = make_release(actor, keys, told.incidents, title="Invented incidents", languages=LANGUAGES)
    _write(folder / "public-table.csv", release.release.tables[0].to_csv().encode())
    told.counts |= {
        "incidents": len(told.incidents),
        "held_back": told.n_told - len(told_one_by_one),
        "counted_in_public": release.n_counted,
        "claims": Claim.objects.count(),
        "public_cells_suppressed": sum(table.n_suppressed for table in release.release.tables),
    }
    return ("report.pdf", "report.html", "bundle.zip", "public-table.csv", ESTIMATE_FILE)


def _bundle(actor: Member, keys: MemberKeys, folder: Path, incidents: list[Any]) -> bool:
    """Seal a bundle to a new age identity, keep the identity beside it, and verify outside and inside."""
    identity = pyrage.x25519.Identity.generate()
    target, recipients = folder / "bundle.zip", [str(identity.to_public())]
    how = HowBundled(receiver="Inspector Example (fictional)")
    asked = ask_for_bundle(actor, keys, incidents, recipients=recipients, purpose=Purpose.POLICE, how=how)
    second, second_keys = people.second_member(actor)
    for case in asked.cases.all():
        grant(actor, keys, open_case(actor, keys, case, CaseLog.Reason.SHARING), second)
    dual_control.answer(second, second_keys, asked, approve=True)
    make_bundle(actor, keys, incidents, recipients=recipients, purpose=Purpose.POLICE, target=target, how=how)
    text = f"# opens the demonstration's bundle; a real receiver keeps this to itself\n{identity}\n"
    _write(folder / IDENTITY_FILE, text.encode())
    return bundle.verify(target, identities=text) is not None


def _write(path: Path, content: bytes) -> None:
    with home.whole_or_nothing(path) as part:
        part.write_bytes(content)
