"""What is told of a failure: which error, in which file and line; never a value, a local variable or a request."""

from __future__ import annotations

import logging
import time
import traceback
from types import TracebackType
from typing import Any

from django.http import HttpRequest

from panah.errors import PanahError


def places(error: BaseException, trace: TracebackType | None) -> list[str]:
    """``file:line function`` from the outside in, then the error's class; its text only when it is one of ours."""
    lines = [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
    said = f": {error}" if isinstance(error, PanahError) else ""
    return [*lines, f"  {type(error).__name__}{said}"]


class PlaceFormatter(logging.Formatter):
    """A log line and the places of its error; an exception's own text may quote what somebody wrote."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        self.converter = time.gmtime

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        error, trace = ei[1], ei[2]
        return "\n".join(places(error, trace)) if error is not None else ""

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 - logging's name
        return ""


class PlaceReporter:
    """Django asks for an exception reporter by setting; ours knows places only."""

    def __init__(
        self,
        request: HttpRequest | None,
        exc_type: Any,
        exc_value: Any,
        tb: TracebackType | None,
        is_email: bool = False,
    ) -> None:
        self.error, self.trace = exc_value, tb

    def get_traceback_data(self) -> dict[str, Any]:
        return {"places": places(self.error, self.trace)}

    def get_traceback_text(self) -> str:
        return "\n".join(places(self.error, self.trace))

    def get_traceback_html(self) -> str:
        return "<!doctype html><title>500</title>"
