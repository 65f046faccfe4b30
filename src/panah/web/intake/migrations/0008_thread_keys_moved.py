"""The column that the keys came from; a migration of its own, since PostgreSQL alters no table with rows in flight."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = (("intake", "0007_thread_keys"),)
    operations = (migrations.RemoveField(model_name="thread", name="sealed_key"),)
