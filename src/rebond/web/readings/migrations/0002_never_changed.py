"""From now on rows of the readings are added and, when they are too old, deleted; never changed."""

from django.db import migrations

from rebond.web.readings.unchanged import expose, protect


class Migration(migrations.Migration):
    dependencies = [("readings", "0001_readings")]

    operations = [migrations.RunPython(protect, expose)]
