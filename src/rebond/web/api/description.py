"""What the API is, in OpenAPI 3.1: its fields come from the dictionary, as those of the forms."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from rebond.adapters.workbook import Column, Sheet
from rebond.adapters.workbook.places import SHEETS
from rebond.adapters.workbook.row_json import column_schema
from rebond.history import Kind
from rebond.web.api.sheets import columns_for
from rebond.web.editing.dictionary import current_layout
from rebond.web.editing.many import KINDS
from rebond.web.editing.opened import SHEETS_OF
from rebond.web.journal.writing import LONGEST_REASON

_JSON = "application/json"
_UNKNOWN = (
    "null : inconnu, à demander. « inconnu » : demandé, personne ne sait. Un texte est lu comme dans un formulaire : "
    "« 12,4 k€ » est un montant. Corps d’un PATCH : les seuls champs à changer, et l’ETag lu dans « If-Match »."
)
_REFUSALS = {
    "401": "Pas de jeton en vigueur.",
    "403": "Pas dans l’équipe de la mission.",
    "404": "Rien à cette adresse, ou rien que vous puissiez lire.",
    "429": "Trop de demandes à la fois.",
}
_REFUSALS_OF_CHANGE = {
    "400": "Corps illisible.",
    "409": "La mission ne le permet pas : archivée, ou changée au même instant.",
    "412": "La fiche a changé : les deux versions.",
    "422": "Toutes les fautes, avec champ, problème et remède.",
    "428": "If-Match manque.",
}


@lru_cache(maxsize=1)
def description() -> dict[str, Any]:
    """The document; the same dictionary gives the same one."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Rebond : faits d’une mission", "version": "1", "description": _UNKNOWN},
        "security": [{"jeton": []}],
        "paths": {path: item for name, kind in KINDS.items() for path, item in _paths(name, kind).items()},
        "components": {
            "securitySchemes": {"jeton": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                **{f"champs_{name}": _fields(SHEETS[kind], columns_for(kind)) for name, kind in KINDS.items()},
                **{f"fiche_{name}": _sheet(name, kind) for name, kind in KINDS.items()},
                "refus": _REFUSED,
            },
        },
    }


_REFUSED = {
    "type": "object",
    "properties": {
        "erreur": {"type": "string"},
        "remede": {"type": "string"},
        "fautes": {"type": "array"},
        "versions": {"type": "array", "items": {"type": "object"}},
    },
    "required": ["erreur", "remede"],
}


def _paths(name: str, kind: Kind) -> dict[str, Any]:
    mission, ref = (
        {"name": each, "in": "path", "required": True, "schema": {"type": "string"}} for each in ("mission", "ref")
    )
    page = {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1}}
    match = {"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}}
    sheet = _content({"$ref": f"#/components/schemas/fiche_{name}"})
    body = {
        "type": "object",
        "properties": {
            "champs": {"$ref": f"#/components/schemas/champs_{name}"},
            "motif": {"type": "string", "maxLength": LONGEST_REASON},
        },
        "required": ["champs"],
        "additionalProperties": False,
    }
    return {
        f"/api/missions/{{mission}}/{name}/": {
            "parameters": [mission],
            "get": {
                "summary": "Références, libellés et révisions, par pages.",
                "parameters": [page],
                "responses": {"200": {"description": "Une page."}, **_refusals(_REFUSALS)},
            },
        },
        f"/api/missions/{{mission}}/{name}/{{ref}}/": {
            "parameters": [mission, ref],
            "get": {
                "summary": "Une fiche, sa révision dans l’ETag. La consultation est notée.",
                "responses": {"200": {"description": "La fiche.", **sheet}, **_refusals(_REFUSALS)},
            },
            "patch": {
                "summary": "Quelques champs, enregistrés ensemble ou pas du tout.",
                "parameters": [match],
                "requestBody": {"required": True, **_content(body)},
                "responses": {
                    "200": {"description": "Les champs envoyés, et la nouvelle révision."},
                    **_refusals(_REFUSALS | _REFUSALS_OF_CHANGE),
                },
            },
        },
    }


def _sheet(name: str, kind: Kind) -> dict[str, Any]:
    _, *others = SHEETS_OF[kind]
    return {
        "type": "object",
        "properties": {
            "genre": {"const": name},
            "ref": {"type": "string"},
            "revision": {"type": "integer"},
            "entreprise": {"type": "string"},
            "champs": {"$ref": f"#/components/schemas/champs_{name}"},
            "feuilles": {
                "type": "object",
                "description": "Lignes de la fiche : lues ici, changées sur le site ou par le classeur.",
                "properties": {sheet: {"type": "array", "items": _rows(sheet)} for sheet in others},
            },
        },
        "required": ["genre", "ref", "revision", "champs", "feuilles"],
    }


def _rows(key: str) -> dict[str, Any]:
    return _fields(key, (column for column in current_layout().sheet(key).columns if not column.hidden))


def _fields(key: str, columns: Iterable[Column]) -> dict[str, Any]:
    sheet: Sheet = current_layout().sheet(key)
    return {
        "type": "object",
        "properties": {column.key: column_schema(sheet, column) for column in columns},
        "additionalProperties": False,
    }


def _refusals(said: dict[str, str]) -> dict[str, Any]:
    refused = _content({"$ref": "#/components/schemas/refus"})
    return {status: {"description": text, **refused} for status, text in said.items()}


def _content(schema: dict[str, Any]) -> dict[str, Any]:
    return {"content": {_JSON: {"schema": schema}}}
