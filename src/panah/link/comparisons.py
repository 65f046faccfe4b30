"""What is compared, in which levels, and what is thought of each level before any list is seen.

A level's priors are the share of true matches (``m``) and of other pairs (``u``) expected in it. They start the
estimation, steady it on small lists, and stand in for it on tiny ones. They are judgements by the authors, written
down here so that a reviewer can change them; with a few hundred records the data outweigh them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

NEAR_KM: Final = 30
# A macro is text: a lambda's name must not be used again in what it calls.
_WORDS_LIKENESS: Final = """
    list_sum(list_transform(a, lambda x:
        len(x) * list_max(list_transform(b, lambda y: jaro_winkler_similarity(x, y)))))
    / list_sum(list_transform(a, lambda x: len(x)))
"""
_NAME_LIKENESS: Final = """
    list_max(list_transform(a, lambda f:
        list_max(list_transform(b, lambda g: least(words_likeness(f, g), words_likeness(g, f))))))
"""
_PART_LIKENESS: Final = _NAME_LIKENESS.replace("least", "greatest")
_DISTANCE_KM: Final = """
    12742 * asin(least(1, sqrt(
        pow(sin(radians(lat_b - lat_a) / 2), 2)
        + cos(radians(lat_a)) * cos(radians(lat_b)) * pow(sin(radians(lon_b - lon_a) / 2), 2))))
"""
MACROS: Final = {
    "words_likeness(a, b)": _WORDS_LIKENESS,
    "name_likeness(a, b)": _NAME_LIKENESS,
    "part_likeness(a, b)": _PART_LIKENESS,
    "gap_days(low_a, high_a, low_b, high_b)": "greatest(low_b - high_a, low_a - high_b, 0)",
    "distance_km(lat_a, lon_a, lat_b, lon_b)": _DISTANCE_KM,
}
"""Functions that the levels use, defined in DuckDB before anything is compared.

In a name each word finds its best partner, weighted by its letters, whatever the order; the less happy side decides.
``part_likeness`` lets the happier side decide: one list may know a part of the name only.
"""


_SPARK_WORDS: Final = """
    aggregate(transform(a, x -> length(x) * array_max(transform(b, y -> jaro_winkler(x, y)))),
        cast(0 as double), (total, x) -> total + x)
    / aggregate(transform(a, x -> length(x)), 0, (total, x) -> total + x)
"""


def _spark_names(choice: str) -> str:
    one, other = (_SPARK_WORDS.replace("(a,", f"({a},").replace("(b,", f"({b},") for a, b in (("f", "g"), ("g", "f")))
    return f"array_max(transform(a, f -> array_max(transform(b, g -> {choice}({one}, {other})))))"


_NAMES_SIGNATURE: Final = "(a array<array<string>>, b array<array<string>>) returns double"
SPARK_FUNCTIONS: Final = {
    "list_has_any(a array<string>, b array<string>) returns boolean": "arrays_overlap(a, b)",
    f"name_likeness{_NAMES_SIGNATURE}": _spark_names("least"),
    f"part_likeness{_NAMES_SIGNATURE}": _spark_names("greatest"),
    "gap_days(low_a int, high_a int, low_b int, high_b int) returns int": "greatest(low_b - high_a, low_a - high_b, 0)",
    "distance_km(lat_a double, lon_a double, lat_b double, lon_b double) returns double": _DISTANCE_KM,
}
"""The same functions in Spark's SQL; ``jaro_winkler``, its longer name and ``damerau_levenshtein`` come with Splink."""


@dataclass(frozen=True, slots=True)
class Level:
    """One answer to "how alike are these two cells?".

    Attributes:
        agrees: Whether it counts as an attribute that agrees: a name needs one beside it.
    """

    label: str
    sql: str
    m: float
    u: float
    agrees: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison of one attribute: its levels from most to least alike; the last one is everything else.

    Attributes:
        apart_sql: What the last level means, where asking that first is quicker: most pairs fall into it, and would
            else be weighed once for each level above. Same answer, other order.
    """

    name: str
    column: str
    missing_sql: str
    levels: tuple[Level, ...]
    apart_sql: str | None = None

    @property
    def asked(self) -> tuple[tuple[int, str], ...]:
        """Levels by index with their SQL, in the order in which they are asked for; the last one needs no question."""
        within = [(index, level.sql) for index, level in enumerate(self.levels)]
        if self.apart_sql is None:
            return tuple(within)
        first, *between, last = within
        *between, rest = between
        return (first, (last[0], self.apart_sql), *between, (rest[0], last[1]))

    def splink(self, m: Sequence[float] | None = None, u: Sequence[float] | None = None) -> dict[str, Any]:
        """The comparison in Splink's settings, with these probabilities or the priors."""
        missing = {"sql_condition": self.missing_sql, "label_for_charts": "missing", "is_null_level": True}
        return {
            "output_column_name": self.name,
            "comparison_description": self.name,
            "comparison_levels": [missing]
            + [
                {
                    "sql_condition": sql,
                    "label_for_charts": self.levels[index].label,
                    "m_probability": self.levels[index].m if m is None else float(m[index]),
                    "u_probability": self.levels[index].u if u is None else float(u[index]),
                }
                for index, sql in self.asked
            ],
        }

    @property
    def gamma_sql(self) -> str:
        """The comparison vector value in SQL: -1 missing, else the level counted from the last one."""
        lowest = len(self.levels) - 1
        *asked, (rest, _else) = self.asked
        whens = " ".join(f"when {sql} then {lowest - index}" for index, sql in asked)
        return f"case when {self.missing_sql} then -1 {whens} else {lowest - rest} end"

    def label_of(self, gamma: int) -> str:
        """The level behind a comparison vector value, in words."""
        return self.level_of(gamma).label if gamma >= 0 else "missing"

    def level_of(self, gamma: int) -> Level:
        """The level behind a comparison vector value: 0 is the last level."""
        return self.levels[len(self.levels) - 1 - gamma]


def _missing(*columns: str) -> str:
    return " or ".join(f"{column}_{side} is null" for column in columns for side in "lr")


def _likeness(threshold: float) -> str:
    return f"name_likeness(name_forms_l, name_forms_r) >= {threshold}"


_PART: Final = "part_likeness(name_forms_l, name_forms_r)"
_GAP: Final = "gap_days(date_low_l, date_high_l, date_low_r, date_high_r)"
_SPANS: Final = "greatest(date_high_l - date_low_l, date_high_r - date_low_r)"
_KM: Final = "distance_km(latitude_l, longitude_l, latitude_r, longitude_r)"

NAME: Final = Comparison(
    "name",
    "name_forms",
    # a name in another script is no evidence as it is written; NAME_ACROSS reads it
    f"{_missing('name_forms')} or name_script_l <> name_script_r",
    (
        Level("the same words, in any order", "list_has_any(name_keys_l, name_keys_r)", 0.62, 0.002, agrees=True),
        Level("spelt nearly alike", _likeness(0.94), 0.20, 0.002, agrees=True),
        Level("spelt alike", _likeness(0.88), 0.09, 0.006, agrees=True),
        Level("somewhat alike", _likeness(0.80), 0.04, 0.03),
        Level("a part alike", f"{_PART} >= 0.92", 0.03, 0.04),
        Level("different", "ELSE", 0.02, 0.92),
    ),
    # the happier side is never less happy than the other
    apart_sql=f"{_PART} < 0.80 or ({_PART} < 0.92 and not {_likeness(0.80)})",
)

_TWO_SCRIPTS: Final = "(name_script_l <> name_script_r)"
_READ_ALIKE: Final = "coalesce(name_likeness(name_latin_l, name_latin_r), 0) >= "
_SAME_SOUNDS: Final = "coalesce(list_has_any(name_sounds_l, name_sounds_r), false)"

NAME_ACROSS: Final = replace(
    NAME,
    # read alike is evidence for; read unlike is none against: a reading may lack its vowels, or be another's custom
    missing_sql=f"{_missing('name_forms')} or ({_TWO_SCRIPTS} and not ({_READ_ALIKE} 0.88 or {_SAME_SOUNDS}))",
    levels=(
        NAME.levels[0],
        replace(
            NAME.levels[1],
            label="spelt nearly alike, or read so in two scripts",
            sql=f"{NAME.levels[1].sql} or ({_TWO_SCRIPTS} and ({_READ_ALIKE} 0.94 or {_SAME_SOUNDS}))",
        ),
        replace(
            NAME.levels[2],
            label="spelt alike, or read so in two scripts",
            sql=f"{NAME.levels[2].sql} or ({_TWO_SCRIPTS} and {_READ_ALIKE} 0.88)",
        ),
        *NAME.levels[3:],
    ),
    # in two scripts: missing, or alike
    apart_sql=f"not {_TWO_SCRIPTS} and ({NAME.apart_sql})",
)
"""Names where the lists are written in several scripts."""

DATE: Final = Comparison(
    "date",
    "date_low",
    _missing("date_low"),
    (
        Level("the same day", f"{_GAP} = 0 and {_SPANS} = 0", 0.60, 0.004, agrees=True),
        Level("at most three days apart", f"{_GAP} between 1 and 3 and {_SPANS} = 0", 0.12, 0.02, agrees=True),
        Level("can be the same, within a month", f"{_GAP} = 0 and {_SPANS} <= 31", 0.15, 0.01, agrees=True),
        Level("can be the same, less exact", f"{_GAP} = 0", 0.06, 0.05),
        Level("at most a month apart", f"{_GAP} <= 31", 0.04, 0.05),
        Level("further apart", "ELSE", 0.03, 0.866),
    ),
)

HOST_PLACE: Final = Comparison(
    "host_place",
    "host_place",
    # one comparison for town and country: the town gives the country away, and would otherwise count twice
    f"({_missing('host_place')}) and ({_missing('host_country')})",
    (
        Level("the same place", "host_place_l = host_place_r", 0.86, 0.08, agrees=True),
        Level("spelt alike", "jaro_winkler_similarity(host_place_l, host_place_r) >= 0.92", 0.04, 0.01, agrees=True),
        Level(f"at most {NEAR_KM} km apart", f"{_KM} <= {NEAR_KM}", 0.03, 0.02, agrees=True),
        Level("the same country", "host_country_l = host_country_r", 0.04, 0.12),
        Level("elsewhere", "ELSE", 0.03, 0.77),
    ),
)

TACTIC: Final = Comparison(
    "tactic",
    "tactic",
    _missing("tactic"),
    (
        Level("the same tactic", "tactic_l = tactic_r", 0.85, 0.2, agrees=True),
        Level("the same family of tactics", "tactic_family_l = tactic_family_r", 0.1, 0.3),
        Level("another", "ELSE", 0.05, 0.5),
    ),
)

IDENTIFIER: Final = Comparison(
    "identifier",
    "identifier",
    _missing("identifier"),
    (
        Level("the same", "identifier_l = identifier_r", 0.90, 0.0002, agrees=True),
        Level(
            "one slip of the pen",
            # one slip leaves the first two or the last two letters as they are
            "length(identifier_l) >= 6 and (left(identifier_l, 2) = left(identifier_r, 2)"
            " or right(identifier_l, 2) = right(identifier_r, 2))"
            " and damerau_levenshtein(identifier_l, identifier_r) <= 1",
            0.06,
            0.0001,
            agrees=True,
        ),
        Level("another", "ELSE", 0.04, 0.9997),
    ),
)

BIRTH_DATE: Final = Comparison(
    "birth_date",
    "birth_date",
    _missing("birth_date"),
    (
        Level("the same day", "birth_date_l = birth_date_r", 0.90, 0.0005, agrees=True),
        Level("one slip of the pen", "damerau_levenshtein(birth_date_l, birth_date_r) <= 1", 0.05, 0.003, agrees=True),
        Level("two slips", "damerau_levenshtein(birth_date_l, birth_date_r) <= 2", 0.02, 0.02),
        Level("another", "ELSE", 0.03, 0.9765),
    ),
    apart_sql="damerau_levenshtein(birth_date_l, birth_date_r) > 2",
)


def _same(column: str, m: float, u: float) -> Comparison:
    return Comparison(
        column,
        column,
        _missing(column),
        (
            Level("the same", f"{column}_l = {column}_r", m, u, agrees=True),
            Level("another", "ELSE", 1 - m, 1 - u),
        ),
    )


def _written(column: str, m: float, u: float) -> Comparison:
    return Comparison(
        column,
        column,
        _missing(column),
        (
            Level("the same", f"{column}_l = {column}_r", m, u, agrees=True),
            Level("spelt alike", f"jaro_winkler_similarity({column}_l, {column}_r) >= 0.90", 0.08, u / 2, agrees=True),
            Level("another", "ELSE", 1 - m - 0.08, 1 - 1.5 * u),
        ),
    )


COMPARISONS: Final = (
    NAME,
    _written("given_name", 0.82, 0.01),
    _written("family_name", 0.82, 0.005),
    IDENTIFIER,
    BIRTH_DATE,
    DATE,
    HOST_PLACE,
    _same("host_country", 0.95, 0.3),
    _same("act_country", 0.93, 0.5),
    _same("origin_state", 0.97, 0.8),
    TACTIC,
    _same("street_number", 0.85, 0.02),
    _written("street", 0.85, 0.005),
    _written("address_detail", 0.8, 0.005),
    _written("suburb", 0.85, 0.01),
    _same("postcode", 0.88, 0.01),
    _same("region", 0.92, 0.25),
)
"""In the order in which they are shown."""
IMPLIED: Final = {"host_country": "host_place"}
"""Comparisons that another one contains: they are set aside where that one is used."""
