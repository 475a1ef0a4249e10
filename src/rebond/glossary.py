"""The closed list of nouns that stay French in the code, because English would mislead; one more needs an ADR.

Everything else is in the field's standard English terms. Labels shown to people come from the data (CSV referentials,
``label`` of the enumerations), never from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

FRENCH_NOUNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "dispositif": "A funding scheme of one funder; EU law calls « régime » a scheme, and « aid » what is granted.",
        "regime": "A legal basis of State aid: a GBER article, de minimis, or none.",
        "assiette": "The base that a funder retains for its aid; not the eligible costs of the law.",
        "zonage": "A list of places with the zone they are in, at a date.",
        "zone_afr": "Regional aid area (aide à finalité régionale).",
        "zone_frr": "France ruralités revitalisation.",
        "zone_ftj": "Just transition fund area (fonds pour une transition juste).",
        "territoire_industrie": "One of the 183 labelled industrial territories.",
        "de_minimis": "Aid too small to distort trade, Reg. (EU) 2023/2831.",
        "restitution": "What the mission publishes at its end; « recovery » in EU English would mean the opposite.",
        "copil": "The steering committee.",
        "siren": "Nine-digit identifier of a firm.",
        "siret": "Fourteen-digit identifier of a site.",
        "code_naf": "French code of activity (NAF rév. 2).",
        "epci": "Intercommunal body.",
        "commune": "Municipality.",
        "departement": "NUTS 3 area.",
    }
)
"""Noun → what it means and why it stays French."""

ENGLISH_TERMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Firm": "entreprise",
        "Establishment": "établissement",
        "Interview": "entretien",
        "Project": "projet",
        "CostLine": "poste de dépense",
        "Need": "besoin",
        "Verdict": "verdict",
        "FinancingPlan": "plan de financement",
        "Offer": "soutien possible",
        "Basis": "base légale",
        "Envelope": "enveloppe",
        "Call": "appel",
        "Referral": "orientation",
        "Accompaniment": "accompagnement",
        "Award": "soutien obtenu",
        "Roadmap": "feuille de route",
        "intensity": "intensité d'aide",
        "gross_grant_equivalent": "équivalent-subvention brut (ESB)",
        "incentive_effect": "effet incitatif",
        "cumulation": "cumul",
        "single_undertaking": "entreprise unique",
        "own_contribution": "apport propre",
    }
)
"""Term of the code → the French word that people read."""
