"""The newest report stands first, and the order tells a thief nothing that the custody log does not tell."""

from __future__ import annotations

import hashlib
import importlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from intake_reports import TOLD, opened_for, reported

from panah.web.cases.actions import create_case
from panah.web.cases.opening import open_case
from panah.web.evidence.models import CustodyEntry
from panah.web.intake import inbox, queries
from panah.web.intake.models import Report
from panah.web.intake.records import Told

CALM = Told.from_dict(TOLD.model_dump() | {"detained": "no", "danger": "no"})
backfill = importlib.import_module("panah.web.intake.migrations.0010_arrival_of_what_is_there")


@pytest.fixture
def came(cast: Any, data_folder: Path) -> list[str]:
    """Eight reports of one week, in the order in which they came."""
    return [reported(CALM)[0].pk for _each in range(8)]


def shown(player: Any) -> list[str]:
    return [row.pk for row in queries.inbox_of(player.member)]


def test_within_a_week_the_newest_stands_first(cast: Any, came: list[str]) -> None:
    assert shown(cast.case_worker) == came[::-1]
    assert [row.pk for row in queries.reports_of(cast.case_worker.member)] == came[::-1]
    page = cast.case_worker.client.get("/inbox/").content.decode()
    places = [page.index(f"/inbox/{pk}/") for pk in came]
    assert places == sorted(places, reverse=True)
    assert sorted(came) != came, "the control: by their random ids they stand in another order"


def test_kept_in_a_case_it_keeps_its_place(cast: Any, came: list[str]) -> None:
    worker = cast.case_worker
    row = Report.objects.get(pk=came[2])
    target = open_case(worker.member, worker.keys, create_case(worker.member, worker.keys, "case").case, "intake")
    inbox.keep_in_case(worker.member, worker.keys, opened_for(worker, row), row, target)
    assert shown(worker) == came[::-1]


def test_what_is_urgent_or_waits_still_comes_first(cast: Any, came: list[str]) -> None:
    Report.objects.filter(pk=came[0]).update(urgent=True)
    Report.objects.filter(pk=came[1]).update(awaiting=True)
    assert shown(cast.case_worker) == [came[0], came[1], *came[:1:-1]]


def test_a_thief_of_the_database_had_the_order_already(came: list[str]) -> None:
    """Without that column: a digest of each id stands on the line that says that it was received, and its hour too."""
    lines = [json.loads(line) for line in CustodyEntry.objects.order_by("seq").values_list("line", flat=True)]
    received = {line["item"]: line for line in reversed(lines) if line["act"] == "received"}
    ids = Report.objects.order_by("pk").values_list("pk", flat=True)
    found = {pk: received[hashlib.sha256(f"panah/row/v1\nintake_report\n{pk}\n".encode()).hexdigest()] for pk in ids}
    assert sorted(found, key=lambda pk: found[pk]["seq"]) == came
    assert {pk: line["seq"] for pk, line in found.items()} == dict(Report.objects.values_list("pk", "arrival"))
    assert all(line["t"].endswith(":00:00Z") for line in found.values())


def test_older_installations_get_the_order_of_what_is_there(cast: Any, came: list[str]) -> None:
    before = dict(Report.objects.values_list("pk", "arrival"))
    Report.objects.update(arrival=0)
    assert shown(cast.case_worker) != came[::-1]
    backfill.number(apps, None)
    assert dict(Report.objects.values_list("pk", "arrival")) == before
