"""Aids of the aides-territoires API (invented, in the shape of its answers) as draft dispositifs."""

import json
from datetime import date
from pathlib import Path

import pytest

from rebond.adapters.imports.account import Fate
from rebond.adapters.imports.aides_territoires import ApiTables, load_api_tables, read_aides_territoires
from rebond.adapters.imports.diff import Change, compare, load_existing
from rebond.adapters.imports.draft import Draft, ImportedFile
from rebond.adapters.imports.html_text import plain_text, sentences
from rebond.adapters.imports.writing import write_import
from rebond.data import data_folder
from rebond.dispositifs.catalogue import load_catalogue
from rebond.dispositifs.screening import screen
from rebond.eligibility.truth import Truth
from rebond.errors import DataError
from tests.adapters.imports.conftest import DATA, ON

PAGES = (DATA / "aides_territoires_page_1.json", DATA / "aides_territoires_page_2.json")


@pytest.fixture(scope="module")
def tables() -> ApiTables:
    return load_api_tables(data_folder())


@pytest.fixture(scope="module")
def found(tables: ApiTables) -> ImportedFile:
    return read_aides_territoires(PAGES, tables, on=ON)


@pytest.fixture(scope="module")
def drafts(found: ImportedFile) -> dict[str, Draft]:
    return {draft.id.removeprefix("aides-territoires/"): draft for draft in found.drafts}


def test_only_aids_open_to_firms_are_kept_and_the_others_are_named(found: ImportedFile) -> None:
    assert len(found.drafts) == 4
    assert found.set_aside == {"aide-inventee-aux-communes": "public visé : Commune"}


def test_another_audience_can_be_asked_for(tables: ApiTables) -> None:
    chosen = read_aides_territoires(PAGES, tables, on=ON, audiences=["commune"])
    assert [draft.id for draft in chosen.drafts] == ["aides-territoires/aide-inventee-aux-communes"]


def test_pages_that_lack_are_reported(found: ImportedFile) -> None:
    assert found.warnings == ("L'API annonce 6 aides, 5 sont dans les pages données.",)


def test_every_value_has_one_fate(found: ImportedFile) -> None:
    for draft in found.drafts:
        assert sum(line.leaves for line in draft.account.lines) == draft.account.leaves


def test_dates_and_perimeter_are_typed(drafts: dict[str, Draft]) -> None:
    data = drafts["aide-inventee-machines"].data
    assert (data["validite"]["du"], data["validite"]["au"]) == (date(2026, 1, 15), date(2026, 12, 15))
    assert data["conditions"] == {"fait": "region", "parmi": ["44"], "source": "aides-territoires"}
    assert drafts["avance-inventee-haute-marne"].data["conditions"]["parmi"] == ["52"]
    assert "conditions" not in drafts["aide-inventee-a-taux-fixe"].data


def test_a_perimeter_that_no_list_knows_is_put_to_people(drafts: dict[str, Draft]) -> None:
    texts = [row["texte"] for row in drafts["pret-invente-du-massif"].data["a_verifier"]]
    assert "Le projet est situé dans le périmètre : Massif inventé" in texts


def test_eligibility_is_put_to_people_block_by_block(drafts: dict[str, Draft]) -> None:
    texts = [row["texte"] for row in drafts["aide-inventee-machines"].data["a_verifier"]]
    assert texts[:3] == [
        "Être une PME.",
        "Répondre à l'un des critères :\n— créer 2 emplois\n— investir 50 000 €",
        "Voir (https://exemple.fr/reglement) le règlement",
    ]


def test_a_field_that_the_api_adds_is_put_to_people(drafts: dict[str, Draft]) -> None:
    texts = [row["texte"] for row in drafts["aide-inventee-machines"].data["a_verifier"]]
    assert "Donnée de la source non lue par la machine : critere_nouveau = hors zone inondable" in texts


def test_a_rate_between_two_bounds_is_unknown_and_a_single_rate_is_typed(drafts: dict[str, Draft]) -> None:
    between, fixed = drafts["aide-inventee-machines"].data, drafts["aide-inventee-a-taux-fixe"].data
    assert "taux" not in between["avantage"]
    assert "Taux minimal : 20 %\nTaux maximal : 40 %" in between["avantage"]["note"]
    assert {"taux", "assiette"} <= {gap["champ"] for gap in between["inconnus"]}
    assert fixed["avantage"]["taux"] == [{"valeur": "30 %", "source": "aides-territoires", "verifie": "non"}]
    assert "assiette" in {gap["champ"] for gap in fixed["inconnus"]}


def test_known_funders_keep_their_code_and_others_are_added(found: ImportedFile, drafts: dict[str, Draft]) -> None:
    machines = drafts["aide-inventee-machines"].data
    assert (machines["financeur"], machines["instructeur"]) == ("region-grand-est", "gip-haute-marne")
    assert {org.code for org in found.organisations} == {"financeur-non-precise"}


def test_the_first_form_in_the_list_of_forms_gives_the_instrument(drafts: dict[str, Draft]) -> None:
    assert drafts["aide-inventee-machines"].data["forme"] == "subvention"
    assert "Plusieurs formes d'aide" in drafts["aide-inventee-machines"].data["avantage"]["note"]
    assert drafts["avance-inventee-haute-marne"].data["forme"] == "avance_remboursable"


def test_a_closed_aid_is_suspended(drafts: dict[str, Draft]) -> None:
    assert drafts["pret-invente-du-massif"].data["validite"]["suspendu"] == "oui"


def test_the_catalogue_written_passes_its_checks_and_screens(found: ImportedFile, tmp_path: Path) -> None:
    folder = tmp_path / "catalogue"
    write_import(found, compare(found.drafts, load_existing(folder, found.source), complete=False), folder)
    catalogue = load_catalogue(folder)
    aid = catalogue.dispositifs["aides-territoires/avance-inventee-haute-marne"]
    assert screen(aid, {"departement": "52"}, ON).truth is Truth.YES
    assert screen(aid, {"departement": "51"}, ON).truth is Truth.NO
    assert screen(aid, {}, ON).truth is Truth.UNKNOWN


def test_an_aid_absent_from_the_pages_has_not_left_the_source(
    found: ImportedFile, tables: ApiTables, tmp_path: Path
) -> None:
    folder = tmp_path / "catalogue"
    write_import(found, compare(found.drafts, load_existing(folder, found.source), complete=False), folder)
    second = read_aides_territoires(PAGES[1:], tables, on=ON)
    changes = compare(second.drafts, load_existing(folder, second.source), complete=second.complete)
    assert {change.change for change in changes} == {Change.SAME}


def page_of(tmp_path: Path, **changes: object) -> Path:
    """A page of the API: its first aid changed, the others as they are."""
    page = json.loads(PAGES[0].read_text(encoding="utf-8"))
    page["results"][0] |= changes
    path = tmp_path / "page.json"
    path.write_text(json.dumps(page), encoding="utf-8")
    return path


def test_one_aid_with_two_contents_is_set_aside_and_the_others_imported(tables: ApiTables, tmp_path: Path) -> None:
    page = json.loads(PAGES[1].read_text(encoding="utf-8"))
    page["results"][0]["name"] = "Autre nom"
    other = tmp_path / "page_3.json"
    other.write_text(json.dumps(page), encoding="utf-8")
    found = read_aides_territoires([*PAGES, other], tables, on=ON)

    assert [fault.problem for fault in found.faults] == ["deux contenus pour une même aide dans les pages données"]
    assert len(found.drafts) == 3


def test_an_unknown_form_names_the_list_to_complete_and_stops_only_its_aid(tables: ApiTables, tmp_path: Path) -> None:
    found = read_aides_territoires([page_of(tmp_path, aid_types=["Loterie"])], tables, on=ON)

    (fault,) = found.faults
    assert str(fault).startswith("aide « aide-inventee-machines », clé « aid_types » : « Loterie » — forme d'aide inc")
    assert fault.mend == "l'ajouter à referentiels/formes_aides_territoires.csv"
    assert "aides-territoires/aide-inventee-machines" not in {draft.id for draft in found.drafts}
    assert found.drafts


def test_a_page_without_any_sound_aid_is_refused(tables: ApiTables, tmp_path: Path) -> None:
    path = tmp_path / "page.json"
    path.write_text(json.dumps({"results": [{"slug": "sans-nom"}, "texte"]}), encoding="utf-8")
    with pytest.raises(DataError, match="texte obligatoire absent"):
        read_aides_territoires([path], tables, on=ON)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"subvention_rate_lower_bound": 80, "subvention_rate_upper_bound": 20},
            "Taux minimal de 80 %, au-dessus du taux maximal de 20 %.",
        ),
        ({"subvention_rate_upper_bound": 140}, "Taux maximal de 140 % : un taux va de 0 à 100 %."),
        (
            {"start_date": "2026-12-15", "submission_deadline": "2026-01-15"},
            "Fin le 15/01/2026, avant le début le 15/12/2026.",
        ),
        (
            {"start_date": None, "submission_deadline": "2024-06-30", "recurrence": "Permanente"},
            "Aide « permanente » dont la date limite est passée (30/06/2024).",
        ),
        ({"loan_amount": -150000}, "Montant du prêt (€) : -150000, un montant négatif."),
    ],
)
def test_what_a_source_belies_is_listed_and_never_typed(
    tables: ApiTables, tmp_path: Path, changes: dict[str, object], told: str
) -> None:
    found = read_aides_territoires([page_of(tmp_path, **changes)], tables, on=ON)
    draft = next(each for each in found.drafts if each.id.endswith("aide-inventee-machines"))

    assert ("aides-territoires/aide-inventee-machines", told) in found.contradictions
    assert sum(line.leaves for line in draft.account.lines) == draft.account.leaves
    assert "taux" not in draft.data["avantage"]
    closes_on = draft.data["validite"].get("au")
    assert closes_on is None or ("submission_deadline" not in changes and closes_on == date(2026, 12, 15))


def test_a_permanent_aid_with_a_past_deadline_is_not_closed_by_the_machine(tables: ApiTables, tmp_path: Path) -> None:
    changes = {"start_date": None, "submission_deadline": "2024-06-30", "recurrence": "Permanente"}
    found = read_aides_territoires([page_of(tmp_path, **changes)], tables, on=ON)
    folder = tmp_path / "catalogue"
    write_import(found, compare(found.drafts, load_existing(folder, found.source), complete=False), folder)
    aid = load_catalogue(folder).dispositifs["aides-territoires/aide-inventee-machines"]

    assert screen(aid, {"region": "44"}, ON).truth is Truth.UNKNOWN


def test_html_becomes_plain_sentences() -> None:
    assert plain_text("<p>Pour&nbsp;les <b>PME</b></p>du Grand Est") == "Pour les PME\ndu Grand Est"
    assert sentences("<ul><li>un</li><li>deux</li></ul>") == ["un", "deux"]


def test_the_text_of_presentation_is_kept_in_the_original_record(drafts: dict[str, Draft]) -> None:
    lines = {line.place: line.fate for line in drafts["aide-inventee-machines"].account.lines}
    assert lines["description",] is Fate.ORIGIN
