"""What is written about a referral, never changed; where letters go for who has no account."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from rebond.web.referrals.append_only import expose_messages, protect_messages


class Migration(migrations.Migration):

    dependencies = [
        ('missions', '0008_descent'),
        ('referrals', '0004_referrals_sent'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('withdrawn_at', models.DateTimeField(editable=False, null=True, verbose_name='retiré le')),
                ('audience', models.CharField(choices=[('partagee', 'L’organisation et la mission'), ('mission', 'La mission seule'), ('organisation', 'L’organisation seule')], max_length=12, verbose_name='lu par')),
                ('text', models.TextField(verbose_name='message')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='écrit le')),
                ('by_name', models.CharField(max_length=300, verbose_name='nom')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='écrit par')),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='referrals.sentreferral', verbose_name='orientation')),
            ],
            options={
                'verbose_name': 'message d’une orientation',
                'verbose_name_plural': 'messages des orientations',
                'ordering': ('at', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='DeskAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('organisation', models.CharField(max_length=64, verbose_name='organisation (clé au catalogue)')),
                ('email', models.EmailField(max_length=254, verbose_name='adresse')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='depuis le')),
                ('by_name', models.CharField(max_length=300, verbose_name='notée par')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='jusqu’au')),
                ('mission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='desk_addresses', to='missions.mission', verbose_name='mission')),
            ],
            options={
                'verbose_name': 'adresse d’une organisation',
                'verbose_name_plural': 'adresses des organisations',
                'ordering': ('organisation', 'email'),
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('mission', 'organisation', 'email'), name='one_desk_address')],
            },
        ),
        migrations.RunPython(protect_messages, expose_messages),
    ]
