"""The public door: no account, no session, no cookie unless the reader chooses a theme; few rooms are even loaded."""

from __future__ import annotations

from panah.web.config.rules import FRONT
from panah.web.config.settings import *  # noqa: F403
from panah.web.config.settings import SHARED_APPS, _shared_middleware

PANAH_DOOR = "front"
ROOT_URLCONF = "panah.web.config.front_urls"
WSGI_APPLICATION = "panah.web.config.front_wsgi.application"
PANAH_RULES = FRONT
INSTALLED_APPS = [*SHARED_APPS, "panah.web.front"]
MIDDLEWARE = [
    *_shared_middleware,
    "panah.web.base.middleware.PathLanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "panah.web.base.rules.RulesMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
