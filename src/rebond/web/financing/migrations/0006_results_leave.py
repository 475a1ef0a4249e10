"""What the engine finds leaves the tables of facts: it belongs to a study."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("financing", "0005_frozen_simulations"),
    ]

    operations = [
        migrations.DeleteModel(
            name="PlanLine",
        ),
        migrations.DeleteModel(
            name="Plan",
        ),
        migrations.DeleteModel(
            name="Verdict",
        ),
        migrations.DeleteModel(
            name="MissionSource",
        ),
    ]
