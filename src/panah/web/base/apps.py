"""Registers this room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BaseConfig(AppConfig):
    """Label ``base``; its tables begin with it."""

    name = "panah.web.base"
    label = "base"
    verbose_name = _("Ground")
