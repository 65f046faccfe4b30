"""Addresses of the public pages."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "front"
urlpatterns = [
    path("", views.home, name="home"),
]
