"""One process that plants a canary in every entrance of the desk, over HTTP, and ends as a power cut ends it.

``python entrances_at_rest.py DATA [--clear]``; prints place -> canary. With ``--clear`` the defaults that Panah replaces
are put back (sessions, uploads, error reports, sealing): the control in which the scanner must find them.
"""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

from stores_at_rest import Canaries, switch_sealing_off

PASSWORD = "four words are enough here"
LARGE_BYTES = 3_000_000


def put_defaults_back() -> None:
    """What Django does by itself: clear spool files, readable sessions, reports with local variables."""
    from django.conf import settings
    from django.core.files.uploadhandler import TemporaryFileUploadHandler
    from django.views.debug import ExceptionReporter

    class Kept(TemporaryFileUploadHandler):
        def new_file(self, *args: Any, **kwargs: Any) -> None:
            super().new_file(*args, **kwargs)
            Path(f"{self.file.temporary_file_path()}.kept").touch()
            self.kept = self.file.temporary_file_path()
            os.link(self.kept, f"{self.kept}.linked")  # a killed process leaves the file: its name does not matter

    from panah.web.base import uploads
    from panah.web.config import desk

    settings.FILE_UPLOAD_HANDLERS = [f"{__name__}.kept_handler"]
    globals()["kept_handler"] = Kept
    sys.modules.setdefault("entrances_at_rest", sys.modules["__main__"])
    settings.FILE_UPLOAD_HANDLERS = ["entrances_at_rest.kept_handler"]
    from panah.web.accounts import sessions

    sessions.seal_session = lambda _token, payload: payload
    sessions.open_session = lambda _token, sealed: sealed
    from panah.web.base import reporting

    def everything(self: Any, ei: Any) -> str:
        return str(ExceptionReporter(None, *ei).get_traceback_text())

    reporting.PlaceFormatter.formatException = everything
    assert uploads
    assert desk
    switch_sealing_off()


def enter(canary: Canaries) -> None:
    """Every entrance once, through the whole middleware."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client

    from panah.web.accounts.actions import add_member, set_up
    from panah.web.cases.actions import create_case
    from panah.web.cases.opening import open_case
    from panah.web.evidence.actions import seal_file

    member = set_up(organisation="Example", name="Ada", email="a@example.org", password=PASSWORD)
    client = Client(raise_request_exception=False)
    stranger = Client(raise_request_exception=False)

    stranger.post("/sign-in/", {"login": f"{canary('failed login')}@example.org", "password": canary("wrong password")})
    stranger.get(f"/{canary('path')}/", {"q": canary("query")})
    stranger.get("/sign-in/", HTTP_USER_AGENT=canary("user agent"), HTTP_REFERER=f"http://x/{canary('referer')}")
    stranger.get("/sign-in/", HTTP_X_FORWARDED_FOR=canary("forwarded"), HTTP_COOKIE=f"a={canary('cookie')}")
    stranger.post("/recover/", {"email": "a@example.org", "first": canary("share"), "second": canary("share 2")})
    client.post("/sign-in/", {"login": "a@example.org", "password": PASSWORD})
    assert client.get("/account/").status_code == 200
    client.post("/members/add/", {"name": canary("new member"), "email": f"{canary('email')}@example.org"})
    client.get("/incidents/", {"tactic": canary("search")})
    client.get(f"/incidents/{canary('id in a path')}/")
    client.post("/custody/", {"note": canary("note")})
    small = SimpleUploadedFile(f"{canary('file name')}.txt", f"Said: {canary('small file')}.".encode(), "text/plain")
    client.post("/evidence/take-in/", {"file": small, "kind": "news", "published": canary("published")})
    client.post("/evidence/take-in/", {"file": _file(canary, "small file"), "kind": "news", "published": ""})
    client.post("/evidence/take-in/", {"file": _file(canary, "large file", LARGE_BYTES), "kind": "no such kind"})
    opened = open_case(member, _keys(member), create_case(member, _keys(member), "case").case, "intake")
    second = add_member(member, name=canary("second member"), email="b@example.org", password=PASSWORD)
    from panah.web.cases import references
    from panah.web.cases.actions import grant

    grant(member, _keys(member), opened, second)
    references.keep(member, opened, "other", canary("reference"))
    seal_file(member, opened, io.BytesIO(canary("evidence").encode() * 9), canary("evidence name"), "D")
    client.session["left_by_a_view"] = canary("unsaved")
    session = client.session
    session["kept_by_a_view"] = canary("session")
    session.save()
    _break_every_page(client, canary)
    client.post("/account/sign-out-everywhere/")


def _file(canary: Canaries, place: str, size: int = 0) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    content = f"{canary(place)} was told. ".encode()
    return SimpleUploadedFile("told.txt", content * max(1, size // len(content)), "text/plain")


def _keys(member: Any) -> Any:
    from panah.vault.keys import MemberKeys
    from panah.web.accounts.passwords import password_keys_of

    derived = password_keys_of(member, PASSWORD)
    return MemberKeys.unwrap(bytes(member.wrapped_keys), derived.wrapping_key, member.id)


def _break_every_page(client: Any, canary: Canaries) -> None:
    """An error in each view, with what was sent in its local variables and in the error's own text."""
    from django.urls import URLPattern, URLResolver, get_resolver

    def walk(resolver: Any) -> Any:
        for pattern in resolver.url_patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern)
            elif isinstance(pattern, URLPattern) and "<" not in str(pattern.pattern):
                yield pattern

    def broken(request: Any, *_args: Any, **_kwargs: Any) -> None:
        told = request.POST.get("text", "")
        raise RuntimeError(f"could not keep {told}")

    before = {pattern: pattern.callback for pattern in walk(get_resolver())}
    for pattern in before:
        pattern.callback = broken
    from django.urls import reverse

    answer = client.post(reverse("desk:cases"), {"text": canary("error path")})
    assert answer.status_code == 500
    for pattern, callback in before.items():
        pattern.callback = callback


def main() -> None:
    folder = Path(sys.argv[1])
    from panah.web.config import boot

    boot(folder, migrate=True)
    from django.conf import settings

    settings.PANAH_ARGON2_COST = {"memory_kib": 8, "passes": 1, "lanes": 1}
    settings.ALLOWED_HOSTS = ["*"]
    if "--clear" in sys.argv:
        put_defaults_back()
    canary = Canaries()
    enter(canary)
    sys.stdout.write(json.dumps(canary.planted))
    sys.stdout.flush()
    os._exit(0)  # as a power cut would: the journal is not tidied away


if __name__ == "__main__":
    main()
