"""The questions of a report, in their order: the same for the pages, the case worker's form and the sheet of paper.

Short words, one thing at a time, everything skippable. Names of fields are those of ``records.Told``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from django.utils.translation import gettext_lazy as _

Kind = Literal["tactics", "text", "line", "country", "choice", "choices", "consents"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of a question."""

    name: str
    kind: Kind
    label: Any
    help: Any = ""
    choices: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One page: its name in the address, what it asks, why or how, and its fields."""

    slug: str
    title: Any
    lead: Any
    fields: tuple[Asked, ...]


YES_NO: Final = (("yes", _("Yes")), ("no", _("No")), ("unknown", _("I do not know")))

WHO: Final = (
    ("relative", _("A relative or friend of mine")),
    ("relative_forced", _("A relative, with somebody beside them or held by police")),
    ("masked", _("A hidden or unknown number")),
    ("police", _("Somebody who said they are police or state security")),
    ("embassy", _("Somebody from an embassy or consulate")),
    ("community", _("Somebody from our community")),
    ("stranger", _("A stranger")),
    ("nobody", _("I saw nobody")),
)
"""Who it was, as the person saw it; coding it is a case worker's act."""

CONSENTS: Final = (
    ("keep", _("Keep what I told, sealed, so that it can be used later if I agree")),
    ("count", _("Count it in figures that name nobody")),
    ("share_lawyer", _("Show it to a lawyer who works with you")),
    ("share_police", _("Give it to the police of the country where I live")),
    ("share_un", _("Give it to the United Nations")),
    ("share_sanctions", _("Use it to ask for sanctions")),
    ("share_press", _("Show it to a journalist")),
    ("publish", _("Publish it without my name")),
)
"""Purposes of ``panah.model.person.Purpose`` in plain words."""

COMMON_TACTICS: Final = (
    ("threatening_communication", "message"),
    ("proxy_family_call", "call"),
    ("proxy_family_harassment", "family"),
    ("proxy_family_detention", "lock"),
    ("death_threat", "alert"),
    ("physical_intimidation", "person"),
    ("assault", "hand"),
    ("covert_photography", "camera"),
    ("informant_surveillance", "eye"),
    ("coerced_informing", "mouth"),
    ("personal_data_demand", "form"),
    ("suspicious_delivery_or_lure", "parcel"),
    ("passport_or_consular_denial", "passport"),
    ("communication_cutoff", "cut"),
    ("digital_attack", "screen"),
    ("impersonation", "mask"),
)
"""Tactics that a person meets, each with its picture; the others stand folded away below them."""

QUESTIONS: Final = (
    Question(
        "what",
        _("What happened?"),
        _("Tick what fits. You can tick several, or none and use your own words."),
        (
            Asked("tactics", "tactics", _("What fits")),
            Asked("what", "text", _("In your own words"), _("A few words are enough.")),
        ),
    ),
    Question(
        "when",
        _("When was it?"),
        _("As exact as you know, in your own words: “last week”, “in July 2019”, “Tuesday at 11 in the evening”."),
        (Asked("when", "line", _("When")),),
    ),
    Question(
        "where",
        _("Where were you, and where was the other side?"),
        _("A country or town is enough. Leave out what could point at your home."),
        (
            Asked("my_country", "country", _("The country you were in")),
            Asked("my_place", "line", _("Town or place, if you want")),
            Asked("their_country", "country", _("The country the other side was in")),
            Asked("their_place", "line", _("Their town or place, if you know")),
        ),
    ),
    Question(
        "who",
        _("Who was it?"),
        _("What you saw or heard. You need not be sure."),
        (
            Asked("who", "choices", _("What fits"), "", WHO),
            Asked("who_words", "line", _("In your own words")),
            Asked("number", "line", _("The number or account that was shown"), _("Leave it empty when it was hidden.")),
        ),
    ),
    Question(
        "wanted",
        _("What did they want?"),
        _("For example: be silent, come back, tell about others, sign something, pay."),
        (Asked("wanted", "text", _("What they wanted")),),
    ),
    Question(
        "words",
        _("What was said?"),
        _("The exact words if you remember them, in the language in which they were said. It helps most."),
        (Asked("said", "text", _("What was said")),),
    ),
    Question(
        "danger",
        _("Are you in danger now?"),
        _(
            "If somebody is at your door or follows you, call the emergency number first: 112 in Europe, 911 in North America."
        ),
        (
            Asked("danger", "choice", _("I am in danger now"), "", YES_NO),
            Asked("detained", "choice", _("A relative is held or has disappeared because of it"), "", YES_NO),
        ),
    ),
    Question(
        "relatives",
        _("Who else could be harmed?"),
        _(
            "Relatives where the threat comes from cannot agree safely. Nothing that points at them leaves us. Tell us what to leave out."
        ),
        (
            Asked(
                "at_risk",
                "text",
                _("What must never be shown"),
                _("No names are needed: “my brother”, “where we worked”."),
            ),
        ),
    ),
    Question(
        "consent",
        _("What may we do with it?"),
        _(
            "Everything is no until you tick it. You can change it later with your code. "
            "Without the first tick we answer you, then erase it."
        ),
        (Asked("consents", "consents", _("I agree to this"), "", CONSENTS),),
    ),
)

SLUGS: Final = tuple(question.slug for question in QUESTIONS)


def question(slug: str) -> Question | None:
    """The question of an address, or none."""
    return next((each for each in QUESTIONS if each.slug == slug), None)
