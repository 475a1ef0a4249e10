"""Files of what was sent to an organisation."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('files', '0001_attachments'),
    ]

    operations = [
        migrations.AlterField(
            model_name='attachment',
            name='owner',
            field=models.CharField(choices=[('entreprise', 'Entreprise'), ('projet', 'Projet'), ('envoi', 'Orientation envoyée')], max_length=10, verbose_name='fiche'),
        ),
    ]
