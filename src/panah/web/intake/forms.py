"""The questions as Django forms, for the public pages, the case worker's form and the reporter's mailbox alike."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from panah import codes, places
from panah.names.readings import uyghur_latin

from .questions import COMMON_TACTICS, Asked, Question
from .records import LONGEST_LINE, LONGEST_TEXT, Told


class QuestionForm(forms.Form):
    """One or several questions; nothing in it is required."""

    def __init__(self, questions: tuple[Question, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", auto_id="q_%s", **kwargs)
        self.asked = {asked.name: asked for question in questions for asked in question.fields}
        for name, asked in self.asked.items():
            self.fields[name] = _field(asked)

    def told(self, before: Told) -> Told:
        """What was told before with these answers in it."""
        changed = {
            name: tuple(value) if isinstance(value, list) else value for name, value in self.cleaned_data.items()
        }
        return Told.from_dict(before.model_dump() | {k: v for k, v in changed.items() if k in self.asked})

    @classmethod
    def showing(cls, questions: tuple[Question, ...], told: Told) -> QuestionForm:
        """The form with what was answered already."""
        values = told.model_dump(mode="json")
        return cls(questions, initial={name: list(v) if isinstance(v, tuple) else v for name, v in values.items()})


def _field(asked: Asked) -> forms.Field:
    common = {"label": asked.label, "help_text": asked.help, "required": False}
    if asked.kind == "text":
        # dir=auto: the words may be in another script than the page
        area = forms.Textarea(attrs={"rows": 5, "dir": "auto", "autocomplete": "off"})
        return forms.CharField(max_length=LONGEST_TEXT, widget=area, **common)
    if asked.kind == "line":
        line = forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"})
        return forms.CharField(max_length=LONGEST_LINE, widget=line, **common)
    if asked.kind == "country":
        line = forms.TextInput(attrs={"dir": "auto", "autocomplete": "off", "list": "countries"})
        return CountryField(max_length=LONGEST_LINE, widget=line, **common)
    if asked.kind == "choice":
        return forms.ChoiceField(choices=asked.choices, widget=forms.RadioSelect, **common)
    choices = tactic_choices if asked.kind == "tactics" else asked.choices
    return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)


class CountryField(forms.CharField):
    """A country by its name in the reader's language; what is no such name is kept as it was typed."""

    def clean(self, value: str) -> str:
        typed = super().clean(value)
        wanted = typed.strip().casefold()
        exact = next((code for name, code in countries() if name.casefold() == wanted), None)
        if exact or not wanted or get_language() != "ug":
            return exact or typed
        # the Uyghur pages are read in Latin script too
        return next((code for name, code in countries() if uyghur_latin(name) == wanted), typed)

    def prepare_value(self, value: str | None) -> str:
        return next((name for name, code in countries() if code == value), value or "")


def countries() -> list[tuple[str, str]]:
    """Every country's name in the reader's language, with its code, in the order of the names."""
    return _countries(get_language() or "en")


@lru_cache(maxsize=16)
def _countries(language: str) -> list[tuple[str, str]]:
    return sorted((places.country_name(code, language), code) for code in places.country_codes())


def tactic_choices() -> list[tuple[str, str]]:
    """Every tactic by its plain name, the common ones first."""
    language = get_language() or "en"
    common = [code for code, _picture in COMMON_TACTICS]
    rest = [code for code in codes.codes_of("tactic") if code not in common]
    return [(code, codes.label("tactic", code, language)) for code in [*common, *rest]]


class FileForm(forms.Form):
    """One file; ``whole`` is the last part of the form, so that an upload that was cut off is known by its absence."""

    use_required_attribute = False  # the same form goes on without a file
    file = forms.FileField(label=_("Photograph, voice note, document"), required=True)


class MessageForm(forms.Form):
    """What a reporter writes again, with or without a file."""

    text = forms.CharField(
        label=_("Your message"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto", "autocomplete": "off"}),
    )
    file = forms.FileField(label=_("Add a file"), required=False)


class CodeForm(forms.Form):
    """The code as somebody typed it."""

    code = forms.CharField(
        label=_("Your code"),
        max_length=200,
        help_text=_("Seven groups of four digits, with or without blanks."),
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "dir": "ltr", "class": "code-input"}
        ),
    )
