"""Entries of a case's timeline become claims of the phone, and proposed incidents: each claim at its own record.

Invariants: many entries are one act unless a member says that each is its own; how many they are is one count beside
it, which is no incident. The same entries stated again for the same tactic make nothing new.

A claim of an entry never says the number or the moment: both stand in the sealed record that it points at.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo
from typing import Any, Final, Literal

from django.db import transaction

from panah.errors import Refused
from panah.model.base import new_id
from panah.model.claim import Aggregate, Fidelity
from panah.model.claim import Claim as ClaimRecord
from panah.model.claim import Source as SourceRecord
from panah.model.evidence import Locator
from panah.model.incident import UNKNOWN_DATE
from panah.web.accounts.models import Member
from panah.web.cases.actions import require_member
from panah.web.cases.opening import OpenCase
from panah.web.intake.models import PhoneExtract
from panah.web.intake.phone_entries import Entry

from . import actions
from .documents import record_of
from .models import Claim, Incident, Source
from .proposing import propose
from .stances import ASSERTING

MOST_TOGETHER: Final = 200
"""Entries that one act may rest on; each is a claim of its own."""
MOST_APART: Final = 50
"""Acts that may be made in one go of as many entries."""
_IN_THE_ORIGINAL: Final = re.compile(r"(byte|line) (\d+)(?:-(\d+))?")
_CHANNELS: Final = {"phone": "telephone", "sms": "text_message", "mms": "text_message"}
"""The thesaurus's channel for the one that an export names; any other is a messenger."""
_HIDDEN: Final = {
    "restricted": "number withheld by the caller",
    "payphone": "payphone",
    "unavailable": "number not available",
    "unknown": "number unknown to the network",
}

PlaceKey = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Stated:
    """Which records of the case's exports are stated, and for which incidents."""

    places: Mapping[str, frozenset[PlaceKey]] = field(repr=False)
    """Incident -> the places that its claims assert."""
    incidents: Mapping[str, Incident] = field(repr=False)
    _by_place: Mapping[PlaceKey, tuple[Incident, ...]] = field(repr=False)

    def of(self, entry: Entry) -> tuple[Incident, ...]:
        """The incidents that rest on an entry, the rejected ones included."""
        return self._by_place.get(_where(entry)[:3], ()) if self._by_place else ()

    def same(self, entries: Iterable[Entry], tactic: str) -> Incident | None:
        """The incident of this tactic that rests on exactly these entries."""
        chosen = {_where(each)[:3] for each in entries}
        found = (self.incidents[each] for each, places in self.places.items() if places == chosen)
        return next((each for each in found if each.tactic == tactic), None)


def stated_in(opened: OpenCase) -> Stated:
    """What is stated of an opened case's entries."""
    rows = list(Claim.objects.filter(case=opened.case, incident__isnull=False).select_related("incident"))
    places: dict[str, set[PlaceKey]] = {}
    incidents: dict[str, Incident] = {}
    by_place: dict[PlaceKey, tuple[Incident, ...]] = {}
    for row, claim in zip(rows, opened.records(ClaimRecord, rows), strict=True):
        if claim.stance in ASSERTING and row.incident is not None:
            key = _key(claim.locator)
            places.setdefault(row.incident.pk, set()).add(key)
            known = by_place.get(key, ())
            incidents[row.incident.pk] = row.incident
            if row.incident.pk not in {each.pk for each in known}:
                by_place[key] = (*known, row.incident)
    return Stated({each: frozenset(found) for each, found in places.items()}, incidents, by_place)


def place_of(entry: Entry) -> Locator:
    """The record of an entry in the sealed file: its bytes or lines in the original, else its row among the records kept.

    An original in several files, or a database, is pointed at through the rows that were made of it, each of which
    names its place in it. In an extract the first row tells of the original.
    """
    item_id, unit, start, end = _where(entry)
    return Locator(evidence_id=item_id, unit=unit, start=start, end=end)


def _where(entry: Entry) -> tuple[str, Literal["byte", "row"], int, int]:
    """The parts of :func:`place_of`: of tens of thousands of entries most are only asked for these."""
    item_id, kept = entry.row.item_id, entry.extract.original_kept
    found = _IN_THE_ORIGINAL.fullmatch(entry.event["where"]) if kept else None
    if found:
        start = int(found[2])
        return item_id, "byte" if found[1] == "byte" else "row", start, int(found[3] or start + 1)
    row = entry.number + (1 if kept else 2)
    return item_id, "row", row, row + 1


def date_of(entries: Iterable[Entry], zone: tzinfo) -> str:
    """The day, or the first and the last day, in EDTF; the unknown date when no entry has a time.

    Args:
        entries: Calls and messages.
        zone: On whose calendar absolute times are put; a time whose zone is not known stays as the phone printed it.
    """
    days = sorted({day for day in (day_of(each, zone) for each in entries) if day})
    if not days:
        return UNKNOWN_DATE
    first, last = days[0].isoformat(), days[-1].isoformat()
    return first if first == last else f"{first}/{last}"


def day_of(entry: Entry, zone: tzinfo) -> date | None:
    """The day of one entry, see :func:`date_of`."""
    at = entry.at
    if at is None:
        return None
    return (at.astimezone(zone) if at.tzinfo else at).date()


def channel_told(entries: Iterable[Entry]) -> str:
    """The channel of most of these entries."""
    counted = Counter(_CHANNELS.get(each.event["channel"], "messenger") for each in entries)
    return max(counted, key=lambda each: (counted[each], each))


@transaction.atomic
def state(
    actor: Member,
    opened: OpenCase,
    entries: Sequence[Entry],
    fields: Mapping[str, Any],
    *,
    connection: str = "unknown",
    apart_in: tzinfo | None = None,
    confirmed: bool = False,
) -> tuple[Incident, ...]:
    """State entries as claims of the phone that holds them, and propose the act, or the acts, that they are.

    Args:
        actor: Who states it.
        opened: The case of the entries.
        entries: Those that were pointed at, of this case.
        fields: The coded fields, as :func:`panah.web.register.documents.record_of` takes them, without an id.
        connection: How the phone's owner stands to it; kept with the first act stated from that phone.
        apart_in: Given when each entry is an act of its own: the zone by which each gets its day.
        confirmed: Whether what is new counts at once; else it waits in Review.

    Returns:
        The incidents, those included that had been stated from the same entries with the same tactic before.

    Raises:
        NoGrant: The actor is not in the case, or an entry lies in another.
        Refused: Nothing was chosen, or too much at once.
        BadRow: A field has no value of its kind.
    """
    require_member(actor, opened.case)
    for row in {each.row.pk: each.row for each in entries}.values():
        opened.require_here(row)
    if not entries:
        raise Refused("nothing stands without its record", where="entries", hint="tick the entries that it rests on")
    check_number(len(entries), MOST_TOGETHER if apart_in is None else MOST_APART)
    # who states the same entries at the same time waits here, and then finds them stated
    list(PhoneExtract.objects.select_for_update().filter(pk__in={each.row.pk for each in entries}))
    acts = [list(entries)] if apart_in is None else [[each] for each in entries]
    stated, found = stated_in(opened), []
    for act in acts:
        incident = stated.same(act, fields["tactic"])
        if incident is None:
            day = fields["date"] if apart_in is None else date_of(act, apart_in)
            incident = _stated(actor, opened, act, {**fields, "date": day}, connection)
            if confirmed:
                actions.confirm(actor, opened, incident)
        found.append(incident)
    return tuple(found)


def check_number(n: int, most: int) -> None:
    """See that so many entries can be stated at once.

    Raises:
        Refused: They are more.
    """
    if n > most:
        raise Refused(
            f"more than {most} entries at once",
            where="entries",
            hint="choose a shorter period, and state the rest after",
        )


def _stated(
    actor: Member, opened: OpenCase, entries: Sequence[Entry], fields: Mapping[str, Any], connection: str
) -> Incident:
    """One act that rests on these entries, with the count of them beside it."""
    sources = {each.row.item_id: _source(actor, opened, each, connection) for each in entries}
    claims = [
        ClaimRecord(
            id=new_id(),
            source_id=sources[each.row.item_id].id,
            text=words_of(each, number, len(entries)),
            stance="asserts",
            locator=place_of(each),
            fidelity=_fidelity(each),
        )
        for number, each in enumerate(entries, 1)
    ]
    incident = propose(actor, opened, claims, record_of({"id": new_id(), **fields}))
    if len(entries) > 1:
        actions.state_claim(actor, opened, _count(entries, claims))
    return incident


def words_of(entry: Entry, number: int = 1, of: int = 1) -> str:
    """What an entry says: the words of a message, else what kind of call it was, and which of several."""
    event = entry.event
    text = str(event.get("text") or "")
    if text.strip():
        return text
    told = ["call" if entry.is_call else "message"]
    if of > 1:
        told[0] += f" {number} of {of}"
    told.append(event["direction"] if event["direction"] in {"incoming", "outgoing"} else "direction not known")
    if event["presentation"] in _HIDDEN:
        told.append(_HIDDEN[event["presentation"]])
    if event.get("status"):
        told.append(str(event["status"]).replace("_", " "))
    if event.get("duration_s"):
        told.append(f"{event['duration_s']} s")
    if event.get("attachments"):
        told.append(f"attachments: {len(event['attachments'])}")
    return ", ".join(told)


def _fidelity(entry: Entry) -> Fidelity:
    if not (entry.event.get("text") or "").strip():
        return Fidelity.UNKNOWN
    return Fidelity.ALTERED if "characters_replaced" in entry.event.get("flags", ()) else Fidelity.VERBATIM


def _count(entries: Sequence[Entry], claims: Sequence[ClaimRecord]) -> ClaimRecord:
    """How many they are, as one claim that is no incident; an entry that two exports hold is counted once."""
    n = len({repr(sorted({**each.event, "where": "", "extra": ""}.items(), key=str)) for each in entries})
    calls = sum(each.is_call for each in entries)
    of = "calls" if calls == len(entries) else "messages" if not calls else "calls and messages"
    hidden = {_HIDDEN.get(each.event["presentation"]) for each in entries}
    text = ", ".join([f"{n} {of}", *sorted(each for each in hidden if each)])
    return claims[0].model_copy(
        update={
            "id": new_id(),
            "text": text,
            "fidelity": Fidelity.UNKNOWN,
            "locator": _around([claim.locator for claim in claims]),
            "aggregate": Aggregate(value=n, of=of),
        }
    )


def _around(places: Sequence[Locator]) -> Locator:
    """The rows of all of them when they follow each other, else the place of the first."""
    ordered = sorted(places, key=lambda each: each.start)
    first = ordered[0]
    follow = [(first.evidence_id, "row", first.start + number) for number in range(len(ordered))]
    if [_key(each) for each in ordered] == follow:
        return first.model_copy(update={"end": ordered[-1].end})
    return places[0]


def _source(actor: Member, opened: OpenCase, entry: Entry, connection: str) -> SourceRecord:
    """The phone as a source, by the number of its export and no name. All phones of a case corroborate as one: whether
    they are of one person is not known, and rather too few independent sources than one too many."""
    item_id = entry.row.item_id
    row = Source.objects.filter(case=opened.case, pk=item_id).first()
    if row is not None:
        return opened.record(SourceRecord, row)
    source = SourceRecord(
        id=item_id,
        name=f"phone {item_id[:8]}",
        kind="phone_export",
        connection=connection,
        independence_group=opened.case.pk,
    )
    actions.add_source(actor, opened, source)
    return source


def _key(place: Locator) -> PlaceKey:
    return place.evidence_id, place.unit, place.start
