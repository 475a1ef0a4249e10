"""A facts file: all its faults at once, with line and nearest name, and what follows from what is known."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.facts_file import complete_facts, read_facts_file
from rebond.dispositifs.facts_schema import facts_schema
from rebond.errors import FactsError, Fault
from rebond.facts import FactValue

ON = date(2026, 11, 23)
SCHEMA = Path(__file__).parents[3] / "docs" / "schemas" / "faits-v1.json"
SIZES = (
    "microentreprise ; petite entreprise ; entreprise moyenne ; entreprise de taille intermédiaire ; grande entreprise"
)
YES_OR_NO = "écrire « oui » ou « non », ou laisser vide si c'est inconnu"
FIRM = """\
schema: faits/v1
effectif: 42
code_naf: 25.73A
code_commune: 52121
date_creation: 2021-11-23
objectifs: [decarbonation, énergie]
chiffre_affaires: 4,5 M€
en_difficulte: non
taille_ue: inconnu
couts:
  materiel: 300000
  formation: 20 k€
confirmations:
  gip-haute-marne/friches: {2: oui}
  ademe/decarb-flash: {2: inconnu}
"""


def read(text: str, catalogue: Catalogue, folder: Path) -> dict[str, FactValue]:
    path = folder / "entreprise.yaml"
    path.write_text(text, encoding="utf-8")
    return read_facts_file(path, catalogue, ON)


def faults(text: str, catalogue: Catalogue, folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(FactsError) as raised:
        read(text, catalogue, folder)
    return raised.value.faults


def test_every_way_of_writing_a_value_is_read(catalogue: Catalogue, tmp_path: Path) -> None:
    facts = read(FIRM, catalogue, tmp_path)
    assert facts["effectif"] == 42
    assert facts["chiffre_affaires"] == 4_500_000
    assert facts["objectifs"] == frozenset({"decarbonation", "energie"})
    assert facts["en_difficulte"] is False
    assert facts["confirme:gip-haute-marne/friches:2"] is True
    assert "confirme:ademe/decarb-flash:2" not in facts


def test_what_follows_from_the_facts_is_completed(catalogue: Catalogue, tmp_path: Path) -> None:
    facts = read(FIRM, catalogue, tmp_path)
    assert (facts["departement"], facts["region"], facts["epci"]) == ("52", "44", "200068658")
    assert facts["zone_frr"] in {"frr", "frr_plus", "aucune"}
    assert facts["section_naf"] == "C"
    age = facts["age_annees"]
    assert isinstance(age, Decimal)
    assert 4.99 < age < 5.01


def test_costs_by_nature_make_the_whole_cost(catalogue: Catalogue, tmp_path: Path) -> None:
    facts = read(FIRM, catalogue, tmp_path)
    assert facts["cout_total"] == 320_000
    assert facts["cout_batiment"] == 0


def test_a_cost_that_is_unknown_leaves_the_total_unknown(catalogue: Catalogue, tmp_path: Path) -> None:
    facts = read("couts: {materiel: 300000, formation: inconnu}\n", catalogue, tmp_path)
    assert "cout_total" not in facts
    assert "cout_formation" not in facts
    assert facts["cout_batiment"] == 0


def test_the_size_is_never_guessed(catalogue: Catalogue, tmp_path: Path) -> None:
    assert "taille_ue" not in read(FIRM, catalogue, tmp_path)


@pytest.mark.parametrize("written", ["44", "Grand Est", "grand est", "GRAND-EST"])
def test_a_region_is_written_by_its_code_or_its_name(written: str, catalogue: Catalogue, tmp_path: Path) -> None:
    assert read(f"region: {written}\n", catalogue, tmp_path)["region"] == "44"


def test_a_departement_gives_its_region(catalogue: Catalogue, tmp_path: Path) -> None:
    assert read("departement: 52\n", catalogue, tmp_path)["region"] == "44"
    assert read("departement: 8\n", catalogue, tmp_path)["departement"] == "08"
    assert read("departement: haute marne\n", catalogue, tmp_path)["departement"] == "52"
    (fault,) = faults("departement: Haute-Marnne\n", catalogue, tmp_path)
    assert fault.mend.startswith("employer Haute-Marne")


def test_a_project_not_started_can_still_apply_first(catalogue: Catalogue) -> None:
    assert complete_facts({"travaux_commences": False}, catalogue, ON)["demande_avant_travaux"] is True
    assert "demande_avant_travaux" not in complete_facts({"travaux_commences": True}, catalogue, ON)


def test_all_faults_come_at_once_with_line_key_and_remedy(catalogue: Catalogue, tmp_path: Path) -> None:
    found = faults(
        """\
effectifs: 42
chiffre_affaires: beaucoup
taille_ue: pme
code_naf: "25"
code_commune: Langre
region: Grand Ouest
emplois_crees: -3
couts: {materiels: 300000, formation: cher}
confirmations:
  ademe/decarb-flasch: {1: oui}
  ademe/decarb-flash: {9: oui, 2: peut-être}
""",
        catalogue,
        tmp_path,
    )
    said = [(fault.where.removeprefix("entreprise.yaml, "), fault.mend) for fault in found]
    assert said == [
        ("ligne 1, clé « effectifs »", "employer effectif ou effectif_site"),
        ("ligne 2, clé « chiffre_affaires »", "écrire un nombre en euros, par exemple 250000 ou « 1,5 M€ »"),
        ("ligne 3, clé « taille_ue »", f"choisir parmi : {SIZES}"),
        ("ligne 4, clé « code_naf »", "écrire le code complet, par exemple 25.73A"),
        ("ligne 5, clé « code_commune »", "écrire le nom officiel de la commune ou son code INSEE"),
        ("ligne 6, clé « region »", "employer Grand Est"),
        ("ligne 7, clé « emplois_crees »", "écrire 0 ou plus"),
        ("ligne 8, clé « couts.materiels »", "employer materiel ou immateriel"),
        ("ligne 8, clé « couts.formation »", "écrire un nombre en euros, par exemple 250000 ou « 1,5 M€ »"),
        ("ligne 10, clé « confirmations.ademe/decarb-flasch »", "employer ademe/decarb-flash"),
        ("ligne 11, clé « confirmations.ademe/decarb-flash.9 »", "les phrases de ademe/decarb-flash portent le rang 2"),
        (
            "ligne 11, clé « confirmations.ademe/decarb-flash.2 »",
            "écrire « oui » ou « non », ou laisser vide si c'est inconnu",
        ),
    ]


def test_a_place_that_contradicts_its_commune_is_a_fault(catalogue: Catalogue, tmp_path: Path) -> None:
    (fault,) = faults("code_commune: 52121\ndepartement: 55\n", catalogue, tmp_path)
    assert "ligne 2" in fault.where
    assert "Chaumont (52121) donne « Haute-Marne »" in fault.problem


def test_a_cost_given_twice_is_a_fault(catalogue: Catalogue, tmp_path: Path) -> None:
    (fault,) = faults("cout_materiel: 5\ncouts: {materiel: 300000}\n", catalogue, tmp_path)
    assert "donné aussi par « couts »" in fault.problem


def test_a_code_that_begins_with_zero_needs_no_quotes(catalogue: Catalogue, tmp_path: Path) -> None:
    """YAML 1.1 read 06163 as the octal number of 3 187: which commune was meant was lost."""
    for written in ("06163", '"06163"'):
        assert read(f"code_commune: {written}\n", catalogue, tmp_path)["departement"] == "06"
    (fault,) = faults("code_commune: 6163\n", catalogue, tmp_path)
    assert fault.problem == "code INSEE trop court"


@pytest.mark.parametrize("text", ["", "- effectif: 42\n", "42\n", "effectif: [\n"])
def test_a_file_without_facts_has_one_message(text: str, catalogue: Catalogue, tmp_path: Path) -> None:
    assert len(faults(text, catalogue, tmp_path)) == 1


def test_the_published_schema_is_that_of_the_dictionary(catalogue: Catalogue) -> None:
    published = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert published == facts_schema(catalogue), "rebond catalogue facts-schema > docs/schemas/faits-v1.json"


def test_the_published_schema_accepts_the_file_that_is_read_and_refuses_a_wrong_name(catalogue: Catalogue) -> None:
    validator = Draft202012Validator(facts_schema(catalogue))
    # JSON knows neither dates nor keys that are numbers: both become text, as an editor sees them.
    seen = json.loads(json.dumps(yaml.safe_load(FIRM), default=str))
    assert list(validator.iter_errors(seen)) == []
    assert list(validator.iter_errors({"effectifs": 42}))
    assert list(validator.iter_errors({"effectif": "beaucoup"}))
