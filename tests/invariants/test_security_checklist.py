"""``docs/security-checklist.md`` is whole: every proof, every requirement of levels 1 and 2, and every test it names."""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security-checklist.md").read_text(encoding="utf-8")
LEVELS = json.loads((Path(__file__).parent / "asvs_5_0_0.json").read_text(encoding="utf-8"))
N_OF_LEVEL = {"1": 70, "2": 183}
"""As the standard counts itself."""
STATES = ("yes", "partly", "no", "n/a")


def numbers(level: str) -> set[str]:
    found = set()
    for each in LEVELS[level]:
        section, _dot, last = each.rpartition(".")
        first, _dash, end = last.partition("-")
        found |= {f"{section}.{number}" for number in range(int(first), int(end or first) + 1)}
    return found


def rows(heading: str) -> list[list[str]]:
    """The cells of every table row below a heading, without head and rule."""
    part = PAGE.split(f"\n## {heading}", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if not set(row[0]) <= set("-") and row[0] not in {"no.", "proof", "default"}]


def named_in(cell: str) -> list[str]:
    return re.findall(r"`([\w./-]+)`", cell)


def test_the_standards_own_counts_are_met() -> None:
    assert {level: len(numbers(level)) for level in N_OF_LEVEL} == N_OF_LEVEL


def test_every_requirement_stands_in_the_page_once() -> None:
    told = [number for row in rows("OWASP ASVS") for number in re.findall(r"\d+\.\d+\.\d+", row[0])]
    assert sorted(told) == sorted(set(told))
    assert set(told) == numbers("1") | numbers("2")


def test_every_requirement_has_a_state_and_a_test_or_a_reason() -> None:
    for row in rows("OWASP ASVS"):
        number, _asked, here, proof = row
        assert here.startswith(STATES), f"{number}: {here}"
        assert len(proof) > 2 if here == "n/a" else named_in(proof), f"{number} names no test and no place"
        if here.startswith(("partly", "no:")):
            assert len(here) > 12, f"{number} does not say what is missing"


def test_every_test_and_file_it_names_exists() -> None:
    missing = {
        name
        for row in [*rows("The twenty"), *rows("Django"), *rows("OWASP ASVS")]
        for cell in row
        for name in named_in(cell)
        if "/" in name and not (ROOT / name).exists()
    }
    assert missing == set()


def test_the_twenty_proofs_each_name_a_test() -> None:
    proofs = rows("The twenty")
    assert [int(re.match(r"\d+", row[0])[0]) for row in proofs] == list(range(1, 21))  # type: ignore[index]
    assert all(any(name.startswith("tests/") for name in named_in(row[2])) for row in proofs)
