"""Programmes of Mission Transition Écologique (TEE): from ``programs.json`` to draft dispositifs.

What TEE evaluates becomes typed conditions, so that whatever it refuses is refused here; what it only tells in prose
is put to people. TEE reads an answer that lacks as « eligible »: here it stays UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rebond.adapters.imports import criteria
from rebond.adapters.imports.account import Fate
from rebond.adapters.imports.contradictions import dates_cross
from rebond.adapters.imports.draft import Draft, ImportedFile
from rebond.adapters.imports.reading import Shape, sound_records
from rebond.adapters.imports.sheet import Heading, Sheet
from rebond.adapters.imports.tables import folded
from rebond.adapters.imports.tee_prose import Range
from rebond.adapters.imports.tee_publicodes import texts_of, unexplained
from rebond.adapters.imports.tee_tables import SOURCE, TeeTables
from rebond.adapters.imports.tee_texts import read_texts
from rebond.data.jsonfile import read_json
from rebond.errors import DataError, Fault

FOLDER = "tee"
_PAGE = "https://mission-transition-ecologique.beta.gouv.fr/aides-entreprise/"
_SHAPE = Shape(
    id_key="id",
    texts=("id", "titre", "promesse", "opérateur de contact", "nature de l'aide"),
    blocks=("eligibilityData", "conditions d'éligibilité", "publicodes"),
)
_REVIEWER = "import TEE, à relire"
_PRESENTATION = {
    "id": "identifiant du dispositif",
    "type": "sorte de fiche",
    "metaTitre": "référencement du site",
    "metaDescription": "référencement du site",
    "description": "texte de présentation",
    "description longue": "texte de présentation",
    "illustration": "image du site",
    "objectifs": "étapes de la démarche et liens",
}


def read_tee(path: Path, tables: TeeTables, *, on: date) -> ImportedFile:
    """Every sound programme of a file as a draft, the others with their faults; raises ``DataError`` when none is."""
    found, faults = sound_records(read_json(path), _SHAPE, name=path.name)
    strange = {record["id"]: fault for record in found if (fault := _unknown_nature(record, path.name, tables))}
    faults.extend(strange.values())
    records = [record for record in found if record["id"] not in strange]
    if not records:
        raise DataError(faults)
    operators = {name: tables.operator(name) for name in sorted({record["opérateur de contact"] for record in records})}
    return ImportedFile(
        source=FOLDER,
        title="Mission Transition Écologique",
        drafts=tuple(draft_of(record, tables, on=on) for record in records),
        organisations=tuple(operator.added for operator in operators.values() if operator.added is not None),
        set_aside={},
        # A record at fault may be any programme: none is then held to have left the source.
        complete=not faults,
        faults=tuple(faults),
    )


def _unknown_nature(record: Mapping[str, Any], name: str, tables: TeeTables) -> Fault | None:
    if folded(record["nature de l'aide"]) in tables.instruments:
        return None
    return Fault(
        where=f"{name}, fiche « {record['id']} », clé « nature de l'aide »",
        found=record["nature de l'aide"],
        problem="nature d'aide inconnue",
        mend="l'ajouter à referentiels/natures_tee.csv",
    )


def draft_of(record: Mapping[str, Any], tables: TeeTables, *, on: date) -> Draft:
    """One programme as a draft, verified on that day."""
    sheet = Sheet(f"{FOLDER}/{record['id']}", record)
    sheet.settle_known(_PRESENTATION, Fate.ORIGIN)
    heading = _heading(sheet, tables)
    _validity(sheet)
    _company(sheet, tables)
    _objectives(sheet, tables)
    read_texts(sheet, tables)
    _publicodes(sheet, tables)
    _gaps(sheet)
    return sheet.finish(heading, on=on)


def _heading(sheet: Sheet, tables: TeeTables) -> Heading:
    record = sheet.record
    fields = (
        field
        for name in _strings(sheet, "priorityObjectives")
        if name in tables.objectives
        for field in tables.objectives[name].fields
    )
    sheet.settle_known(
        {
            "titre": "intitulé",
            "promesse": "résumé",
            "opérateur de contact": "financeur",
            "nature de l'aide": "forme",
            "url": "adresse",
        },
        Fate.FIELD,
    )
    return Heading(
        title=record["titre"].strip(),
        funder=tables.operator(record["opérateur de contact"]).code,
        instrument=tables.instruments[folded(record["nature de l'aide"])],
        summary=record["promesse"].strip(),
        fields=tuple(dict.fromkeys(fields)),
        url=str(record.get("url") or "").strip() or _PAGE + record["id"],
        contact=_contact(sheet),
        sources=(_PAGE + record["id"],),
        window_source=f"{SOURCE} {record['id']}",
        reviewer=_REVIEWER,
    )


def _contact(sheet: Sheet) -> str:
    operator = str(sheet.record["opérateur de contact"]).strip()
    link = sheet.record.get("contact question")
    if not isinstance(link, str):
        return operator
    if not link.startswith("http"):
        sheet.settle(("contact question",), Fate.ORIGIN, "pas d'adresse publique : formulaire de TEE")
        return operator
    sheet.settle(("contact question",), Fate.FIELD, "contact")
    return f"{operator} : {link.strip()}"


def _validity(sheet: Sheet) -> None:
    home = ("eligibilityData", "validity")
    texts = sheet.block(*home)
    found = {key: _day(texts.get(key)) for key in ("start", "end")}
    crossed = dates_cross(sheet, found["start"], found["end"], SOURCE, (*home, "start"), (*home, "end"))
    for key, twin, word in (("start", "début de validité", "du"), ("end", "fin de validité", "au")):
        place = (*home, key)
        if found[key] is not None and not crossed:
            sheet.settle(place, Fate.CRITERION, f"validite.{word}")
        elif found[key] is None and texts.get(key) is not None:
            sheet.confirm(f"Date que la machine n'a pas su lire ({twin}) : {texts.get(key)}", SOURCE, place)
        if twin in sheet.record:
            _twin_date(sheet, twin, found[key])
    if crossed:
        found = dict.fromkeys(found)
    suspended = str(sheet.record.get("aide temporairement indisponible", "")).strip().casefold() == "oui"
    sheet.settle_known({"aide temporairement indisponible": "validite.suspendu"}, Fate.FIELD)
    sheet.window = criteria.Window(opens_on=found["start"], closes_on=found["end"], suspended=suspended)


def _twin_date(sheet: Sheet, name: str, typed: date | None) -> None:
    """TEE writes each date twice; the typed one holds."""
    text = sheet.record[name]
    if typed is not None and _day(text) == typed:
        sheet.settle((name,), Fate.RESTATED, "même date que eligibilityData")
        return
    sheet.contradictions.append(f"« {name} » : {text} dans la fiche, {typed or 'aucune date'} dans ses données.")
    sheet.confirm(f"{name} : {text}", SOURCE, (name,))


def _day(text: object) -> date | None:
    """``31/12/2026``; ``None`` for anything else: TEE then sets no limit."""
    try:
        day, month, year = (int(part) for part in str(text).split("/"))
        return date(year, month, day)
    except ValueError:
        return None


def _company(sheet: Sheet, tables: TeeTables) -> None:
    company = sheet.block("eligibilityData", "company")
    home = ("eligibilityData", "company")
    bounds = headcount_bounds(company)
    if bounds.low is not None and bounds.high is not None and bounds.low > bounds.high:
        sheet.contradictions.append(f"Effectif : au moins {bounds.low}, au plus {bounds.high}.")
        sheet.gap("conditions", "Quelles sont les bornes d'effectif ? La source les donne à l'envers.")
    elif not bounds.is_open:
        keys = [key for key in ("minEmployees", "maxEmployees") if _number(company.get(key)) is not None]
        sheet.type(criteria.headcount(bounds.low, bounds.high, SOURCE), *((*home, key) for key in keys))
    if company.get("excludeMicroentrepreneur") is True:
        micro = criteria.flag("micro_entrepreneur", wanted=False, words="micro-entrepreneur", source=SOURCE)
        sheet.type(micro, (*home, "excludeMicroentrepreneur"))
    elif company.get("excludeMicroentrepreneur") is False:
        sheet.settle((*home, "excludeMicroentrepreneur"), Fate.RESTATED, "n'ajoute aucune condition")
    _sections(sheet, _strings(sheet, "company", "allowedNafSections"))
    _regions(sheet, _strings(sheet, "company", "allowedRegion"), tables)
    _administrations(sheet, open_to_all=company.get("openToPublicAdministration"))


def headcount_bounds(company: Mapping[str, Any]) -> Range:
    """The bounds that the data give."""
    return Range(low=_number(company.get("minEmployees")), high=_number(company.get("maxEmployees")))


def _number(raw: object) -> int | None:
    text = str(raw).strip()
    return int(text) if text.isascii() and text.isdigit() else None


def _strings(sheet: Sheet, *keys: str) -> list[str]:
    """A list of texts of ``eligibilityData``; empty when there is none, or when it is something else."""
    return texts_of(sheet.block("eligibilityData", *keys[:-1]).get(keys[-1]))


def _sections(sheet: Sheet, found: Sequence[str]) -> None:
    place = ("eligibilityData", "company", "allowedNafSections")
    known = [section for section in found if section in set(criteria.SECTIONS)]
    if not known or len(known) < len(found):
        return
    if len(set(known)) == len(criteria.SECTIONS):
        # Every section: true whatever the activity, so nothing to ask of a firm whose activity is not known.
        sheet.settle(place, Fate.RESTATED, "les 21 sections : aucune restriction")
        return
    sheet.type(criteria.sections(known, SOURCE), place)


def _regions(sheet: Sheet, found: Sequence[str], tables: TeeTables) -> None:
    home = ("eligibilityData", "company", "allowedRegion")
    codes = {name: code for name in found if (code := tables.places.region(name)) is not None}
    if not codes:
        return
    for rank, name in enumerate(found):
        departement = tables.places.departement(name)
        if name in codes or departement is None:
            continue
        if tables.places.region_of[departement] in codes.values():
            sheet.settle((*home, rank), Fate.RESTATED, "département d'une région déjà citée")
            continue
        sheet.contradictions.append(
            f"TEE cite le département « {name} » parmi des régions : il y refuse donc tout projet."
        )
        sheet.gap("conditions", f"Le dispositif est-il ouvert dans le département « {name} » ?")
        sheet.settle((*home, rank), Fate.NOTE, "contradiction signalée : un département parmi des régions")
    places = [(*home, rank) for rank, name in enumerate(found) if name in codes]
    unique = list(dict.fromkeys(codes.values()))
    region = criteria.one_of("region", unique, universe=tables.all_regions, words="autre région", source=SOURCE)
    sheet.type(region, *places)


def _administrations(sheet: Sheet, *, open_to_all: object) -> None:
    place = ("eligibilityData", "company", "openToPublicAdministration")
    if open_to_all is False:
        closed = criteria.flag("administration_publique", wanted=False, words="administration publique", source=SOURCE)
        sheet.type(closed, place)
    elif open_to_all is True:
        sheet.settle(place, Fate.RESTATED, "n'ajoute aucune condition")


def _objectives(sheet: Sheet, tables: TeeTables) -> None:
    place = ("eligibilityData", "priorityObjectives")
    found = _strings(sheet, "priorityObjectives")
    if not found or not all(name in tables.objectives for name in found):
        return
    values = list(dict.fromkeys(value for name in found for value in tables.objectives[name].values))
    goal = criteria.any_of_set(
        "objectifs", values, universe=tables.all_objectives, words="autres objectifs", source=SOURCE
    )
    sheet.type(goal, place)


def _publicodes(sheet: Sheet, tables: TeeTables) -> None:
    rules = sheet.record.get("publicodes")
    if not rules:
        return
    words = {name: objective.words for name, objective in tables.objectives.items()}
    more = list(unexplained(rules, sheet.block("eligibilityData"), words))
    for place, value in more:
        rule = " › ".join(str(key) for key in place if isinstance(key, str))
        sheet.confirm(f"Règle publicodes de TEE, « {rule} » : {value}", SOURCE, ("publicodes", *place))
    sheet.settle(("publicodes",), Fate.RESTATED, "redit les critères typés")


def _gaps(sheet: Sheet) -> None:
    sheet.gap("taux", "Quel taux et quelle assiette ? TEE ne les donne qu'en toutes lettres.")
    sheet.gap("regime", "Sous quel régime d'aide d'État l'aide est-elle accordée ?")
    if sheet.window.closes_on is None:
        sheet.gap("dates", "Le dispositif a-t-il une date de fin ? TEE n'en donne pas.")
