"""One process that plants a canary in every entrance of a door, over HTTP, and ends as a power cut ends it.

``python entrances_at_rest.py DATA [--front] [--clear]``; prints place -> canary. The desk comes first: the public door
needs somebody who takes reports in. What the process was started with (``/proc/self/environ``) and every mail that it
sent are written beside the data folder, and the desk makes a backup there, so that the scanner reads them too.

With ``--clear`` the defaults that Panah replaces are put back (sessions, uploads, error reports by mail, sealing): the
control in which the scanner must find them.
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
    # an error is mailed to the administrators, with everything
    import logging

    from django.utils.log import AdminEmailHandler

    settings.ADMINS = [("Root", "root@example.org")]
    settings.DEFAULT_EXCEPTION_REPORTER = "django.views.debug.ExceptionReporter"
    logging.getLogger("django.request").addHandler(AdminEmailHandler(include_html=True))

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
    import re

    from django.urls import URLPattern, URLResolver, get_resolver

    def walk(resolver: Any, prefix: str) -> Any:
        for pattern in resolver.url_patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern, route)
            elif isinstance(pattern, URLPattern):
                yield pattern, "/" + re.sub(r"<[^>]+>", "0" * 32, re.sub(r"<int:[^>]+>", "1", route))

    def broken(request: Any, *_args: Any, **_kwargs: Any) -> None:
        told = request.POST.get("text", "")
        raise RuntimeError(f"could not keep {told}")

    broken.login_required = False  # type: ignore[attr-defined]
    before = {pattern: (pattern.callback, path) for pattern, path in walk(get_resolver(), "")}
    for pattern in before:
        pattern.callback = broken
    n_broken = 0
    for _callback, path in before.values():
        answer = client.post(path, {"text": canary("error path"), "file": _file(canary, "file of an error")})
        n_broken += answer.status_code == 500
    assert n_broken > 0.8 * len(before), f"{n_broken} of {len(before)} views failed with a canary in hand"
    for pattern, (callback, _path) in before.items():
        pattern.callback = callback


def enter_front(canary: Canaries) -> None:
    """The public door: every question, a photograph with its own words, a wrong code, a mailbox, and each error."""
    import re

    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client
    from PIL import Image

    from panah.vault.receipt import Receipt
    from panah.web.intake.questions import SLUGS

    client = Client(raise_request_exception=False)
    client.get(f"/{canary('front path')}/", {"q": canary("front query")}, HTTP_USER_AGENT=canary("front agent"))
    client.get("/", HTTP_COOKIE=f"f={canary('front cookie')}", HTTP_REFERER=f"http://x/{canary('front referer')}")
    client.post("/report/back/", {"code": canary("code of letters")})
    wrong = "".join(Receipt("314159265358979323846264").groups)
    client.post("/report/back/", {"code": wrong})
    canary.planted["wrong code"] = "314159265358979323846264"
    client.post("/report/")
    fields = ("what", "when", "my_place", "their_place", "who_words", "number", "wanted", "said", "at_risk")
    told = {name: canary(f"question {name}") for name in fields}
    for slug in SLUGS:
        client.post(f"/report/{slug}/", {**told, "consents": ["keep"], "go": "next"})
    picture = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = canary("exif")  # ImageDescription
    Image.new("RGB", (32, 32), "red").save(picture, "JPEG", exif=exif)
    files = [
        (picture.getvalue(), f"{canary('front file name')}.jpg"),
        (canary("front large file").encode() * 200_000, "large.bin"),
    ]
    for content, name in files:
        upload = SimpleUploadedFile(name, content, "image/jpeg")
        client.post("/report/files/", {"file": upload, "go": "add", "whole": "1"})
    answer = client.post("/report/check/", {"go": "send"})
    assert answer.headers.get("Location") == "/report/receipt/", answer.status_code
    page = client.get("/report/receipt/").content.decode()
    code = "".join(re.findall(r"<span>(\d{4})</span>", page))
    canary.planted["receipt"] = code
    client.post("/report/receipt/")
    back = Client(raise_request_exception=False)
    assert back.post("/report/back/", {"code": code}).status_code == 302
    back.post("/report/mailbox/", {"text": canary("front message"), "whole": "1"})
    _break_every_page(client, canary)


def _back_up(folder: Path) -> None:
    """To a recipient whose key is thrown away."""
    import pyrage

    from panah.backup import make_backup
    from panah.web.evidence import custody

    custody.checkpoint()
    (folder.parent / "backup").mkdir()
    recipient = str(pyrage.x25519.Identity.generate().to_public())
    made = make_backup(
        folder, folder.parent / "backup", recipients=[recipient], address=os.environ.get("DATABASE_URL", "")
    )
    assert made


def main() -> None:
    folder = Path(sys.argv[1])
    from panah.web.config import boot

    boot(folder, "front" if "--front" in sys.argv else "desk", migrate=True)
    from django.conf import settings

    settings.PANAH_ARGON2_COST = {"memory_kib": 8, "passes": 1, "lanes": 1}
    settings.ALLOWED_HOSTS = ["*"]
    if "--clear" in sys.argv:
        put_defaults_back()
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = (
        "django.core.mail.backends.filebased.EmailBackend",
        folder / "../mail",
    )
    canary = Canaries()
    if "--front" in sys.argv:
        enter_front(canary)
    else:
        enter(canary)
        _back_up(folder)
    beside = folder.parent / f"environ{'-front' * ('--front' in sys.argv)}"
    beside.write_bytes(Path("/proc/self/environ").read_bytes())
    sys.stdout.write(json.dumps(canary.planted))
    sys.stdout.flush()
    os._exit(0)  # as a power cut would: the journal is not tidied away


if __name__ == "__main__":
    main()
