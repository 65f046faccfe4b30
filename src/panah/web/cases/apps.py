"""Registers this room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    """Label ``cases``; its tables begin with it."""

    name = "panah.web.cases"
    label = "cases"
    verbose_name = _("Cases")
