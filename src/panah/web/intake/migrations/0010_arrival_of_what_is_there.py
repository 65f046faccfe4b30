"""The order of the reports that are there, out of the custody log, which has always told it."""

import hashlib
import json

from django.db import migrations


def number(apps, _schema_editor):
    """The first line that says of a report that it was received."""
    first = {}
    for seq, line in apps.get_model("evidence", "CustodyEntry").objects.order_by("seq").values_list("seq", "line").iterator():
        if '"received"' in line:
            first.setdefault(json.loads(line).get("item"), seq)
    reports = apps.get_model("intake", "Report").objects
    for report_id in list(reports.values_list("pk", flat=True)):
        name = hashlib.sha256(f"panah/row/v1\nintake_report\n{report_id}\n".encode()).hexdigest()
        reports.filter(pk=report_id).update(arrival=first.get(name, 0))


class Migration(migrations.Migration):
    dependencies = (("intake", "0009_arrival"), ("evidence", "0008_working_copies"))
    operations = (migrations.RunPython(number, migrations.RunPython.noop),)
