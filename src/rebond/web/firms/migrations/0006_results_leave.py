"""What the engine finds leaves the tables of facts: it belongs to a study."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("firms", "0005_facts_complete"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="aidobtained",
            name="amount_words",
        ),
        migrations.RemoveField(
            model_name="aidobtained",
            name="counts_de_minimis",
        ),
        migrations.RemoveField(
            model_name="aidobtained",
            name="regime_label",
        ),
        migrations.RemoveField(
            model_name="firm",
            name="de_minimis_at_most",
        ),
        migrations.RemoveField(
            model_name="firm",
            name="de_minimis_ceiling",
        ),
        migrations.RemoveField(
            model_name="firm",
            name="de_minimis_note",
        ),
        migrations.RemoveField(
            model_name="firm",
            name="de_minimis_opens_on",
        ),
        migrations.RemoveField(
            model_name="firm",
            name="de_minimis_room",
        ),
        migrations.RemoveField(
            model_name="firm",
            name="de_minimis_used",
        ),
        migrations.RemoveField(
            model_name="firm",
            name="de_minimis_years",
        ),
        migrations.RemoveField(
            model_name="firm",
            name="is_sme",
        ),
        migrations.RemoveField(
            model_name="firm",
            name="known",
        ),
        migrations.RemoveField(
            model_name="firm",
            name="known_by",
        ),
        migrations.RemoveField(
            model_name="firm",
            name="size",
        ),
        migrations.RemoveField(
            model_name="firm",
            name="size_missing",
        ),
        migrations.RemoveField(
            model_name="firm",
            name="size_range",
        ),
        migrations.RemoveField(
            model_name="firm",
            name="size_steps",
        ),
        migrations.RemoveField(
            model_name="firm",
            name="size_unverified",
        ),
    ]
