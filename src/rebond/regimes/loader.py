"""From ``data/regimes/<slug>.yaml`` to ``Regime`` values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from rebond.data.yamlfile import YamlFile, read_yaml, schema_faults
from rebond.eligibility.criteria import Criterion
from rebond.eligibility.dictionary import FactDictionary
from rebond.eligibility.reading import FileReader
from rebond.errors import Fault
from rebond.regimes.model import CeilingCase, DeMinimisRule, LargeProject, Regime, RegimeKind


def load_regimes(
    folder: Path, *, dictionary: FactDictionary, schema: Draft202012Validator
) -> tuple[list[Regime], list[Fault]]:
    """Every regime of a folder, ordered by id, and every fault of every file."""
    regimes: list[Regime] = []
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.yaml")):
        file = read_yaml(path, name=f"regimes/{path.name}")
        wrong = [*file.faults] or schema_faults(file, schema)
        if not wrong:
            reader = FileReader(file, dictionary)
            regime = _read(path.stem, file, reader)
            wrong = reader.faults
            regimes.append(regime)
        faults.extend(wrong)
    return regimes, faults


def _read(identifier: str, file: YamlFile, reader: FileReader) -> Regime:
    data: Mapping[str, Any] = file.data
    window = data["validite"]
    framework = data.get("cadre", {})
    return Regime(
        id=identifier,
        title=data["intitule"],
        article=data["article"],
        kind=RegimeKind(data["nature"]),
        framework=framework.get("numero", ""),
        valid_from=reader.day(window.get("du"), "validite", "du"),
        valid_to=reader.day(window.get("au"), "validite", "au"),
        natures=frozenset(str(nature) for nature in data["natures"]),
        object=data.get("objet", ""),
        replaces=tuple(data.get("remplace", ())),
        conditions=reader.condition(data.get("conditions"), "conditions"),
        asked=tuple(_asked(data.get("a_etablir", ()), reader)),
        to_confirm=reader.confirmations(data.get("a_verifier"), identifier),
        incentive_effect=data.get("effet_incitatif") == "oui",
        excludes_difficulty=data.get("exclut_difficulte") == "oui",
        intensities=reader.values(data.get("intensites"), "intensites"),
        bonuses=reader.values(data.get("majorations"), "majorations"),
        factors=reader.values(data.get("facteurs"), "facteurs"),
        intensity_cap=reader.values(data.get("plafond_intensite"), "plafond_intensite"),
        per_project=data.get("portee") == "projet",
        threshold=reader.values(data.get("seuil"), "seuil"),
        threshold_per_year=data.get("seuil_par") == "annee",
        own_contribution=reader.values(data.get("apport_propre"), "apport_propre"),
        large_project=_large_project(data.get("grands_projets"), reader),
        single_project_years=data.get("projet_unique", {}).get("annees"),
        de_minimis=_de_minimis(data.get("de_minimis"), reader),
        advance_bonus=reader.values(data.get("avance", {}).get("majoration"), "avance", "majoration"),
        text=data.get("texte", ""),
        url=data.get("url", ""),
        sources=tuple(data["sources"]),
        notes=tuple(data.get("notes", ())),
        window_verified=window.get("verifie") != "non",
        framework_verified=framework.get("verifie") != "non",
        single_project_verified=data.get("projet_unique", {}).get("verifie") != "non",
        verified_on=reader.day(data["verifie_le"], "verifie_le"),
        review_on=reader.day(data["prochaine_revue"], "prochaine_revue"),
        cases=tuple(_cases(data["cas"], reader)),
    )


def _asked(rows: Iterable[Mapping[str, Any]], reader: FileReader) -> Iterable[Criterion]:
    for rank, row in enumerate(rows):
        condition = reader.condition(row, "a_etablir", rank)
        if condition is not None:
            yield condition


def _large_project(data: Mapping[str, Any] | None, reader: FileReader) -> LargeProject | None:
    if data is None:
        return None
    return LargeProject(
        low_bracket=reader.values(data["seuil_bas"], "grands_projets", "seuil_bas"),
        high_bracket=reader.values(data["seuil_haut"], "grands_projets", "seuil_haut"),
        middle_share=reader.values(data["part_intermediaire"], "grands_projets", "part_intermediaire"),
        high_share=reader.values(data["part_haute"], "grands_projets", "part_haute"),
    )


def _de_minimis(data: Mapping[str, Any] | None, reader: FileReader) -> DeMinimisRule | None:
    if data is None:
        return None
    return DeMinimisRule(
        ceiling=reader.values(data["plafond"], "de_minimis", "plafond"),
        window_years=data["fenetre_annees"],
        rolling=data.get("fenetre", "glissante") == "glissante",
    )


def _cases(rows: Iterable[Mapping[str, Any]], reader: FileReader) -> Iterable[CeilingCase]:
    for rank, row in enumerate(rows):
        day = reader.day(row["le"], "cas", rank, "le")
        if day is not None:
            facts = reader.facts(row["faits"], "cas", rank, "faits")
            yield CeilingCase(name=row["nom"], on=day, facts=facts, expected=row["attendu"])
