"""The scanner of the canary tests finds what plain searching finds."""

from __future__ import annotations

from canary_scanner import BLOCK_BYTES, where_found
from hypothesis import given
from hypothesis import strategies as st

WORD = st.binary(min_size=4, max_size=8).map(lambda word: bytes(byte % 4 for byte in word))


@given(st.lists(WORD, min_size=1, max_size=5), st.lists(WORD, max_size=30))
def test_it_finds_what_searching_for_each_finds(words: list[bytes], pieces: list[bytes]) -> None:
    named, content = {str(number): [word] for number, word in enumerate(words)}, b"".join(pieces)
    plain = {name: {"file"} for name, spelt in named.items() if spelt[0] in content}
    assert where_found(named, {"file": content}) == plain


def test_nothing_is_lost_where_two_blocks_meet() -> None:
    for shift in range(-12, 4):
        content = b"\0" * (BLOCK_BYTES + shift) + b"a canary" + b"\0" * 9
        assert where_found({"it": [b"a canary"]}, {"file": content, "empty": b"", "short": b"a c"}) == {"it": {"file"}}
