"""What the engine finds leaves the tables of facts: it belongs to a study."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("interviews", "0002_facts_complete"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="need",
            name="axis_label",
        ),
    ]
