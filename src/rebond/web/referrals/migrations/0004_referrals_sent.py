"""What was sent to organisations, and what became of it: steps are added, never changed."""

import django.db.models.deletion
from django.db import migrations, models

from rebond.web.referrals.append_only import expose, protect


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('projects', '0005_asked'),
        ('referrals', '0003_results_leave'),
    ]

    operations = [
        migrations.CreateModel(
            name='SentReferral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True, verbose_name='retiré le')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='rang')),
                ('ref', models.CharField(max_length=64, verbose_name='référence')),
                ('organisation', models.CharField(db_index=True, max_length=64, verbose_name='organisation (clé au catalogue)')),
                ('dispositifs', models.JSONField(blank=True, default=list, verbose_name='dispositifs')),
                ('asked', models.DecimalField(decimal_places=2, max_digits=16, null=True, verbose_name='montant demandé (€)')),
                ('why', models.TextField(blank=True, verbose_name='pourquoi elle')),
                ('expected', models.TextField(blank=True, verbose_name='ce qui est attendu')),
                ('sent_on', models.DateField(null=True, verbose_name='envoyée le')),
                ('answer_by', models.DateField(null=True, verbose_name='réponse attendue avant le')),
                ('sent_by', models.CharField(blank=True, max_length=300, verbose_name='envoyée par')),
                ('words', models.TextField(blank=True, verbose_name='message de la mission')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sent_referrals', to='projects.project', verbose_name='projet')),
            ],
            options={
                'verbose_name': 'orientation envoyée',
                'verbose_name_plural': 'orientations envoyées',
                'ordering': ('position', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='ReferralStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True, verbose_name='retiré le')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='rang')),
                ('ref', models.CharField(max_length=80, verbose_name='référence')),
                ('number', models.PositiveIntegerField(verbose_name='numéro')),
                ('state', models.CharField(choices=[('envoyee', 'Envoyée'), ('prise_en_charge', 'Prise en charge'), ('precisions', 'Précisions demandées'), ('deposee', 'Demande déposée'), ('accordee', 'Accordée'), ('refusee', 'Refusée'), ('pas_pour_nous', 'Pas pour nous'), ('close', 'Close')], max_length=20, verbose_name='état')),
                ('on', models.DateField(null=True, verbose_name='le')),
                ('dispositif', models.CharField(blank=True, max_length=150, verbose_name='dispositif')),
                ('asked', models.DecimalField(decimal_places=2, max_digits=16, null=True, verbose_name='montant demandé (€)')),
                ('granted', models.DecimalField(decimal_places=2, max_digits=16, null=True, verbose_name='montant accordé (€)')),
                ('paid', models.DecimalField(decimal_places=2, max_digits=16, null=True, verbose_name='montant versé à ce jour (€)')),
                ('jobs', models.PositiveIntegerField(null=True, verbose_name='emplois créés à ce jour')),
                ('by', models.CharField(blank=True, max_length=300, verbose_name='dite par')),
                ('reason', models.TextField(blank=True, verbose_name='motif')),
                ('answer_by', models.DateField(null=True, verbose_name='réponse attendue avant le')),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='referrals.sentreferral', verbose_name='orientation')),
            ],
            options={
                'verbose_name': 'suite d’une orientation',
                'verbose_name_plural': 'suites des orientations',
                'ordering': ('referral_id', 'number'),
            },
        ),
        migrations.AddConstraint(
            model_name='sentreferral',
            constraint=models.UniqueConstraint(fields=('project', 'ref'), name='one_referral_per_ref', violation_error_message='Cette référence d’orientation est déjà prise dans le projet.'),
        ),
        migrations.AddConstraint(
            model_name='referralstep',
            constraint=models.UniqueConstraint(fields=('referral', 'ref'), name='one_step_per_number', violation_error_message='Une étape de cette orientation porte déjà ce numéro.'),
        ),
        migrations.RunPython(protect, expose),
    ]
