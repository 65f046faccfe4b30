"""Lists: imported row by row, linked with every key in hand, coded into incidents, estimated from counts alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cast import Player

from panah.errors import BadTable, NoGrant, Refused
from panah.model.overlap import OverlapTable
from panah.web.accounts.models import Member
from panah.web.cases.actions import create_case, grant
from panah.web.cases.opening import open_case
from panah.web.desk import estimates
from panah.web.evidence.models import EvidenceItem
from panah.web.lists import actions, coding, jobs, queries, runs
from panah.web.lists.models import DocumentationList, EstimateRun, LinkageRun, ListMembership, ListRecord
from panah.web.register.models import Incident
from panah.web.register.reading import incident_view

HEADER = "id,name,date,city,host country,tactic,origin state"
TOLD = [
    ("Adil Tursun", "2024-03-02", "Antwerp", "BE", "proxy_family_call", "CN"),
    ("Gulnar Hemit", "2024-05-17", "Munich", "DE", "threatening_communication", "CN"),
    ("Ilham Osman", "2023-11-09", "Malmö", "SE", "proxy_family_call", "CN"),
    ("Rena Kerim", "2024-01-21", "Ghent", "BE", "passport_or_consular_denial", "CN"),
    ("Yusup Emet", "2023-06-30", "Paris", "FR", "threatening_communication", "CN"),
    ("Tahir Nur", "2024-08-12", "Oslo", "NO", "proxy_family_call", "CN"),
]


def write(path: Path, letter: str, rows: list[tuple[str, ...]], broken: bool = False) -> Path:
    lines = [HEADER, *(f"{letter}{n},{','.join(row)}" for n, row in enumerate(rows, start=1))]
    if broken:
        lines.append(f"{letter}99,Nobody,2024-02-31,Antwerp,BE,proxy_family_call,CN")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def import_for(player: Player, path: Path, name: str) -> actions.Import:
    case = create_case(player.member, player.keys, "list").case
    return actions.import_file(player.member, open_case(player.member, player.keys, case, "intake"), path, name=name)


@pytest.fixture
def two_lists(cast: Any, data_folder: Path, tmp_path: Path) -> list[DocumentationList]:
    first = write(tmp_path / "first.csv", "A", TOLD[:5])
    second = write(tmp_path / "second.csv", "B", TOLD[2:])
    return [
        import_for(cast.case_worker, path, name).documentation_list
        for path, name in ((first, "Scheldt Invented"), (second, "Isar Invented"))
    ]


def opened(player: Player, listed: DocumentationList, reason: str = "review") -> Any:
    return open_case(player.member, player.keys, listed.case, reason)


def test_rows_come_back_as_they_were_read(cast: Any, two_lists: Any) -> None:
    read = queries.records_in(opened(cast.case_worker, two_lists[0]), two_lists[0])
    assert [record.record_id for record in read.records] == ["A1", "A2", "A3", "A4", "A5"]
    assert read.records[0].names == ("Adil Tursun",)
    assert (read.name, two_lists[0].n_records) == ("A", 5)
    about = queries.stored_in(opened(cast.case_worker, two_lists[0]), two_lists[0]).about
    assert about.name == "Scheldt Invented"


def test_a_broken_row_is_told_with_its_place_and_the_rest_is_kept(cast: Any, data_folder: Path, tmp_path: Path) -> None:
    done = import_for(cast.case_worker, write(tmp_path / "list.csv", "A", TOLD, broken=True), "x")
    assert (done.n_new, len(done.problems)) == (6, 1)
    assert "row 8, column date" in str(done.problems[0])
    assert "Nobody" not in str(done.problems[0])


def test_a_file_that_is_no_list_leaves_nothing(cast: Any, data_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("colour,shape\nred,round\n", encoding="utf-8")
    with pytest.raises(BadTable):
        import_for(cast.case_worker, path, "x")
    assert not DocumentationList.objects.exists()
    assert not EvidenceItem.objects.exists()


def test_importing_again_recognises_rows_and_seals_the_same_bytes_once(
    cast: Any, data_folder: Path, tmp_path: Path
) -> None:
    path = write(tmp_path / "list.csv", "A", TOLD)
    first = import_for(cast.case_worker, path, "x")
    case = opened(cast.case_worker, first.documentation_list)
    again = actions.import_file(cast.case_worker.member, case, path, name="x")
    assert (again.n_new, again.n_changed, again.n_same, again.n_gone) == (0, 0, 6, 0)
    assert EvidenceItem.objects.filter(kind="original").count() == 1
    changed = [("Adil Tursun", "2024-03-03", *TOLD[0][2:]), *TOLD[1:5], ("New Invented", *TOLD[5][1:])]
    write(path, "A", changed)
    third = actions.import_file(cast.case_worker.member, case, path, name="x")
    assert (third.n_new, third.n_changed, third.n_same, third.n_gone) == (0, 2, 4, 0)
    write(path, "A", TOLD[:4])
    fourth = actions.import_file(cast.case_worker.member, case, path, name="x")
    assert (fourth.n_gone, fourth.documentation_list.n_records) == (2, 6)
    assert DocumentationList.objects.count() == 1
    assert ListRecord.objects.count() == 6


def test_a_list_has_a_case_of_its_own(cast: Any, story: Any, tmp_path: Path) -> None:
    with pytest.raises(Refused):
        actions.import_file(story.member, story.opened, write(tmp_path / "l.csv", "A", TOLD), name="x")


def test_labels_name_no_organisation(cast: Any, two_lists: Any) -> None:
    assert [each.label for each in two_lists] == ["A", "B"]


def test_linking_finds_the_same_incidents_with_the_same_numbers_again(cast: Any, two_lists: Any) -> None:
    worker = cast.case_worker
    first = runs.run_linkage(worker.member, worker.keys, two_lists, seed=7)
    again = runs.run_linkage(worker.member, worker.keys, two_lists[::-1], seed=7)
    table = runs.overlap_of(first)
    assert (table.lists, table.n_observed) == (("A", "B"), 6)
    assert dict(table.counts) == {1: 2, 2: 1, 3: 3}
    assert (first.snapshot, first.overlap, first.counts) == (again.snapshot, again.overlap, again.counts)
    stored = [runs.linkage_in(open_case(worker.member, worker.keys, run.case, "review"), run) for run in (first, again)]
    assert stored[0].pairs == stored[1].pairs


def test_a_run_in_clear_shows_counts_only(cast: Any, two_lists: Any) -> None:
    worker = cast.case_worker
    run = LinkageRun.objects.get(pk=runs.run_linkage(worker.member, worker.keys, two_lists).pk)
    clear = json.dumps([run.counts, run.overlap, run.snapshot, run.seed])
    for word in ("Adil", "Scheldt", '"A1', "Antwerp", '"2024', "2024-"):  # a digest may hold four such digits
        assert word not in clear


def test_linking_needs_the_grant_of_every_list(cast: Any, two_lists: Any) -> None:
    worker, colleague = cast.case_worker, cast.colleague
    grant(worker.member, worker.keys, opened(worker, two_lists[0]), colleague.member)
    with pytest.raises(NoGrant):
        runs.run_linkage(colleague.member, colleague.keys, two_lists)
    with pytest.raises(Refused):
        runs.run_linkage(worker.member, worker.keys, [two_lists[0], two_lists[0]])
    assert not LinkageRun.objects.exists()


def test_one_proposal_for_each_cluster_and_none_twice(cast: Any, two_lists: Any) -> None:
    worker = cast.case_worker
    run = runs.run_linkage(worker.member, worker.keys, two_lists)
    made = coding.propose_incidents(worker.member, worker.keys, run)
    assert (len(made.incidents), made.n_known, made.n_not_coded, made.n_in_two) == (6, 0, 0, 0)
    assert ListMembership.objects.count() == 9
    again = coding.propose_incidents(worker.member, worker.keys, run)
    assert (len(again.incidents), again.n_known) == (0, 6)
    assert (Incident.objects.count(), ListMembership.objects.count()) == (6, 9)
    assert set(Incident.objects.values_list("decision", flat=True)) == {"proposed"}


def test_an_incident_of_a_list_leads_back_to_its_row(cast: Any, two_lists: Any) -> None:
    worker = cast.case_worker
    coding.propose_incidents(worker.member, worker.keys, runs.run_linkage(worker.member, worker.keys, two_lists))
    row = Incident.objects.get(tactic="passport_or_consular_denial")
    case = open_case(worker.member, worker.keys, row.case, "review")
    (claim,) = incident_view(case, row).claims
    assert "Rena Kerim" in claim.excerpt.words
    assert "2024-01-21" in claim.excerpt.words
    labels = queries.memberships_of(worker.member, row).values_list("documentation_list__label", flat=True)
    assert list(labels) == ["A", "B"]
    assert not queries.memberships_of(cast.stranger.member, row).exists()


def test_a_record_without_a_tactic_is_counted_as_not_coded(cast: Any, data_folder: Path, tmp_path: Path) -> None:
    bare = [(*row[:4], "", row[5]) for row in TOLD]
    bare[0] = TOLD[0]
    lists = [
        import_for(cast.case_worker, write(tmp_path / f"{letter}.csv", letter, bare), letter).documentation_list
        for letter in "AB"
    ]
    worker = cast.case_worker
    made = coding.propose_incidents(worker.member, worker.keys, runs.run_linkage(worker.member, worker.keys, lists))
    assert len(made.incidents) == 1
    assert made.n_not_coded == 5


def test_an_estimate_keeps_its_table_and_gives_the_same_again(cast: Any) -> None:
    table = OverlapTable.from_patterns(["A", "B", "C"], {1: 30, 2: 28, 4: 25, 3: 12, 5: 11, 6: 9, 7: 5})
    first = runs.run_estimate(cast.case_worker.member, table, method="chao", seed=3)
    again = runs.run_estimate(cast.case_worker.member, table, method="chao", seed=3)
    assert first.result == again.result
    assert first.result is not None
    assert first.snapshot == table.digest
    kept = EstimateRun.objects.get(pk=first.pk)
    assert OverlapTable.from_json(json.dumps(kept.table)) == table


def test_a_table_that_cannot_answer_keeps_the_reason(cast: Any) -> None:
    apart = OverlapTable.from_patterns(["A", "B"], {1: 10, 2: 12})
    run = runs.run_estimate(cast.case_worker.member, apart, method="chao")
    assert run.result is None
    assert run.refusal


def test_a_job_needs_no_key(cast: Any) -> None:
    table = OverlapTable.from_patterns(["A", "B", "C"], {1: 30, 2: 28, 4: 25, 3: 12, 5: 11, 6: 9, 7: 5})
    expected = runs.run_estimate(cast.case_worker.member, table, method="chao").result
    run = runs.ask_estimate(cast.case_worker.member, table, method="chao")
    assert run.is_waiting
    jobs.work_out(run.pk)
    run.refresh_from_db()
    assert run.result == expected
    assert not run.is_waiting


def test_what_cannot_be_worked_out_is_not_waited_for(cast: Any) -> None:
    apart = OverlapTable.from_patterns(["A", "B"], {1: 10, 2: 12})
    for method in ("chao", "no such method"):
        run = runs.ask_estimate(cast.case_worker.member, apart, method=method)
        jobs.work_out(run.pk)
        run.refresh_from_db()
        assert run.result is None
        assert run.refusal


def test_on_the_page_an_estimate_is_asked_for_and_waits(cast: Any, two_lists: Any, monkeypatch: Any) -> None:
    """The worker is not held: until the job was done the page says so, and asks once more when nothing comes."""
    worker = cast.case_worker
    linkage = runs.run_linkage(worker.member, worker.keys, two_lists)
    form = {"linkage": linkage.pk, "method": "chao"}
    address = worker.client.post("/estimates/make/", form).headers["Location"]
    assert "being worked out" not in worker.client.get(address).content.decode(), "done at once in the tests"
    with monkeypatch.context() as queued:
        queued.setattr(estimates, "work_out", lambda _run_id: None)
        address = worker.client.post("/estimates/make/", form).headers["Location"]
    page = worker.client.get(address).content.decode()
    assert "It is being worked out." in page
    assert "estimate.json" not in page
    run_id = address.split("/")[-2]
    assert worker.client.post(f"{address}file/").status_code == 403
    assert worker.client.post("/estimates/make/", {"again": run_id}).headers["Location"] == address
    page = worker.client.get(address).content.decode()
    assert "being worked out" not in page
    assert "estimate.json" in page
    assert cast.administrator.client.post("/estimates/make/", {"again": run_id}).status_code == 403


def test_an_estimate_of_lists_that_changed_is_out_of_date(cast: Any, two_lists: Any, tmp_path: Path) -> None:
    worker = cast.case_worker
    linkage = runs.run_linkage(worker.member, worker.keys, two_lists)
    run = runs.run_estimate(worker.member, runs.overlap_of(linkage), method="chao", linkage=linkage)
    addresses = ("/estimates/", f"/estimates/{run.pk}/", f"/lists/runs/{linkage.pk}/")
    told = ("out of date", "Out of date:", "Out of date:")
    for address, words in zip(addresses, told, strict=True):
        assert words not in worker.client.get(address).content.decode()
    more = write(tmp_path / "more.csv", "B", [*TOLD[2:], ("Ana Example", "2024-09-01", "Oslo", "NO", "assault", "CN")])
    actions.import_file(worker.member, opened(worker, two_lists[1], "intake"), more, name="Isar Invented")
    assert LinkageRun.objects.get().changed_lists == [two_lists[1].label]
    for address, words in zip(addresses, told, strict=True):
        assert words in worker.client.get(address).content.decode()
    again = runs.run_linkage(worker.member, worker.keys, two_lists)
    assert again.changed_lists == []


def test_who_sees_lists_runs_and_estimates(cast: Any, two_lists: Any) -> None:
    worker, stranger = cast.case_worker, cast.stranger
    run = runs.run_linkage(worker.member, worker.keys, two_lists)
    estimate = runs.run_estimate(worker.member, runs.overlap_of(run), method="chao", linkage=run)
    Member.objects.filter(pk=stranger.member.pk).update(roles=["case_worker"])
    stranger.member.refresh_from_db()
    for player in (stranger, cast.administrator):
        assert not queries.lists_of(player.member).exists()
        assert not queries.linkage_runs_of(player.member).exists()
        assert not queries.estimates_of(player.member).exists()
    assert list(queries.lists_of(worker.member)) == two_lists
    assert list(queries.linkage_runs_of(worker.member)) == [run]
    assert list(queries.estimates_of(cast.colleague.member)) == [estimate], "counts are for those who count"


def test_labels_go_on_after_z(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for count in (0, 25, 26, 27, 701, 702):
        monkeypatch.setattr(DocumentationList.objects, "count", lambda count=count: count)
        found.append(actions.next_label())
    assert found == ["A", "Z", "AA", "AB", "ZZ", "AAA"]
