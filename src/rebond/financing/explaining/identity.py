"""Who asks and for what: the facts that a funder or a bank reads before the figures, with what is unknown."""

from __future__ import annotations

from collections.abc import Iterable

from rebond.facts import UNKNOWN
from rebond.financing.context import Study

_FACTS = (
    "code_naf",
    "effectif",
    "chiffre_affaires",
    "total_bilan",
    "effectif_consolide",
    "taille_ue",
    "en_difficulte",
    "zone_afr",
    "type_projet",
    "date_debut",
    "date_fin",
    "travaux_commences",
    "demande_avant_travaux",
    "scenario_contrefactuel",
    "engagement_environnemental",
    "emplois_crees",
    "emplois_maintenus",
)
"""Facts of the dictionary, in the order of an application."""
_WHEN_KNOWN = (
    "tco2_evitees_an",
    "chaleur_recuperee_mwh",
    "chaleur_renouvelable_mwh",
    "temps_retour_annees",
    "audit_energetique",
)
"""What a project of energy is judged on: of another project nobody asks it."""


def identity_of(found: Study) -> Iterable[tuple[str, str]]:
    """Label and words of each fact: the firm, its place, the project, its calendar, its jobs."""
    context = found.context
    firm, project, catalogue = context.firm, context.project, context.catalogue
    commune = catalogue.gazetteer.commune(project.place(firm))
    yield "Entreprise", f"{firm.name}, SIREN {'inconnu' if firm.siren is UNKNOWN else firm.siren}"
    yield "Projet", f"{project.title} ({project.id})"
    if project.description:
        yield "Description", project.description
    yield "Commune du projet", commune.name if commune else "inconnue"
    for name in _FACTS:
        definition = catalogue.dictionary[name]
        yield definition.label, definition.show(found.facts.get(name, UNKNOWN))
    for name in _WHEN_KNOWN:
        value = found.facts.get(name, UNKNOWN)
        if value is not UNKNOWN:
            yield catalogue.dictionary[name].label, catalogue.dictionary[name].show(value)
