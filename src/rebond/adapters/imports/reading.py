"""Reading JSON files of programmes: every fault of the file at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rebond.errors import Fault

_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]{0,120}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What every record of a file must have: an id, texts, blocks of keys when they are there."""

    id_key: str
    texts: tuple[str, ...]
    blocks: tuple[str, ...] = ()


def wrong_records(records: Any, shape: Shape, *, name: str) -> list[Fault]:
    """Every fault of a list of records."""
    if not isinstance(records, Sequence) or isinstance(records, str) or not records:
        problem = "une liste de fiches est attendue"
        return [Fault(where=name, problem=problem, mend="donner le fichier d'origine, entier")]
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    for rank, record in enumerate(records, start=1):
        where = f"{name}, fiche {rank}"
        if not isinstance(record, Mapping):
            found = str(record)[:60]
            faults.append(Fault(where=where, found=found, problem="la fiche n'est pas un objet", mend="la retirer"))
            continue
        faults.extend(_wrong_record(record, shape, where))
        identifier = record.get(shape.id_key)
        if isinstance(identifier, str) and identifier in seen:
            problem = f"identifiant déjà pris par la fiche {seen[identifier]}"
            faults.append(Fault(where=where, found=identifier, problem=problem, mend="n'en garder qu'une"))
        seen.setdefault(str(identifier), rank)
    return faults


def _wrong_record(record: Mapping[str, Any], shape: Shape, where: str) -> Iterable[Fault]:
    for key in shape.texts:
        if not isinstance(record.get(key), str) or not record[key].strip():
            yield Fault(where=where, found=key, problem="texte obligatoire absent", mend="le compléter")
    for key in shape.blocks:
        if not isinstance(record.get(key, {}), Mapping):
            yield Fault(where=where, found=key, problem="bloc de clés attendu", mend="corriger la fiche")
    identifier = record.get(shape.id_key)
    if isinstance(identifier, str) and identifier and not _ID.match(identifier):
        problem = "identifiant impossible comme nom de fichier"
        yield Fault(where=where, found=identifier, problem=problem, mend="lettres, chiffres et tirets")
