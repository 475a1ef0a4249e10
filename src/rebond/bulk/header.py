"""The columns of a table, checked against the dictionary of facts before any row is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from rebond.dispositifs.model import Dispositif
from rebond.eligibility.dictionary import FactDefinition, FactDictionary, FactType
from rebond.errors import Fault
from rebond.linkage.text import fold

ID_COLUMN = "id"
CONFIRM_PREFIX = "confirme:"
_ALIKE = 60
_ALIKE_SENTENCES = 85
"""Below these (out of 100) two names are too far apart to suggest one for the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What each column of a table holds; ``id`` left out."""

    facts: Mapping[str, FactDefinition]
    has_id: bool = True
    """Whether one column, and one alone, designates the rows."""
    faults: tuple[Fault, ...] = ()
    """Columns without meaning: the others are read all the same, so that every fault is told at once."""


def read_header(
    names: Sequence[str], *, table: str, dictionary: FactDictionary, dispositifs: Iterable[Dispositif]
) -> Header:
    """The meaning of each column; those that have none are its faults, with the nearest fact."""
    sentences = {sentence.key: sentence.text for found in dispositifs for sentence in found.to_confirm}
    faults: list[Fault] = []
    facts: dict[str, FactDefinition] = {}
    if ID_COLUMN not in names:
        faults.append(
            Fault(
                where=f"{table}, en-tête",
                problem=f"la colonne « {ID_COLUMN} » manque",
                mend="ajouter une colonne « id » qui désigne chaque ligne (SIREN, SIRET ou numéro)",
            )
        )
    for name in names:
        where = f"{table}, colonne « {name} »"
        if name in facts or (name == ID_COLUMN and names.count(ID_COLUMN) > 1):
            faults.append(Fault(where=where, problem="colonne présente deux fois", mend="n’en garder qu’une"))
        elif name in dictionary:
            facts[name] = dictionary[name]
        elif name in sentences:
            facts[name] = FactDefinition(name=name, label=sentences[name], type=FactType.BOOLEAN)
        elif name != ID_COLUMN:
            faults.append(Fault(where=where, problem="fait inconnu", mend=_nearest(name, dictionary, sentences)))
    return Header(
        facts={name: fact for name, fact in facts.items() if names.count(name) == 1},
        has_id=names.count(ID_COLUMN) == 1,
        faults=tuple(dict.fromkeys(faults)),
    )


def _nearest(name: str, dictionary: FactDictionary, sentences: Iterable[str]) -> str:
    """The fact that the column may have meant, by its name or its label."""
    if name.startswith(CONFIRM_PREFIX):
        found = process.extractOne(name, sorted(sentences), scorer=fuzz.ratio, score_cutoff=_ALIKE_SENTENCES)
        return f"écrire « {found[0]} »" if found else "écrire « confirme:<financeur>/<dispositif>:<rang> »"
    wordings = {fact: fact.replace("_", " ") for fact in dictionary}
    labels = {fact: definition.label for fact, definition in dictionary.items()}
    guesses = [
        process.extractOne(name, choices, scorer=fuzz.WRatio, processor=fold, score_cutoff=_ALIKE)
        for choices in (wordings, labels)
    ]
    best = max((guess for guess in guesses if guess), key=lambda guess: guess[1], default=None)
    if best is None:
        return "retirer la colonne, ou employer un nom de data/referentiels/faits.csv"
    return f"écrire « {best[2]} » ({labels[best[2]]}), ou retirer la colonne"
