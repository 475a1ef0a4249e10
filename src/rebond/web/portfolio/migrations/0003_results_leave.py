"""What the engine finds leaves the tables of facts: it belongs to a study."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("portfolio", "0002_committee_decisions"),
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
            name="spent",
        ),
    ]
