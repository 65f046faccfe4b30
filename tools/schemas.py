"""Write the JSON Schema of every record in ``panah.model`` to ``docs/schema/``, or check that what is committed agrees.

    python tools/schemas.py
    python tools/schemas.py --check

The schema says what :meth:`panah.model.base.Record.from_json` accepts; a later schema version gets another ``$id``,
so that old files keep their meaning.
"""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import re
import sys
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

import panah.model
from panah import codes
from panah.model.base import Record

FOLDER = Path(__file__).parents[1] / "docs/schema"
VERSION = 1
DIALECT = "https://json-schema.org/draft/2020-12/schema"
MAX_ENUM = 100
BY_HAND = {
    "estimate.json": ("panah.model.estimate.Estimate", "What `panah estimate --json` prints: numbers, flags, refusals.")
}
"""Schemas of what is no record: kept by hand, and held against real documents by the tests."""


class Generator(GenerateJsonSchema):
    """Pydantic's generator, which also lists the codes where a field takes a code of a thesaurus."""

    schema_dialect = DIALECT

    def function_after_schema(self, schema: core_schema.AfterValidatorFunctionSchema) -> JsonSchemaValue:
        made = super().function_after_schema(schema)
        name = getattr(schema["function"]["function"], "thesaurus", None)
        if name is not None and len(codes.codes_of(name)) <= MAX_ENUM:
            made = {**made, "enum": list(codes.codes_of(name))}
        return made


def records() -> list[type[Record]]:
    """Every record class, from all modules of ``panah.model``."""
    for module in pkgutil.iter_modules(panah.model.__path__):
        importlib.import_module(f"panah.model.{module.name}")
    found, waiting = set(), [Record]
    while waiting:
        below = [cls for cls in waiting.pop().__subclasses__() if cls.__module__.startswith("panah.model.")]
        found.update(below)
        waiting += below
    return sorted(found, key=lambda cls: cls.__name__)


def slug(record: type[Record]) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", record.__name__).lower()


def document(record: type[Record]) -> dict[str, Any]:
    body = record.model_json_schema(schema_generator=Generator, mode="validation")
    return {"$schema": DIALECT, "$id": f"urn:panah:schema:{slug(record)}:{VERSION}", **body}


def readme() -> str:
    lines = [
        "# The records as JSON Schema",
        "",
        "Written by `tools/schemas.py` from `panah.model`; do not edit. A record is one JSON object;",
        "unknown fields are refused. Kept by hand: " + ", ".join(f"[`{name}`]({name})" for name in BY_HAND) + ".",
        "",
        "| schema | record | what it is |",
        "|---|---|---|",
    ]
    for record in records():
        first = " ".join((record.__doc__ or "").split("\n\n")[0].split())
        lines.append(
            f"| [`{slug(record)}.json`]({slug(record)}.json) | `{record.__module__}.{record.__name__}` | {first} |"
        )
    lines += [f"| [`{name}`]({name}) | `{where}` | {what} |" for name, (where, what) in BY_HAND.items()]
    return "\n".join(lines) + "\n"


def wanted() -> dict[Path, str]:
    made = {
        FOLDER / f"{slug(record)}.json": json.dumps(document(record), ensure_ascii=False, indent=2) + "\n"
        for record in records()
    }
    return {**made, FOLDER / "README.md": readme()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare and change nothing")
    check = parser.parse_args().check
    made = wanted()
    different = [path for path, text in made.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    left_over = [path for path in FOLDER.glob("*.json") if path not in made and path.name not in BY_HAND]
    for path in (*different, *left_over):
        print(f"docs/schema/{path.name}: {'not as the records say; run tools/schemas.py' if check else 'written'}")
        if not check and path in left_over:
            path.unlink()
        elif not check:
            path.write_text(made[path], encoding="utf-8")
    return 1 if check and (different or left_over) else 0


if __name__ == "__main__":
    sys.exit(main())
