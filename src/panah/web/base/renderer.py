"""How forms look: label, control, help, error, each tied to the other for screen readers."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Our templates for ``{{ form }}`` and ``{{ field.as_field_group }}``."""

    form_template_name = "panah/form.html"
    field_template_name = "panah/field.html"
