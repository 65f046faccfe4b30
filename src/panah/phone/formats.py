"""The table of formats: one line each, tried in this order, recognised by content and never by the file's name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from panah.errors import UnknownFormat
from panah.model.phone import PhoneEvent

from . import (
    calllog_csv,
    container,
    ios_backup,
    line_chat,
    mail,
    media,
    meta,
    outlook,
    signal_app,
    signal_desktop,
    sms_backup,
    telegram,
    telegram_html,
    vcard,
    viber,
    whatsapp,
)
from .report import Options, Report
from .source import Source


@dataclass(frozen=True, slots=True)
class Format:
    """One export format: its slug, its assurance grade, how to recognise and how to read it."""

    slug: str
    grade: Literal["A", "B", "C", "D", "E"]
    recognises: Callable[[Source], bool]
    read: Callable[[Source, Options, Report], Iterator[PhoneEvent]]


FORMATS: Final = (
    Format("ios-backup", "B", ios_backup.recognises, ios_backup.read),
    Format("ios-database", "B", ios_backup.recognises_database, ios_backup.read_database),
    Format("sms-backup-restore-messages", "C", sms_backup.recognises_messages, sms_backup.read),
    Format("sms-backup-restore-calls", "C", sms_backup.recognises_calls, sms_backup.read),
    Format("telegram-json", "C", telegram.recognises, telegram.read),
    Format("meta-json", "C", meta.recognises, meta.read),
    Format("messenger-e2ee-json", "C", meta.recognises_e2ee, meta.read_e2ee),
    Format("signal-export-json", "C", signal_desktop.recognises, signal_desktop.read),
    Format("signal-app-json", "C", signal_app.recognises, signal_app.read),
    Format("telegram-html", "D", telegram_html.recognises, telegram_html.read),
    Format("vcard", "D", vcard.recognises, vcard.read),
    Format("line-text", "D", line_chat.recognises, line_chat.read),
    Format("calllog-csv", "D", calllog_csv.recognises, calllog_csv.read),
    Format("viber-csv", "D", viber.recognises, viber.read),
    Format("signal-export-text", "D", whatsapp.recognises_signal, whatsapp.read_signal),
    Format("whatsapp-text", "D", whatsapp.recognises, whatsapp.read),
    Format("email", "D", mail.recognises, mail.read),
    Format("mbox", "D", mail.recognises_mbox, mail.read_mbox),
    Format("outlook-msg", "D", outlook.recognises, outlook.read),
    Format("media", "E", media.recognises, media.read),
)


_BESIDE: Final = frozenset({"vcard", "email", "mbox", "media", "outlook-msg"})
"""What lies in a chat's zip as an attachment and does not make it another kind of export."""


def recognise(source: Source) -> Format:
    """The first format that knows this content; for a zip or folder that of the exports in it.

    Raises:
        UnknownFormat: None does.
        NotOpened: It is an encrypted zip, and the password is missing or wrong.
    """
    found = _known(source)
    if found is None and source.is_container:
        found = _of_parts(source)
    if found is None:
        what, hint = _refusal(source)
        raise UnknownFormat(what, where=source.name, hint=hint)
    return found


def _refusal(source: Source) -> tuple[str, str]:
    """What is not known here, and what to do."""
    names = {member.rpartition("/")[2] for member in source.members} if source.is_container else set()
    if source.is_zip and "Manifest.db" in names:
        return "an iPhone backup in a zip", "unpack it and give the folder"
    if any(name.casefold().endswith(".zip") for name in names):
        return "no export but other zips in it", "take the zips out and give each of them"
    return "not an export that is known here", f"known are: {', '.join(one.slug for one in FORMATS)}"


def _known(source: Source) -> Format | None:
    return next((one for one in FORMATS if one.recognises(source)), None)


def _without_copies(parts: list[container.Part]) -> list[container.Part]:
    """Without the texts that signal-export writes beside its JSON: the same chat must not be read twice."""
    folders = {_folder(inner) for kind, inner in parts if kind.slug == "signal-export-json"}
    return [
        (kind, inner)
        for kind, inner in parts
        if not (_folder(inner) in folders and inner.member.rpartition("/")[2] in signal_desktop.COPIES)
    ]


def _folder(inner: Source) -> str:
    return inner.member.rpartition("/")[0]


def _of_parts(source: Source) -> Format | None:
    """One format for what is in a zip or folder; of several kinds the grade is the weakest."""
    found = container.parts(source, _known)
    if not found:
        return None
    chosen = _without_copies([part for part in found if part[0].slug not in _BESIDE] or found)
    kinds = {kind.slug: kind for kind, _ in chosen}
    slug = next(iter(kinds)) if len(kinds) == 1 else "several"
    grade = max(kind.grade for kind in kinds.values())

    def read(source: Source, options: Options, report: Report) -> Iterator[PhoneEvent]:
        return container.read_parts(chosen, source, options, report)

    return Format(slug, grade, lambda _source: True, read)
