"""Addresses of the public door; each page has its language in its path."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from panah.web.base import preferences

urlpatterns = [
    *i18n_patterns(path("", include("panah.web.front.urls")), prefix_default_language=False),
    path("preferences/theme/", preferences.theme, name="choose_theme"),
]

handler400 = "panah.web.base.errors.bad_request"
handler403 = "panah.web.base.errors.permission_denied"
handler404 = "panah.web.base.errors.page_not_found"
handler500 = "panah.web.base.errors.server_error"
