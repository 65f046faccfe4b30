"""The words of a dossier's own: headings and sentences, translated; what people said is never touched."""

from __future__ import annotations

from dataclasses import dataclass

from panah.i18n import gettext_noop, translate

HEADINGS = {
    "summary": gettext_noop("Summary"),
    "figures": gettext_noop("Figures"),
    "estimate": gettext_noop("How many were never recorded"),
    "incidents": gettext_noop("Incidents"),
    "counts": gettext_noop("Numbers that sources give"),
    "evidence": gettext_noop("Evidence"),
    "method": gettext_noop("Method, and what the numbers do not say"),
    "alleged": gettext_noop("What is said"),
    "answered": gettext_noop("What the accused side and authorities say"),
    "method_column": gettext_noop("Method"),
    "point": gettext_noop("Estimate"),
    "interval": gettext_noop("Interval"),
    "assumption": gettext_noop("Holds if"),
    "flags": gettext_noop("Flags"),
    "refusals": gettext_noop("Methods that refused"),
    "digest": gettext_noop("SHA-256 of the original"),
    "size": gettext_noop("Bytes"),
    "grade": gettext_noop("Grade"),
    "independent": gettext_noop("Independent sources"),
    "counts_note": gettext_noop("These are claims. They are not counted as incidents anywhere in this report."),
    "no_counts": gettext_noop("No source gave a number."),
    "no_incidents": gettext_noop("No confirmed incident is told here."),
    "no_estimate": gettext_noop("No estimate was made."),
    "evidence_note": gettext_noop(
        "Each place above names the first digits of one of these digests. Grades: A cryptographic origin, B database "
        "from a phone backup, C export with ids and server times, D free text or table, E screenshot or statement."
    ),
    "method_1": gettext_noop(
        "An incident is one act that a source says was done. It is counted once, whichever number of sources tell of "
        "it, and only after a person has confirmed the coding. That it is counted does not mean that it is proven."
    ),
    "method_2": gettext_noop(
        "Recorded incidents are those that somebody heard of, dared to tell, and wrote down. A country or month with "
        "few of them may be one where few people could tell."
    ),
    "method_3": gettext_noop(
        "The estimate uses the overlap of lists, under the assumption that stands beside it. The table can not show "
        "whether that assumption holds. Where methods disagree, the disagreement is part of the answer."
    ),
    "no_upper_end": gettext_noop("no upper end"),
    "page": gettext_noop("page"),
    "made_on": gettext_noop("Made on"),
}
UNITS = {
    "character": gettext_noop("characters"),
    "byte": gettext_noop("bytes"),
    "row": gettext_noop("row"),
    "no_upper_end": gettext_noop("no upper end"),
    "page": gettext_noop("page"),
    "millisecond": gettext_noop("milliseconds"),
}
PHRASES = (
    gettext_noop("Origin state"),
    gettext_noop("Channel"),
    gettext_noop("Target"),
    gettext_noop("Alleged actor"),
    gettext_noop("Status"),
    gettext_noop("according to"),
    gettext_noop("evidence not included"),
    gettext_noop("date not known"),
    gettext_noop("place not known"),
)


@dataclass(frozen=True, slots=True)
class Words:
    """The dossier's own words in one language."""

    language: str

    def __call__(self, message: str) -> str:
        return translate(message, self.language)

    def headings(self) -> dict[str, str]:
        """Every heading and standing sentence, by its key."""
        return {key: self(message) for key, message in HEADINGS.items()}

    @property
    def units(self) -> dict[str, str]:
        """What a locator counts."""
        return {key: self(message) for key, message in UNITS.items()}

    @property
    def unknown_date(self) -> str:
        return self("date not known")

    @property
    def unknown_place(self) -> str:
        return self("place not known")

    def n_told(self, n: int, n_further: int) -> str:
        """How many incidents are told, and how many are only counted."""
        if n_further:
            form = gettext_noop(
                "Incidents told here: {n}. Further ones, confirmed and counted in the figures: {further}."
            )
        else:
            form = gettext_noop("Incidents told here: {n}.")
        return self(form).format(n=f"{n:,}", further=f"{n_further:,}")

    def n_sources(self, groups: int, names: int) -> str:
        """How many sources are independent of each other."""
        form = gettext_noop("Sources named: {names}, in {groups} groups that are independent of each other.")
        return self(form).format(groups=f"{groups:,}", names=f"{names:,}")

    def n_answers(self, n: int) -> str:
        """How many answers of the accused side or of authorities are quoted."""
        if not n:
            return self(gettext_noop("No answer of the accused side was found; where it was looked for is said."))
        form = gettext_noop("Answers, denials and refusals to comment, each beside what it answers: {n}.")
        return self(form).format(n=f"{n:,}")
