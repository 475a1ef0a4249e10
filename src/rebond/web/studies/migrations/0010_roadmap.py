"""What a study says of an adopted action, and of whom each proposal answers."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('studies', '0009_needs'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='action',
            options={'ordering': ('position',), 'verbose_name': 'action proposée', 'verbose_name_plural': 'actions proposées'},
        ),
        migrations.AddField(
            model_name='action',
            name='from_what',
            field=models.TextField(blank=True, verbose_name='pour qui, à partir de quoi'),
        ),
        migrations.AddField(
            model_name='action',
            name='owner',
            field=models.CharField(blank=True, max_length=64, verbose_name='code du pilote'),
        ),
        migrations.AddField(
            model_name='action',
            name='partner_codes',
            field=models.JSONField(default=list, verbose_name='codes des partenaires'),
        ),
        migrations.CreateModel(
            name='ActionFollowed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action_ref', models.CharField(max_length=64, verbose_name='action')),
                ('from_what', models.TextField(blank=True, verbose_name='pour qui, à partir de quoi')),
                ('added', models.JSONField(default=list, verbose_name='besoins à rattacher')),
                ('gone', models.JSONField(default=list, verbose_name='besoins disparus')),
                ('lost_projects', models.JSONField(default=list, verbose_name='projets retirés')),
                ('study', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='studies.study', verbose_name='étude')),
            ],
            options={
                'verbose_name': 'action suivie',
                'verbose_name_plural': 'actions suivies',
                'ordering': ('action_ref',),
            },
        ),
    ]
