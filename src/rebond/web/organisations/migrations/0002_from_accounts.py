"""The organisation that each account named in words becomes one of the instance, and the account's affiliation.

A partner stands for the organisation of his or her account. A partner whose account named none, and who spoke for a
firm that nobody named, ended their part: nobody can say what they may see.
"""

from django.db import migrations
from django.utils import timezone


def forward(apps, schema_editor):
    User = apps.get_model("accounts", "User")
    Organisation = apps.get_model("organisations", "Organisation")
    Affiliation = apps.get_model("organisations", "Affiliation")
    Membership = apps.get_model("missions", "Membership")
    held = {}
    for user in User.objects.exclude(organisation="").order_by("pk"):
        name = " ".join(user.organisation.split())
        if not name:
            continue
        row = held.get(name.lower()) or Organisation.objects.filter(name__iexact=name).first()
        row = row or Organisation.objects.create(name=name)
        held[name.lower()] = row
        Affiliation.objects.get_or_create(user=user, organisation=row, until=None)
        Membership._base_manager.filter(user=user, role__in=("pilote", "consultant", "partenaire", "copil")).update(
            organisation=row
        )
    now = timezone.now()
    Membership._base_manager.filter(role="partenaire", organisation=None).update(left_at=now)
    Membership._base_manager.filter(role="entreprise", firm=None).update(left_at=now)


def backward(apps, schema_editor):
    Affiliation = apps.get_model("organisations", "Affiliation")
    for row in Affiliation._base_manager.filter(until=None).select_related("user", "organisation"):
        row.user.organisation = row.organisation.name
        row.user.save(update_fields=["organisation"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_sign_in_failures"),
        ("organisations", "0001_organisations"),
        ("missions", "0006_parts"),
    ]

    operations = [migrations.RunPython(forward, backward)]
