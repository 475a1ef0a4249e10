"""The rules of plausibility, read from ``vraisemblance.yaml``: bounds, severity, sentence and source of each."""

from __future__ import annotations

import enum
import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from rebond.data.shapes import TEXT, WHOLE, YES_NO, Shape, block, by_key, many, read_shaped
from rebond.data.yamlfile import YamlFile
from rebond.errors import CatalogueError, Fault
from rebond.plausibility.model import Severity

FILE = "vraisemblance.yaml"


class Theme(enum.StrEnum):
    """What a question asks about."""

    DATES = "dates"
    ACCOUNTS = "comptes"
    MONEY = "projets"
    DOUBLES = "doublons"
    IDENTIFIERS = "identifiants"
    PAST_AID = "aides"
    ANSWERS = "reponses"

    @property
    def label(self) -> str:
        """French name."""
        return _THEME_NAMES[self]


_THEME_NAMES: Mapping[Theme, str] = {
    Theme.DATES: "Dates",
    Theme.ACCOUNTS: "Comptes et effectifs",
    Theme.MONEY: "Coûts, financement et emplois",
    Theme.DOUBLES: "Doublons",
    Theme.IDENTIFIERS: "Identifiants",
    Theme.PAST_AID: "Aides obtenues",
    Theme.ANSWERS: "Réponses sans objet",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule; what it looks at is code, what it holds for plausible is here."""

    code: str
    severity: Severity
    sentence: str
    """French, with the fields of its check: ``{montant}``."""
    mend: str
    source: str
    bounds: Mapping[str, Decimal | date]
    loud: bool = False
    verified: bool = False
    column: str = ""
    """What to read again: a column of the row's sheet, or ``depenses``; empty when it depends on the row."""

    def number(self, name: str) -> Decimal:
        """A bound that is a number."""
        bound = self.bounds[name]
        if isinstance(bound, date):
            raise TypeError(f"{self.code}, {name} : une date")
        return bound

    def day(self, name: str) -> date:
        """A bound that is a day."""
        bound = self.bounds[name]
        if not isinstance(bound, date):
            raise TypeError(f"{self.code}, {name} : un nombre")
        return bound


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeBand:
    """A code of INSEE for a size of staff, and the headcounts that it stands for."""

    code: int
    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlausibilityRules:
    """Content of ``vraisemblance.yaml``."""

    rules: Mapping[str, Rule]
    bands: Mapping[int, SizeBand]

    def __getitem__(self, code: str) -> Rule:
        return self.rules[code]


_CHECKS: Mapping[Theme, tuple[tuple[str, str, str], ...]] = {
    Theme.DATES: (
        ("date_lointaine", "annees", "quoi date examen"),
        ("date_reculee", "avant", "quoi date"),
        ("entretien_futur", "", "date examen"),
        ("creation_future", "", "date examen"),
        ("commande_signee_future", "", "date examen"),
        ("commande_future", "", "date examen"),
        ("demande_future", "", "quoi date examen"),
        ("fait_apres_examen", "", "quoi date examen"),
        ("fin_avant_debut", "", "debut fin"),
        ("duree_longue", "annees", "debut fin annees"),
        ("debut_passe", "", "date examen"),
        ("commande_avant_creation", "", "date creation"),
        ("commande_sans_travaux", "", "date"),
        ("demande_apres_commande", "", "demande commande"),
        ("demande_apres_debut", "", "demande debut"),
        ("lettre_apres_demande", "", "lettre demande financeur"),
        ("annee_de_depense", "avant apres", "poste annee examen"),
        ("liste_future", "", "partenaires nombre examen"),
    ),
    Theme.ACCOUNTS: (
        ("exercice_futur", "", "qui annee examen"),
        ("exercice_ancien", "annees", "annee examen"),
        ("exercice_avant_creation", "", "annee creation"),
        ("chiffre_affaires_par_tete", "min max effectif", "qui annee ca effectif par_tete"),
        ("bilan_sur_chiffre_affaires", "min max", "qui annee bilan ca"),
        ("fonds_propres_sur_bilan", "max", "fonds bilan"),
        ("saut_annuel", "facteur effectif montant", "qui quoi avant apres annee"),
        ("code_de_tranche", "ca_min ca_max", "tranche bas haut ca annee"),
        ("codes_partout", "entreprises part", "nombre total"),
    ),
    Theme.MONEY: (
        ("cout_infime", "min", "cout"),
        ("poste_hors_mesure", "rapport max", "postes plus_grand"),
        ("financement_sans_mesure", "rapport", "acquis cout"),
        ("financement_au_dela_du_cout", "", "acquis cout"),
        ("repartition_du_financement", "", "somme total"),
        ("financement_declare", "niveau", "acquis preuve"),
        ("financement_sans_total", "", "somme"),
        ("emplois_par_million", "max emplois", "emplois cout par_million"),
        ("emplois_crees_effectif", "rapport emplois", "emplois effectif"),
        ("emplois_maintenus_effectif", "rapport emplois", "emplois effectif"),
        ("enveloppe_infime", "min", "montant"),
        ("plafond_au_dela_de_l_enveloppe", "", "plafond montant"),
    ),
    Theme.DOUBLES: (
        ("postes_identiques", "", "postes en_trop"),
        ("aides_identiques", "", "autre intitule montant date"),
        ("projets_identiques", "", "autre intitule"),
        ("entretiens_identiques", "", "autre date"),
        ("entreprise_meme_siren", "", "autre siren"),
        ("entreprise_meme_siret", "", "autre siret"),
        ("entreprise_meme_nom", "", "autre nom"),
    ),
    Theme.IDENTIFIERS: (
        ("identifiant_illisible", "longueur", "id longueur propose"),
        ("identifiant_en_double", "", "id"),
        ("identifiants_ressemblants", "", "id autre"),
    ),
    Theme.PAST_AID: (
        ("regime_hors_periode", "exemption_du mois", "regime date periode"),
        ("aide_posterieure", "", "date examen"),
        ("aide_sans_montant", "", "intitule date"),
        ("aide_en_tranche", "", "intitule tranche compte"),
        ("aide_recuperee", "", "intitule rembourse reste"),
        ("rembourse_plus_que_recu", "", "rembourse montant"),
        ("compte_de_minimis_depasse", "", "total plafond examen"),
    ),
    Theme.ANSWERS: (("reponse_sans_objet", "", "marque par date"),),
}
"""By theme: code of a check, the bounds that its rule gives, the fields that its sentence may use."""
CHECKS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    code: (frozenset(bounds.split()), frozenset(fields.split()))
    for checks in _CHECKS.values()
    for code, bounds, fields in checks
}
"""Code of a check → the bounds that its rule gives, the fields that its sentence may use."""
THEMES: Mapping[str, Theme] = {code: theme for theme, checks in _CHECKS.items() for code, *_ in checks}
"""Code of a check → what it asks about."""


def load_plausibility(folder: Path) -> PlausibilityRules:
    """Read ``vraisemblance.yaml`` in a folder; raises ``CatalogueError`` with every fault of the file."""
    file = read_shaped(folder / FILE, _SHAPE)
    faults: list[Fault] = []
    rules: dict[str, Rule] = {}
    for rank, row in enumerate(file.data["regles"]):
        faults.extend(_faults(file, ("regles", rank), row, rules))
        if row["code"] in CHECKS:
            rules[row["code"]] = _rule(row)
    for code in CHECKS.keys() - rules.keys():
        mend = "ajouter la règle ; pour ne plus en tenir compte, élargir ses bornes ou en faire une remarque"
        faults.append(file.fault(("regles",), code, "contrôle sans règle", mend))
    if faults:
        raise CatalogueError(faults)
    bands = [SizeBand(code=each["code"], low=each["de"], high=each["a"]) for each in file.data["tranches_effectif"]]
    return PlausibilityRules(rules=rules, bands={band.code: band for band in bands})


def _faults(
    file: YamlFile, path: tuple[str | int, ...], row: Mapping[str, Any], known: Mapping[str, Rule]
) -> list[Fault]:
    code = row["code"]
    if code not in CHECKS:
        return [file.fault((*path, "code"), code, "contrôle inconnu", f"employer un de : {', '.join(CHECKS)}")]
    faults: list[Fault] = []
    if code in known:
        faults.append(file.fault((*path, "code"), code, "règle en double", "n'en garder qu'une"))
    bounds, fields = CHECKS[code]
    given = row.get("bornes", {}).keys()
    faults.extend(
        file.fault(path, name, "borne absente", f"ajouter « {name} » sous « bornes »")
        for name in sorted(bounds - given)
    )
    for name in sorted(given - bounds):
        mend = f"bornes de cette règle : {', '.join(sorted(bounds)) or 'aucune'}"
        faults.append(file.fault((*path, "bornes", name), name, "borne inconnue", mend))
    for key in ("phrase", "corriger"):
        for name in sorted(_fields_of(row[key]) - fields):
            mend = f"champs de cette règle : {', '.join(sorted(fields)) or 'aucun'}"
            faults.append(file.fault((*path, key), name, "champ inconnu ou accolade isolée", mend))
    for name, bound in row.get("bornes", {}).items():
        if _bound(bound) is None:
            mend = "écrire un nombre, ou une date AAAA-MM-JJ"
            faults.append(file.fault((*path, "bornes", name), str(bound), "borne illisible", mend))
    return faults


def _fields_of(template: str) -> set[str]:
    try:
        return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
    except ValueError:
        return {template}


def _rule(row: Mapping[str, Any]) -> Rule:
    bounds = {name: _bound(bound) for name, bound in row.get("bornes", {}).items()}
    return Rule(
        code=row["code"],
        severity=Severity(row["gravite"]),
        sentence=row["phrase"],
        mend=row["corriger"],
        source=row["source"],
        bounds={name: bound for name, bound in bounds.items() if bound is not None},
        loud=row.get("alerte") == "oui",
        verified=row["verifie"] == "oui",
        column=row.get("colonne", ""),
    )


def _bound(raw: object) -> Decimal | date | None:
    if isinstance(raw, int | float):
        return Decimal(str(raw))
    try:
        return date.fromisoformat(str(raw))
    except ValueError:
        return None


_RULE = block(
    frozenset({"bornes", "alerte", "colonne"}),
    code=TEXT,
    gravite={"enum": [severity.value for severity in Severity]},
    bornes=by_key({"type": ["number", "string"]}),
    alerte=YES_NO,
    colonne=TEXT,
    phrase=TEXT,
    corriger=TEXT,
    source=TEXT,
    verifie=YES_NO,
)
_SHAPE: Shape = block(
    schema={"const": "vraisemblance/v1"},
    source_tranches=TEXT,
    tranches_effectif=many(block(code=WHOLE, de=WHOLE, a=WHOLE), least=1),
    regles=many(_RULE, least=1),
)
