"""A case, the keys to it, and the log of every opening.

Clear here: that a case exists, its kind and week, who holds a key to it, and who opened it in which hour and why.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from panah.model.evidence import hour_of
from panah.web.base.fields import SealedField
from panah.web.base.models import RandomIdModel


def this_week() -> date:
    """The Monday of this week: the exactness in which a row may say when it was made."""
    today = datetime.now(UTC).date()
    return today - timedelta(days=today.weekday())


def this_hour() -> datetime:
    """Now, rounded down to the hour."""
    return hour_of(datetime.now(UTC))


class Case(RandomIdModel):
    """One working file with its own key. Everything that points at somebody lies sealed in exactly one case."""

    class Kind(models.TextChoices):
        CASE = "case", _("case")
        LIST = "list", _("list")
        DOCUMENT = "document", _("document")

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")

    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.CASE)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.OPEN)
    created_week = models.DateField(default=this_week)
    key_version = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ("-created_week", "id")


class CaseKeyWrap(models.Model):
    """The case key sealed to one member, with the signed grant that says who let this member in."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="wraps")
    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="case_wraps")
    version = models.PositiveSmallIntegerField()
    sealed_key = models.BinaryField(editable=False)
    granted_by = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, null=True, related_name="+")
    """None for a case that came through the public door: nobody was signed in who could sign."""
    granted_hour = models.DateTimeField(default=this_hour)
    signature = models.BinaryField(editable=False, default=b"")
    """The granter's signature of ``panah.vault.keys.Grant``, whose other fields stand in this row."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("case", "member", "version"), name="one_wrap_per_member_and_version"),
        )


class CaseLog(models.Model):
    """Who did what to a case, and why. It only grows: triggers refuse UPDATE and DELETE."""

    class Act(models.TextChoices):
        CREATED = "created", _("created")
        OPENED = "opened", _("opened")
        GRANTED = "granted", _("granted")
        REVOKED = "revoked", _("revoked")
        ROTATED = "rotated", _("key changed")
        CLOSED = "closed", _("closed")
        REOPENED = "reopened", _("opened again")

    class Reason(models.TextChoices):
        """Why somebody opens a case: a closed list, since free words would tell what is in it."""

        INTAKE = "intake", _("taking in")
        REVIEW = "review", _("reading")
        CODING = "coding", _("stating and coding")
        LINKAGE = "linkage", _("linking lists")
        OUTFLOW = "outflow", _("making an answer")
        SHARING = "sharing", _("granting or ending access")
        ROTATION = "rotation", _("changing the key")

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="log")
    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, null=True, related_name="+")
    act = models.CharField(max_length=16, choices=Act.choices)
    reason = models.CharField(max_length=16, choices=Reason.choices)
    subject = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, null=True, related_name="+")
    """Whom a grant or a revocation concerns."""
    hour = models.DateTimeField(default=this_hour)

    class Meta:
        ordering = ("id",)


class SealedRow(RandomIdModel):
    """A row whose content is one JSON document, sealed under its case's key and bound to this row and table."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    key_version = models.PositiveSmallIntegerField()
    sealed = SealedField()

    class Meta:
        abstract = True
