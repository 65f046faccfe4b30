"""Digests of the sealed files."""

import panah.web.cases.models
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("evidence", "0004_tree_state_only_grows"),)
    operations = (
        migrations.CreateModel(
            name="Fixity",
            fields=(
                ("blob", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("sha256", models.CharField(default="", max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[("sound", "as it was"), ("altered", "altered"), ("missing", "missing")],
                        default="sound",
                        max_length=16,
                    ),
                ),
                ("checked_hour", models.DateTimeField(default=panah.web.cases.models.this_hour)),
            ),
        ),
    )
