"""What came in, as it came in. It never changes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from panah.web.cases.models import SealedRow, this_week


class Report(SealedRow):
    """One report: its words, language, entrance and exact time are sealed; clear is the week and how far it is."""

    class Status(models.TextChoices):
        NEW = "new", _("new")
        TAKEN = "taken", _("taken up")
        DONE = "done", _("done")

    status = models.CharField(max_length=16, choices=Status.choices, default=Status.NEW)
    received_week = models.DateField(default=this_week)

    class Meta:
        ordering = ("-received_week", "id")
