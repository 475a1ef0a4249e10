"""What the engine finds leaves the tables of facts: it belongs to a study."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0002_facts_complete"),
    ]

    operations = [
        migrations.DeleteModel(
            name="KnownLink",
        ),
        migrations.DeleteModel(
            name="MaturityCriterion",
        ),
        migrations.RemoveField(
            model_name="costline",
            name="aid",
        ),
        migrations.RemoveField(
            model_name="costline",
            name="ceiling",
        ),
        migrations.RemoveField(
            model_name="costline",
            name="nature_label",
        ),
        migrations.RemoveField(
            model_name="partnerentry",
            name="partner_name",
        ),
        migrations.RemoveField(
            model_name="project",
            name="cost",
        ),
        migrations.RemoveField(
            model_name="project",
            name="kind_label",
        ),
        migrations.RemoveField(
            model_name="project",
            name="known",
        ),
        migrations.RemoveField(
            model_name="project",
            name="known_by",
        ),
        migrations.RemoveField(
            model_name="project",
            name="maturity",
        ),
        migrations.RemoveField(
            model_name="project",
            name="maturity_derived_label",
        ),
        migrations.RemoveField(
            model_name="project",
            name="maturity_label",
        ),
        migrations.RemoveField(
            model_name="project",
            name="maturity_mean",
        ),
        migrations.RemoveField(
            model_name="project",
            name="maturity_reason",
        ),
        migrations.RemoveField(
            model_name="project",
            name="maturity_remarks",
        ),
        migrations.RemoveField(
            model_name="project",
            name="maybe_known_by",
        ),
        migrations.RemoveField(
            model_name="project",
            name="need",
        ),
        migrations.RemoveField(
            model_name="project",
            name="ripe",
        ),
        migrations.RemoveField(
            model_name="project",
            name="zones",
        ),
    ]
