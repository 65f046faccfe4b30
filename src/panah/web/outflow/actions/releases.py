"""A public release: tables under disclosure control in a folder that the public door reads.

Invariant: every earlier release is read and compared, and one that cannot be read stops the new one: a release that
was forgotten is one that the new release could be subtracted from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from panah import home
from panah.errors import NoGrant
from panah.model.denials import answer_codes
from panah.model.person import Purpose
from panah.release import (
    DEFAULT_THRESHOLD,
    CodedIncident,
    PublicTable,
    Release,
    read_release,
    release_tables,
    write_release,
)
from panah.release.folder import DEFAULT_TABLES, MANIFEST
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member, Role
from panah.web.register.models import Incident
from panah.web.register.reading import IncidentView

from ..asking import ask_to_count
from ..models import Outflow
from .registering import register

FOLDER = "releases"


@dataclass(frozen=True, slots=True)
class MadeRelease:
    """A release and what the public is not told of it."""

    release: Release
    outflow: Outflow
    n_counted: int
    n_without_consent: int
    """Incidents left out because somebody in them did not consent to be counted; told to members only."""
    n_who_not_answered: int
    """Incidents left out because nobody answered who is in them; told to members only."""


def releases_folder() -> Path:
    """Where the public door looks; made when it is missing."""
    return home.prepare(settings.PANAH_DATA / FOLDER)


def make_release(
    actor: Member,
    keys: MemberKeys,
    incidents: Iterable[Incident],
    *,
    tables: Sequence[Sequence[str]] = DEFAULT_TABLES,
    threshold: int = DEFAULT_THRESHOLD,
    title: str = "",
    languages: Sequence[str] = ("en",),
    answers: Sequence[str] = (),
) -> MadeRelease:
    """Publish counts of confirmed incidents.

    Args:
        actor: A publisher who holds the cases of all these incidents.
        keys: The actor's unlocked keys.
        incidents: Confirmed incidents.
        tables: The dimensions of each table, see ``panah.release.DIMENSIONS``.
        threshold: The smallest count that is shown.
        title: Shown above it.
        languages: In which the figures are drawn.
        answers: What the accused side answered, in sentences for the notes.

    Raises:
        NoGrant: The actor is no publisher, or does not hold a case.
        Refused: Nothing to count, or a proposal among it.
        NoConsent: Nothing of it may be counted.
        DenialMissing: An incident without the accused side's answer, or a note that none was found.
        SmallCell: Nothing can be shown without exposing a small cell, earlier releases included.
        Altered, Unreadable: An earlier release cannot be read; nothing is published then.
        NotConfigured: Another release is being made, or the folder cannot be written.
    """
    if not (actor.is_active and actor.has_role(Role.PUBLISHER)):
        raise NoGrant("only a publisher may do this", where="release", hint="ask a member with this role")
    asked, left_out = ask_to_count(actor, keys, incidents)
    folder = releases_folder()
    with home.only_one(folder, "release"):
        made = release_tables(
            [_coded(view) for view in asked.views],
            tables,
            threshold=threshold,
            earlier=earlier_tables(folder),
            answers=answers,
        )
        today = datetime.now(UTC).date()
        target = folder / f"{today.isoformat()}-{_number(folder):03d}"
        release = write_release(target, made, published_on=today, title=title, languages=languages)
    digest = hashlib.sha256((release.folder / MANIFEST).read_bytes()).hexdigest()
    outflow = register(actor, Outflow.Kind.RELEASE, Purpose.COUNT, digest, cases=asked.opened.values())
    return MadeRelease(release, outflow, len(asked.views), left_out.n_without_consent, left_out.n_who_not_answered)


def earlier_tables(folder: Path) -> list[PublicTable]:
    """Every table that was ever published here.

    Raises:
        Altered, Unreadable: One of the releases cannot be read.
    """
    return [table for each in _release_folders(folder) for table in read_release(each).tables]


def _release_folders(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if each.is_dir() and not each.name.startswith("."))


def _number(folder: Path) -> int:
    """Releases are counted in the open: their number is public anyway."""
    return len(_release_folders(folder)) + 1


def _coded(view: IncidentView) -> CodedIncident:
    """The coded fields and nothing else; an answer is True, a search that found none is False."""
    incident = view.incident
    said = bool(view.answers) or any(
        each.response.kind in answer_codes("response") - {"none_found"} for each in view.responses
    )
    return CodedIncident(
        tactic=incident.tactic,
        date=incident.date,
        host_country=incident.host_place.country,
        act_country=incident.act_place.country,
        origin_state=incident.origin_state,
        channel=incident.channel,
        target=incident.target,
        actor=incident.actor,
        status=incident.status,
        answered=said,
    )
