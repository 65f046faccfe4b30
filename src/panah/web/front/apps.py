"""Registers this room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FrontConfig(AppConfig):
    """Label ``front``; its tables begin with it."""

    name = "panah.web.front"
    label = "front"
    verbose_name = _("Front")
