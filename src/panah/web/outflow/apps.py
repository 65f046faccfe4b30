"""Registers this room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutflowConfig(AppConfig):
    """Label ``outflow``; its tables begin with it."""

    name = "panah.web.outflow"
    label = "outflow"
    verbose_name = _("Outflow")
