"""What the engine finds leaves the tables of facts: it belongs to a study."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("portfolio", "0003_facts_complete"),
    ]

    operations = [
        migrations.DeleteModel(
            name="CriterionScore",
        ),
        migrations.DeleteModel(
            name="CallDecision",
        ),
        migrations.RemoveField(
            model_name="envelope",
            name="amount",
        ),
        migrations.RemoveField(
            model_name="envelope",
            name="spent",
        ),
    ]
