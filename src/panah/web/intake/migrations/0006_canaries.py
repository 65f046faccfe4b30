import panah.model.base
import panah.web.base.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0005_mappings'),
    ]

    operations = [
        migrations.CreateModel(
            name='Canary',
            fields=[
                ('id', models.CharField(default=panah.model.base.new_id, editable=False, max_length=32, primary_key=True, serialize=False)),
                ('planted', panah.web.base.fields.InstallationSealedTextField(default=b'')),
            ],
            options={
                'abstract': False,
            },
        ),
    ]
