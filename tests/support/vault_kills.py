"""Kill -9 at random moments under load, and then ask: is everything there that was acknowledged, and nothing half?

A round is one of two kinds. ``writers``: three processes act on the stores as fast as they can (evidence, reports with
a code, claims, lists, new keys of cases and of files, checkpoints) and tell each act through a pipe once it has
returned. ``serve``: a real ``panah serve`` with browsers that tell reports with a file, take documents in, accept what
was read, let a colleague in and out; an act counts as acknowledged when its redirect has arrived. SIGKILL ends all
processes of a round at a random moment. Then :class:`World` looks at everything, in this process, which never wrote.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import random
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from vault_server import Lost, Server, Visitor

PASSWORD = "four words are enough here"
EMAILS = ("ada@example.org", "aygul@example.org")
N_WRITERS = 3
WORDS = "A man rang her mother in Kashgar on 3 May 2024. The embassy in Brussels denies that. About 20 such calls are known."


@dataclass
class Acknowledged:
    """What somebody was told is done."""

    items: dict[str, str] = field(default_factory=dict)
    """Evidence item -> SHA-256."""
    reports: dict[str, str] = field(default_factory=dict)
    """A code -> words of its report."""
    claims: dict[str, str] = field(default_factory=dict)
    lists: dict[str, int] = field(default_factory=dict)
    """Case of a list -> how many records it has at least."""
    keys: dict[str, int] = field(default_factory=dict)
    """Case -> the key version that it has at least."""
    notes: dict[str, str] = field(default_factory=dict)
    """Size -> checkpoint, as somebody outside keeps it."""
    decided: dict[str, str] = field(default_factory=dict)
    """Documents of which everything was accepted."""

    def add(self, line: str) -> None:
        """One line of a writer: kind, key, value."""
        kind, key, value = json.loads(line)
        held = getattr(self, kind)
        held[key] = max(value, held.get(key, value)) if isinstance(value, int) else value

    @property
    def n(self) -> int:
        """How many acts."""
        return sum(len(getattr(self, name)) for name in self.__dataclass_fields__)


class World:
    """A data folder and everything that must hold of it after each kill."""

    def __init__(self, data: Path) -> None:
        from panah.web.config import boot

        boot(data, "desk", migrate=True)
        self.data, self.told, self.checked_items = data, Acknowledged(), set()
        self._open_cases: dict[str, Any] = {}
        self._indexes: dict[str, str] = {}
        self._head: Any = None
        self.members = self._members()

    def _members(self) -> list[tuple[Any, Any]]:
        from panah.web.accounts import actions
        from panah.web.accounts.models import Member, Role

        roles = [role for role in Role.values if role != Role.ANALYST]
        first = actions.set_up(organisation="Example", name="Ada Example", email=EMAILS[0], password=PASSWORD)
        actions.set_roles(first, first, roles)
        actions.add_member(first, name="Aygul Example", email=EMAILS[1], password=PASSWORD, roles=roles)
        return [self._unlocked(Member.objects.by_email(email)) for email in EMAILS]

    def _unlocked(self, member: Any) -> tuple[Any, Any]:
        from panah.vault.keys import MemberKeys
        from panah.web.accounts.passwords import password_keys_of

        derived = password_keys_of(member, PASSWORD)
        assert derived is not None, "signing in"
        return member, MemberKeys.unwrap(bytes(member.wrapped_keys), derived.wrapping_key, member.pk)

    # --- what must hold ------------------------------------------------------------------------------------------
    def check(self, *, everything: bool = False) -> None:
        """Raises AssertionError, or the store's own error, on the first thing that is not as it should be."""
        from django.db import connections

        connections.close_all()
        self._open_cases.clear()
        self._log()
        self._rows()
        self._files(everything)
        self._acknowledged()
        if everything:
            self._sign_in()
        self._head = self._head_now()  # looking wrote lines too
        connections.close_all()

    def _log(self) -> None:
        from panah.vault.custody import line_digest
        from panah.web.evidence import custody
        from panah.web.evidence.models import CustodyEntry
        from panah.web.evidence.revisions import verify_revisions

        head = custody.verify_custody()
        if self._head is not None:
            assert head.size >= self._head.size, "lines that were read before are missing"
            line = CustodyEntry.objects.get(seq=self._head.size).line.encode()
            assert line_digest(line) == self._head.digest, "a line that was read before is another"
        for size in self.told.notes:
            assert int(size) <= head.size, "a signed checkpoint is larger than the log"
        if self.told.notes:
            custody.check_note(self.told.notes[max(self.told.notes, key=int)].encode())
        verify_revisions()

    def _head_now(self) -> Any:
        from panah.vault.custody import Head, line_digest
        from panah.web.evidence.models import CustodyEntry

        last = CustodyEntry.objects.last()
        return Head(last.seq, line_digest(last.line.encode())) if last else None

    def _rows(self) -> None:
        from panah.web.cases.models import Case
        from panah.web.cases.rotation import sealed_models

        n_opened = 0
        for case in Case.objects.all():
            opened = self._opened(case)
            for model in sealed_models():
                for row in model.objects.filter(case=case):
                    assert row.key_version == case.key_version, model
                    opened.field(row)
                    n_opened += 1
        assert n_opened == sum(model.objects.count() for model in sealed_models())

    def _files(self, everything: bool) -> None:
        from panah.web.evidence.models import CustodyEntry, EvidenceItem
        from panah.web.evidence.queries import stored_in
        from panah.web.evidence.records import evidence_folder

        for item in EvidenceItem.objects.all():
            if item.blob_name in self.checked_items and not everything:
                continue
            opened = self._opened(item.case)
            stored = stored_in(opened, item)
            assert stored.blob_name == item.blob_name
            assert stored.commitment == item.commitment
            for _chunk in opened.blob(evidence_folder(), stored.blob, stored.key):  # its digest is checked at the end
                pass
            assert CustodyEntry.objects.filter(line__contains=f'"item":"{item.commitment}"').exists()
            self.checked_items.add(item.blob_name)

    def _opened(self, case: Any) -> Any:
        """A case as one of its members opens it, once in each look."""
        from panah.web.cases.models import CaseKeyWrap
        from panah.web.cases.opening import open_case

        if case.pk not in self._open_cases:
            wraps = CaseKeyWrap.objects.filter(case=case, version=case.key_version)
            holders = set(wraps.values_list("member", flat=True))
            assert holders, "a case that nobody can open"
            member, keys = next(pair for pair in self.members if pair[0].pk in holders)
            self._open_cases[case.pk] = open_case(member, keys, case, "review")
        return self._open_cases[case.pk]

    def _acknowledged(self) -> None:
        from panah.model.claim import Claim as ClaimRecord
        from panah.web.cases.models import Case
        from panah.web.evidence.models import EvidenceItem
        from panah.web.evidence.queries import stored_in
        from panah.web.lists.models import DocumentationList
        from panah.web.register.models import Claim, DocumentReview

        opened = {case.pk: self._opened(case) for case in Case.objects.all()}
        items = EvidenceItem.objects.in_bulk(self.told.items)
        for item_id, sha256 in self.told.items.items():
            assert item_id in items, "an acknowledged original is not there"
            assert stored_in(opened[items[item_id].case_id], items[item_id]).item.sha256 == sha256
        claims = Claim.objects.in_bulk(self.told.claims)
        for claim_id, text in self.told.claims.items():
            assert claim_id in claims, "an acknowledged claim is not there"
            assert opened[claims[claim_id].case_id].record(ClaimRecord, claims[claim_id]).text == text
        for case_id, version in self.told.keys.items():
            assert Case.objects.get(pk=case_id).key_version >= version, "an acknowledged change of key was undone"
        for kept in DocumentationList.objects.all():
            assert kept.n_records == kept.records.count(), "half a list"
        for case_id, n in self.told.lists.items():
            assert DocumentationList.objects.get(case=case_id).n_records >= n, "an acknowledged list is not there"
        for item_id in self.told.decided:
            row = DocumentReview.objects.get(item_id=item_id)
            assert row.n_open == 0, "an acknowledged decision is not there"
        self._reports()

    def _reports(self) -> None:
        """Every code opens its report, and every report is whole: answers, thread, first entry, files."""
        from panah.vault.receipt import Receipt
        from panah.web.evidence.models import EvidenceItem
        from panah.web.intake import receipts
        from panah.web.intake.models import Message, Report, Telling, Thread
        from panah.web.intake.queries import report_in

        texts = {}
        for row in Report.objects.select_related("case"):
            record = report_in(self._opened(row.case), row)
            assert EvidenceItem.objects.filter(pk__in=record.evidence_ids).count() == len(record.evidence_ids)
            if row.case.kind != "document":
                thread = Thread.objects.get(report=row)
                assert Telling.objects.filter(report=row).exists()
                assert Message.objects.filter(thread=thread).count() == thread.n_incoming + thread.n_outgoing > 0
                texts[thread.lookup] = record.text
        for digits, words in self.told.reports.items():
            if digits not in self._indexes:
                self._indexes[digits] = receipts.stretch(Receipt.parse(digits)).index
            assert words in texts.get(self._indexes[digits], ""), "an acknowledged report is not there"

    def _sign_in(self) -> None:
        from panah.web.accounts.models import Member

        for (member, keys), email in zip(self.members, EMAILS, strict=True):
            again = self._unlocked(Member.objects.by_email(email))
            assert again[0].pk == member.pk
            assert again[1].to_bytes() == keys.to_bytes()

    def left_over(self) -> tuple[int, int]:
        """Files that no row names, and half files; then they are swept, and nothing that a row names goes with them."""
        from panah.web.evidence.models import EvidenceItem
        from panah.web.evidence.records import evidence_folder
        from panah.web.evidence.sweeping import sweep, unclaimed_files

        later = datetime.now(UTC) + timedelta(days=2)
        orphans, parts = len(unclaimed_files(later)), len(list(evidence_folder().glob(".*.part-*")))
        sweep(later)
        sweep(later + timedelta(days=32))
        names = {path.stem for path in evidence_folder().rglob("*.age")}
        claimed = set(EvidenceItem.objects.values_list("blob_name", flat=True))
        assert claimed <= names, "the sweep took what a row names"
        assert not list(evidence_folder().glob(".*.part-*"))
        return orphans, parts


# --- writers ---------------------------------------------------------------------------------------------------------
class Writer:
    """Acts on the stores in a forked process, and tells each act once it has returned."""

    def __init__(self, world: World, seed: int, out: int) -> None:
        self.member, self.keys = world.members[0]
        self.world, self.chance, self.out = world, random.Random(seed), out
        self.case_ids: list[str] = []

    def tell(self, kind: str, key: str, value: str | int) -> None:
        os.write(self.out, (json.dumps([kind, key, value]) + "\n").encode())

    def run(self) -> None:
        """Until killed."""
        from panah.errors import PanahError

        acts = (self.evidence, self.evidence, self.report, self.claim, self.rotate, self.list_, self.renew, self.sign)
        while True:
            with contextlib.suppress(PanahError):  # another writer was first: refused is not acknowledged
                self.chance.choice(acts)()

    def _case(self, kind: str = "document") -> Any:
        from panah.web.cases.actions import create_case
        from panah.web.cases.models import Case
        from panah.web.cases.opening import open_case

        shared = list(Case.objects.filter(kind=kind, wraps__member=self.member).distinct().order_by("id")[:3])
        if len(shared) < 3:
            shared.append(create_case(self.member, self.keys, kind, members=[self.world.members[1][0]]).case)
        case = Case.objects.get(pk=self.chance.choice(shared).pk)
        return open_case(self.member, self.keys, case, "intake")

    def evidence(self) -> Any:
        from panah.web.evidence.actions import seal_file

        content = self.chance.randbytes(self.chance.choice((0, 10, 40_000, 3_000_000)))
        row = seal_file(self.member, self._case(), io.BytesIO(content), "invented.bin", "E")
        self.tell("items", row.pk, hashlib.sha256(content).hexdigest())
        return row

    def report(self) -> None:
        from panah.model.base import new_id
        from panah.web.intake.inbox import take_in_by_hand
        from panah.web.intake.records import Told

        words = f"Invented words {self.chance.random()}."
        _row, receipt = take_in_by_hand(self.member, self.keys, Told(what=words), language="en", report_id=new_id())
        self.tell("reports", "".join(receipt.groups), words)

    def claim(self) -> None:
        from panah.model.base import new_id
        from panah.model.claim import Claim, Source
        from panah.model.evidence import Locator
        from panah.web.evidence.models import EvidenceItem
        from panah.web.register.actions import add_source, state_claim

        opened = self._case()
        item = EvidenceItem.objects.filter(case=opened.case).first()
        if item is None:
            return
        source = Source(id=new_id(), name="Invented Daily", kind="news", connection="media")
        add_source(self.member, opened, source)
        place = Locator(evidence_id=item.pk, unit="character", start=0, end=1)
        claim = Claim(
            id=new_id(), source_id=source.id, text=f"Said {self.chance.random()}", stance="asserts", locator=place
        )
        state_claim(self.member, opened, claim)
        self.tell("claims", claim.id, claim.text)

    def rotate(self) -> None:
        from panah.web.cases.rotation import rotate

        renewed = rotate(self.member, self.keys, self._case())
        self.tell("keys", renewed.case.pk, renewed.key.version)

    def renew(self) -> None:
        from panah.web.evidence.models import EvidenceItem
        from panah.web.evidence.renewal import renew_file

        opened = self._case()
        item = EvidenceItem.objects.filter(case=opened.case).order_by("?").first()
        if item is not None:
            renew_file(self.member, opened, item)

    def list_(self) -> None:
        from panah.model.linkage import ListRecord, RecordList
        from panah.web.evidence.models import EvidenceItem
        from panah.web.lists.actions import import_list

        opened, n = self._case("list"), self.chance.randrange(1, 40)
        item = EvidenceItem.objects.filter(case=opened.case).first()
        if item is None:
            from panah.web.evidence.actions import seal_file

            item = seal_file(self.member, opened, io.BytesIO(b"id,date"), "list.csv", "D")
        rows = [ListRecord(record_id=f"{self.chance.randrange(500)}-{at}", row=at + 2, date="2024") for at in range(n)]
        import_list(self.member, opened, RecordList("Invented list", tuple(rows), {"id": "id", "date": "date"}), item)
        self.tell("lists", opened.case.pk, n)

    def sign(self) -> None:
        from panah.web.evidence import custody

        kept = custody.checkpoint()
        self.tell("notes", str(kept.size), kept.note)


def writers_round(world: World, chance: random.Random) -> str:
    """Three forked writers, killed at a random moment; what they told is remembered."""
    from django.db import connections

    connections.close_all()
    lines: list[bytes] = []
    children, readers = [], []
    for _ in range(N_WRITERS):
        receiving, sending = os.pipe()
        seed = chance.randrange(1 << 30)
        child = os.fork()
        if child == 0:
            try:
                os.close(receiving)
                Writer(world, seed, sending).run()
            except BaseException as error:
                os.write(2, f"a writer failed: {type(error).__name__} {error}\n".encode())
            finally:
                os._exit(3)
        os.close(sending)
        children.append(child)
        readers.append(threading.Thread(target=_drain, args=(receiving, lines)))
    for reader in readers:
        reader.start()
    time.sleep(chance.uniform(0.02, 2.5))
    for child in children:
        os.kill(child, signal.SIGKILL)
    ended = [os.waitpid(child, 0)[1] for child in children]
    for reader in readers:
        reader.join()
    assert all(os.WIFSIGNALED(status) for status in ended), "a writer ended by itself; its error stands above"
    before = world.told.n
    for line in b"".join(lines).splitlines():
        world.told.add(line.decode())
    return f"{world.told.n - before} acts"


def _drain(descriptor: int, lines: list[bytes]) -> None:
    """Whole lines only: a line is at most a pipe's atomic write."""
    rest = b""
    with os.fdopen(descriptor, "rb", buffering=0) as stream:
        while chunk := stream.read(65_536):
            whole, edge, rest = (rest + chunk).rpartition(b"\n")
            lines.append(whole + edge)


# --- a real server ---------------------------------------------------------------------------------------------------
def serve_round(world: World, chance: random.Random, *, one_only: bool = False) -> str:
    """``panah serve`` with browsers, killed at a random moment; started again, and a member signs in."""
    from django.db import connections

    connections.close_all()
    server = Server(world.data, {"DATABASE_URL": os.environ.get("DATABASE_URL", "")})
    server.start()
    told, lock, ended = world.told, threading.Lock(), threading.Event()
    before = told.n

    def work(act: Callable[[Server, Acknowledged, threading.Lock, random.Random], None], seed: int) -> None:
        mine = random.Random(seed)
        while not ended.is_set():
            try:
                act(server, told, lock, mine)
            except Lost:
                if ended.wait(0.2):
                    return

    threads = [
        threading.Thread(target=work, args=(act, chance.randrange(1 << 30)), daemon=True)
        for act in (tell_report, tell_report, take_in, in_and_out)
    ]
    for thread in threads:
        thread.start()
    time.sleep(chance.uniform(1, 12))
    family = server.family()
    if one_only:
        os.kill(chance.choice(family[1:]), signal.SIGKILL)
        time.sleep(chance.uniform(0, 2))
    server.kill(family)
    ended.set()
    for thread in threads:
        thread.join(130)
    server.start()
    assert Visitor(server.desk).sign_in(EMAILS[0], PASSWORD), "signing in after the kill"
    server.kill()
    return f"{told.n - before} acts"


def tell_report(server: Server, told: Acknowledged, lock: threading.Lock, chance: random.Random) -> None:
    """A report with a file through the public door; acknowledged when its code is shown."""
    browser, words = Visitor(server.front), f"Invented words {chance.random()}"
    browser.post("/report/", {})
    browser.post("/report/what/", {"tactics": "death_threat", "what": words, "go": "next"})
    photo = {"file": ("photo.png", chance.randbytes(chance.choice((10, 2_000_000))), "image/png")}
    browser.post("/report/files/", {"go": "next", "whole": "1"}, photo)
    status, to, _page = browser.post("/report/check/", {"go": "send"})
    if (status, to) == (302, "/report/receipt/"):
        page = browser.ask("GET", "/report/receipt/")[2].decode()
        digits = "".join(re.findall(r"<span>(\d{4})</span>", page))
        assert len(digits) == 28, page[:500]
        with lock:
            told.reports[digits] = words


def take_in(server: Server, told: Acknowledged, lock: threading.Lock, chance: random.Random) -> None:
    """A document, read and accepted whole."""
    browser = _signed_in(server)
    content = f"{WORDS} Number {chance.random()}.".encode()
    form = {"published": "2024-05-04", "kind": "news", "case": ""}
    status, to, _page = browser.post("/evidence/take-in/", form, {"file": ("told.txt", content, "text/plain")})
    found = re.fullmatch(r"/review/documents/([0-9a-f]{32})/", to)
    if status != 302 or not found:
        return
    with lock:
        told.items[found[1]] = hashlib.sha256(content).hexdigest()
    status, _to, _page = browser.post(f"{to}decide/", {"decision": "accept_rest", "part": ""}, page=to)
    if status == 302:
        with lock:
            told.decided[found[1]] = ""


def in_and_out(server: Server, told: Acknowledged, lock: threading.Lock, chance: random.Random) -> None:
    """A colleague is let into a case and out again: the case gets a new key."""
    from panah.web.accounts.models import Member
    from panah.web.cases.models import Case

    browser = _signed_in(server)
    page = browser.ask("GET", "/cases/")[2].decode()
    cases = re.findall(r"/cases/([0-9a-f]{32})/access/", page)
    if not cases:
        return
    case_id, address = chance.choice(cases), ""
    address, colleague = f"/cases/{case_id}/access/", Member.objects.by_email(EMAILS[1]).pk
    browser.post(address, {"act": "grant", "member": colleague, "compared": "yes", "reason": "team"})
    status, _to, _page = browser.post(address, {"act": "revoke", "member": colleague})
    if status == 302:
        version = Case.objects.get(pk=case_id).key_version
        with lock:
            told.keys[case_id] = max(version, told.keys.get(case_id, 1))


_browsers: dict[tuple[int, int], Visitor] = {}


def _signed_in(server: Server) -> Visitor:
    key = (server.desk, threading.get_ident())
    if key not in _browsers:
        browser = Visitor(server.desk)
        if not browser.sign_in(EMAILS[0], PASSWORD):
            raise Lost("not signed in")
        _browsers[key] = browser
    return _browsers[key]


def rounds(world: World, numbers: range, seed: int, *, serve_every: int) -> Iterator[str]:
    """A kill for each number; tells each round in a line, and raises at the first thing that does not hold."""
    chance = random.Random(f"{seed} {numbers.start}")
    for number in numbers:
        by_server = bool(serve_every) and number % serve_every == 0
        one_only = number % (2 * serve_every or 1) == 0
        told = serve_round(world, chance, one_only=one_only) if by_server else writers_round(world, chance)
        world.check(everything=by_server or number in {numbers[0], numbers[-1]})
        yield f"{number}: {'serve' if by_server else 'writers'}, {told} acknowledged, all of {world.told.n} there"
