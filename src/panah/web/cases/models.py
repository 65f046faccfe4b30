"""A case, the keys to it, and the log of every opening.

Clear here: that a case exists, its kind and week, who holds a key to it, and who opened it in which hour and why.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from panah.errors import Refused
from panah.model.evidence import hour_of
from panah.web.base.fields import InstallationSealedTextField, SealedField
from panah.web.base.models import RandomIdModel
from panah.web.base.one_writer import one_at_a_time


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
    is_sealed = models.BooleanField(default=False)
    """Letting another member in needs two members of it."""
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followers")
    """Who holds that case holds this one, and nobody else does: a reporter's thread follows the report's working case."""

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
        SEALED = "sealed", _("sealed: two let others in")
        UNSEALED = "unsealed", _("no longer sealed")
        ASKED = "asked", _("asked a second member")
        APPROVED = "approved", _("approved")
        DECLINED = "declined", _("declined")
        DELETED = "deleted", _("deleted for good")

    class Reason(models.TextChoices):
        """Why somebody opens a case: a closed list, since free words would tell what is in it."""

        INTAKE = "intake", _("taking in")
        REVIEW = "review", _("reading")
        CODING = "coding", _("stating and coding")
        LINKAGE = "linkage", _("linking lists")
        OUTFLOW = "outflow", _("making an answer")
        SHARING = "sharing", _("granting or ending access")
        ROTATION = "rotation", _("changing the key")
        # why somebody is let in
        TEAM = "team", _("works on it too")
        COVER = "cover", _("stands in for somebody")
        ADVICE = "advice", _("gives legal or other advice")
        LANGUAGE = "language", _("speaks the language")
        # why something is deleted
        WITHDRAWN = "withdrawn", _("the person asked for it")
        DANGER = "danger", _("it endangers somebody")
        MISTAKE = "mistake", _("it should not have come in")
        DUTY = "duty", _("the time for keeping it is over")

    GRANT_REASONS = (Reason.TEAM, Reason.COVER, Reason.ADVICE, Reason.LANGUAGE)
    DELETION_REASONS = (Reason.WITHDRAWN, Reason.DANGER, Reason.MISTAKE, Reason.DUTY)

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="log")
    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, null=True, related_name="+")
    act = models.CharField(max_length=16, choices=Act.choices)
    reason = models.CharField(max_length=16, choices=Reason.choices)
    subject = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, null=True, related_name="+")
    """Whom a grant, a revocation or a request concerns."""
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

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row under the present key of its case, or not at all.

        Between the opening of a case and this moment somebody may have changed its key. What is sealed under the old
        one would be lost: nobody holds that key any more.

        Raises:
            Refused: The case has another key by now; nothing of the act is kept.
        """
        with transaction.atomic(savepoint=False):
            one_at_a_time()
            if not Case.objects.filter(pk=self.case_id, key_version=self.key_version).exists():
                raise Refused("the case got a new key meanwhile", where="case", hint="do it again")
            super().save(*args, **kwargs)


class RowRevision(models.Model):
    """That a sealed row has a newer value, or a case a newer key. It only grows.

    Invariant: ``revisions`` alone writes and reads it.
    """

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=64)
    """``revisions.row_name`` of the row."""
    revision = models.PositiveIntegerField()


class DualRequest(RandomIdModel):
    """Something that two members must agree on: who asks, for what exactly, and a second member's answer, both signed.

    Invariant: what is approved is decided by the two signatures (``vault.approvals``), checked each time; this row
    only keeps them. ``dual_control`` is the one module that reads it as permission.
    """

    class Act(models.TextChoices):
        """What two must agree on."""

        EXPORT = "export", _("originals leave")
        GRANT = "grant", _("somebody enters a sealed case")
        REFERENCE = "reference", _("a sealed reference is opened")
        RECOVERY = "recovery", _("a member recovers their keys")
        DELETE = "delete", _("something is deleted for good")

    act = models.CharField(max_length=16, choices=Act.choices)
    cases = models.ManyToManyField(Case, related_name="dual_requests")
    subject = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, null=True, related_name="+")
    """Whom a grant or a recovery concerns."""
    details = InstallationSealedTextField()
    """JSON of ids, recipients and codes that the request depends on: nothing of a case's content."""
    what = models.CharField(max_length=64)
    asked_by = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="+")
    hour = models.DateTimeField(default=this_hour)
    signature = models.BinaryField(editable=False)
    answered_by = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, null=True, related_name="+")
    approved = models.BooleanField(null=True)
    answered_hour = models.DateTimeField(null=True)
    answer_signature = models.BinaryField(editable=False, default=b"")
    handed_share = models.BinaryField(editable=False, default=b"")
    """For a sealed reference: the answering member's share, sealed to the asking one."""
    used_hour = models.DateTimeField(null=True)
    """When it was acted on; once only."""

    class Meta:
        ordering = ("-hour", "id")


class SealedReference(SealedRow):
    """That somebody is suspected of something. Two members open it together; nothing else reads this table.

    Invariant: it is not searched, not exported, not counted and not linked: no room above but the page that opens it
    knows this model (``tests/invariants/test_2_sealed_references.py``).
    """

    class Role(models.TextChoices):
        PASSED_ON = "passed_on", _("passed on what was said in confidence")
        PRESSED = "pressed", _("was pressed into informing")
        POSED = "posed", _("posed as somebody else")
        WATCHED = "watched", _("watched or photographed")
        OTHER = "other", _("another role")

    role = models.CharField(max_length=16, choices=Role.choices)
    week = models.DateField(default=this_week)

    class Meta:
        ordering = ("week", "id")


class ReferenceShare(models.Model):
    """One member's share of a reference, sealed to that member; two shares open it."""

    reference = models.ForeignKey(SealedReference, on_delete=models.CASCADE, related_name="shares")
    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="+")
    sealed_share = models.BinaryField(editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("reference", "member"), name="one_share_per_member_and_reference"),
        )
