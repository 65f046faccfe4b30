"""The inbox, a report's page, the telephone form and the sheet of paper, tried by the whole cast."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from intake_reports import TOLD, form_of, reported, whole
from stores_factories import tell

from panah.web.cases.models import CaseLog
from panah.web.evidence.models import EvidenceItem
from panah.web.intake import mailbox
from panah.web.intake.latin import ARABIC
from panah.web.intake.models import Report, SavedFilter, Thread, now


@pytest.fixture
def story(cast: Any, data_folder: Path) -> Any:
    return tell(cast.case_worker)


@pytest.fixture
def row(cast: Any, data_folder: Path) -> Report:
    return reported(file=b"a photograph")[0]


def act(player: Any, row: Report, name: str, **more: Any) -> Any:
    return player.client.post(f"/inbox/{row.pk}/act/", {"act": name, **more})


def test_the_list_shows_coded_fields_and_opens_nothing(cast: Any, row: Report) -> None:
    page = cast.case_worker.client.get("/inbox/").content.decode()
    assert "Relatives made to call" in page
    assert "urgent" in page
    assert "mother" not in page
    assert not CaseLog.objects.filter(act="opened").exists()


def test_the_first_page_says_what_waits_to_who_may_read_it(cast: Any, row: Report) -> None:
    page = cast.case_worker.client.get("/").content.decode()
    assert "1 urgent report" in page
    assert "1 with something unread" in page
    assert "urgent report" not in cast.administrator.client.get("/").content.decode()
    cast.case_worker.client.get(f"/inbox/{row.pk}/")
    act(cast.case_worker, row, "close", reason="answered")
    assert "urgent report" not in cast.case_worker.client.get("/").content.decode()


def test_a_report_is_opened_with_a_line_in_its_log(cast: Any, row: Report) -> None:
    page = cast.case_worker.client.get(f"/inbox/{row.pk}/").content.decode()
    for words in ("My mother rang. She wept.", "come home", "Belgium", "shot.png", "A relative, with somebody beside"):
        assert words in page, words
    assert CaseLog.objects.filter(case=row.case, act="opened", member=cast.case_worker.member).count() == 1
    assert "1 unread" not in cast.case_worker.client.get("/inbox/").content.decode()


def test_every_act_on_the_page(cast: Any, row: Report) -> None:
    worker = cast.case_worker
    assert act(worker, row, "assign", member=cast.colleague.member.pk).status_code == 302
    act(worker, row, "promise", days="3")
    assert Report.objects.get().assignee == cast.colleague.member
    assert Report.objects.get().promised_on is not None
    assert act(worker, row, "answer", text="").status_code == 403
    act(worker, row, "answer", text="We believe you.")
    assert Report.objects.get().promised_on is None
    assert "The last answer was not read yet." in worker.client.get(f"/inbox/{row.pk}/").content.decode()
    act(worker, row, "close", reason="answered")
    assert Report.objects.get().status == "done"
    act(worker, row, "reopen")
    assert Report.objects.get().status == "taken"
    assert act(worker, row, "close", reason="because").status_code == 403
    assert act(worker, row, "nothing").status_code == 404
    act(worker, row, "keep", case="")
    assert Report.objects.get().case != Thread.objects.get().case
    assert "We believe you." in worker.client.get(f"/inbox/{row.pk}/").content.decode()


def test_a_name_that_turns_round_is_shown_as_it_is(cast: Any, data_folder: Path) -> None:
    """On the desk too: what looks like a picture there is opened."""
    row, _receipt = reported(file=b"x", name="photo\u202egpj.exe")
    worker = cast.case_worker
    page = worker.client.get(f"/inbox/{row.pk}/").content.decode()
    item = EvidenceItem.objects.get()
    for shown in (page, worker.client.get(f"/evidence/{item.pk}/").content.decode()):
        assert "\u202e" not in shown
        assert "<bdi>photo\ufffdgpj.exe</bdi>" in shown or "<bdi>photogpj.exe</bdi>" in shown


def test_a_promise_is_counted_down_and_told_when_it_is_late(cast: Any, row: Report) -> None:
    worker, today = cast.case_worker, now().date()
    for days, word in ((3, "in 3 days"), (1, "in 1 day"), (0, "today"), (-2, "late")):
        Report.objects.update(promised_on=today + timedelta(days=days))
        for address in ("/inbox/?show=due", f"/inbox/{row.pk}/"):
            assert word in worker.client.get(address).content.decode()
    assert "1 promised answer is late." in worker.client.get("/inbox/").content.decode()
    act(worker, row, "answer", text="Here it is.")
    page = worker.client.get("/inbox/").content.decode()
    assert "late" not in page, "an answer keeps the promise"


def test_erasing_asks_once_more(cast: Any, row: Report) -> None:
    assert act(cast.case_worker, row, "erase").status_code == 403
    assert act(cast.case_worker, row, "erase", sure="yes").headers["Location"] == "/inbox/"
    assert Report.objects.get().status == "erased"
    assert cast.case_worker.client.get(f"/inbox/{row.pk}/").status_code == 404


def test_a_first_answer_comes_in_the_reporters_language_and_says_that_it_is_unchecked(
    cast: Any, data_folder: Path
) -> None:
    row, _receipt = reported(language="de")
    page = cast.case_worker.client.get(f"/inbox/{row.pk}/?answer=received").content.decode()
    assert "Danke, dass Sie uns das berichtet haben." in page
    assert "has not been checked" in page
    assert cast.case_worker.client.get(f"/inbox/{row.pk}/?answer=../../etc").status_code == 200


def test_together(cast: Any, data_folder: Path) -> None:
    rows = [reported()[0] for _ in range(3)]
    worker = cast.case_worker
    ids = [row.pk for row in rows[:2]]
    worker.client.post("/inbox/together/?show=new", {"report": ids, "act": "take"})
    assert Report.objects.filter(assignee=worker.member).count() == 2
    worker.client.post("/inbox/together/", {"report": ids, "act": "seen"})
    worker.client.post("/inbox/together/", {"report": ids, "act": "close", "reason": "no_report"})
    assert Report.objects.filter(status="done", close_reason="no_report").count() == 2
    answer = worker.client.post("/inbox/together/?show=mine", {"report": ["0" * 32], "act": "take"})
    assert answer.headers["Location"] == "/inbox/?show=mine"


def test_together_touches_nobody_elses(cast: Any, story: Any) -> None:
    from panah.web.intake.actions import receive_report

    row, _writer = receive_report(story.member, text="x", writer=story.opened)
    for player in (cast.colleague, cast.stranger, cast.administrator):
        player.client.post("/inbox/together/", {"report": [row.pk], "act": "close", "reason": "no_report"})
    assert Report.objects.get().status == "new"


def test_views_are_saved_for_oneself(cast: Any, row: Report) -> None:
    worker, colleague = cast.case_worker, cast.colleague
    worker.client.post("/inbox/views/?show=urgent&tactic=death_threat&x=1", {"name": "Tonight"})
    (saved,) = SavedFilter.objects.all()
    assert saved.query == {"show": "urgent", "tactic": "death_threat", "assignee": ""}
    assert "Tonight" in worker.client.get("/inbox/").content.decode()
    assert "Tonight" not in colleague.client.get("/inbox/").content.decode()
    colleague.client.post("/inbox/views/", {"drop": saved.pk})
    assert SavedFilter.objects.exists()
    worker.client.post("/inbox/views/", {"drop": saved.pk})
    assert not SavedFilter.objects.exists()


@pytest.mark.parametrize("query", ["?show=nonsense", "?tactic=%27;DROP", "?page=99999", "?show=mine&page=x"])
def test_addresses_that_nobody_made(cast: Any, row: Report, query: str) -> None:
    assert cast.case_worker.client.get(f"/inbox/{query}").status_code == 200


def test_by_telephone_twice_makes_one_report_and_one_code(cast: Any, data_folder: Path) -> None:
    worker = cast.case_worker
    page = worker.client.get("/inbox/telephone/").content.decode()
    once = re.search(r'name="once" value="([0-9a-f]{32})"', page)[1]  # type: ignore[index]
    form = form_of(TOLD) | {"once": once, "language": "ug"}
    first = worker.client.post("/inbox/telephone/", form)
    second = worker.client.post("/inbox/telephone/", form)
    assert first.headers["Location"] == second.headers["Location"] == f"/inbox/telephone/{once}/"
    assert Report.objects.count() == 1
    shown = worker.client.get(first.headers["Location"]).content.decode()
    code = "".join(re.findall(r"<span>(\d{4})</span>", shown))
    assert cast.colleague.client.get(first.headers["Location"]).status_code == 404, "the code is in one session only"
    worker.client.post(first.headers["Location"])
    assert worker.client.get(first.headers["Location"]).status_code == 404, "never again"
    assert mailbox.come_back(code)
    assert worker.client.post("/inbox/telephone/", form).headers["Location"] == f"/inbox/{once}/"


def test_an_id_of_somebody_elses_report_gives_nothing_away(cast: Any, story: Any) -> None:
    from panah.web.intake.actions import receive_report

    row, _writer = receive_report(story.member, text="x", writer=story.opened)
    answer = cast.colleague.client.post("/inbox/telephone/", form_of(TOLD) | {"once": row.pk, "language": "en"})
    assert answer.status_code == 403
    assert Report.objects.count() == 1


@pytest.mark.parametrize("language", ["en", "ug", "zh-hans", "fr"])
def test_the_sheet_of_paper(cast: Any, language: str) -> None:
    page = cast.case_worker.client.get(f"/inbox/paper/{language}/").content.decode()
    assert f'<html lang="{language}" dir="{"rtl" if language == "ug" else "ltr"}"' in page
    assert page.count('class="boxes"') >= 4
    in_latin = cast.case_worker.client.get("/inbox/paper/ug-latn/").content.decode()
    assert '<html lang="ug-Latn" dir="ltr"' in in_latin
    assert not ARABIC.search(in_latin)
    assert cast.case_worker.client.get("/inbox/paper/xx/").status_code == 404


def test_who_sees_what(cast: Any, row: Report) -> None:
    seen = {str(player): player.client.get(f"/inbox/{row.pk}/").status_code for player in cast}
    assert seen == {
        "reporter": 302,
        "Case Worker": 200,
        "Colleague": 200,
        "Stranger": 200,  # of this cast everybody but the administrator takes in
        "Administrator": 403,
        "nobody": 302,
    }


def test_the_code_still_opens_after_all_that(cast: Any, data_folder: Path) -> None:
    row, receipt = reported()
    for name, more in (
        ("assign", {"member": cast.colleague.member.pk}),
        ("keep", {"case": ""}),
        ("close", {"reason": "in_case"}),
    ):
        act(cast.case_worker, row, name, **more)
    token, _found = mailbox.come_back(whole(receipt))
    assert mailbox.visit(token) is not None
