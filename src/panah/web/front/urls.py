"""Addresses of the public pages."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "front"
urlpatterns = [
    path("", views.home, name="home"),
    path("method/", views.method, name="method"),
    path("releases/<str:release_id>/", views.release, name="release"),
    path("releases/<str:release_id>/<str:name>", views.release_file, name="release_file"),
]
