from django.db import migrations

from rebond.web.committee.triggers import expose, protect


class Migration(migrations.Migration):
    dependencies = [("committee", "0001_committee_sittings"), ("portfolio", "0008_calls")]

    operations = [migrations.RunPython(protect, expose)]
