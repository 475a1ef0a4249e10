"""An account may be unknown: what it leaves at most, and why. What was stored was taken as known."""

from django.db import migrations, models
from django.db.models import F


def keep_the_room_as_the_most(apps, schema_editor):
    """The room of the accounts already stored is also the most that they leave."""
    apps.get_model("firms", "Firm").objects.update(de_minimis_at_most=F("de_minimis_room"))


class Migration(migrations.Migration):
    dependencies = [("firms", "0002_initial")]

    operations = [
        migrations.AddField(
            model_name="firm",
            name="aid_declared",
            field=models.BooleanField(null=True, verbose_name="aides publiques déclarées"),
        ),
        migrations.AddField(
            model_name="firm",
            name="de_minimis_at_most",
            field=models.DecimalField(
                decimal_places=2, default=0, max_digits=16, verbose_name="de minimis disponible au plus (€)"
            ),
            preserve_default=False,
        ),
        migrations.RunPython(keep_the_room_as_the_most, migrations.RunPython.noop),
        migrations.AddField(
            model_name="firm",
            name="de_minimis_note",
            field=models.TextField(blank=True, default="", verbose_name="motif du compte inconnu"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="firm",
            name="de_minimis_opens_on",
            field=models.DateField(null=True, verbose_name="de la place se libère le"),
        ),
        migrations.AlterField(
            model_name="firm",
            name="de_minimis_room",
            field=models.DecimalField(
                decimal_places=2, max_digits=16, null=True, verbose_name="de minimis disponible (€)"
            ),
        ),
    ]
