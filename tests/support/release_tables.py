"""Invented coded incidents for the tests of public tables."""

from __future__ import annotations

from panah.release import CodedIncident


def two_way(counts: dict[tuple[str, str], int]) -> list[CodedIncident]:
    """So many incidents by host country and tactic."""
    return [
        CodedIncident(tactic=tactic, host_country=country, date="2024-03")
        for (country, tactic), n in counts.items()
        for _ in range(n)
    ]


def one_way(**counts: int) -> list[CodedIncident]:
    """So many incidents by host country."""
    return two_way({(country, "assault"): n for country, n in counts.items()})
