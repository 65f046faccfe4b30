"""Invented exports, and where the real samples are. Every number is from a range kept for fiction."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest

SAMPLES = (Path(__file__).parents[2] / "../shared/data/phone").resolve()
XML = "<?xml version='1.0' encoding='UTF-8' ?>\n"
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason=f"no samples: {SAMPLES} is absent")


def expected(name: str) -> dict[str, Any]:
    """What the sample's own README says of it."""
    found: dict[str, Any] = json.loads((SAMPLES / "expected-own.json").read_text(encoding="utf-8"))[name]
    return found


def element(tag: str, **attributes: object) -> str:
    return f"<{tag} " + " ".join(f"{key}={quoteattr(str(value))}" for key, value in attributes.items()) + " />"


def call(number: str = "+44 7700 900123", **attributes: object) -> str:
    default: dict[str, object] = {"duration": 10, "date": 1746136691500, "type": 1, "presentation": 1}
    return element("call", number=number, **{**default, **attributes})


def sms(body: str = "hello", address: str = "+44 7700 900123", **attributes: object) -> str:
    return element("sms", address=address, **{"date": 1746213245120, "type": 1, "body": body, **attributes})


def calls_xml(*calls: str, count: object = None) -> bytes:
    said = len(calls) if count is None else count
    return (
        f"<?xml version='1.0' encoding='UTF-8' ?>\n<calls count=\"{said}\">\n{chr(10).join(calls)}\n</calls>".encode()
    )


def smses_xml(*messages: str) -> bytes:
    return f"{XML}<smses>\n{chr(10).join(messages)}\n</smses>".encode()
