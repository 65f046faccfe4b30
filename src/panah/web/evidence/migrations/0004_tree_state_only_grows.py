"""What the tree was at each checkpoint refuses UPDATE and DELETE."""

from django.db import migrations

from panah.web.cases.append_only import append_only


class Migration(migrations.Migration):
    dependencies = (("evidence", "0003_renewal_and_tree_state"),)
    operations = (append_only("evidence_treestate"),)
