import panah.web.base.fields
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('outflow', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='outflow',
            name='copy_sealed',
            field=panah.web.base.fields.InstallationSealedTextField(default=b''),
        ),
    ]
