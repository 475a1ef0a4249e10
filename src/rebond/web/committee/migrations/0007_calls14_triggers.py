from django.db import migrations

from rebond.web.committee.triggers import protect_again, protect_as_before_calls


class Migration(migrations.Migration):
    """The call of a frozen decision does not change either."""

    dependencies = [("committee", "0006_tallies"), ("portfolio", "0012_calls14_several")]

    operations = [migrations.RunPython(protect_again, protect_as_before_calls)]
