"""A mailbox whose messages become reports (IMAP, RFC 9051 and 3501), each with its attachments, each in its own case.

Invariant: a message leaves the mailbox only after its report is committed, and a message that was taken in once makes no
second report, whatever breaks in between. Nothing of a message is told in a log.

Whoever writes by e-mail has no code: the provider has read along already, and so has whoever reads that mailbox. An
answer by e-mail would be read on the way too, so none is sent from here; ``reach.give_code`` makes a code for them.
"""

from __future__ import annotations

import contextlib
import hashlib
import imaplib
import io
import ipaddress
import logging
import re
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Final

from django.db import connection, transaction

from panah.errors import NotConfigured, PanahError, Unreadable
from panah.mails import parse_mail
from panah.model.evidence import Entrance
from panah.read.from_mail import read_mail
from panah.web.base.deployment import deployment_key
from panah.web.evidence.actions import seal_file

from .actions import keep_report, new_intake_case
from .mail_origin import Origin, dns_lookup, origin_of
from .models import MailMark

_log = logging.getLogger(__name__)
TIMEOUT_S: Final = 30
MOST_ATTACHMENTS: Final = 50
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Where the mailbox is; read from ``PANAH_MAIL_…`` by ``web/config/desk.py``."""

    host: str
    user: str
    password: str = field(repr=False)
    port: int = 993
    folder: str = "INBOX"
    tls: bool = True
    after: str = "delete"
    """``delete`` from the mailbox once sealed, or ``keep`` and mark as read."""
    largest_bytes: int = 50 * 1024 * 1024
    every_minutes: int = 5
    look_up_keys: bool = False
    """Whether the keys of signed messages are looked up in the DNS; see ``mail_origin``."""
    own_server: str = ""
    """By which name our own mail server signs ``Authentication-Results``."""

    def __post_init__(self) -> None:
        if not self.tls and not _is_loopback(self.host):
            raise NotConfigured(
                "a mailbox without TLS", where="PANAH_MAIL_TLS", hint="only a mailbox on this machine may do without"
            )


@dataclass(slots=True)
class Fetched:
    """What one look into the mailbox gave."""

    n_new: int = 0
    n_known: int = 0
    n_too_large: int = 0
    """Left where they are."""
    n_failed: int = 0


def fetch(settings: MailSettings) -> Fetched:
    """Take in every message of the mailbox that was not taken in yet.

    Raises:
        Unreadable: The mailbox cannot be reached, or does not let us in.
    """
    done = Fetched()
    with _mailbox(settings) as box:
        for uid in _uids(box, settings):
            _one(box, uid, settings, done)
        if settings.after == "delete":
            box.expunge()
    return done


@contextlib.contextmanager
def _mailbox(settings: MailSettings) -> Iterator[imaplib.IMAP4]:
    try:
        box = (
            imaplib.IMAP4_SSL(settings.host, settings.port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT_S)
            if settings.tls
            else imaplib.IMAP4(settings.host, settings.port, timeout=TIMEOUT_S)
        )
        box.login(settings.user, settings.password)
        status, _answer = box.select(_quoted(settings.folder))
        if status != "OK":
            raise Unreadable("there is no such folder", where="PANAH_MAIL_FOLDER", hint="its name on the server")
        yield box
    except (OSError, imaplib.IMAP4.error) as error:
        # the server's words may repeat a name: they stay out
        raise Unreadable(
            "the mailbox cannot be read", where="PANAH_MAIL_HOST", hint="check host, user, password"
        ) from error
    finally:
        with contextlib.suppress(OSError, imaplib.IMAP4.error, UnboundLocalError):
            box.logout()


def _uids(box: imaplib.IMAP4, settings: MailSettings) -> list[str]:
    criterion = "UNDELETED" if settings.after == "delete" else "UNSEEN"
    _status, answer = box.uid("SEARCH", criterion)
    return (answer[0] or b"").decode("ascii", "replace").split()


def _one(box: imaplib.IMAP4, uid: str, settings: MailSettings, done: Fetched) -> None:
    if _size(box, uid) > settings.largest_bytes:
        done.n_too_large += 1
        return
    _status, answer = box.uid("FETCH", uid, "(BODY.PEEK[])")
    raw = next((part[1] for part in answer if isinstance(part, tuple)), b"")
    try:
        # checked before the transaction: no lock is held for as long as a name server takes
        origin = origin_of(raw, dns_lookup() if settings.look_up_keys else None, settings.own_server)
        is_new = bool(raw) and take_in(raw, origin)
    except PanahError:
        done.n_failed += 1
        _log.warning("a message of the mailbox was not taken in; it stays there")
        return
    if is_new:
        done.n_new += 1
    else:
        done.n_known += 1
    box.uid("STORE", uid, "+FLAGS", r"(\Seen \Deleted)" if settings.after == "delete" else r"(\Seen)")


def _size(box: imaplib.IMAP4, uid: str) -> int:
    _status, answer = box.uid("FETCH", uid, "(RFC822.SIZE)")
    told = b" ".join(part if isinstance(part, bytes) else part[0] for part in answer if part)
    found = _SIZE.search(told)
    return int(found[1]) if found else 0


@transaction.atomic
def take_in(raw: bytes, origin: Origin) -> bool:
    """Make the report of one message; False when that was done before.

    Args:
        raw: The message.
        origin: What is known of where it comes from: it grades the message and what is attached to it.

    Raises:
        Refused: Nobody here takes in reports.
        NotConfigured: The disk is full.
    """
    digest = deployment_key().index("mail|" + hashlib.sha256(raw).hexdigest())
    _mark, is_new = MailMark.objects.get_or_create(digest=digest)
    if not is_new:
        return False
    writer = new_intake_case(None)
    grade = origin.grade
    items = [seal_file(None, writer, io.BytesIO(raw), "message.eml", grade, media_type="message/rfc822").pk]
    items += [
        seal_file(None, writer, io.BytesIO(content), name, grade, media_type=media).pk
        for name, media, content in attachments(raw)
    ]
    checked = io.BytesIO(origin.to_json())
    items.append(seal_file(None, writer, checked, "message.origin.json", "D", media_type="application/json").pk)
    keep_report(None, writer, text=text_of(raw), entrance=Entrance.EMAIL, evidence_ids=tuple(items))
    return True


def text_of(raw: bytes) -> str:
    """Who wrote when, the subject and the words; what cannot be read is left to the sealed original."""
    message = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(raw, headersonly=True)
    head = [f"{name}: {_header(message, name)}" for name in ("From", "Date", "Subject") if _header(message, name)]
    try:
        body = read_mail(raw, "message").text
    except PanahError:
        body = ""
    return "\n".join(head) + f"\n\n{body}"


def attachments(raw: bytes) -> list[tuple[str, str, bytes]]:
    """Name, media type and bytes of each attachment."""
    found: list[tuple[str, str, bytes]] = []
    try:
        message = parse_mail(raw)
        parts = list(message.iter_attachments()) if message.is_multipart() else []
    except (AttributeError, TypeError, KeyError, ValueError, Unreadable):
        parts = []  # a structure that contradicts itself or never ends; the sealed original has it
    for number, part in enumerate(parts[:MOST_ATTACHMENTS], start=1):
        try:
            content = part.get_payload(decode=True)
            name = str(part.get_filename() or f"attachment-{number}")
        except (LookupError, ValueError, TypeError, AttributeError, AssertionError):
            continue
        if content:
            found.append((name[:200], part.get_content_type(), bytes(content)))
    return found


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name, ""))[:400]
    except (LookupError, ValueError, TypeError, AttributeError, IndexError):  # a header no parser can make sense of
        return ""


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return False


@contextlib.contextmanager
def watched(settings: MailSettings | None) -> Iterator[None]:
    """Look into the mailbox every few minutes while the block runs; nothing when none is configured."""
    if settings is None:
        yield
        return
    stop = threading.Event()
    thread = threading.Thread(target=_watch, args=(settings, stop), name="mail-in", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(TIMEOUT_S)


def _watch(settings: MailSettings, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            fetch(settings)
        except PanahError as error:
            _log.warning("%s", error)
        except Exception:  # the next look may go better; the traceback has places only
            _log.exception("the mailbox was not read")
        finally:
            connection.close()
        stop.wait(settings.every_minutes * 60)
