"""The custody log and its checkpoints refuse UPDATE and DELETE."""

from django.db import migrations

from panah.web.cases.append_only import append_only


class Migration(migrations.Migration):
    dependencies = (("evidence", "0001_initial"),)
    operations = (append_only("evidence_custodyentry"), append_only("evidence_checkpoint"))
