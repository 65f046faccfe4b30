"""Registers this room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvidenceConfig(AppConfig):
    """Label ``evidence``; its tables begin with it."""

    name = "panah.web.evidence"
    label = "evidence"
    verbose_name = _("Evidence")

    def ready(self) -> None:
        """Let the custody log repeat what the cases log."""
        from . import custody

        custody.follow_cases()
