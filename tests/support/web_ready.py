"""Importing this makes Django ready for tests: a fresh data folder, a cheap Argon2, SQLite or PostgreSQL.

The conftest of each folder with web tests imports it, so that the library's tests run without Django.
``PANAH_TEST_DATABASE_URL`` names a PostgreSQL server; ``tools/with_postgres.py`` starts one and sets it.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

DATA = Path(tempfile.mkdtemp(prefix="panah-test-"))
atexit.register(shutil.rmtree, DATA, ignore_errors=True)

for name in [name for name in os.environ if name.startswith("PANAH_") and name != "PANAH_TEST_DATABASE_URL"]:
    del os.environ[name]
os.environ["PANAH_DATA"] = str(DATA)
os.environ["DATABASE_URL"] = os.environ.get("PANAH_TEST_DATABASE_URL", "")
os.environ["DJANGO_SETTINGS_MODULE"] = "web_settings"

import django  # noqa: E402

django.setup()
