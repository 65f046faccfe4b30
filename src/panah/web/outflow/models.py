"""The register of what left: which kind, to whom by a digest, made by whom, and the digest of the exact bytes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from panah.web.base.models import RandomIdModel
from panah.web.cases.models import Case, this_hour


class Outflow(RandomIdModel):
    """One product that left, or a public release. An exact leaked copy is traced by its digest."""

    class Kind(models.TextChoices):
        BUNDLE = "bundle", _("evidence bundle")
        REPORT = "report", _("report")
        RELEASE = "release", _("public release")
        ESTIMATE = "estimate", _("estimate")

    kind = models.CharField(max_length=16, choices=Kind.choices)
    purpose = models.CharField(max_length=16)
    """For which purpose consent was asked."""
    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="+")
    hour = models.DateTimeField(default=this_hour)
    sha256 = models.CharField(max_length=64)
    recipients = models.JSONField(default=list)
    """SHA-256 of each recipient's public key."""
    cases = models.ManyToManyField(Case, related_name="outflows")

    class Meta:
        ordering = ("-hour", "id")
