"""Records -> a table of columns that can be compared in SQL: folded, as bounds, with coordinates.

The table lives in memory only; it holds names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from panah import codes, dates, names, places
from panah.errors import BadDate
from panah.model.linkage import ListRecord, RecordList

from .roles import DETAIL_ROLES

if TYPE_CHECKING:
    import pyarrow as pa

WIDEST_DATE_DAYS: Final = 800
"""A date that spans more (a decade, an open interval) says too little to compare."""

BATCH: Final = 10_000
_OF_PLACE: Final = frozenset({"host_country", "latitude", "longitude"})
_NOT_WORD = re.compile(r"[\W_]+")


def feature_table(lists: Sequence[RecordList]) -> pa.Table:
    """One row per record of all lists, in order; ``unique_id`` is its position.

    Returns:
        Columns as the comparisons name them; a column in which no record has a value is left out.
    """
    import pyarrow as pa

    kinds = _kinds()
    records = [(number, record) for number, one in enumerate(lists) for record in one.records]
    across = _in_several_scripts(records)
    try:
        parts = [_batch(records[start : start + BATCH], kinds, across) for start in range(0, len(records), BATCH)]
    finally:
        for cached in (_day_digits, _folded, _find_place):
            cached.cache_clear()  # addresses and birth dates must not outlive the job in memory
    table = pa.concat_tables(parts) if parts else _batch([], kinds, across)
    filled = [column for column in kinds if table.column(column).null_count < len(records)]
    # a place is compared with its country, whether or not any is known
    kept = [column for column in kinds if column in filled or (column in _OF_PLACE and "host_place" in filled)]
    return table.select(kept).add_column(0, "unique_id", pa.array(range(len(records)), pa.int64()))


def _in_several_scripts(records: Sequence[tuple[int, ListRecord]]) -> bool:
    """Whether names are written in more than one script; only then is it worth reading them as sounds."""
    return len({names.script_of(record.names[0]) for _number, record in records if record.names} - {"Zyyy"}) > 1


def _batch(records: Sequence[tuple[int, ListRecord]], kinds: Mapping[str, Any], across: bool) -> pa.Table:
    """The columns of some records; a hundred thousand rows as dictionaries would fill the memory."""
    import pyarrow as pa

    rows = [{"source_dataset": f"list_{number}", **_features(record, across)} for number, record in records]
    return pa.table({column: pa.array([row.get(column) for row in rows], kind) for column, kind in kinds.items()})


def _kinds() -> dict[str, Any]:
    import pyarrow as pa

    text, number = pa.string(), pa.float64()
    return {
        "source_dataset": text,
        "name_forms": pa.list_(pa.list_(text)),
        "name_keys": pa.list_(text),
        "name_key": text,
        "name_script": text,
        "name_latin": pa.list_(pa.list_(text)),
        "name_sounds": pa.list_(text),
        "name_sound": text,
        "name_start": text,
        "name_end": text,
        "date_low": pa.int32(),
        "date_high": pa.int32(),
        "date_month": text,
        "host_place": text,
        "host_country": text,
        "latitude": number,
        "longitude": number,
        "act_country": text,
        "origin_state": text,
        "tactic": text,
        "tactic_family": text,
        **dict.fromkeys(DETAIL_ROLES, text),
    }


def _features(record: ListRecord, across: bool) -> dict[str, Any]:
    return {
        **_name_features(record.names),
        **(_sound_features(record.names) if across else {}),
        **_date_features(record.date),
        **_place_features(record.host_place, record.host_country),
        "act_country": record.act_country,
        "origin_state": record.origin_state,
        "tactic": record.tactic,
        "tactic_family": _family(record.tactic) if record.tactic else None,
        **{role: _detail(role, text) for role, text in record.details.items()},
    }


def _name_features(forms: Sequence[str]) -> dict[str, Any]:
    """Folded words of every form; the keys sort them, since the order of a Uyghur name's parts is no sign."""
    folded = [words for form in forms if (words := list(names.tokens(form)))]
    if not folded:
        return {}
    keys = sorted({" ".join(sorted(words)) for words in folded})
    words = sorted(folded[0])
    return {
        "name_forms": folded,
        "name_keys": keys,
        "name_key": keys[0],
        "name_script": names.script_of(forms[0]),
        "name_start": words[0],
        "name_end": words[-1],
    }


def _sound_features(forms: Sequence[str]) -> dict[str, Any]:
    """The words of every form as they are read, in Latin letters, and their consonants; for pairs in two scripts."""
    read = [list(words) for form in forms if (words := names.latin(form))]
    keys = sorted({key for form in forms for key in names.sounds(form)})
    if not read or not keys:
        return {}
    return {"name_latin": read, "name_sounds": keys, "name_sound": keys[0]}


def _date_features(edtf: str | None) -> dict[str, Any]:
    if edtf is None:
        return {}
    read = dates.parse(edtf)
    low, high = read.earliest.toordinal(), read.latest.toordinal()
    if high - low > WIDEST_DATE_DAYS:
        return {}
    return {"date_low": low, "date_high": high, "date_month": dates.month_of(edtf)}


def _place_features(place: str | None, country: str | None) -> dict[str, Any]:
    found = _find_place(place, country) if place else None
    return {
        "host_place": _folded(found.name if found else place) if place else None,
        "host_country": country or (found.country if found else None),
        "latitude": found.latitude_deg if found else None,
        "longitude": found.longitude_deg if found else None,
    }


@lru_cache(maxsize=8192)
def _find_place(place: str, country: str | None) -> Any:
    return places.find_place(place, country)


@lru_cache(maxsize=256)
def _family(tactic: str) -> str:
    return codes.thesaurus("tactic")[tactic]["family"]


def _detail(role: str, text: str) -> str | None:
    if role == "birth_date":
        return _day_digits(text)
    folded = _folded(text) or ""
    return (folded.replace(" ", "") if role in {"identifier", "postcode", "street_number"} else folded) or None


@lru_cache(maxsize=65536)
def _day_digits(text: str) -> str | None:
    """Eight digits where the text is a date, else its digits: a slip of the pen must stay comparable."""
    try:
        return dates.bounds(dates.from_cell(text))[0].strftime("%Y%m%d")
    except (BadDate, ValueError):
        return re.sub(r"\D", "", text) or None


@lru_cache(maxsize=65536)
def _folded(text: str | None) -> str | None:
    return _NOT_WORD.sub(" ", names.fold(text)).strip() or None if text else None
