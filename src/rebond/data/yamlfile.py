"""YAML and JSON Schema, with the line of every key, so that a fault says where it is.

One home for reading files that advisers edit: duplicate keys are refused, all faults of a file come together,
messages are French.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from rebond.data import data_folder
from rebond.data.limits import MOST_EDITED_BYTES
from rebond.data.texts import read_text
from rebond.data.yamlnodes import Path_, YamlBuilder, refuse_deep, syntax_fault
from rebond.errors import DataError, Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlFile:
    """The content of a file and the line of each of its nodes."""

    path: Path
    name: str
    """How the file is named in messages."""
    data: Any
    lines: Mapping[Path_, int]
    faults: tuple[Fault, ...] = ()

    def where(self, path: Iterable[str | int]) -> str:
        """``ademe/decarb-flash.yaml, ligne 14, clé « avantage.taux »``."""
        keys = tuple(path)
        line = next((self.lines[keys[:end]] for end in range(len(keys), -1, -1) if keys[:end] in self.lines), 1)
        label = f", clé « {'.'.join(str(key) for key in keys)} »" if keys else ""
        return f"{self.name}, ligne {line}{label}"

    def fault(self, path: Iterable[str | int], found: str, problem: str, mend: str) -> Fault:
        """A fault at a node of this file."""
        return Fault(where=self.where(path), found=_short(found), problem=problem, mend=mend)


def read_yaml(path: Path, *, name: str | None = None) -> YamlFile:
    """Read a file; whatever is wrong with its text becomes faults, never exceptions."""
    label = name or path.name
    try:
        text = read_text(path, most=MOST_EDITED_BYTES, name=label)
        refuse_deep(text, label)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except DataError as error:
        return YamlFile(path=path, name=label, data=None, lines={}, faults=error.faults)
    except yaml.YAMLError as error:
        return YamlFile(path=path, name=label, data=None, lines={}, faults=(syntax_fault(error, label),))
    builder = YamlBuilder(label)
    try:
        data = builder.build(root, ()) if root is not None else None
    except DataError as error:
        return YamlFile(path=path, name=label, data=None, lines=builder.lines, faults=(*builder.faults, *error.faults))
    return YamlFile(path=path, name=label, data=data, lines=builder.lines, faults=tuple(builder.faults))


def load_schema(path: Path) -> Draft202012Validator:
    """A JSON Schema as a validator; raises when the schema itself is wrong.

    Those that Rebond ships are checked by the tests, not at every start: it takes as long as reading what they check.
    """
    schema = json.loads(path.read_text(encoding="utf-8"))
    if not path.is_relative_to(data_folder()):
        Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def schema_faults(file: YamlFile, validator: Draft202012Validator) -> list[Fault]:
    """Every way in which a file departs from its schema, in French."""
    errors = sorted(
        validator.iter_errors(_jsonable(file.data)), key=lambda error: [str(part) for part in error.absolute_path]
    )
    return [_fault_of(file, error) for error in errors]


def _fault_of(file: YamlFile, error: ValidationError) -> Fault:
    error = _deepest(error)
    path = list(error.absolute_path)
    kind = str(error.validator)
    describe = _MESSAGES.get(kind)
    if describe is None:
        problem, mend = "valeur non conforme au schéma", "suivre le schéma du fichier"
    else:
        problem, mend = describe(error)
    found = "" if kind in {"required", "additionalProperties"} else _written(error.instance)
    return file.fault(path, found, problem, mend)


def _written(value: object) -> str:
    """A value as a file writes it."""
    if value is None or isinstance(value, Mapping | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _deepest(error: ValidationError) -> ValidationError:
    """For « one of these shapes », the fault within the shape that was meant: the one whose own key is there."""
    while error.validator in {"oneOf", "anyOf"} and error.context:
        branches: dict[int, list[ValidationError]] = {}
        for child in error.context:
            branches.setdefault(int(child.schema_path[0]), []).append(child)
        shaped = [faults for faults in branches.values() if not any(_is_of_another(error, child) for child in faults)]
        if len(shaped) == 1:
            error = shaped[0][0]
            continue
        meant = [
            faults for faults in branches.values() if not any(_is_own_key_missing(error, child) for child in faults)
        ]
        if not meant:
            break
        error = min(meant, key=len)[0]
    return error


def _is_of_another(parent: ValidationError, child: ValidationError) -> bool:
    """Whether it tells that another shape is meant: the value is of another kind, or names another one."""
    deeper = len(child.absolute_path) - len(parent.absolute_path)
    return (deeper == 0 and child.validator in {"type", "const"}) or (
        deeper == 1 and child.validator in {"const", "enum"}
    )


def _shapes(error: ValidationError) -> str:
    """The shapes that a key of the value would name, when there is such a key."""
    depth = len(error.absolute_path)
    named: dict[str, dict[str, None]] = {}
    for child in error.context or ():
        if child.validator in {"const", "enum"} and len(child.absolute_path) == depth + 1:
            words = named.setdefault(str(child.absolute_path[-1]), {})
            words |= dict.fromkeys(map(str, _items(child.validator_value) or [child.validator_value]))
    return " ; ".join(f"« {key} » : choisir parmi {', '.join(values)}" for key, values in named.items())


def _is_own_key_missing(parent: ValidationError, child: ValidationError) -> bool:
    return child.validator == "required" and list(child.absolute_path) == list(parent.absolute_path)


def _unexpected(error: ValidationError) -> tuple[str, str]:
    schema: dict[str, Any] = dict(error.schema) if isinstance(error.schema, Mapping) else {}
    known = list(schema.get("properties", {}))
    extra = [key for key in _keys(error.instance) if key not in known]
    return f"clé inconnue : {', '.join(extra)}", f"clés possibles : {', '.join(known)}"


def _missing(error: ValidationError) -> tuple[str, str]:
    lacking = [key for key in _items(error.validator_value) if key not in _keys(error.instance)]
    return f"clé obligatoire absente : {', '.join(lacking)}", "l'ajouter"


def _keys(instance: object) -> list[str]:
    return list(instance) if isinstance(instance, Mapping) else []


def _items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _description(error: ValidationError, default: str) -> str:
    """What the schema itself says of the value."""
    return str(error.schema.get("description", default)) if isinstance(error.schema, Mapping) else default


_TYPES = {
    "string": "un texte",
    "object": "un bloc de clés",
    "array": "une liste",
    "integer": "un entier",
    "number": "un nombre",
    "boolean": "true ou false",
    "null": "null",
}


def _types(wanted: object) -> str:
    """The types that a schema admits, in words."""
    every = wanted if isinstance(wanted, list) else [wanted]
    return " ou ".join(_TYPES.get(str(each), str(each)) for each in every)


_MESSAGES: dict[str, Callable[[ValidationError], tuple[str, str]]] = {
    "required": _missing,
    "additionalProperties": _unexpected,
    "not": lambda _: ("une date, au lieu d'un texte", "écrire un texte"),
    "enum": lambda e: ("valeur hors de la liste", f"choisir parmi : {', '.join(map(str, _items(e.validator_value)))}"),
    "const": lambda e: ("valeur inattendue", f"écrire « {e.validator_value} »"),
    "type": lambda e: (
        f"type inattendu ({_types(e.validator_value)} attendu)",
        "corriger la valeur",
    ),
    "pattern": lambda e: ("format inattendu", _description(e, f"forme attendue : {e.validator_value}")),
    "minItems": lambda e: (
        ("trop peu d'éléments", f"en écrire {e.validator_value}")
        if e.instance
        else ("liste vide", "écrire au moins un élément")
    ),
    "maxItems": lambda e: ("trop d'éléments", f"en garder {e.validator_value}"),
    "minimum": lambda e: ("valeur trop petite", _description(e, f"au moins {e.validator_value}")),
    "maximum": lambda e: ("valeur trop grande", _description(e, f"au plus {e.validator_value}")),
    "minLength": lambda _: ("texte vide", "écrire un texte"),
    "anyOf": lambda e: ("aucune des formes permises", _shapes(e) or _description(e, "suivre le schéma")),
    "oneOf": lambda e: ("aucune des formes permises", _shapes(e) or _description(e, "suivre le schéma")),
    "minProperties": lambda _: ("bloc vide", "écrire au moins une clé"),
}


def _jsonable(value: Any) -> Any:
    """Dates as ISO text: JSON Schema knows no dates."""
    if isinstance(value, dict):
        return {key: _jsonable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_jsonable(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _short(text: str, limit: int = 80) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
