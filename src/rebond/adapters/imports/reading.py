"""Reading JSON files of programmes: every fault of the file at once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rebond.errors import DataError, Fault

_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]{0,120}$")


def read_json(path: Path) -> Any:
    """The content of a JSON file; raises ``DataError`` when there is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        problem, mend = f"fichier illisible ({error.strerror})", "vérifier le chemin et les droits"
    except UnicodeDecodeError:
        problem, mend = "le fichier n'est pas en UTF-8", "l'enregistrer en UTF-8"
    except json.JSONDecodeError as error:
        problem, mend = (
            f"JSON illisible, ligne {error.lineno} : {error.msg}",
            "télécharger de nouveau le fichier, entier",
        )
    raise DataError([Fault(where=path.name, problem=problem, mend=mend)])


def wrong_records(records: Any, *, name: str, texts: Iterable[str], blocks: Iterable[str] = (), key: str = "id") -> list[Fault]:
    """Faults of a list of records: shape, ids, texts and blocks that a programme cannot lack."""
    if not isinstance(records, Sequence) or isinstance(records, str) or not records:
        return [
            Fault(where=name, problem="une liste de fiches est attendue", mend="donner le fichier d'origine, entier")
        ]
    faults: list[Fault] = []
    seen: dict[str, int] = {}
    required, framed = tuple(texts), tuple(blocks)
    for rank, record in enumerate(records, start=1):
        where = f"{name}, fiche {rank}"
        if not isinstance(record, Mapping):
            faults.append(
                Fault(where=where, found=str(record)[:60], problem="la fiche n'est pas un objet", mend="la retirer")
            )
            continue
        faults.extend(
            Fault(where=where, found=name_, problem="texte obligatoire absent", mend="le compléter")
            for key in required
            if not isinstance(record.get(key), str) or not record[key].strip()
        )
        faults.extend(
            Fault(where=where, found=key, problem="bloc de clés attendu", mend="corriger la fiche")
            for key in framed
            if not isinstance(record.get(key, {}), Mapping)
        )
        identifier = record.get("id")
        if not isinstance(identifier, str):
            continue
        if not _ID.match(identifier):
            problem = "identifiant impossible comme nom de fichier"
            faults.append(Fault(where=where, found=identifier, problem=problem, mend="lettres, chiffres et tirets"))
        if identifier in seen:
            problem = f"identifiant déjà pris par la fiche {seen[identifier]}"
            faults.append(Fault(where=where, found=identifier, problem=problem, mend="n'en garder qu'une"))
        seen.setdefault(identifier, rank)
    return faults
