"""The administrator's page: accounts, sizes, health; no content of anything."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from panah.web.evidence.health import Finding, findings
from panah.web.intake.canaries import n_unanswered

NAMES: Final = {
    "members": _("Active members"),
    "administrators": _("Administrators"),
    "case_workers": _("Members who work on cases (two are needed to agree)"),
    "second_factor": _("Members with a second factor"),
    "database": _("Database"),
    "cases": _("Cases"),
    "files": _("Sealed files"),
    "files_mb": _("Their size, rounded, in MB"),
    "missing_files": _("Files that are missing"),
    "altered_files": _("Files that are not what they were"),
    "files_looked_at": _("Files whose digest was taken again; the oldest look"),
    "unclaimed_files": _("Files that a crash left behind"),
    "disk_free": _("Free space of the disk"),
    "custody_lines": _("Lines of the custody log"),
    "unsigned_lines": _("Lines that no checkpoint signs yet"),
    "custody_sound": _("The custody log verifies"),
    "stamps": _("Newest time stamp of an authority"),
    "stamps_pending": _("Time stamps that are still waited for"),
    "chores": _("Work on a timer that is late or failed"),
    "last_backup": _("Last backup"),
    "https": _("Reached over HTTPS only"),
    "database_log": _("The database writes no statement down"),
}


CHORES: Final = {
    "empty_journal": _("emptying the database's journal"),
    "forget_old_wraps": _("taking deleted keys out of the database's files"),
    "end_sessions": _("ending old sessions"),
    "forget_sign_ins": _("forgetting old sign-ins"),
    "clear_drafts": _("deleting reports that were begun and left"),
    "sign_checkpoint": _("signing a checkpoint"),
    "stamp_checkpoints": _("asking for time stamps"),
    "check_fixity": _("looking at the sealed files"),
    "list_digests": _("listing their digests"),
    "sweep_files": _("setting aside what a crash left"),
}


def health(request: HttpRequest) -> HttpResponse:
    """Everything at once; what is not well stands first."""
    rows = [(NAMES[each.name], _value(each), each.is_well) for each in findings()]
    n_openings = n_unanswered()
    rows.append((_("Openings of canary records that were not dealt with"), str(n_openings), not n_openings))
    rows.sort(key=lambda row: row[2] is not False)
    return render(request, "desk/health.html", {"rows": rows, "n_bad": sum(row[2] is False for row in rows)})


def _value(each: Finding) -> str:
    if each.name != "chores":
        return each.value
    return ", ".join(str(CHORES.get(name, name)) for name in each.value.split(", ") if name)
