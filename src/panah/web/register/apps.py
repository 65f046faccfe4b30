"""Registers this room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegisterConfig(AppConfig):
    """Label ``register``; its tables begin with it."""

    name = "panah.web.register"
    label = "register"
    verbose_name = _("Register")

    def ready(self) -> None:
        """What rests on a deleted thing goes with it."""
        from . import forgetting

        forgetting.follow_deletions()
