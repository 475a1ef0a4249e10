"""What is written is read back; the template describes itself."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from rebond.adapters.workbook import ColumnType, census_rows, write_template, write_workbook
from rebond.data import data_folder
from rebond.errors import CensusError
from rebond.facts import (
    UNKNOWN,
    Accounts,
    AssessorScore,
    Evidence,
    FirmLink,
    LinkKind,
    Need,
    WeightStatement,
    ZoneAssumption,
)
from rebond.portfolio.criteria import mission_grid, unused_marks
from rebond.portfolio.scoring import load_selection_grid


def test_a_filled_workbook_gives_the_census_that_was_written(bench):
    census = bench.read(bench.write())

    firm = census.firm("E001")
    assert (firm.siren, firm.establishment.siret, firm.establishment.commune) == (
        "000000018",
        "00000001800010",
        "52121",
    )
    assert firm.accounts == (
        Accounts(year=2025, staff=Decimal("48.5"), turnover=Decimal(7_400_000)),
        Accounts(year=2024, staff=Decimal(47)),
    )
    assert firm.links == (
        FirmLink(
            name="Holding",
            kind=LinkKind.LINKED,
            share=Decimal("0.6"),
            accounts=(Accounts(year=2025, turnover=Decimal(9)), Accounts(year=2024, turnover=Decimal(8))),
        ),
    )
    assert firm.declared == (("bilan_ges_recent", False),)
    assert census.settings.zone_assumptions == (ZoneAssumption(zone="afr", value="c", source="hypothèse d'essai"),)
    assert census.settings.envelope.amount == 2_000_000
    assert census.interviews[0].needs == (Need(axis="competences", text="deux soudeurs"),)
    assert census.interviews[0].minutes == "bon accueil\nà revoir"

    project = census.projects[0]
    assert project.total_cost == Decimal("1200000.5")
    assert project.objectives == {"decarbonation", "capacite"}
    assert project.declared == (("tco2_evitees_an", Decimal("120.5")), ("premiere_ia", True))
    assert project.evidence == (
        Evidence(criterion="chiffrage", level=3, proof="devis"),
        Evidence(criterion="foncier", level=UNKNOWN, proof="permis"),
    )
    assert (project.maturity_override, project.scores) == (
        "montage",
        (AssessorScore(criterion="ancrage", score=4),),
    )
    assert census.repairs == ()


def test_what_is_not_written_is_unknown(bench):
    census = bench.read(bench.write())

    assert census.firm("E002").in_difficulty is UNKNOWN
    assert census.firm("E002").accounts == ()
    assert census.projects[1].works_started is UNKNOWN
    assert census.settings.envelope.max_per_project is UNKNOWN


def test_a_project_without_commune_is_where_its_firm_is(bench):
    assert bench.read(bench.write()).projects[1].commune == "52269"


def test_an_unreadable_siren_of_a_partner_list_is_unknown_and_no_fault(bench):
    assert bench.read(bench.write()).partner_entries[0].siren is UNKNOWN


def test_a_line_of_a_list_keeps_its_siret_its_kind_of_amount_and_where_it_comes_from(bench, small_mission):
    small_mission["listes"] = [
        {
            "partenaire": "ademe",
            "entreprise": "FORGES ESSAI",
            "siren": "000 000 018 00010",
            "montant": Decimal(90_000),
            "nature_montant": "aide",
            "source": "ademe.csv, ligne 12",
        }
    ]
    census = bench.read(bench.write(small_mission))
    (entry,) = census.partner_entries
    again = bench.folder / "export.xlsx"
    write_workbook(again, bench.layout, census_rows(census, bench.layout))

    assert (entry.siren, entry.siret) == ("000000018", "00000001800010")
    assert (entry.amount_is, entry.source) == ("aide", "ademe.csv, ligne 12")
    assert bench.read(again).partner_entries == (entry,)


def test_a_census_written_then_read_is_the_same_census(bench):
    census = bench.read(bench.write())
    again = bench.folder / "export.xlsx"
    write_workbook(again, bench.layout, census_rows(census, bench.layout))

    assert bench.read(again) == census


@pytest.mark.parametrize("left_out", ["poids", "criteres"])
def test_every_column_of_the_layout_reaches_the_census_and_comes_back(bench, left_out):
    """A column added to classeur.yaml that nobody reads would lose what people type in it."""
    samples = {
        ColumnType.TEXT: "texte",
        ColumnType.LONG_TEXT: "texte long",
        ColumnType.INTEGER: 3,
        ColumnType.NUMBER: Decimal("1.5"),
        ColumnType.HEADCOUNT: Decimal("1.5"),
        ColumnType.EUROS: Decimal(1000),
        ColumnType.RATE: Decimal("0.25"),
        ColumnType.DATE: date(2026, 6, 1),
        ColumnType.BOOLEAN: True,
        ColumnType.COMMUNE: "52121",
        ColumnType.NAF: "25.50A",
        ColumnType.HEADCOUNT: Decimal("1.5"),
        ColumnType.AMOUNT_OR_BAND: Decimal(1000),
        ColumnType.CONFIRMATION: "oui K7F3Q, P. Martin, 12/11/2026",
    }
    special = {
        "mission.epci": "200068658",
        "enveloppe.epci": "200068658, 200072999",
        "enveloppe.regions": "44",
        "entreprises.annee_n": 2025,
        "entreprises.siren": "000000018",
        "entreprises.siret": "00000001800010",
        "exercices.annee": 2022,
        "groupes.siren": "000000026",
        "groupes.annee": 2025,
        "projets.preuve_maturite": "chiffrage : devis",
        "depenses.annee": 2027,
        "listes.siren": "000000018",
        "decisions.decision": "retenu",
        "appels.dispositif": "financeur/autre",
        "enveloppe.appel": "financeur/autre",
        "etapes.appel": "financeur/autre",
        "decisions.appel": "financeur/autre",
        "criteres.appel": "financeur/autre",
        "avis.au_moins": "1/3",
        "avis.au_plus": "50 %",
        "criteres.code": "eau",
        "criteres.calcul": "note",
        "criteres.reperes": "non\noui",
        "zonages.valeur": "seine_normandie",
        "zonages.communes": "52121, 52269",
        "rapprochements.entreprise": "X1",
    }
    rows = {
        sheet.key: {
            column.key: special.get(f"{sheet.key}.{column.key}")
            or (column.choices[-1].code if column.choices else "X1" if column.key in {"id", sheet.identifier} else None)
            or ("X1" if column.type is ColumnType.REFERENCE else samples[column.type])
            for column in sheet.columns
            if not (column.criterion and left_out == "poids")
        }
        for sheet in bench.layout.sheets
        if sheet.key != left_out
    }
    again = census_rows(bench.read(bench.write(rows)), bench.layout)

    for sheet in (each for each in bench.layout.sheets if each.key in rows):
        content = again[sheet.key]
        row = content if isinstance(content, Mapping) else content[0]
        lost = [column for column in rows[sheet.key] if row.get(column) in {None, "", UNKNOWN}]
        assert lost == [], sheet.key


def test_a_step_of_the_call_follows_something(bench, small_mission):
    """A cut-off is of the call, a withdrawal of a project, what followed a decision of a project that has one."""
    wrong = [("X1", "releve"), ("", "desistement"), ("P2", "instruction")]
    rows = {
        **small_mission,
        "etapes": [{"projet": project, "etape": stage} for project, stage in wrong],
        "enveloppe": [{"contributeur": "État", "montant": 5, "minimum_projet": 4, "plafond_projet": 3, "regions": "Q"}],
    }
    said = " ".join(fault.problem for fault in bench.faults(bench.write(rows)))

    for words in (
        "une relève est de l'appel",
        "un désistement est celui d'un projet",
        "passe le plafond",
        "code inconnu",
    ):
        assert words in said


def test_the_same_rows_give_the_same_bytes(bench, small_mission):
    first = bench.write(small_mission).read_bytes()

    assert bench.write(small_mission).read_bytes() == first


def test_the_empty_template_only_lacks_the_parameters_of_the_mission(bench):
    path = bench.folder / "modele.xlsx"
    write_template(path, bench.layout)

    assert [fault.where for fault in bench.faults(path)] == [
        f"feuille « mission », cellule B{row}" for row in (2, 3, 4, 5)
    ]


def test_the_guide_describes_every_column(bench):
    path = bench.folder / "modele.xlsx"
    write_template(path, bench.layout)
    guide = openpyxl.load_workbook(path)["guide"]
    described = {(row[0], row[1]) for row in guide.iter_rows(values_only=True)}

    assert {(sheet.title, column.title) for sheet in bench.layout.sheets for column in sheet.columns} <= described


def test_every_closed_list_has_its_drop_down(bench):
    path = bench.folder / "modele.xlsx"
    write_template(path, bench.layout)
    sheet = openpyxl.load_workbook(path)["postes de dépense"]
    lists = {str(each.sqref): each.formula1 for each in sheet.data_validations.dataValidation if each.type == "list"}

    assert set(lists) == {"A2:A1048576", "C2:C1048576"}  # project and nature
    assert lists["A2:A1048576"] == "'projets'!$A$2:$A$5000"
    assert sheet.freeze_panes == "B2"


def test_a_text_that_looks_like_a_formula_is_never_computed(bench, small_mission):
    small_mission["projets"][0] |= {"description": "=CMD()", "motif_niveau": "- premier\n- second"}
    path = bench.write(small_mission)
    cell = openpyxl.load_workbook(path)["projets"]["D2"]

    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert bench.read(path).projects[0].description == "=CMD()"
    assert bench.read(path).projects[0].maturity_reason == "- premier\n- second"


def test_an_unknown_column_or_sheet_is_refused_when_writing(bench):
    with pytest.raises(KeyError, match="colonnes inconnues : couleur"):
        bench.write({"enveloppe": [{"couleur": "bleu"}]})
    with pytest.raises(KeyError, match="feuilles inconnues : extra"):
        bench.write({"extra": []})


def test_an_exported_row_that_is_changed_moved_or_copied_is_known_again(bench):
    """Rows of aid, cost and partners' lists have no identifier that people see; a hidden mark names them."""
    census = bench.read(bench.write())
    rows: dict[str, Any] = dict(census_rows(census, bench.layout))
    first, *others = rows["depenses"]
    copied = {**first, "intitule": "copiée", "montant": Decimal(7)}
    rows["depenses"] = [*others, {**first, "montant": Decimal(5)}, copied]
    again = bench.folder / "export.xlsx"
    write_workbook(again, bench.layout, rows)

    before = {line.id: line for project in census.projects for line in project.costs}
    after = {line.id: line for project in bench.read(again).projects for line in project.costs}
    assert after[first["repere"]].amount == 5
    assert set(before) <= set(after)
    (new,) = set(after) - set(before)
    assert after[new].amount == 7


CRITERIA = ("emplois", "maturite", "decarbonation", "ancrage", "innovation", "levier")


def test_the_criteria_of_a_mission_are_told_with_every_fault_at_once(bench, small_mission):
    """Codes that marks can name, one scale of words, weights given once and that weigh."""
    rows = {
        **small_mission,
        "mission": {**small_mission["mission"], **{f"poids_{code}": 1 for code in CRITERIA}},
        "criteres": [
            {"code": "Sobriété eau", "libelle": "Eau", "poids": 0, "calcul": "note", "reperes": "non\nun peu\noui"},
            {"code": "ancrage", "libelle": "Ancrage", "poids": 0, "reperes": "non\noui"},
            {"code": "innovation", "libelle": "Innovation", "poids": 0, "calcul": "note"},
            {"code": "emplois", "libelle": "Emplois", "poids": 0, "calcul": "emplois_crees", "reperes": "non\noui"},
        ],
    }
    with pytest.raises(CensusError) as error:
        bench.read(bench.write(rows))
    told = str(error.value)
    for words in (
        "ce n'est pas un code",
        "2 repères, quand « Eau » en a 3",
        "une note sans repères",
        "ce critère vient des données",
        "tous les poids de l'appel sont nuls",
        "la mission a ses propres critères, avec leurs poids",
    ):
        assert words in told


def test_marks_of_a_criterion_that_no_longer_exists_are_kept_and_told(bench, small_mission):
    """The mark of « eau » comes back as it was: no criterion of the mission is called so."""
    note = {"projet": "P001", "critere": "eau", "evaluateur": "a", "numero": 1, "note": 7, "motif": "vu"}
    rows = {
        **small_mission,
        "criteres": [{"code": "ancrage", "libelle": "Ancrage", "poids": 1, "reperes": "non\noui"}],
        "notes": [note],
    }
    census = bench.read(bench.write(rows))
    again = bench.read(bench.write(census_rows(census, bench.layout)))
    assert again == census
    assert [mark.criterion for mark in again.marks] == ["eau"]
    grid = load_selection_grid(data_folder() / "referentiels" / "selection.yaml")
    (told,) = unused_marks(again, mission_grid(grid, again.settings))
    assert "1 note sur ce que les évaluateurs ne notent pas dans cet appel (« eau ») est gardée" in told


def test_what_is_said_of_the_weights_travels_by_the_workbook_exactly(bench, small_mission):
    """A third stays a third, ranks stay ranks; what a line says wrong is told with the others."""
    said = (
        WeightStatement(who="", ranks=(("emplois",), ("levier", "ancrage"))),
        WeightStatement(who="M. Petit", bounds=(("eau", ("1/4", "1")),), on=date(2026, 11, 2)),
        WeightStatement(who="Mme Roy", bounds=(("emplois", ("1/3", "1/3")), ("levier", ("2/3", "2/3"))), by="pilote"),
    )
    census = replace(bench.read(bench.write(small_mission)), opinions=said)
    assert bench.read(bench.write(census_rows(census, bench.layout))).opinions == said
    wrong = [
        {"qui": "A", "critere": "emplois", "au_moins": "140 %"},
        {"qui": "A", "critere": "levier", "au_moins": "40 %", "au_plus": "1/4"},
        {"qui": "A", "critere": "levier", "rang": 1},
        {"qui": "A", "critere": "ancrage", "par": "x"},
    ]
    with pytest.raises(CensusError) as error:
        bench.read(bench.write({**small_mission, "avis": wrong}))
    for words in (
        "part de l'ensemble",
        "passe le plus grand",
        "deux fois de ce critère",
        "rien n'est dit",
    ):
        assert words in str(error.value)
