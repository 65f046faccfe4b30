"""Every page of the desk with the addresses of things that a working day left, and the words that they show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from panah.web.cases.models import Case, DualRequest
from panah.web.config import rules
from panah.web.evidence.models import EvidenceItem
from panah.web.intake.models import Report
from panah.web.lists.models import DocumentationList, LinkageRun
from panah.web.register.models import Claim, DocumentReview, Incident

ENDS_THE_SESSION = {"account_logout", "sign_out_everywhere"}


def things() -> dict[str, list[str]]:
    """Kind of thing -> ids of those there are, the kinds of ``rules.DESK``."""
    found = {
        "case": Case,
        "item": EvidenceItem,
        "incident": Incident,
        "claim": Claim,
        "report": Report,
        "list": DocumentationList,
        "linkage": LinkageRun,
        "request": DualRequest,
    }
    ids = {kind: [str(each) for each in model.objects.values_list("pk", flat=True)] for kind, model in found.items()}
    ids["document"] = [str(each) for each in DocumentReview.objects.values_list("item_id", flat=True)]
    ids["share"] = []
    return ids


def addresses() -> list[tuple[str, str]]:
    """Name and address of every page that can be asked for, each thing once."""
    ids = things()
    pages: list[tuple[str, str]] = []
    for name, route in _routes(get_resolver("panah.web.config.desk_urls"), "", ""):
        if name in ENDS_THE_SESSION:
            continue
        fill = ids.get(rules.DESK[name].opens, []) if "<" in route else [""]
        pages += [(name, "/" + re.sub(r"<[^>]+>", each, re.sub(r"<int:[^>]+>", "1", route))) for each in fill]
    return pages


def words_shown(client: Client, pages: list[tuple[str, str]], words: set[str]) -> dict[str, set[str]]:
    """Name of a page -> which of these words its answers show."""
    client.raise_request_exception = False
    shown: dict[str, set[str]] = {}
    for name, address in pages:
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = body.decode("utf-8", "replace")
        seen = {word for word in words if word in text}
        if seen:
            shown.setdefault(name, set()).update(seen)
    return shown


def _routes(resolver: Any, prefix: str, space: str) -> Iterator[tuple[str, str]]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern, route, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}", route
