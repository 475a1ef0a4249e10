"""The JSON Schema of a facts file, derived from the dictionary: editors complete and check the file as it is typed."""

from __future__ import annotations

from typing import Any

from rebond.dispositifs.catalogue import Catalogue
from rebond.eligibility.dictionary import FactDefinition, FactType

_UNKNOWN = {"enum": ["inconnu", "?", ""], "description": "inconnu"}
_YES_OR_NO = {"enum": ["oui", "non", "inconnu", True, False]}
_AMOUNT: dict[str, Any] = {
    "anyOf": [
        {"type": "number"},
        {"type": "string", "pattern": r"^-?[\d \u00a0\u202f]+([.,]\d+)? ?(k|m|md|M|Md)? ?(€|EUR|euros?)?$"},
        _UNKNOWN,
    ]
}
_FREE = {"type": ["string", "integer"]}
_SHAPES: dict[FactType, dict[str, Any]] = {
    FactType.NUMBER: {"anyOf": [{"type": "number"}, _UNKNOWN]},
    FactType.EUROS: _AMOUNT,
    FactType.BOOLEAN: _YES_OR_NO,
    FactType.DATE: {"anyOf": [{"type": "string", "pattern": r"^(\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4})$"}, _UNKNOWN]},
    FactType.NAF: {"anyOf": [{"type": "string", "pattern": r"^\d{2}\.?\d{2}[A-Za-z]$"}, _UNKNOWN]},
    FactType.TEXT: _FREE,
    FactType.SET: {"type": ["array", "string"], "items": {"type": "string"}},
}


def facts_schema(catalogue: Catalogue) -> dict[str, Any]:
    """The schema ``docs/schemas/faits-v1.json``; the same dictionary gives the same schema."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:rebond:faits:v1",
        "title": "Faits d'une entreprise et de son projet (Rebond, v1)",
        "type": "object",
        "properties": {
            "schema": {"const": "faits/v1"},
            **{name: _property(fact) for name, fact in catalogue.dictionary.items()},
            "couts": {
                "type": "object",
                "description": "Dépenses par nature, hors taxes ; une nature absente vaut 0.",
                "properties": {code: {"title": label, **_AMOUNT} for code, label in catalogue.natures.items()},
                "additionalProperties": False,
                "minProperties": 1,
            },
            "confirmations": {
                "type": "object",
                "description": "Réponses aux phrases à vérifier d'un dispositif, par rang.",
                "additionalProperties": {
                    "type": "object",
                    "propertyNames": {"pattern": r"^[1-9]\d*$"},
                    "additionalProperties": _YES_OR_NO,
                },
            },
        },
        "patternProperties": {"^confirme:": _YES_OR_NO},
        "additionalProperties": False,
    }


def _property(fact: FactDefinition) -> dict[str, Any]:
    asked = " ".join(text for text in (fact.question, fact.help) if text)
    shape = dict(_SHAPES[fact.type])
    if fact.values:
        # French names are read too: the codes are what an editor offers.
        shape = {**shape, "examples": list(fact.values)}
    return {"title": fact.label, **({"description": asked} if asked else {}), **shape}
