"""Asks one door what it sends, in a process of its own: ``python -m panah.web.doctor.door`` with that door's settings."""

from __future__ import annotations

import json
import sys
from typing import Any, Final

PATHS: Final = {"desk": ("/", "/sign-in/", "/there-is-no-such-page/"), "front": ("/", "/there-is-no-such-page/")}


def answers() -> dict[str, Any]:
    """Status, headers and cookies of a few pages, through every middleware of the door."""
    from django.conf import settings
    from django.test import Client

    host = next((each for each in settings.ALLOWED_HOSTS if "*" not in each), "localhost").lstrip(".")
    client = Client(raise_request_exception=False, headers={"host": host})
    told = []
    for path in PATHS[settings.PANAH_DOOR]:
        proxied = {"HTTP_X_FORWARDED_PROTO": "https"} if settings.HTTPS else {}
        answer = client.get(path, secure=settings.HTTPS, **proxied)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        cookies = [morsel.OutputString() for morsel in answer.cookies.values()]
        told.append({"path": path, "status": answer.status_code, "headers": headers, "cookies": cookies})
    return {"https": settings.HTTPS, "answers": told}


if __name__ == "__main__":
    import django

    from panah.web.config import keep_private

    keep_private()
    django.setup()
    sys.stdout.write(json.dumps(answers()))
