"""Registers this room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ListsConfig(AppConfig):
    """Label ``lists``; its tables begin with it."""

    name = "panah.web.lists"
    label = "lists"
    verbose_name = _("Lists")

    def ready(self) -> None:
        """Incidents that are deleted leave their lists."""
        from . import forgetting

        forgetting.follow_deletions()
