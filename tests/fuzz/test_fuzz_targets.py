"""The fuzz targets of overlap tables, documents, ODS tables, tokens and mail over their seeds and some mutations."""

import random

import pytest
from fuzz_targets import FOLDER, target


@pytest.mark.parametrize(
    ("name", "rounds"),
    [("fuzz_overlap", 20), ("fuzz_read", 12), ("fuzz_tokens", 12), ("fuzz_ods", 60), ("fuzz_mail_in", 40)],
)
def test_seeds_and_mutations(name: str, rounds: int) -> None:
    chosen = target(FOLDER / f"{name}.py")
    rng = random.Random(1)
    for seed in chosen.SEEDS:
        chosen.fuzz_one(seed)
        for _round in range(rounds):
            data = bytearray(seed)
            for _change in range(rng.randint(1, 4)):
                place = rng.randrange(len(data))
                data[place : place + rng.randint(0, 2)] = rng.randbytes(rng.randint(0, 2))
            chosen.fuzz_one(bytes(data))
