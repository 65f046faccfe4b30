"""The case key of a thread, as it is sealed to the reporter, moves into a table of its own."""

import django.db.models.deletion
import panah.web.base.fields
from django.db import migrations, models


def move(apps, _editor):
    """Every thread that was not erased has one."""
    keys = apps.get_model("intake", "ThreadKey").objects
    for thread in apps.get_model("intake", "Thread").objects.exclude(box_public=b""):
        keys.create(thread=thread, sealed_key=bytes(thread.sealed_key))


class Migration(migrations.Migration):
    dependencies = (("intake", "0006_canaries"),)
    operations = (
        migrations.CreateModel(
            name="ThreadKey",
            fields=(
                (
                    "thread",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="key",
                        serialize=False,
                        to="intake.thread",
                    ),
                ),
                ("sealed_key", panah.web.base.fields.SealedField()),
            ),
        ),
        migrations.RunPython(move, migrations.RunPython.noop),
    )
