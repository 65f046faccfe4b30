"""Each fuzz target of the exports over its seeds, their cuts and some mutations."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from fuzz_targets import FOLDER, target
from phone_fuzz import read_bytes

TARGETS = sorted(FOLDER.glob("fuzz_phone_*.py"))
JUNK = (b"\0", b"\xff", b'"', b"<", b"\\", b"{", b"[", b"\r\n", b"&#55357;", b"9" * 30, "\u202e".encode())


def _mutations(seed: bytes, chance: random.Random, n: int) -> list[bytes]:
    found = []
    for _ in range(n):
        data = bytearray(seed)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(data) + 1)
            match chance.randrange(4):
                case 0:
                    data[at:at] = chance.choice(JUNK)
                case 1:
                    del data[at : at + chance.randint(1, 20)]
                case 2:
                    data[at : at + 1] = bytes([chance.randrange(256)])
                case _:
                    data[at:at] = data[: chance.randint(0, 60)]
        found.append(bytes(data))
    return found


@pytest.mark.parametrize("path", TARGETS, ids=lambda path: path.stem)
def test_seeds_and_mutations(path: Path) -> None:
    chosen = target(path)
    chance = random.Random(path.stem)
    for seed in chosen.SEEDS:
        for data in (seed, *_mutations(seed, chance, 12 if path.stem.endswith("ios") else 40)):
            chosen.fuzz_one(data)


@pytest.mark.parametrize(
    "path", [path for path in TARGETS if not path.stem.endswith("ios")], ids=lambda path: path.stem
)
def test_seeds_are_read_and_a_cut_gives_what_was_whole(path: Path) -> None:
    """Whatever comes back from the start of a file is what the whole file says, except the last message of a text."""
    for seed in target(path).SEEDS:
        whole = read_bytes(seed)
        assert whole is not None
        assert whole.events or whole.contacts
        expected = [_bare(event) for event in whole.events]
        for cut in range(1, len(seed), max(1, len(seed) // 25)):
            export = read_bytes(seed[:cut])
            if export is None or export.format != whole.format:
                continue
            found = [_bare(event) for event in export.events]
            assert len(found) <= len(expected)
            if whole.events and whole.events[0].at and export.events and export.events[0].at:
                assert found[:-1] == expected[: len(found) - 1]
            said = [*(one.why for one in export.not_understood), *export.notes]
            if len(found) < len(expected) and not seed[:cut].endswith(b"\n"):
                assert any("cut" in one or "breaks" in one or "one line" in one for one in said), (cut, said)


def _bare(event: object) -> tuple[object, ...]:
    return tuple(getattr(event, field) for field in ("kind", "at", "sender", "text", "status"))
