"""Each fault planted in a cell of a valid workbook gets one message: its cell, what is wrong, how to mend it."""

from datetime import date

import pytest
from openpyxl.comments import Comment

from tests.adapters.planting import COSTS, FIRMS, PROJECTS, cell_at, place_of, set_in

CELL_FAULTS = {
    "wrong SIREN": ("entreprises.siren.3", "552081318", "clé de contrôle", "annuaire des entreprises"),
    "SIREN that lost digits": ("entreprises.siren.3", "5,52081E+08", "le tableur a perdu 3 chiffres", "cellule texte"),
    "SIREN with letters": ("entreprises.siren.3", "55208131O", "que des chiffres", "annuaire"),
    "wrong SIRET": ("entreprises.siret.2", "00000001800011", "clé de contrôle", "annuaire"),
    "SIRET that lost digits": ("entreprises.siret.2", "8,21611E+13", "le tableur a perdu 8 chiffres", "annuaire"),
    "SIREN in place of a SIRET": ("entreprises.siret.2", "000000018", "c'est un SIREN", "annuaire"),
    "SIRET of another firm": (
        "entreprises.siret.2",
        "82161143100015",
        "ne commence pas par le SIREN 000000018",
        "SIRET",
    ),
    "date in place of a SIREN": ("entreprises.siren.3", date(2026, 1, 1), "une date", "format texte"),
    "two firms with one SIREN": (
        "entreprises.siren.3",
        "000000018",
        "deux entreprises ont le SIREN 000000018",
        "ligne",
    ),
    "text in an amount": ("depenses.montant.2", "environ 200 k€", "pas un montant", "250000"),
    "date in an amount": ("depenses.montant.2", date(2026, 1, 1), "une date, au lieu d'un montant", "format nombre"),
    "amount with a point of thousands": ("depenses.montant.2", "200.000", "ambigu", "sans point ni virgule"),
    "negative cost": ("depenses.montant.2", -1000, "valeur négative", "0 ou plus"),
    "nature that was split": ("depenses.nature.2", "chaleur_renouvelable", "partagé en plusieurs", "chaleur fatale"),
    "empty required amount": ("depenses.montant.2", None, "obligatoire vide", "Montant HT"),
    "half a job": ("projets.emplois_crees.2", 2.5, "nombre entier", "arrondir"),
    "jobs in words": ("projets.emplois_crees.2", "une dizaine", "nombre entier", "sans unité ni mot"),
    "negative jobs": ("projets.emplois_crees.2", -1, "valeur négative", "0 ou plus"),
    "misspelt commune of the mission": ("entreprises.commune.2", "Chaumon", "commune inconnue", "« Chaumont » (52121)"),
    "misspelt commune of the département": (
        "entreprises.commune.2",
        "Joinvile",
        "commune inconnue",
        "« Ninville » (52352) ou « Joinville » (52250, hors des intercommunalités de la mission)",
    ),
    "misspelt commune far away": (
        "entreprises.commune.2",
        "Carcassone",
        "commune inconnue",
        "nom officiel de la commune",
    ),
    "misspelt commune with its département": (
        "entreprises.commune.2",
        "Carcassone (52)",
        "commune inconnue",
        "nom officiel",
    ),
    "unknown commune": ("entreprises.commune.2", "Zzyzx", "commune inconnue", "code INSEE"),
    "homonymous communes": ("entreprises.commune.2", "Saint-Aubin", "communes portent ce nom", "écrire le code INSEE"),
    "postcode that is an INSEE code": ("entreprises.commune.2", "52200", "deux façons", "« Flagey (52200) »"),
    "postcode of many communes": ("entreprises.commune.2", "52800", "code postal de 13 communes", "Nogent (52353"),
    "code and name that disagree": ("entreprises.commune.2", "52121 Langres", "Langres (52269", "garder le bon"),
    "unknown INSEE code": ("entreprises.commune.2", "52999", "aucune commune", "code postal"),
    "impossible date in text": ("projets.debut.2", "31/02/2026", "cette date n'existe pas", "jour, mois, année"),
    "date in words": ("projets.debut.2", "fin 2026", "pas une date", "31/12/2026"),
    "year on two digits": ("projets.debut.2", "01/02/26", "deux chiffres", "quatre chiffres"),
    "year alone": ("projets.debut.2", 2027, "une année seule", "date complète"),
    "year out of sense": ("projets.debut.2", "01/01/0207", "année 207 invraisemblable", "de 1800 à 2100"),
    "end before start": ("projets.fin.2", date(2026, 12, 31), "la fin précède le début (15/01/2027)", "deux dates"),
    "unknown firm": ("projets.entreprise.2", "E999", "aucune ligne de la feuille « entreprises »", "corriger"),
    "name of the firm in place of its identifier": (
        "projets.entreprise.2",
        "Mecanique d'essai",
        "aucune ligne",
        "« E002 »",
    ),
    "unknown project": ("depenses.projet.2", "Z7", "aucune ligne de la feuille « projets »", "ajouter la ligne"),
    "value out of a list": ("depenses.nature.2", "machines", "hors de la liste", "Équipements de production"),
    "value out of several": ("projets.objectifs.2", "énergie, argent", "« argent »", "productivité"),
    "unknown regime": ("aides.regime.2", "rgec_99", "hors de la liste", "De minimis"),
    "rate over 100 %": ("groupes.part.2", 60, "supérieur à 100 %", "35 %"),
    "rate over 100 % in text": ("groupes.part.2", "120 %", "supérieur à 100 %", "35 %"),
    "ambiguous rate": ("groupes.part.2", "0,6", "pas un taux", "35 %"),
    "rate of the envelope": ("mission.taux_max_enveloppe", 1.2, "supérieur à 100 %", "35 %"),
    "maturity of 4": ("projets.maturite_chiffrage.2", 4, "supérieure à 3", "de 0 à 3"),
    "score of 6": ("projets.note_ancrage.2", 6, "supérieure à 5", "de 0 à 5"),
    "proof of no criterion": (
        "projets.preuve_maturite.2",
        "météo : beau",
        "« météo » n'est pas un critère",
        "chiffrage",
    ),
    "reason of a mark not given": (
        "projets.motif_note_innovation.2",
        "très neuf",
        "n'est pas donnée",
        "la note",
    ),
    "imposed level without reason": ("projets.motif_niveau.2", None, "imposé sans motif", "motif"),
    "neither yes nor no": ("projets.travaux_commences.2", "peut-être", "ni oui ni non", "laisser vide"),
    "NAF code": ("entreprises.code_naf.2", "mécanique", "code NAF", "25.73A"),
    "NAF code that does not exist": ("entreprises.code_naf.2", "99.99Z", "aucune activité", "avis de situation"),
    "NAF letter that does not exist": (
        "entreprises.code_naf.2",
        "2573C",
        "aucune activité",
        "25.73A « Fabrication de moules et modèles », 25.73B",
    ),
    "NAF class that changed trade": ("entreprises.code_naf.2", "25.40", "deux activités", "« 25.40 (2025) »"),
    "interview after the committee": (
        "entretiens.date.2",
        date(2035, 5, 12),
        "entretien postérieur au comité",
        "comité de pilotage (20/11/2026)",
    ),
    "interview years before the mission": (
        "entretiens.date.2",
        date(2006, 5, 12),
        "antérieur de plus de 3 ans",
        "comité de pilotage (20/11/2026)",
    ),
    "empty required text": ("projets.intitule.2", None, "obligatoire vide", "Intitulé"),
    "error value": ("depenses.montant.2", "#REF!", "valeur d'erreur", "coller la valeur"),
    "French error value": ("depenses.intitule.2", "#VALEUR!", "valeur d'erreur", "coller la valeur"),
    "formula": ("depenses.montant.2", "=1000*2", "formule", "collage spécial"),
    "control character": ("projets.description.2", "tour_x0007_nage", "caractère de contrôle", "retaper"),
    "accounts without year": ("entreprises.annee_n.2", None, "sans son année", "dernier exercice clos"),
    "zone without source": ("mission.source_zonage_afr", None, "zonage sans source", "hypothèse"),
    "unknown intercommunality": ("mission.epci", "200068658, 123456789", "« 123456789 »", "SIREN (9 chiffres)"),
    "missing date of the committee": ("mission.date_comite", None, "obligatoire vide", "comité"),
    "two kinds for one link": ("groupes.lien.3", "partenaire", "lien différent", "liée ou partenaire"),
    "number out of sense": ("depenses.montant.2", 1e300, "démesuré", "nombre"),
}


@pytest.mark.parametrize(("spot", "value", "problem", "mend"), CELL_FAULTS.values(), ids=CELL_FAULTS.keys())
def test_a_wrong_cell_gets_one_message(bench, spot, value, problem, mend):
    sheet, cell = place_of(bench.layout, spot)
    faults = bench.faults(bench.planted(set_in(sheet, **{cell: value})))

    assert [fault.where for fault in faults] == [cell_at(sheet, cell)]
    assert problem in faults[0].problem
    assert mend in faults[0].mend


@pytest.mark.parametrize("day", [date(2026, 11, 20), date(2023, 11, 20)])
def test_an_interview_of_the_day_of_the_committee_or_three_years_before_is_no_fault(bench, day):
    sheet, cell = place_of(bench.layout, "entretiens.date.2")
    assert bench.faults(bench.planted(set_in(sheet, **{cell: day}))) == ()


def test_among_homonyms_those_of_the_mission_s_departements_come_first(bench):
    (fault,) = bench.faults(bench.planted(set_in(FIRMS, F2="Perthes")))
    assert "communes portent ce nom" in fault.problem
    assert "après son nom : Perthes (52386)" in fault.mend


def test_a_doubled_identifier_is_a_fault(bench):
    plant = set_in(FIRMS, A4="e001", B4="Autre", F4="Langres")
    (fault,) = bench.faults(bench.planted(plant))

    assert fault.where == cell_at(FIRMS, "A4")
    assert "identifiant déjà employé (voir la ligne 2)" in fault.problem
    assert "autre identifiant" in fault.mend


def test_a_repeated_project_is_a_fault_whatever_its_case(bench):
    faults = bench.faults(bench.planted(set_in(PROJECTS, B3="E001", C3="NOUVEAU  FOUR")))

    assert [fault.where for fault in faults] == [cell_at(PROJECTS, "C3")]
    assert "ligne en double (voir la ligne 2)" in faults[0].problem


def test_an_error_cell_without_formula_is_a_fault(bench):
    def plant(book):
        book[COSTS]["E2"].value = "#N/A"
        book[COSTS]["E2"].data_type = "e"

    (fault,) = bench.faults(bench.planted(plant))

    assert (fault.where, fault.found) == (cell_at(COSTS, "E2"), "#N/A")


@pytest.mark.parametrize(("number", "mend"), [(46023, "format date"), (2027, "date complète")])
def test_a_number_in_place_of_a_date_is_a_fault(bench, number, mend):
    def plant(book):
        book[PROJECTS]["G2"] = number
        book[PROJECTS]["G2"].number_format = "General"

    (fault,) = bench.faults(bench.planted(plant))

    assert fault.problem == "un nombre, au lieu d'une date"
    assert mend in fault.mend


def test_an_aid_for_the_project_of_another_firm_is_a_fault(bench):
    (fault,) = bench.faults(bench.planted(set_in("aides déjà obtenues", A2="E002")))

    assert fault.where == cell_at("aides déjà obtenues", "B2")
    assert "entreprise E001" in fault.problem


def test_a_formula_is_quoted_in_its_message(bench):
    (fault,) = bench.faults(bench.planted(set_in(COSTS, E2="=SUM(E3:E4)")))

    assert fault.found == "=SUM(E3:E4)"


def test_a_row_with_a_fault_does_not_make_its_references_wrong(bench):
    faults = bench.faults(bench.planted(set_in(FIRMS, B2=None, D2="123")))

    assert [fault.where for fault in faults] == [cell_at(FIRMS, "B2"), cell_at(FIRMS, "D2")]


def test_a_comment_is_no_fault(bench):
    def plant(book):
        book[COSTS]["E2"].comment = Comment("à confirmer", "A. Conseil")

    assert bench.faults(bench.planted(plant)) == ()


TWENTY = {
    "depenses.projet.3": "Z7",
    "depenses.nature.2": "machines",
    "depenses.annee.2": "l'an prochain",
    "depenses.montant.2": "environ 200 k€",
    "depenses.montant.3": -1000,
    "depenses.montant.4": "=10*20",
    "entreprises.nom.2": None,
    "entreprises.siren.3": "5,52081E+08",
    "entreprises.siret.2": "00000001800011",
    "entreprises.commune.3": "Langre",
    "entreprises.code_naf.2": "mécanique",
    "projets.entreprise.3": "E999",
    "projets.intitule.2": "#REF!",
    "projets.debut.2": "31/02/2026",
    "projets.travaux_commences.2": "peut-être",
    "projets.emplois_crees.2": 2.5,
    "projets.maturite_chiffrage.2": 4,
    "projets.motif_niveau.2": None,
    "groupes.part.2": 60,
    "mission.source_zonage_afr": None,
}


def test_twenty_faults_are_told_together_in_the_order_of_the_file(bench):
    def plant(book):
        for spot, value in TWENTY.items():
            sheet, cell = place_of(bench.layout, spot)
            book[sheet][cell] = value

    faults = bench.faults(bench.planted(plant))

    assert len(TWENTY) == 20
    assert {fault.where for fault in faults} == {cell_at(*place_of(bench.layout, spot)) for spot in TWENTY}
    assert len(faults) == 20
    sheets = [fault.where.split("»")[0] for fault in faults]
    assert list(dict.fromkeys(sheets)) == [
        f"feuille « {name} " for name in ("mission", FIRMS, "groupes", PROJECTS, COSTS)
    ]
    assert sheets == sorted(sheets, key=list(dict.fromkeys(sheets)).index)
    assert all(fault.problem and fault.mend for fault in faults)


def test_firms_whose_group_is_not_known_do_not_make_one_group(bench):
    """« NC » is no name of a single undertaking: two firms so written would share one de minimis account."""
    cells = {place_of(bench.layout, f"entreprises.entreprise_unique.{line}")[1]: "NC" for line in (2, 3)}
    census = bench.read(bench.planted(set_in(FIRMS, **cells)))
    assert [firm.single_undertaking for firm in census.firms[:2]] == ["", ""]


def test_the_initials_of_an_interviewer_are_no_unknown_word(bench):
    sheet, cell = place_of(bench.layout, "entretiens.conduit_par.2")
    assert bench.read(bench.planted(set_in(sheet, **{cell: "NC"}))).interviews[0].interviewer == "NC"
