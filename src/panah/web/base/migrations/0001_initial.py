"""When chores were done."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = ()
    operations = (
        migrations.CreateModel(
            name="ChoreRun",
            fields=(
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("tried_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("problem", models.TextField(blank=True, default="")),
            ),
        ),
    )
