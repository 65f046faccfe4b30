"""Purposes of a consent in words of the reader's language."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from panah.model.person import Purpose

LABELS: Final = {
    Purpose.KEEP: _("keep"),
    Purpose.LAWYER: _("a lawyer"),
    Purpose.POLICE: _("the police"),
    Purpose.UN: _("the United Nations"),
    Purpose.SANCTIONS: _("a sanctions body"),
    Purpose.PRESS: _("the press"),
    Purpose.COUNT: _("count"),
    Purpose.PUBLISH: _("publish"),
}
RECEIVERS: Final = (
    Purpose.LAWYER,
    Purpose.POLICE,
    Purpose.UN,
    Purpose.SANCTIONS,
    Purpose.PRESS,
    Purpose.PUBLISH,
)
"""Those to whom something can be given."""


def purpose_label(value: str) -> str:
    """A purpose's label; the value itself when it is none of ours."""
    try:
        return str(LABELS[Purpose(value)])
    except ValueError:
        return value


def receivers() -> list[tuple[str, str]]:
    """Value and label of every receiver."""
    return [(each.value, str(LABELS[each])) for each in RECEIVERS]
