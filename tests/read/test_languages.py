"""Language and script of each paragraph."""

import pytest

from panah.read.languages import languages_of, main_language
from panah.read.paragraphs import split_paragraphs

TEXTS = {
    "en": "One such call came in May, when she was at home with her children in the evening.",
    "de": "Ein solcher Anruf kam im Mai, als sie abends mit ihren Kindern zu Hause war.",
    "fr": "Un tel appel est arrivé en mai, quand elle était à la maison avec ses enfants.",
    "nl": "Zo'n telefoontje kwam in mei, toen zij 's avonds met haar kinderen thuis was.",
    "sv": "Ett sådant samtal kom i maj, när hon var hemma med sina barn på kvällen.",
    "nb": "En slik telefonsamtale kom i mai, da hun var hjemme med barna sine om kvelden.",
    "tr": "Böyle bir telefon mayıs ayında, akşam çocuklarıyla evdeyken geldi.",
    "ru": "Такой звонок раздался в мае, когда она была дома с детьми.",
    "zh": "五月的一个晚上，她和孩子们在家里接到了这样的电话。",
    "ug": "مەي ئېيىدا ئۇ بالىلىرى بىلەن ئۆيىدە تۇرغاندا مۇشۇنداق بىر تېلېفون كەلدى.",
    "bo": "ཟླ་བ་ལྔ་པའི་ནང་ལ་ཁ་པར་དེ་འདྲ་ཞིག་འབྱོར་བྱུང་།",
}


@pytest.mark.parametrize(("language", "text"), TEXTS.items())
def test_each_language(language: str, text: str) -> None:
    ((found, script),) = languages_of(text, split_paragraphs(text))
    assert found == language
    assert script == {"ru": "Cyrl", "zh": "Hani", "ug": "Arab", "bo": "Tibt"}.get(language, "Latn")


@pytest.mark.parametrize("text", ["1234 5678", "…", "???"])
def test_no_letters_no_language(text: str) -> None:
    ((language, script),) = languages_of(text, split_paragraphs(text))
    assert (language, script) == ("und", "Zyyy")


def test_uyghur_in_latin_script() -> None:
    text = "Uyghurlarning öyide telefon keldi, u balliri bilen öyide idi we bek qorqti. Bu yerde hemme kishi qorqidu."
    ((language, script),) = languages_of(text, split_paragraphs(text))
    assert (language, script) == ("ug", "Latn")


@pytest.mark.parametrize(
    "text",
    ["Men photographed the demonstrators from a car.", "Men in black followed her home in the evening, she said."],
)
def test_english_men_are_no_uyghur(text: str) -> None:
    ((language, _script),) = languages_of(text, split_paragraphs(text))
    assert language == "en"


def test_a_document_of_two_languages() -> None:
    text = "\n\n".join([TEXTS["en"], TEXTS["de"], TEXTS["en"]])
    paragraphs = split_paragraphs(text)
    found = languages_of(text, paragraphs)
    assert [language for language, _ in found] == ["en", "de", "en"]
    assert main_language(paragraphs, found) == "en"
