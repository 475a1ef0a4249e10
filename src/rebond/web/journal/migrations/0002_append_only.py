"""From now on rows of the journal are added, never changed nor deleted."""

from django.db import migrations

from rebond.web.journal.append_only import expose, protect


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [migrations.RunPython(protect, expose)]
