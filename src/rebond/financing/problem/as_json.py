"""A financing problem as JSON, on the published schema ``docs/schemas/probleme-v1.json``: read, checked, written.

So that anyone can check the engine on a case of their own, without a catalogue. Amounts are numbers or strings of
euros; rates are strings (``"35 %"`` or ``"0.35"``): a bare number would be ambiguous. Nothing may be unknown here.
The schema says which values are amounts and rates (``$comment``), ``rebond.reading`` how they are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError, validators

from rebond.data.jsonfile import parse_json, read_json
from rebond.data.yamlfile import YamlFile, schema_faults
from rebond.dispositifs.model import Instrument, Part
from rebond.errors import DataError, Fault
from rebond.financing.problem.checks import problem_faults
from rebond.financing.problem.model import Basis, FinancingProblem, GrantedAid, Line, Offer, ProjectProblem
from rebond.financing.problem.size import size_faults
from rebond.reading.amounts import require_euros, require_share
from rebond.reading.problem import Unreadable
from rebond.regimes.model import RegimeKind
from rebond.regimes.readings import ALL_READINGS, Reading
from rebond.units import Euros

SCHEMA = "probleme/v1"
ZERO = Decimal(0)


class JsonFile(YamlFile):
    """A JSON text: its faults say the JSON path of the value."""

    def where(self, path: Iterable[str | int]) -> str:
        """``cas.json, $.projets[0].postes[2].montant``."""
        steps = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
        return f"{self.name}, ${steps}"


def load_problem(path: Path, *, schema: Draft202012Validator) -> FinancingProblem:
    """Read a problem; raises ``DataError`` with every fault of the file, each with its JSON path."""
    return _problem(read_json(path, exact=True), path.name, schema)


def parse_problem(text: str, *, name: str, schema: Draft202012Validator) -> FinancingProblem:
    """The problem that a JSON text holds; raises ``DataError`` with every fault."""
    return _problem(parse_json(text, name=name, exact=True), name, schema)


def _problem(data: Any, name: str, schema: Draft202012Validator) -> FinancingProblem:
    file = JsonFile(path=Path(name), name=name, data=data, lines={})
    if faults := list(size_faults(data, file.fault)):
        raise DataError(faults)
    if faults := [*_shape_faults(file, schema), *problem_faults(data, file.fault)]:
        raise DataError(faults)
    return problem_from_data(data)


def problem_from_data(data: Mapping[str, Any]) -> FinancingProblem:
    """The problem of data that fits the schema and whose references hold."""
    return FinancingProblem(
        projects=tuple(_project(project) for project in data["projets"]),
        de_minimis_room={key: require_euros(room) for key, room in data.get("comptes_de_minimis", {}).items()},
        budgets={key: require_euros(amount) for key, amount in data.get("budgets", {}).items()},
    )


def _project(data: Mapping[str, Any]) -> ProjectProblem:
    lines = tuple(_line(line) for line in data["postes"])
    cost = sum((line.amount for line in lines), ZERO)
    return ProjectProblem(
        id=data["id"],
        undertaking=data.get("entreprise_unique", data["id"]),
        lines=lines,
        offers=tuple(_offer(offer) for offer in data["dispositifs"]),
        need=require_euros(data["besoin"]) if "besoin" in data else cost,
        loan_cap=_optional(data, "capacite_emprunt"),
        capacity_note=str(data.get("capacite_non_declaree", "")),
        match_secured=_optional(data, "cofinancement_acquis"),
        ripe=data.get("mur", True),
        granted=tuple(_granted(granted) for granted in data.get("aides_obtenues", [])),
        obtained=require_euros(data.get("obtenu", "0")),
        exclusions=frozenset(_pair(pair) for pair in data.get("exclusions", [])),
    )


def _pair(pair: Iterable[str]) -> tuple[str, str]:
    first, second = sorted(pair)
    return first, second


def _line(data: Mapping[str, Any]) -> Line:
    return Line(
        id=data["id"],
        nature=data.get("nature", ""),
        amount=require_euros(data["montant"]),
        year=data["annee"],
        label=data.get("intitule", ""),
    )


def _granted(data: Mapping[str, Any]) -> GrantedAid:
    return GrantedAid(
        line=data["poste"],
        regime=data["regime"],
        kind=RegimeKind(data["nature_regime"]),
        aid=require_euros(data["equivalent_subvention"]),
        ceiling=require_share(data["plafond"]),
        own_contribution=require_share(data.get("apport_propre", "0")),
        support=_optional(data, "soutien"),
    )


def _offer(data: Mapping[str, Any]) -> Offer:
    parts = tuple(
        Part(instrument=Instrument(part["forme"]), share=require_share(part["part"])) for part in data.get("parts", ())
    )
    shared = {part.instrument for part in parts}
    return Offer(
        id=data["id"],
        title=data.get("intitule", data["id"]),
        funder=data.get("financeur", ""),
        instrument=Instrument(data.get("forme", Instrument.GRANT.value)),
        lines=frozenset(data["postes"]),
        bases=tuple(_basis(basis) for basis in data["bases_legales"]),
        max_support=require_euros(data["soutien_max"]),
        uncapped_support=_optional(data, "soutien_sans_plafond_assiette"),
        aid_cap=_optional(data, "plafond_aide"),
        min_support=require_euros(data.get("plancher_aide", 0)),
        subsidy_deduction=require_share(data.get("deduction_des_subventions", "0")),
        benefit_per_euro=require_share(data.get("valeur_par_euro", "1")),
        sole_aid=data.get("seule_aide", False),
        private_match=data.get("cofinancement_prive", False),
        own_funds_cap=_optional(data, "plafond_fonds_propres"),
        budget=data.get("budget", ""),
        formula=data.get("formule", ""),
        reserves=tuple(data.get("reserves", ())),
        questions=tuple(data.get("questions", ())),
        unknown_money=data.get("moyens_inconnus", False),
        least_useful=require_euros(data.get("plancher_utile", 0)),
        sources=tuple(data.get("sources", ())),
        verified=data.get("verifie", True),
        unread=tuple(data.get("chiffres_a_relire", ())),
        is_envelope=data.get("enveloppe", False),
        pays_part=data.get("finance_en_partie", False),
        parts=parts,
        other_forms=frozenset(Instrument(form) for form in data.get("formes", ())) - shared,
    )


def _basis(data: Mapping[str, Any]) -> Basis:
    aid = require_share(data.get("equivalent_par_euro", "1"))
    return Basis(
        regime=data["regime"],
        article=data.get("article", data["regime"]),
        kind=RegimeKind(data["nature"]),
        ceilings={line: require_share(rate) for line, rate in data["plafonds"].items()},
        aid_per_euro=aid,
        plain_per_euro=require_share(data["equivalent_hors_avance_par_euro"])
        if "equivalent_hors_avance_par_euro" in data
        else aid,
        advance_bonus=require_share(data.get("majoration_avances", "0")),
        project_cap=_optional(data, "plafond_projet"),
        own_contribution=require_share(data.get("apport_propre", "0")),
        per_project=data.get("sur_le_projet", False),
        refused_by=frozenset(data.get("interdite_par", ())),
        refusals=tuple(data.get("motifs_interdiction", ())),
        doubtful=data.get("incertaine", False),
        reserves=tuple(data.get("reserves", ())),
        questions=tuple(data.get("questions", ())),
        readings=frozenset(Reading(code) for code in data.get("lectures", sorted(ALL_READINGS))),
        law_question=data.get("droit_a_etablir", ""),
        award=data.get("decision", ""),
        object=data.get("objet", ""),
        verified=data.get("verifie", True),
        unread=tuple(data.get("chiffres_a_relire", ())),
        ceiling_words=dict(data.get("plafonds_en_mots", {})),
    )


def _optional(data: Mapping[str, Any], key: str) -> Euros | None:
    return require_euros(data[key]) if key in data else None


_READERS: Mapping[str, Callable[[object], Decimal]] = {"montant": require_euros, "taux": require_share}
"""``$comment`` of the schema → how the value is read."""


def _readable(_: Any, kind: str, instance: Any, __: Any) -> Iterator[ValidationError]:
    """What the reader of a kind says of a value, as a fault of its schema."""
    if kind in _READERS:
        try:
            _READERS[kind](instance)
        except Unreadable as error:
            yield ValidationError(error.problem, cause=error)


_ProblemValidator: Any = validators.extend(Draft202012Validator, {"$comment": _readable})  # type: ignore[no-untyped-call]  # jsonschema has none here


def _shape_faults(file: JsonFile, schema: Draft202012Validator) -> list[Fault]:
    """What departs from the schema; of an amount or a rate, the reader alone tells."""
    validator = _ProblemValidator(schema.schema)
    errors = sorted(validator.iter_errors(file.data), key=lambda error: [str(part) for part in error.absolute_path])
    told = []
    for error, fault in zip(errors, schema_faults(file, validator), strict=True):
        found = "null" if error.instance is None else fault.found
        if isinstance(error.cause, Unreadable):
            told.append(replace(fault, found=found, problem=error.cause.problem, mend=error.cause.mend))
        elif not (isinstance(error.schema, Mapping) and error.schema.get("$comment") in _READERS):
            told.append(replace(fault, found=found))
    return told


def problem_as_data(problem: FinancingProblem) -> dict[str, Any]:
    """A problem as JSON-ready data; reading it back gives the same problem."""
    return {
        "schema": SCHEMA,
        "projets": [_project_data(project) for project in problem.projects],
        "comptes_de_minimis": {key: _amount(room) for key, room in problem.de_minimis_room.items()},
        "budgets": {key: _amount(amount) for key, amount in problem.budgets.items()},
    }


def _project_data(project: ProjectProblem) -> dict[str, Any]:
    return _without_none(
        {
            "id": project.id,
            "entreprise_unique": project.undertaking,
            "postes": [
                {"id": x.id, "intitule": x.label, "nature": x.nature, "annee": x.year, "montant": _amount(x.amount)}
                for x in project.lines
            ],
            "besoin": _amount(project.need),
            "capacite_emprunt": _maybe(project.loan_cap),
            "capacite_non_declaree": project.capacity_note,
            "cofinancement_acquis": _maybe(project.match_secured),
            "mur": project.ripe,
            "aides_obtenues": [
                {
                    "poste": granted.line,
                    "regime": granted.regime,
                    "nature_regime": granted.kind.value,
                    "equivalent_subvention": _amount(granted.aid),
                    "plafond": _text(granted.ceiling),
                    "apport_propre": _text(granted.own_contribution),
                    **({} if granted.support is None else {"soutien": _amount(granted.support)}),
                }
                for granted in project.granted
            ],
            **({"obtenu": _amount(project.obtained)} if project.obtained else {}),
            "exclusions": [list(pair) for pair in sorted(project.exclusions)],
            "dispositifs": [_offer_data(offer) for offer in project.offers],
        }
    )


def _offer_data(offer: Offer) -> dict[str, Any]:
    return _without_none(
        {
            "id": offer.id,
            "intitule": offer.title,
            "financeur": offer.funder,
            "forme": offer.instrument.value,
            "formes": sorted({part.instrument.value for part in offer.parts} | {f.value for f in offer.other_forms}),
            "parts": [{"forme": part.instrument.value, "part": _text(part.share)} for part in offer.parts],
            "postes": sorted(offer.lines),
            "soutien_max": _amount(offer.max_support),
            "soutien_sans_plafond_assiette": _maybe(offer.uncapped_support),
            "plafond_aide": _maybe(offer.aid_cap),
            "plancher_aide": _amount(offer.min_support),
            "deduction_des_subventions": _text(offer.subsidy_deduction),
            "valeur_par_euro": _text(offer.benefit_per_euro),
            "seule_aide": offer.sole_aid,
            "cofinancement_prive": offer.private_match,
            "plafond_fonds_propres": _maybe(offer.own_funds_cap),
            "budget": offer.budget,
            "formule": offer.formula,
            "reserves": list(offer.reserves),
            "questions": list(offer.questions),
            "moyens_inconnus": offer.unknown_money,
            "plancher_utile": _amount(offer.least_useful),
            "sources": list(offer.sources),
            "verifie": offer.verified,
            "chiffres_a_relire": list(offer.unread),
            "enveloppe": offer.is_envelope,
            "finance_en_partie": offer.pays_part or None,
            "bases_legales": [_basis_data(basis) for basis in offer.bases],
        }
    )


def _basis_data(basis: Basis) -> dict[str, Any]:
    return _without_none(
        {
            "regime": basis.regime,
            "article": basis.article,
            "nature": basis.kind.value,
            "plafonds": {line: _text(rate) for line, rate in basis.ceilings.items()},
            "plafonds_en_mots": dict(basis.ceiling_words),
            "equivalent_par_euro": _text(basis.aid_per_euro),
            "equivalent_hors_avance_par_euro": _text(basis.plain_per_euro),
            "majoration_avances": _text(basis.advance_bonus),
            "plafond_projet": _maybe(basis.project_cap),
            "apport_propre": _text(basis.own_contribution),
            "sur_le_projet": basis.per_project,
            "interdite_par": sorted(basis.refused_by),
            "motifs_interdiction": list(basis.refusals),
            "incertaine": basis.doubtful,
            "reserves": list(basis.reserves),
            "questions": list(basis.questions),
            "lectures": sorted(basis.readings),
            "droit_a_etablir": basis.law_question,
            "decision": basis.award,
            "objet": basis.object,
            "verifie": basis.verified,
            "chiffres_a_relire": list(basis.unread),
        }
    )


def _without_none(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value is not None}


def _amount(amount: Euros) -> int | str:
    """Whole euros as a number, anything finer as exact text."""
    return int(amount) if amount == amount.to_integral_value() else _text(amount)


def _maybe(amount: Euros | None) -> int | str | None:
    return None if amount is None else _amount(amount)


def _text(value: Decimal) -> str:
    """A decimal without exponent."""
    return format(value, "f")
