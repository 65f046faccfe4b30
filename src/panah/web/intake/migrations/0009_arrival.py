"""Which report came before which: the number of the custody line that says so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("intake", "0008_thread_keys_moved"),)
    operations = (
        migrations.AlterModelOptions(name="report", options={"ordering": ("-received_week", "-arrival", "id")}),
        migrations.AddField(model_name="report", name="arrival", field=models.PositiveBigIntegerField(default=0)),
    )
