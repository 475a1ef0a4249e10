"""The reading of the law that a mission was computed on is kept with it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("missions", "0002_facts_complete")]

    operations = [
        migrations.AddField(
            model_name="mission",
            name="reading",
            field=models.CharField(blank=True, default="", max_length=16, verbose_name="lecture du droit"),
        ),
    ]
