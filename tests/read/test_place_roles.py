"""Which state stands behind an incident, and in which its target lives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panah.places import country_codes
from panah.read import read_document
from panah.read.geo import Mention
from panah.read.phrases import rows_of
from panah.read.place_roles import HOST, ORIGIN, TIERS, Near, Told, features, likeliest, state_of
from panah.read.place_votes import Vote

USES = sorted({row["feature"] for row in rows_of("place_weights")})


def near(country: str, use: str, tier: str = "sentence") -> Near:
    return Near(Vote(Mention(0, 1, country, country, "country"), 0, 0, 0.0, 0.0, use), tier)


@pytest.mark.parametrize(
    ("text", "origin", "host"),
    [
        ("Two men followed the Tajik dissident through Hamburg and beat him.", "TJ", "DE"),
        ("The exile lives in Istanbul. Officers of the Iranian embassy beat her in the street.", "IR", "TR"),
        ("The Turkish teacher was beaten by two men in Minsk, where he lives.", "TR", "BY"),  # both are recorded
        ("A Norwegian agent beat a Norwegian exile in Vilnius, on the orders of Oslo.", "NO", "LT"),  # neither is
        ("The singer was beaten by two men behind the hall.", None, None),
    ],
)
def test_the_words_decide(text: str, origin: str | None, host: str | None) -> None:
    (incident,) = read_document(text).incidents
    assert (incident.origin_state, incident.host_country) == (origin, host)


def test_one_state_is_never_both() -> None:
    told = Told([near("HK", "exile"), near("CN", "located"), near("HK", "lives")])
    origin, host = likeliest(told)
    assert origin is None or host is None or state_of(host) != origin


def test_nothing_named_is_nothing_known() -> None:
    assert likeliest(Told(())) == (None, None)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["CN", "HK", "DE", "SE", "TR", "XX"]), st.sampled_from(USES), st.sampled_from([*TIERS])
        ),
        max_size=60,
    )
)
def test_any_names_are_weighed(named: list[tuple[str, str, str]]) -> None:
    told = Told([near(*each) for each in named], {"CN"}, {"TR"}, "pattern")
    origin, host = likeliest(told)
    assert {origin, host} <= {None, *(state_of(each) for each, _, _ in named), *(each for each, _, _ in named)}
    assert origin is None or state_of(host or "") != origin
    for part in (ORIGIN, HOST):
        assert all(len(each) < 20 + len(named) for each in features(part, told).values())


def test_recorded_states_are_states() -> None:
    rows = rows_of("origin_states")
    listed = [code for row in rows for code in row["codes"].split(";")]
    assert len(listed) == len(set(listed))
    assert set(listed) <= set(country_codes())
    assert len(rows[0]["codes"].split(";")) == 10


def test_no_weight_names_a_state() -> None:
    """What is learned must not be that one people is guilty: only the list, which has sources, may tell states apart."""
    assert not {row["feature"].upper() for row in rows_of("place_weights")} & set(country_codes())
