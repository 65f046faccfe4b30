"""Registers this room with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    """Label ``intake``; its tables begin with it."""

    name = "panah.web.intake"
    label = "intake"
    verbose_name = _("Intake")

    def ready(self) -> None:
        """A reporter keeps the key of the own thread when the case's key changes; what quotes a deleted file goes.

        Nothing is deleted through the public door, which must not so much as load what opens a case.
        """
        from django.conf import settings

        from panah.web.cases.holders import add_holder

        from .threads import renew_key

        add_holder(renew_key, "intake_threadkey")
        if settings.PANAH_DOOR != "front":
            from . import forgetting

            forgetting.follow_deletions()
