"""What the engine finds leaves the tables of facts: it belongs to a study."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("missions", "0003_mission_reading"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="mission",
            name="alerts",
        ),
        migrations.RemoveField(
            model_name="mission",
            name="catalogue_version",
        ),
        migrations.RemoveField(
            model_name="mission",
            name="computed_at",
        ),
        migrations.RemoveField(
            model_name="mission",
            name="engine_version",
        ),
        migrations.RemoveField(
            model_name="mission",
            name="examined_on",
        ),
        migrations.RemoveField(
            model_name="mission",
            name="reading",
        ),
    ]
