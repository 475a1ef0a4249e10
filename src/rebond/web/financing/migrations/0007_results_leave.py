"""What the engine finds leaves the tables of facts: it belongs to a study."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("financing", "0006_no_mission_source"),
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
    ]
