"""What the log tells of a failure: places, never values."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.test import Client

from panah.errors import BadDate
from panah.web.base.reporting import PlaceFormatter, PlaceReporter

CANARY = "Canary Person +46 70 174 06 05"


def record_of(error: BaseException) -> str:
    try:
        secret = CANARY  # noqa: F841 - a local variable that must not be told
        raise error
    except type(error) as caught:
        info = (type(caught), caught, caught.__traceback__)
        record = logging.LogRecord("panah", logging.ERROR, __file__, 1, "it failed", (), info)
        return PlaceFormatter().format(record)


def test_an_exceptions_text_and_locals_stay_out() -> None:
    line = record_of(ValueError(CANARY))
    assert CANARY not in line
    assert "ValueError" in line
    assert "test_reporting.py" in line


def test_our_own_errors_are_told_because_they_hold_no_value() -> None:
    line = record_of(BadDate("not a date", where="row 3", value=CANARY))
    assert "row 3: not a date" in line
    assert CANARY not in line


def test_the_reporter_knows_places_only() -> None:
    try:
        raise KeyError(CANARY)
    except KeyError as error:
        reporter = PlaceReporter(None, KeyError, error, error.__traceback__)
    told = reporter.get_traceback_text() + reporter.get_traceback_html() + str(reporter.get_traceback_data())
    assert CANARY not in told


def test_a_failing_page_logs_no_value(cast: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    def broken(*_given: Any) -> None:
        raise RuntimeError(CANARY)

    monkeypatch.setattr("panah.web.accounts.views._fingerprint", broken)
    client: Client = cast.case_worker.client
    client.raise_request_exception = False
    with caplog.at_level(logging.ERROR, "django.request"):
        client.get("/members/", {"q": CANARY})
    assert caplog.records
    told = "\n".join(PlaceFormatter().format(record) for record in caplog.records)
    assert CANARY not in told
    assert "RuntimeError" in told
