"""What the engine finds leaves the tables of facts: it belongs to a study."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("restitution", "0002_brief_figures"),
    ]

    operations = [
        migrations.DeleteModel(
            name="IndicatorRow",
        ),
        migrations.DeleteModel(
            name="Indicator",
        ),
        migrations.DeleteModel(
            name="Figure",
        ),
        migrations.DeleteModel(
            name="Document",
        ),
    ]
