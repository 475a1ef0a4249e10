"""A financing problem as JSON, on the published schema ``docs/schemas/probleme-v1.json``: read, checked, written.

So that anyone can check the engine on a case of their own, without a catalogue. Amounts are numbers or strings of
euros; rates are strings (``"35 %"`` or ``"0.35"``): a bare number would be ambiguous. Nothing may be unknown here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from rebond.data.unreadable import json_reason, system_reason
from rebond.data.yamlfile import YamlFile, schema_faults
from rebond.dispositifs.model import Instrument, Part
from rebond.errors import DataError, Fault
from rebond.financing.problem import Basis, FinancingProblem, GrantedAid, Line, Offer, ProjectProblem
from rebond.regimes.model import RegimeKind
from rebond.units import Euros, Rate, parse_euros, parse_rate

SCHEMA = "probleme/v1"
ZERO = Decimal(0)
_DECIMAL_RATE = re.compile(r"^\d+(?:[.,]\d+)?$")


class JsonFile(YamlFile):
    """A JSON text: its faults say the JSON path of the value."""

    def where(self, path: Iterable[str | int]) -> str:
        """``cas.json, $.projets[0].postes[2].montant``."""
        steps = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
        return f"{self.name}, ${steps}"


def load_problem(path: Path, *, schema: Draft202012Validator) -> FinancingProblem:
    """Read a problem; raises ``DataError`` with every fault of the file, each with its JSON path."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        problem = f"fichier illisible : {system_reason(error)}"
        raise DataError([Fault(where=path.name, problem=problem, mend="vérifier le chemin et les droits")]) from error
    except UnicodeDecodeError as error:
        problem = "le fichier n'est pas en UTF-8"
        raise DataError([Fault(where=path.name, problem=problem, mend="donner un fichier JSON en UTF-8")]) from error
    return parse_problem(text, name=path.name, schema=schema)


def parse_problem(text: str, *, name: str, schema: Draft202012Validator) -> FinancingProblem:
    """The problem that a JSON text holds; raises ``DataError`` with every fault."""
    try:
        data = json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_unique)
    except _DuplicateKeyError as error:
        fault = Fault(where=name, found=str(error), problem="clé écrite deux fois", mend="n'en garder qu'une")
        raise DataError([fault]) from error
    except (ValueError, RecursionError) as error:
        line = f", ligne {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        mend = "vérifier virgules, guillemets et accolades"
        raise DataError(
            [Fault(where=f"{name}{line}", problem=f"JSON illisible : {json_reason(error)}", mend=mend)]
        ) from error
    file = JsonFile(path=Path(name), name=name, data=data, lines={})
    faults = [*_shape_faults(file, schema), *_reference_faults(file)]
    if faults:
        raise DataError(faults)
    return problem_from_data(data)


def problem_from_data(data: Mapping[str, Any]) -> FinancingProblem:
    """The problem of data that fits the schema and whose references hold."""
    return FinancingProblem(
        projects=tuple(_project(project) for project in data["projets"]),
        de_minimis_room={key: _euros(room) for key, room in data.get("comptes_de_minimis", {}).items()},
        budgets={key: _euros(amount) for key, amount in data.get("budgets", {}).items()},
    )


def _project(data: Mapping[str, Any]) -> ProjectProblem:
    lines = tuple(_line(line) for line in data["postes"])
    cost = sum((line.amount for line in lines), ZERO)
    return ProjectProblem(
        id=data["id"],
        undertaking=data.get("entreprise_unique", data["id"]),
        lines=lines,
        offers=tuple(_offer(offer) for offer in data["dispositifs"]),
        need=_euros(data["besoin"]) if "besoin" in data else cost,
        loan_cap=_optional(data, "capacite_emprunt"),
        granted=tuple(_granted(granted) for granted in data.get("aides_obtenues", [])),
        exclusions=frozenset(_pair(pair) for pair in data.get("exclusions", [])),
    )


def _pair(pair: Iterable[str]) -> tuple[str, str]:
    first, second = sorted(pair)
    return first, second


def _line(data: Mapping[str, Any]) -> Line:
    return Line(
        id=data["id"],
        nature=data.get("nature", ""),
        amount=_euros(data["montant"]),
        year=data["annee"],
        label=data.get("intitule", ""),
    )


def _granted(data: Mapping[str, Any]) -> GrantedAid:
    return GrantedAid(
        line=data["poste"],
        regime=data["regime"],
        kind=RegimeKind(data["nature_regime"]),
        aid=_euros(data["equivalent_subvention"]),
        ceiling=_rate(data["plafond"]),
    )


def _offer(data: Mapping[str, Any]) -> Offer:
    parts = tuple(
        Part(instrument=Instrument(part["forme"]), share=_rate(part["part"])) for part in data.get("parts", ())
    )
    shared = {part.instrument for part in parts}
    return Offer(
        id=data["id"],
        title=data.get("intitule", data["id"]),
        funder=data.get("financeur", ""),
        instrument=Instrument(data.get("forme", Instrument.GRANT.value)),
        lines=frozenset(data["postes"]),
        bases=tuple(_basis(basis) for basis in data["bases_legales"]),
        max_support=_euros(data["soutien_max"]),
        uncapped_support=_optional(data, "soutien_sans_plafond_assiette"),
        aid_cap=_optional(data, "plafond_aide"),
        min_support=_euros(data.get("plancher_aide", 0)),
        subsidy_deduction=_rate(data.get("deduction_des_subventions", "0")),
        benefit_per_euro=_rate(data.get("valeur_par_euro", "1")),
        private_match=data.get("cofinancement_prive", False),
        own_funds_cap=_optional(data, "plafond_fonds_propres"),
        budget=data.get("budget", ""),
        formula=data.get("formule", ""),
        reserves=tuple(data.get("reserves", ())),
        sources=tuple(data.get("sources", ())),
        verified=data.get("verifie", True),
        is_envelope=data.get("enveloppe", False),
        parts=parts,
        other_forms=frozenset(Instrument(form) for form in data.get("formes", ())) - shared,
    )


def _basis(data: Mapping[str, Any]) -> Basis:
    aid = _rate(data.get("equivalent_par_euro", "1"))
    return Basis(
        regime=data["regime"],
        article=data.get("article", data["regime"]),
        kind=RegimeKind(data["nature"]),
        ceilings={line: _rate(rate) for line, rate in data["plafonds"].items()},
        aid_per_euro=aid,
        plain_per_euro=_rate(data["equivalent_hors_avance_par_euro"])
        if "equivalent_hors_avance_par_euro" in data
        else aid,
        advance_bonus=_rate(data.get("majoration_avances", "0")),
        project_cap=_optional(data, "plafond_projet"),
        own_contribution=_rate(data.get("apport_propre", "0")),
        per_project=data.get("sur_le_projet", False),
        refused_by=frozenset(data.get("interdite_par", ())),
        refusals=tuple(data.get("motifs_interdiction", ())),
        reserves=tuple(data.get("reserves", ())),
        verified=data.get("verifie", True),
        ceiling_words=dict(data.get("plafonds_en_mots", {})),
    )


def _euros(value: Any) -> Euros:
    return parse_euros(value)


def _optional(data: Mapping[str, Any], key: str) -> Euros | None:
    return _euros(data[key]) if key in data else None


def _rate(value: str) -> Rate:
    text = value.strip()
    return Decimal(text.replace(",", ".")) if _DECIMAL_RATE.match(text) else parse_rate(text)


class _DuplicateKeyError(Exception):
    """A JSON object holds a key twice."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _DuplicateKeyError(key)
        found[key] = value
    return found


def _refuse_constant(text: str) -> None:
    raise ValueError(f"« {text} » n'est pas un nombre")


def _shape_faults(file: JsonFile, schema: Draft202012Validator) -> list[Fault]:
    """What departs from the schema; a wrong amount or rate is told how to be written, and that it must be known."""
    errors = sorted(schema.iter_errors(file.data), key=lambda error: [str(part) for part in error.absolute_path])
    faults = schema_faults(file, schema)
    return [
        replace(
            fault,
            found="null" if error.instance is None else fault.found,
            problem="montant ou taux illisible, ou inconnu",
            mend=str(error.schema["description"]),
        )
        if isinstance(error.schema, Mapping) and error.schema.get("$comment") == "valeur"
        else fault
        for error, fault in zip(errors, faults, strict=True)
    ]


def _reference_faults(file: JsonFile) -> Iterator[Fault]:
    """Ids written twice, and names that designate nothing; whatever has the wrong shape is left to the schema."""
    yield from _twice(file, ("projets",), _blocks(file.data, "projets"))
    for rank, project in _blocks(file.data, "projets"):
        path = ("projets", rank)
        lines, offers = list(_blocks(project, "postes")), list(_blocks(project, "dispositifs"))
        yield from _twice(file, (*path, "postes"), lines)
        yield from _twice(file, (*path, "dispositifs"), offers)
        known = {line.get("id") for _, line in lines}
        titles = {offer.get("id") for _, offer in offers}
        for place, granted in _blocks(project, "aides_obtenues"):
            yield from _absent(file, (*path, "aides_obtenues", place, "poste"), [granted.get("poste")], known, "poste")
        for place, pair in enumerate(_items(project, "exclusions")):
            names = pair if isinstance(pair, list) else []
            yield from _absent(file, (*path, "exclusions", place), names, titles, "dispositif")
        for place, offer in offers:
            where = (*path, "dispositifs", place)
            yield from _absent(file, (*where, "postes"), _items(offer, "postes"), known, "poste")
            yield from _part_faults(file, (*where, "parts"), offer)
            bases = list(_blocks(offer, "bases_legales"))
            yield from _twice(file, (*where, "bases_legales"), bases, key="regime")
            for index, basis in bases:
                ceilings = basis.get("plafonds")
                names = list(ceilings) if isinstance(ceilings, dict) else []
                yield from _absent(file, (*where, "bases_legales", index, "plafonds"), names, known, "poste")
                yield from _advance_faults(file, (*where, "bases_legales", index), basis)


def _part_faults(file: JsonFile, path: tuple[str | int, ...], offer: Mapping[str, Any]) -> Iterator[Fault]:
    """The shares of a support in several forms make the whole of it."""
    yield from _twice(file, path, _blocks(offer, "parts"), key="forme")
    try:
        shares = [_rate(part["part"]) for _, part in _blocks(offer, "parts")]
    except (KeyError, TypeError, ValueError, AttributeError):
        return  # The schema says what is wrong.
    if shares and sum(shares) != 1:
        yield file.fault(path, "", "les parts ne font pas 100 %", "corriger « parts »")


def _advance_faults(file: JsonFile, path: tuple[str | int, ...], basis: Mapping[str, Any]) -> Iterator[Fault]:
    """An advance escapes the plain ceiling only where the regime gives advances points of their own."""
    plain = basis.get("equivalent_hors_avance_par_euro", basis.get("equivalent_par_euro", "1"))
    if plain != basis.get("equivalent_par_euro", "1") and "majoration_avances" not in basis:
        problem = "une avance comptée au nominal exige une majoration (RGEC art. 7 §5)"
        yield file.fault(
            (*path, "equivalent_hors_avance_par_euro"), str(plain), problem, "donner « majoration_avances »"
        )


def _blocks(data: Any, key: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for rank, block in enumerate(_items(data, key)):
        if isinstance(block, dict):
            yield rank, block


def _items(data: Any, key: str) -> list[Any]:
    found = data.get(key) if isinstance(data, dict) else None
    return found if isinstance(found, list) else []


def _twice(
    file: JsonFile, path: tuple[str | int, ...], blocks: Iterable[tuple[int, dict[str, Any]]], key: str = "id"
) -> Iterator[Fault]:
    seen: set[str] = set()
    for rank, block in blocks:
        name = block.get(key)
        if isinstance(name, str) and name in seen:
            yield file.fault((*path, rank, key), name, f"« {key} » écrit deux fois", "donner un nom à chacun")
        if isinstance(name, str):
            seen.add(name)


def _absent(
    file: JsonFile, path: tuple[str | int, ...], names: Iterable[Any], known: Collection[Any], what: str
) -> Iterator[Fault]:
    for name in names:
        if isinstance(name, str) and name not in known:
            choices = ", ".join(sorted(str(item) for item in known)) or "aucun"
            yield file.fault(path, name, f"{what} inconnu du projet", f"{what}s du projet : {choices}")


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
            "aides_obtenues": [
                {
                    "poste": granted.line,
                    "regime": granted.regime,
                    "nature_regime": granted.kind.value,
                    "equivalent_subvention": _amount(granted.aid),
                    "plafond": _text(granted.ceiling),
                }
                for granted in project.granted
            ],
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
            "cofinancement_prive": offer.private_match,
            "plafond_fonds_propres": _maybe(offer.own_funds_cap),
            "budget": offer.budget,
            "formule": offer.formula,
            "reserves": list(offer.reserves),
            "sources": list(offer.sources),
            "verifie": offer.verified,
            "enveloppe": offer.is_envelope,
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
            "reserves": list(basis.reserves),
            "verifie": basis.verified,
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
