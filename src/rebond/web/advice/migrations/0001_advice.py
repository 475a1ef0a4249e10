"""Advisers, what was promised and agreed, and the projects that ripened."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from rebond.web.advice.append_only import expose, protect


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('missions', '0008_descent'),
        ('projects', '0005_asked'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Accompaniment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True, verbose_name='retiré le')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='rang')),
                ('revision', models.PositiveIntegerField(default=1, editable=False, verbose_name='révision')),
                ('ref', models.CharField(max_length=64, verbose_name='référence')),
                ('adviser', models.CharField(max_length=64, verbose_name='conseil')),
                ('contact', models.CharField(blank=True, max_length=300, verbose_name='interlocuteur')),
                ('opened_on', models.DateField(null=True, verbose_name='ouvert le')),
                ('review_on', models.DateField(null=True, verbose_name='prochain point le')),
                ('outcome', models.CharField(choices=[('muri', 'Mûri'), ('abandonne', 'Abandonné'), ('autre_conseil', 'Passé à un autre conseil')], max_length=16, null=True, verbose_name='issue')),
                ('closed_on', models.DateField(null=True, verbose_name='clos le')),
                ('reason', models.TextField(blank=True, verbose_name='motif')),
                ('mission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='accompaniments', to='missions.mission', verbose_name='mission')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='accompaniments', to='projects.project', verbose_name='projet')),
            ],
            options={
                'verbose_name': 'accompagnement',
                'ordering': ('position',),
            },
        ),
        migrations.CreateModel(
            name='AdviceMeeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True, verbose_name='retiré le')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='rang')),
                ('ref', models.CharField(max_length=80, verbose_name='référence')),
                ('number', models.PositiveIntegerField(verbose_name='numéro')),
                ('on', models.DateField(null=True, verbose_name='le')),
                ('who', models.CharField(blank=True, max_length=300, verbose_name='présents')),
                ('agreed', models.TextField(blank=True, verbose_name='ce qui a été convenu')),
                ('next', models.TextField(blank=True, verbose_name='suite')),
                ('organisation', models.CharField(blank=True, max_length=64, verbose_name='noté pour')),
                ('by', models.CharField(blank=True, max_length=300, verbose_name='noté par')),
                ('accompaniment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='meetings', to='advice.accompaniment', verbose_name='accompagnement')),
            ],
            options={
                'verbose_name': 'rendez-vous de conseil',
                'verbose_name_plural': 'rendez-vous de conseil',
                'ordering': ('accompaniment_id', 'number'),
            },
        ),
        migrations.CreateModel(
            name='PromisedEvidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='rang')),
                ('criterion', models.CharField(max_length=60, verbose_name='critère')),
                ('level', models.PositiveSmallIntegerField(null=True, verbose_name='niveau promis')),
                ('by', models.CharField(choices=[('entreprise', 'l’entreprise'), ('conseil', 'le conseil'), ('mission', 'la mission')], max_length=12, verbose_name='par')),
                ('before', models.DateField(null=True, verbose_name='avant le')),
                ('accompaniment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='promises', to='advice.accompaniment', verbose_name='accompagnement')),
            ],
            options={
                'verbose_name': 'preuve promise',
                'verbose_name_plural': 'preuves promises',
                'ordering': ('position',),
            },
        ),
        migrations.CreateModel(
            name='Ripening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ripe', models.BooleanField(verbose_name='mûr')),
                ('at', models.DateTimeField(verbose_name='constaté le')),
                ('study_number', models.PositiveIntegerField(verbose_name='numéro de l’étude')),
                ('after', models.PositiveIntegerField(verbose_name='depuis la ligne du journal')),
                ('until', models.PositiveIntegerField(verbose_name='jusqu’à la ligne du journal')),
                ('seen_at', models.DateTimeField(null=True, verbose_name='lu le')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ripenings', to='projects.project', verbose_name='projet')),
                ('seen_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='lu par')),
            ],
            options={
                'verbose_name': 'changement de maturité',
                'verbose_name_plural': 'changements de maturité',
                'ordering': ('-at', '-pk'),
            },
        ),
        migrations.AddConstraint(
            model_name='accompaniment',
            constraint=models.UniqueConstraint(fields=('mission', 'ref'), name='one_accompaniment_per_ref', violation_error_message='Un accompagnement porte déjà cette référence.'),
        ),
        migrations.AddConstraint(
            model_name='advicemeeting',
            constraint=models.UniqueConstraint(fields=('accompaniment', 'ref'), name='one_meeting_per_number', violation_error_message='Un rendez-vous de cet accompagnement porte déjà ce numéro.'),
        ),
        migrations.RunPython(protect, expose),
    ]
