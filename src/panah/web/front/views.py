"""The first public page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    """What this is, and what has been published."""
    return render(request, "front/home.html")
