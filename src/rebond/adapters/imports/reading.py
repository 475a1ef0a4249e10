"""Reading JSON files of programmes: every fault of the file at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rebond.errors import DataError, Fault

_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]{0,120}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What every record of a file must have: an id, texts, blocks of keys when they are there."""

    id_key: str
    texts: tuple[str, ...]
    blocks: tuple[str, ...] = ()


def sound_records(records: Any, shape: Shape, *, name: str) -> tuple[list[Mapping[str, Any]], list[Fault]]:
    """The records that can be read, and every fault of the others; raises ``DataError`` when there is no list.

    Two records under one identifier are both at fault: nobody knows which is right. The same record twice is one.
    """
    if not isinstance(records, Sequence) or isinstance(records, str) or not records:
        problem = "une liste de fiches est attendue"
        raise DataError([Fault(where=name, problem=problem, mend="donner le fichier d'origine, entier")])
    faults: list[Fault] = []
    sound: dict[str, Mapping[str, Any]] = {}
    ranks: dict[str, int] = {}
    doubled: set[str] = set()
    for rank, record in enumerate(records, start=1):
        where = f"{name}, fiche {rank}"
        if not isinstance(record, Mapping):
            found = str(record)[:60]
            faults.append(Fault(where=where, found=found, problem="la fiche n'est pas un objet", mend="la retirer"))
            continue
        identifier = str(record.get(shape.id_key))
        wrong = list(_wrong_record(record, shape, where))
        if identifier in ranks and sound.get(identifier) != record:
            doubled.add(identifier)
            problem = f"identifiant déjà pris par la fiche {ranks[identifier]}"
            wrong.append(Fault(where=where, found=identifier, problem=problem, mend="n'en garder qu'une"))
        ranks.setdefault(identifier, rank)
        faults.extend(wrong)
        if not wrong:
            sound[identifier] = record
    return [record for identifier, record in sound.items() if identifier not in doubled], faults


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
