"""Nothing of a frozen sitting is deleted nor moved, and no decision that was withdrawn comes back after it."""

import django.db.models.deletion
from django.db import migrations, models

from rebond.web.committee.triggers import expose, protect


def _of_sitting(related: str) -> models.ForeignKey:
    return models.ForeignKey(
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name=related,
        to="committee.sitting",
        verbose_name="séance",
    )


class Migration(migrations.Migration):
    dependencies = [("committee", "0003_committee_sessions")]

    operations = [
        migrations.RunPython(expose, protect),
        migrations.AlterField("attendance", "sitting", _of_sitting("attendance")),
        migrations.AlterField("agendapoint", "sitting", _of_sitting("points")),
        migrations.RunPython(protect, expose),
    ]
