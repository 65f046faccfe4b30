"""The whole way once, in the order of the data: the product's own actions on invented inputs, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from panah.demo import make_inputs
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member
from panah.web.lists import runs
from panah.web.lists.coding import propose_incidents
from panah.web.lists.models import LinkageRun

from . import people
from .giving_out import estimate_all, give_out, statement_of
from .taking_in import Told, decide_on_lists, take_in_articles, take_in_lists, take_in_newsletter, take_in_phone


@dataclass(frozen=True, slots=True)
class Arrived:
    """The end of the way."""

    told: Told
    statement: str
    files: tuple[str, ...]


def go(folder: Path, seed: int, stage: Callable[[str], None]) -> Arrived:
    """Go the whole way in an empty data folder that Django was booted on.

    Args:
        folder: The outputs come to lie beside the database.
        seed: Same seed, same numbers.
        stage: Called with one line before each stage.

    Raises:
        PanahError: A stage's own error; the folder is then the caller's to remove.
    """
    stage("inventing a community")
    inputs = make_inputs(folder / "input", seed)
    told = Told(counts={"true_incidents_invented": inputs.n_true})
    stage("setting up the organisation and its first member")
    member, keys = people.first_member()
    stage("sealing and reading the article, its reprint and a newsletter")
    take_in_articles(member, keys, inputs, told)
    take_in_newsletter(member, keys, inputs, told)
    stage("sealing and reading the phone export")
    take_in_phone(member, keys, inputs, told)
    told.n_told = len(told.incidents)
    stage("sealing and reading three lists")
    take_in_lists(member, keys, inputs, told)
    stage("linking the lists")
    run = _link(member, keys, told, seed)
    stage("estimating what no list recorded")
    estimate = estimate_all(member, run, folder, told, seed)
    stage("giving out the report, the bundle and the public table; verifying the bundle")
    files = give_out(member, keys, folder, told, estimate)
    return Arrived(told, statement_of(estimate), files)


def _link(member: Member, keys: MemberKeys, told: Told, seed: int) -> LinkageRun:
    """Link, and confirm the incidents that the linked lists tell of, as a data steward would after review."""
    run = runs.run_linkage(member, keys, told.lists, seed=seed)
    coding = propose_incidents(member, keys, run)
    decide_on_lists(member, keys, coding.incidents)
    told.incidents += coding.incidents
    told.counts |= {
        "records_linked": sum(run.counts["records"].values()),
        "links": run.counts["links"],
        "incidents_on_lists": len(coding.incidents),
        "overlap": run.overlap,
    }
    return run
