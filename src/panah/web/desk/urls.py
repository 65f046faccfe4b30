"""Addresses of the members' pages; every one asks for a sign-in first (``LoginRequiredMiddleware``)."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "desk"
urlpatterns = [
    path("", views.home, name="home"),
]
