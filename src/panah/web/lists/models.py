"""Documentation lists, their records, what linking them gave, and what was estimated from it.

Clear here: which incident stands on which list, counts, coded settings, seeds and digests. Names, rows and which record
was linked with which are sealed.
"""

from __future__ import annotations

from django.db import models

from panah.web.base.models import RandomIdModel
from panah.web.cases.models import SealedRow, this_hour
from panah.web.register.models import Incident


class DocumentationList(SealedRow):
    """One list of one organisation; its case is its own. Sealed: name, period, places, roles of the columns."""

    label = models.CharField(max_length=8)
    """A letter (A, B, …) by which clear tables name the list without naming the organisation."""
    n_records = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("label",)


class ListRecord(SealedRow):
    """One row of a list. Sealed: ``panah.model.linkage.ListRecord`` and the row as it was written."""

    documentation_list = models.ForeignKey(DocumentationList, on_delete=models.PROTECT, related_name="records")
    row = models.PositiveIntegerField()

    class Meta:
        ordering = ("row", "id")


class ListMembership(models.Model):
    """That an incident stands on a list."""

    documentation_list = models.ForeignKey(DocumentationList, on_delete=models.PROTECT, related_name="memberships")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="memberships")
    record = models.ForeignKey(ListRecord, on_delete=models.PROTECT, related_name="memberships")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("incident", "record"), name="record_once_per_incident"),)


class LinkageRun(SealedRow):
    """One run of linking. Its case is its own, since pairs point at people; clear are counts and the overlap table."""

    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="+")
    hour = models.DateTimeField(default=this_hour)
    lists = models.ManyToManyField(DocumentationList, related_name="linkage_runs")
    snapshot = models.CharField(max_length=64)
    """Keyed digest of all records that went in: the same records give the same digest, and it tells nothing else."""
    seed = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    overlap = models.JSONField(default=dict)

    class Meta:
        ordering = ("-hour", "id")

    @property
    def changed_lists(self) -> list[str]:
        """Labels of the lists to which records came, or which records left, since they were linked."""
        linked = self.counts.get("records", {})
        return [each.label for each in self.lists.all() if linked.get(each.label) != each.n_records]


class EstimateRun(RandomIdModel):
    """One estimate: table, method, settings, seed and result. All of it is counts; a re-run gives the same."""

    linkage = models.ForeignKey(LinkageRun, on_delete=models.PROTECT, null=True, related_name="estimates")
    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="+")
    hour = models.DateTimeField(default=this_hour)
    snapshot = models.CharField(max_length=64)
    """SHA-256 of the canonical overlap table."""
    table = models.JSONField()
    method = models.CharField(max_length=40)
    settings = models.JSONField(default=dict)
    seed = models.PositiveIntegerField(default=0)
    result = models.JSONField(null=True)
    """None when the table could not answer; ``refusal`` then says why. Without both it is being worked out."""
    refusal = models.TextField(blank=True)

    class Meta:
        ordering = ("-hour", "id")

    @property
    def is_waiting(self) -> bool:
        """Whether it is still being worked out."""
        return self.result is None and not self.refusal
