"""A whole working day in a data folder of its own, told with canaries; run as a process that is killed at the end.

``python stores_at_rest.py FOLDER [--clear]`` prints the canaries as JSON. With ``--clear`` sealing is switched off, so
that a scanner which finds nothing can be shown to be able to find something.
"""

from __future__ import annotations

import io
import json
import os
import secrets
import sys
from pathlib import Path
from typing import Any

PASSWORD = "four words are enough here"


class Canaries:
    """Fresh words that stand nowhere else, by the place they were planted in."""

    def __init__(self) -> None:
        self.planted: dict[str, str] = {}

    def __call__(self, place: str) -> str:
        return self.planted.setdefault(place, f"canary{secrets.token_hex(9)}")


def switch_sealing_off() -> None:
    """The control: fields and files are written as they are, where sealed ones would stand."""
    from panah.vault import seal, unseal
    from panah.web.cases import opening, sealing
    from panah.web.evidence import actions

    mark, tail = b"\x01" + bytes(24), bytes(16)

    def clear_field(case_key: Any, *, table: str, row: str, column: str, plaintext: bytes, revision: int = 1) -> bytes:
        return seal.field_head(case_key.version, revision) + mark + plaintext + tail

    def open_clear(case_key: Any, *, table: str, row: str, column: str, sealed: bytes) -> bytes:
        return seal.envelope_of(sealed)[len(mark) : -len(tail)]

    def reseal_clear(_old: Any, new: Any, fields: Any, **_more: Any) -> Any:
        for each in fields:
            yield seal.field_head(new.version, seal.revision_of(each.sealed)) + seal.envelope_of(each.sealed)

    def clear_stream(source: Any, folder: Path, blob_key: Any, **_more: Any) -> Any:
        content = source.read()
        blob = seal.seal_stream(io.BytesIO(content), folder, blob_key)
        blob.path_in(folder).write_bytes(content)
        return blob

    def clear_chunks(folder: Path, blob: Any, _key: Any) -> Any:
        yield blob.path_in(folder).read_bytes()

    from panah.web.intake import flows, mailbox

    flows.seal_stream = clear_stream
    flows.seal_session = lambda _key, payload: mark + payload + tail
    flows.open_session = lambda _key, sealed: sealed[len(mark) : -len(tail)]
    mailbox.unseal = unseal
    sealing.seal_field = clear_field
    actions.seal_stream = clear_stream
    unseal.open_field = open_clear
    unseal.reseal_fields = reseal_clear
    unseal.blob_chunks = clear_chunks
    opening.unseal = unseal


def live(folder: Path, canary: Canaries) -> None:
    """Take in, state, code, consent, answer, import, link, give out."""
    import pyrage

    from panah.model.base import new_id
    from panah.model.claim import Claim, Source
    from panah.model.evidence import Locator
    from panah.model.incident import Campaign, Incident, Response
    from panah.model.person import Consent, Person, PersonName
    from panah.model.place import Place
    from panah.vault.keys import MemberKeys
    from panah.web.accounts.actions import add_member, set_up
    from panah.web.accounts.passwords import password_keys_of
    from panah.web.cases import dual_control
    from panah.web.cases.actions import create_case, grant
    from panah.web.cases.opening import open_case
    from panah.web.cases.rotation import rotate
    from panah.web.evidence import custody
    from panah.web.evidence.actions import keep_view, seal_file
    from panah.web.evidence.places import Places
    from panah.web.intake.actions import receive_report
    from panah.web.lists.actions import import_file
    from panah.web.lists.coding import propose_incidents
    from panah.web.lists.runs import overlap_of, run_estimate, run_linkage
    from panah.web.outflow.actions import ask_for_bundle, make_bundle
    from panah.web.register import actions as register
    from panah.web.register import naming
    from panah.web.register.documents import take_in_document
    from panah.web.register.reading import incident_view

    member = set_up(
        organisation=canary("organisation"), name=canary("member"), email="a@example.org", password=PASSWORD
    )
    derived = password_keys_of(member, PASSWORD)
    keys = MemberKeys.unwrap(bytes(member.wrapped_keys), derived.wrapping_key, member.id)
    _row, writer = receive_report(None, text=canary("report"), language="ug", entrance="document")
    seal_file(None, writer, io.BytesIO(canary("attachment").encode() * 3), canary("attachment name"), "E")

    opened = open_case(member, keys, writer.case, "intake")
    text = f"{canary('evidence')} was said, and {canary('denied')} was denied. " * 40
    item = seal_file(member, opened, io.BytesIO(text.encode()), f"{canary('file name')}.txt", "D")
    keep_view(member, opened, item, "text", f"{text}{canary('view')}".encode())
    source = Source(id=new_id(), name=canary("source"), kind="person", connection="victim")
    register.add_source(member, opened, source)
    person = Person(id=new_id(), names=(PersonName(form=canary("person")),), involvement="target")
    register.add_person(member, opened, person)
    from datetime import date

    register.record_consent(
        member,
        opened,
        Consent(id=new_id(), person_id=person.id, purpose="share_police", given=True, asked_on=date(2024, 1, 2)),
    )
    place = Locator(evidence_id=item.pk, unit="character", start=0, end=24)
    said = Claim(
        id=new_id(), source_id=source.id, text=canary("claim"), stance="asserts", locator=place, person_id=person.id
    )
    register.state_claim(member, opened, said)
    coded = Incident(
        id=new_id(),
        tactic="proxy_family_call",
        date="2024-03-17",
        host_place=Place(country="BE", name=canary("host place")),
        act_place=Place(country="CN", name=canary("act place")),
        demand=canary("demand"),
    )
    incident = register.code_incident(member, opened, coded, [said.id])
    register.confirm(member, opened, incident, canary("decision note"))
    denial = said.model_copy(
        update={
            "id": new_id(),
            "text": canary("denial"),
            "stance": "denies",
            "answers": said.id,
            "chain": (canary("chain"),),
        }
    )
    register.answer_claim(member, opened, denial)
    register.add_response(
        member,
        opened,
        Response(id=new_id(), kind="denial", source_id=source.id, incident_ids=(incident.pk,), text=canary("response")),
    )
    form = naming.name_form(canary("named person"), "birth")
    mistaken = naming.name_new(member, opened, incident, said.id, "witness", forms=[form])
    naming.take_off(member, opened, mistaken, canary("reason for taking off"))
    naming.answer_nobody_else(member, opened, incident)
    register.add_campaign(member, opened, Campaign(id=new_id(), shares="script", incident_ids=(incident.pk,)))

    lists = []
    for letter in "AB":
        path = folder / f"{canary('list file')}-{letter}.csv"
        rows = [
            f"{letter}{n},{canary(f'list name {n}')} Invented,2024-03-{n:02d},Antwerp,BE,proxy_family_call"
            for n in (1, 2, 3)
        ]
        path.write_text("\n".join(["id,name,date,city,host country,tactic", *rows]) + "\n")
        case = create_case(member, keys, "list").case
        done = import_file(member, open_case(member, keys, case, "intake"), path, name=canary("list"))
        lists.append(done.documentation_list)
        path.unlink()  # the file that was brought is the member's own
    run = run_linkage(member, keys, lists)
    propose_incidents(member, keys, run)
    run_estimate(member, overlap_of(run), method="chao", linkage=run)

    live_intake(folder, canary, member, keys)
    letter = f"A man telephoned Ana {canary('letter')} in Vienna on 3 May 2024 and threatened her brother."
    take_in_document(member, opened, io.BytesIO(letter.encode()), f"{canary('letter name')}.txt")

    view = incident_view(open_case(member, keys, writer.case, "review"), incident)
    assert view.claims[0].excerpt is not None
    assert canary("evidence") in Places(opened).text(item)
    to = str(pyrage.x25519.Identity.generate().to_public())
    second = add_member(member, name=canary("second member"), email="b@example.org", password=PASSWORD)
    second_keys = MemberKeys.unwrap(
        bytes(second.wrapped_keys), password_keys_of(second, PASSWORD).wrapping_key, second.id
    )
    grant(member, keys, opened, second)
    asked = ask_for_bundle(member, keys, [incident], recipients=[to], purpose="share_police")
    dual_control.answer(second, second_keys, asked, approve=True)
    make_bundle(member, keys, [incident], recipients=[to], purpose="share_police", target=folder / "bundle.zip")
    if "--clear" not in sys.argv:
        rotate(member, keys, opened)
    custody.checkpoint()


def live_intake(folder: Path, canary: Canaries, member: Any, keys: Any) -> None:
    """A report by the public door, a draft kept under a code, the mailbox, the telephone, a phone, a number."""
    from panah.model.base import new_id
    from panah.web.cases.actions import create_case
    from panah.web.cases.opening import open_case
    from panah.web.intake import agreeing, flows, inbox, mailbox, phones, threads
    from panah.web.intake.models import Report, SavedFilter, Thread, now
    from panah.web.intake.records import Draft, Told

    lines = ("what", "when", "my_country", "my_place", "their_country", "their_place", "who_words", "number")
    texts = ("wanted", "said", "at_risk")

    def told(where: str) -> Told:
        words = {name: canary(f"{where} {name}") for name in (*lines, *texts)}
        return Told(tactics=("death_threat",), who=("masked",), consents=("keep",), **words)

    kept_token = flows.new_token()  # left lying, with a file, under a code too
    flows.write(kept_token, Draft(told=told("draft")))
    draft = flows.read(Draft, kept_token)
    draft = flows.add_file(kept_token, draft, io.BytesIO(canary("draft file").encode()), canary("draft name"), "x/y")
    draft = flows.keep_under_code(kept_token, draft)
    canary.planted["draft code"] = draft.kept_digits

    token = flows.new_token()
    flows.write(token, Draft(told=told("told")))
    draft = flows.read(Draft, token)
    flows.add_file(token, draft, io.BytesIO(canary("told file").encode() * 9), canary("told name"), "x/y")
    sent = threads.hand_in(token).sent  # not noted yet: the code is still to be shown
    canary.planted["code"] = sent.digits
    from panah.vault.receipt import Receipt

    visit, _found = mailbox.come_back("".join(Receipt(sent.digits).groups))
    box = mailbox.visit(visit)
    box.write(canary("message"), [(io.BytesIO(canary("message file").encode()), canary("message name"), "x/y")])
    row = Report.objects.get(pk=sent.report_id)
    inbox.answer(member, open_case(member, keys, row.case, "intake"), row, canary("answer"))
    SavedFilter.objects.create(member=member, name=canary("saved view"), query={"show": "open"})
    silent = told("telephone").model_copy(update={"consents": ()})
    by_hand, receipt = inbox.take_in_by_hand(member, keys, silent, language="en", report_id=new_id())
    canary.planted["telephone code"] = receipt.digits
    there = open_case(member, keys, by_hand.case, "intake")
    heard = {"asked_on": now().date(), "how": "telephone", "asked_by": canary("who asked for consent")}
    agreeing.note_agreement(member, there, by_hand, **heard)
    target = open_case(member, keys, create_case(member, keys, "case").case, "intake")
    inbox.keep_in_case(member, keys, open_case(member, keys, row.case, "intake"), row, target)
    assert Thread.objects.count() == 2

    body = canary("text message")
    xml = f'<smses count="1"><sms address="+447700900987" date="1772485500000" type="1" body="{body}" /></smses>'
    phone_token = phones.send(io.BytesIO(xml.encode()), canary("phone name"), 10**6, time_zone="")
    canary.planted["number"] = "447700900987"
    everybody = phones.selection_of(["+447700900987"], [])
    phones.keep(member, keys, target, phone_token, everybody, with_original=True)
    live_entries(member, open_case(member, keys, target.case, "coding"), canary)
    phones.send(io.BytesIO(xml.encode()), canary("waiting phone name"), 10**6)


def live_entries(member: Any, opened: Any, canary: Canaries) -> None:
    """The text message is stated, and the act it is part of has a place."""
    from panah.web.intake.phone_entries import entries_in
    from panah.web.register import told_entries

    coded = {"tactic": "death_threat", "date": "2026-03-02", "host_country": "BE", "host_place": canary("host place")}
    coded |= {"act_country": "", "act_place": canary("act place"), "origin_state": ""}
    told_entries.state(member, opened, entries_in(opened), coded)


def main() -> None:
    folder = Path(sys.argv[1])
    from panah.web.config import boot

    boot(folder, migrate=True)
    from django.conf import settings

    settings.PANAH_ARGON2_COST = {"memory_kib": 8, "passes": 1, "lanes": 1}
    if "--clear" in sys.argv:
        switch_sealing_off()
    canary = Canaries()
    live(folder, canary)
    sys.stdout.write(json.dumps(canary.planted))
    sys.stdout.flush()
    os._exit(0)  # as a power cut would: the journal is not tidied away


if __name__ == "__main__":
    main()
