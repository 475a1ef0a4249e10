"""Thresholds and vocabularies of the linkage: ``rapprochement.yaml`` and the two CSV beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from rebond.data.csvfile import csv_rows
from rebond.data.shapes import TEXT, Shape, block, many, read_shaped
from rebond.data.yamlfile import YamlFile
from rebond.errors import CatalogueError, Fault, gathered
from rebond.linkage.text import fold, singular
from rebond.reading.amounts import require_rate
from rebond.reading.problem import Unreadable
from rebond.reading.words import text_of
from rebond.units import Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class ByPlace:
    """A threshold on the score of names, by what is known of the communes; above 100 means never."""

    same: int
    unknown: int
    other: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRules:
    """When two names are those of one firm."""

    linked: ByPlace
    to_confirm: ByPlace
    homonym_gap: int
    near_siren: int
    prefilter: int
    acronym_min: int
    acronym_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRules:
    """When two lines speak of one project."""

    title_linked: int
    title_linked_close_amount: int
    title_linked_same_amount: int
    title_to_confirm: int
    title_to_confirm_close_amount: int
    gap: int
    close_amount: Rate
    same_amount: Rate
    inclusion_weight: Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Words, folded: unaccented capitals."""

    forms_anywhere: tuple[tuple[str, ...], ...]
    """Legal forms as words, the longest first."""
    forms_at_ends: frozenset[str]
    name_abbreviations: Mapping[str, tuple[str, ...]]
    title_abbreviations: Mapping[str, tuple[str, ...]]
    weak_words: frozenset[str]
    trade_words: frozenset[str]
    title_stop_words: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkageRules:
    """Everything that decides a link."""

    names: NameRules
    projects: ProjectRules
    same_commune: int
    words: Vocabulary


NEVER = 101


def load_rules(folder: Path) -> LinkageRules:
    """Read ``rapprochement.yaml``, ``formes_juridiques.csv`` and ``abreviations.csv`` in a folder.

    Raises ``CatalogueError`` with every fault of the three files.
    """
    faults: list[Fault] = []
    with gathered(faults):
        file = read_shaped(folder / "rapprochement.yaml", _SHAPE)
    forms, form_faults = _rows(folder / "formes_juridiques.csv", ("forme", "libelle", "position"))
    short, short_faults = _rows(folder / "abreviations.csv", ("abreviation", "forme", "usage"))
    faults = [*faults, *form_faults, *short_faults, *_form_faults(forms), *_abbreviation_faults(short)]
    if faults:
        raise CatalogueError(faults)
    reader = _Reader(file)
    rules = LinkageRules(
        names=reader.names(),
        projects=reader.projects(),
        same_commune=file.data["communes"]["identique"],
        words=_vocabulary(file.data, forms, short),
    )
    if reader.faults:
        raise CatalogueError(reader.faults)
    return rules


def _vocabulary(data: Mapping[str, Any], forms: list[Mapping[str, str]], short: list[Mapping[str, str]]) -> Vocabulary:
    anywhere = [tuple(fold(row["forme"]).split()) for row in forms if row["position"] == "partout"]
    return Vocabulary(
        forms_anywhere=tuple(sorted(anywhere, key=lambda words: (-len(words), words))),
        forms_at_ends=frozenset(fold(row["forme"]) for row in forms if row["position"] == "bord"),
        name_abbreviations=_abbreviations(short, "nom"),
        title_abbreviations=_abbreviations(short, "titre"),
        weak_words=_words(data["mots_faibles"]),
        trade_words=frozenset(singular(word) for word in _words(data["mots_du_metier"])),
        title_stop_words=_words(data["mots_vides_projet"]),
    )


def _abbreviations(rows: list[Mapping[str, str]], usage: str) -> dict[str, tuple[str, ...]]:
    used = (row for row in rows if row["usage"] in {usage, "tous"})
    return {fold(row["abreviation"]): tuple(fold(row["forme"]).split()) for row in used}


def _words(raw: list[str]) -> frozenset[str]:
    return frozenset(word for text in raw for word in fold(text).split())


# ------------------------------------------------------------------- two CSV


def _rows(path: Path, columns: tuple[str, ...]) -> tuple[list[Mapping[str, str]], list[Fault]]:
    found: list[dict[str, str]] = []
    faults: list[Fault] = []
    with gathered(faults):
        found = csv_rows(path, *columns)
    if found and tuple(found[0]) != columns:
        mend = f"écrire la première ligne : {','.join(columns)}"
        return [], [Fault(where=f"{path.name}, ligne 1", problem="colonnes inattendues", mend=mend)]
    rows: list[Mapping[str, str]] = []
    for line, row in enumerate(found, start=2):
        values = {column: row[column].strip() for column in columns}
        where = f"{path.name}, ligne {line}"
        if not all(values.values()):
            faults.append(Fault(where=where, problem="case vide", mend="remplir la case ou retirer la ligne"))
            continue
        rows.append({**values, "": where})
    return rows, faults


def _form_faults(rows: list[Mapping[str, str]]) -> list[Fault]:
    faults: list[Fault] = []
    for row in rows:
        words = fold(row["forme"]).split()
        if row["position"] not in {"partout", "bord"}:
            mend = "écrire « partout » ou « bord »"
            faults.append(Fault(where=row[""], found=row["position"], problem="position inconnue", mend=mend))
        elif row["position"] == "bord" and len(words) > 1:
            mend = "écrire « partout »"
            faults.append(Fault(where=row[""], found=row["forme"], problem="forme de plusieurs mots", mend=mend))
    return faults


def _abbreviation_faults(rows: list[Mapping[str, str]]) -> list[Fault]:
    """An expansion that holds an abbreviation would make normalising depend on how often it is done."""
    faults: list[Fault] = []
    for usage in ("nom", "titre"):
        used = [row for row in rows if row["usage"] in {usage, "tous"}]
        seen: set[str] = set()
        short = {fold(row["abreviation"]) for row in used}
        for row in used:
            word = fold(row["abreviation"])
            looping = [part for part in fold(row["forme"]).split() if part in short]
            if " " in word:
                mend = "n'abréger qu'un mot"
                faults.append(Fault(where=row[""], found=word, problem="abréviation de plusieurs mots", mend=mend))
            if word in seen:
                faults.append(
                    Fault(where=row[""], found=word, problem="abréviation en double", mend="n'en garder qu'une")
                )
            if looping:
                mend = "écrire la forme longue finale"
                problem = f"la forme contient une abréviation ({', '.join(looping)})"
                faults.append(Fault(where=row[""], found=row["forme"], problem=problem, mend=mend))
            seen.add(word)
    usages = {"nom", "titre", "tous"}
    faults += [
        Fault(where=row[""], found=row["usage"], problem="usage inconnu", mend="écrire nom, titre ou tous")
        for row in rows
        if row["usage"] not in usages
    ]
    return faults


# -------------------------------------------------------------------- the YAML


class _Reader:
    """Turns the checked file into values; rates are read here."""

    def __init__(self, file: YamlFile) -> None:
        self._file = file
        self.faults: list[Fault] = []

    def names(self) -> NameRules:
        raw = self._file.data["noms"]
        linked, to_confirm = raw["lie"], raw["a_confirmer"]
        return NameRules(
            linked=ByPlace(same=linked["meme_commune"], unknown=linked["commune_inconnue"], other=NEVER),
            to_confirm=ByPlace(
                same=to_confirm["meme_commune"],
                unknown=to_confirm["commune_inconnue"],
                other=to_confirm["autre_commune"],
            ),
            homonym_gap=raw["ecart_homonymes"],
            near_siren=raw["siren_presque_identique"],
            prefilter=raw["prefiltre"],
            acronym_min=raw["longueur_sigle"]["min"],
            acronym_max=raw["longueur_sigle"]["max"],
        )

    def projects(self) -> ProjectRules:
        raw = self._file.data["projets"]
        return ProjectRules(
            title_linked=raw["titre_lie"],
            title_linked_close_amount=raw["titre_lie_montant_proche"],
            title_linked_same_amount=raw["titre_lie_montant_identique"],
            title_to_confirm=raw["titre_a_confirmer"],
            title_to_confirm_close_amount=raw["titre_a_confirmer_montant_proche"],
            gap=raw["ecart_projets"],
            close_amount=self._rate("montant_proche"),
            same_amount=self._rate("montant_identique"),
            inclusion_weight=self._rate("poids_inclusion"),
        )

    def _rate(self, key: str) -> Rate:
        raw = self._file.data["projets"][key]
        try:
            return require_rate(raw)
        except Unreadable as error:
            fault = self._file.fault(("projets", key), text_of(raw), error.problem, error.mend)
            self.faults.append(fault)
            return Decimal(0)


_SCORE: Shape = {"type": "integer", "minimum": 0, "maximum": 100}
_WORDS = many(TEXT)
_SHAPE = block(
    schema={"const": "rapprochement/v1"},
    noms=block(
        lie=block(meme_commune=_SCORE, commune_inconnue=_SCORE),
        a_confirmer=block(meme_commune=_SCORE, commune_inconnue=_SCORE, autre_commune=_SCORE),
        ecart_homonymes=_SCORE,
        siren_presque_identique=_SCORE,
        prefiltre=_SCORE,
        longueur_sigle=block(min=_SCORE, max=_SCORE),
    ),
    communes=block(identique=_SCORE),
    projets=block(
        titre_lie=_SCORE,
        titre_lie_montant_proche=_SCORE,
        titre_lie_montant_identique=_SCORE,
        titre_a_confirmer=_SCORE,
        titre_a_confirmer_montant_proche=_SCORE,
        ecart_projets=_SCORE,
        montant_proche=TEXT,
        montant_identique=TEXT,
        poids_inclusion=TEXT,
    ),
    mots_faibles=_WORDS,
    mots_du_metier=_WORDS,
    mots_vides_projet=_WORDS,
)
