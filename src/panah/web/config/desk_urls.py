"""Addresses of the members' door."""

from __future__ import annotations

from django.urls import include, path

from panah.web.base import preferences

urlpatterns = [
    path("", include("panah.web.desk.urls")),
    path("", include("panah.web.accounts.urls")),
    path("preferences/theme/", preferences.theme, name="choose_theme"),
    path("preferences/language/", preferences.language, name="choose_language"),
]

handler400 = "panah.web.base.errors.bad_request"
handler403 = "panah.web.base.errors.permission_denied"
handler404 = "panah.web.base.errors.page_not_found"
handler500 = "panah.web.base.errors.server_error"
