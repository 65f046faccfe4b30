"""The way over the pages: see what goes, ask, another member agrees, delete; the stones are shown, nobody else sees any."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from intake_reports import opened_for, reported
from stores_factories import tell
from two_people import let_in

from panah.web.cases.actions import create_case
from panah.web.cases.models import CaseLog, DualRequest
from panah.web.cases.opening import open_case
from panah.web.evidence.models import EvidenceItem, Tombstone
from panah.web.intake import inbox
from panah.web.intake.models import Report
from panah.web.register.models import Claim, Incident


@pytest.fixture
def story(cast: Any, data_folder: Path) -> Any:
    told = tell(cast.case_worker)
    told.rows["incident"] = told.answered_incident()
    let_in(told.player, told.opened.case, cast.colleague.member)
    return told


def over_the_pages(cast: Any, address: str) -> Any:
    """Ask, agree, delete."""
    worker, colleague = cast.case_worker.client, cast.colleague.client
    assert worker.post(address, {"act": "ask", "reason": "danger"}).status_code == 302
    request = DualRequest.objects.get(used_hour=None)
    inbox_page = colleague.get(reverse("desk:approvals")).content.decode()
    assert "it endangers somebody" in inbox_page
    assert address in inbox_page
    colleague.post(reverse("desk:answer", args=[request.pk]), {"answer": "approve"})
    mine = worker.get(reverse("desk:approvals")).content.decode()
    assert address in mine
    page = worker.get(address).content.decode()
    assert "A second member agreed." in page
    assert worker.post(address, {"act": "delete", "reason": "danger"}).status_code == 403, "the tick is missing"
    return worker.post(address, {"act": "delete", "reason": "danger", "sure": "yes"})


def test_an_item_over_the_pages(cast: Any, story: Any) -> None:
    address = reverse("desk:delete_item", args=[story.item.pk])
    page = cast.case_worker.client.get(address).content.decode()
    for words in ("Files and their views", "Claims", "Incidents", "Ask a second member"):
        assert words in page
    answer = over_the_pages(cast, address)
    assert answer.url == reverse("desk:deleted", args=[story.opened.case.pk])
    stones = cast.colleague.client.get(answer.url).content.decode()
    assert "It endangers somebody" in stones or "it endangers somebody" in stones
    for name in (cast.case_worker.member.name, cast.colleague.member.name):
        assert name in stones
    assert not EvidenceItem.objects.exists()
    assert cast.case_worker.client.get(reverse("desk:evidence", args=[story.item.pk])).status_code == 404
    assert Tombstone.objects.filter(case=story.opened.case).count() >= 4
    log = cast.case_worker.client.get(reverse("desk:case_log", args=[story.opened.case.pk])).content.decode()
    assert "deleted for good" in log


def test_deleting_without_a_second_member_is_refused(cast: Any, story: Any) -> None:
    address = reverse("desk:delete_item", args=[story.item.pk])
    answer = cast.case_worker.client.post(address, {"act": "delete", "reason": "danger", "sure": "yes"})
    assert answer.status_code == 403
    assert EvidenceItem.objects.exists()
    assert not CaseLog.objects.filter(act="deleted").exists()


@pytest.mark.parametrize("kind", ["incident", "claim"])
def test_an_entry_over_the_pages(cast: Any, story: Any, kind: str) -> None:
    row = story.rows["incident"]
    named = row if kind == "incident" else Claim.objects.filter(incident=row).order_by("pk").first()
    address = reverse(f"desk:delete_{kind}", args=[named.pk])
    assert address in cast.case_worker.client.get(reverse("desk:incident", args=[row.pk])).content.decode()
    assert over_the_pages(cast, address).status_code == 302
    assert not type(named).objects.filter(pk=named.pk).exists()
    assert EvidenceItem.objects.filter(pk=story.item.pk).exists()
    if kind == "incident":
        assert not Incident.objects.exists()


def test_a_report_that_was_kept_in_a_working_case_over_the_pages(cast: Any, story: Any) -> None:
    worker = cast.case_worker
    report, _code = reported(file=b"a photograph")
    case = create_case(worker.member, worker.keys, "case").case
    inbox.keep_in_case(
        worker.member,
        worker.keys,
        opened_for(worker, report),
        report,
        open_case(worker.member, worker.keys, case, "intake"),
    )
    let_in(worker, case, cast.colleague.member)
    address = reverse("desk:delete_report", args=[report.pk])
    assert address in worker.client.get(reverse("desk:told", args=[report.pk])).content.decode()
    assert over_the_pages(cast, address).status_code == 302
    assert Report.objects.get(pk=report.pk).status == "erased"
    told = worker.client.get(reverse("desk:told", args=[report.pk]))
    assert told.status_code == 200
    assert b"photograph" not in told.content
    assert address not in told.content.decode()


def test_who_was_not_let_in_finds_no_page_and_no_stone(cast: Any, story: Any) -> None:
    over_the_pages(cast, reverse("desk:delete_item", args=[story.item.pk]))
    stranger = cast.stranger.client
    for name, pk in (("desk:deleted", story.opened.case.pk), ("desk:delete_item", story.item.pk)):
        assert stranger.get(reverse(name, args=[pk])).status_code == 404
