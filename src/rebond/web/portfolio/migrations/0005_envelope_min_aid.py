"""The least that a project gets of the envelope: a setting of the call."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portfolio", "0004_results_leave"),
    ]

    operations = [
        migrations.AddField(
            model_name="envelope",
            name="min_aid",
            field=models.DecimalField(
                decimal_places=2, max_digits=16, null=True, verbose_name="aide minimale (€)"
            ),
        ),
    ]
