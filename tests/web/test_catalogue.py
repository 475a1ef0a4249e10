"""The public catalogue: search in French, filters with counts, every sheet of every dispositif and regime."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.test import Client
from pytest_django import Settings

from rebond.web.catalogue.listing import listing
from rebond.web.catalogue.reading import current_catalogue
from rebond.web.catalogue.search import found, index
from tests.cli.test_territory import MINE, SCHEME
from tests.web.test_pages import text_of

ON = date(2026, 11, 23)
CATALOGUE = "/catalogue/"


def kept(**asked: str) -> set[str]:
    return {card.dispositif.id for cards in listing(asked, ON).groups.values() for card in cards}


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("energie", "Énergie"),
        ("ÉNERGIES", "énergie"),
        ("formation", "formations"),
        ("formations", "formation"),
        ("locaux", "local"),
        ("prets", "prêt"),
        ("industrielle", "industriel"),
        ("eau", "Économies d'eau"),
        ("aide à l’investissement", "aide aux investissements"),
        ("IA", "IA Booster"),
    ],
)
def test_a_word_is_found_whatever_its_accents_and_endings(asked: str, written: str) -> None:
    assert found(asked, index([written]))


@pytest.mark.parametrize(("asked", "written"), [("eau", "réseau"), ("formation", "information"), ("prêt", "appel")])
def test_a_word_is_not_found_in_the_middle_of_another(asked: str, written: str) -> None:
    assert not found(asked, index([written]))


def test_spellings_of_a_word_find_the_same_dispositifs() -> None:
    assert kept(q="energie") == kept(q="Énergies") != set()
    assert kept(q="formation") == kept(q="formations") != set()
    assert kept(q="energie") < set(current_catalogue().dispositifs)


def test_filters_keep_what_they_say_and_count_it() -> None:
    whole = listing({}, ON)
    for one in whole.filters:
        for option in one.options:
            if option.count is not None:
                assert len(kept(**{one.name: option.value})) == option.count


def test_counts_follow_the_other_filters() -> None:
    asked = {"forme": "pret"}
    funders = next(one for one in listing(asked, ON).filters if one.name == "financeur")
    for option in funders.options:
        assert len(kept(forme="pret", financeur=option.value)) == option.count


def test_a_departement_keeps_what_is_open_somewhere_in_it() -> None:
    marne, paris = kept(departement="52"), kept(departement="75")
    assert "gip-haute-marne/entreprises-industrielles" in marne - paris
    assert "region-grand-est/artisanat-de-demain" in marne - paris
    assert "ademe/pacte-industrie" in marne & paris
    assert kept(departement="99") == set()


def test_a_dispositif_of_one_intercommunality_depends_on_the_commune() -> None:
    partial = {
        card.dispositif.id
        for cards in listing({"departement": "52"}, ON).groups.values()
        for card in cards
        if card.partial
    }
    assert any(name.startswith("ca-chaumont/") for name in partial)
    assert "region-grand-est/artisanat-de-demain" not in partial


def test_search_and_filters_live_in_the_address(anonymous: Client) -> None:
    source = anonymous.get(CATALOGUE, {"q": "énergie", "forme": "pret", "departement": "52"}).content.decode()
    assert 'value="énergie"' in source
    assert re.search(r'<option value="pret" selected>Prêt \(\d+\)', source)
    assert 'href="?' + urlencode({"q": "énergie", "departement": "52"}).replace("&", "&amp;") in source


def test_nothing_found_says_what_to_do(anonymous: Client) -> None:
    assert "Aucun dispositif ne correspond" in anonymous.get(CATALOGUE, {"q": "zeppelin"}).content.decode()


def test_every_sheet_of_the_catalogue_opens(anonymous: Client) -> None:
    for identifier, dispositif in current_catalogue().dispositifs.items():
        response = anonymous.get(f"{CATALOGUE}{identifier}/")
        assert response.status_code == 200, identifier
        text = text_of(response.content.decode())
        assert "Suivi de la fiche" in text
        assert "Exemples" in text or not dispositif.cases, identifier
        assert len(re.findall(r'class="rb-answer rb-answer--', response.content.decode())) >= len(dispositif.cases)
        assert all(f"/catalogue/regimes/{regime}/" in response.content.decode() for regime in dispositif.regimes)
        assert "{{" not in text
        assert "{%" not in text


def test_every_regime_opens(anonymous: Client) -> None:
    for regime in current_catalogue().regimes:
        assert anonymous.get(f"{CATALOGUE}regimes/{regime}/").status_code == 200, regime


def test_caps_say_whether_they_come_before_or_after_the_rate(anonymous: Client) -> None:
    text = text_of(anonymous.get(f"{CATALOGUE}region-grand-est/artisanat-de-demain/").content.decode())
    assert "Plafond de l’aide (après le taux)" in text
    assert text.index("Taux") < text.index("Plafond de l’aide (après le taux)")


def test_a_sheet_says_what_sources_do_not(anonymous: Client) -> None:
    text = text_of(anonymous.get(f"{CATALOGUE}region-grand-est/artisanat-de-demain/").content.decode())
    assert "Ce que les sources ne disent pas" in text
    assert "Contradictions relevées" in text
    assert "Prochaine revue" in text


@pytest.fixture
def of_the_cambresis(settings: Settings, tmp_path: Path) -> Iterator[None]:
    """The site on the folder of a territory."""
    (tmp_path / "territoire.yaml").write_text(
        'schema: territoire/v1\nnom: Cambrésis\nepci: ["200068500"]\n', encoding="utf-8"
    )
    (tmp_path / "organisations.csv").write_text(
        "code,nom,sigle,autres_noms,role,champs,territoire,source\n" + MINE, encoding="utf-8"
    )
    (tmp_path / "dispositifs" / "agence-cambresis").mkdir(parents=True)
    (tmp_path / "dispositifs" / "agence-cambresis" / "machines.yaml").write_text(SCHEME, encoding="utf-8")
    settings.CATALOGUE_FOLDER = tmp_path
    current_catalogue.cache_clear()
    yield
    current_catalogue.cache_clear()


def test_the_site_adds_the_folder_of_a_territory_to_the_shipped_catalogue(of_the_cambresis: None) -> None:
    catalogue = current_catalogue()
    assert {"agence-cambresis/machines", "bpifrance/pret-vert"} <= set(catalogue.dispositifs)
    assert {"agence-cambresis", "bpifrance"} <= set(catalogue.organisations)
