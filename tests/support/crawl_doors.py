"""One process that crawls a door as it is served behind https, following every link and form that a reader can follow.

``python crawl_doors.py DATA DOOR [--plain]``; prints one JSON line for each answer: path, status, headers, cookies.
With ``--plain`` the headers' middleware is left out: the control, in which the proof must find what is missing.
"""

from __future__ import annotations

import json
import os
import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

PASSWORD = "four words are enough here"
ENDS_THE_SESSION = {"/sign-out/", "/account/sign-out-everywhere/"}
"""Crawled last."""
N_MOST = 400


class Links(HTMLParser):
    """Where a page leads, and what a reader without scripts can press."""

    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.forms: list[dict[str, Any]] = []
        self.scripted: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag in {"a", "link"} and "href" in found:
            self.hrefs.append(found["href"])
        if tag in {"img", "script"} and "src" in found:
            self.hrefs.append(found["src"])
        if tag == "form":
            self.forms.append({"action": found.get("action", ""), "method": found.get("method", "get"), "buttons": 0})
        if self.forms and (tag == "button" or (tag == "input" and found.get("type") in {"submit", "image"})):
            self.forms[-1]["buttons"] += found.get("type", "submit") in {"submit", "image"}
        if tag not in {"form", "a"} and any(name.startswith(("hx-get", "hx-post", "hx-put")) for name in found):
            self.scripted.append(self.get_starttag_text() or tag)


def routes(resolver: Any, prefix: str = "") -> list[str]:
    found = []
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            found += routes(pattern, route)
        else:
            found.append("/" + re.sub(r"<[^>]+>", "0" * 32, re.sub(r"<int:[^>]+>", "1", route)))
    return found


def crawl(client: Any, starts: list[str]) -> None:
    waiting, seen = list(dict.fromkeys(starts)), set()
    while waiting and len(seen) < N_MOST:
        waiting.sort(key=lambda path: path in ENDS_THE_SESSION)
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        answers = [("get", client.get(path, secure=True))]
        if "static" not in path and path not in ENDS_THE_SESSION:
            answers.append(("post", client.post(path, {}, secure=True)))
        for method, answer in answers:
            page = Links()
            is_page = answer.headers.get("Content-Type", "").startswith("text/html") and not answer.streaming
            if is_page:
                page.feed(answer.content.decode())
            tell(path, method, answer, page)
            to = [*page.hrefs, answer.headers.get("Location", ""), *[form["action"] for form in page.forms]]
            for each in to:
                there = urlsplit(urljoin(f"https://testserver{path}", each))
                if each and there.netloc == "testserver" and there.path not in seen:
                    waiting.append(there.path)


def tell(path: str, method: str, answer: Any, page: Links) -> None:
    cookies = {
        name: {key: morsel[key] for key in ("path", "domain", "secure", "httponly", "samesite", "max-age")}
        for name, morsel in answer.cookies.items()
    }
    line = {
        "path": path,
        "method": method,
        "status": answer.status_code,
        "headers": dict(answer.headers),
        "cookies": cookies,
        "forms": page.forms,
        "scripted": page.scripted,
        "outside": [each for each in page.hrefs if urlsplit(each).netloc not in {"", "testserver"}],
    }
    sys.stdout.write(json.dumps(line) + "\n")


def main() -> None:
    folder, door = Path(sys.argv[1]), sys.argv[2]
    os.environ["PANAH_HTTPS"] = "true"
    from panah.web.config import boot

    boot(folder, door, migrate=True)
    from django.conf import settings

    settings.PANAH_ARGON2_COST = {"memory_kib": 8, "passes": 1, "lanes": 1}
    settings.ALLOWED_HOSTS = ["*"]
    settings.PANAH_JOBS_AT_ONCE = True
    if "--plain" in sys.argv:
        out = ("HeadersMiddleware", "CSPMiddleware", "SecurityMiddleware", "XFrameOptionsMiddleware")
        settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if not each.endswith(out)]
        settings.SESSION_COOKIE_HTTPONLY = settings.CSRF_COOKIE_SECURE = False
    from django.test import Client
    from django.urls import get_resolver

    client = Client(raise_request_exception=False)
    starts = [path for path in routes(get_resolver()) if "leave" not in path]
    from panah.web.accounts.actions import set_up

    set_up(organisation="Example", name="Ada", email="a@example.org", password=PASSWORD)
    if door == "desk":
        signed_in = client.post("/sign-in/", {"login": "a@example.org", "password": PASSWORD}, secure=True)
        assert signed_in.status_code == 302, signed_in.content
        tell("/sign-in/", "post", signed_in, Links())
    else:
        client.post("/report/", {}, secure=True)
    themed = client.post("/preferences/theme/", {"theme": "dark", "next": "/"}, secure=True)
    tell("/preferences/theme/", "post", themed, Links())
    crawl(client, ["/", "/nothing/here/", *starts])
    sys.stdout.flush()


if __name__ == "__main__":
    main()
