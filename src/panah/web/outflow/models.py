"""The register of what left: which kind, to whom, made by whom, the digest of the exact bytes and the mark of the copy."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property

from django.db import models
from django.utils.translation import gettext_lazy as _

from panah.marks import Copy, new_seed
from panah.web.base.fields import InstallationSealedTextField
from panah.web.base.models import RandomIdModel
from panah.web.cases.models import Case, this_hour

RECEIVER_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class CopyMade:
    """What is known of one copy beside its digest: who got it, and the seed of its mark."""

    receiver: str = ""
    """In words, as the members call them; empty when nobody is named."""
    seed: str = ""
    is_redacted: bool = False

    @classmethod
    def for_receiver(cls, receiver: str, *, is_redacted: bool = False) -> CopyMade:
        """A new copy with a mark of its own."""
        return cls(receiver.strip()[:RECEIVER_CHARACTERS], new_seed(), is_redacted)

    @property
    def code(self) -> str:
        """What stands on each page of it."""
        return Copy(self.seed).code if self.seed else ""

    def reading_note(self, language: str = "en") -> list[str]:
        """The sentences whose wording is this copy's alone."""
        return Copy(self.seed).note(language) if self.seed else []


NO_COPY = CopyMade()


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
    copy_sealed = InstallationSealedTextField()
    """:class:`CopyMade` as JSON: whoever copies the database learns neither who got it nor how copies differ."""
    cases = models.ManyToManyField(Case, related_name="outflows")

    @cached_property
    def copy(self) -> CopyMade:
        """Who got it, and its mark."""
        return CopyMade(**json.loads(self.copy_sealed)) if self.copy_sealed else NO_COPY

    @staticmethod
    def seal_copy(copy: CopyMade) -> str:
        """The text that is kept sealed."""
        return json.dumps(asdict(copy), sort_keys=True)

    class Meta:
        ordering = ("-hour", "id")
