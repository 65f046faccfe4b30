"""The ledger of newest values refuses UPDATE and DELETE."""

from django.db import migrations

from panah.web.cases.append_only import append_only


class Migration(migrations.Migration):
    dependencies = (("cases", "0008_revisions"),)
    operations = (append_only("cases_rowrevision"),)
