"""What an estimate is: a number with its interval, its assumption, its doubts (flags) and where it comes from.

Nothing here knows a method. A number is never shown without its flags: :meth:`Estimate.statement` and
:meth:`Estimate.as_dict` carry both. The JSON is described in ``docs/schema/estimate.json``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Self

from panah.errors import BadTable, NotEstimable
from panah.i18n import gettext_noop, translate

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

ESTIMATE_FORMAT: Final = "panah.estimate/1"


class Flag(StrEnum):
    """A named doubt about an estimate."""

    NO_OVERLAP = "no_overlap"
    DISCONNECTED_LISTS = "disconnected_lists"
    DOES_NOT_EXIST = "does_not_exist"
    NOT_IDENTIFIED = "not_identified"
    PRIOR_BOUND = "prior_bound"
    NOT_CONVERGED = "not_converged"
    METHODS_DISAGREE = "methods_disagree"
    FEW_LISTS = "few_lists"
    EMPTY_LIST = "empty_list"
    TINY_OVERLAP = "tiny_overlap"


FLAG_TEXT: Final[Mapping[Flag, str]] = {
    Flag.NO_OVERLAP: gettext_noop("No unit stands on two lists, so the table says nothing about those on none."),
    Flag.DISCONNECTED_LISTS: gettext_noop(
        "The lists fall into groups that share nobody; each group may see a population of its own."
    ),
    Flag.DOES_NOT_EXIST: gettext_noop(
        "The likelihood has no maximum for this model: an interaction runs off to infinity in this sparse table."
    ),
    Flag.NOT_IDENTIFIED: gettext_noop("Several different totals fit this table equally well."),
    Flag.PRIOR_BOUND: gettext_noop(
        "The answer leans on the end of the range that was allowed, or on the prior, rather than on the table."
    ),
    Flag.NOT_CONVERGED: gettext_noop("The sampler has not settled: run again, it may give other numbers."),
    Flag.METHODS_DISAGREE: gettext_noop("Reasonable methods give totals that exclude each other."),
    Flag.FEW_LISTS: gettext_noop(
        "With two lists one must believe that they are independent; the table cannot show otherwise."
    ),
    Flag.EMPTY_LIST: gettext_noop("A list without anybody, or one that could not record here, was left out."),
    Flag.TINY_OVERLAP: gettext_noop("Very few units stand on two lists; one more or less would change the answer."),
}
"""What each flag says to a reader."""


def explain(flag: Flag | str, language: str = "en") -> str:
    """A flag in one plain sentence."""
    return translate(FLAG_TEXT[Flag(flag)], language)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of units: the method's own point, the middle of its draws where there are any, and the interval.

    ``upper`` is None when the data set no upper end.
    """

    point: float
    lower: float
    upper: float | None
    level: float
    median: float | None = None
    mean: float | None = None

    def as_dict(self) -> dict[str, float | None]:
        return {
            "point": self.point,
            "median": self.median,
            "mean": self.mean,
            "lower": self.lower,
            "upper": self.upper,
            "level": self.level,
        }

    def minus(self, known: int) -> Quantity:
        """The same number less those who are known, never below 0."""

        def less(value: float | None) -> float | None:
            return None if value is None else max(value - known, 0.0)

        return Quantity(
            max(self.point - known, 0.0),
            max(self.lower - known, 0.0),
            less(self.upper),
            self.level,
            less(self.median),
            less(self.mean),
        )


@dataclass(frozen=True, slots=True)
class TableSummary:
    """What an estimate remembers of its table: enough to tell whether it is still the same one."""

    n_observed: int
    lists: tuple[str, ...]
    digest: str
    n_overlap: int
    left_out: tuple[str, ...] = ()
    """Lists that are empty or inactive here."""
    stratum: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "n_observed": self.n_observed,
            "lists": list(self.lists),
            "hash": self.digest,
            "n_overlap": self.n_overlap,
            "left_out": list(self.left_out),
            "stratum": self.stratum,
        }


@dataclass(frozen=True, slots=True)
class PatternFit:
    """Observed and fitted units of one inclusion pattern."""

    lists: tuple[str, ...]
    observed: int
    fitted: float


@dataclass(frozen=True)
class Estimate:
    """One method's answer to one table.

    Attributes:
        table: What was estimated from.
        method: Name in the table of methods.
        population_size: All units, recorded or not.
        model: The model in words.
        assumption: The identifying assumption as a clause that follows "if".
        flags: Doubts, in the order of :class:`Flag`.
        diagnostics: What the method has to say about itself; JSON values.
        settings: Everything that, with the seed, gives the same numbers again.
        seconds: Time it took; not part of equality.
        lower_bound_only: The number is a lower bound, not an estimate.
        draws: Draws of the population size, shape (chains, draws), units; None for methods without, and not in JSON.
        patterns: Observed and fitted counts, where the method fits them.
    """

    table: TableSummary
    method: str
    population_size: Quantity
    model: str
    assumption: str
    flags: tuple[Flag, ...] = ()
    diagnostics: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    seconds: float = field(default=0.0, compare=False)
    lower_bound_only: bool = False
    patterns: tuple[PatternFit, ...] = field(default=(), repr=False)
    draws: npt.NDArray[np.int64] | None = field(default=None, repr=False, compare=False)

    @property
    def n_unobserved(self) -> Quantity:
        """Units on no list."""
        return self.population_size.minus(self.table.n_observed)

    def flag_texts(self, language: str = "en") -> tuple[str, ...]:
        """Each flag in a sentence."""
        return tuple(explain(flag, language) for flag in self.flags)

    def statement(self, language: str = "en") -> str:
        """The result in one sentence for a reader who is no statistician, and each flag in one more."""
        size = self.population_size
        words = {
            "n": f"{self.table.n_observed:,}",
            "lower": rounded(size.lower, down=True),
            "upper": rounded(size.upper) if size.upper is not None else "",
            "point": rounded(size.point, down=True),
            "level": f"{size.level:.0%}",
            "assumption": translate(self.assumption, language),
        }
        if self.lower_bound_only:
            form = gettext_noop(
                "At least {n} were recorded; the true number is probably no less than {lower}, if {assumption}."
            )
        elif size.upper is None:
            form = gettext_noop(
                "At least {n} were recorded; the true number is probably more than {lower}, "
                "and the table sets no upper end, if {assumption}."
            )
        else:
            form = gettext_noop(
                "At least {n} were recorded; the true number is probably between {lower} and {upper} "
                "({level} interval), if {assumption}."
            )
        return " ".join([translate(form, language).format(**words), *self.flag_texts(language)])

    def as_dict(self) -> dict[str, Any]:
        """One entry of ``estimates`` in the JSON."""
        return {
            "method": self.method,
            "population_size": self.population_size.as_dict(),
            "n_unobserved": self.n_unobserved.as_dict(),
            "model": self.model,
            "assumption": self.assumption,
            "flags": [str(flag) for flag in self.flags],
            "diagnostics": json_value(self.diagnostics),
            "settings": json_value(self.settings),
            "seconds": self.seconds,
            "lower_bound_only": self.lower_bound_only,
            "versions": dict(self.versions),
            "patterns": [
                {"lists": list(one.lists), "observed": one.observed, "fitted": one.fitted} for one in self.patterns
            ],
        }

    def document(self) -> dict[str, Any]:
        """The whole JSON document: format, table, this one estimate, the sentence."""
        return {
            "format": ESTIMATE_FORMAT,
            "table": self.table.as_dict(),
            "estimates": [self.as_dict()],
            "refusals": [],
            "statement": self.statement(),
        }

    def to_json(self) -> str:
        """One line of JSON, without draws; :meth:`from_json` reads it back."""
        return json.dumps(self.document(), ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read an estimate that :meth:`to_json` wrote, of this version.

        Raises:
            BadTable: It is not one.
        """
        try:
            value = json.loads(text)
            if value["format"] != ESTIMATE_FORMAT or len(value["estimates"]) != 1:
                raise ValueError
            return cls._from_dict(value["table"], value["estimates"][0])
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise BadTable("not an estimate", where="json", hint=f"the format is {ESTIMATE_FORMAT}") from None

    @classmethod
    def _from_dict(cls, table: Mapping[str, Any], one: Mapping[str, Any]) -> Self:
        summary = TableSummary(
            table["n_observed"],
            tuple(table["lists"]),
            table["hash"],
            table["n_overlap"],
            tuple(table["left_out"]),
            table["stratum"],
        )
        return cls(
            table=summary,
            method=one["method"],
            population_size=Quantity(**one["population_size"]),
            model=one["model"],
            assumption=one["assumption"],
            flags=tuple(Flag(name) for name in one["flags"]),
            diagnostics=one["diagnostics"],
            settings=one["settings"],
            versions=one["versions"],
            seconds=one["seconds"],
            lower_bound_only=one["lower_bound_only"],
            patterns=tuple(PatternFit(tuple(p["lists"]), p["observed"], p["fitted"]) for p in one["patterns"]),
        )

    def to_frame(self) -> pd.DataFrame:
        """One row: the table's hash, method, numbers and flags."""
        import pandas as pd

        row = {
            "hash": self.table.digest,
            "stratum": self.table.stratum,
            "method": self.method,
            "n_observed": self.table.n_observed,
            **self.population_size.as_dict(),
            "lower_bound_only": self.lower_bound_only,
            "flags": ";".join(self.flags),
        }
        return pd.DataFrame([row])

    def to_inference_data(self) -> Any:
        """The draws as ArviZ ``InferenceData`` with variables ``population_size`` and ``n_unobserved``.

        Raises:
            NotEstimable: The method has no draws.
        """
        if self.draws is None:
            raise NotEstimable("no draws", where=self.method, hint="choose a method that samples")
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # ArviZ announces its next major version on import
            import arviz as az
        import numpy as np

        unobserved = np.maximum(self.draws - self.table.n_observed, 0)
        posterior = {"population_size": self.draws, "n_unobserved": unobserved}
        attributes = {"method": self.method, "flags": ";".join(self.flags), "hash": self.table.digest}
        return az.from_dict(posterior=posterior, attrs=attributes)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A method's no: which doubt, why, and what would help; no flag when the table is too large for the method."""

    method: str
    flag: Flag | None
    reason: str

    def as_dict(self) -> dict[str, str | None]:
        return {"method": self.method, "flag": None if self.flag is None else str(self.flag), "reason": self.reason}


def in_order(flags: Collection[Flag | None]) -> tuple[Flag, ...]:
    """Flags once each, in the order in which they are defined."""
    return tuple(flag for flag in Flag if flag in set(flags))


def rounded(value: float, *, down: bool = False) -> str:
    """A number for a sentence: three significant digits, never fewer than its first whole hundred says."""
    if value < 1000:
        return f"{math.floor(value) if down else math.ceil(value):,}"
    unit = 10 ** (math.floor(math.log10(value)) - 2)
    return f"{int((math.floor if down else math.ceil)(value / unit) * unit):,}"


def json_value(value: Any) -> Any:
    """The value with plain keys and numbers; what is not finite becomes None."""
    if isinstance(value, Mapping):
        return {str(key): json_value(one) for key, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [json_value(one) for one in value]
    if isinstance(value, (bool, int, str)) or value is None:
        return str(value) if isinstance(value, StrEnum) else value
    if hasattr(value, "tolist"):
        return json_value(value.tolist())
    number = float(value)
    return number if math.isfinite(number) else None
