"""What the engine finds leaves the tables of facts: it belongs to a study."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0002_proposed_not_retained"),
    ]

    operations = [
        migrations.DeleteModel(
            name="Referral",
        ),
    ]
