"""Places: towns, states and their adjectives, peoples; and what only looks like one."""

from pathlib import Path

import pytest

from panah.read.sentences import Page


def mentions(text: str, language: str = "en") -> list[tuple[str, str, str]]:
    return [
        (each.name, each.kind, each.country)
        for sentence in Page(text, language).sentences
        for each in sentence.mentions
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "He read the Reading list.",
        "Nice people",
        "The New York Times said so.",
        "Jordan Example said so.",
        "the Vistula Forum met",
        "mit und isi",
        "raw fish",
    ],
)
def test_what_is_no_town(text: str) -> None:
    assert not [name for name, kind, _ in mentions(text) if kind in {"town", "organ"}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She lives in Antwerp.", ("Antwerp", "town", "BE")),
        ("He was held in New York on Monday.", ("New York City", "town", "US")),
        ("Protests in San Diego grew.", ("San Diego", "town", "US")),
        ("People in Port-au-Prince fled.", ("Port-au-Prince", "town", "HT")),
        ("The Miami-based rapper left.", ("Miami", "town", "US")),
        ("MANILA, Philippines – Two men came.", ("Manila", "town", "PH")),
        ("The Saudi embassy answered.", ("Saudi", "country", "SA")),
        ("The Kremlin answered.", ("Kremlin", "organ", "RU")),
        ("A Uyghur woman came.", ("Uyghur", "people", "CN")),
    ],
)
def test_english_places(text: str, expected: tuple[str, str, str]) -> None:
    assert expected in mentions(text)


@pytest.mark.parametrize(
    ("language", "text", "countries"),
    [
        ("de", "Ein belarussischer Musiker in Leipzig und die türkische Botschaft", ["BY", "DE", "TR"]),
        ("fr", "Une journaliste azerbaïdjanaise à Strasbourg et l'ambassade de Chine", ["AZ", "FR", "CN"]),
        ("nl", "Een Turkse docent in Rotterdam en de Iraanse ambassade", ["TR", "NL", "IR"]),
        ("sv", "En eritreansk journalist i Göteborg och Kinas ambassad", ["ER", "SE", "CN"]),
        ("nb", "En iransk kvinne i Bergen og Kinas ambassade", ["IR", "NO", "CN"]),
        ("tr", "İstanbul'da yaşayan Türkmen aktivist ve Çin'in büyükelçiliği", ["TR", "TM", "CN"]),
        ("tr", "Van'da kaçırıldı", ["TR"]),
        ("ru", "Чеченский блогер в Вене и посольство Китая", ["RU", "AT", "CN"]),
        ("zh", "居住在英国伦敦的香港人", ["GB", "GB", "CN"]),
        ("ug", "ئىستانبۇلدا ياشايدىغان ئۇيغۇر ۋە خىتاي ئەلچىخانىسى", ["TR", "CN", "CN"]),
        ("ug", "گېرمانىيەدىكى ئۇيغۇرلار", ["DE", "CN"]),
    ],
)
def test_places_in_ten_languages(language: str, text: str, countries: list[str]) -> None:
    assert [country for _, _, country in mentions(text, language)] == countries


def test_a_mention_stands_on_its_words() -> None:
    text = "In Antwerp, the Chinese embassy in Brussels answered Uyghurs from East Turkistan."
    for sentence in Page(text, "en").sentences:
        for each in sentence.mentions:
            assert text[each.start : each.end].strip() == text[each.start : each.end] != ""


PLACED = [
    tuple(part.strip() for part in line.split(" | "))
    for line in Path(__file__).with_name("placed.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize("language", list(dict.fromkeys(row[0] for row in PLACED)))
def test_places_as_ten_languages_name_them(language: str) -> None:
    wanted = {sentence: country for each, sentence, country in PLACED if each == language}
    missed = {
        sentence: country
        for sentence, country in wanted.items()
        if country not in {mention.country for each in Page(sentence, language).sentences for mention in each.mentions}
    }
    assert missed == {}
