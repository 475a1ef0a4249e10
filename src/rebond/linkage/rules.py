"""Thresholds and vocabularies of the linkage: ``rapprochement.yaml`` and the two CSV beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from rebond.data.csvfile import csv_rows
from rebond.data.shapes import TEXT, WHOLE, Shape, block, by_key, many, read_shaped
from rebond.data.yamlfile import YamlFile
from rebond.errors import CatalogueError, Fault, gathered
from rebond.linkage.spelling import Speller
from rebond.linkage.text import fold, singular
from rebond.reading.amounts import require_rate
from rebond.reading.problem import Unreadable
from rebond.reading.words import text_of
from rebond.units import Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class ByPlace:
    """A threshold on the score of names, by what is known of the communes."""

    same: int
    unknown: int
    other: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRules:
    """When two names deserve a person's look; what links them for certain is no score (``names.Kin``)."""

    to_confirm: ByPlace
    homonym_gap: int
    near_siren: int
    prefilter: int
    acronym_min: int
    acronym_max: int
    frequent: int
    """A word of so many firms, or of so many trades, distinguishes no one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectRules:
    """When two lines speak of one project."""

    title_alone: int
    title_close_amount: int
    title_indirect_amount: int
    title_same_amount: int
    title_to_confirm: int
    title_to_confirm_close_amount: int
    gap: int
    close_amount: Rate
    same_amount: Rate
    same_line: Rate
    """How near one cost line an amount must be to be that line's."""
    least_share: Rate
    """Under that share of the cost an amount is neither a part nor an aid."""
    inclusion_weight: Rate
    years_before: int
    title_years_before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Words, folded: unaccented capitals; those of names in the singular."""

    forms_anywhere: tuple[tuple[str, ...], ...]
    """Legal forms as words, the longest first."""
    forms_at_ends: frozenset[str]
    forms_apart: Mapping[str, str]
    """Legal form that no trading company has → its kind."""
    name_abbreviations: Mapping[str, tuple[str, ...]]
    title_abbreviations: Mapping[str, tuple[str, ...]]
    weak_words: frozenset[str]
    family_words: frozenset[str]
    role_words: frozenset[str]
    trades: Mapping[str, frozenset[str]]
    """Word of a trade → its families; none for the words that every trade uses."""
    place_words: frozenset[str]
    ordinary: frozenset[str]
    """Words of trades, roles, family and places: they distinguish nobody."""
    title_stop_words: frozenset[str]
    other_operation_words: frozenset[str]
    objects: Mapping[tuple[str, ...], str]
    """Run of words of a title → what it names."""
    speller: Speller = field(compare=False, repr=False)
    """Puts right the ordinary words of names."""
    title_speller: Speller = field(compare=False, repr=False)
    """Puts right what titles name."""
    operation_speller: Speller = field(compare=False, repr=False)
    """Finds the words of another operation, even misspelt: a study taken for the machine would be a wrong link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkageRules:
    """Everything that decides a link."""

    names: NameRules
    projects: ProjectRules
    same_commune: int
    queue_size: int
    alike: tuple[tuple[int, str], ...]
    """From which score a resemblance is said so, the strongest first: words for people, which decide nothing."""
    words: Vocabulary

    def likeness(self, score: int) -> str:
        """A score in a word: it orders the queue, it is no probability."""
        return next((word for least, word in self.alike if score >= least), "faible")


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
        queue_size=file.data["file_a_trancher"],
        alike=tuple((file.data["ressemblance"][word], word) for word in ("forte", "moyenne")),
        words=_vocabulary(file.data, forms, short),
    )
    if reader.faults:
        raise CatalogueError(reader.faults)
    return rules


def _vocabulary(data: Mapping[str, Any], forms: list[Mapping[str, str]], short: list[Mapping[str, str]]) -> Vocabulary:
    anywhere = [tuple(fold(row["forme"]).split()) for row in forms if row["position"] == "partout"]
    trades = _trades(data["metiers"], data["mots_du_metier"])
    family, role, places = (_singular(data[key]) for key in ("mots_de_famille", "mots_de_role", "mots_de_lieu"))
    return Vocabulary(
        forms_anywhere=tuple(sorted(anywhere, key=lambda words: (-len(words), words))),
        forms_at_ends=frozenset(fold(row["forme"]) for row in forms if row["position"] == "bord"),
        forms_apart={word: kind for kind, words in data["formes_a_part"].items() for word in _words(words)},
        name_abbreviations=_abbreviations(short, "nom"),
        title_abbreviations=_abbreviations(short, "titre"),
        weak_words=_words(data["mots_faibles"]),
        family_words=family,
        role_words=role,
        trades=trades,
        place_words=places,
        ordinary=frozenset(trades) | family | role | places,
        title_stop_words=_words(data["mots_vides_projet"]),
        other_operation_words=_singular(data["mots_d_une_autre_operation"]),
        objects={
            tuple(singular(word) for word in fold(text).split()): name
            for name, texts in data["objets_des_projets"].items()
            for text in texts
        },
        speller=Speller(_ordinary_words(data, forms, short)),
        title_speller=Speller(_title_words(data, short)),
        operation_speller=Speller(_singular(data["mots_d_une_autre_operation"]), one_fault_from=5),
    )


def _ordinary_words(
    data: Mapping[str, Any], forms: list[Mapping[str, str]], short: list[Mapping[str, str]]
) -> frozenset[str]:
    """Every word that distinguishes nobody, as written: what a misspelling is put right to."""
    lists = [data[key] for key in ("mots_faibles", "mots_de_famille", "mots_de_role", "mots_du_metier", "mots_de_lieu")]
    lists += [*data["formes_a_part"].values(), *data["metiers"].values(), [row["forme"] for row in forms]]
    lists += [[row["abreviation"], row["forme"]] for row in short if row["usage"] in {"nom", "tous"}]
    return frozenset(word for texts in lists for word in _words(texts))


def _title_words(data: Mapping[str, Any], short: list[Mapping[str, str]]) -> frozenset[str]:
    lists = [data["mots_vides_projet"], data["mots_d_une_autre_operation"], *data["objets_des_projets"].values()]
    lists += [[row["abreviation"], row["forme"]] for row in short if row["usage"] in {"titre", "tous"}]
    words = frozenset(word for texts in lists for word in _words(texts))
    return words | {singular(word) for word in words}


def _trades(families: Mapping[str, list[str]], neutral: list[str]) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {word: set() for word in _singular(neutral)}
    for family, words in families.items():
        for word in _singular(words):
            found.setdefault(word, set()).add(family)
    return {word: frozenset(names) for word, names in found.items()}


def _singular(raw: list[str]) -> frozenset[str]:
    return frozenset(singular(word) for word in _words(raw))


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
        to_confirm = raw["a_confirmer"]
        return NameRules(
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
            frequent=raw["mot_frequent"],
        )

    def projects(self) -> ProjectRules:
        raw = self._file.data["projets"]
        return ProjectRules(
            title_alone=raw["titre_seul"],
            title_close_amount=raw["titre_montant_proche"],
            title_indirect_amount=raw["titre_montant_indirect"],
            title_same_amount=raw["titre_montant_identique"],
            title_to_confirm=raw["titre_a_confirmer"],
            title_to_confirm_close_amount=raw["titre_a_confirmer_montant_proche"],
            gap=raw["ecart_projets"],
            close_amount=self._rate("montant_proche"),
            same_amount=self._rate("montant_identique"),
            same_line=self._rate("montant_d_un_poste"),
            least_share=self._rate("part_plausible"),
            inclusion_weight=self._rate("poids_inclusion"),
            years_before=raw["annees_avant"],
            title_years_before=raw["annees_avant_titre"],
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
    schema={"const": "rapprochement/v2"},
    noms=block(
        a_confirmer=block(meme_commune=_SCORE, commune_inconnue=_SCORE, autre_commune=_SCORE),
        ecart_homonymes=_SCORE,
        siren_presque_identique=_SCORE,
        prefiltre=_SCORE,
        longueur_sigle=block(min=_SCORE, max=_SCORE),
        mot_frequent=WHOLE,
    ),
    communes=block(identique=_SCORE),
    projets=block(
        titre_seul=_SCORE,
        titre_montant_proche=_SCORE,
        titre_montant_indirect=_SCORE,
        titre_montant_identique=_SCORE,
        titre_a_confirmer=_SCORE,
        titre_a_confirmer_montant_proche=_SCORE,
        ecart_projets=_SCORE,
        montant_proche=TEXT,
        montant_identique=TEXT,
        montant_d_un_poste=TEXT,
        part_plausible=TEXT,
        poids_inclusion=TEXT,
        annees_avant=WHOLE,
        annees_avant_titre=WHOLE,
    ),
    file_a_trancher=WHOLE,
    ressemblance=block(forte=_SCORE, moyenne=_SCORE),
    mots_faibles=_WORDS,
    mots_de_famille=_WORDS,
    mots_de_role=_WORDS,
    formes_a_part=by_key(_WORDS),
    metiers=by_key(_WORDS),
    mots_du_metier=_WORDS,
    mots_de_lieu=_WORDS,
    mots_vides_projet=_WORDS,
    mots_d_une_autre_operation=_WORDS,
    objets_des_projets=by_key(_WORDS),
)
