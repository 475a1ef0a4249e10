"""The prose of a TEE programme: eligibility in sentences, amounts in words, fields that depend on the firm."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from rebond.adapters.imports import criteria
from rebond.adapters.imports.account import Fate, Place
from rebond.adapters.imports.sheet import Sheet
from rebond.adapters.imports.tee_prose import (
    Range,
    Restated,
    age_sentence,
    place_sentence,
    sector_sentence,
    size_sentence,
)
from rebond.adapters.imports.tee_tables import SOURCE, TeeTables

_ELIGIBILITY = "conditions d'éligibilité"
_NOTES = {
    "montant du financement": "Montant du financement",
    "montant du prêt": "Montant du prêt",
    "durée du prêt": "Durée du prêt",
    "montant de l'avantage fiscal": "Montant de l'avantage fiscal",
    "coût de l'accompagnement": "Coût de l'accompagnement",
    "durée de l'accompagnement": "Durée de l'accompagnement",
    "activable en autonomie": "Activable en autonomie",
    "ouvert aux administrations publiques": "Ouvert aux administrations publiques",
}
_VARIANTS = "champs conditionnels"
_VARIANT_NOTES = ("Montant du dispositif", "Durée du dispositif", "opérateur de contact", "url", "autres opérateurs")
_VARIANT_CONDITIONS = {"toutes ces conditions": " et ", "une de ces conditions": " ou "}

_NOT_STARTED = re.compile(r"ne doi(?:t|vent) pas avoir commencé")
_Reading: TypeAlias = Restated | Range | int | None


def read_texts(sheet: Sheet, tables: TeeTables) -> None:
    """Notes, sentences, fields under conditions."""
    for name, label in _NOTES.items():
        if isinstance(sheet.record.get(name), str):
            sheet.note(label, (name,))
    for rank, _ in enumerate(_list(sheet.record.get("autres opérateurs"))):
        sheet.note("Autre opérateur", ("autres opérateurs", rank))
    _eligibility(sheet, tables)
    for rank, variant in enumerate(_list(sheet.record.get(_VARIANTS))):
        if isinstance(variant, Mapping):
            _variant(sheet, variant, (_VARIANTS, rank))


def _eligibility(sheet: Sheet, tables: TeeTables) -> None:
    size = sheet.typed("effectif")
    bounds = Range(low=size.get("au_moins"), high=size.get("au_plus"))
    sections = frozenset(sheet.typed("code_naf").get("naf", criteria.SECTIONS))
    listed = sheet.block("eligibilityData", "company").get("allowedRegion", ()) if sheet.typed("region") else ()
    for name, texts in sheet.block(_ELIGIBILITY).items():
        header = ""
        for rank, text in enumerate(_list(texts)):
            if not isinstance(text, str):
                continue
            place: Place = (_ELIGIBILITY, name, rank)
            reading: _Reading = None
            if name == "taille de l'entreprise":
                reading = size_sentence(text, bounds=bounds, excludes_micro=bool(sheet.typed("micro_entrepreneur")))
            elif name == "secteur géographique":
                reading = place_sentence(text, typed=frozenset(listed), places=tables.places)
            elif name == "secteur d'activité":
                reading = sector_sentence(text, typed=sections, labels=tables.sectors)
            elif name == "nombre d'années d'activité":
                reading = age_sentence(text)
            header = _settle_sentence(sheet, text, place, reading, under=header)


def _settle_sentence(sheet: Sheet, text: str, place: Place, reading: _Reading, *, under: str) -> str:
    """File a sentence where it belongs; returns the header under which the next ones come, if any.

    « L'une des catégories suivantes : » makes one sentence with what follows: its items are no conditions of their own.
    """
    if isinstance(reading, Restated):
        sheet.settle(place, Fate.RESTATED, reading.detail)
        if reading.contradiction:
            sheet.contradictions.append(reading.contradiction)
        return ""
    if isinstance(reading, int):
        age = criteria.at_least("age_annees", reading, words="entreprise trop jeune", source=f"{SOURCE} : {text}")
        sheet.type(age, place)
        return ""
    if isinstance(reading, Range):
        # TEE tells this bound without evaluating it; it says nothing else, so it can be typed.
        sheet.type(criteria.headcount(reading.low, reading.high, f"{SOURCE} : {text}"), place)
        return ""
    if under:
        sheet.sentences[-1]["texte"] += f"\n— {text.strip()}"
        sheet.settle(place, Fate.CONFIRM, f"phrase n° {len(sheet.sentences)}, suite")
        return under
    sheet.before_works = sheet.before_works or _NOT_STARTED.search(text) is not None
    sheet.confirm(text.strip(), f"{SOURCE}, {place[1]}", place)
    return text if text.rstrip().endswith(":") else ""


def _variant(sheet: Sheet, variant: Mapping[str, Any], home: Place) -> None:
    """A block that replaces fields for some firms: amounts become notes, criteria become sentences to confirm."""
    when, where = _condition(variant)
    bounds = _range_of(variant)
    asked: list[tuple[str, Place]] = []
    for rank, text in enumerate(_list(variant.get("autres critères d'éligibilité"))):
        asked.append((text, (*home, "autres critères d'éligibilité", rank)))
    size = variant.get("Eligibilité taille")
    if isinstance(size, str):
        place: Place = (*home, "Eligibilité taille")
        if isinstance(size_sentence(size, bounds=bounds, excludes_micro=False), Restated):
            sheet.settle(place, Fate.RESTATED, "redit la condition du bloc")
        else:
            asked.append((size, place))
    for text, place in asked:
        sheet.confirm(f"Si {when} : {text.strip()}", f"{SOURCE}, {_VARIANTS}", place)
    for name in _VARIANT_NOTES:
        for place, text in _texts(variant.get(name), (*home, name)):
            sheet.notes.append(f"Si {when}, {name[0].lower()}{name[1:]} : {text.strip()}")
            sheet.settle(place, Fate.NOTE, "note de l'avantage, sous condition")
    for place in where:
        fate = Fate.CONFIRM if asked else Fate.NOTE
        sheet.settle((*home, *place), fate, "condition citée avec ce qu'elle change")


def _condition(variant: Mapping[str, Any]) -> tuple[str, list[Place]]:
    for name, joiner in _VARIANT_CONDITIONS.items():
        texts = [text for text in _list(variant.get(name)) if isinstance(text, str)]
        if texts:
            words = joiner.join(text.replace(">=", "≥").replace("<=", "≤") for text in texts)
            return words, [(name, rank) for rank in range(len(texts))]
    return "le cas se présente", []


def _range_of(variant: Mapping[str, Any]) -> Range:
    """Bounds of headcount that a block states (« effectif >= 50 »)."""
    ends: dict[str, int] = {}
    for text in _list(variant.get("toutes ces conditions")):
        fact, sign, bound = [*str(text).split(), "", "", ""][:3]
        if fact == "effectif" and bound.isdigit():
            ends[sign] = int(bound)
    return Range(low=ends.get(">="), high=ends.get("<="))


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else []


def _texts(value: object, place: Place) -> list[tuple[Place, str]]:
    if isinstance(value, str):
        return [(place, value)]
    return [((*place, rank), item) for rank, item in enumerate(_list(value)) if isinstance(item, str)]
