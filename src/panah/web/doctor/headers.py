"""What the doors send with every answer: asked of each door in a process of its own, or of an address that is named."""

from __future__ import annotations

import http.client
import json
import os
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from panah.errors import NotConfigured, Unreadable
from panah.web.base.middleware import HEADERS

from .checks import Check, bad, well

WAIT_S: Final = 20
START_S: Final = 120
YEAR_S: Final = 31_536_000
LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
PATHS: Final = ("/", "/there-is-no-such-page/")
EXACT: Final = {
    **HEADERS,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
POLICY: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one path. Header names are lower case; ``cookies`` are whole ``Set-Cookie`` lines."""

    path: str
    status: int
    headers: Mapping[str, str]
    cookies: tuple[str, ...] = ()


def problems(answer: Answer, *, https: bool) -> list[str]:
    """Everything about one answer that is not as it should be."""
    found = [name for name, value in EXACT.items() if answer.headers.get(name.lower()) != value]
    given = answer.headers.get("content-security-policy", "")
    policy = dict(part.strip().partition(" ")[::2] for part in given.split(";") if part.strip())
    if "unsafe" in given or any(policy.get(name) != value for name, value in POLICY.items()):
        found.append("Content-Security-Policy")
    if https and _age(answer.headers.get("strict-transport-security", "")) < YEAR_S:
        found.append("Strict-Transport-Security")
    for line in answer.cookies:
        name, words = line.partition("=")[0], {word.strip().lower() for word in line.split(";")[1:]}
        wanted = {"httponly", "samesite=strict", *(["secure", "path=/"] if https else [])}
        if wanted - words or (https and not name.startswith("__Host-")):
            found.append(f"cookie {name}")
    return found


def of_doors(doors: tuple[str, ...], data: str) -> Iterator[Check]:
    """Both doors as their own settings make them, each in a process, since one process is one door."""
    for door in doors:
        yield _told(f"headers_{door}", *_asked(door, data))


def of_address(url: str) -> Iterator[Check]:
    """A running door under its address, as a browser sees it through whatever stands in front."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https"} or not host:
        raise NotConfigured("not an address", where="--url", hint="write https://…")
    https = parts.scheme == "https"
    if not https and host not in LOCAL and not host.endswith(".onion"):
        yield bad("https_address", f"{host} is reached without https", "put a proxy that speaks https in front")
    yield _told(f"headers_at {host}", [_fetched(url.rstrip("/"), path) for path in PATHS], https)


def _told(name: str, answers: list[Answer], https: bool) -> Check:
    broken = [f"{answer.path} answers {answer.status}" for answer in answers if answer.status in {400, 500, 502, 503}]
    if broken:
        return bad(name, broken[0], "is the name in PANAH_HOSTS; does the door run")
    found = sorted({problem for answer in answers for problem in problems(answer, https=https)})
    if found:
        return bad(name, f"missing or wrong: {', '.join(found)}", "let the proxy pass our headers on unchanged")
    return well(name, "as they should be" if https else "as they should be, over plain http")


def _asked(door: str, data: str) -> tuple[list[Answer], bool]:
    environment = {**os.environ, "PANAH_DATA": data, "DJANGO_SETTINGS_MODULE": f"panah.web.config.{door}"}
    done = subprocess.run(  # our own interpreter and module
        [sys.executable, "-m", "panah.web.doctor.door"],
        env=environment,
        capture_output=True,
        timeout=START_S,
        check=False,
    )
    if done.returncode:
        raise Unreadable("the door does not answer", where=door, hint="start panah serve and read what it says")
    told: dict[str, Any] = json.loads(done.stdout)
    answers = [
        Answer(each["path"], each["status"], each["headers"], tuple(each["cookies"])) for each in told["answers"]
    ]
    return answers, bool(told["https"])


def _fetched(base: str, path: str) -> Answer:
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_given: Any) -> None:
            """Where it leads is another answer."""

    opener = urllib.request.build_opener(Stay, urllib.request.HTTPSHandler(context=ssl.create_default_context()))
    try:
        answer: Any = opener.open(base + path, timeout=WAIT_S)  # the scheme was checked
    except urllib.error.HTTPError as error:
        answer = error
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", error)
        what = "its certificate is not trusted" if isinstance(reason, ssl.SSLError) else "cannot be reached"
        raise Unreadable(what, where=base, hint="check the address and the proxy") from error
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Answer(path, answer.status, headers, tuple(answer.headers.get_all("Set-Cookie") or ()))


def _age(text: str) -> int:
    found = [part.strip().removeprefix("max-age=") for part in text.split(";") if "max-age=" in part]
    return int(found[0]) if found and found[0].isdigit() else 0
