"""Incidents with their claims, sources, people and answers.

Clear columns stand on :class:`Incident` only, each of them coded and of few values; everything else is the sealed
JSON of the model record of the same name. Which clear column tells a thief what: docs/threat-model.md.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from panah.web.cases.models import SealedRow, this_week


class Incident(SealedRow):
    """One act, the unit that is counted. Sealed: ``panah.model.incident.Incident``."""

    class Decision(models.TextChoices):
        """What a person made of it; what a machine read stays proposed until then."""

        PROPOSED = "proposed", _("proposed")
        CONFIRMED = "confirmed", _("confirmed")
        REJECTED = "rejected", _("rejected")

    tactic = models.CharField(max_length=40)
    host_country = models.CharField(max_length=2, blank=True)
    origin_state = models.CharField(max_length=2, blank=True)
    month = models.CharField(max_length=7, blank=True)
    """``YYYY-MM``, or ``YYYY`` when the date is no finer, or nothing."""
    status = models.CharField(max_length=24)
    channel = models.CharField(max_length=24)
    target = models.CharField(max_length=24)
    decision = models.CharField(max_length=16, choices=Decision.choices, default=Decision.PROPOSED)

    class Meta:
        ordering = ("-month", "id")
        indexes = (models.Index(fields=("decision", "tactic", "host_country"), name="incident_counts"),)


class DocumentReview(SealedRow):
    """What a machine read of a document, until a person has decided on all of it. Sealed: ``panah.model.review.Review``."""

    item = models.OneToOneField("evidence.EvidenceItem", on_delete=models.PROTECT, related_name="+")
    n_open = models.PositiveIntegerField()
    """Parts that wait, so that what waits can be told without opening a case."""


class Source(SealedRow):
    """Who or what says something. Sealed: ``panah.model.claim.Source``."""


class Claim(SealedRow):
    """What a source says. Sealed: ``panah.model.claim.Claim``; stance, source and whom it answers are in it."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, null=True, related_name="claims")


class Person(SealedRow):
    """Somebody in a case. Sealed: ``panah.model.person.Person``."""


class Naming(SealedRow):
    """Who is in an incident. Sealed, the incident too: ``panah.model.naming.Naming``."""


class NobodyElse(SealedRow):
    """That nobody else is in an incident. Sealed, the incident too: ``panah.model.naming.NobodyElse``."""


class Consent(SealedRow):
    """One person's answer for one purpose. Sealed: ``panah.model.person.Consent``."""


class Response(SealedRow):
    """What an authority, embassy or platform did or said, or that none was found.

    Sealed: ``panah.model.incident.Response``.
    """


class Campaign(SealedRow):
    """Incidents that share something. Sealed: ``panah.model.incident.Campaign``."""


class Decision(SealedRow):
    """Who confirmed or rejected a proposal, in which week; the note is sealed."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="decisions")
    decision = models.CharField(max_length=16, choices=Incident.Decision.choices)
    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="+")
    week = models.DateField(default=this_week)
