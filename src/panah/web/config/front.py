"""The public door: no account and no session; few rooms are even loaded.

A reader gets no cookie unless a theme is chosen. Who reports gets two, which end with the window: a form token, and the
token under which the pages of one report lie sealed.

========================  ============================  ==========================================================
name                      default                       meaning
========================  ============================  ==========================================================
PANAH_REPORT_MB           100                           largest file of a report
PANAH_NEUTRAL_TITLE       empty                         title of the reporting pages in tabs and history; set, they
                                                        carry neither our name nor our mark
PANAH_LEAVE_TO            https://www.wikipedia.org/    where "Leave this page" lands
========================  ============================  ==========================================================
"""

from __future__ import annotations

from panah.errors import NotConfigured
from panah.web.config.environment import envint, envstr
from panah.web.config.rules import FRONT
from panah.web.config.settings import *  # noqa: F403
from panah.web.config.settings import COOKIE_PREFIX, SHARED_APPS, _shared_middleware

PANAH_DOOR = "front"
ROOT_URLCONF = "panah.web.config.front_urls"
WSGI_APPLICATION = "panah.web.config.front_wsgi.application"
PANAH_RULES = FRONT
INSTALLED_APPS = [*SHARED_APPS, "panah.web.front"]
MIDDLEWARE = [
    *_shared_middleware,
    "panah.web.front.latin.LatinUyghurMiddleware",
    "panah.web.base.middleware.PathLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "panah.web.base.rules.RulesMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

# --- reporting ----------------------------------------------------------------------------------------------------
PANAH_UPLOAD_BYTES = envint("REPORT_MB", 100, at_least=1, at_most=65_536) * 1024 * 1024
PANAH_NEUTRAL_TITLE = envstr("NEUTRAL_TITLE")
PANAH_LEAVE_TO = envstr("LEAVE_TO", "https://www.wikipedia.org/")
if not PANAH_LEAVE_TO.startswith(("https://", "http://", "/")):
    raise NotConfigured("not an address", where="PANAH_LEAVE_TO", hint="write https://… or a path of this site")
# names that say nothing to whoever looks through a telephone
PANAH_FLOW_COOKIE = f"{COOKIE_PREFIX}f"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}t"
CSRF_COOKIE_AGE = None  # ends with the window; Django's default stays for a year
