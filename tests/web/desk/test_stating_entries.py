"""From calls and messages on a line of time to a counted incident, over the pages; and who may not."""

from __future__ import annotations

import io
import json
import re
import zipfile
from html import unescape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyrage
import pytest
from cast import Player
from django.urls import reverse
from intake_phones import CALLS, KNOWN, MESSAGES, choose, send
from two_people import let_in

from panah.errors import BadRow, NoGrant, Refused
from panah.model.claim import Claim as ClaimRecord
from panah.model.claim import Source as SourceRecord
from panah.model.incident import Incident as IncidentRecord
from panah.web.cases.models import Case, CaseLog
from panah.web.cases.opening import OpenCase, open_case
from panah.web.evidence import deletion
from panah.web.evidence.models import EvidenceItem
from panah.web.intake.models import PhoneExtract
from panah.web.intake.phone_entries import Entry, EntryFilter, entries_in, groups_of
from panah.web.register import told_entries
from panah.web.register.models import Claim, Incident, Source
from panah.web.register.queries import counts
from panah.web.register.reading import CaseReader, incident_view

pytestmark = pytest.mark.slow

HIDDEN = "Number withheld by the caller"
UTC = ZoneInfo("UTC")
FIELDS = {
    "acts": "one",
    "tactic": "proxy_family_call",
    "date": "2026-03-02/2026-03-07",
    "zone": "UTC",
    "host_country": "Belgium",
    "host_place": "",
    "act_country": "",
    "act_place": "",
    "origin_state": "",
    "channel": "telephone",
    "target": "activist",
    "actor": "unknown",
    "connection": "victim",
    "act": "state",
}
CODED = {name: FIELDS[name] for name in FIELDS if name not in {"acts", "zone", "connection", "act"}} | {
    "host_country": "BE"
}


def taken_in(player: Player, content: bytes = CALLS, labels: Any = (HIDDEN,), **more: Any) -> Case:
    """A phone of a new case of this player's."""
    before = set(PhoneExtract.objects.values_list("pk", flat=True))
    send(player, content)
    choose(player, list(labels), **more)
    return PhoneExtract.objects.exclude(pk__in=before).get().case


def opened(player: Player, case: Case, reason: str = "coding") -> OpenCase:
    return open_case(player.member, player.keys, case, reason)


def keys_on(page: str) -> list[str]:
    """The entries that a page lets one tick, or carries along."""
    return re.findall(r'name="entry" value="([^"]+)"', page)


def lines(player: Player, case: Case, query: str = "") -> str:
    return unescape(player.client.get(reverse("desk:timeline", args=[case.pk]) + query).content.decode())


def address(case: Case) -> str:
    return reverse("desk:state_entries", args=[case.pk])


@pytest.fixture
def case(cast: Any, data_folder: Path) -> Case:
    return taken_in(cast.case_worker)


def test_six_hidden_calls_become_one_counted_incident_and_lead_back_to_their_records(cast: Any, case: Case) -> None:
    worker = cast.case_worker
    ticked = keys_on(lines(worker, case))
    assert len(ticked) == 6
    form = worker.client.post(address(case), {"entry": ticked}).content.decode()
    assert keys_on(form) == ticked
    for prefilled in ('value="2026-03-02/2026-03-07"', 'value="UTC"', "grade D", "an extract", "can be forged"):
        assert prefilled in form, prefilled
    assert not Incident.objects.exists(), "choosing states nothing"
    answer = worker.client.post(address(case), FIELDS | {"entry": ticked})
    row = Incident.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("desk:who", args=[row.pk])), "next: who is in it"
    incident = reverse("desk:incident", args=[row.pk])
    assert (row.decision, row.month, row.channel) == ("proposed", "2026-03", "telephone")
    assert counts(worker.member, "tactic") == {}, "nothing counts before a member confirms it"
    worker.client.post(reverse("desk:decide", args=[row.pk]), {"decision": "confirmed"})
    assert counts(worker.member, "tactic") == {("proxy_family_call",): 1}, "six calls, one act"

    view = incident_view(opened(worker, case), Incident.objects.get())
    events = [each.event for each in entries_in(opened(worker, case))]
    assert [json.loads(each.excerpt.words) for each in view.claims] == events
    assert [each.claim.text for each in view.claims][:1] == [
        "call 1 of 6, incoming, number withheld by the caller, answered, 63 s"
    ]
    item = EvidenceItem.objects.get()
    for each in view.claims:
        assert (each.claim.stance, each.item.grade, each.source.id) == ("asserts", "D", item.pk)
    assert view.n_independent_sources == 1
    (count,) = CaseReader(opened(worker, case)).claims(None)
    assert (count.claim.text, count.claim.aggregate.value, count.claim.aggregate.of) == (
        "6 calls, number withheld by the caller",
        6,
        "calls",
    )
    assert [json.loads(line) for line in count.excerpt.words.split("\n")] == events, "it stands at all six"
    assert "call 1 of 6" in worker.client.get(answer.url).content.decode()
    assert "call 1 of 6" in worker.client.get(incident).content.decode()
    after = lines(worker, case)
    assert after.count(f'href="{incident}"') == 6, "marked on the line of time"
    assert keys_on(lines(worker, case, "?open=on")) == []


def test_of_an_original_that_is_kept_the_claim_points_at_its_bytes(cast: Any, data_folder: Path) -> None:
    worker = cast.case_worker
    case = taken_in(worker, MESSAGES, [KNOWN], with_original="on")
    ticked = keys_on(lines(worker, case))
    worker.client.post(address(case), FIELDS | {"entry": ticked[:1], "tactic": "death_threat"})
    (view,) = incident_view(opened(worker, case), Incident.objects.get()).claims
    place = view.claim.locator
    assert place.unit == "byte"
    assert MESSAGES[place.start : place.end].startswith(b"<sms ")
    assert b"we know where your mother lives" in MESSAGES[place.start : place.end]
    assert (view.claim.text, view.claim.fidelity) == ("come home, we know where your mother lives", "verbatim")
    assert view.item.grade == "C"
    assert not Claim.objects.filter(incident=None).exists(), "one entry needs no count"
    page = worker.client.get(reverse("desk:incident", args=[Incident.objects.get().pk])).content.decode()
    assert "come home, we know where your mother lives" in page


WHATSAPP = (
    "14/05/2025, 21:03 - Rana: come\u2028home\r\n14/05/2025, 23:59 - Rana: last\u0085time\r\nwe know\r\n"
    "15/05/2025, 08:00 - Me: no\r\n15/05/2025, 08:01 - Rana: come now\r\n"
)


def excerpts(worker: Player, case: Case) -> list[tuple[str, str]]:
    """What is claimed and the words at its place, each entry of the case stated by itself, in order."""
    found = []
    for entry in entries_in(opened(worker, case)):
        given = FIELDS | {"entry": [entry.key], "date": "2025-05", "channel": "messenger"}
        page = worker.client.post(address(case), given)
        (view,) = incident_view(opened(worker, case), Incident.objects.get(pk=page.url.split("/")[2])).claims
        assert view.claim.locator.unit == "row"
        found.append((view.claim.text, view.excerpt.words))
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("kept", ["extract", "original", "zip"])
def test_a_message_of_a_chat_stands_at_its_own_lines(cast: Any, data_folder: Path, kept: str, encoding: str) -> None:
    """Separators that are no line ends to the chat's reader stand inside: they would move every row below them."""
    worker = cast.case_worker
    content = WHATSAPP.encode(encoding)
    if kept == "zip":
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as writing:
            writing.writestr("_chat.txt", content)
        content = archive.getvalue()
    send(worker, content, time_zone="Asia/Urumqi")
    choose(worker, ["Rana"], **({} if kept == "extract" else {"with_original": "on"}))
    found = excerpts(worker, PhoneExtract.objects.get().case)
    texts = ["come\u2028home", "last\u0085time\nwe know", "come now"]
    assert [text for text, _words in found] == texts
    if kept == "original":
        assert [words.partition("Rana: ")[2] for _text, words in found] == texts, "the lines of the original"
    else:
        assert [json.loads(words)["text"] for _text, words in found] == texts, "the record that was kept"


@pytest.mark.parametrize("content", [WHATSAPP.encode(), MESSAGES], ids=["lines", "bytes"])
@pytest.mark.parametrize("more", [{}, {"with_original": "on"}], ids=["extract", "original"])
def test_what_lies_in_the_reading_room_is_stated_without_opening_it(
    cast: Any, data_folder: Path, settings: Any, content: bytes, more: dict[str, str]
) -> None:
    settings.PANAH_READING_ROOM = [str(pyrage.x25519.Identity.generate().to_public())]
    worker = cast.case_worker
    send(worker, content, time_zone="Asia/Urumqi")
    choose(worker, ["Rana", KNOWN], **more)
    case = PhoneExtract.objects.get().case
    ticked = keys_on(lines(worker, case))
    page = worker.client.post(address(case), FIELDS | {"entry": ticked[:1]})
    (view,) = incident_view(opened(worker, case), Incident.objects.get()).claims
    assert view.excerpt is None
    place = view.claim.locator
    assert view.claim.text in worker.client.get(page.url).content.decode()
    at = f"?unit={place.unit}&start={place.start}&end={place.end}"
    assert worker.client.get(f"/evidence/{place.evidence_id}/{at}").status_code == 200


def test_the_same_choice_stated_again_makes_nothing_new(cast: Any, case: Case) -> None:
    worker = cast.case_worker
    ticked = keys_on(lines(worker, case))
    worker.client.post(address(case), FIELDS | {"entry": ticked})
    again = worker.client.post(address(case), FIELDS | {"entry": list(reversed(ticked)), "act": "confirm"})
    assert again.url == reverse("desk:incident", args=[Incident.objects.get().pk])
    assert (Incident.objects.count(), Claim.objects.count(), Source.objects.count()) == (1, 7, 1)
    assert Incident.objects.get().decision == "proposed", "and decides nothing"
    assert b"stated before" in worker.client.get(again.url).content
    worker.client.post(address(case), FIELDS | {"entry": ticked, "tactic": "death_threat"})
    assert Incident.objects.count() == 2, "another act of the same entries is another act"
    form = worker.client.post(address(case), {"entry": ticked}).content.decode()
    assert all(pk in form for pk in Incident.objects.values_list("pk", flat=True)), "shown as stated already"


def test_each_call_an_act_of_its_own_when_the_worker_says_so(cast: Any, case: Case) -> None:
    worker = cast.case_worker
    ticked = keys_on(lines(worker, case))
    alone = FIELDS | {"entry": ticked[:1], "date": "2026-03-02"}
    worker.client.post(address(case), alone)
    # the second call came at 21:06 UTC of 3 March: half past two of the 4th where the phone was
    each = FIELDS | {"entry": ticked, "acts": "each", "zone": "Asia/Kolkata"}
    assert worker.client.post(address(case), each).url == reverse("desk:timeline", args=[case.pk])
    records = opened(worker, case).records(IncidentRecord, Incident.objects.all())
    assert sorted(each.date for each in records) == [
        "2026-03-02",
        *(f"2026-03-0{day}" for day in range(4, 9)),
    ], "the first stood already"
    assert not Claim.objects.filter(incident=None).exists(), "no pattern, no count"
    worker.client.post(address(case), each)
    assert Incident.objects.count() == 6


def test_a_whole_group_in_one_go(cast: Any, data_folder: Path) -> None:
    worker = cast.case_worker
    case = taken_in(worker, CALLS, [HIDDEN, KNOWN])
    page = lines(worker, case)
    (pattern,) = set(re.findall(r'href="\?pattern=([^"]+)"', page))
    form = worker.client.post(f"{address(case)}?pattern={pattern}", {"all": "1"}).content.decode()
    assert len(keys_on(form)) == 6
    known = next(each for each in groups_of(entries_in(opened(worker, case))) if each.who == KNOWN)
    assert KNOWN not in known.key
    assert f"like={known.key}" in page
    form = worker.client.post(f"{address(case)}?like={known.key}", {"all": "1"}).content.decode()
    assert len(keys_on(form)) == 3
    assert len(keys_on(lines(worker, case, "?kind=message"))) == 0
    assert len(keys_on(lines(worker, case, "?since=2026-03-03&until=2026-03-04"))) == 4
    assert len(keys_on(lines(worker, case, "?since=soon&kind=fax&like=x"))) == 0, (
        "nothing is like an entry of elsewhere"
    )


def test_days_are_counted_in_the_zone_that_was_said(cast: Any, case: Case) -> None:
    worker = cast.case_worker
    ticked = keys_on(lines(worker, case))
    asked = FIELDS | {"entry": ticked[:1], "act": "zone", "zone": "Asia/Urumqi", "host_place": "Ghent"}
    form = worker.client.post(address(case), asked).content.decode()
    assert 'value="2026-03-03"' in form
    assert "Asia/Urumqi" in form
    assert 'value="Ghent"' in form, "what was typed stays"
    assert not Incident.objects.exists()


def test_a_time_without_a_zone_stays_as_it_was_printed() -> None:
    def entry(at: str | None) -> Entry:
        return Entry({"at": at}, None, None, 0)  # type: ignore[arg-type]

    far = ZoneInfo("Pacific/Kiritimati")
    assert told_entries.date_of([entry("2026-03-02T23:30:00.000")], far) == "2026-03-02"
    assert told_entries.date_of([entry("2026-03-02T23:30:00.000Z")], far) == "2026-03-03"
    assert told_entries.date_of([entry(None), entry("2026-03-02T01:00:00.000Z")], UTC) == "2026-03-02"
    assert told_entries.date_of([entry(None)], UTC) == "XXXX"


@pytest.mark.parametrize(
    "wrong",
    [{"entry": []}, {"date": "last week"}, {"tactic": ""}, {"host_country": "Nowhereland"}, {"connection": "accused"},
     {"zone": "Europe/Nowhere"}, {"zone": "../../etc/passwd"}, {"acts": "none"}, {"entry": ["0" * 32 + "-0"]},
     {"entry": ["x"]}],
)  # fmt: skip
def test_what_cannot_stand_is_not_stated(cast: Any, case: Case, wrong: dict) -> None:
    ticked = keys_on(lines(cast.case_worker, case))
    answer = cast.case_worker.client.post(address(case), FIELDS | {"entry": ticked} | wrong)
    assert answer.status_code in {302, 400, 404}
    assert Incident.objects.count() == Claim.objects.count() == Source.objects.count() == 0


def test_one_entry_of_elsewhere_spoils_the_choice(cast: Any, case: Case) -> None:
    """The attack: a member's own case, with the key of an entry in a case that they may not read."""
    foreign = keys_on(lines(cast.case_worker, case))[0]
    own = taken_in(cast.colleague)
    ticked = keys_on(lines(cast.colleague, own))
    for act in ("choose", "state"):
        answer = cast.colleague.client.post(address(own), FIELDS | {"entry": [*ticked, foreign], "act": act})
        assert answer.status_code == 404
    assert not Incident.objects.exists()
    worker = cast.case_worker
    theirs = entries_in(opened(worker, case))
    with pytest.raises(NoGrant):
        told_entries.state(cast.colleague.member, opened(cast.colleague, own), theirs, CODED)
    with pytest.raises(NoGrant):
        told_entries.state(cast.stranger.member, opened(worker, case), theirs, CODED)
    assert not Claim.objects.exists()


def test_too_many_at_once_are_refused_and_nothing_is_kept(
    cast: Any, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = cast.case_worker
    ticked = keys_on(lines(worker, case))
    monkeypatch.setattr(told_entries, "MOST_TOGETHER", 5)
    monkeypatch.setattr(told_entries, "MOST_APART", 3)
    answer = worker.client.post(address(case), FIELDS | {"entry": ticked})
    assert answer.status_code == 403
    assert b"ore than 5 entries at once" in answer.content
    answer = worker.client.post(address(case), FIELDS | {"entry": ticked[:5], "acts": "each"})
    assert answer.status_code == 403
    with pytest.raises(Refused):
        told_entries.state(worker.member, opened(worker, case), [], CODED)
    assert not Claim.objects.exists()


def test_a_refusal_half_way_leaves_nothing(cast: Any, case: Case) -> None:
    worker = cast.case_worker
    mine = opened(worker, case)
    with pytest.raises(BadRow):
        told_entries.state(worker.member, mine, entries_in(mine), CODED | {"tactic": "no_such"})
    assert Claim.objects.count() == Source.objects.count() == 0


def test_only_members_of_the_case_reach_it_and_each_opening_is_logged(cast: Any, case: Case) -> None:
    ticked = keys_on(lines(cast.case_worker, case))
    let_in(cast.case_worker, case, cast.colleague.member)
    before = CaseLog.objects.filter(case=case, act="opened", reason="coding").count()
    assert cast.colleague.client.post(address(case), {"entry": ticked}).status_code == 200, "control: who was let in"
    assert CaseLog.objects.filter(case=case, act="opened", reason="coding").count() == before + 1
    assert cast.colleague.client.get(address(case)).url == reverse("desk:timeline", args=[case.pk])
    for player in (cast.stranger, cast.administrator, cast.nobody, cast.reporter):
        for given in ({"entry": ticked}, {"all": "1"}, FIELDS | {"entry": ticked}):
            answer = player.client.post(address(case), given)
            assert answer.status_code in {302, 403, 404}
            assert b"withheld" not in answer.content
    foreign, missing = (
        cast.stranger.client.post(f"/timeline/{pk}/state/", {"entry": ticked}) for pk in (case.pk, "0" * 32)
    )
    assert foreign.status_code == missing.status_code == 404
    assert not Incident.objects.exists()


def test_a_call_in_two_exports_is_counted_once(cast: Any, case: Case) -> None:
    worker = cast.case_worker
    send(worker, CALLS)
    choose(worker, [HIDDEN], case=case.pk)
    mine = opened(worker, case)
    entries = entries_in(mine)
    assert len(entries) == 12
    told_entries.state(worker.member, mine, entries, CODED)
    (count,) = opened(worker, case).records(ClaimRecord, Claim.objects.filter(incident=None))
    assert count.aggregate is not None
    assert count.aggregate.value == 6
    view = incident_view(opened(worker, case), Incident.objects.get())
    assert (len(view.claims), view.n_independent_sources) == (12, 1), "one phone twice is one source"


def test_numbers_and_times_stay_in_the_sealed_record(cast: Any, data_folder: Path) -> None:
    worker = cast.case_worker
    case = taken_in(worker, CALLS, [KNOWN])
    ticked = keys_on(lines(worker, case))
    worker.client.post(address(case), FIELDS | {"entry": ticked})
    for claim in opened(worker, case).records(ClaimRecord, Claim.objects.all()):
        assert "7700" not in claim.text
        assert "2026" not in claim.text
    source = opened(worker, case).record(SourceRecord, Source.objects.get())
    assert (source.name, source.kind) == (f"phone {EvidenceItem.objects.get().pk[:8]}", "phone_export")
    for file in (data_folder / "evidence").iterdir():
        assert b"7700" not in file.read_bytes()


@pytest.mark.parametrize("more", [{}, {"with_original": "on"}])
def test_rows_without_end_in_an_address_end_where_the_records_do(
    cast: Any, data_folder: Path, more: dict[str, str]
) -> None:
    """The attack: counting to a thousand billion rows keeps a server busy for a day."""
    taken_in(cast.case_worker, **more)
    item = EvidenceItem.objects.get(kind="original")
    page = cast.case_worker.client.get(f"/evidence/{item.pk}/?unit=row&start=1&end=999999999999999")
    assert page.status_code == 200
    assert page.content.decode().count("duration_s") == 6


def test_it_goes_with_the_export(cast: Any, case: Case) -> None:
    worker = cast.case_worker
    mine = opened(worker, case)
    told_entries.state(worker.member, mine, entries_in(mine), CODED)
    going = deletion.going_with(opened(worker, case), EvidenceItem.objects.get())
    gone = {(type(each), each.pk) for each in going.rows}
    kept = [*Incident.objects.all(), *Claim.objects.all(), *Source.objects.all(), *PhoneExtract.objects.all()]
    assert len(kept) == 1 + 7 + 1 + 1
    assert {(type(each), each.pk) for each in kept} <= gone


def test_a_filter_of_nothing_keeps_all_in_order(cast: Any, case: Case) -> None:
    entries = entries_in(opened(cast.case_worker, case))
    assert EntryFilter().keep(entries) == entries
    assert EntryFilter().narrows is False
    assert EntryFilter(like=entries[3].key).keep(entries) == entries, "all with a hidden number"
    assert EntryFilter(like="0" * 32 + "-3").keep(entries) == []
