"""What a visitor answers: read from the address, each wrong answer with its message beside its field."""

import html
import re
from datetime import date
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.test import Client

from rebond.facts import UNKNOWN
from rebond.web.catalogue.reading import current_catalogue
from rebond.web.screening.answers import Answers, read_answers
from rebond.web.screening.communes import find_commune, suggest

ON = date(2026, 10, 5)
RESULTS = "/tester-mon-entreprise/resultats/"


def answers(address: str) -> Answers:
    return read_answers(QueryDict(address), current_catalogue(), ON)


def error_of(source: str, name: str) -> str:
    """The message that the field itself is described by."""
    field = re.search(
        rf'id="champ-{name}"[^>]*aria-describedby="[^"]*champ-{name}-erreur"[^>]*aria-invalid="true"', source
    )
    assert field, f"le champ {name} ne dit pas qu'il est faux"
    found = re.search(rf'id="champ-{name}-erreur">([^<]+)<', source)
    assert found
    return html.unescape(found[1])


@pytest.mark.parametrize(
    ("name", "written", "said"),
    [
        ("siren", "123 456 789", "la clé de contrôle ne convient pas"),
        ("siren", "1234567890", "Un SIREN compte 9 chiffres"),
        ("code_naf", "tournage", "Ce n’est pas un code NAF"),
        ("code_naf", "25", "n’est pas un code NAF complet"),
        ("code_commune", "Chaumont-les-Oies", "Commune inconnue"),
        ("code_commune", "99999", "Aucune commune n’a ce code INSEE"),
        ("code_commune", "Saint-Denis", "Saint-Denis (93066)"),
        ("code_commune", "52200", "comme code INSEE, Flagey (52200) ; comme code postal, Langres"),
        ("code_naf", "25.63H", "25.63Y « Fabrication d’outillage »"),
        ("effectif", "beaucoup", "n’est pas un nombre"),
        ("effectif", "-3", "Valeur négative. Écrire 0 ou plus"),
        ("date_creation", "2099-01-01", "Cette date est à venir"),
        ("date_creation", "hier", "n’est pas une date"),
    ],
)
def test_a_wrong_answer_is_said_in_french_near_its_field_and_at_the_top(
    name: str, written: str, said: str, anonymous: Client
) -> None:
    source = anonymous.get(RESULTS, {name: written, "effectif_site": "4"}).content.decode()
    said_near = error_of(source, name).replace("\xa0", " ").replace("\u202f", " ")
    assert said in said_near
    summary = re.search(r'(?s)role="alert".*?</div>', source)
    assert summary
    assert f'href="#champ-{name}"' in summary[0]
    assert f'value="{written}"' in source, "ce qui a été écrit reste dans le champ"
    assert 'name="effectif_site" value="4"' in source, "les autres réponses ne sont pas perdues"
    assert "<title>Erreur" in source


def test_a_siren_is_kept_to_be_shown_and_looked_up_nowhere(anonymous: Client) -> None:
    response = anonymous.get(RESULTS, {"siren": "552081317"})
    assert "552\xa0081\xa0317" in response.content.decode()
    assert "siren" not in answers("siren=552081317").facts


def test_an_empty_answer_is_unknown() -> None:
    read = answers("effectif=&code_naf=%20&en_difficulte=&taille_ue=inconnu")
    assert not read.written
    assert not read.given
    assert read.facts.get("effectif", UNKNOWN) is UNKNOWN


def test_a_commune_brings_its_zones_and_nothing_more() -> None:
    facts = answers("code_commune=Chaumont+(52)").facts
    assert (facts["code_commune"], facts["departement"], facts["region"]) == ("52121", "52", "44")
    assert "taille_ue" not in facts
    assert "cout_total" not in facts


def test_a_company_form_excludes_the_micro_enterprise_regime() -> None:
    assert answers("forme_juridique=SAS").facts["micro_entrepreneur"] is False
    assert "micro_entrepreneur" not in answers("forme_juridique=EI").facts
    assert answers("forme_juridique=SAS&micro_entrepreneur=oui").facts["micro_entrepreneur"] is True


def test_costs_left_out_are_nothing_only_when_all_are_given() -> None:
    some = answers("cout_materiel=300000").facts
    assert "cout_terrain" not in some
    assert "cout_total" not in some
    every = answers("cout_materiel=300000&cout_conseil=0,1+M€&depenses_completes=oui").facts
    assert every["cout_terrain"] == 0
    assert every["cout_total"] == Decimal(400_000)


def test_a_total_that_does_not_match_its_costs_is_refused() -> None:
    assert "inférieur" in answers("cout_total=100000&cout_materiel=300000").errors["cout_total"]
    assert "somme" in answers("cout_total=900000&cout_materiel=300000&depenses_completes=oui").errors["cout_total"]
    assert not answers("cout_total=900000&cout_materiel=300000").errors


def test_a_zone_that_the_commune_contradicts_is_refused() -> None:
    assert "Chaumont" in answers("code_commune=52121&zone_ftj=ftj").errors["zone_ftj"]


def test_a_parameter_that_is_no_answer_is_left_aside() -> None:
    read = answers("utm_source=lettre&nature=materiel&confirme:rien/du-tout:1=oui")
    assert not read.written
    assert not read.errors


def test_communes_are_found_as_people_write_them() -> None:
    assert find_commune("langres").value == "52269"
    assert find_commune("chaumont (52)").value == "52121"
    assert find_commune("52121").value == "52121"
    assert suggest("chaum")[0].code == "52121", "la plus peuplée d'abord"
    assert suggest("c") == []


def test_a_translated_answer_stays_as_it_was_written_and_is_read_again() -> None:
    """The address is kept and shared: what it says of a merged commune, of a code of 2025, must not be lost."""
    read = answers("code_commune=Seynod&code_naf=25.61Y")
    assert (read.given["code_commune"], read.given["code_naf"]) == ("74010", "25.71Z")
    assert (read.written["code_commune"], read.written["code_naf"]) == (("Seynod",), ("25.61Y",))
    assert "Annecy (74010)" in read.notes["code_commune"]
    assert "Fabrication de coutellerie" in read.notes["code_naf"]


def test_a_code_that_is_also_a_postcode_stays_with_its_name_in_the_address() -> None:
    read = answers("code_commune=Flagey+(52200)")
    assert read.given["code_commune"] == "52200"
    assert not answers(f"code_commune={read.written['code_commune'][0]}").errors
    assert answers("code_commune=Chaumont+(52)").written["code_commune"] == ("52121",)


def test_an_activity_of_2025_that_several_became_is_unknown_and_said() -> None:
    read = answers("code_naf=25.40Y")
    assert read.given["code_naf"] is UNKNOWN
    assert "code_naf" not in read.facts
    assert "25.50A" in read.notes["code_naf"]


def test_the_results_page_says_what_an_answer_became(anonymous: Client) -> None:
    page = anonymous.get(RESULTS, {"code_commune": "Seynod", "code_naf": "25.40Y"})
    body = html.unescape(page.content.decode()).replace("\xa0", " ").replace("\u202f", " ")
    assert page.status_code == 200
    assert "Annecy (74) (Seynod, commune déléguée : aujourd’hui Annecy (74010))" in body
    assert "plusieurs codes en NAF rév. 2, 25.50A" in body
