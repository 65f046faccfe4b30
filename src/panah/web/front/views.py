"""The public pages: what was published, its figures, its files, its method. They read release folders, no database."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from panah import codes, places
from panah.errors import PanahError
from panah.release import PublicTable, Release, for_page, read_release, releases_in

MEDIA = {".csv": "text/csv; charset=utf-8", ".json": "application/json", ".svg": "image/svg+xml"}
COUNTRIES = frozenset({"host_country", "act_country", "origin_state"})
DIMENSION_NAMES = {
    "host_country": gettext_lazy("Host country"),
    "act_country": gettext_lazy("Country of the act"),
    "origin_state": gettext_lazy("Origin state"),
    "tactic": gettext_lazy("Tactic"),
    "family": gettext_lazy("Family of tactics"),
    "channel": gettext_lazy("Channel"),
    "target": gettext_lazy("Target"),
    "actor": gettext_lazy("Alleged actor"),
    "status": gettext_lazy("Status"),
    "year": gettext_lazy("Year"),
    "month": gettext_lazy("Month"),
}


def _folder() -> Path:
    return Path(settings.PANAH_DATA) / "releases"


def _found(release_id: str) -> Release:
    """A published release; whoever asks for anything else gets the same answer."""
    if release_id.startswith(".") or "/" in release_id or not (_folder() / release_id).is_dir():
        raise Http404
    try:
        return _read(_folder() / release_id)
    except PanahError as error:
        raise Http404 from error


@lru_cache(maxsize=32)
def _read(folder: Path) -> Release:
    """Releases never change once they are published."""
    return read_release(folder)


def home(request: HttpRequest) -> HttpResponse:
    """What this is, and what has been published."""
    releases = releases_in(_folder())
    context: dict[str, Any] = {"releases": releases}
    if releases:
        context |= _shown(releases[0])
    return render(request, "front/home.html", context)


def release(request: HttpRequest, release_id: str) -> HttpResponse:
    """One release: figures, tables, files."""
    return render(request, "front/release.html", _shown(_found(release_id)))


def release_file(request: HttpRequest, release_id: str, name: str) -> HttpResponse:
    """A file of a release, as it was published."""
    found = _found(release_id)
    if name not in found.files:
        raise Http404
    answer = HttpResponse(found.file(name), content_type=MEDIA.get(Path(name).suffix, "application/octet-stream"))
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def method(request: HttpRequest) -> HttpResponse:
    """How the numbers are made, and what they do not say."""
    return render(request, "front/method.html")


def _shown(found: Release) -> dict[str, Any]:
    """A release with its figures in the reader's language and its tables in words."""
    return {
        "release": found,
        "map": _drawing(found, "map"),
        "timeline": _drawing(found, "timeline"),
        "tables": [_table(table, number) for number, table in enumerate(found.tables, start=1)],
        "notes": _notes(found),
        "files": [name for name in found.files if Path(name).suffix in {".csv", ".json"}],
    }


def _drawing(found: Release, kind: str) -> SafeString | None:
    for language in (get_language() or "en", "en"):
        name = f"{kind}.{language}.svg"
        if name in found.files:
            return mark_safe(for_page(found.file(name).decode()))  # noqa: S308 - ours, checked against its digest
    return None


def _table(table: PublicTable, number: int) -> dict[str, Any]:
    """A table as people read it: the first dimension across when there are two, else one column of counts."""
    return {"number": number, "title": _title(table), **(_crossed(table) if len(table.by) == 2 else _listed(table))}


def _title(table: PublicTable) -> str:
    named = " · ".join(str(DIMENSION_NAMES[name]) for name in table.by)
    return _("Incidents: %(by)s") % {"by": named}


def _crossed(table: PublicTable) -> dict[str, Any]:
    across, down = table.by
    columns = list(dict.fromkeys(key[0] for key in table.cells))
    names = list(dict.fromkeys(key[1] for key in table.cells))
    rows = [(_value(down, name), [table.cells.get((column, name), 0) for column in columns]) for name in names]
    return {"headings": [DIMENSION_NAMES[down], *(_value(across, column) for column in columns)], "rows": rows}


def _listed(table: PublicTable) -> dict[str, Any]:
    rows = [
        (" · ".join(_value(dimension, value) for dimension, value in zip(table.by, key, strict=True)), [count])
        for key, count in table.cells.items()
    ]
    return {"headings": [" · ".join(str(DIMENSION_NAMES[name]) for name in table.by), _("Incidents")], "rows": rows}


def _notes(found: Release) -> list[str]:
    """What stands under the tables, each sentence once."""
    return list(dict.fromkeys(note for table in found.tables for note in table.notes))


def _value(dimension: str, value: str | None) -> str:
    language = get_language() or "en"
    if value is None:
        return _("All")
    try:
        return (
            places.country_name(value, language) if dimension in COUNTRIES else codes.label(dimension, value, language)
        )
    except PanahError:
        return value
