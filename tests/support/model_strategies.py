"""Hypothesis strategies for every record, out of its own JSON Schema: a new record is tested on its first day."""

from __future__ import annotations

import importlib.util
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from panah import codes
from panah.errors import BadRow
from panah.model.base import Record

_EDTF = ["2019", "2019-07", "2019-07~", "2019?", "2019-06-22", "2019-06-22/2019-06-25", "2019-21", "2019-XX", "2019/.."]


@lru_cache(maxsize=1)
def schemas_tool() -> Any:
    """``tools/schemas.py`` as a module."""
    path = Path(__file__).parents[2] / "tools/schemas.py"
    spec = importlib.util.spec_from_file_location("schemas_tool", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["schemas_tool"] = module
    spec.loader.exec_module(module)
    return module


def plain(record: type[Record]) -> st.SearchStrategy[dict[str, Any]]:
    """Values that are JSON and look like the record; some break a rule between two fields."""
    document = schemas_tool().document(record)
    return _of(document, document.get("$defs", {}))


def sound(record: type[Record]) -> st.SearchStrategy[Record]:
    """Sound records."""

    def made(values: dict[str, Any]) -> Record | None:
        try:
            return record.from_dict(values)
        except BadRow:
            return None

    return plain(record).map(made).filter(lambda value: value is not None)


def _of(schema: dict[str, Any], defs: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        return st.deferred(lambda: _of(defs[name], defs))
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "anyOf" in schema:
        return st.one_of([_of(part, defs) for part in schema["anyOf"]])
    return (
        _BY_TYPE[schema["type"]](schema, defs) if "type" in schema else st.none() | st.integers() | st.text(max_size=5)
    )


def _object(schema: dict[str, Any], defs: dict[str, Any]) -> st.SearchStrategy[Any]:
    properties, required = schema.get("properties", {}), set(schema.get("required", ()))
    if not properties:
        return st.dictionaries(
            st.text(min_size=1, max_size=5), _of(schema.get("additionalProperties") or {}, defs), max_size=2
        )
    parts = {name: _of(part, defs) for name, part in properties.items()}
    return st.fixed_dictionaries(
        {name: part for name, part in parts.items() if name in required},
        optional={name: part for name, part in parts.items() if name not in required},
    )


def _array(schema: dict[str, Any], defs: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "prefixItems" in schema:
        return st.tuples(*[_of(part, defs) for part in schema["prefixItems"]]).map(list)
    return st.lists(_of(schema.get("items", {}), defs), min_size=schema.get("minItems", 0), max_size=3)


def _string(schema: dict[str, Any], _defs: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "EDTF" in schema.get("description", ""):
        return st.sampled_from(_EDTF)
    if "3166" in schema.get("description", ""):
        return st.sampled_from(codes.codes_of("country"))
    if schema.get("format") == "date":
        return st.dates().map(lambda day: day.isoformat())
    if schema.get("format") == "date-time":
        return st.datetimes(timezones=st.just(__import__("datetime").UTC)).map(lambda at: at.isoformat())
    if "pattern" in schema:
        return st.from_regex(schema["pattern"], fullmatch=True).map(lambda text: text.rstrip("\n"))
    text = st.text(st.characters(exclude_categories=["Cs"]), max_size=schema.get("maxLength", 12))
    return text.filter(lambda value: len(value) >= schema.get("minLength", 0))


def _number(schema: dict[str, Any], _defs: dict[str, Any]) -> st.SearchStrategy[Any]:
    low = schema.get("minimum", schema.get("exclusiveMinimum", -1000))
    high = schema.get("maximum", schema.get("exclusiveMaximum", 10_000))
    if schema["type"] == "integer":
        return st.integers(low + ("exclusiveMinimum" in schema), high - ("exclusiveMaximum" in schema))
    return st.floats(low, high, exclude_min="exclusiveMinimum" in schema, exclude_max="exclusiveMaximum" in schema)


_BY_TYPE = {
    "object": _object,
    "array": _array,
    "string": _string,
    "integer": _number,
    "number": _number,
    "boolean": lambda _schema, _defs: st.booleans(),
    "null": lambda _schema, _defs: st.none(),
}
