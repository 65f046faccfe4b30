"""Registers this room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    """Label ``desk``; its tables begin with it."""

    name = "panah.web.desk"
    label = "desk"
    verbose_name = _("Desk")
