"""A language model that helps, errs, is cut off, and lies; nothing of it stands that the text does not say once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from read_llm import Answering, endpoint
from real_process import fails_with_one_line, panah

from panah.errors import NotConfigured
from panah.read import read_document
from panah.read.llm import CHUNK_CHARACTERS, Endpoint, _Found, with_model

TEXT = (
    "The letter lay under the door of Ana Invented's flat in Graz. It named the school of her son. "
    "Nobody saw who had brought it. Nobody asked. The consul wrote that such letters are unknown to the consulate.\n"
)
GOOD = {
    "statements": [
        {"evidence": "such letters are unknown to the consulate", "speaker": "The consul", "stance": "denies"}
    ],
    "incidents": [
        {
            "evidence": ["The letter lay under the door of Ana Invented's flat in Graz."],
            "tactic": "death_threat",
            "host_country": "AT",
            "origin_state": None,
            "date": None,
        }
    ],
}


@pytest.fixture
def model() -> Iterator[Answering]:
    with endpoint() as answering:
        yield answering


def read_with(model: Answering, text: str = TEXT) -> Any:
    return with_model(read_document(text), Endpoint.of(model.url, "invented"))


def refusals(reading: Any) -> list[str]:
    return [each.why for each in reading.document.model.refused]


def test_good_proposals_stand_on_characters_of_the_text(model: Answering) -> None:
    model.says(GOOD)
    reading = read_with(model)
    [incident] = [each for each in reading.incidents if each.proposed_by == "model"]
    [(start, end)] = incident.spans
    assert TEXT[start:end] == GOOD["incidents"][0]["evidence"][0]  # type: ignore[index]
    assert reading.grounded()
    assert reading.document.model.is_loopback
    assert refusals(reading) == []
    assert model.asked[0]["messages"][1]["content"] in TEXT


def test_what_the_rules_found_stays_as_it_was(model: Answering) -> None:
    plain = read_document(TEXT)
    model.says(GOOD)
    reading = read_with(model)
    assert [each for each in reading.statements if each.proposed_by == "rules"] == list(plain.statements)
    assert [each for each in reading.incidents if each.proposed_by == "rules"] == list(plain.incidents)


def bad(kind: str, **changes: Any) -> dict[str, Any]:
    return {kind: [{**GOOD[kind][0], **changes}]}


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (bad("statements", evidence="such letters are known to the consulate"), "does not stand"),
        (bad("statements", evidence="Nobody"), "no usable length"),
        (bad("statements", evidence=". Nobody "), "2 times"),
        (bad("statements", evidence=""), "no usable length"),
        (bad("statements", evidence=["a list"]), "no usable length"),
        (bad("statements", speaker="The ambassador"), "not named"),
        (bad("statements", speaker=7), "not named"),
        (bad("statements", stance="guilty"), "stance"),
        (bad("incidents", tactic="witchcraft"), "tactic"),
        (bad("incidents", host_country="Atlantis"), "host_country"),
        (bad("incidents", date="yesterday"), "edtf"),
        (bad("incidents", evidence=[]), "no evidence"),
        (bad("incidents", evidence=[TEXT[:30], "not in it at all"]), "does not stand"),
        ({"statements": ["words"]}, "not an object"),
        ({"incidents": "words"}, "not a list"),
        ({"incidents": [GOOD["incidents"][0]] * 201}, "1 more than 200"),
        ([], "not a JSON object"),
        ("Certainly! Here is the JSON you asked for: {", "not a JSON object"),
        ("[" * 100_000, "not a JSON object"),
        ("null", "not a JSON object"),
    ],
)
def test_what_does_not_hold_is_refused_and_told(model: Answering, reply: Any, why: str) -> None:
    model.says(reply)
    reading = read_with(model)
    assert any(why in told for told in refusals(reading)), refusals(reading)
    assert reading.grounded()
    if "more than" not in why:
        assert reading.document.model.n_added == 0
    for told in refusals(reading):
        assert "letters" not in told, "a refusal quotes nothing"


def test_cut_off_replies_add_nothing(model: Answering) -> None:
    model.says(json.dumps(GOOD)[:-20])
    assert refusals(read_with(model)) == ["not a JSON object"]
    model.says(GOOD, finish="length")
    assert refusals(read_with(model)) == ["not a JSON object"]


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"{}", b'{"choices": []}', b'{"choices": [{"message": null}]}', b"\xff\xfe", b"x" * (5 << 20)],
)
def test_replies_that_are_none(model: Answering, body: bytes) -> None:
    model.body = body
    assert refusals(read_with(model)) == ["not a JSON object"]


def test_a_fence_around_the_reply_is_forgiven(model: Answering) -> None:
    model.says(f"```json\n{json.dumps(GOOD)}\n```")
    assert read_with(model).document.model.n_added >= 1


@pytest.mark.parametrize("status", [401, 404, 500])
def test_an_error_of_the_endpoint_is_told(model: Answering, status: int) -> None:
    model.status = status
    with pytest.raises(NotConfigured, match=str(status)):
        read_with(model)


def test_no_redirect_is_followed(model: Answering) -> None:
    with endpoint() as elsewhere:
        model.status, model.headers = 307, {"Location": f"{elsewhere.url}/chat/completions"}
        with pytest.raises(NotConfigured, match="307"):
            read_with(model)
        assert elsewhere.asked == []


def test_nobody_there_is_told() -> None:
    with pytest.raises(NotConfigured, match="does not answer"):
        with_model(read_document(TEXT), Endpoint.of("http://127.0.0.1:9/v1", "none"))


@pytest.mark.parametrize("url", ["", "localhost:8080", "file:///etc/passwd", "ftp://127.0.0.1/"])
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(NotConfigured):
        Endpoint.of(url, "none")


@pytest.mark.parametrize(
    ("url", "stays"),
    [
        ("http://127.0.0.1:1/v1", True),
        ("http://localhost/v1", True),
        ("http://[::1]:2/v1", True),
        ("https://example.org/v1", False),
        ("http://127.0.0.1.example.org/v1", False),
        ("http://10.0.0.1/v1", False),
    ],
)
def test_whether_the_text_stays_here(url: str, stays: bool) -> None:
    assert Endpoint.of(url, "m").is_loopback is stays


def test_long_texts_go_in_pieces_and_are_looked_up_in_the_whole(model: Answering) -> None:
    model.says({})
    text = "\n\n".join(f"Paragraph {number} says a little about the weather of that day." for number in range(900))
    read_with(model, text)
    sent = [each["messages"][1]["content"] for each in model.asked]
    assert len(sent) > 3
    assert all(len(each) <= CHUNK_CHARACTERS for each in sent)
    assert "".join("".join(sent).split()) == "".join(text.split())


def test_the_key_comes_from_the_environment_and_shows_nowhere(
    model: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PANAH_LLM_KEY", "very-secret")
    model.says({})
    reading = read_with(model)
    assert model.keys == ["Bearer very-secret"]
    assert "very-secret" not in reading.to_json()
    assert "very-secret" not in repr(Endpoint.of(model.url, "m"))


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["statements", "incidents", "evidence", "tactic", "speaker", "stance", "x"]), inner
        )
    ),
    max_leaves=20,
)


@settings(max_examples=100, deadline=None)
@given(JSON)
def test_any_reply_is_survived_and_grounded(reply: Any) -> None:
    found = _Found(TEXT)
    found.take(reply)
    for each in found.statements:
        assert TEXT[each.start : each.end] == each.text


def test_the_command(model: Answering, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text(TEXT, encoding="utf-8")
    model.says({**GOOD, "statements": bad("statements", stance="guilty")["statements"]})
    done = panah("read", path, "--llm", model.url, "--llm-model", "invented", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["document"]["model"]["n_added"] == 1
    assert done.stderr.count("\n") == 1
    assert "1 proposals of the language model were refused" in done.stderr


def test_the_command_without_an_endpoint_there(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text(TEXT, encoding="utf-8")
    assert "does not answer" in fails_with_one_line(panah("read", path, "--llm", "http://127.0.0.1:9/v1"))
