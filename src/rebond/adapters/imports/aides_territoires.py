"""Pages of the aides-territoires API: from the aids open to firms to draft dispositifs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rebond.adapters.imports import criteria
from rebond.adapters.imports.account import Fate
from rebond.adapters.imports.contradictions import dates_cross
from rebond.adapters.imports.draft import Draft, ImportedFile
from rebond.adapters.imports.html_text import plain_text, sentences
from rebond.adapters.imports.reading import Shape, sound_records
from rebond.adapters.imports.sheet import Heading, Sheet
from rebond.adapters.imports.tables import (
    Operator,
    PlaceNames,
    folded,
    load_operators,
    load_place_names,
    rows,
    unlisted_operator,
)
from rebond.data import catalogue_part
from rebond.data.jsonfile import read_json
from rebond.dispositifs.organisations import load_organisations
from rebond.errors import DataError, Fault
from rebond.facts import UNKNOWN
from rebond.reading.dates import read_date
from rebond.reading.problem import Unreadable

FOLDER = "aides-territoires"
SOURCE = "aides-territoires"
PRIVATE_SECTOR = "private_sector"
_SITE = "https://aides-territoires.beta.gouv.fr"
_REVIEWER = "import aides-territoires, à relire"
_UNNAMED = "Financeur non précisé"
_SHAPE = Shape(id_key="slug", texts=("slug", "name"))
_SUMMARY_LENGTH = 280
_WHOLE = 100
_PERMANENT = "permanente"
_EVERYWHERE = {"france", "europe", "monde"}
_PRESENTATION = {
    "id": "identifiant interne de la source",
    "slug": "identifiant du dispositif",
    "name_initial": "intitulé d'avant réécriture",
    "short_title": "intitulé court",
    "description": "texte de présentation, dont le début fait le résumé",
    "project_examples": "exemples de projets",
    "project_references": "exemples de projets",
    "import_data_url": "provenance chez la source",
    "import_data_mention": "provenance chez la source",
    "import_share_licence": "licence de la source",
    "date_created": "date de la fiche",
    "date_updated": "date de la fiche",
    "financers_full": "redit les financeurs",
    "instructors_full": "redit les instructeurs",
    "aid_types_full": "redit les formes",
    "perimeter_scale": "échelle du périmètre",
}
_NOTES = {
    "subvention_comment": "Sur la subvention",
    "loan_amount": "Montant du prêt (€)",
    "recoverable_advance_amount": "Montant de l'avance récupérable (€)",
    "predeposit_date": "Date de pré-dépôt",
    "recurrence": "Récurrence",
    "is_call_for_project": "Appel à projets",
    "is_charged": "Aide payante",
    "european_aid": "Aide européenne",
    "application_url": "Dépôt de la demande",
}
_AMOUNTS = frozenset({"loan_amount", "recoverable_advance_amount"})
_NOTED_LISTS = {
    "programs": "Programme",
    "categories": "Thématique",
    "mobilization_steps": "Étape du projet",
    "destinations": "Dépenses visées",
    "targeted_audiences": "Public visé",
}


@dataclass(frozen=True, kw_only=True)
class ApiTables:
    """Everything that reading the API rests on."""

    operators: Mapping[str, Operator]
    instruments: Mapping[str, str]
    """In order: the first form that an aid has is the form of the draft."""
    audiences: Mapping[str, str]
    places: PlaceNames
    all_regions: tuple[str, ...]

    def operator(self, name: str) -> Operator:
        """An operator by the name that the source gives it."""
        return self.operators.get(folded(name)) or unlisted_operator(name, source=SOURCE)


def load_api_tables(folder: Path) -> ApiTables:
    """The tables of a catalogue, or the shipped ones; organisations are also known by their own names."""
    referentials = catalogue_part(folder, "referentiels")
    places = load_place_names(referentials)
    known = load_organisations(folder)
    named = {
        folded(name): Operator(code=org.code, added=None)
        for org in known.values()
        for name in (org.short_name, org.name)
    }
    table = referentials / "operateurs_aides_territoires.csv"
    return ApiTables(
        operators=named | load_operators(table, known=known, source=SOURCE),
        instruments={
            folded(row["libelle"]): row["forme"] for row in rows(referentials / "formes_aides_territoires.csv")
        },
        audiences={folded(row["libelle"]): row["code"] for row in rows(referentials / "publics_aides_territoires.csv")},
        places=places,
        all_regions=tuple(sorted(places.regions.values())),
    )


def read_aides_territoires(
    paths: Sequence[Path], tables: ApiTables, *, on: date, audiences: Iterable[str] = (PRIVATE_SECTOR,)
) -> ImportedFile:
    """The sound aids of one or more pages that are open to these audiences, and the faults of the others.

    Raises ``DataError`` when a page cannot be read, or when no aid is sound.
    """
    wanted = set(audiences)
    found, faults, warnings = _gather(paths)
    strange = list(_unknown_forms(found, tables))
    faults.extend(fault for _, fault in strange)
    records = [record for record in found if record["slug"] not in {slug for slug, _ in strange}]
    if faults and not records:
        raise DataError(faults)
    kept: list[Mapping[str, Any]] = []
    aside: dict[str, str] = {}
    for record in records:
        reason = _why_aside(record, tables, wanted)
        if reason:
            aside[record["slug"]] = reason
        else:
            kept.append(record)
    funders = {_funder(record): tables.operator(_funder(record)) for record in kept}
    funders |= {name: tables.operator(name) for record in kept for name in _names(record, "instructors")[:1]}
    return ImportedFile(
        source=FOLDER,
        title="Aides-territoires",
        drafts=tuple(draft_of(record, tables, on=on) for record in kept),
        organisations=tuple(operator.added for operator in funders.values() if operator.added is not None),
        set_aside=aside,
        # Pages answer a query: an aid that is not in them has not left the source.
        complete=False,
        warnings=tuple(warnings),
        faults=tuple(faults),
    )


def _gather(paths: Sequence[Path]) -> tuple[list[Mapping[str, Any]], list[Fault], list[str]]:
    """The sound records of every page, the faults of the others, what lacks; pages that cannot be read stop it all."""
    found: dict[str, Mapping[str, Any]] = {}
    faults: list[Fault] = []
    unreadable: list[Fault] = []
    doubled: set[str] = set()
    announced = 0
    for path in paths:
        try:
            page = read_json(path)
            sound, wrong = sound_records(
                page.get("results") if isinstance(page, Mapping) else page, _SHAPE, name=path.name
            )
        except DataError as error:
            unreadable.extend(error.faults)
            continue
        if isinstance(page, Mapping) and isinstance(page.get("count"), int):
            announced = max(announced, page["count"])
        faults.extend(wrong)
        for record in sound:
            known = found.setdefault(record["slug"], record)
            if known != record:
                doubled.add(record["slug"])
                where = f"{path.name}, aide « {record['slug']} »"
                problem = "deux contenus pour une même aide dans les pages données"
                faults.append(Fault(where=where, problem=problem, mend="télécharger toutes les pages d'un coup"))
    if unreadable:
        raise DataError(unreadable)
    missing = announced - len(found)
    warnings = [f"L'API annonce {announced} aides, {len(found)} sont dans les pages données."] if missing > 0 else []
    return [record for slug, record in found.items() if slug not in doubled], faults, warnings


def _unknown_forms(records: Iterable[Mapping[str, Any]], tables: ApiTables) -> Iterable[tuple[str, Fault]]:
    for record in records:
        for name in _names(record, "aid_types"):
            if folded(name) not in tables.instruments:
                yield (
                    record["slug"],
                    Fault(
                        where=f"aide « {record['slug']} », clé « aid_types »",
                        found=name,
                        problem="forme d'aide inconnue",
                        mend="l'ajouter à referentiels/formes_aides_territoires.csv",
                    ),
                )


def _why_aside(record: Mapping[str, Any], tables: ApiTables, wanted: set[str]) -> str:
    audiences = _names(record, "targeted_audiences")
    if not wanted & {tables.audiences.get(folded(name), folded(name)) for name in audiences}:
        return f"public visé : {', '.join(audiences) or 'aucun'}"
    return "" if _names(record, "aid_types") else "aucune forme d'aide"


def _names(record: Mapping[str, Any], key: str) -> list[str]:
    value = record.get(key)
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _funder(record: Mapping[str, Any]) -> str:
    return next(iter(_names(record, "financers")), _UNNAMED)


def draft_of(record: Mapping[str, Any], tables: ApiTables, *, on: date) -> Draft:
    """One aid as a draft, verified on that day."""
    sheet = Sheet(f"{FOLDER}/{record['slug']}", record)
    sheet.settle_known(_PRESENTATION, Fate.ORIGIN)
    heading = _heading(sheet, tables)
    _window(sheet, on)
    _perimeter(sheet, tables)
    _eligibility(sheet)
    _advantage(sheet)
    return sheet.finish(heading, on=on)


def _heading(sheet: Sheet, tables: ApiTables) -> Heading:
    record = sheet.record
    instructors = _names(record, "instructors")
    forms = [tables.instruments[folded(name)] for name in _names(record, "aid_types")]
    order = list(tables.instruments.values())
    instrument = min(forms, key=order.index)
    sheet.settle_known({"name": "intitulé", "aid_types": "forme", "url": "source", "origin_url": "adresse"}, Fate.FIELD)
    if len(set(forms)) > 1:
        sheet.notes.append(f"Plusieurs formes d'aide : {', '.join(_names(record, 'aid_types'))}")
    for key, detail in (("financers", "financeur"), ("instructors", "instructeur")):
        for rank, name in enumerate(_names(record, key)):
            sheet.settle((key, rank), Fate.NOTE if rank else Fate.FIELD, "note de l'avantage" if rank else detail)
            if rank:
                sheet.notes.append(f"Autre {detail} : {name}")
    page = _SITE + str(record.get("url") or f"/aides/{record['slug']}/")
    contact = record.get("contact")
    if isinstance(contact, str):
        sheet.settle(("contact",), Fate.FIELD, "contact")
    return Heading(
        title=record["name"].strip(),
        funder=tables.operator(_funder(record)).code,
        instructor=tables.operator(instructors[0]).code if instructors else "",
        instrument=instrument,
        summary=_summary(record),
        url=str(record.get("origin_url") or page).strip(),
        contact=plain_text(contact) if isinstance(contact, str) else "",
        sources=(page,),
        window_source=f"{SOURCE} {record['slug']}",
        reviewer=_REVIEWER,
    )


def _summary(record: Mapping[str, Any]) -> str:
    text = plain_text(str(record.get("description") or "")).replace("\n", " ") or record["name"].strip()
    if len(text) <= _SUMMARY_LENGTH:
        return str(text)
    return str(text[:_SUMMARY_LENGTH].rsplit(" ", 1)[0] + " …")


def _window(sheet: Sheet, on: date) -> None:
    words = {"start_date": "du", "submission_deadline": "au"}
    found = {key: _day(sheet.record.get(key)) for key in words}
    opens_on, closes_on = found["start_date"], found["submission_deadline"]
    if dates_cross(sheet, opens_on, closes_on, SOURCE, *((key,) for key in words)):
        found, words = dict.fromkeys(found), {}
    elif closes_on is not None and closes_on < on and folded(str(sheet.record.get("recurrence"))) == _PERMANENT:
        # One of the two is wrong: typed, the date would close an aid that may be open.
        sheet.contradictions.append(f"Aide « permanente » dont la date limite est passée ({closes_on:%d/%m/%Y}).")
        question = f"L'aide est encore ouverte après sa date limite du {closes_on:%d/%m/%Y}"
        sheet.confirm(question, SOURCE, ("submission_deadline",))
        found["submission_deadline"] = None
        del words["submission_deadline"]
    for key, word in words.items():
        text = sheet.record.get(key)
        if found[key] is not None:
            sheet.settle((key,), Fate.CRITERION, f"validite.{word}")
        elif text:
            sheet.confirm(f"Date que la machine n'a pas su lire ({key}) : {text}", SOURCE, (key,))
    live = sheet.record.get("is_live")
    if isinstance(live, bool):
        sheet.settle(("is_live",), Fate.FIELD, "validite.suspendu")
    sheet.window = criteria.Window(
        opens_on=found["start_date"], closes_on=found["submission_deadline"], suspended=live is False
    )
    if closes_on is None:
        sheet.gap("dates", "L'aide a-t-elle une date de fin ? La source n'en donne pas.")


def _day(text: object) -> date | None:
    """The day of a text, ``None`` when it is none: the text itself is then kept for a person."""
    try:
        day = read_date(text).value
    except Unreadable:
        return None
    return None if day is UNKNOWN else day


def _perimeter(sheet: Sheet, tables: ApiTables) -> None:
    name = sheet.record.get("perimeter")
    if not isinstance(name, str) or not name.strip():
        return
    region, departement = tables.places.region(name), tables.places.departement(name)
    if folded(name) in _EVERYWHERE:
        sheet.settle(("perimeter",), Fate.RESTATED, "n'ajoute aucune condition")
    elif region is not None:
        typed = criteria.one_of("region", [region], universe=tables.all_regions, words="autre région", source=SOURCE)
        sheet.type(typed, ("perimeter",))
    elif departement is not None:
        everywhere = tables.places.region_of
        typed = criteria.one_of(
            "departement", [departement], universe=everywhere, words="autre département", source=SOURCE
        )
        sheet.type(typed, ("perimeter",))
    else:
        sheet.confirm(f"Le projet est situé dans le périmètre : {name.strip()}", SOURCE, ("perimeter",))


def _eligibility(sheet: Sheet) -> None:
    html = sheet.record.get("eligibility")
    found = sentences(html) if isinstance(html, str) else []
    if not found:
        return
    for text in found:
        sheet.confirm(text, f"{SOURCE}, éligibilité")
    ranks = (len(sheet.sentences) - len(found) + 1, len(sheet.sentences))
    sheet.settle(("eligibility",), Fate.CONFIRM, f"phrases n° {ranks[0]} à {ranks[1]}")


def _advantage(sheet: Sheet) -> None:
    _rates(sheet)
    for key, label in _NOTES.items():
        value = sheet.record.get(key)
        if key in _AMOUNTS and isinstance(value, int | float) and value < 0:
            sheet.contradictions.append(f"{label} : {value}, un montant négatif.")
        if value not in (None, "") and not isinstance(value, list | Mapping):
            text = plain_text(value) if isinstance(value, str) else {True: "oui", False: "non"}.get(value, value)
            sheet.notes.append(f"{label} : {text}")
            sheet.settle((key,), Fate.NOTE, "note de l'avantage")
    for key, label in _NOTED_LISTS.items():
        names = _names(sheet.record, key)
        if names and len(names) == len(sheet.record[key]):
            sheet.notes.append(f"{label} : {', '.join(names)}")
            sheet.settle((key,), Fate.NOTE, "note de l'avantage")
    sheet.gap("assiette", "Quelles dépenses l'aide couvre-t-elle ?")
    sheet.gap("regime", "Sous quel régime d'aide d'État l'aide est-elle accordée ?")


def _rates(sheet: Sheet) -> None:
    """A rate is typed only when both bounds agree: between two bounds, it is not known."""
    keys = ("subvention_rate_lower_bound", "subvention_rate_upper_bound")
    low, high = map(_rate, map(sheet.record.get, keys))
    if low is not None and low == high:
        sheet.advantage["taux"] = [{"valeur": f"{low:g} %", "source": SOURCE, "verifie": "non"}]
        for key in keys:
            sheet.settle((key,), Fate.FIELD, "avantage.taux")
        return
    if low is not None and high is not None and low > high:
        sheet.contradictions.append(f"Taux minimal de {low:g} %, au-dessus du taux maximal de {high:g} %.")
    for key, words in zip(keys, ("Taux minimal", "Taux maximal"), strict=True):
        value = sheet.record.get(key)
        if isinstance(value, int | float | str) and value != "":
            if isinstance(value, int | float) and not 0 <= value <= _WHOLE:
                sheet.contradictions.append(f"{words} de {value} % : un taux va de 0 à 100 %.")
            sheet.notes.append(f"{words} : {value} %")
            sheet.settle((key,), Fate.NOTE, "note de l'avantage")
    sheet.gap("taux", "Quel taux, entre les bornes que donne la source ?")


def _rate(value: object) -> float | None:
    """A rate in percent; ``None`` for what is no rate, or zero, which the source writes for « not said »."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if 0 < value <= _WHOLE else None
