"""An aid already obtained may be of an amount that is not known, banded, or partly recovered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("firms", "0003_aid_declared_and_unknown_account")]

    operations = [
        migrations.AlterField(
            model_name="aidobtained",
            name="amount",
            field=models.DecimalField(
                decimal_places=2, max_digits=16, null=True, verbose_name="équivalent-subvention brut (€)"
            ),
        ),
        migrations.AddField(
            model_name="aidobtained",
            name="amount_words",
            field=models.CharField(blank=True, default="", max_length=120, verbose_name="montant en clair"),
            preserve_default=False,
        ),
    ]
