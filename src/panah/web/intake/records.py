"""What is sealed in the tables of intake: what was told, what was said afterwards, and the flow of pages before it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field

from panah import codes, identifiers
from panah.model.base import Id, Record
from panah.model.person import Consent, Purpose

LONGEST_TEXT = 20_000
LONGEST_LINE = 400

Line = Annotated[str, Field(max_length=LONGEST_LINE)]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
Tactics = Annotated[tuple[str, ...], AfterValidator(lambda given: tuple(map(codes.check_tactic, given)))]
Danger = Literal["", "yes", "no", "unknown"]


class Told(Record):
    """The answers to the questions of ``questions.py``, each under its own name; what was skipped is empty.

    A country is its ISO 3166 code where the name was known, else the words that were typed.
    """

    tactics: Tactics = ()
    what: Text = ""
    when: Line = ""
    my_country: Line = ""
    my_place: Line = ""
    their_country: Line = ""
    their_place: Line = ""
    who: tuple[str, ...] = ()
    who_words: Line = ""
    number: Line = ""
    wanted: Text = ""
    said: Text = ""
    danger: Danger = ""
    detained: Danger = ""
    at_risk: Text = ""
    consents: tuple[Purpose, ...] = ()
    """The purposes that were allowed; every other one is no."""

    @property
    def is_urgent(self) -> bool:
        """In danger now, a death threat, or a relative detained."""
        grave = {"death_threat", "proxy_family_detention", "assassination_plot", "abduction_rendition"}
        return self.danger == "yes" or self.detained == "yes" or bool(grave & set(self.tactics))

    @property
    def whole_number(self) -> str:
        """The number that was shown, in E.164; empty when it was hidden, no number, or not complete."""
        region = self.my_country if len(self.my_country) == 2 else None
        return identifiers.read_number(self.number, region).e164 or ""

    @property
    def words(self) -> str:
        """The person's own words in one text, as they stand in the report."""
        own = (self.what, self.said, self.wanted, self.when, self.my_place, self.their_place, self.who_words)
        return "\n\n".join(words for words in own if words.strip())


class SealedFile(Record):
    """A file that was sealed before it had a case: where its bytes lie, and what opens them."""

    name: str
    media_type: str
    size_bytes: int
    sha256: str
    salt: str
    blob_name: str
    stored_bytes: int
    commitment: str
    recipient: str
    identity: str

    def __repr__(self) -> str:
        return f"SealedFile({self.blob_name})"


class Sent(Record):
    """That a flow was handed in, and the code that is shown until the person has noted it."""

    report_id: Id
    digits: str = Field(repr=False)
    proof: str


class Draft(Record):
    """A report on its way through the pages."""

    language: str = "en"
    told: Told = Told()
    files: tuple[SealedFile, ...] = ()
    kept_digits: str = Field("", repr=False)
    """The code under which the draft is kept as well, when the person wanted that."""
    sent: Sent | None = None


class Visit(Record):
    """A reporter who came back with the code: the thread, and the keys that the code opened."""

    thread_id: Id
    keys: str = Field(repr=False)


class Said(Record):
    """One entry of a thread. It never changes."""

    at: AwareDatetime
    incoming: bool
    kind: Literal["message", "consents", "agreed", "erasure"] = "message"
    text: Text = ""
    evidence_ids: tuple[Id, ...] = ()
    file_names: tuple[str, ...] = ()
    consents: tuple[Purpose, ...] | None = None
    """With the kind ``consents``: the purposes that are allowed from now on."""
    agreement: Consent | None = None
    """With the kind ``agreed``: what the person agreed to elsewhere, as a member noted it."""
    author: str = ""
    """The id of the member who wrote; empty for the reporter."""
