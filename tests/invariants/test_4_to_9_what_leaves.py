"""Invariants 4 to 9, each attacked through the stores: what leaves verifies, keeps its sources and denials, exposes
nobody, hides no failure, and comes out the same again."""

from __future__ import annotations

import inspect
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pyrage
import pytest
from stores_factories import ALLEGATION, DENIAL, tell
from two_people import bundle_by_two

from panah.errors import BadTable, DenialMissing, NoConsent, NotVerified, PanahError, Refused, SmallCell
from panah.model.base import new_id
from panah.model.claim import Aggregate
from panah.model.claim import Claim as ClaimRecord
from panah.model.incident import Incident as IncidentRecord
from panah.model.naming import Naming as NamingRecord
from panah.model.overlap import OverlapTable
from panah.model.place import Place
from panah.release import audit, read_release
from panah.web.cases.actions import create_case
from panah.web.cases.opening import open_case
from panah.web.evidence.places import original_chunks
from panah.web.evidence.records import evidence_folder
from panah.web.lists.actions import import_file
from panah.web.lists.models import DocumentationList
from panah.web.lists.runs import run_estimate
from panah.web.outflow import actions as outflow
from panah.web.outflow.models import Outflow
from panah.web.register import actions as register
from panah.web.register import naming, queries
from panah.web.register.models import Claim, Incident, Naming
from panah.web.register.reading import incident_view


@pytest.fixture
def story(cast: Any, data_folder: Path) -> Any:
    return tell(cast.case_worker)


def make_bundle(story: Any, row: Any, target: Path) -> str:
    identity = pyrage.x25519.Identity.generate()
    bundle_by_two(
        story.player,
        [row],
        recipients=[str(identity.to_public())],
        purpose="share_police",
        target=target,
    )
    return str(identity)


def shell_verifies(folder: Path) -> bool:
    done = subprocess.run(
        ["sh", "verify.sh"], cwd=folder, capture_output=True, timeout=60, env={"PATH": "/usr/bin:/bin"}
    )
    return done.returncode == 0


# --- 4: verifiable without Panah -----------------------------------------------------------------------------------


def test_4_a_bundle_of_the_web_is_checked_by_shell_tools_alone(story: Any, tmp_path: Path) -> None:
    if not all(map(shutil.which, ("sh", "sha256sum", "openssl"))):
        pytest.skip("needs sh, sha256sum and openssl")
    make_bundle(story, story.answered_incident(), tmp_path / "b.zip")
    folder = tmp_path / "out"
    with zipfile.ZipFile(tmp_path / "b.zip") as packed:
        packed.extractall(folder)
    assert shell_verifies(folder)
    lines = (folder / "custody.jsonl").read_bytes()
    (folder / "custody.jsonl").write_bytes(lines.replace(b'"act":"received"', b'"act":"annotated"', 1))
    assert not shell_verifies(folder)


# --- 5: a claim keeps its source -----------------------------------------------------------------------------------


def test_5_from_every_counted_incident_one_walks_back_to_the_words(story: Any) -> None:
    for _ in range(3):
        story.answered_incident()
    counted = list(queries.counted_by(story.member))
    assert len(counted) == sum(queries.counts_by_country(story.member).values()) == 3
    for row in counted:
        view = incident_view(story.opened, row)
        assert view.allegations
        for each in view.claims:
            assert each.source.name == "Invented Daily"
            assert each.excerpt.words == each.claim.text
            original = b"".join(original_chunks(story.opened, each.excerpt.item)).decode()
            assert original[each.claim.locator.start : each.claim.locator.end] == each.claim.text


def test_5_a_count_that_a_source_gives_is_never_an_incident(story: Any) -> None:
    """The attack: twenty incidents out of "about twenty", by every way in."""
    count = story.count_claim(20)
    record = IncidentRecord(id=new_id(), tactic="proxy_family_call", date="2024", host_place=Place(country="BE"))
    with pytest.raises(Refused, match="count"):
        register.code_incident(story.member, story.opened, record, [count.id])
    with pytest.raises(Refused, match="count"):
        register.code_incident(story.member, story.opened, record, [story.claim().id, count.id])
    real = story.incident()
    hidden = count.model_copy(update={"id": new_id(), "incident_id": real.pk, "aggregate": Aggregate(value=20)})
    with pytest.raises(Refused, match="count"):
        register.state_claim(story.member, story.opened, hidden)
    assert Incident.objects.count() == 1
    assert queries.counts_by_country(story.member) == {"BE": 1}


def test_5_an_incident_whose_claim_was_made_a_count_cannot_be_confirmed(story: Any) -> None:
    """Somebody with the case key writes past the actions."""
    claim = story.claim()
    row = story.incident(claim, confirmed=False)
    kept = Claim.objects.get(pk=claim.id)
    story.opened.seal(kept, claim.model_copy(update={"aggregate": Aggregate(value=20), "incident_id": row.pk}))
    kept.save()
    with pytest.raises(Refused):
        register.confirm(story.member, story.opened, row)
    assert queries.counts_by_country(story.member) == {}


# --- 6: denials travel along ---------------------------------------------------------------------------------------


def test_6_every_maker_refuses_an_allegation_alone(story: Any, tmp_path: Path) -> None:
    alone = story.incident()
    member, keys = story.member, story.player.keys
    attacks = {
        "make_bundle": lambda: make_bundle(story, alone, tmp_path / "b.zip"),
        "ask_for_bundle": lambda: outflow.ask_for_bundle(
            member, keys, [alone], recipients=["age1x"], purpose="publish"
        ),
        "make_report": lambda: outflow.make_report(
            member, keys, [alone], purpose="publish", wording=outflow.Wording(title="x")
        ),
        "make_release": lambda: outflow.make_release(member, keys, [alone]),
    }
    takes_incidents = {
        name
        for name in outflow.__all__
        if inspect.isfunction(getattr(outflow, name))
        and not name.startswith("is_")  # whether something was asked for: it makes nothing
        and "incidents" in inspect.signature(getattr(outflow, name)).parameters
    }
    assert takes_incidents == set(attacks), "a new maker must be attacked here"
    for attack in attacks.values():
        with pytest.raises(DenialMissing):
            attack()
    assert not Outflow.objects.exists()
    assert not (tmp_path / "b.zip").exists()


def test_6_the_denial_is_in_what_leaves(story: Any, tmp_path: Path) -> None:
    row = story.answered_incident()
    wording = outflow.Wording(title="x")
    made = outflow.make_report(
        story.member,
        story.player.keys,
        [row],
        purpose="share_un",
        wording=wording,
        formats=["html"],
        with_figures=False,
    )
    assert ALLEGATION in made["html"].decode()
    assert DENIAL in made["html"].decode()
    identity = make_bundle(story, row, tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as packed:
        contents = pyrage.decrypt(packed.read("contents.tar.age"), [pyrage.x25519.Identity.from_str(identity)])
    assert DENIAL.encode() in contents


# --- who is in it: nobody leaves unasked ---------------------------------------------------------------------------


def every_way_out(story: Any, rows: list[Any], tmp_path: Path) -> dict[str, Any]:
    """Every maker that takes incidents, by its name."""
    member, keys = story.member, story.player.keys
    return {
        "make_bundle": lambda: make_bundle(story, rows[0], tmp_path / "b.zip"),
        "ask_for_bundle": lambda: outflow.ask_for_bundle(member, keys, rows, recipients=["age1x"], purpose="publish"),
        "make_report": lambda: outflow.make_report(
            member, keys, rows, purpose="publish", wording=outflow.Wording(title="x")
        ),
        "make_release": lambda: outflow.make_release(member, keys, rows),
    }


def test_an_incident_of_which_nobody_answered_who_is_in_it_leaves_by_no_maker(story: Any, tmp_path: Path) -> None:
    """People are involved, and nobody is on record: so nobody was asked, and only the reporter would have been."""
    claim = story.claim()
    row = story.incident(claim, who_answered=False)
    register.note_none_found(story.member, story.opened, [row], story.source.id)
    ways = every_way_out(story, [row], tmp_path)
    for name, attack in ways.items():
        with pytest.raises(NoConsent) as refused:
            attack()
        assert "who is in it" in str(refused.value), name
    assert not Outflow.objects.exists()
    assert not (tmp_path / "b.zip").exists()
    story.nobody_else(row)
    make_bundle(story, row, tmp_path / "b.zip")


def test_whoever_is_named_is_asked_and_a_relative_at_risk_never_leaves(story: Any, tmp_path: Path) -> None:
    row = story.answered_incident()
    target = story.name(row, "Erkin Invented")
    story.nobody_else(row)
    with pytest.raises(NoConsent, match="did not consent"):
        make_bundle(story, row, tmp_path / "b.zip")
    story.consent(target, "share_police")
    make_bundle(story, row, tmp_path / "b.zip")
    mother = story.name(row, "Mother Invented", "relative_at_risk")
    story.nobody_else(row)
    story.consent(mother, "share_police")  # past the page, which offers no yes
    with pytest.raises(NoConsent, match="did not consent"):
        make_bundle(story, row, tmp_path / "c.zip")


def test_what_is_stated_after_the_answer_or_taken_off_holds_an_incident_back(story: Any, tmp_path: Path) -> None:
    row = story.answered_incident()
    mother = story.name(row, "Mother Invented", "relative_at_risk")
    story.nobody_else(row)
    (kept,) = Naming.objects.all()
    assert story.opened.record(NamingRecord, kept).person_id == mother.id
    naming.take_off(story.member, story.opened, kept, "so that it leaves")
    with pytest.raises(NoConsent, match="who is in it"):
        make_bundle(story, row, tmp_path / "b.zip")
    story.nobody_else(row)
    make_bundle(story, row, tmp_path / "b.zip")  # a member said again, by name and day, that nobody else is in it
    first = row.claims.first()
    later = story.opened.record(ClaimRecord, first).model_copy(
        update={"id": new_id(), "text": "Her brother stood beside her.", "incident_id": row.pk, "answers": None}
    )
    register.state_claim(story.member, story.opened, later)
    with pytest.raises(NoConsent, match="who is in it"):
        make_bundle(story, row, tmp_path / "c.zip")


def test_nobody_accused_is_named_in_the_open_by_any_way(story: Any) -> None:
    """An accused needs no consent: who could be named as one could be let out without being asked."""
    row = story.answered_incident()
    claim_id = row.claims.first().pk
    accused, other = story.person("Officer Invented", involvement="ordered"), story.name(row)
    (kept,) = Naming.objects.all()
    for role in ("ordered", "carried_out", "took_part", "instigated", "tolerated"):
        for attempt in (
            lambda role=role: naming.name_new(story.member, story.opened, row, claim_id, role),
            lambda role=role: naming.put_right(
                story.member, story.opened, kept, role, forms=other.names, in_origin_state=None
            ),
        ):
            with pytest.raises(Refused, match="named here by nobody"):
                attempt()
    with pytest.raises(Refused, match="named here by nobody"):
        naming.name_known(
            story.member, story.opened, row, claim_id, "target", person_id=accused.id, recognised_by="number"
        )


def test_a_release_leaves_out_what_was_not_answered_and_tells_members_only(story: Any) -> None:
    rows = [story.answered_incident() for _ in range(7)]
    unasked = story.incident(who_answered=False)
    register.note_none_found(story.member, story.opened, [unasked], story.source.id)
    made = outflow.make_release(story.member, story.player.keys, [*rows, unasked], tables=[("host_country",)])
    assert (made.n_counted, made.n_without_consent, made.n_who_not_answered) == (7, 0, 1)
    assert made.release.tables[0].margin("host_country") == {"BE": 7}


# --- 7: no small cells leave ---------------------------------------------------------------------------------------


def release(story: Any, rows: Any, by: str = "host_country") -> Any:
    return outflow.make_release(story.member, story.player.keys, rows, tables=[(by,)], threshold=5).release


def test_7_a_small_cell_is_shown_neither_alone_nor_by_subtraction(story: Any) -> None:
    rows = [story.answered_incident(host_place=Place(country=each)) for each in ["BE"] * 8 + ["DE"] * 6 + ["NO"] * 2]
    first = release(story, rows)
    assert first.tables[0].margin("host_country")["NO"] is None
    # one more in Belgium: 9 - 8 would tell that it is exactly one
    rows.append(story.answered_incident(host_place=Place(country="BE")))
    try:
        second = release(story, rows)
    except SmallCell:
        return
    shown = [table.tables[0].margin("host_country") for table in (first, second)]
    for country in shown[0]:
        before, after = shown[0][country], shown[1].get(country)
        if before is not None and after is not None:
            assert after - before == 0 or after - before >= 5
    assert audit(second.tables[0], [first.tables[0]]) == []


def test_7_an_earlier_release_counts_even_from_disk(story: Any, data_folder: Path) -> None:
    rows = [story.answered_incident(host_place=Place(country=each)) for each in ["BE"] * 8 + ["DE"] * 6]
    made = release(story, rows)
    assert read_release(made.folder).tables == made.tables
    (made.folder / "manifest.json").unlink()
    with pytest.raises(PanahError):
        release(story, rows)


# --- 8: never silent -----------------------------------------------------------------------------------------------


def test_8_a_row_that_cannot_be_read_is_told_with_its_place(cast: Any, data_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    header = "id,name,date,city,host country,tactic"
    good = "A1,Adil Invented,2024-03-02,Antwerp,BE,proxy_family_call"
    bad = ["A2,Secret Person,2024-02-31,Antwerp,BE,proxy_family_call", "A3,Secret Person,2024-02,Antwerp,BE,laser"]
    path.write_text("\n".join([header, good, *bad]) + "\n", encoding="utf-8")
    worker = cast.case_worker
    opened = open_case(worker.member, worker.keys, create_case(worker.member, worker.keys, "list").case, "intake")
    done = import_file(worker.member, opened, path, name="x")
    assert done.n_new == 1
    assert ["row 3" in str(done.problems[0]), "row 4" in str(done.problems[1])] == [True, True]
    assert not any("Secret" in str(problem) for problem in done.problems)
    path.write_text("\n".join([header, *bad]) + "\n", encoding="utf-8")
    other = open_case(worker.member, worker.keys, create_case(worker.member, worker.keys, "list").case, "intake")
    with pytest.raises(BadTable):
        import_file(worker.member, other, path, name="y")
    assert DocumentationList.objects.count() == 1


def test_8_spoilt_evidence_stops_what_it_is_needed_for(story: Any, tmp_path: Path) -> None:
    row = story.answered_incident()
    (path,) = evidence_folder().iterdir()
    spoilt = bytearray(path.read_bytes())
    spoilt[len(spoilt) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(spoilt)
    with pytest.raises(NotVerified):
        make_bundle(story, row, tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()
    assert not Outflow.objects.exists()
    with pytest.raises(NotVerified):
        incident_view(story.opened, row)


def test_8_a_claim_that_lost_its_source_is_told(story: Any) -> None:
    row = story.answered_incident()
    from panah.web.register.models import Source

    Source.objects.all().delete()
    with pytest.raises(PanahError, match="source"):
        incident_view(story.opened, row)


# --- 9: same seed, same numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "settings"), [("chao", {}), ("independence", {"replicates": 20})])
def test_9_an_estimate_gives_the_same_again(cast: Any, method: str, settings: dict[str, Any]) -> None:
    counts = {1: 30, 2: 28, 4: 25, 3: 12, 5: 11, 6: 9, 7: 5}
    table = OverlapTable.from_patterns(["A", "B", "C"], counts)
    member = cast.case_worker.member
    first, again = (run_estimate(member, table, method=method, seed=5, settings=settings) for _ in range(2))
    assert first.result is not None
    assert json.dumps(first.result, sort_keys=True) == json.dumps(again.result, sort_keys=True)
    assert first.snapshot == again.snapshot


def test_the_record_read_back_is_the_record_kept(story: Any) -> None:
    claim = story.claim()
    assert story.opened.record(ClaimRecord, Claim.objects.get(pk=claim.id)) == claim
