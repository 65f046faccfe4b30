"""The log of cases refuses UPDATE and DELETE."""

from django.db import migrations

from panah.web.cases.append_only import append_only


class Migration(migrations.Migration):
    dependencies = (("cases", "0001_initial"),)
    operations = (append_only("cases_caselog"),)
