"""Settings that both doors share; ``desk`` and ``front`` add what differs.

Everything that can be chosen comes from the environment with the prefix ``PANAH_`` (and ``DATABASE_URL``):

=====================  ==========================================  =================================================
name                   default                                     meaning
=====================  ==========================================  =================================================
PANAH_DATA             the user's data directory                   the one data folder
PANAH_HOSTS            localhost,127.0.0.1,[::1]                   names under which the doors are reached
PANAH_HTTPS            false                                       a proxy in front of us speaks https
PANAH_SECRET_KEY       derived from ``secret.key``                 Django's signing key (or PANAH_SECRET_KEY_FILE)
PANAH_IDLE_MINUTES     15                                          a session ends after so long without a request
PANAH_SESSION_HOURS    8                                           a session ends at the latest after so long
PANAH_UPLOAD_MB        2048                                        largest upload
PANAH_READING_ROOM     empty                                       age recipients, by commas: only they open originals
PANAH_LOG_LEVEL        WARNING                                     what is told on standard error
PANAH_FIXITY_DAYS      30                                          each sealed file is looked at once in so long
PANAH_TIMESTAMP_PROXY  the system's                                e.g. http://127.0.0.1:8118, to ask authorities
DATABASE_URL           SQLite in the data folder                   e.g. postgres://user@host/panah
=====================  ==========================================  =================================================
"""

from __future__ import annotations

from pathlib import Path

import csp.constants

from panah import home, i18n
from panah.vault.age_stream import parse_recipients
from panah.web.base.deployment import DeploymentKey
from panah.web.config.databases import database
from panah.web.config.environment import envbool, envchoice, envint, envlist, envsecret, envstr

PANAH_DATA = home.prepare(home.data_folder())
PANAH_DEPLOYMENT_KEY = DeploymentKey.of(PANAH_DATA)
PANAH_ARGON2_COST: dict[str, int] = {}
"""Overrides of ``vault.keys.Argon2Cost``; empty means its strong default. Only tests set it."""

SECRET_KEY = envsecret("SECRET_KEY") or PANAH_DEPLOYMENT_KEY.django_secret
DEBUG = False  # never: a debug page shows local variables
ALLOWED_HOSTS = envlist("HOSTS", ["localhost", "127.0.0.1", "[::1]"])
HTTPS = envbool("HTTPS", default=False)

DATABASES = {"default": database(PANAH_DATA)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # rate limits only, never content

SHARED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "panah.web.base",
    "panah.web.accounts",
    "panah.web.cases",
    "panah.web.evidence",
    "panah.web.intake",
]
FORM_RENDERER = "panah.web.base.renderer.FormRenderer"
AUTH_USER_MODEL = "accounts.Member"

_BASE = Path(__file__).parent.parent / "base"
ASSETS_VERSION = (_BASE / "assets.version").read_text(encoding="ascii").strip()
STATIC_URL = f"/static/{ASSETS_VERSION}/"  # the address changes with the content, so browsers may keep it for ever
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 31_536_000
WHITENOISE_ALLOW_ALL_ORIGINS = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request", "panah.web.base.context.page"],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "panah.web.base.templatetags.panah"],
        },
    }
]

# A __Host- cookie must be Secure, and browsers take Secure cookies over https only (loopback http included, in
# some): on plain http the cookie keeps a plain name and is protected by the loopback interface alone.
COOKIE_PREFIX = "__Host-" if HTTPS else ""
PANAH_THEME_COOKIE = f"{COOKIE_PREFIX}panah_theme"

# --- language ---------------------------------------------------------------------------------------------------
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = list(i18n.LANGUAGES.items())
LOCALE_PATHS = [i18n.LOCALE_DIR]
LANGUAGES_BIDI = [tag for tag in i18n.LANGUAGES if tag in i18n.RIGHT_TO_LEFT]
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}panah_language"
LANGUAGE_COOKIE_SAMESITE = "Strict"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = HTTPS

# --- what a browser is told -------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [csp.constants.NONE],
        "script-src": [csp.constants.SELF],
        "style-src": [csp.constants.SELF],
        "img-src": [csp.constants.SELF, "data:"],  # QR codes of the second factor are data images
        "font-src": [csp.constants.SELF],
        "connect-src": [csp.constants.SELF],
        "form-action": [csp.constants.SELF],
        "base-uri": [csp.constants.NONE],
        "frame-ancestors": [csp.constants.NONE],
        "object-src": [csp.constants.NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
# not "no-referrer": with it browsers send `Origin: null` with our own forms, which is what a forged one looks like
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None

CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}panah_csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "panah.web.base.errors.csrf_failure"

# --- uploads ----------------------------------------------------------------------------------------------------
FILE_UPLOAD_HANDLERS = ["panah.web.base.uploads.SealingUploadHandler"]
PANAH_READING_ROOM = envlist("READING_ROOM", [])
if PANAH_READING_ROOM:
    parse_recipients(PANAH_READING_ROOM)
PANAH_UPLOAD_BYTES = envint("UPLOAD_MB", 2048, at_least=1, at_most=65_536) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FILES = 50

# --- on a timer -------------------------------------------------------------------------------------------------
PANAH_FIXITY_DAYS = envint("FIXITY_DAYS", 30, at_least=1, at_most=366)
PANAH_TIMESTAMP_PROXY = envstr("TIMESTAMP_PROXY")

# --- what is told to whom: no local variables, no content, no addresses of readers -------------------------------
ADMINS: list[tuple[str, str]] = []
MANAGERS: list[tuple[str, str]] = []
DEFAULT_EXCEPTION_REPORTER = "panah.web.base.reporting.PlaceReporter"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"place": {"()": "panah.web.base.reporting.PlaceFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "place"}},
    "root": {
        "handlers": ["stderr"],
        "level": envchoice("LOG_LEVEL", "WARNING", ("ERROR", "WARNING", "INFO")),
    },
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"level": "ERROR"},
        "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
        "django.security.DisallowedHost": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

_shared_middleware = [
    "django.middleware.security.SecurityMiddleware",
    "panah.web.base.middleware.HeadersMiddleware",
    "csp.middleware.CSPMiddleware",  # before the static files, which answer without asking what stands below
    "whitenoise.middleware.WhiteNoiseMiddleware",
]
