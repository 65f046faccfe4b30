"""Private set intersection: exact, and wrong messages are refused."""

from __future__ import annotations

import pytest
from tokens_cast import KEY, OTHER_KEY, agreement, people, the_list

from panah import tokens
from panah.errors import BadTable, NotConfigured
from panah.tokens import psi
from panah.tokens.files import TokenFile, write_common

pytest.importorskip("private_set_intersection", reason="openmined-psi is not installed")


def token_file(party: str, numbers: range, stamp: str = "s") -> TokenFile:
    return TokenFile(
        f"{party}.parquet", party, stamp, len(numbers), False, list(range(len(numbers))), ["name-birth"] * len(numbers),
        [f"{number:064x}" for number in numbers],
    )  # fmt: skip


def intersected(mine: TokenFile, other: TokenFile) -> list[int]:
    question, state = psi.ask(mine, agreement())
    return psi.learn(mine, state, psi.answer(other, question, agreement()), agreement())


@pytest.mark.slow
def test_five_thousand_by_five_thousand_is_exact():
    mine, other = token_file("redress", range(5000)), token_file("watch", range(3217, 8217))
    assert intersected(mine, other) == list(range(3217, 5000))


@pytest.mark.parametrize(
    ("first", "second"), [(range(40), range(40)), (range(40), range(100, 130)), (range(1), range(300))]
)
def test_small_sets_are_exact(first, second):
    found = intersected(token_file("redress", first), token_file("watch", second))
    assert found == [place for place, number in enumerate(first) if number in second]


def test_common_tokens_link_at_the_other_side(tmp_path):
    agreed = agreement(linkage_unit="")
    everyone = people(60)
    for party, some in (("redress", everyone[:40]), ("watch", everyone[20:])):
        made = tokens.encode(the_list(party, some), agreed, KEY, party=party)
        tokens.write_tokens(made, tmp_path / f"{party}.parquet")
    mine, other = (tokens.read_tokens(tmp_path / f"{party}.parquet", agreed) for party in agreed.parties)
    question, state = psi.ask(mine, agreed)
    common = psi.learn(mine, state, psi.answer(other, question, agreed), agreed)
    assert common == psi.common_places(
        mine, [f"{rule}/{token}" for rule, token in zip(other.rules, other.tokens, strict=True)]
    )
    write_common(mine, agreed, common, tmp_path / "common.parquet")
    back = tokens.read_tokens(tmp_path / "common.parquet", agreed)
    assert len(tokens.match([other, back], agreed).linked) == 20


def test_wrong_messages_are_refused():
    agreed, mine, other = agreement(), token_file("redress", range(20)), token_file("watch", range(10, 30))
    question, state = psi.ask(mine, agreed)
    reply = psi.answer(other, question, agreed)
    with pytest.raises(BadTable, match="no question"):
        psi.answer(other, reply, agreed)
    with pytest.raises(BadTable, match="no answer"):
        psi.learn(mine, state, question, agreed)
    with pytest.raises(BadTable, match="another question"):
        psi.learn(token_file("redress", range(21)), state, reply, agreed)
    with pytest.raises(BadTable, match="no state"):
        psi.learn(mine, b"x", reply, agreed)
    with pytest.raises(NotConfigured, match="another agreement"):
        psi.answer(other, question, agreement(minimum_cell=9))
    with pytest.raises(NotConfigured, match="another key"):
        psi.answer(token_file("watch", range(9), stamp=OTHER_KEY.run_key("a", "b").stamp), question, agreed)
    with pytest.raises(NotConfigured, match="party itself"):
        psi.answer(mine, question, agreed)
    for cut in (len(question) - 3, 40, 5):
        with pytest.raises((BadTable, NotConfigured)):
            psi.answer(other, question[:cut], agreed)


def test_sizes_are_capped(monkeypatch):
    monkeypatch.setattr(psi, "MAX_TOKENS", 10)
    with pytest.raises(BadTable, match="set intersection is for"):
        psi.ask(token_file("redress", range(11)), agreement())
    with pytest.raises(BadTable):
        psi.ask(token_file("redress", range(0)), agreement())
