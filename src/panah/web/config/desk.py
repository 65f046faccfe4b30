"""The members' door: every room, sign-in before every page.

=========================  =========  ==========================================================================
name                       default    meaning
=========================  =========  ==========================================================================
PANAH_MAIL_HOST            empty      a mailbox (IMAP) whose messages become reports; empty: none
PANAH_MAIL_PORT            993
PANAH_MAIL_USER            empty
PANAH_MAIL_PASSWORD        empty      or PANAH_MAIL_PASSWORD_FILE
PANAH_MAIL_FOLDER          INBOX
PANAH_MAIL_TLS             true       false for a mailbox on this machine only
PANAH_MAIL_AFTER           delete     ``delete`` from the mailbox once sealed, or ``keep`` and mark as read
PANAH_MAIL_MB              50         larger messages stay in the mailbox
PANAH_MAIL_MINUTES         5          how often it is looked into
PANAH_MAIL_KEYS            false      true looks up the keys of signed messages: who signs with a domain of their own
                                      sees from where this server asks; behind an onion service leave it false
PANAH_MAIL_OWN_SERVER      empty      the name in Authentication-Results of your own mail server, when it removes
                                      lines of that name which others wrote; empty: none is believed
=========================  =========  ==========================================================================
"""

from __future__ import annotations

from datetime import timedelta

from panah.web.config.environment import envbool, envchoice, envint, envsecret, envstr
from panah.web.config.rules import DESK
from panah.web.config.settings import *  # noqa: F403
from panah.web.config.settings import COOKIE_PREFIX, HTTPS, PANAH_DATA, SHARED_APPS, _shared_middleware

PANAH_DOOR = "desk"
ROOT_URLCONF = "panah.web.config.desk_urls"
WSGI_APPLICATION = "panah.web.config.desk_wsgi.application"
PANAH_RULES = DESK
INSTALLED_APPS = [
    *SHARED_APPS,
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "panah.web.register",
    "panah.web.lists",
    "panah.web.outflow",
    "panah.web.desk",
    "panah.web.front",
]
MIDDLEWARE = [
    *_shared_middleware,
    "django.contrib.sessions.middleware.SessionMiddleware",
    "panah.web.base.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "panah.web.accounts.middleware.MemberKeysMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "panah.web.base.rules.RulesMiddleware",
    "panah.web.accounts.middleware.FirstPasswordMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

# --- sessions: sealed under the cookie, short, gone at sign-out ---------------------------------------------------
SESSION_ENGINE = "panah.web.accounts.sessions"
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}panah_desk"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
PANAH_SESSION_IDLE = timedelta(minutes=envint("IDLE_MINUTES", 15, at_least=1, at_most=120))
PANAH_SESSION_ABSOLUTE = timedelta(hours=envint("SESSION_HOURS", 8, at_least=1, at_most=24))

# --- sign-in ----------------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["panah.web.accounts.backends.MemberBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in/"
ACCOUNT_ADAPTER = "panah.web.accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {"login": "panah.web.accounts.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = None  # the address is sealed: allauth must neither read, index nor lower it
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
MFA_ADAPTER = "panah.web.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = False  # a passkey alone does not unwrap the member's keys; the password does
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TRUST_ENABLED = False
MFA_TOTP_ISSUER = "Panah"
MFA_RECOVERY_CODE_COUNT = 10

# --- long work ----------------------------------------------------------------------------------------------------
PANAH_JOBS_FILE = PANAH_DATA / "jobs.sqlite3"

# --- mail-in: PANAH_MAIL_HOST turns it on -------------------------------------------------------------------------
PANAH_MAIL = (
    {
        "host": envstr("MAIL_HOST"),
        "port": envint("MAIL_PORT", 993, at_least=1, at_most=65_535),
        "user": envstr("MAIL_USER"),
        "password": envsecret("MAIL_PASSWORD") or "",
        "folder": envstr("MAIL_FOLDER", "INBOX"),
        "tls": envbool("MAIL_TLS", default=True),
        "after": envchoice("MAIL_AFTER", "delete", ("delete", "keep")),
        "largest_bytes": envint("MAIL_MB", 50, at_least=1, at_most=500) * 1024 * 1024,
        "every_minutes": envint("MAIL_MINUTES", 5, at_least=1, at_most=1440),
        "look_up_keys": envbool("MAIL_KEYS", default=False),
        "own_server": envstr("MAIL_OWN_SERVER"),
    }
    if envstr("MAIL_HOST")
    else None
)
"""Fields of ``web.intake.mail_in.MailSettings``."""
