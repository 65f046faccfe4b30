"""What says that something was deleted refuses UPDATE and DELETE."""

from django.db import migrations

from panah.web.cases.append_only import append_only


class Migration(migrations.Migration):
    dependencies = (("evidence", "0006_tombstones"),)
    operations = (append_only("evidence_tombstone"),)
