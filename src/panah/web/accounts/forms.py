"""Forms of sign-in, set-up, members and passwords."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from panah.errors import PanahError

from . import actions
from .models import Member, Organisation, Role

MINIMUM_CHARACTERS = 12


class SignInForm(LoginForm):
    """allauth's form with our words; a wrong address and a wrong password get the same answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        self.fields["password"].label = _("Password")
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


def password_field(label: Any, *, new: bool, help_text: Any = "") -> forms.CharField:
    """A password as typed: never trimmed."""
    return forms.CharField(
        label=label,
        strip=False,
        min_length=MINIMUM_CHARACTERS if new else None,
        max_length=1024,
        help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password" if new else "current-password"}),
    )


NEW_PASSWORD_HELP = _("At least 12 characters; four or five words are easy to keep. Nobody can reset it without you.")


class NewMemberForm(forms.Form):
    """Name, address and first password of a member."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = password_field(_("Password"), new=True, help_text=NEW_PASSWORD_HELP)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if Member.objects.by_email(email):
            raise ValidationError(_("A member with this address exists already."))
        return email

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        about = [str(self.cleaned_data.get(name, "")) for name in ("organisation", "name", "email")]
        try:
            actions.check_new_password(password, *about, *Organisation.names())
        except PanahError as error:
            raise ValidationError(_("This password is among the first that are tried; choose another.")) from error
        return password


class SetUpForm(NewMemberForm):
    """The first-run page: the organisation and its first member."""

    field_order = ["organisation", "name", "email", "password"]
    organisation = forms.CharField(label=_("Organisation"), max_length=120)


class AddMemberForm(NewMemberForm):
    """What an administrator fills in; the password is told to the member by voice and opens nothing but the page that changes it."""

    field_order = ["name", "email", "roles", "password"]
    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple, initial=[Role.CASE_WORKER]
    )


class ChangePasswordForm(forms.Form):
    """The old password unlocks the keys once more, the new one wraps them."""

    old = password_field(_("Present password"), new=False)
    new = password_field(_("New password"), new=True, help_text=NEW_PASSWORD_HELP)

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                actions.change_password(self.member, cleaned["old"], cleaned["new"])
            except PanahError as error:
                self.add_error("old" if error.where == "old password" else "new", _("This password was not accepted."))
        return cleaned
