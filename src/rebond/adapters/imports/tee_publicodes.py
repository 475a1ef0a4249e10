"""The publicodes rules of TEE: they repeat ``eligibilityData``; whatever says more is to be confirmed by people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rebond.adapters.imports.account import Place, leaves

_RULE = "entreprise . "
_ALWAYS = {"oui", "est éligible", "est dans un secteur d'activité ciblé", "a un objectif ciblé"}
_DATED = {
    "start": "dispositif . début de validité <= date du jour",
    "end": "date du jour <= dispositif . fin de validité",
}


def unexplained(
    rules: Mapping[str, Any], eligibility: Mapping[str, Any], objectives: Mapping[str, str]
) -> Iterable[tuple[Place, str]]:
    """The leaves of the rules that the typed fields do not already say.

    Args:
        rules: the ``publicodes`` block of a programme.
        eligibility: its ``eligibilityData``.
        objectives: words of publicodes for each objective.
    """
    explained = _explained(eligibility, objectives)
    for place, value in leaves(rules):
        declared = value is None or value == f'"{place[0]}"'
        if not declared and not (str(place[0]).startswith(_RULE) and str(value) in explained):
            yield place, str(value)


def texts_of(value: object) -> list[str]:
    """A list of texts; empty when it is something else, which the account of the record then tells."""
    return list(value) if isinstance(value, list) and all(isinstance(item, str) for item in value) else []


def _block(eligibility: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = eligibility.get(key)
    return value if isinstance(value, Mapping) else {}


def _explained(eligibility: Mapping[str, Any], objectives: Mapping[str, str]) -> set[str]:
    company, validity = (_block(eligibility, key) for key in ("company", "validity"))
    said = {*_ALWAYS, *(sentence for key, sentence in _DATED.items() if validity.get(key))}
    said |= {f"code NAF niveau 1 . est {section}" for section in texts_of(company.get("allowedNafSections"))}
    said |= {
        f"questionnaire . objectif prioritaire . est {objectives.get(name, name)}"
        for name in texts_of(eligibility.get("priorityObjectives"))
    }
    if regions := texts_of(company.get("allowedRegion")):
        said |= {"entreprise . est dans une zone géographique éligible"}
        said |= {f"région = {name}" for name in regions}
    bounds = {">=": company.get("minEmployees"), "<=": company.get("maxEmployees")}
    said |= {f"effectif {sign} {bound}" for sign, bound in bounds.items() if bound is not None}
    if any(bound is not None for bound in bounds.values()):
        said.add("a un effectif éligible")
    if company.get("excludeMicroentrepreneur"):
        said |= {"a une categorie legale eligible", "microentrepreneur = non"}
    return said
