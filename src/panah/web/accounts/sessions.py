"""Session engine: the cookie holds a token, the row holds its digest and a payload sealed under the token.

Invariant: neither the database nor the cookie alone opens anything. A session ends after some minutes without a
request, and at the latest some hours after sign-in; signing out deletes the row.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import SESSION_KEY as MEMBER_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction

from panah.errors import NotOpened
from panah.vault.keys import new_session_token, open_session, seal_session, session_row_id

from .models import SessionRow

_log = logging.getLogger(__name__)
SINCE: Final = "_since"
TOKEN_BYTES: Final = 32
TOUCH_EVERY: Final = timedelta(minutes=1)
"""The row's idle limit is moved at most so often: a page with ten requests writes once."""


class SessionStore(SessionBase):
    """Django's session, kept as said above."""

    cache_key_prefix = ""

    def _get_new_session_key(self) -> str:
        return base64.urlsafe_b64encode(new_session_token()).rstrip(b"=").decode()

    def _validate_session_key(self, key: str) -> bool:
        return _token(key) is not None

    def exists(self, session_key: str) -> bool:
        token = _token(session_key)
        return token is not None and SessionRow.objects.filter(pk=session_row_id(token)).exists()

    def load(self) -> dict[str, Any]:
        """The payload, or an empty one when the session ended, was deleted or does not open."""
        row = self._live_row()
        if row is not None:
            try:
                payload: dict[str, Any] = json.loads(open_session(_token(self.session_key), bytes(row.sealed)))
            except (NotOpened, ValueError):
                _log.warning("a session row does not open with its cookie; it was deleted")
                row.delete()
            else:
                if _now() <= _since(payload) + settings.PANAH_SESSION_ABSOLUTE:
                    return payload
                row.delete()  # the column beside it said otherwise: whoever moved it had no cookie to seal with
        self._session_key = None
        return {}

    def create(self) -> None:
        while True:
            self._session_key = self._get_new_session_key()
            try:
                self.save(must_create=True)
            except CreateError:  # pragma: no cover - 2**-256
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        """Write the row.

        Raises:
            UpdateError: It was deleted meanwhile (signed out elsewhere): it must not come back.
        """
        if self.session_key is None:
            self.create()
            return
        row = self._row(self._get_session(no_load=must_create))
        if must_create:
            try:
                with transaction.atomic():
                    row.save(force_insert=True)
            except IntegrityError:
                raise CreateError from None
            return
        changed = SessionRow.objects.filter(pk=row.pk).update(
            sealed=row.sealed,
            member_id=row.member_id,
            idle_until=row.idle_until,
            absolute_until=row.absolute_until,
        )
        if not changed:
            raise UpdateError

    def delete(self, session_key: str | None = None) -> None:
        token = _token(session_key or self.session_key)
        if token is not None:
            SessionRow.objects.filter(pk=session_row_id(token)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        """Delete the rows whose time is over."""
        SessionRow.objects.filter(idle_until__lt=_now()).delete()
        SessionRow.objects.filter(absolute_until__lt=_now()).delete()

    def restart_clock(self) -> None:
        """The absolute limit counts from now: called at sign-in."""
        self[SINCE] = _now().timestamp()

    def _live_row(self) -> SessionRow | None:
        token = _token(self.session_key)
        row = SessionRow.objects.filter(pk=session_row_id(token)).first() if token else None
        if row is None:
            return None
        now = _now()
        if now > row.idle_until or now > row.absolute_until:
            row.delete()
            return None
        idle_until = min(now + settings.PANAH_SESSION_IDLE, row.absolute_until)
        if idle_until - row.idle_until > TOUCH_EVERY:
            SessionRow.objects.filter(pk=row.pk).update(idle_until=idle_until)
        return row

    def _row(self, payload: dict[str, Any]) -> SessionRow:
        token = _token(self.session_key)
        if token is None:
            raise UpdateError
        payload.setdefault(SINCE, _now().timestamp())
        absolute_until = _since(payload) + settings.PANAH_SESSION_ABSOLUTE
        return SessionRow(
            id=session_row_id(token),
            sealed=seal_session(token, json.dumps(payload).encode()),
            member_id=payload.get(MEMBER_KEY),
            idle_until=min(_now() + settings.PANAH_SESSION_IDLE, absolute_until),
            absolute_until=absolute_until,
        )


def current_row_id(session: SessionBase) -> str:
    """The id of the row in which a browser's session is kept; empty before there is one."""
    token = _token(session.session_key)
    return session_row_id(token) if token else ""


def _since(payload: dict[str, Any]) -> datetime:
    """When the member signed in, as it stands inside the sealed payload."""
    return datetime.fromtimestamp(payload.get(SINCE, 0), UTC)


def _now() -> datetime:
    return datetime.now(UTC)


def _token(session_key: str | None) -> bytes | None:
    """The 32 bytes of a cookie, or none when it is no cookie of ours."""
    try:
        token = base64.urlsafe_b64decode((session_key or "") + "=")
    except (binascii.Error, ValueError):
        return None
    return token if len(token) == TOKEN_BYTES else None
