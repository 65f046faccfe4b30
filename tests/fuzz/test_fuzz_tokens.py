"""The fuzz target of the exchange of tokens over its seeds and some mutations of them."""

import importlib.util
import random
from pathlib import Path

SPEC = importlib.util.spec_from_file_location("fuzz_tokens", Path(__file__).with_name("fuzz_tokens.py"))
assert SPEC is not None
assert SPEC.loader is not None
TARGET = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(TARGET)


def test_seeds_and_mutations() -> None:
    rng = random.Random(1)
    for seed in TARGET.SEEDS:
        TARGET.fuzz_one(seed)
        for _round in range(12):
            data = bytearray(seed)
            for _change in range(rng.randint(1, 4)):
                place = rng.randrange(len(data))
                data[place : place + rng.randint(0, 2)] = rng.randbytes(rng.randint(0, 2))
            TARGET.fuzz_one(bytes(data))
