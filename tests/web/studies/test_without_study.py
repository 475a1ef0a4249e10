"""A mission whose facts are there and that nothing was computed of yet: every page opens and says so."""

import pytest
from django.test import Client

from rebond.web.missions.models import Mission
from rebond.web.studies.models import Study
from tests.web.addresses import MISSION, NOT_HTML, SIGNED_IN, address

PAGES = sorted(name for name, args in SIGNED_IN.items() if args and name not in NOT_HTML)
FILES = sorted(name for name in SIGNED_IN if name in NOT_HTML and name != "worker:standing")
pytestmark = pytest.mark.django_db


@pytest.fixture
def bare(pilot: Client) -> Client:
    """The site, its only mission without a study."""
    Study.objects.all().delete()
    assert Mission.objects.get().current_study is None
    return pilot


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_and_says_that_there_is_no_study(name: str, bare: Client) -> None:
    response = bare.get(address(name))
    assert response.status_code == 200
    page = response.content.decode()
    assert "Cette mission n’a pas encore d’étude" in page
    assert "demandez-la au pilote" in page


@pytest.mark.parametrize("name", FILES)
def test_there_is_no_file_to_download(name: str, bare: Client) -> None:
    assert bare.get(address(name)).status_code == 404


@pytest.mark.parametrize(
    "query", ["?connu=oui", "?maturite=inconnu", "?organisation=ademe", "?tri=-besoin", "?q=presse"]
)
def test_lists_are_still_sorted_and_searched(query: str, bare: Client) -> None:
    assert bare.get(f"/missions/{MISSION}/projets/{query}").status_code == 200
    assert bare.get(f"/missions/{MISSION}/entreprises/?tri=de_minimis").status_code == 200


def test_nothing_can_be_frozen(bare: Client) -> None:
    frozen = f"/missions/{MISSION}/projets/P015/plan/figes/"
    assert bare.post(frozen, {"intitule": "Essai"}).status_code == 404


def test_facts_are_all_there(bare: Client) -> None:
    assert "Total hors taxes" in bare.get(address("projects:costs")).content.decode()
    assert bare.get(address("projects:list")).context["page"].paginator.count == 77
