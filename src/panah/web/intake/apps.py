"""Registers this room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    """Label ``intake``; its tables begin with it."""

    name = "panah.web.intake"
    label = "intake"
    verbose_name = _("Intake")
