"""The one-time link of the first run: who started the server sets it up, not who finds it first on the network."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Final

from django.conf import settings

from panah.home import SECRET_FILE_MODE

from .models import Organisation

DIGEST_FILE: Final = "setup.token"
"""Holds the token's SHA-256: reading the file does not let anybody in."""


def new_token() -> str | None:
    """A new token, the only valid one from now on; none when the installation is set up already."""
    if Organisation.objects.exists():
        forget_token()
        return None
    token = secrets.token_urlsafe(24)
    descriptor = os.open(_file(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, SECRET_FILE_MODE)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(_digest(token))
    return token


def is_token(candidate: str) -> bool:
    """Whether this is the token of the printed link."""
    try:
        kept = _file().read_text(encoding="ascii").strip()
    except OSError:
        return False
    return hmac.compare_digest(_digest(candidate), kept)


def forget_token() -> None:
    """The link works no more."""
    _file().unlink(missing_ok=True)


def _file() -> Path:
    return Path(settings.PANAH_DATA) / DIGEST_FILE


def _digest(token: str) -> str:
    return hashlib.sha256(b"panah-setup" + token.encode()).hexdigest()
