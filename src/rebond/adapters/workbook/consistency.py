"""Checks of the trade: dates in order, reasons given, numbers that agree, years of accounts, proofs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from rebond.adapters.workbook.accompanied import check_accompaniments
from rebond.adapters.workbook.decisions import check_decisions, check_link_decisions
from rebond.adapters.workbook.layout import Layout
from rebond.adapters.workbook.references import is_clean, tell
from rebond.adapters.workbook.report import Report
from rebond.adapters.workbook.tables import Row, Table
from rebond.adapters.workbook.wording import fold
from rebond.eligibility.places import Gazetteer
from rebond.facts import UNKNOWN
from rebond.identifiers import SIREN_LENGTH
from rebond.reading.problem import Unreadable
from rebond.units import years_later

_EPCI = re.compile(r"^\d{9}$")
_LONGEST_MISSION = 3
"""Years: the missions known last six months to a year; an older interview is a slip of the pen."""
_YEARS_ON_THE_ROW = 2
_YEARS_OF_ACCOUNTS = {
    "annee_n": ("effectif_n", "ca_n", "bilan_n", "effectif_n1", "ca_n1", "bilan_n1"),
    "annee": ("effectif", "ca", "bilan"),
}
"""Column of a year → the figures that mean nothing without it."""


def check_consistency(tables: Mapping[str, Table], layout: Layout, gazetteer: Gazetteer, report: Report) -> None:
    """Every check of the trade that takes more than one cell, or more than a type."""
    _check_mission(tables["mission"], gazetteer, report)
    _check_weights(tables["mission"], report)
    _check_firm_numbers(tables["entreprises"], report)
    _check_older_years(tables["exercices"], tables["entreprises"], report)
    _check_links(tables["groupes"], report)
    _check_aids(tables["aides"], tables["projets"], report)
    _check_interview_dates(tables["entretiens"], tables["mission"], report)
    check_decisions(tables, report)
    check_link_decisions(tables["rapprochements"], report)
    check_accompaniments(tables["accompagnements"], report)
    each_row: dict[str, Callable[[Row, Report], None]] = {
        "entreprises": lambda row, to: _require_year(row, "annee_n", to),
        "groupes": lambda row, to: _require_year(row, "annee", to),
        "projets": lambda row, to: _check_project(row, layout, to),
    }
    for key, check in each_row.items():
        for row in tables[key].rows:
            check(row, report)


def codes_of(text: str) -> tuple[str, ...]:
    """The codes in a text, as written: ``200068658, 200072999``."""
    return tuple(part for part in re.split(r"[,;\s]+", text) if part)


def proofs_of(text: str, layout: Layout) -> dict[str, str]:
    """Criterion → proof, from ``chiffrage : devis du 12/03 ; foncier : permis``.

    A piece without criterion continues the one before. Raises ``Unreadable`` for a criterion unknown to it.
    """
    proofs: dict[str, str] = {}
    criterion = ""
    for piece in filter(None, (part.strip() for part in re.split(r"[;\n]", text))):
        name, colon, proof = piece.partition(":")
        found = next((each.code for each in layout.criteria if each.is_written(fold(name))), "") if colon else ""
        if found:
            criterion = found
            proofs[criterion] = "; ".join(filter(None, (proofs.get(criterion, ""), proof.strip())))
        elif criterion and not colon:
            proofs[criterion] += f" ; {piece}"
        else:
            known = ", ".join(each.code for each in layout.criteria)
            raise Unreadable(
                f"« {name.strip()} » n'est pas un critère de maturité",
                f"écrire « critère : preuve » ; critères : {known}",
            )
    return proofs


def _check_mission(table: Table, gazetteer: Gazetteer, report: Report) -> None:
    for row in table.rows:
        if row.get("zonage_afr") is not UNKNOWN and not row.text("source_zonage_afr"):
            key = "source_zonage_afr" if table.has("source_zonage_afr") else "zonage_afr"
            mend = "écrire d'où vient l'hypothèse (texte, date, page), ou laisser le zonage vide"
            tell(row, key, Unreadable("hypothèse de zonage sans source", mend), report)
        for epci in codes_of(row.text("epci")):
            if not _EPCI.match(epci) or epci not in gazetteer.epcis:
                mend = "écrire le SIREN (9 chiffres) de chacune, séparés par des virgules, en cellule texte"
                tell(
                    row,
                    "epci",
                    Unreadable(f"« {epci} » n'est pas le SIREN d'une intercommunalité", mend),
                    report,
                )


def _check_weights(table: Table, report: Report) -> None:
    """The weights of the call come all together, and one of them at least counts."""
    keys = [column.key for column in table.sheet.columns if column.criterion]
    for row in table.rows:
        if not row.is_sound(*keys):
            continue
        given = [key for key in keys if row.get(key) is not UNKNOWN]
        lacking = [table.sheet.column(key).title for key in keys if key not in given]
        if given and lacking:
            mend = "donner un poids à chaque critère (0 pour l'écarter), ou n'en donner aucun"
            problem = Unreadable(f"des critères de l'appel sont sans poids : {' ; '.join(lacking)}", mend)
            tell(row, given[0], problem, report)
        elif given and not any(row.get(key) for key in given):
            mend = "donner un poids à un critère au moins, ou tout laisser vide pour garder ceux de l'appel"
            tell(row, given[0], Unreadable("tous les poids de l'appel sont nuls", mend), report)


def _check_firm_numbers(table: Table, report: Report) -> None:
    seen: dict[str, int] = {}
    for row in table.rows:
        if not row.is_sound("siren", "siret"):
            continue
        siren, siret = row.text("siren"), row.text("siret")
        if siren and siret and not siret.startswith(siren):
            mend = "vérifier les deux numéros : un SIRET commence par le SIREN de l'entreprise"
            tell(row, "siret", Unreadable(f"le SIRET ne commence pas par le SIREN {siren}", mend), report)
            continue
        number = siren or siret[:SIREN_LENGTH]
        first = seen.setdefault(number, row.number) if number else row.number
        if first != row.number:
            mend = "garder une seule ligne par entreprise, ou corriger le numéro"
            problem = Unreadable(f"deux entreprises ont le SIREN {number} (voir la ligne {first})", mend)
            tell(row, "siren" if siren else "siret", problem, report)


def _check_older_years(table: Table, firms: Table, report: Report) -> None:
    """Years before the two that the row of the firm holds, so that none is said twice."""
    last = {fold(row.text("id")): row.get("annee_n") for row in firms.rows if row.is_sound("id", "annee_n")}
    for row in table.rows:
        year, latest = row.get("annee"), last.get(fold(row.text("entreprise")), UNKNOWN)
        if not isinstance(year, int) or not row.is_sound("entreprise", "annee"):
            continue
        if not isinstance(latest, int):
            if fold(row.text("entreprise")) in last:
                problem = "exercice antérieur d'une entreprise dont le dernier exercice n'est pas dit"
                mend = "écrire l'année du dernier exercice clos dans la feuille « entreprises »"
                tell(row, "annee", Unreadable(problem, mend), report)
        elif year > latest - _YEARS_ON_THE_ROW:
            problem = (
                f"cet exercice n'est pas antérieur à ceux de la feuille « entreprises » ({latest} et {latest - 1})"
            )
            tell(
                row, "annee", Unreadable(problem, "l'écrire dans la ligne de l'entreprise, ou corriger l'année"), report
            )


def _check_links(table: Table, report: Report) -> None:
    kinds: dict[tuple[str, str], tuple[str, int]] = {}
    for row in table.rows:
        if row.is_sound("entreprise", "nom", "lien"):
            key = (fold(row.text("entreprise")), fold(row.text("nom")))
            kind, first = kinds.setdefault(key, (row.text("lien"), row.number))
            if kind != row.text("lien"):
                mend = "un lien par entreprise : liée ou partenaire"
                tell(row, "lien", Unreadable(f"lien différent de celui de la ligne {first}", mend), report)


def _check_aids(table: Table, projects: Table, report: Report) -> None:
    owners = {
        fold(row.text("id")): row.text("entreprise")
        for row in projects.rows
        if is_clean(row, "id", report) and is_clean(row, "entreprise", report)
    }
    for row in table.rows:
        owner = owners.get(fold(row.text("projet")), "") if is_clean(row, "entreprise", report) else ""
        if owner and fold(owner) != fold(row.text("entreprise")):
            problem = f"ce projet est celui de l'entreprise {owner}"
            tell(row, "projet", Unreadable(problem, "corriger le projet ou l'entreprise"), report)


def _check_interview_dates(table: Table, mission: Table, report: Report) -> None:
    """An interview is held before the committee that closes the mission, and not years before it."""
    committee = next((row.get("date_comite") for row in mission.rows), UNKNOWN)
    if not isinstance(committee, date):
        return
    for row in table.rows:
        held = row.get("date")
        if not isinstance(held, date):
            continue
        mend = f"corriger la date de l'entretien, ou celle du comité de pilotage ({committee:%d/%m/%Y})"
        if held > committee:
            tell(row, "date", Unreadable("entretien postérieur au comité de pilotage de la mission", mend), report)
        elif years_later(held, _LONGEST_MISSION) < committee:
            problem = f"entretien antérieur de plus de {_LONGEST_MISSION} ans au comité de pilotage de la mission"
            tell(row, "date", Unreadable(problem, mend), report)


def _require_year(row: Row, year: str, report: Report) -> None:
    given = [key for key in _YEARS_OF_ACCOUNTS[year] if row.get(key) is not UNKNOWN]
    if given and row.get(year) is UNKNOWN and row.is_sound(year):
        problem = Unreadable("chiffres d'un exercice sans son année", "écrire l'année du dernier exercice clos")
        tell(row, year if year in row.places else given[0], problem, report)


def _check_project(row: Row, layout: Layout, report: Report) -> None:
    start, end = row.get("debut"), row.get("fin")
    if isinstance(start, date) and isinstance(end, date) and end < start:
        tell(
            row,
            "fin",
            Unreadable(f"la fin précède le début ({start:%d/%m/%Y})", "corriger l'une des deux dates"),
            report,
        )
    if row.get("niveau_impose") is not UNKNOWN and not row.text("motif_niveau"):
        key = "motif_niveau" if "motif_niveau" in row.places else "niveau_impose"
        mend = "écrire le motif, ou effacer le niveau imposé pour garder le niveau calculé"
        tell(row, key, Unreadable("niveau de maturité imposé sans motif", mend), report)
    for key in row.places:
        score = key.removeprefix("motif_") if key.startswith("motif_note_") else ""
        if score and row.text(key) and row.get(score) is UNKNOWN and row.is_sound(score):
            mend = "donner la note, ou effacer le motif"
            tell(row, key, Unreadable("motif d'une note qui n'est pas donnée", mend), report)
    try:
        proofs_of(row.text("preuve_maturite"), layout)
    except Unreadable as problem:
        tell(row, "preuve_maturite", problem, report)
