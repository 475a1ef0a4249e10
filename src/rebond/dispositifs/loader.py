"""From ``data/dispositifs/<financeur>/<slug>.yaml`` to ``Dispositif`` values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from rebond.data.yamlfile import YamlFile, read_yaml, schema_faults
from rebond.dispositifs.model import (
    Advantage,
    Dispositif,
    Exclusion,
    Gap,
    GuaranteeTerms,
    Instrument,
    LoanTerms,
    Part,
    PerUnit,
    Validity,
    WorkedCase,
)
from rebond.eligibility.dictionary import FactDictionary
from rebond.eligibility.reading import FileReader
from rebond.errors import Fault
from rebond.reading.amounts import require_euros


def load_dispositifs(
    folder: Path, *, dictionary: FactDictionary, schema: Draft202012Validator
) -> tuple[list[Dispositif], list[Fault]]:
    """Every dispositif of a folder, ordered by id, and every fault of every file."""
    dispositifs: list[Dispositif] = []
    faults: list[Fault] = []
    for path in sorted(folder.glob("*/*.yaml")):
        dispositif, wrong = load_dispositif(path, folder=folder, dictionary=dictionary, schema=schema)
        faults.extend(wrong)
        if dispositif is not None:
            dispositifs.append(dispositif)
    return dispositifs, faults


def load_dispositif(
    path: Path, *, folder: Path, dictionary: FactDictionary, schema: Draft202012Validator
) -> tuple[Dispositif | None, list[Fault]]:
    """One dispositif, or ``None`` with the faults that forbid reading it."""
    identifier = path.relative_to(folder).with_suffix("").as_posix()
    file = read_yaml(path, name=f"{identifier}.yaml")
    faults = [*file.faults]
    if not faults:
        faults.extend(schema_faults(file, schema))
    if faults:
        return None, faults
    reader = FileReader(file, dictionary)
    dispositif = _read(identifier, file, reader)
    return (None if reader.faults else dispositif), reader.faults


def _read(identifier: str, file: YamlFile, reader: FileReader) -> Dispositif:
    data: Mapping[str, Any] = file.data
    budget = data.get("budget")
    return Dispositif(
        id=identifier,
        title=data["intitule"],
        funder=data["financeur"],
        instructor=data.get("instructeur", data["financeur"]),
        instrument=Instrument(data["forme"]),
        summary=data["resume"],
        validity=_validity(data["validite"], reader),
        conditions=reader.condition(data.get("conditions"), "conditions"),
        to_confirm=reader.confirmations(data.get("a_verifier"), identifier),
        advantage=_advantage(data["avantage"], reader),
        regimes=tuple(data["regimes"]),
        no_aid_because=data.get("hors_aide", {}).get("motif", ""),
        sole_aid=data.get("seule_aide", {}).get("source", ""),
        exclusions=tuple(
            Exclusion(dispositif=row["dispositif"], reason=row.get("motif", ""), source=row.get("source", ""))
            for row in data.get("exclusions", ())
        ),
        budget=require_euros(budget["montant"]) if budget else None,
        before_works=data.get("avant_travaux") == "oui",
        fields=tuple(data.get("champs", ())),
        contact=data.get("contact", ""),
        url=data.get("url", ""),
        sources=tuple(data["sources"]),
        reliability=data["fiabilite"],
        gaps=tuple(Gap(field=row["champ"], question=row["question"]) for row in data.get("inconnus", ())),
        contradictions=tuple(data.get("contradictions", ())),
        verified_on=reader.day(data["verifie_le"], "verifie_le"),
        verified_by=data.get("verifie_par", ""),
        review_on=reader.day(data["prochaine_revue"], "prochaine_revue"),
        cases=tuple(_cases(data["cas"], reader)),
    )


def _validity(data: Mapping[str, Any], reader: FileReader) -> Validity:
    cutoffs = (reader.day(day, "validite", "releves", rank) for rank, day in enumerate(data.get("releves", ())))
    return Validity(
        opens_on=reader.day(data.get("du"), "validite", "du"),
        closes_on=reader.day(data.get("au"), "validite", "au"),
        cutoffs=tuple(day for day in cutoffs if day is not None),
        suspended=data.get("suspendu") == "oui",
        recurs=data.get("reconduction") == "annuelle",
        source=data.get("source", ""),
    )


def _advantage(data: Mapping[str, Any], reader: FileReader) -> Advantage:
    base = data.get("assiette", {})
    unit = data.get("par_unite")
    return Advantage(
        natures=frozenset(str(nature) for nature in base.get("natures", ())),
        base_cap=reader.values(base.get("plafond"), "avantage", "assiette", "plafond"),
        base_floor=reader.values(base.get("plancher"), "avantage", "assiette", "plancher"),
        net_of_subsidies=base.get("nette_des_subventions") == "oui",
        rate=reader.values(data.get("taux"), "avantage", "taux"),
        expected_rate=reader.values(data.get("taux_attendu"), "avantage", "taux_attendu"),
        aid_cap=reader.values(data.get("plafond_aide"), "avantage", "plafond_aide"),
        aid_floor=reader.values(data.get("plancher_aide"), "avantage", "plancher_aide"),
        per_unit=PerUnit(
            fact=unit["fait"],
            years=unit.get("annees", 1),
            amount=reader.values(unit["valeur"], "avantage", "par_unite", "valeur"),
        )
        if unit
        else None,
        parts=tuple(_parts(data.get("parts", ()), reader)),
        loan=_loan(data["pret"], reader) if "pret" in data else None,
        guarantee=_guarantee(data["garantie"], reader) if "garantie" in data else None,
        note=data.get("note", ""),
    )


def _parts(rows: Iterable[Mapping[str, str]], reader: FileReader) -> Iterable[Part]:
    for rank, row in enumerate(rows):
        share = reader.rate(row["part"], "avantage", "parts", rank, "part")
        if share is not None:
            yield Part(instrument=Instrument(row["forme"]), share=share)


def _loan(data: Mapping[str, Any], reader: FileReader) -> LoanTerms:
    gge = data.get("esb", {})
    return LoanTerms(
        capped_by_own_funds=data.get("limite_fonds_propres") == "oui",
        private_match=data.get("cofinancement_prive") == "oui",
        years=data.get("duree_annees"),
        grace_years=data.get("differe_annees", 0),
        rate=reader.rate(data.get("taux"), "avantage", "pret", "taux"),
        gge_method=gge.get("methode", "nominal"),
        gge_share=reader.rate(gge.get("part"), "avantage", "pret", "esb", "part"),
    )


def _guarantee(data: Mapping[str, Any], reader: FileReader) -> GuaranteeTerms | None:
    covered = reader.rate(data["quotite"], "avantage", "garantie", "quotite")
    if covered is None:
        return None
    gge = data.get("esb", {})
    return GuaranteeTerms(
        covered=covered,
        years=data.get("duree_annees"),
        grace_years=data.get("differe_annees", 0),
        premium=reader.rate(data.get("prime"), "avantage", "garantie", "prime"),
        gge_method=gge.get("methode", ""),
        gge_share=reader.rate(gge.get("part"), "avantage", "garantie", "esb", "part"),
    )


def _cases(rows: Iterable[Mapping[str, Any]], reader: FileReader) -> Iterable[WorkedCase]:
    for rank, row in enumerate(rows):
        day = reader.day(row["le"], "cas", rank, "le")
        if day is None:
            continue
        facts = reader.facts(row["faits"], "cas", rank, "faits")
        yield WorkedCase(
            name=row["nom"], on=day, facts=facts, expected=row["attendu"], missing=tuple(row.get("manque", ()))
        )
