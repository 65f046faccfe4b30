"""What came in, as it came in, and what was said with the reporter afterwards.

Clear here: how far a report is, its coded tactic and whether it is urgent, whose it is, how many messages there are,
and a digest that finds a thread by the reporter's code. Words, names, numbers, places, times and languages are sealed.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from panah.web.base.fields import InstallationSealedTextField, SealedField
from panah.web.base.models import RandomIdModel
from panah.web.cases.models import Case, SealedRow, this_week
from panah.web.evidence.models import EvidenceItem


class Report(SealedRow):
    """One report: its words, language, entrance and exact time are sealed; clear is how far it is."""

    class Status(models.TextChoices):
        NEW = "new", _("new")
        TAKEN = "taken", _("taken up")
        DONE = "done", _("done")
        ERASED = "erased", _("erased")

    class CloseReason(models.TextChoices):
        ANSWERED = "answered", _("answered")
        IN_CASE = "in_case", _("kept in a case")
        REPEAT = "repeat", _("told before")
        PASSED_ON = "passed_on", _("passed on, with consent")
        NOT_OURS = "not_ours", _("not for us")
        NO_ANSWER = "no_answer", _("no answer to our question")
        WITHDRAWN = "withdrawn", _("taken back by the person")
        NO_REPORT = "no_report", _("not a report")

    status = models.CharField(max_length=16, choices=Status.choices, default=Status.NEW)
    received_week = models.DateField(default=this_week)
    arrival = models.PositiveBigIntegerField(default=0)
    """The number of the custody line that says that it was received: the order of reports, which that log tells anyway."""
    tactic = models.CharField(max_length=40, blank=True, default="")
    """The first tactic that was ticked; by it the inbox can be read without opening anything."""
    urgent = models.BooleanField(default=False)
    awaiting = models.BooleanField(default=False)
    """Whether the last word is the reporter's."""
    assignee = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, null=True, related_name="+")
    promised_on = models.DateField(null=True)
    """By when an answer was promised."""
    close_reason = models.CharField(max_length=16, choices=CloseReason.choices, blank=True, default="")
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="repeats")

    class Meta:
        ordering = ("-received_week", "-arrival", "id")

    @property
    def days_left(self) -> int | None:
        """Days until the promised answer is due; negative when it is late, none when none was promised."""
        return (self.promised_on - now().date()).days if self.promised_on else None


class Telling(SealedRow):
    """The answers to the questions, one by one: a ``records.Told``."""

    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="telling")


class Thread(RandomIdModel):
    """The conversation with one reporter, in a case of its own.

    The reporter's key pair was made at submission; its private half lies here under the stretched code and nowhere
    else. The case's key is sealed to its public half as to a member (:class:`ThreadKey`), so that the code opens this
    case and no other.
    """

    report = models.OneToOneField(Report, on_delete=models.PROTECT, related_name="thread")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    key_version = models.PositiveSmallIntegerField()
    lookup = models.CharField(max_length=64, unique=True)
    """A hash of one half of the stretched code; see ``panah.vault.receipt``."""
    box_public = models.BinaryField(max_length=32)
    wrapped_keys = SealedField()
    n_incoming = models.PositiveIntegerField(default=0)
    n_outgoing = models.PositiveIntegerField(default=0)
    n_fetched = models.PositiveIntegerField(default=0)
    """How many of our messages the reporter has seen."""
    wants_erasure = models.BooleanField(default=False)


class ThreadKey(models.Model):
    """The key of a thread's case, sealed to the reporter; a table of its own, since backups keep it for a short time only.

    With it in the main set of a backup, the reporter's code would open an old copy of what was erased.
    """

    thread = models.OneToOneField(Thread, on_delete=models.CASCADE, primary_key=True, related_name="key")
    sealed_key = SealedField()


class Message(SealedRow):
    """One entry of a thread: a ``records.Said``, sealed in the thread's own case."""

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="messages")
    number = models.PositiveIntegerField()

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=("thread", "number"), name="one_message_per_number"),)


class Flow(models.Model):
    """Pages that belong together, sealed under a token in the browser or under the reporter's code.

    The id is a digest of the token: the database opens no flow, and a token whose row is gone opens nothing.
    """

    id = models.CharField(primary_key=True, max_length=64)
    sealed = SealedField()
    until = models.DateTimeField(db_index=True)


class PendingFile(models.Model):
    """A sealed file that belongs to a flow and to no case yet; it goes when the flow goes."""

    blob_name = models.CharField(primary_key=True, max_length=64)
    flow = models.ForeignKey(Flow, on_delete=models.SET_NULL, related_name="files", null=True)
    until = models.DateTimeField(db_index=True)


class Guess(models.Model):
    """How many wrong codes were tried in one minute, by everybody together."""

    minute = models.DateTimeField(primary_key=True)
    n = models.PositiveIntegerField(default=0)


class ReadMark(models.Model):
    """How much of a report's thread a member has seen: unread is counted from it."""

    member = models.ForeignKey("accounts.Member", on_delete=models.CASCADE, related_name="+")
    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="read_marks")
    n_seen = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("member", "report"), name="one_mark_per_member_and_report"),)


class SavedFilter(RandomIdModel):
    """A member's own view of the inbox, under a name."""

    member = models.ForeignKey("accounts.Member", on_delete=models.CASCADE, related_name="+")
    name = InstallationSealedTextField()
    query = models.JSONField(default=dict)
    """Coded choices only: status, tactic, urgent, mine, waiting."""


def now() -> datetime:
    """This moment, aware."""
    return datetime.now(UTC)


class PhoneExtract(SealedRow):
    """The calls and messages that were chosen from one phone export: a ``phones.Extract``. Nothing else of it is kept."""

    item = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="extracts")
    n_events = models.PositiveIntegerField()
    added_week = models.DateField(default=this_week)


class NumberKey(SealedRow):
    """The key under which numbers of different cases are compared, in a case of its own that all who work on cases hold.

    Whoever has the data folder and no member's password cannot try numbers against the marks.
    """


class NumberMark(models.Model):
    """That a number occurs in a case: a keyed digest, which tells only that two cases share one."""

    mark = models.CharField(max_length=64, db_index=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("mark", "case"), name="one_mark_per_number_and_case"),)


class NumberQuestion(RandomIdModel):
    """A member asks those who hold another case about a number that both cases know."""

    mark = models.CharField(max_length=64)
    asked_in = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    """The asker's own case."""
    member = models.ForeignKey("accounts.Member", on_delete=models.PROTECT, related_name="+")
    week = models.DateField(default=this_week)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("mark", "asked_in"), name="asked_once_per_number_and_case"),)


class MailMark(models.Model):
    """That a message of the mailbox was taken in: a keyed digest of its bytes, so that a crash makes no second report."""

    digest = models.CharField(primary_key=True, max_length=64)
    week = models.DateField(default=this_week)


class SavedMapping(RandomIdModel):
    """What the columns of a table mean, under a name, for the next table of the same kind; both are sealed."""

    member = models.ForeignKey("accounts.Member", on_delete=models.CASCADE, related_name="+")
    name = InstallationSealedTextField()
    roles = InstallationSealedTextField()
    """JSON: column -> role."""


class Canary(RandomIdModel):
    """A report that was invented so that nobody has a reason to open it; ``canaries`` tells who did."""

    planted = InstallationSealedTextField()
    """:class:`.canaries.Planted` as JSON: which case it is and whom to tell."""
