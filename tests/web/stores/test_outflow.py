"""What every outflow asks, and what leaves when the answers are yes."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest
from stores_factories import ALLEGATION, DENIAL, TEXT
from two_people import bundle_by_two

from panah import bundle
from panah.errors import Altered, DenialMissing, NoConsent, NoGrant, Refused, Unreadable
from panah.model.overlap import OverlapTable
from panah.model.place import Place
from panah.release import releases_in
from panah.web.evidence import custody
from panah.web.evidence.models import CustodyEntry
from panah.web.lists.runs import run_estimate
from panah.web.outflow import actions, queries
from panah.web.outflow.actions.reports import Wording, by_period
from panah.web.outflow.models import Outflow
from panah.web.register import actions as register


@pytest.fixture
def identity() -> Any:
    return pyrage.x25519.Identity.generate()


@pytest.fixture
def give(cast: Any, story: Any, identity: Any, tmp_path: Path) -> Any:
    """Make a bundle of these incidents for the police; returns its path."""

    def make(*incidents: Any, player: Any = cast.case_worker, purpose: str = "share_police") -> Path:
        target = tmp_path / "bundle.zip"
        bundle_by_two(
            player,
            incidents,
            recipients=[str(identity.to_public())],
            purpose=purpose,
            target=target,
        )
        return target

    return make


def test_a_bundle_verifies_and_opens_for_its_recipient_only(
    story: Any, give: Any, identity: Any, tmp_path: Path
) -> None:
    path = give(story.answered_incident())
    found = bundle.verify(path, identities=str(identity))
    assert [item.evidence.file_name for item in found.items] == ["told.txt"]
    assert found.items[0].evidence.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
    for word in (b"told.txt", DENIAL.encode(), b"Invented Daily"):
        assert word not in path.read_bytes()


def test_what_left_is_in_the_register_and_in_the_custody_log(cast: Any, story: Any, give: Any, identity: Any) -> None:
    path = give(story.answered_incident())
    outflow = Outflow.objects.get()
    assert outflow.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (outflow.kind, outflow.purpose) == ("bundle", "share_police")
    assert outflow.recipients == [hashlib.sha256(str(identity.to_public()).encode()).hexdigest()]
    exported = CustodyEntry.objects.filter(line__contains='"act":"exported"', line__icontains=story.item.commitment)
    assert exported.count() == 1
    assert list(queries.outflows_of(cast.case_worker.member)) == [outflow]
    assert not queries.outflows_of(cast.stranger.member).exists()
    custody.verify_custody()


def test_nobody_gives_out_a_case_that_is_not_theirs(cast: Any, story: Any, give: Any, tmp_path: Path) -> None:
    row = story.answered_incident()
    for player in (cast.stranger, cast.administrator):
        with pytest.raises(NoGrant):
            give(row, player=player)
    assert not (tmp_path / "bundle.zip").exists()
    assert not Outflow.objects.exists()


def test_a_proposal_does_not_leave(story: Any, give: Any) -> None:
    claim = story.claim()
    row = story.incident(claim, confirmed=False)
    story.denial(claim)
    with pytest.raises(Refused, match="not confirmed"):
        give(row)


def test_nothing_to_give_is_told(give: Any) -> None:
    with pytest.raises(Refused):
        give()


def test_an_allegation_does_not_leave_alone(story: Any, give: Any, tmp_path: Path) -> None:
    row = story.incident()
    with pytest.raises(DenialMissing):
        give(story.answered_incident(), row)
    assert not (tmp_path / "bundle.zip").exists()
    register.note_none_found(story.member, story.opened, [row], story.source.id)
    give(row)


@pytest.mark.parametrize(
    "answers",
    [
        [],
        [("keep", True, 10)],
        [("share_lawyer", True, 10)],
        [("share_police", False, 10)],
        [("share_police", True, 10), ("share_police", False, 5)],
        [("share_police", True, 5), ("share_police", False, 5)],
        [("share_police", True, -3)],
    ],
    ids=["none", "for keeping", "for a lawyer", "no", "yes then no", "both on one day", "from next week"],
)
def test_no_consent_no_outflow(story: Any, give: Any, tmp_path: Path, answers: list[tuple[str, bool, int]]) -> None:
    person = story.person()
    claim = story.claim(person_id=person.id)
    row = story.incident(claim)
    story.denial(claim)
    for purpose, given, days_ago in answers:
        story.consent(person, purpose, given, days_ago)
    with pytest.raises(NoConsent) as refused:
        give(row)
    assert "Invented" not in str(refused.value)
    assert not (tmp_path / "bundle.zip").exists()


def test_a_consent_lets_it_leave_until_it_ends(story: Any, give: Any) -> None:
    person = story.person()
    claim = story.claim(person_id=person.id)
    row = story.incident(claim)
    story.denial(claim)
    story.consent(person, "share_police")
    give(row)
    yesterday = date.today() - timedelta(days=1)  # noqa: DTZ011 a calendar day
    for ending in ({"expires_on": yesterday}, {"withdrawn_on": yesterday}):
        story.consent(person, "share_police", days_ago=2, **ending)
        with pytest.raises(NoConsent):
            give(row)


@pytest.mark.parametrize("at_risk", [{"in_origin_state": True}, {"involvement": "relative_at_risk"}])
def test_a_relative_at_risk_cannot_consent(story: Any, give: Any, at_risk: dict[str, Any]) -> None:
    relative = story.person(**at_risk)
    story.consent(relative, "share_police")
    claim = story.claim(person_id=relative.id)
    row = story.incident(claim)
    story.denial(claim)
    with pytest.raises(NoConsent):
        give(row)


def test_the_accused_are_asked_for_their_answer_not_for_consent(story: Any, give: Any) -> None:
    accused = story.person(involvement="ordered", in_origin_state=True)
    claim = story.claim(person_id=accused.id)
    row = story.incident(claim)
    story.denial(claim)
    give(row)


def test_a_wrong_recipient_leaves_nothing(cast: Any, story: Any, tmp_path: Path) -> None:
    row = story.answered_incident()
    worker = cast.case_worker
    target = tmp_path / "bundle.zip"
    with pytest.raises(Exception, match="recipient"):
        bundle_by_two(worker, [row], recipients=["age1wrong"], purpose="share_police", target=target)
    assert not target.exists()
    assert not Outflow.objects.exists()


def test_an_estimate_file_has_what_it_takes_to_run_it_again(cast: Any, data_folder: Path) -> None:
    table = OverlapTable.from_patterns(["A", "B", "C"], {1: 30, 2: 28, 4: 25, 3: 12, 5: 11, 6: 9, 7: 5})
    run = run_estimate(cast.case_worker.member, table, method="chao", seed=3)
    told = json.loads(actions.make_estimate_file(cast.case_worker.member, run))
    asked = told["asked"]
    assert OverlapTable.from_json(json.dumps(asked["overlap_table"])) == table
    assert (asked["method"], asked["seed"]) == ("chao", 3)
    assert told["estimates"] == run.result["estimates"]
    with pytest.raises(Refused):
        actions.make_estimate_file(cast.administrator.member, run)


def test_an_estimate_file_without_an_answer_says_why(cast: Any, data_folder: Path) -> None:
    run = run_estimate(cast.case_worker.member, OverlapTable.from_patterns(["A", "B"], {1: 10, 2: 12}), method="chao")
    told = json.loads(actions.make_estimate_file(cast.case_worker.member, run))
    assert told["estimates"] == []
    assert told["refusals"][0]["reason"]


def test_every_method_at_once_keeps_what_refused(cast: Any, data_folder: Path) -> None:
    table = OverlapTable.from_patterns(["A", "B", "C"], {1: 30, 2: 28, 4: 25, 3: 12, 5: 11, 6: 9, 7: 5})
    run = run_estimate(cast.case_worker.member, table, method="compare", settings={"methods": ["chao", "independence"]})
    assert [one["method"] for one in run.result["estimates"]] == ["chao", "independence"]


@pytest.fixture
def counted(story: Any) -> list[Any]:
    """Twelve answered incidents in two countries."""
    countries = ["BE"] * 7 + ["DE"] * 5
    return [story.answered_incident(host_place=Place(country=each)) for each in countries]


def release(player: Any, incidents: Any, **more: Any) -> Any:
    return actions.make_release(player.member, player.keys, incidents, tables=[("host_country",)], threshold=5, **more)


def test_a_release_is_a_folder_that_the_public_door_can_read(cast: Any, counted: list[Any], data_folder: Path) -> None:
    made = release(cast.case_worker, counted, title="Spring")
    (found,) = releases_in(data_folder / "releases")
    assert found.title == "Spring"
    assert found.tables[0].margin("host_country") == {"BE": 7, "DE": 5}
    assert any("denials" in note for note in found.tables[0].notes)
    assert {"map.en.svg", "table-1.csv"} <= set(found.files)
    manifest = (found.folder / "manifest.json").read_bytes()
    assert made.outflow.sha256 == hashlib.sha256(manifest).hexdigest()
    for path in found.folder.iterdir():
        for word in (b"Antwerp", b"Invented", b"told.txt", DENIAL.encode()):
            assert word not in path.read_bytes()


def test_only_a_publisher_releases(cast: Any, counted: list[Any], data_folder: Path) -> None:
    cast.case_worker.member.roles = ["case_worker"]
    for player in (cast.case_worker, cast.administrator):
        with pytest.raises(NoGrant):
            release(player, counted)
    with pytest.raises(NoGrant):
        release(cast.stranger, counted)
    assert not (data_folder / "releases").exists() or not list((data_folder / "releases").glob("2*"))


def test_who_did_not_consent_is_not_counted(cast: Any, story: Any, counted: list[Any]) -> None:
    silent, willing = story.person("Silent Invented"), story.person("Willing Invented")
    story.consent(willing, "count")
    for person in (silent, willing):
        claim = story.claim(person_id=person.id)
        row = story.incident(claim)
        story.denial(claim)
        counted.append(row)
    made = release(cast.case_worker, counted)
    assert (made.n_counted, made.n_without_consent) == (13, 1)
    assert made.release.tables[0].margin("host_country") == {"BE": 8, "DE": 5}


def test_a_release_carries_no_allegation_without_its_answer(cast: Any, story: Any, counted: list[Any]) -> None:
    with pytest.raises(DenialMissing):
        release(cast.case_worker, [*counted, story.incident()])


def test_an_earlier_release_that_was_altered_stops_the_next(cast: Any, counted: list[Any], data_folder: Path) -> None:
    made = release(cast.case_worker, counted)
    table = made.release.folder / "table-1.json"
    table.write_bytes(table.read_bytes().replace(b"7", b"8"))
    with pytest.raises((Altered, Unreadable)):
        release(cast.case_worker, counted)
    assert len(list((data_folder / "releases").glob("2*"))) == 1


def test_a_report_has_each_sentence_with_its_evidence_and_the_denial(cast: Any, story: Any) -> None:
    worker = cast.case_worker
    made = actions.make_report(
        worker.member,
        worker.keys,
        [story.answered_incident()],
        purpose="share_un",
        wording=Wording(title="Calls from home", organisation="Example Association", notice="invented"),
    )
    assert made["pdf"].startswith(b"%PDF")
    html = made["html"].decode()
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    for part in (ALLEGATION, DENIAL, "Invented Daily", digest, "Calls from home"):
        assert part in html
    registered = set(Outflow.objects.filter(kind="report").values_list("sha256", flat=True))
    assert registered == {hashlib.sha256(content).hexdigest() for content in made.values()}


def test_a_report_asks_as_a_bundle_does(cast: Any, story: Any) -> None:
    worker = cast.case_worker
    person = story.person()
    claim = story.claim(person_id=person.id)
    row = story.incident(claim)
    story.denial(claim)
    wording = Wording(title="x")
    with pytest.raises(NoConsent):
        actions.make_report(worker.member, worker.keys, [row], purpose="share_un", wording=wording)
    with pytest.raises(DenialMissing):
        actions.make_report(worker.member, worker.keys, [story.incident()], purpose="share_un", wording=wording)
    with pytest.raises(NoGrant):
        actions.make_report(cast.stranger.member, cast.stranger.keys, [row], purpose="share_un", wording=wording)
    assert not Outflow.objects.exists()


@pytest.mark.parametrize(
    ("months", "periods"),
    [
        ({"2024-01": 2, "2024-03": 1}, {"2024-01": 2, "2024-03": 1}),
        ({"2024-01": 2, "2024": 1, "": 3}, {"2024": 3, "unknown": 3}),
        ({"2016-05": 1, "2024-03": 1}, {"2016": 1, "2024": 1}),
        ({}, {}),
    ],
)
def test_a_timeline_is_by_one_kind_of_period(months: dict[str, int], periods: dict[str, int]) -> None:
    assert by_period(months) == periods
