"""Fixtures of the web tests; the conftest of each folder with web tests imports all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def cast(db: Any) -> Any:
    """The whole cast, see :mod:`cast`."""
    from cast import make_cast

    return make_cast()


@pytest.fixture
def data_folder(settings: Any, tmp_path: Path) -> Path:
    """An empty data folder for one test (evidence, releases, spool); the database stays where it is."""
    settings.PANAH_DATA = tmp_path / "data"
    settings.PANAH_DATA.mkdir()
    return settings.PANAH_DATA


@pytest.fixture
def front_door(settings: Any) -> Iterator[Any]:
    """The public door's settings for one test; returns a client of it."""
    from django.test import Client
    from django.urls import clear_url_caches, set_urlconf

    from panah.web.config import front

    for name in [
        *("ROOT_URLCONF", "MIDDLEWARE", "PANAH_DOOR", "PANAH_RULES", "PANAH_UPLOAD_BYTES", "PANAH_NEUTRAL_TITLE"),
        *("PANAH_LEAVE_TO", "PANAH_FLOW_COOKIE", "CSRF_COOKIE_NAME", "CSRF_COOKIE_AGE"),
    ]:
        setattr(settings, name, getattr(front, name))
    clear_url_caches()
    set_urlconf(None)
    yield Client()
    clear_url_caches()
