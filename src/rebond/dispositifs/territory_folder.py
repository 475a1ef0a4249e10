"""The folder of a territory: how a new one is begun."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from rebond.data import TERRITORY_FILE
from rebond.dispositifs.coverage import Coverage, Scale
from rebond.eligibility.places import Gazetteer

COLUMNS = ("code", "nom", "sigle", "autres_noms", "role", "champs", "territoire", "source")
"""Of ``organisations.csv``."""


def new_folder(name: str, coverage: Coverage, gazetteer: Gazetteer) -> dict[str, str]:
    """The files of a folder to fill in, by their path."""
    epcis = tuple(dict.fromkeys(commune.epci for commune in coverage.communes))
    return {
        TERRITORY_FILE: _territory_yaml(name, epcis, gazetteer),
        "organisations.csv": _header(),
        "dispositifs/a-copier.modele": _MODEL,
        "README.md": _readme(name, coverage, gazetteer),
    }


def _territory_yaml(name: str, epcis: Iterable[str], gazetteer: Gazetteer) -> str:
    listed = "".join(f'  - "{epci}"  # {gazetteer.epcis[epci]}\n' for epci in epcis)
    quoted = name.replace('"', "'")
    return (
        "# Dossier d'un territoire : ce qu'il contient s'ajoute au catalogue de Rebond (option --catalogue).\n"
        f'schema: territoire/v1\nnom: "{quoted}"\nepci:\n{listed}'
    )


def _header() -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(COLUMNS)
    return text.getvalue()


def _readme(name: str, coverage: Coverage, gazetteer: Gazetteer) -> str:
    counts = ", ".join(f"{len(coverage.dispositifs[scale])} {scale.label}" for scale in Scale)
    names = "\n".join(f"- {organisation.name} (`{organisation.code}`)" for organisation in coverage.organisations)
    questions = "\n".join(
        f"- [ ] **{question.subject}** : {question.text} À demander à : {question.ask}."
        for question in coverage.questions
    )
    regions = ", ".join(gazetteer.regions.get(code, code) for code in coverage.regions)
    departements = ", ".join(coverage.departements)
    return _README.format(
        name=name,
        communes=len(coverage.communes),
        departements=departements,
        regions=regions,
        counts=counts,
        names=names or "- aucune",
        questions=questions or "- rien : tout est renseigné",
        example=next(iter(coverage.departements), "59"),
    )


_README = """# {name} : ce qu'il faut ajouter au catalogue

{communes} communes, département {departements}, région {regions}. Ce que ce dossier contient **s'ajoute** au catalogue
de Rebond ; il n'en remplace rien, sauf une fiche ou une organisation de même nom.

```
rebond catalogue check --catalogue .           # après chaque changement
rebond territory check --catalogue .           # ce qui manque encore
rebond census template --catalogue . --epci …  # le classeur, avec vos organisations
rebond mission run recensement.xlsx --catalogue . --out resultats
```

## Ce que Rebond a déjà

Dispositifs ouverts sur le territoire : {counts}. Organisations qui y travaillent :

{names}

## Ce qu'il faut demander

{questions}

## Ce qu'il faut saisir

1. `organisations.csv` : une ligne par financeur, opérateur ou conseil du territoire. `code` en minuscules et tirets ;
   `role` : financeur_local, operateur_etat, etat, conseil, epci ou operateur_formation ; `champs` séparés par `|` ;
   `territoire` : « partout », ou des codes séparés par `|` (« {example} », « region 32 », « epci 200068500 »,
   « {example} en partie », « à compléter » si la liste ne l'est pas). **Vide : inconnu**, et l'organisation n'est
   jamais proposée. `source` : la page ou le texte qui le dit.
2. `dispositifs/<code de l'organisation>/<nom>.yaml` : une fiche par aide, à partir de `dispositifs/a-copier.modele`.
   Un taux que personne n'a donné va dans `inconnus`, avec la question ; un chiffre non relu porte `verifie: non`.
   La condition de lieu est obligatoire : sans elle, l'aide serait proposée partout.
3. `zonages/` : `rebond zonage import afr` y écrit la liste officielle des zones d'aide à finalité régionale.
"""

_MODEL = """# À copier dans dispositifs/<code de l'organisation>/<nom>.yaml, puis à remplir. Guide : docs/catalogue.md
schema: dispositif/v1
intitule: Nom de l'aide
financeur: code-de-l-organisation
forme: subvention
resume: Une phrase sur ce que l'aide paie, et à qui.
champs: [investissement]
validite:
  source: "page ou règlement, date de lecture"
conditions:
  tous:
    - {fait: departement, parmi: ["59"], source: "territoire de l'aide"}
avantage:
  assiette: {natures: [materiel]}
  note: Ce que la source dit du montant.
regimes: [de_minimis_2023]
avant_travaux: oui
sources:
  - "page ou règlement"
fiabilite: V-
inconnus:
  - {champ: taux, question: "Quel est le taux, selon la taille ?"}
verifie_le: 2026-11-23
verifie_par: votre nom
prochaine_revue: 2027-03-31
cas:
  - nom: entreprise du territoire
    le: 2026-11-23
    faits: {departement: "59"}
    attendu: oui
"""
