"""Taking in a table: a preview, roles said by hand, every bad row told, nothing kept before it is confirmed."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from panah.web.cases.models import Case
from panah.web.evidence.models import EvidenceItem
from panah.web.intake.models import Flow, PendingFile, SavedMapping
from panah.web.lists.models import DocumentationList, ListRecord

TABLE = (
    "no,who,date,country,tactic\n"
    "1,Ana Invented,2024-03-02,BE,proxy_family_call\n"
    "2,Bo Invented,31 February,BE,death_threat\n"
    "3,Cee Invented,2024-05,NL,assault\n"
)
ROLES = {"c0": "record_id", "c1": "name", "c2": "date", "c3": "host_country", "c4": "tactic"}


def send(player: Any, text: str = TABLE, name: str = "list.csv", **more: Any) -> Any:
    form = {"file": SimpleUploadedFile(name, text.encode()), "name": "Invented list", "whole": "1", **more}
    return player.client.post("/lists/take-in/", form)


def check(player: Any, act: str, **more: Any) -> Any:
    return player.client.post("/lists/take-in/check/", {"act": act, **ROLES, **more})


def test_nothing_is_kept_before_it_is_confirmed(cast: Any, data_folder: Path) -> None:
    worker = cast.case_worker
    assert send(worker).headers["Location"] == "/lists/take-in/check/"
    page = check(worker, "check").content.decode()
    assert "Ana Invented" in page
    assert "row 3, column date" in page
    assert not Case.objects.exists()
    assert not EvidenceItem.objects.exists()
    worker.client.post("/lists/take-in/check/", {"act": "drop"})
    assert not Flow.objects.exists()
    assert not list((data_folder / "evidence").iterdir())
    assert worker.client.get("/lists/take-in/check/").headers["Location"] == "/lists/take-in/"


def test_confirmed_it_is_a_list_with_its_file(cast: Any, data_folder: Path) -> None:
    worker = cast.case_worker
    send(worker)
    answer = check(worker, "keep")
    kept = DocumentationList.objects.get()
    assert answer.headers["Location"] == f"/lists/{kept.pk}/"
    assert kept.n_records == 2
    assert EvidenceItem.objects.filter(kind="original").count() == 1
    assert EvidenceItem.objects.filter(kind="rows").count() == 1
    assert not Flow.objects.exists()
    assert not PendingFile.objects.exists()
    assert "not read 1" in worker.client.get(answer.headers["Location"]).content.decode() or kept.n_records == 2


def test_every_bad_row_can_be_downloaded_without_its_values(cast: Any, data_folder: Path) -> None:
    worker = cast.case_worker
    many = TABLE + "".join(f"{n},X Invented,=SUM(A{n}),BE,assault\n" for n in range(4, 60))
    send(worker, many)
    check(worker, "check")
    answer = worker.client.get("/lists/take-in/rows-not-read.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert len(rows) == 57
    assert rows[0]["place"] == "row 3, column date"
    assert all(row["problem"] and row["place"].startswith("row ") for row in rows)
    assert "31 February" not in answer.content.decode()
    assert "attachment" in answer.headers["Content-Disposition"]


def test_sent_again_its_rows_are_recognised(cast: Any, data_folder: Path) -> None:
    worker = cast.case_worker
    send(worker)
    check(worker, "keep")
    kept = DocumentationList.objects.get()
    changed = TABLE.replace("2024-05", "2024-06") + "9,Dee Invented,2024-07,FR,assault\n"
    send(worker, changed, list=kept.pk)
    page = worker.client.get("/lists/take-in/check/").content.decode()
    assert "New 1, changed 1, known already 1." in page, "the list's own columns are taken as the last time"
    worker.client.post("/lists/take-in/check/", {"act": "keep"})
    assert ListRecord.objects.count() == 3
    assert DocumentationList.objects.count() == 1
    send(worker, changed, list=kept.pk)
    worker.client.post("/lists/take-in/check/", {"act": "keep"})
    assert ListRecord.objects.count() == 3
    assert EvidenceItem.objects.filter(kind="original").count() == 2, "the same bytes are sealed once"


def test_columns_saved_under_a_name_serve_the_next_table(cast: Any, data_folder: Path) -> None:
    worker, colleague = cast.case_worker, cast.colleague
    odd = TABLE.replace("no,who,date,country,tactic", "aa,bb,cc,dd,ee")
    send(worker, odd)
    check(worker, "save", mapping_name="Odd headers")
    saved = SavedMapping.objects.get()
    worker.client.post("/lists/take-in/check/", {"act": "drop"})
    send(worker, odd, mapping=saved.pk)
    assert "Ana Invented" in worker.client.get("/lists/take-in/check/").content.decode()
    worker.client.post("/lists/take-in/check/", {"act": "keep"})
    assert DocumentationList.objects.get().n_records == 2
    assert "Odd headers" not in colleague.client.get("/lists/take-in/").content.decode()
    assert send(colleague, odd, mapping=saved.pk).status_code == 400, "somebody else's columns are no choice"
    send(worker, "x,y\n1,2\n", mapping=saved.pk)
    assert worker.client.get("/lists/take-in/check/").status_code in {200, 400}, "columns of another table are left out"


def test_one_role_for_two_columns_is_given_once(cast: Any, data_folder: Path) -> None:
    worker = cast.case_worker
    send(worker)
    page = check(worker, "check", c1="date", c2="date").content.decode()
    assert page.count('value="date" selected') == 1


@pytest.mark.parametrize("text", ["", "\x00\x01", "<html></html>", "a\n", "a,a\n1,2\n"])
def test_what_is_no_table_leaves_nothing(cast: Any, data_folder: Path, text: str) -> None:
    answer = send(cast.case_worker, text or " ")
    if answer.status_code == 302:
        check(cast.case_worker, "keep")
        cast.case_worker.client.post("/lists/take-in/check/", {"act": "drop"})
    assert b"/proc/self" not in answer.content
    assert not DocumentationList.objects.exists()


def test_somebody_elses_list_is_not_continued(cast: Any, data_folder: Path) -> None:
    send(cast.case_worker)
    check(cast.case_worker, "keep")
    kept = DocumentationList.objects.get()
    assert send(cast.colleague, list=kept.pk).status_code == 400
    assert cast.administrator.client.get("/lists/take-in/").status_code == 403
    assert cast.colleague.client.get("/lists/take-in/rows-not-read.csv").status_code == 302


def test_half_an_upload_is_not_read(cast: Any, data_folder: Path) -> None:
    form = {"file": SimpleUploadedFile("list.csv", TABLE.encode()), "name": "x"}
    assert cast.case_worker.client.post("/lists/take-in/", form).status_code == 400
    assert not Flow.objects.exists()
