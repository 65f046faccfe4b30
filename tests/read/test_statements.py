"""Who says what: cue verbs on either side, pronouns, chains, stance, kind and fidelity."""

import pytest

from panah.model.claim import Fidelity
from panah.model.reading import Statement
from panah.read.sentences import Page
from panah.read.statements import find_statements


def statements(text: str, language: str = "en", *, copied: bool = False) -> list[Statement]:
    return find_statements(Page(text, language), copied=copied)


def told(text: str, language: str = "en") -> list[tuple[str, str | None, str]]:
    return [(each.text, each.speaker, each.stance) for each in statements(text, language)]


@pytest.mark.parametrize(
    "text", ["said", "said said said", "“”", "she said", ", said Ana", "told", "according to", "denied", "it denied it"]
)
def test_scraps_say_nothing_that_is_not_there(text: str) -> None:
    for each in statements(text):
        assert text[each.start : each.end] == each.text


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("“They begged me to stop,” Ana Example said.", "Ana Example"),
        ("“They begged me to stop,” said Ana Example, a nurse in Oslo.", "Ana Example"),
        ("Ana Example said: “They begged me to stop.”", "Ana Example"),
        ("Ana Example, who lives in Oslo, said, “They begged me to stop.”", "Ana Example"),
        ("Prime Minister Ana Example told reporters: “They begged me to stop.”", "Ana Example"),
        ("“They begged me to stop,” the student, who asked not to be named, said.", "student"),
        ("“They begged me to stop,” said the embassy in Brussels.", "embassy in Brussels"),
        ("Ana Example left in May. “They begged me to stop,” she said.", "Ana Example"),
        ("“They begged me to stop,” Ana Example said. “I did not.”", "Ana Example"),
        ("Ana Example: “They begged me to stop.”", "Ana Example"),
        ("“They begged me to stop.”", None),
    ],
)
def test_the_speaker_of_a_quotation(text: str, speaker: str | None) -> None:
    assert [each.speaker for each in statements(text) if each.kind == "direct"][-1] == speaker


def test_he_and_she_find_their_own_person() -> None:
    text = "Ana Example and her brother Karol Sample fled. “I was afraid,” she said. “I was not,” he said."
    spoken = [(each.text, each.speaker) for each in statements(text) if each.kind == "direct"]
    assert spoken == [("I was afraid,", "Ana Example"), ("I was not,", "Karol Sample")]


def test_nested_attribution_credits_the_one_who_spoke_and_keeps_the_chain() -> None:
    text = (
        "When Karol Example met Josef Sample, the director, he was told: “We do not wish to be in dispute”, "
        "according to a report in The Harbour Times."
    )
    (each,) = [each for each in statements(text) if each.kind == "direct"]
    assert each.speaker == "Josef Sample"
    assert each.chain == ("Karol Example", "The Harbour Times")


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("The embassy denied the accusation.", "denies"),
        ("The embassy denied any involvement.", "denies_responsibility"),
        ("The embassy rejects any connection.", "denies_responsibility"),
        ("The ministry declined to comment.", "declines_to_comment"),
        ("The ministry did not respond to a request for comment.", "declines_to_comment"),
        ("The ministry could not be reached for comment.", "declines_to_comment"),
        ("The ministry would neither confirm nor deny the report.", "declines_to_comment"),
        ("The ministry said it was not aware of the case.", "no_knowledge"),
        ("The ministry said the men had returned voluntarily.", "alternative_explanation"),
        ("The service would not say which country was behind it.", "refuses_to_name"),
        ("The ministry said that it had opened an inquiry.", "asserts"),
    ],
)
def test_the_stance_of_what_is_answered(text: str, stance: str) -> None:
    assert [each.stance for each in statements(text)] == [stance]


@pytest.mark.parametrize(
    "text",
    [
        "She was denied a passport by the consulate.",
        "He denied himself nothing.",
        "The application was rejected in May.",
    ],
)
def test_what_is_no_denial(text: str) -> None:
    assert not [each for each in statements(text) if each.stance in {"denies", "denies_responsibility"}]


def test_a_denial_governs_the_quotation_after_it() -> None:
    text = "The embassy rejected the account, stating: “This is completely untrue and pure rumour.”"
    (each,) = statements(text)
    assert (each.kind, each.stance, each.speaker) == ("direct", "denies", "embassy")


def test_two_answers_in_one_sentence_are_two_statements() -> None:
    text = "A security official said that a man had been followed, but would not say which country had sent the others."
    assert [(each.stance, each.speaker) for each in statements(text)] == [
        ("asserts", "security official"),
        ("refuses_to_name", "security official"),
    ]


def test_a_fragment_is_mixed_and_a_term_is_no_statement() -> None:
    text = "The minister called the report “a lie invented by enemies”. The service speaks of “refugee espionage”."
    (each,) = statements(text)
    assert (each.kind, each.text, each.stance) == ("mixed", "a lie invented by enemies", "denies")


@pytest.mark.parametrize(
    ("text", "copied", "fidelity"),
    [
        ("“They begged me to stop,” Ana Example said.", False, Fidelity.VERBATIM),
        ("“They [the police] begged me to stop,” Ana Example said.", False, Fidelity.UNKNOWN),
        ("“They begged me to stop,” Ana Example said.", True, Fidelity.UNKNOWN),
        ("“They [the police] begged me to stop,” Ana Example said.", True, Fidelity.ALTERED),
        ("” They begged me to stop,” Ana Example said.", False, Fidelity.UNKNOWN),
    ],
)
def test_what_may_be_printed_as_somebodys_words(text: str, copied: bool, fidelity: Fidelity) -> None:
    assert statements(text, copied=copied)[0].fidelity is fidelity


@pytest.mark.parametrize(
    ("text", "content", "speaker"),
    [
        ("Ana Example said that they had followed her home.", "they had followed her home", "Ana Example"),
        ("They had followed her home, Ana Example said.", "They had followed her home", "Ana Example"),
        ("According to the police, they had followed her home.", "they had followed her home", "police"),
        ("They had followed her home, according to the police.", "They had followed her home", "police"),
        (
            "Up to 500 of the 2,000 people there were followed, the police said.",
            "Up to 500 of the 2,000 people there were followed",
            "police",
        ),
    ],
)
def test_indirect_speech(text: str, content: str, speaker: str) -> None:
    assert told(text) == [(content, speaker, "asserts")]


@pytest.mark.parametrize(
    "text",
    [
        "He is believed to be in prison.",
        "The court found him guilty of spying on refugees.",
        "The trial is said to be secret.",
    ],
)
def test_nobody_speaks(text: str) -> None:
    assert statements(text) == []


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        ("de", "„Sie wussten alles“, sagte Ana Musterfrau.", "Ana Musterfrau"),
        ("fr", "« Ils savaient tout », raconte Ana Exemple.", "Ana Exemple"),
        ("fr", "« Ils savaient tout », a déclaré Ana Exemple.", "Ana Exemple"),
        ("nl", "„Ze wisten alles”, zei Ana Voorbeeld.", "Ana Voorbeeld"),
        ("sv", "”De visste allt”, säger Ana Exempel.", "Ana Exempel"),
        ("nb", "«De visste alt», sier Ana Eksempel.", "Ana Eksempel"),
        ("tr", "“Her şeyi biliyorlardı” dedi Ana Örnek.", "Ana Örnek"),
        ("ru", "«Они знали всё», — сказала Анна Примерова.", "Анна Примерова"),
        ("zh", "“他们什么都知道，”王例子说。", "王例子"),
        ("zh", "活动人士王例子表示：“他们什么都知道。”", "王例子"),
        ("ug", "«ئۇلار ھەممىنى بىلەتتى» دېدى ئانا مىسال.", "ئانا مىسال"),
    ],
)
def test_quotations_in_ten_languages(language: str, text: str, speaker: str) -> None:
    (each,) = statements(text, language)
    assert (each.speaker, each.kind) == (speaker, "direct")


@pytest.mark.parametrize(
    ("language", "text", "stance"),
    [
        ("de", "Die Botschaft wies die Vorwürfe zurück.", "denies"),
        ("de", "Das Ministerium wollte sich nicht äußern.", "declines_to_comment"),
        ("fr", "L'ambassade dément ces accusations.", "denies"),
        ("fr", "La préfecture n'a pas répondu.", "declines_to_comment"),
        ("nl", "De ambassade ontkent de beschuldiging.", "denies"),
        ("nl", "Het ministerie wilde niet reageren.", "declines_to_comment"),
        ("sv", "Ambassaden avvisar uppgifterna.", "denies"),
        ("sv", "Ambassaden vill inte kommentera.", "declines_to_comment"),
        ("nb", "Ambassaden avviser påstandene.", "denies"),
        ("nb", "Ambassaden ønsker ikke å kommentere saken.", "declines_to_comment"),
        ("tr", "Büyükelçilik iddiaları reddetti.", "denies"),
        ("tr", "Bakanlık yorum yapmadı.", "declines_to_comment"),
        ("ru", "Посольство отвергло обвинения.", "denies"),
        ("ru", "Посольство отказалось от комментариев.", "declines_to_comment"),
        ("zh", "中国驻英国大使馆否认有关指控。", "denies"),
        ("zh", "英国警方拒绝置评。", "declines_to_comment"),
        ("ug", "خىتاي ئەلچىخانىسى بۇنى رەت قىلدى.", "denies"),
        ("ug", "خىتاي ئەلچىخانىسى جاۋاب بەرمىدى.", "declines_to_comment"),
    ],
)
def test_answers_in_ten_languages(language: str, text: str, stance: str) -> None:
    assert [each.stance for each in statements(text, language)] == [stance]
