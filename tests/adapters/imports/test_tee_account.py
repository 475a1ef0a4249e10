"""Nothing of a TEE record is dropped: every value has one fate, and the totals add up."""

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rebond.adapters.imports.account import Fate, Ledger, leaves, totals
from rebond.adapters.imports.draft import Draft, ImportedFile
from rebond.adapters.imports.tee import draft_of, read_tee
from rebond.adapters.imports.tee_tables import TeeTables
from rebond.adapters.imports.writing import report_data
from rebond.errors import DataError
from tests.adapters.imports.conftest import DATA, ON


@pytest.fixture(scope="module")
def extract() -> dict[str, dict[str, Any]]:
    records = json.loads((DATA / "tee_extrait.json").read_text(encoding="utf-8"))
    return {record["id"]: record for record in records}


def imported(record: dict[str, Any], tables: TeeTables, on: date = ON) -> Draft:
    return draft_of(record, tables, on=on)


def test_every_value_of_every_record_has_exactly_one_fate(
    tee_import: ImportedFile, tee_records: list[dict[str, Any]]
) -> None:
    for record, draft in zip(tee_records, tee_import.drafts, strict=True):
        covered = Counter(
            place
            for line in draft.account.lines
            for place, _ in leaves(record)
            if place[: len(line.place)] == line.place
        )
        # A line that stands for a block covers what finer lines did not take before it.
        assert set(covered) == {place for place, _ in leaves(record)}, draft.id
        assert sum(line.leaves for line in draft.account.lines) == draft.account.leaves == len(covered), draft.id


def test_totals_of_the_account_add_up_by_field_and_by_fate(tee_import: ImportedFile) -> None:
    report = report_data(tee_import, ())
    assert report["dispositifs"] == len(tee_import.drafts)
    assert report["valeurs"] == sum(report["devenir"].values())
    assert report["valeurs"] == sum(sum(counts.values()) for counts in report["par_champ"].values())
    assert report["valeurs"] == sum(
        line["valeurs"] for account in report["fiches_detail"] for line in account["lignes"]
    )


def test_every_sentence_of_eligibility_is_typed_repeated_or_put_to_people(
    tee_import: ImportedFile, tee_records: list[dict[str, Any]]
) -> None:
    allowed = {Fate.CRITERION, Fate.RESTATED, Fate.CONFIRM}
    for record, draft in zip(tee_records, tee_import.drafts, strict=True):
        asked = "\n".join(sentence["texte"] for sentence in draft.data.get("a_verifier", ()))
        fates = {line.place: line.fate for line in draft.account.lines}
        for block, texts in record["conditions d'éligibilité"].items():
            for rank, text in enumerate(texts):
                fate = fates["conditions d'éligibilité", block, rank]
                assert fate in allowed
                assert fate is not Fate.CONFIRM or text.strip() in asked, (draft.id, text)


def test_other_criteria_are_never_set_aside(tee_import: ImportedFile) -> None:
    counts = totals(draft.account for draft in tee_import.drafts)
    assert set(counts["conditions d'éligibilité › autres critères d'éligibilité"]) == {Fate.CONFIRM}


def test_amounts_in_words_are_kept_in_the_note_and_listed_as_unknown(
    tee_import: ImportedFile, tee_records: list[dict[str, Any]]
) -> None:
    names = ("montant du financement", "montant du prêt", "montant de l'avantage fiscal", "coût de l'accompagnement")
    for record, draft in zip(tee_records, tee_import.drafts, strict=True):
        for name in names:
            assert record.get(name, "").strip() in draft.data["avantage"].get("note", ""), draft.id
        assert "taux" in {gap["champ"] for gap in draft.data["inconnus"]}
        assert "taux" not in draft.data["avantage"]


def test_a_field_unknown_to_the_importer_is_put_to_people(
    extract: dict[str, dict[str, Any]], tee_tables: TeeTables
) -> None:
    texts = [row["texte"] for row in imported(extract["aide-a-relire"], tee_tables).data["a_verifier"]]
    assert any("zone de chalandise = moins de 30 km" in text for text in texts)
    assert any("surface › minimale = 100" in text for text in texts)


def test_a_publicodes_rule_that_says_more_than_the_typed_fields_is_put_to_people(
    extract: dict[str, dict[str, Any]], tee_tables: TeeTables
) -> None:
    texts = [row["texte"] for row in imported(extract["aide-a-relire"], tee_tables).data["a_verifier"]]
    assert any("est propriétaire = oui" in text for text in texts)


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("minEmployees", "une dizaine", "minEmployees = une dizaine"),
        ("allowedNafSections", ["C", "Z"], "Z"),
        ("allowedNafSections", ["", "C"], "allowedNafSections"),
        ("allowedNafSections", ["CD"], "CD"),
        ("allowedNafSections", 12, "allowedNafSections = 12"),
        ("allowedNafSections", ["C", 3], "allowedNafSections"),
        ("allowedRegion", 1.5, "allowedRegion = 1.5"),
        ("allowedRegion", ["Pays imaginaire"], "Pays imaginaire"),
        ("plafondDeChiffreAffaires", "2 M€", "plafondDeChiffreAffaires = 2 M€"),
    ],
)
def test_a_typed_field_that_cannot_be_read_is_put_to_people(
    extract: dict[str, dict[str, Any]], tee_tables: TeeTables, key: str, value: object, shown: str
) -> None:
    record = json.loads(json.dumps(extract["aide-ouverte"]))
    record["eligibilityData"]["company"][key] = value
    texts = [row["texte"] for row in imported(record, tee_tables).data["a_verifier"]]
    assert any(shown in text for text in texts)


@pytest.mark.parametrize("value", [None, 12, 1.5, True, "C", [3], [[]], {"a": 1}])
@pytest.mark.parametrize("place", ["company", "validity", "priorityObjectives"])
def test_typed_fields_of_another_kind_are_read_without_a_crash(
    extract: dict[str, dict[str, Any]], tee_tables: TeeTables, place: str, value: object
) -> None:
    for record in json.loads(json.dumps(list(extract.values()))):
        record["eligibilityData"][place] = value
        assert imported(record, tee_tables).account.lines


def test_an_objective_unknown_to_us_leaves_the_verdict_to_people(
    extract: dict[str, dict[str, Any]], tee_tables: TeeTables
) -> None:
    record = json.loads(json.dumps(extract["aide-ouverte"]))
    record["eligibilityData"]["priorityObjectives"] = ["environmental", "espace"]
    data = imported(record, tee_tables).data
    assert "conditions" not in data
    assert any("espace" in row["texte"] for row in data["a_verifier"])


def test_items_under_a_heading_make_one_sentence_with_it(
    extract: dict[str, dict[str, Any]], tee_tables: TeeTables
) -> None:
    texts = [row["texte"] for row in imported(extract["credit-prototype"], tee_tables).data["a_verifier"]]
    assert (
        "Votre entreprise doit correspondre à l'une des catégories suivantes :\n"
        "— Jeune entreprise innovante\n— Entreprise située en zone d'aide à finalité régionale"
    ) in texts


def test_works_not_started_is_both_a_rule_of_the_file_and_a_sentence(
    extract: dict[str, dict[str, Any]], tee_tables: TeeTables
) -> None:
    data = imported(extract["credit-prototype"], tee_tables).data
    assert data["avant_travaux"] == "oui"
    assert any("ne doit pas avoir commencé" in row["texte"] for row in data["a_verifier"])


def test_a_departement_among_regions_is_reported_as_a_contradiction(
    extract: dict[str, dict[str, Any]], tee_tables: TeeTables
) -> None:
    data = imported(extract["aide-deux-departements"], tee_tables).data
    assert data["conditions"]["tous"][0] == {"fait": "region", "parmi": ["75"], "source": "TEE"}
    assert any("Bouches-du-Rhône" in text for text in data["contradictions"])
    assert not any("Landes" in text for text in data["contradictions"])


def test_an_operator_unknown_to_our_list_becomes_an_organisation(tee_tables: TeeTables) -> None:
    found = read_tee(DATA / "tee_extrait.json", tee_tables, on=ON)
    codes = {org.code: org.name for org in found.organisations}
    assert codes["operateur-invente-du-sud"] == "Opérateur inventé du Sud"
    assert "ademe" not in codes


def test_a_suspended_programme_is_suspended_here(extract: dict[str, dict[str, Any]], tee_tables: TeeTables) -> None:
    assert imported(extract["accelerateur-suspendu"], tee_tables).data["validite"]["suspendu"] == "oui"


def test_a_value_cannot_be_accounted_for_twice() -> None:
    ledger = Ledger({"a": [1, 2]})
    ledger.settle(("a", 0), Fate.NOTE, "")
    ledger.settle(("a",), Fate.ORIGIN, "")
    assert [line.leaves for line in ledger.lines] == [1, 1]
    with pytest.raises(ValueError, match="rien à affecter"):
        ledger.settle(("a", 0), Fate.NOTE, "")


def test_all_the_faults_of_a_file_come_at_once_and_its_sound_records_are_read(
    tee_tables: TeeTables, tmp_path: Path
) -> None:
    path = tmp_path / "programs.json"
    good = {"titre": "t", "promesse": "p", "opérateur de contact": "o", "nature de l'aide": "étude"}
    rows = [{**good, "id": "un"}, {**good, "id": "un", "titre": "u"}, {**good, "id": "../deux"}, {"id": "trois"}, "x"]
    path.write_text(json.dumps([*rows, {**good, "id": "sain"}, {**good, "id": "sain"}]), encoding="utf-8")
    found = read_tee(path, tee_tables, on=ON)
    problems = [str(fault) for fault in found.faults]

    assert any("déjà pris par la fiche 1" in problem for problem in problems)
    assert any("« ../deux » — identifiant impossible" in problem for problem in problems)
    assert sum("texte obligatoire absent" in problem for problem in problems) == 4
    assert any("la fiche n'est pas un objet" in problem for problem in problems)
    # Of two records under one identifier nobody knows which is right; the same one twice is one.
    assert [draft.id for draft in found.drafts] == ["tee/sain"]
    assert not found.complete


def test_dates_and_headcounts_in_the_wrong_order_are_told_and_not_typed(tee_tables: TeeTables, tmp_path: Path) -> None:
    record = {
        "id": "un",
        "titre": "t",
        "promesse": "p",
        "opérateur de contact": "o",
        "nature de l'aide": "étude",
        "eligibilityData": {
            "validity": {"start": "31/12/2026", "end": "01/01/2026"},
            "company": {"minEmployees": 250, "maxEmployees": 10},
        },
    }
    path = tmp_path / "programs.json"
    path.write_text(json.dumps([record]), encoding="utf-8")
    (draft,) = read_tee(path, tee_tables, on=ON).drafts

    assert draft.data["contradictions"] == [
        "Fin le 01/01/2026, avant le début le 31/12/2026.",
        "Effectif : au moins 250, au plus 10.",
    ]
    assert set(draft.data["validite"]) == {"source"}
    assert "conditions" not in draft.data


@pytest.mark.parametrize("content", ["", "{", "{}", "[]", '"texte"'])
def test_a_file_without_records_gives_one_message(tee_tables: TeeTables, tmp_path: Path, content: str) -> None:
    path = tmp_path / "programs.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_tee(path, tee_tables, on=ON)
    assert len(caught.value.faults) == 1


def test_an_unknown_kind_of_aid_names_the_list_to_complete(tee_tables: TeeTables, tmp_path: Path) -> None:
    path = tmp_path / "programs.json"
    record = {"id": "un", "titre": "t", "promesse": "p", "opérateur de contact": "o", "nature de l'aide": "loterie"}
    path.write_text(json.dumps([record]), encoding="utf-8")
    with pytest.raises(DataError, match=r"« loterie » — nature d'aide inconnue → l'ajouter à referentiels/natures_tee"):
        read_tee(path, tee_tables, on=ON)
