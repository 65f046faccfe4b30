"""Evidence items, the custody log over all of them, and its signed checkpoints.

Clear here: an item's case, grade, rounded size, hour of receipt, random blob name and salted commitment, and the
custody lines, which name nobody. File name, media type, digest, exact time and the key of the bytes are sealed.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from panah.model.evidence import Grade
from panah.web.cases.models import Case, SealedRow, this_hour


class EvidenceItem(SealedRow):
    """The original bytes of one file, or a view that a parser made of them; bytes lie in ``<data>/evidence``."""

    class Kind(models.TextChoices):
        ORIGINAL = "original", _("original")
        TEXT = "text", _("canonical text")
        """What a reader's character spans count in."""
        ROWS = "rows", _("rows as read")
        COPY = "copy", _("working copy")
        """Without metadata, made to be shared; see ``copies``."""

    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.ORIGINAL)
    derived_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="derived")
    grade = models.CharField(max_length=1, choices=[(grade.value, grade.value) for grade in Grade])
    rounded_size_bytes = models.PositiveBigIntegerField()
    received_hour = models.DateTimeField(default=this_hour)
    blob_name = models.CharField(max_length=64, unique=True)
    commitment = models.CharField(max_length=64, unique=True)
    """Salted: the custody log names the item by it, and nobody can ask whether we hold a known file."""
    blob_version = models.PositiveSmallIntegerField(default=1)
    """Under which version of the case's key the key of the bytes was made; an older one waits to be renewed."""

    class Meta:
        ordering = ("received_hour", "id")


class CustodyEntry(models.Model):
    """One line of the custody log. It only grows: triggers refuse UPDATE and DELETE."""

    seq = models.PositiveBigIntegerField(primary_key=True)
    line = models.TextField()
    """The line as it is hashed, without its newline."""

    class Meta:
        ordering = ("seq",)


class CustodyDetail(SealedRow):
    """What a custody line commits to by a salted digest: the exact time and what was done, sealed under the case key.

    The digest is over the opened detail, so that a change of the case key re-seals it and the line stays true.
    """

    entry = models.OneToOneField(CustodyEntry, on_delete=models.PROTECT, related_name="detail")


class Tombstone(models.Model):
    """That a row was deleted for good, and which custody line says so. It only grows.

    Nothing of the row is left: its random id answers a link that still points at it, and its table says what it was.
    """

    entry = models.OneToOneField(CustodyEntry, on_delete=models.PROTECT, primary_key=True, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    table = models.CharField(max_length=40)
    row = models.CharField(max_length=32, db_index=True)

    class Meta:
        ordering = ("entry",)


class Checkpoint(models.Model):
    """A signed statement of the custody log's size and tree root. It only grows."""

    size = models.PositiveBigIntegerField(primary_key=True)
    body = models.TextField()
    """The checkpoint: origin, size, root."""
    signature = models.BinaryField(editable=False)
    note = models.TextField()
    """The same as a C2SP signed note."""
    hour = models.DateTimeField(default=this_hour)

    class Meta:
        ordering = ("size",)


class TreeState(models.Model):
    """Where the hash tree stood at a checkpoint, so that the next one adds to it and does not hash all lines again.

    It is believed only when it gives the root that was signed at that size. It only grows.
    """

    size = models.PositiveBigIntegerField(primary_key=True)
    complete = models.TextField()
    """The roots of the complete subtrees, hexadecimal, largest first."""
    digest = models.CharField(max_length=64)
    """SHA-256 of the last line."""

    class Meta:
        ordering = ("size",)


class Fixity(models.Model):
    """The digest of one sealed file as it lies there, and how it was found when it was last looked at."""

    class State(models.TextChoices):
        SOUND = "sound", _("as it was")
        ALTERED = "altered", _("altered")
        MISSING = "missing", _("missing")

    blob = models.CharField(primary_key=True, max_length=64)
    """The file's random name; a digest is no claim to a file, so this is no ``blob_name``."""
    sha256 = models.CharField(max_length=64, default="")
    state = models.CharField(max_length=16, choices=State.choices, default=State.SOUND)
    checked_hour = models.DateTimeField(default=this_hour)
