"""Every page of both doors, with every role, with and without a grant: the matrix is made from the addresses.

A new page needs a line in ``panah/web/config/rules.py`` (and, when it opens a new kind of thing, a line in
``FOREIGN`` here). The attack: somebody with every role and no grant asks for a thing of another case and for one that
does not exist, and looks for any difference between the answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cast import PASSWORD, Player, signed_in
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from stores_factories import Story, tell

from panah.model.base import new_id
from panah.web.accounts import actions as accounts
from panah.web.accounts.models import Role
from panah.web.base.rules import ANYBODY, Rule
from panah.web.cases.actions import CONTENT_ROLES, grant
from panah.web.config import rules
from panah.web.outflow.actions import ask_for_original

DOORS = {"desk": (rules.DESK, "panah.web.config.desk_urls"), "front": (rules.FRONT, "panah.web.config.front_urls")}


@dataclass(frozen=True)
class Page:
    """One address: its name with its namespace, and its route."""

    name: str
    route: str

    def address(self, value: str) -> str:
        """The address with every parameter filled in alike."""
        return "/" + re.sub(r"<[^>]+>", value, re.sub(r"<int:[^>]+>", "1", self.route))


def pages_of(module: str) -> list[Page]:
    def walk(resolver: Any, prefix: str, space: str) -> Iterator[Page]:
        for pattern in resolver.url_patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                yield from walk(pattern, route, inner)
            elif isinstance(pattern, URLPattern):
                yield Page(f"{space}{pattern.name}", route)

    return list(walk(get_resolver(module), "", ""))


FOREIGN: dict[str, Callable[[Story], str]] = {
    "case": lambda story: story.opened.case.pk,
    "item": lambda story: story.item.pk,
    "incident": lambda story: story.rows["incident"].pk,
    "list": lambda story: story.rows["list"].pk,
    "linkage": lambda story: story.rows["linkage"].pk,
    "request": lambda story: story.rows["request"].pk,
    "share": lambda story: story.member.pk,
    "document": lambda story: story.rows["document"].pk,
    "report": lambda story: story.rows["report"].pk,
    "claim": lambda story: story.rows["claim"].pk,
}
"""Kind of thing a page opens -> the id of one in the story's case."""


@pytest.fixture
def story(cast: Any, data_folder: Path) -> Story:
    from panah.web.intake.models import Report
    from panah.web.lists.models import DocumentationList, LinkageRun
    from panah.web.register.models import Claim, DocumentReview

    told = tell(cast.case_worker)
    told.rows["incident"] = told.answered_incident()
    told.rows["claim"] = Claim.objects.filter(incident=told.rows["incident"]).first()
    told.rows["document"] = told.item
    kept(told, DocumentReview(item=told.item, n_open=0))
    told.rows["request"] = ask_for_original(told.member, told.player.keys, told.item)
    told.rows["report"] = kept(told, Report(urgent=True))
    told.rows["list"] = kept(told, DocumentationList(label="A", n_records=0))
    told.rows["linkage"] = kept(told, LinkageRun(member=told.member, seed=1))
    return told


def kept(told: Story, row: Any) -> Any:
    """The row, saved in the story's case; its content is never reached, since nobody here may open it."""
    told.opened.seal(row, b"{}")
    row.save(force_insert=True)
    return row


@pytest.mark.parametrize("door", DOORS)
def test_every_page_has_a_rule_and_every_rule_a_page(door: str) -> None:
    table, module = DOORS[door]
    names = {page.name for page in pages_of(module)}
    assert names - set(table) == set(), "add these pages to panah/web/config/rules.py"
    assert set(table) - names == set(), "these rules have no page any more"


def test_every_kind_of_thing_is_attacked() -> None:
    assert {rule.opens for rule in rules.DESK.values()} - {""} <= set(FOREIGN), "add a sample to FOREIGN"
    assert all(rule.who <= rules.READERS for rule in rules.DESK.values() if rule.opens), "who reads holds a key"
    assert {str(role) for role in CONTENT_ROLES} == rules.READERS
    assert {str(role) for role in Role.values} == rules.MEMBERS


def test_a_page_without_a_rule_answers_nobody(cast: Any, settings: Any, caplog: Any) -> None:
    settings.PANAH_RULES = {name: rule for name, rule in rules.DESK.items() if name != "desk:home"}
    assert all(player.client.get("/").status_code == 403 for player in cast.members)
    assert "desk:home" in caplog.text


@pytest.mark.parametrize("role", Role.values)
def test_a_role_gets_its_pages_and_no_other(cast: Any, story: Story, role: str) -> None:
    """Without any grant: pages of other roles are refused, whatever the address names."""
    player = one_of(cast, role)
    wrong = []
    for page in pages_of("panah.web.config.desk_urls"):
        if page.name in {"account_logout", "sign_out_everywhere"}:
            continue  # they end the session that this test needs; see test_sessions
        for method in ("get", "post"):
            answer = ask(player.client, method, page.address(new_id()))
            # "this was not done" is said by a page that was reached: there was nothing to link, nothing to give out
            refused = answer.status_code == 403 and b"This was not done" not in answer.content
            if refused is rules.DESK[page.name].admits(player.member) or answer.status_code >= 500:
                wrong.append((page.name, method, answer.status_code))
    assert not wrong


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_foreign_thing_and_a_missing_one_are_the_same(cast: Any, story: Story, method: str) -> None:
    """Every role that may read, and no grant; and the administrator."""
    different = []
    for page, rule in opening_pages():
        for player in (cast.stranger, cast.administrator):
            foreign = ask(player.client, method, page.address(FOREIGN[rule.opens](story)))
            missing = ask(player.client, method, page.address(new_id()))
            # a page that is asked for in the wrong way says so before it looks at what it names
            expected = {403} if player is cast.administrator else {404, 405}
            if seen(foreign) != seen(missing) or foreign.status_code not in expected:
                different.append((page.name, str(player), foreign.status_code, missing.status_code))
    assert not different


def test_with_the_grant_the_same_pages_answer(cast: Any, story: Story) -> None:
    """The control: what was refused above was refused for want of a grant."""
    from panah.web.lists.models import DocumentationList
    from panah.web.register.models import DocumentReview

    for model in (DocumentReview, DocumentationList):  # they have no content here, and a deletion reads all of a case
        model.objects.all().delete()
    grant(story.member, story.player.keys, story.opened, cast.colleague.member)
    answers = {}
    for page, rule in opening_pages():
        if rule.opens in {"case", "item", "incident", "claim"}:
            answers[page.name] = cast.colleague.client.get(page.address(FOREIGN[rule.opens](story))).status_code
    assert {"desk:incident", "desk:evidence", "desk:review_case"} <= set(answers)
    assert not {name: status for name, status in answers.items() if status not in {200, 302, 405}}


def test_the_public_door_answers_everybody_and_opens_nothing(front_door: Client) -> None:
    assert all(rule.who is ANYBODY and not rule.opens for rule in rules.FRONT.values())
    front_door.raise_request_exception = False
    for page in pages_of("panah.web.config.front_urls"):
        assert front_door.get(page.address("x")).status_code < 500, page


def opening_pages() -> list[tuple[Page, Rule]]:
    found = [(page, rules.DESK[page.name]) for page in pages_of("panah.web.config.desk_urls")]
    return [(page, rule) for page, rule in found if rule.opens]


def one_of(cast: Any, role: str) -> Player:
    made = accounts.add_member(
        cast.administrator.member, name=role, email=f"only.{role}@example.org", password=PASSWORD, roles=[role]
    )
    return signed_in(made)


def ask(client: Client, method: str, address: str) -> Any:
    client.raise_request_exception = False
    return getattr(client, method)(address)


def seen(answer: Any) -> tuple[int, bytes, Any]:
    """What the browser gets, without what differs between any two answers: the form token and the address itself."""
    body = re.sub(rb"[0-9a-f]{32}|csrfmiddlewaretoken[^>]*|[A-Za-z0-9]{64}", b"-", answer.content)
    return answer.status_code, body, sorted((k, v) for k, v in answer.headers.items() if k != "Set-Cookie")
