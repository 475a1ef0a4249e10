"""Marks by assessor and their recusals: rows are added, never changed."""

import django.db.models.deletion
from django.db import migrations, models

from rebond.web.portfolio.append_only import expose, protect


class Migration(migrations.Migration):

    dependencies = [
        ('firms', '0007_asked'),
        ('portfolio', '0005_envelope_min_aid'),
        ('projects', '0005_asked'),
    ]

    operations = [
        migrations.CreateModel(
            name='Mark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True, verbose_name='retiré le')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='rang')),
                ('ref', models.CharField(max_length=200, verbose_name='référence')),
                ('criterion', models.CharField(max_length=60, verbose_name='critère')),
                ('assessor', models.CharField(max_length=100, verbose_name='évaluateur')),
                ('who', models.CharField(db_index=True, editable=False, max_length=100, verbose_name='évaluateur, sans casse')),
                ('number', models.PositiveIntegerField(verbose_name='numéro')),
                ('score', models.PositiveSmallIntegerField(null=True, verbose_name='note sur 5')),
                ('reason', models.TextField(verbose_name='motif')),
                ('on', models.DateField(null=True, verbose_name='le')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='projects.project', verbose_name='projet')),
            ],
            options={
                'verbose_name': 'note d’un évaluateur',
                'verbose_name_plural': 'notes des évaluateurs',
                'ordering': ('project_id', 'criterion', 'who', 'number'),
                'constraints': [models.UniqueConstraint(fields=('project', 'ref'), name='one_mark_per_number', violation_error_message='Une note de cet évaluateur sur ce critère porte déjà ce numéro.')],
            },
        ),
        migrations.CreateModel(
            name='Recusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True, verbose_name='retiré le')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='rang')),
                ('ref', models.CharField(max_length=200, verbose_name='référence')),
                ('assessor', models.CharField(max_length=100, verbose_name='évaluateur')),
                ('who', models.CharField(db_index=True, editable=False, max_length=100, verbose_name='évaluateur, sans casse')),
                ('number', models.PositiveIntegerField(verbose_name='numéro')),
                ('aside', models.BooleanField(verbose_name='se déporte')),
                ('reason', models.TextField(verbose_name='motif')),
                ('by', models.CharField(max_length=300, verbose_name='déclaré par')),
                ('on', models.DateField(null=True, verbose_name='le')),
                ('firm', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recusals', to='firms.firm', verbose_name='entreprise')),
            ],
            options={
                'verbose_name': 'déport d’un évaluateur',
                'verbose_name_plural': 'déports des évaluateurs',
                'ordering': ('firm_id', 'who', 'number'),
                'constraints': [models.UniqueConstraint(fields=('firm', 'ref'), name='one_recusal_per_number', violation_error_message='Une déclaration de cet évaluateur porte déjà ce numéro.')],
            },
        ),
        migrations.RunPython(protect, expose),
    ]
