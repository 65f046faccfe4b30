"""Fuzz target: token files, links, agreements and messages of a set intersection from hostile bytes."""

import tempfile
from datetime import date
from pathlib import Path

from panah.errors import PanahError
from panah.tokens import Agreement, TokenFile, psi, read_agreement, read_links, read_tokens
from panah.tokens.agreement import default_rules

AGREED = Agreement("p", "r", "to test", ("a", "b"), "", "", 5, date(2030, 1, 1), default_rules("people"))
MINE = TokenFile("a.parquet", "a", "s", 2, False, [0, 1], ["name-birth"] * 2, ["0" * 64, "1" * 64])
SEEDS = (
    b"PAR1\x15\x04\x15\x00PAR1",
    AGREED.to_toml().encode(),
    b'format = "panah-tokens-agreement/1"\n[[rules]]\nname = 1',
    b'panah-psi-question-1\n{"agreement": 1}\nxx',
    b'panah-psi-answer-1\n{"agreement": "'
    + AGREED.digest.encode()
    + b'", "party": "b", "stamp": "s", "n_tokens": 2}\n\xff' * 3,
    b"[" * 5000,
)


def fuzz_one(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "f"
        path.write_bytes(data)
        for read in (read_agreement, lambda one: read_tokens(one, AGREED), lambda one: read_links(one, AGREED)):
            try:
                read(path)
            except PanahError as error:
                assert "\n" not in str(error)  # noqa: PT017 a target is no test
    for take in (
        lambda: psi.answer(MINE, data, AGREED),
        lambda: psi.learn(MINE, b"panah-psi-state-1\n" + data[:32], data, AGREED),
    ):
        try:
            take()
        except PanahError as error:
            assert str(error)  # noqa: PT017 a target is no test
