"""Countries and cities, found by what people write."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pycountry
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panah import places
from panah.errors import UnknownCode
from panah.i18n import LANGUAGES

ROOT = Path(__file__).parents[2]
ALL = places.country_codes()


def test_the_generated_tables_are_those_of_their_sources():
    done = subprocess.run([sys.executable, "tools/places.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_iso_3166_agrees_with_pycountry():
    assert set(ALL) == {country.alpha_2 for country in pycountry.countries}
    for country in pycountry.countries:
        assert places.numeric_of(country.alpha_2) == country.numeric
        assert places.alpha2_of_numeric(country.numeric) == country.alpha_2
        assert places.alpha2_of_numeric(int(country.numeric)) == country.alpha_2
        assert places.find_country(country.alpha_3) == country.alpha_2


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_country_has_a_name_and_is_found_by_it(language):
    lost = [code for code in ALL if places.find_country(places.country_name(code, language)) != code]
    # names that two countries share in a language, or that are another country's adjective, find none
    assert len(lost) <= 3, [(code, places.country_name(code, language)) for code in lost]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Belgium", "BE"), ("belgian", "BE"), ("België", "BE"), ("Belçika", "BE"), ("比利时", "BE"),
        ("بېلگىيە", "BE"), ("Belgien", "BE"), ("Belgique", "BE"), ("BE", "BE"), ("BEL", "BE"),
        (" Turkey ", "TR"), ("Türkiye", "TR"), ("Turkish", "TR"), ("Türkei", "TR"), ("Chinese", "CN"),
        ("PRC", "CN"), ("People's Republic of China", "CN"), ("Çin", "CN"), ("中国", "CN"), ("Swedish", "SE"),
        ("Sverige", "SE"), ("Russian Federation", "RU"), ("Россия", "RU"), ("Iranian", "IR"), ("Tajik", "TJ"),
        ("Eritrean", "ER"), ("UK", "GB"), ("U.S.", "US"), ("usa", "US"), ("Holland", "NL"), ("Kyrgyz", "KG"),
        ("South Korea", "KR"), ("North Korean", "KP"), ("Ivory Coast", "CI"), ("Guinea", "GN"),
        ("Guinea-Bissau", "GW"), ("Niger", "NE"), ("Nigeria", "NG"), ("TÜRKİYE", "TR"),
    ],
)  # fmt: skip
def test_found_by_what_people_write(text, code):
    assert places.find_country(text) == code


@pytest.mark.parametrize(
    "text",
    ["", " ", "Uyghur", "Kurdish", "Tibetan", "Xinjiang", "East Turkestan", "Atlantis", "Congolese", "XX", "in", "is",
     "x" * 500, "Belgium and France", "\x00"],
)  # fmt: skip
def test_found_by_nothing(text):
    assert places.find_country(text) is None


def test_names_by_language():
    assert places.country_name("DE", "fr") == "Allemagne"
    assert places.country_name("CN", "zh-hans") == "中国"
    assert places.country_name("BE", "xx") == "Belgium"
    for wrong in ("ZZ", "be", ""):
        with pytest.raises(UnknownCode, match="no such country code"):
            places.country_name(wrong)


def test_centroids_lie_on_the_globe_and_in_their_country():
    drawn = {code: point for code in ALL if (point := places.centroid(code))}
    assert len(drawn) >= 245
    for latitude, longitude in drawn.values():
        assert -90 <= latitude <= 90
        assert -180 <= longitude <= 180
    assert drawn["BE"] == pytest.approx((50.6, 4.6), abs=0.5)
    assert drawn["RU"] == pytest.approx((61.7, 99), abs=3)
    assert drawn["FJ"] == pytest.approx((-17.8, 178), abs=0.5)
    assert drawn["NO"] == pytest.approx((64, 14), abs=2)


@pytest.mark.parametrize(
    ("text", "country", "name", "found_in"),
    [
        ("Antwerp", None, "Antwerp", "BE"),
        ("ANTWERPEN", None, "Antwerp", "BE"),
        ("Anvers", "BE", "Antwerp", "BE"),
        ("Antwerp, Belgium", None, "Antwerp", "BE"),
        ("Tripoli", None, "Tripoli", "LY"),
        ("Tripoli", "LB", "Tripoli", "LB"),
        ("Tripoli, Lebanon", None, "Tripoli", "LB"),
        ("Wien", None, "Vienna", "AT"),
        ("München", None, "Munich", "DE"),
        ("Muenchen", None, "Munich", "DE"),
        ("İstanbul", None, "Istanbul", "TR"),
        ("Göteborg", None, "Gothenburg", "SE"),
        ("ئۈرۈمچى", None, "Ürümqi", "CN"),
        ("乌鲁木齐", None, "Ürümqi", "CN"),
        ("Urumchi", None, "Ürümqi", "CN"),
        ("Den Haag", "NL", "The Hague", "NL"),
        ("Алматы", None, "Almaty", "KZ"),
    ],
)
def test_cities(text, country, name, found_in):
    place = places.find_place(text, country)
    assert (place.name, place.country) == (name, found_in)
    assert place.geonames_id > 0
    assert place.population >= 15_000


def test_a_city_elsewhere_is_not_taken_for_one_here():
    assert places.find_place("Antwerp", "FR") is None
    assert places.find_place("Nowhere at all") is None
    assert places.find_place("") is None
    assert places.find_place(";") is None
    assert places.find_place("x" * 1000) is None


def test_ambiguity_is_told():
    assert places.find_place("Tripoli").n_same_name >= 2
    assert places.find_place("Ürümqi").n_same_name == 1


@given(st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_text_is_a_place_or_none(text):
    assert places.find_country(text) in {None, *ALL}
    place = places.find_place(text)
    assert place is None or (-90 <= place.latitude_deg <= 90 and place.country in ALL)


def test_a_search_costs_a_few_milliseconds_and_no_heavy_library():
    probe = "import sys; from panah import places; places.find_place('Antwerp'); print(*map(sys.modules.__contains__, "
    probe += "('babel', 'pandas')))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True)
    assert done.stdout.split() == ["False", "False"], done.stderr
    start = time.perf_counter()
    for name in ("Antwerp", "Gent", "Liège", "Namur", "Brugge", "Leuven", "Mons", "Aalst", "Mechelen", "Kortrijk"):
        places.find_place(name)
    assert time.perf_counter() - start < 0.5
