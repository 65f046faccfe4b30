"""Incidents: one act one proposal, numbers stay whole, policy is no act, and everybody in the right country."""

import pytest

from panah.model.reading import IncidentProposal
from panah.read import read_document


def incidents(text: str, published: str = "2023-06-22") -> list[IncidentProposal]:
    return list(read_document(text, published=published).incidents)


@pytest.mark.parametrize(
    "text",
    [
        "The Union imposed sanctions over forced labour in cotton fields.",
        "The parliament passed a law against refugee espionage.",
        "If they return, they will be arrested.",
        "Exiles fear that they could be extradited.",
        "The embassy denied that a man had been followed by agents.",
        "Washington will refuse visas to officials who harass dissidents abroad.",
        "The weather in Antwerp was good.",
    ],
)
def test_what_is_no_incident(text: str) -> None:
    assert incidents(text) == []


@pytest.mark.parametrize(
    ("text", "tactic"),
    [
        ("A masked caller rang the Uyghur exile and warned her.", "threatening_communication"),
        ("Her mother rang from China and begged her to stop.", "proxy_family_call"),
        ("Police arrested his brother in Kashgar after he spoke.", "proxy_family_detention"),
        ("Two men stabbed the Iranian exile outside her flat.", "assault"),
        ("The tyres of her car were slashed.", "physical_intimidation"),
        ("Her phone was infected with spyware.", "digital_surveillance"),
        ("The consulate refused to renew his passport.", "passport_or_consular_denial"),
        ("He was put on a plane to Dushanbe although he had asked for asylum.", "deportation_refoulement"),
        ("Dushanbe put the editor on its wanted list.", "bounty_or_wanted_notice"),
        ("Men photographed the demonstrators from a car.", "covert_photography"),
        ("The embassy asked the university to cancel the lecture.", "host_authority_pressure"),
        ("He was offered money to report on other students.", "coerced_informing"),
        ("She can no longer reach her parents.", "communication_cutoff"),
        ("Hackers took over the account of the exile group.", "digital_attack"),
    ],
)
def test_tactics(text: str, tactic: str) -> None:
    assert tactic in [each.tactic for each in incidents(text)]


def test_a_number_of_cases_is_one_aggregate() -> None:
    (each,) = incidents("More than 60 cases of extortion by consulates were reported to an Eritrean group in Canada.")
    assert each.scope == "aggregate"
    assert each.aggregate is not None
    assert (each.aggregate.value, str(each.aggregate.modifier)) == (60, "more_than")
    assert (each.host_country, each.origin_state) == ("CA", "ER")


def test_a_number_with_two_tactics_is_one_aggregate_still() -> None:
    found = incidents(
        "The report lists 17 incidents in which Turkmen migrants in Turkey were beaten, robbed or threatened by phone."
    )
    assert [each.aggregate.value for each in found if each.aggregate] == [17]


def test_a_quotation_tells_more_of_the_same_act() -> None:
    text = (
        "Her mother rang from Urumqi on 3 May 2023 and begged her to stop.\n\n"
        "“She read from a paper,” said Ana Example, who lives in Oslo."
    )
    assert [(each.tactic, each.date.edtf) for each in incidents(text)] == [("proxy_family_call", "2023-05-03")]


def test_another_case_is_another_incident() -> None:
    text = (
        "In one case in Oslo in May 2023, an Iranian exile was stabbed outside her home.\n\n"
        "In another case in Paris in 2021, an Iranian exile was stabbed outside his home."
    )
    assert [(each.host_country, each.date.edtf) for each in incidents(text)] == [("NO", "2023-05"), ("FR", "2021")]


@pytest.mark.parametrize(
    ("text", "host", "origin"),
    [
        ("Uzbek police detained the parents of a singer in Samarkand after he performed in Stockholm.", "SE", "UZ"),
        ("Thai police arrested a Vietnamese organiser in Bangkok after Hanoi had a red notice issued.", "TH", "VN"),
        ("A pro-government newspaper in Ankara printed the address of an exiled reporter in Cologne.", "DE", "TR"),
        ("An Egyptian-American woman in Chicago was followed by two men.", "US", "EG"),
        ("The Saudi embassy in Ottawa demanded a list of names from a student.", "CA", "SA"),
    ],
)
def test_who_lives_where_and_which_state_stands_behind(text: str, host: str, origin: str) -> None:
    assert {(each.host_country, each.origin_state) for each in incidents(text)} == {(host, origin)}


def test_an_unknown_state_stays_unknown() -> None:
    (each,) = incidents("An exile in Oslo was stabbed outside her home.")
    assert each.origin_state is None


def test_the_day_of_speech_is_not_the_day_of_the_act() -> None:
    (each,) = incidents("Two men stabbed the exile in Oslo in March 2022, police said on Monday.")
    assert each.date.edtf == "2022-03"


def test_the_next_day_does_not_replace_the_day() -> None:
    (each,) = incidents(
        "On 29 May 2017 a reporter was forced into a car in Tbilisi and appeared the next day in Baku.", "2017-06-05"
    )
    assert each.date.edtf == "2017-05-29"


def test_answers_travel_with_the_incident() -> None:
    text = (
        "Two men stabbed an Iranian poet in Oslo on 3 May 2023.\n\nThe Iranian embassy in Oslo denied any involvement."
    )
    (each,) = incidents(text)
    assert each.denied_by == ("Iranian embassy in Oslo",)


@pytest.mark.parametrize(
    ("text", "tactic", "host", "origin", "date"),
    [
        (
            "Am 2. November 2022 schlugen zwei Unbekannte den belarussischen Musiker in Leipzig zusammen.",
            "assault",
            "DE",
            "BY",
            "2022-11-02",
        ),
        (
            "Une journaliste azerbaïdjanaise réfugiée à Strasbourg a reçu des menaces de mort par téléphone le 15 décembre 2022.",
            "death_threat",
            "FR",
            "AZ",
            "2022-12-15",
        ),
        (
            "Op 30 april 2021 werd een Turkse docent in Rotterdam op straat gefotografeerd door twee mannen.",
            "covert_photography",
            "NL",
            "TR",
            "2021-04-30",
        ),
        (
            "Den 14 februari 2021 misshandlades en eritreansk journalist utanför en lokal i Västerås.",
            "assault",
            "SE",
            "ER",
            "2021-02-14",
        ),
        (
            "En iransk kvinne i Bergen ble truet på telefon 1. oktober 2022.",
            "threatening_communication",
            "NO",
            "IR",
            "2022-10-01",
        ),
        (
            "İstanbul'da yaşayan Türkmen aktivist 1 Ağustos 2021'de konsolosluk önünde dövüldü.",
            "assault",
            "TR",
            "TM",
            "2021-08-01",
        ),
        (
            "Чеченскому блогеру, который живёт в Вене, угрожали по телефону 5 марта 2022 года.",
            "threatening_communication",
            "AT",
            "RU",
            "2022-03-05",
        ),
        (
            "2023年4月2日，一名旅居日本的维吾尔学生在东京接到国内母亲的电话。",
            "proxy_family_call",
            "JP",
            "CN",
            "2023-04-02",
        ),
        (
            "2021-يىل 11-ئاينىڭ 20-كۈنى ئىستانبۇلدا ياشايدىغان ئۇيغۇر پائالىيەتچى تەھدىت تېلېفونى تاپشۇرۇۋالدى.",
            "threatening_communication",
            "TR",
            "CN",
            "2021-11-20",
        ),
    ],
)
def test_ten_languages(text: str, tactic: str, host: str, origin: str, date: str) -> None:
    assert [(each.tactic, each.host_country, each.origin_state, each.date.edtf) for each in incidents(text)] == [
        (tactic, host, origin, date)
    ]
