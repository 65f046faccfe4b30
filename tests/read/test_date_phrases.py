"""How dates are told in news, reports, court papers and testimony, by category and language, read against one day.

The day of publication is Friday, 14 June 2024. A sentence that hangs on a date told before is read after
"On 3 May 2021 he was called." or its like, in :func:`test_told_from_the_date_before`.
"""

import pytest

from panah.dates import check_edtf
from panah.read.date_grammar import printed_dates
from panah.read.date_reading import Anchor, read_date
from panah.read.incident_dates import DatedText
from panah.read.sentences import Page
from panah.read.words import words_in

PUBLISHED = "2024-06-14"

FROM_PUBLICATION = {
    "days counted from Easter": [
        ("en", "on Easter Sunday", "2024-03-31"),
        ("en", "on Good Friday 2022", "2022-04-15"),
        ("en", "at Easter", "2024-03-31~"),
        ("en", "on Whit Monday 2023", "2023-05-29"),
        ("de", "am Karfreitag", "2024-03-29"),
        ("de", "an Pfingsten 2019", "2019-06-09~"),
        ("fr", "le lundi de Pâques", "2024-04-01"),
        ("fr", "à la Pentecôte", "2024-05-19~"),
        ("nl", "op Goede Vrijdag", "2024-03-29"),
        ("nl", "met Pasen", "2024-03-31~"),
        ("sv", "på långfredagen", "2024-03-29"),
        ("sv", "på annandag påsk", "2024-04-01"),
        ("nb", "langfredag", "2024-03-29"),
        ("nb", "i påsken", "2024-03-31~"),
        ("ru", "на Пасху", "2024-05-05~"),
    ],
    "about a day": [
        ("en", "around 20 May", "2024-05-20~"),
        ("en", "on about 20 May", "2024-05-20~"),
        ("de", "um den 20. Mai", "2024-05-20~"),
        ("fr", "vers le 20 mai", "2024-05-20~"),
        ("nl", "rond 20 mei", "2024-05-20~"),
        ("sv", "omkring den 20 maj", "2024-05-20~"),
        ("ru", "около 20 мая", "2024-05-20~"),
        ("en", "late in 2021", "2021~"),
        ("en", "early in 2021", "2021~"),
        ("en", "the Sunday before last", "2024-06-02"),
        ("en", "at Christmas", "2023-12-25~"),
    ],
    "days": [
        ("en", "yesterday evening", "2024-06-13"),
        ("en", "last night", "2024-06-13"),
        ("en", "the day before yesterday", "2024-06-12"),
        ("en", "this morning", "2024-06-14"),
        ("en", "ten days ago", "2024-06-04"),
        ("de", "vorgestern", "2024-06-12"),
        ("de", "vor drei Tagen", "2024-06-11"),
        ("fr", "avant-hier", "2024-06-12"),
        ("fr", "il y a trois jours", "2024-06-11"),
        ("nl", "drie dagen geleden", "2024-06-11"),
        ("nl", "gisteravond", "2024-06-13"),
        ("sv", "i morse", "2024-06-14"),
        ("nb", "i morges", "2024-06-14"),
        ("sv", "för tre dagar sedan", "2024-06-11"),
        ("sv", "i går", "2024-06-13"),
        ("nb", "for tre dager siden", "2024-06-11"),
        ("nb", "i forgårs", "2024-06-12"),
        ("tr", "dün akşam", "2024-06-13"),
        ("ru", "позавчера", "2024-06-12"),
        ("ru", "три дня назад", "2024-06-11"),
        ("zh", "昨天晚上", "2024-06-13"),
        ("zh", "三天前", "2024-06-11"),
        ("ug", "تۈنۈگۈن", "2024-06-13"),
        ("ug", "ئۈچ كۈن ئىلگىرى", "2024-06-11"),
    ],
    "weekdays": [
        ("en", "on Monday", "2024-06-10"),
        ("en", "this past Monday", "2024-06-10"),
        ("en", "on Tuesday last week", "2024-06-04"),
        ("en", "on Tuesday of last week", "2024-06-04"),
        ("en", "on the second Sunday of May", "2024-05-12"),
        ("en", "on the last Friday of May", "2024-05-31"),
        ("en", "on a Sunday in May", "2024-05"),
        ("de", "am vergangenen Montag", "2024-06-10"),
        ("de", "in der Nacht zum Sonntag", "2024-06-08/2024-06-09"),
        ("fr", "lundi dernier", "2024-06-10"),
        ("nl", "afgelopen maandag", "2024-06-10"),
        ("nb", "forrige mandag", "2024-06-10"),
        ("tr", "geçen pazartesi", "2024-06-10"),
        ("ru", "в прошлый понедельник", "2024-06-10"),
        ("zh", "上周五", "2024-06-07"),
        ("zh", "星期一", "2024-06-10"),
    ],
    "weeks and weekends": [
        ("en", "last week", "2024-06-03/2024-06-09"),
        ("en", "last weekend", "2024-06-08/2024-06-09"),
        ("en", "over the weekend", "2024-06-08/2024-06-09"),
        ("en", "a fortnight ago", "2024-05-31~"),
        ("de", "vergangene Woche", "2024-06-03/2024-06-09"),
        ("de", "am Wochenende", "2024-06-08/2024-06-09"),
        ("fr", "la semaine dernière", "2024-06-03/2024-06-09"),
        ("nl", "vorige week", "2024-06-03/2024-06-09"),
        ("sv", "förra veckan", "2024-06-03/2024-06-09"),
        ("nb", "forrige uke", "2024-06-03/2024-06-09"),
        ("tr", "geçen hafta", "2024-06-03/2024-06-09"),
        ("ru", "на прошлой неделе", "2024-06-03/2024-06-09"),
        ("zh", "上周", "2024-06-03/2024-06-09"),
        ("ug", "ئۆتكەن ھەپتە", "2024-06-03/2024-06-09"),
    ],
    "months": [
        ("en", "last month", "2024-05"),
        ("en", "earlier this month", "2024-06"),
        ("en", "in August", "2023-08"),
        ("en", "two months ago", "2024-04~"),
        ("en", "half a year ago", "2023-12~"),
        ("en", "in early March 2018", "2018-03"),
        ("en", "at the end of March", "2024-03"),
        ("en", "on the 5th of last month", "2024-05-05"),
        ("de", "Ende März", "2024-03"),
        ("de", "Mitte August 2019", "2019-08"),
        ("de", "vor zwei Monaten", "2024-04~"),
        ("fr", "en juin dernier", "2023-06"),
        ("fr", "début mars", "2024-03"),
        ("nl", "begin maart", "2024-03"),
        ("sv", "i slutet av mars", "2024-03"),
        ("nb", "i slutten av mars", "2024-03"),
        ("tr", "geçen ay", "2024-05"),
        ("ru", "в начале марта", "2024-03"),
        ("zh", "上个月", "2024-05"),
        ("zh", "三月初", "2024-03"),
    ],
    "years": [
        ("en", "last year", "2023"),
        ("en", "in June last year", "2023-06"),
        ("en", "on 3 May last year", "2023-05-03"),
        ("en", "in the summer of last year", "2023-22"),
        ("en", "in early 2022", "2022~"),
        ("en", "a decade ago", "2014~"),
        ("en", "in the 1990s", "199X"),
        ("en", "in the last quarter of 2022", "2022-10/2022-12"),
        ("en", "in the first half of 2022", "2022-01/2022-06"),
        ("de", "im März vergangenen Jahres", "2023-03"),
        ("de", "im Sommer 2019", "2019-22"),
        ("fr", "en mars de l'année dernière", "2023-03"),
        ("nl", "vorig jaar", "2023"),
        ("sv", "i fjol", "2023"),
        ("nb", "i fjor sommer", "2023-22"),
        ("tr", "geçen yıl mart ayında", "2023-03"),
        ("tr", "2019 yılında", "2019"),
        ("ru", "в июне прошлого года", "2023-06"),
        ("zh", "去年三月", "2023-03"),
        ("zh", "二〇二一年五月", "2021-05"),
        ("ug", "ئۆتكەن يىلى 5-ئايدا", "2023-05"),
    ],
    "seasons": [
        ("en", "last summer", "2023-22"),
        ("en", "in the autumn", "2023-23"),
        ("de", "im Winter", "2023-24"),
        ("sv", "i höstas", "2023-23"),
        ("fr", "l'été dernier", "2023-22"),
        ("zh", "2020年夏天", "2020-22"),
    ],
    "intervals": [
        ("en", "from 3 to 5 May 2019", "2019-05-03/2019-05-05"),
        ("en", "on the night of 3-4 May", "2024-05-03/2024-05-04"),
        ("en", "May 3–5, 2020", "2020-05-03/2020-05-05"),
        ("en", "between November and March", "2023-11/2024-03"),
        ("en", "in 2015-17", "2015/2017"),
        ("en", "from May 2019 to July 2020", "2019-05/2020-07"),
        ("de", "vom 3. bis 5. Mai 2019", "2019-05-03/2019-05-05"),
        ("de", "in der Nacht vom 3. auf den 4. Mai", "2024-05-03/2024-05-04"),
        ("fr", "dans la nuit du 3 au 4 mai 2020", "2020-05-03/2020-05-04"),
        ("fr", "entre mars et juin 2020", "2020-03/2020-06"),
        ("nl", "tussen maart en juni 2020", "2020-03/2020-06"),
        ("sv", "natten mot den 4 maj", "2024-05-03/2024-05-04"),
        ("nb", "natt til 4. mai", "2024-05-03/2024-05-04"),
        ("ru", "в ночь с 3 на 4 мая", "2024-05-03/2024-05-04"),
        ("zh", "2019年3月至5月", "2019-03/2019-05"),
        ("zh", "3月5日到8日", "2024-03-05/2024-03-08"),
    ],
    "without an end": [
        ("en", "since the summer of 2018", "2018-22/.."),
        ("en", "since last year", "2023/.."),
        ("en", "since Monday", "2024-06-10/.."),
        ("en", "until June 2019", "../2019-06"),
        ("de", "seit März 2020", "2020-03/.."),
        ("fr", "depuis janvier", "2024-01/.."),
        ("nl", "sinds 2019", "2019/.."),
        ("sv", "sedan mars 2020", "2020-03/.."),
        ("ru", "с марта 2020 года", "2020-03/.."),
        ("zh", "自2019年5月以来", "2019-05/.."),
    ],
    "days with a name": [
        ("en", "on Christmas Eve", "2023-12-24"),
        ("en", "on New Year's Day 2021", "2021-01-01"),
        ("en", "on Eid al-Fitr", "2024-04-10~"),
        ("en", "two days after Eid al-Fitr", "2024-04-12~"),
        ("en", "the day after Christmas Day", "2023-12-26"),
        ("de", "an Heiligabend", "2023-12-24"),
        ("zh", "元旦后两天", "2024-01-03"),
    ],
    "ordinals in words": [
        ("en", "on the third of May", "2024-05-03"),
        ("en", "on the twenty-first of May 2020", "2020-05-21"),
    ],
    "still to come": [
        ("en", "will be tried in September", "2024-09"),
        ("en", "will meet on Monday", "2024-06-17"),
        ("en", "next week", "2024-06-17/2024-06-23"),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("language", "words", "edtf"), [row for rows in FROM_PUBLICATION.values() for row in rows])
def test_told_from_the_day_of_publication(language: str, words: str, edtf: str) -> None:
    printed = printed_dates(words, words_in(words), language)
    assert [read_date(each, words, Anchor.of(PUBLISHED)).edtf for each in printed] == [edtf]
    check_edtf(edtf)


FROM_THE_DATE_BEFORE = [
    ("en", "On 3 May 2021 he was called. Two days later she was.", "2021-05-05"),
    ("en", "On 3 May 2021 he was called. The next morning she was.", "2021-05-04"),
    ("en", "On 3 May 2021 he was called. That evening she was.", "2021-05-03"),
    ("en", "On 3 May 2021 he was called. Hours later she was.", "2021-05-03"),
    ("en", "On 3 May 2021 he was called. The following Friday she was.", "2021-05-07"),
    ("en", "On 3 May 2021 he was called. The week before, she was.", "2021-04-26/2021-05-02"),
    ("en", "On 3 May 2021 he was called. The previous month she was.", "2021-04"),
    ("en", "On 3 May 2021 he was called. The following March she was.", "2022-03"),
    ("en", "On 3 May 2021 he was called. The previous summer she was.", "2020-22"),
    ("en", "On 3 May 2021 he was called. In June of the same year she was.", "2021-06"),
    ("en", "On 3 May 2021 he was called. A few weeks later she was.", None),
    ("en", "On 3 May 2021 he was called. Two days after the vote she was.", None),
    ("en", "On 3 May 2021 he was called. Two days after she had spoken there on 1 June, she was.", "2021-06-03"),
    ("de", "Am 3. Mai 2021 wurde er gerufen. Zwei Tage später wurde sie es.", "2021-05-05"),
    ("de", "Am 3. Mai 2021 wurde er gerufen. Am Tag darauf wurde sie es.", "2021-05-04"),
    ("de", "Am 3. Mai 2021 wurde er gerufen. Noch am selben Abend wurde sie es.", "2021-05-03"),
    ("fr", "Le 3 mai 2021 il fut appelé. Le lendemain, elle aussi.", "2021-05-04"),
    ("fr", "Le 3 mai 2021 il fut appelé. Deux jours plus tard, elle aussi.", "2021-05-05"),
    ("fr", "Le 3 mai 2021 il fut appelé. La veille, elle aussi.", "2021-05-02"),
    ("nl", "Op 3 mei 2021 werd hij gebeld. Twee dagen later zij ook.", "2021-05-05"),
    ("nl", "Op 3 mei 2021 werd hij gebeld. De dag erna zij ook.", "2021-05-04"),
    ("sv", "Den 3 maj 2021 ringdes han upp. Dagen efter ringdes hon upp.", "2021-05-04"),
    ("nb", "Den 3. mai 2021 ble han oppringt. To dager senere ble hun det.", "2021-05-05"),
    ("tr", "3 Mayıs 2021 günü arandı. Ertesi gün o da arandı.", "2021-05-04"),
    ("ru", "3 мая 2021 года ему позвонили. Через два дня позвонили ей.", "2021-05-05"),
    ("ru", "3 мая 2021 года ему позвонили. На следующий день позвонили ей.", "2021-05-04"),
    ("zh", "2021年5月3日他被传唤。两天后她也被传唤。", "2021-05-05"),
    ("zh", "2021年5月3日他被传唤。次日她也被传唤。", "2021-05-04"),
    ("ug", "2021-يىلى 5-ئاينىڭ 3-كۈنى ئۇ چاقىرىلدى. ئەتىسى سىڭلىسى چاقىرىلدى.", "2021-05-04"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "edtf"), FROM_THE_DATE_BEFORE)
def test_told_from_the_date_before(language: str, text: str, edtf: str | None) -> None:
    dated = DatedText(Page(text, language), PUBLISHED)
    assert [each.reading.edtf for each in dated.dates if each.sentence == 1][:1] == [edtf]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "every Friday"),
        ("en", "after Friday prayers"),
        ("en", "a Friday"),
        ("en", "the fall of Kabul"),
        ("en", "Christmas cards"),
        ("en", "the third man"),
        ("de", "jeden Freitag"),
        ("nb", "hver mandag"),
        ("ru", "каждую пятницу"),
        ("zh", "四川和三名学生"),
    ],
)
def test_what_is_no_day(language: str, text: str) -> None:
    assert printed_dates(text, words_in(text), language) == []


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("On 14 March 2021 he was called. On 20 March she was.", "2021-03-20"),
        ("In 2019, he was called. In May she was.", "2019-05"),
        ("On 2 November 2019 he was called. On 5 January she was.", "2020-01-05"),
        ("He fled in 2016. On 3 May she was called.", "2024-05-03"),
        ("On 14 March 2021 he was called.\n\nOn 3 June she was.", "2024-06-03"),
    ],
)
def test_a_year_is_carried_over_from_the_date_told_before(text: str, edtf: str) -> None:
    assert DatedText(Page(text, "en"), PUBLISHED).dates[-1].reading.edtf == edtf
