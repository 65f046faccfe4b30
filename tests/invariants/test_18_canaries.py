"""Proof test 18, first half: opening a canary record alerts two members within a minute, and nothing tells it from
another report. The second half, marked copies, is ``tests/marks/test_channels.py``."""

from __future__ import annotations

import io
import logging
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from panah.errors import Refused
from panah.model.base import new_id
from panah.model.claim import Claim, Source
from panah.model.evidence import Locator
from panah.model.incident import Incident
from panah.model.place import Place
from panah.web.cases.models import Case, CaseKeyWrap, CaseLog
from panah.web.cases.opening import open_case
from panah.web.cases.revisions import row_name
from panah.web.evidence.actions import seal_file
from panah.web.evidence.models import CustodyEntry
from panah.web.intake import canaries, flows
from panah.web.intake.models import Canary, Report
from panah.web.intake.records import Draft
from panah.web.intake.threads import hand_in
from panah.web.register import actions as register

SECOND_S = 60.0


@pytest.fixture
def guardians(cast: Any, data_folder: Path) -> tuple[Any, Any]:
    return cast.case_worker, cast.colleague


@pytest.fixture
def canary(guardians: tuple[Any, Any]) -> Canary:
    first, second = guardians
    return canaries.plant(first.member, second.member, canaries.suggestion(), language="en")


def case_of(canary: Canary) -> Case:
    return Case.objects.get(pk=canaries.Planted.from_json(canary.planted).case_id)


def real_report() -> Report:
    """A report as the public door takes it in."""
    token = flows.new_token()
    flows.write(token, Draft(language="en", told=canaries.suggestion().model_copy(update={"what": "A real one."})))
    draft = hand_in(token)
    flows.end(token)
    assert draft is not None
    assert draft.sent is not None
    return Report.objects.get(pk=draft.sent.report_id)


def test_opening_one_alerts_both_guardians_on_their_page_and_by_the_job(
    cast: Any, canary: Canary, guardians: tuple[Any, Any], caplog: pytest.LogCaptureFixture
) -> None:
    mole, report = cast.stranger, Report.objects.get(case=case_of(canary))
    assert canaries.ring() == 0
    assert canaries.LOOK_EVERY_S < SECOND_S
    start = time.monotonic()
    assert mole.client.get(f"/inbox/{report.pk}/").status_code == 200
    for guardian in guardians:
        shown = guardian.client.get("/inbox/").content.decode()
        assert "Stranger opened a canary record" in shown
        assert report.case_id[:8] in shown
    assert "opened a canary record" not in mole.client.get("/inbox/").content.decode()
    health = cast.administrator.client.get("/health/").content.decode()
    assert "Openings of canary records" in health
    assert report.case_id[:8] not in health
    with caplog.at_level(logging.CRITICAL):
        assert canaries.ring() >= 1
    assert "opening" in caplog.text
    assert not any(word in caplog.text for word in (report.case_id, "Stranger", mole.member.pk))
    assert canaries.ring() == 0  # told once
    assert time.monotonic() - start < SECOND_S


def test_an_ordinary_report_alerts_nobody(cast: Any, canary: Canary, guardians: tuple[Any, Any]) -> None:
    """The control."""
    report = real_report()
    assert cast.stranger.client.get(f"/inbox/{report.pk}/").status_code == 200
    assert canaries.ring() == canaries.n_unanswered() == 0
    for guardian in guardians:
        assert "opened a canary record" not in guardian.client.get("/inbox/").content.decode()


def test_each_guardian_answers_alone_and_a_new_opening_alerts_again(
    cast: Any, canary: Canary, guardians: tuple[Any, Any]
) -> None:
    first, second = guardians
    open_case(cast.stranger.member, cast.stranger.keys, case_of(canary), CaseLog.Reason.REVIEW)
    assert first.client.post("/canaries/", {"canary": canary.pk}).status_code == 302
    assert canaries.openings_for(first.member) == []
    assert len(canaries.openings_for(second.member)) == 1
    assert canaries.n_unanswered() == 1
    canaries.answer(second.member, canary.pk)
    assert canaries.n_unanswered() == 0
    open_case(cast.stranger.member, cast.stranger.keys, case_of(canary), CaseLog.Reason.REVIEW)
    assert len(canaries.openings_for(first.member)) == len(canaries.openings_for(second.member)) == 1
    with pytest.raises(Refused):
        canaries.answer(cast.stranger.member, canary.pk)
    assert cast.stranger.client.post("/canaries/", {"canary": canary.pk}).status_code == 403


def test_a_new_key_is_no_opening(cast: Any, canary: Canary, guardians: tuple[Any, Any]) -> None:
    from panah.web.cases.rotation import rotate

    first = guardians[0]
    opened = open_case(first.member, first.keys, case_of(canary), CaseLog.Reason.ROTATION)
    rotate(first.member, first.keys, opened)
    assert canaries.n_unanswered() == 0


def rows_about(case: Case) -> dict[str, Any]:
    """What the database shows of a case, ids and sealed bytes aside: what a mole or a thief compares."""
    report = Report.objects.get(case=case)
    plain = {
        field.name: getattr(report, field.name)
        for field in Report._meta.concrete_fields
        if field.name not in {"id", "case", "sealed", "urgent"}
    }
    # two reports never have one place: each has that of the line which says that it was received
    line = CustodyEntry.objects.get(seq=plain["arrival"]).line
    plain["arrival"] = row_name(report) in line and '"received"' in line
    return {
        "report": plain,
        "case": (case.kind, case.status, case.created_week, case.key_version, case.is_sealed),
        "log": list(CaseLog.objects.filter(case=case).values_list("act", "reason", "member", "subject")),
        "grants": sorted(CaseKeyWrap.objects.filter(case=case).values_list("member", "granted_by")),
        "thread": report.thread is not None,
    }


def test_nothing_outside_the_sealed_list_tells_it_from_a_report(canary: Canary) -> None:
    ordinary = real_report()
    assert rows_about(case_of(canary)) == rows_about(Case.objects.get(pk=ordinary.case_id))
    with connection.cursor() as cursor:
        cursor.execute("SELECT planted FROM intake_canary")
        (kept,) = cursor.fetchone()
    assert case_of(canary).pk.encode() not in bytes(kept)


def test_opening_one_does_what_opening_any_does(cast: Any, canary: Canary) -> None:
    """The same statements in the same order: no row and no query that a mole with a clock could see."""
    mole = cast.stranger
    asked = []
    for case in (Case.objects.get(pk=real_report().case_id), case_of(canary)):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            open_case(mole.member, mole.keys, case, CaseLog.Reason.REVIEW)
        told = [query["sql"].split("WHERE")[0].split("VALUES")[0] for query in queries.captured_queries]
        asked.append([statement for statement in told if "SAVEPOINT" not in statement])
    assert asked[0] == asked[1]


def test_nothing_of_it_is_confirmed_counted_or_given_out(cast: Any, canary: Canary) -> None:
    """A worker who takes it for real codes it; the one gate to all counting is shut. The control passes it."""
    worker = cast.stranger
    for case, passes in ((case_of(canary), False), (Case.objects.get(pk=real_report().case_id), True)):
        opened = open_case(worker.member, worker.keys, case, CaseLog.Reason.CODING)
        source = Source(id=new_id(), name="Somebody", kind="person")
        register.add_source(worker.member, opened, source)
        item = seal_file(worker.member, opened, io.BytesIO(b"x"), "x.txt", "E", media_type="text/plain")
        place = Locator(evidence_id=item.pk, unit="byte", start=0, end=1)
        claim = Claim(id=new_id(), source_id=source.id, text="x", stance="asserts", locator=place)
        register.state_claim(worker.member, opened, claim)
        record = Incident(id=new_id(), tactic="proxy_family_call", date="2024", host_place=Place(country="BE"))
        row = register.code_incident(worker.member, opened, record, [claim.id])
        if passes:
            register.confirm(worker.member, opened, row)
        else:
            with pytest.raises(Refused, match="can be confirmed"):
                register.confirm(worker.member, opened, row)


def test_two_people_and_some_words_are_needed(cast: Any, guardians: tuple[Any, Any]) -> None:
    worker, told = guardians[0].member, canaries.suggestion()
    for second in (worker, cast.administrator.member):
        with pytest.raises(Refused):
            canaries.plant(worker, second, told, language="en")
    with pytest.raises(Refused):
        canaries.plant(worker, guardians[1].member, told.model_copy(update={"what": " "}), language="en")
    assert not Canary.objects.exists()
    assert not Report.objects.exists()


def test_the_page_plants_one(cast: Any, guardians: tuple[Any, Any]) -> None:
    first, second = guardians
    shown = first.client.get("/canaries/").content.decode()
    assert "+44 7700 900" in shown
    form = {"what": "Invented words.", "number": "+44 7700 900123", "second": second.member.pk}
    assert "Planted." in first.client.post("/canaries/", form, follow=True).content.decode()
    assert len(canaries.canaries_of(first.member)) == len(canaries.canaries_of(second.member)) == 1
    assert canaries.canaries_of(cast.stranger.member) == []
    assert first.client.post("/canaries/", {**form, "second": "0" * 32}).status_code == 403


def test_the_job_runs_while_the_doors_are_served(canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    from threading import Event

    rang = Event()
    monkeypatch.setattr(canaries, "LOOK_EVERY_S", 0.05)
    monkeypatch.setattr(canaries, "ring", rang.set)
    with canaries.watched():
        assert rang.wait(10)
