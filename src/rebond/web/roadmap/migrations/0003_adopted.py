"""Actions adopted or set aside, and their progress: rows of progress are added, never changed."""

import django.db.models.deletion
from django.db import migrations, models

from rebond.web.roadmap.append_only import expose, protect


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('missions', '0008_descent'),
        ('roadmap', '0002_results_leave'),
    ]

    operations = [
        migrations.CreateModel(
            name='RoadmapAction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True, verbose_name='retiré le')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='rang')),
                ('ref', models.CharField(max_length=64, verbose_name='référence')),
                ('proposal', models.CharField(blank=True, max_length=64, verbose_name='proposition d’origine')),
                ('axis', models.CharField(max_length=40, verbose_name='axe')),
                ('title', models.CharField(max_length=300, verbose_name='intitulé')),
                ('why', models.TextField(blank=True, verbose_name='pourquoi')),
                ('owner', models.CharField(blank=True, max_length=150, verbose_name='pilote')),
                ('owner_person', models.CharField(blank=True, max_length=150, verbose_name='personne qui en répond')),
                ('partners', models.JSONField(blank=True, default=list, verbose_name='partenaires')),
                ('budget', models.DecimalField(decimal_places=2, max_digits=16, null=True, verbose_name='budget (€)')),
                ('paid_by', models.JSONField(blank=True, default=list, verbose_name='qui paie')),
                ('starts_on', models.DateField(null=True, verbose_name='début')),
                ('ends_on', models.DateField(null=True, verbose_name='fin')),
                ('status', models.CharField(choices=[('a_lancer', 'À lancer'), ('en_cours', 'En cours'), ('achevee', 'Achevée'), ('abandonnee', 'Abandonnée'), ('ecartee', 'Écartée')], max_length=10, verbose_name='état')),
                ('status_reason', models.TextField(blank=True, verbose_name='motif de l’état')),
                ('priority', models.CharField(choices=[('haute', 'Haute'), ('normale', 'Normale'), ('basse', 'Basse')], max_length=10, null=True, verbose_name='priorité')),
                ('indicator', models.CharField(blank=True, max_length=200, verbose_name='indicateur')),
                ('unit', models.CharField(blank=True, max_length=40, verbose_name='unité')),
                ('baseline', models.DecimalField(decimal_places=9, max_digits=24, null=True, verbose_name='valeur de départ')),
                ('target', models.DecimalField(decimal_places=9, max_digits=24, null=True, verbose_name='cible')),
                ('target_on', models.DateField(null=True, verbose_name='date de la cible')),
                ('needs', models.JSONField(blank=True, default=list, verbose_name='besoins')),
                ('projects', models.JSONField(blank=True, default=list, verbose_name='projets')),
                ('adopted_on', models.DateField(null=True, verbose_name='adoptée ou écartée le')),
                ('adopted_by', models.CharField(blank=True, max_length=300, verbose_name='par qui')),
                ('mission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='roadmap_actions', to='missions.mission', verbose_name='mission')),
            ],
            options={
                'verbose_name': 'action de la feuille de route',
                'verbose_name_plural': 'actions de la feuille de route',
                'ordering': ('position',),
            },
        ),
        migrations.CreateModel(
            name='ActionProgress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True, verbose_name='retiré le')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='rang')),
                ('number', models.PositiveIntegerField(verbose_name='numéro')),
                ('on', models.DateField(null=True, verbose_name='le')),
                ('value', models.DecimalField(decimal_places=9, max_digits=24, null=True, verbose_name='valeur de l’indicateur')),
                ('words', models.TextField(blank=True, verbose_name='ce qui est fait')),
                ('by', models.CharField(blank=True, max_length=300, verbose_name='dit par')),
                ('action', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='progress', to='roadmap.roadmapaction', verbose_name='action')),
            ],
            options={
                'verbose_name': 'avancement d’une action',
                'verbose_name_plural': 'avancements des actions',
                'ordering': ('action_id', 'number'),
            },
        ),
        migrations.AddConstraint(
            model_name='roadmapaction',
            constraint=models.UniqueConstraint(fields=('mission', 'ref'), name='one_roadmap_action_per_ref', violation_error_message='Une action porte déjà cet identifiant.'),
        ),
        migrations.AddConstraint(
            model_name='actionprogress',
            constraint=models.UniqueConstraint(fields=('action', 'number'), name='one_progress_per_number', violation_error_message='Un avancement de cette action porte déjà ce numéro.'),
        ),
        migrations.RunPython(protect, expose),
    ]
