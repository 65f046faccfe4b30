"""Organisation, member and session rows.

Readable in the database: roles, public keys, and when a session ends. A member's name and address are sealed under the
installation's key; the private keys are wrapped under the member's password and open nowhere else.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NoReturn

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from panah.web.base.deployment import deployment_key
from panah.web.base.fields import InstallationSealedTextField, SealedField
from panah.web.base.models import RandomIdModel


class Role(models.TextChoices):
    """What a member is there for; who may read a case is decided by grants, never by a role."""

    INTAKE = "intake", _("Intake")
    CASE_WORKER = "case_worker", _("Case worker")
    DATA_STEWARD = "data_steward", _("Data steward")
    ANALYST = "analyst", _("Analyst")
    PUBLISHER = "publisher", _("Publisher")
    ADMINISTRATOR = "administrator", _("Administrator")


class Organisation(RandomIdModel):
    """The association that keeps this installation; exactly one row."""

    name = InstallationSealedTextField()
    language = models.CharField(max_length=12, default="en")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def names(cls) -> list[str]:
        """The name of the one organisation; none before it is set up."""
        return [each.name for each in cls.objects.all()]


class MemberManager(BaseUserManager["Member"]):
    """Finds members by their e-mail address without the database holding it readable."""

    def by_email(self, email: str) -> Member | None:
        """The member with this address, or none."""
        return self.filter(email_index=email_index(email)).first()


class Member(RandomIdModel, AbstractBaseUser):
    """A person who signs in. ``password`` holds SHA-256 of the login key, never a password hash."""

    last_login = None  # the exact hour somebody worked is nobody's business

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="members")
    email_index = models.CharField(max_length=64, unique=True)
    email = InstallationSealedTextField()
    name = InstallationSealedTextField()
    roles = models.JSONField(default=list)
    language = models.CharField(max_length=12, blank=True, default="")
    is_active = models.BooleanField(default=True)
    first_until = models.DateTimeField(null=True)
    """Until when the first password lets in, which an administrator chose; none once the member has chosen one."""
    made_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    """The administrator who made the account; none for the first."""
    second_account_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    """The same person's other account: two accounts of one person are not two people."""

    salt = models.BinaryField(max_length=16)
    cost = models.JSONField(default=dict)
    box_public = models.BinaryField(max_length=32)
    sign_public = models.BinaryField(max_length=32)
    wrapped_keys = SealedField()
    recovery = SealedField(null=True)
    """The same keys under a recovery key that nobody keeps: it is split, and two of three shares give it back."""

    objects = MemberManager()
    USERNAME_FIELD = "email_index"
    REQUIRED_FIELDS: list[str] = []

    def __str__(self) -> str:
        return self.name or self.id[:8]

    def is_same_person(self, other: Member) -> bool:
        """Whether two accounts are one person's, as far as the organisation has said so."""
        mine, theirs = ({member.pk, member.second_account_of_id} - {None} for member in (self, other))
        return bool(mine & theirs)

    @property
    def first_has_run_out(self) -> bool:
        """Whether the password is a first one that was not used in time."""
        return self.first_until is not None and datetime.now(UTC) > self.first_until

    def has_role(self, *roles: str) -> bool:
        """Whether the member has one of these roles."""
        return any(role in self.roles for role in roles)

    def set_password(self, raw_password: str | None) -> NoReturn:
        """Refused: a password change must wrap the private keys anew, see ``accounts.actions.change_password``."""
        raise NotImplementedError("use panah.web.accounts.actions.change_password")

    def check_password(self, raw_password: str) -> bool:
        """Whether this is the password; costs one Argon2id run."""
        from .passwords import password_keys_of

        return password_keys_of(self, raw_password) is not None

    # allauth and Django's permission checks ask these; nothing here is decided by Django permissions
    def has_perm(self, _perm: str, _obj: Any = None) -> bool:
        return False

    def has_module_perms(self, _app_label: str) -> bool:
        return False


def email_index(email: str) -> str:
    """The keyed digest under which an address is found."""
    return deployment_key().index("email|" + email.strip().casefold())


class RecoveryShare(RandomIdModel):
    """One share of a member's recovery key, sealed to the colleague who was chosen to hold it."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="recovery_shares")
    holder = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="held_shares")
    sealed_share = models.BinaryField(editable=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("member", "holder"), name="one_share_per_holder"),)


class SessionRow(models.Model):
    """One signed-in browser: the id is a digest of the cookie, the payload is sealed under the cookie."""

    id = models.CharField(primary_key=True, max_length=64)
    sealed = models.BinaryField()
    member = models.ForeignKey(Member, null=True, on_delete=models.CASCADE, related_name="sessions")
    idle_until = models.DateTimeField(db_index=True)
    absolute_until = models.DateTimeField()


class SignIn(RandomIdModel):
    """That somebody signed in or was refused in a week; see :mod:`.sign_ins`. No address, no name, no exact time."""

    class Kind(models.TextChoices):
        DONE = "done", _("signed in")
        HALF = "half", _("right password, second factor not given")
        REFUSED = "refused", _("refused")

    owner = models.CharField(max_length=64, db_index=True)
    """A keyed digest of the member's id."""
    week = models.DateField(db_index=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    n = models.PositiveIntegerField(default=1)
    sealed = SealedField()
    """The hour, sealed to the member's own keys."""
