"""Intercommunalities as people name them: by their SIREN number, or by their name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process

from rebond.eligibility.places import Commune, Gazetteer
from rebond.errors import DataError, Fault
from rebond.reading.words import fold

_SHOWN = 5
_LIKE = 60


def read_epcis(texts: Iterable[str], gazetteer: Gazetteer) -> tuple[str, ...]:
    """The SIREN numbers of intercommunalities; raises ``DataError`` with every text that names none, or several.

    A name may leave out « CC », « CA »: it is enough that one intercommunality alone holds its words.
    """
    found: list[str] = []
    faults: list[Fault] = []
    for text in texts:
        likely = _named(text, gazetteer)
        if len(likely) == 1:
            found.extend(likely)
            continue
        shown = likely or _nearest(text, gazetteer)
        problem = "plusieurs intercommunalités portent ce nom" if likely else "aucune intercommunalité de ce nom"
        listed = " ; ".join(f"{code} {gazetteer.epcis[code]}" for code in shown[:_SHOWN])
        faults.append(
            Fault(
                where="intercommunalité",
                found=text,
                problem=problem,
                mend=f"écrire le SIREN : {listed or '9 chiffres'}",
            )
        )
    if faults:
        raise DataError(faults)
    return tuple(dict.fromkeys(found))


def communes_of(gazetteer: Gazetteer, epcis: Iterable[str]) -> tuple[Commune, ...]:
    """The communes of intercommunalities, in their order."""
    return tuple(commune for epci in epcis for commune in gazetteer.by_epci.get(epci, ()))


def _named(text: str, gazetteer: Gazetteer) -> list[str]:
    digits = "".join(text.split())
    if digits in gazetteer.epcis:
        return [digits]
    words = fold(text).split()
    folded = {code: fold(name) for code, name in gazetteer.epcis.items()}
    exact = [code for code, name in folded.items() if name == " ".join(words)]
    holding = [code for code, name in folded.items() if words and set(words) <= set(name.split())]
    return exact or holding


def _nearest(text: str, gazetteer: Gazetteer) -> Sequence[str]:
    found = process.extract(text, dict(gazetteer.epcis), scorer=fuzz.WRatio, limit=_SHOWN, score_cutoff=_LIKE)
    return [code for _, _, code in found]
