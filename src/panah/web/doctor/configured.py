"""Settings: what could have been chosen so that a promise does not hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.conf import settings

from .checks import Check, bad, look, well

LOCAL: Final = frozenset({"localhost", "127.0.0.1", "[::1]", "::1", "testserver"})
SECRET_CHARACTERS: Final = 32
UPLOADS: Final = ["panah.web.base.uploads.SealingUploadHandler"]
REPORTER: Final = "panah.web.base.reporting.PlaceReporter"
SESSIONS: Final = "panah.web.accounts.sessions"


def checks() -> Iterator[Check]:
    """One line for each."""
    yield _debug()
    yield _secret_key()
    yield _hosts()
    yield _https()
    yield _cookies()
    yield _at_rest()
    yield _errors()
    yield _passwords()


def _debug() -> Check:
    if settings.DEBUG:
        return bad("debug", "on: an error page shows local variables", "set DEBUG to False in the settings module")
    return well("debug", "off")


def _secret_key() -> Check:
    key = str(settings.SECRET_KEY)
    if len(key) < SECRET_CHARACTERS or len(set(key)) < 8 or key.startswith("django-insecure"):
        do = "unset PANAH_SECRET_KEY; it is then derived from secret.key"
        return bad("secret_key", "Django's signing key can be guessed", do)
    return well("secret_key", "long enough")


def _hosts() -> Check:
    hosts = settings.ALLOWED_HOSTS
    if any("*" in host or host.startswith(".") for host in hosts) or not hosts:
        return bad("hosts", "the doors answer under any name", "name them in PANAH_HOSTS, separated by commas")
    return well("hosts", ", ".join(hosts))


def _https() -> Check:
    outside = [host for host in settings.ALLOWED_HOSTS if host not in LOCAL and not host.endswith(".onion")]
    if settings.HTTPS:
        return well("https", "a proxy in front of the doors speaks it")
    if outside:
        return bad(
            "https", f"off, and {outside[0]} is reached over a network", "put a proxy in front, set PANAH_HTTPS=true"
        )
    return look("https", "off: fine on this machine and over an onion service only", "else set PANAH_HTTPS=true")


def _cookies() -> Check:
    wrong = [
        name
        for name in ("SESSION", "CSRF")
        if not getattr(settings, f"{name}_COOKIE_HTTPONLY")
        or getattr(settings, f"{name}_COOKIE_SAMESITE") != "Strict"
        or (settings.HTTPS and not getattr(settings, f"{name}_COOKIE_SECURE"))
        or (settings.HTTPS and not getattr(settings, f"{name}_COOKIE_NAME").startswith("__Host-"))
    ]
    if wrong:
        return bad(
            "cookies", f"the {' and '.join(wrong).lower()} cookie is not protected", "do not override our settings"
        )
    hours, minutes = settings.PANAH_SESSION_ABSOLUTE, settings.PANAH_SESSION_IDLE
    return well("cookies", f"strict, out of reach of scripts; sessions end after {minutes} idle, {hours} at the latest")


def _at_rest() -> Check:
    if settings.FILE_UPLOAD_HANDLERS != UPLOADS or settings.SESSION_ENGINE != SESSIONS:
        return bad("at_rest", "uploads or sessions would lie in clear", "do not override our settings")
    return well("at_rest", "uploads and sessions are sealed")


def _errors() -> Check:
    if settings.DEFAULT_EXCEPTION_REPORTER != REPORTER or settings.ADMINS or settings.MANAGERS:
        return bad("errors", "an error report could carry content away", "do not override our settings")
    return well("errors", "reports name places only, and nobody is mailed")


def _passwords() -> Check:
    if settings.PANAH_ARGON2_COST:
        return bad("passwords", "the cost of guessing a password is lowered", "leave PANAH_ARGON2_COST empty")
    return well("passwords", "Argon2id at its full cost")
