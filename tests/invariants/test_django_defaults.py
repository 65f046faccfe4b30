"""What Django and its add-ons do by themselves, and what must not be here: each default that breaks a promise."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client

ABSENT = {"django.contrib.admin", "django.contrib.sessions", "axes", "allauth.usersessions"}
"""Each keeps something readable: names of objects, cookies, addresses and form data."""


def test_what_keeps_readable_rows_is_not_installed() -> None:
    assert not {each.name for each in apps.get_app_configs()} & ABSENT


def test_no_column_keeps_where_a_visitor_came_from(db: Any) -> None:
    found = []
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            for column in connection.introspection.get_table_description(cursor, table):
                words = set(column.name.split("_"))
                if {"ip", "agent", "browser", "device", "login", "repr"} & words or column.name == "session_data":
                    found.append(f"{table}.{column.name}")
    assert found == []


def test_the_scan_of_columns_would_find_one(db: Any) -> None:
    """The control: a table as usersessions makes it."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE usersessions (id integer, ip varchar(39), user_agent varchar(200))")
    with pytest.raises(AssertionError, match="user_agent"):
        test_no_column_keeps_where_a_visitor_came_from(db)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("SESSION_ENGINE", "panah.web.accounts.sessions"),
        ("FILE_UPLOAD_HANDLERS", ["panah.web.base.uploads.SealingUploadHandler"]),
        ("MESSAGE_STORAGE", "django.contrib.messages.storage.session.SessionStorage"),
        ("MFA_ADAPTER", "panah.web.accounts.adapters.SecondFactorAdapter"),
        ("DEFAULT_EXCEPTION_REPORTER", "panah.web.base.reporting.PlaceReporter"),
        ("DEBUG", False),
        ("ADMINS", []),
    ],
)
def test_each_default_is_replaced(name: str, kept: Any) -> None:
    assert getattr(settings, name) == kept


def test_no_page_sends_mail(cast: Any) -> None:
    """Django's own way of telling of errors, and allauth's of telling members."""
    from django.core import mail

    client = Client(raise_request_exception=False)
    client.post("/sign-in/", {"login": "case.worker@example.org", "password": "wrong words here"})
    cast.case_worker.client.post("/account/password/", {"old": "x", "new": "another four words here"})
    assert mail.outbox == []


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND"])
def test_methods_that_nobody_needs_echo_nothing(cast: Any, method: str) -> None:
    for path in ("/sign-in/", "/", "/static/x.css"):
        client = Client(raise_request_exception=False)
        answer = client.generic(method, path, HTTP_X_SECRET="canary-in-a-header")
        assert b"canary-in-a-header" not in answer.content
        assert answer.status_code in {302, 403, 404, 405}, (path, answer.status_code)
