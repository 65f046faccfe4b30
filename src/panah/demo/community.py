"""The invented truth: what happened to whom, and which organisation heard of it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources

import numpy as np

N_INCIDENTS = 260
FIRST_DAY = date(2023, 1, 1)
N_DAYS = 730
ORIGIN_STATE = "CN"


@dataclass(frozen=True, slots=True)
class TrueIncident:
    """One invented act."""

    number: int
    given_name: str
    father_name: str
    day: date
    city: str
    country: str
    tactic: str
    channel: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """One invented association: where it hears of incidents, and how often."""

    slug: str
    name: str
    home: str
    chance_at_home: float
    chance_elsewhere: float


ORGANISATIONS = (
    Organisation("antwerp", "Scheldt Exile Association (fictional)", "BE", 0.72, 0.26),
    Organisation("munich", "Isar Exile Council (fictional)", "DE", 0.66, 0.28),
    Organisation("stockholm", "Malar Documentation Group (fictional)", "SE", 0.62, 0.20),
)


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of one of the demo's data files."""
    text = (resources.files("panah.demo") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _pick(rng: np.random.Generator, rows: list[dict[str, str]], size: int) -> list[dict[str, str]]:
    weights = np.array([float(row["weight"]) for row in rows])
    return [rows[i] for i in rng.choice(len(rows), size=size, p=weights / weights.sum())]


def true_incidents(rng: np.random.Generator, size: int = N_INCIDENTS) -> list[TrueIncident]:
    """All incidents that happened in the invented world, by date."""
    names = [row["name"] for row in rows_of("given_names.csv")]
    places = _pick(rng, rows_of("city_weights.csv"), size)
    tactics = _pick(rng, rows_of("tactic_weights.csv"), size)
    days = sorted(int(day) for day in rng.integers(0, N_DAYS, size))
    incidents = []
    for number, (day, place, tactic) in enumerate(zip(days, places, tactics, strict=True)):
        given, father = rng.choice(len(names), size=2, replace=False)
        incidents.append(
            TrueIncident(
                number=number,
                given_name=names[given],
                father_name=names[father],
                day=FIRST_DAY + timedelta(days=day),
                city=place["city"],
                country=place["country"],
                tactic=tactic["tactic"],
                channel=tactic["channel"],
            )
        )
    return incidents


def heard_of(rng: np.random.Generator, incidents: list[TrueIncident], organisation: Organisation) -> list[TrueIncident]:
    """The incidents that this organisation learned of."""
    chances = [
        organisation.chance_at_home if incident.country == organisation.home else organisation.chance_elsewhere
        for incident in incidents
    ]
    heard = rng.random(len(incidents)) < np.array(chances)
    return [incident for incident, yes in zip(incidents, heard, strict=True) if yes]
