"""« Pas pour nous » is read by those who keep the catalogue, without whose project it was."""

from decimal import Decimal

from django.test import Client
from django.urls import reverse

from rebond.facts import ReferralState
from rebond.web.accounts.models import User
from rebond.web.catalogue.rereading import HIDDEN
from rebond.web.missions.models import Mission
from rebond.web.studies.models import Referral
from tests.web.referrals.sent import says, sent


def test_the_files_to_read_again_are_told_to_the_administrator_without_names(
    mission: Mission, row: Referral, django_assert_max_num_queries: object
) -> None:
    place = reverse("catalogue:reread")
    keeper = Client()
    keeper.force_login(User.objects.create_user(username="admin", is_staff=True))
    assert "rien à relire" in keeper.get(place).content.decode()
    firm, project = row.project.firm, row.project
    why = f"Trop petit pour {firm.name} ({project.title})"
    for dispositif, reason in (
        ("bpifrance/pret-vert-ademe", why),
        ("bpifrance/disparu", "une conciliation est ouverte"),
    ):
        ref = sent(mission, project, dispositifs=(dispositif,), asked=Decimal(1))
        says(mission, ref, ReferralState.NOT_OURS, reason=reason)
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        page = keeper.get(place)
    first, second = sorted(page.context["rows"], key=lambda each: not each.known)
    assert (first.times, first.known, second.known) == (1, True, False)
    assert first.reasons == (("Trop petit pour [entreprise] ([projet])", 1),)
    assert second.reasons == ((HIDDEN, 1),)
    said = page.content.decode()
    assert firm.name not in said
    assert project.title not in said
    pilot = Client()
    pilot.force_login(User.objects.get(username="pilote"))
    assert pilot.get(place).status_code == 403
