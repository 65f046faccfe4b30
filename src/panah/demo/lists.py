"""Three organisations' lists of one invented world: other headers, spellings and file kinds, one broken row each."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from .community import ORGANISATIONS, ORIGIN_STATE, Organisation, TrueIncident, heard_of, rows_of

P_VARIANT_NAME = 0.18
P_TYPING_ERROR = 0.08
P_NAMES_SWAPPED = 0.10
P_MONTH_ONLY = 0.12
P_DAY_OFF = 0.06
P_OTHER_TACTIC = 0.04
_SIMILAR_TACTIC = {
    "proxy_family_call": "threatening_communication",
    "threatening_communication": "death_threat",
    "proxy_family_harassment": "proxy_family_call",
}


@dataclass(frozen=True, slots=True)
class Layout:
    """How one organisation writes its list."""

    file_name: str
    header: tuple[str, ...]
    delimiter: str
    write_day: Callable[[date], str]
    write_month: Callable[[date], str]
    broken_row: tuple[str, ...]


LAYOUTS = {
    "antwerp": Layout(
        "list_antwerp.csv",
        ("id", "name", "date", "city", "host country", "tactic", "origin state"),
        ",",
        lambda day: day.isoformat(),
        lambda day: f"{day:%Y-%m}",
        ("A999", "Adil Hemit", "2024-02-31", "Antwerp", "BE", "threatening_communication", "CN"),
    ),
    "munich": Layout(
        "list_munich.xlsx",
        ("Nr", "Name", "Datum", "Ort", "Land", "Taktik", "Herkunftsstaat"),
        "",
        lambda day: f"{day:%d.%m.%Y}",
        lambda day: f"{day:%m/%Y}",
        ("M999", "Ilham Osman", "14.05.2024", "Berlin", "DE", "laserpointer", "CN"),
    ),
    "stockholm": Layout(
        "list_stockholm.csv",
        ("Nr", "Namn", "Datum", "Ort", "Land", "Taktik", "Ursprungsland"),
        ";",
        lambda day: day.isoformat(),
        lambda day: f"{day:%Y-%m}",
        ("S999", "Kerim Tursun", "hösten kanske", "Malmö", "SE", "proxy_family_call", "CN"),
    ),
}


def _typing_error(rng: np.random.Generator, name: str) -> str:
    """Drop, double or swap one letter after the first."""
    at = int(rng.integers(1, len(name) - 1))
    kind = int(rng.integers(3))
    if kind == 0:
        return name[:at] + name[at + 1 :]
    if kind == 1:
        return name[:at] + name[at] + name[at:]
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def _spelt(rng: np.random.Generator, incident: TrueIncident, variants: dict[str, str]) -> str:
    """The person's name as this organisation spells it."""
    parts = []
    for part in (incident.given_name, incident.father_name):
        spelt = variants[part] if rng.random() < P_VARIANT_NAME else part
        parts.append(_typing_error(rng, spelt) if rng.random() < P_TYPING_ERROR else spelt)
    if rng.random() < P_NAMES_SWAPPED:
        parts.reverse()
    return " ".join(parts)


def _dated(rng: np.random.Generator, day: date, layout: Layout) -> str:
    if rng.random() < P_MONTH_ONLY:
        return layout.write_month(day)
    if rng.random() < P_DAY_OFF:
        day = date.fromordinal(day.toordinal() + int(rng.choice((-1, 1))))
    return layout.write_day(day)


def _rows(
    rng: np.random.Generator, heard: list[TrueIncident], organisation: Organisation, layout: Layout
) -> list[tuple[str, ...]]:
    variants = {row["name"]: row["variant"] for row in rows_of("given_names.csv")}
    letter = organisation.slug[0].upper()
    rows: list[tuple[str, ...]] = []
    for position, incident in enumerate(heard, start=1):
        tactic = incident.tactic
        if rng.random() < P_OTHER_TACTIC:
            tactic = _SIMILAR_TACTIC.get(tactic, tactic)
        rows.append(
            (
                f"{letter}{position:03d}",
                _spelt(rng, incident, variants),
                _dated(rng, incident.day, layout),
                incident.city,
                incident.country,
                tactic,
                ORIGIN_STATE,
            )
        )
    return rows


def _write(path: Path, layout: Layout, rows: list[tuple[str, ...]]) -> None:
    if layout.delimiter:
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, delimiter=layout.delimiter)
            writer.writerows([layout.header, *rows])
        return
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Liste")
    for row in (layout.header, *rows):
        sheet.append(row)
    book.save(path)


def write_lists(
    rng: np.random.Generator, incidents: list[TrueIncident], folder: Path
) -> tuple[list[Path], dict[str, dict[str, int]]]:
    """Write the three lists.

    Returns:
        Their paths, and for each organisation which true incident stands behind which record id.
    """
    paths, truth = [], {}
    for organisation in ORGANISATIONS:
        layout = LAYOUTS[organisation.slug]
        heard = heard_of(rng, incidents, organisation)
        rows = _rows(rng, heard, organisation, layout)
        truth[organisation.slug] = {row[0]: incident.number for row, incident in zip(rows, heard, strict=True)}
        middle = len(rows) // 2
        path = folder / layout.file_name
        _write(path, layout, [*rows[:middle], layout.broken_row, *rows[middle:]])
        paths.append(path)
    return paths, truth
