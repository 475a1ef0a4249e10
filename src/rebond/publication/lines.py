"""What published figures are made of: for each family, one line for each thing counted, and whose it is.

The lines stay with the team. A unit is a group: firms under one control, or tied by a link of control that is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from rebond.data import data_folder
from rebond.data.referentials import load_labels
from rebond.dispositifs.model import Instrument
from rebond.eligibility.naf import load_activities, section_of
from rebond.eligibility.places import Commune
from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN, Firm, LinkKind
from rebond.financing.plan.certainty import Certainty
from rebond.referrals.steps import ReferralKind
from rebond.results import MissionResult, ProjectResult
from rebond.units import floor_euros

UNKNOWN_VALUE = "inconnu"
"""Stands for what nobody said: a place, an activity."""
LEVEL = "/"
"""Between a code and those below it: ``C/25`` is a division of section C."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A project, a firm, a need or a part of a plan: where it stands in the tables, and what it adds."""

    unit: str
    place: Mapping[str, str]
    """Dimension → code, the finest."""
    values: Mapping[str, int]
    """Measure → what it adds, never below zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """Everything that an edition is made from."""

    lines: Mapping[str, tuple[Line, ...]]
    """Family → its lines."""
    labels: Mapping[str, Mapping[str, str]]
    """Dimension → code → words."""
    partial: frozenset[str] = frozenset()
    """Measures to which some answers are missing: they are minimums."""

    def as_data(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return {
            "lines": {
                family: [[line.unit, dict(line.place), dict(line.values)] for line in lines]
                for family, lines in self.lines.items()
            },
            "labels": [[dimension, list(map(list, words.items()))] for dimension, words in self.labels.items()],
            "partial": sorted(self.partial),
        }

    @classmethod
    def from_data(cls, data: Any) -> Basis:
        """What ``as_data`` wrote."""
        return cls(
            lines={
                family: tuple(Line(unit=unit, place=place, values=values) for unit, place, values in lines)
                for family, lines in data["lines"].items()
            },
            # Lists: a database keeps the order of a list, not that of keys.
            labels={dimension: dict(words) for dimension, words in data["labels"]},
            partial=frozenset(data["partial"]),
        )


def basis_of(result: MissionResult) -> Basis:
    """The lines of a mission's result. A firm with a confidence is counted where it is: no cell tells of so few."""
    units = units_of(result.census.firms)
    places = {found.firm.id: _territory(found.commune) for found in result.firms}
    projects = [_Placed(p, units[p.firm.id]) for p in result.projects]
    lines = {
        "entreprises": tuple(
            Line(
                unit=units[firm.id],
                place={"territoire": places.get(firm.id, UNKNOWN_VALUE), "secteur": sector_of(firm)},
                values={"entreprises": 1},
            )
            for firm in result.census.firms
        ),
        "projets": tuple(each.project_line() for each in projects),
        "soutiens": tuple(line for each in projects for line in each.support_lines()),
        "familles": tuple(line for each in projects for line in each.form_lines()),
        "besoins": tuple(
            Line(unit=units[interview.firm_id], place={"axe": need.axis}, values={"besoins": 1})
            for interview in result.census.interviews
            for need in interview.needs
        ),
    }
    missing = {"emplois": any(p.project.jobs_created is UNKNOWN for p in result.projects)}
    missing["investissement"] = any(not p.project.costs for p in result.projects)
    return Basis(
        lines=lines,
        labels=_labels(result, lines),
        partial=frozenset(code for code, lacks in missing.items() if lacks),
    )


def _territory(commune: Commune | None) -> str:
    return (commune.epci if commune else "") or UNKNOWN_VALUE


def sector_of(firm: Firm) -> str:
    """Section and division of its activity: ``C/25``."""
    section = "" if firm.code_naf is UNKNOWN else section_of(firm.code_naf)
    return f"{section}{LEVEL}{str(firm.code_naf)[:2]}" if section else UNKNOWN_VALUE


def units_of(firms: Iterable[Firm]) -> dict[str, str]:
    """Firm → the group that it counts in: that of its single undertaking, of its SIREN, of those that control it."""
    head: dict[str, str] = {}

    def find(key: str) -> str:
        head.setdefault(key, key)
        while head[key] != key:
            head[key] = head[head[key]]
            key = head[key]
        return key

    every = tuple(firms)
    for firm in every:
        keys = [f"firm:{firm.id}", f"group:{firm.undertaking}"]
        # The id of a firm alone may be the key that its sisters give for their group.
        keys.append(f"group:{firm.id}")
        keys += [f"siren:{firm.siren}"] if firm.siren is not UNKNOWN else []
        keys += [f"name:{_plain(firm.name)}"]
        for link in firm.links:
            if link.kind is LinkKind.LINKED and not link.public_body:
                keys.append(f"name:{_plain(link.name)}" if link.siren is UNKNOWN else f"siren:{link.siren}")
        first, *others = sorted(find(key) for key in keys)
        for key in others:
            head[find(key)] = find(first)
    heads = {firm.id: find(f"firm:{firm.id}") for firm in every}
    first_of: dict[str, str] = {}
    for firm_id, key in heads.items():
        first_of.setdefault(key, firm_id)
    return {firm_id: first_of[key] for firm_id, key in heads.items()}


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


@dataclass(frozen=True, slots=True)
class _Placed:
    """A project with the group it counts in."""

    found: ProjectResult
    unit: str

    @property
    def territory(self) -> str:
        return _territory(self.found.commune)

    def project_line(self) -> Line:
        project, known = self.found.project, self.found.known.known
        return Line(
            unit=self.unit,
            place={
                "territoire": self.territory,
                "secteur": sector_of(self.found.firm),
                "suite": _way_out(self.found),
                "connaissance": _KNOWN[known],
                "nature": UNKNOWN_VALUE if project.kind is UNKNOWN else project.kind,
            },
            values={
                "projets": 1,
                "investissement": floor_euros(project.total_cost),
                "emplois": 0 if project.jobs_created is UNKNOWN else project.jobs_created,
            },
        )

    def support_lines(self) -> Iterable[Line]:
        for level in Certainty:
            amount = self.found.stack.of(level)
            if amount:
                place = {"certitude": level.value, "territoire": self.territory}
                yield Line(unit=self.unit, place=place, values={"soutiens": amount})

    def form_lines(self) -> Iterable[Line]:
        amounts: dict[str, int] = {}
        for line in self.found.plan.lines:
            for form in line.forms:
                amounts[form.instrument.value] = amounts.get(form.instrument.value, 0) + form.amount
        for form_code, amount in amounts.items():
            if amount:
                yield Line(unit=self.unit, place={"famille": form_code}, values={"aides": amount})


_KNOWN = {Truth.YES: "connu", Truth.NO: "inconnu_des_partenaires", Truth.UNKNOWN: "a_rapprocher"}
_WAYS = {
    ReferralKind.RETAINED: ReferralKind.RETAINED.label,
    ReferralKind.FUNDERS: ReferralKind.FUNDERS.label,
    ReferralKind.ADVISER: ReferralKind.ADVISER.label,
}


def _way_out(found: ProjectResult) -> str:
    """The first of its ways out; prevention of difficulties is told as advice: it is nobody's business."""
    kinds = {referral.kind for referral in found.referrals}
    return next((kind.value for kind in _WAYS if kind in kinds), ReferralKind.ADVISER.value)


def _labels(result: MissionResult, lines: Mapping[str, tuple[Line, ...]]) -> dict[str, dict[str, str]]:
    """The words for the codes that the lines have, in the order of the tables."""
    sectors, kinds = _activities(), _kinds()
    used: dict[str, set[str]] = {}
    for every in lines.values():
        for line in every:
            for dimension, code in line.place.items():
                used.setdefault(dimension, set()).update(levels(code))
    known: dict[str, Mapping[str, str]] = {
        "territoire": {**result.labels.epcis, UNKNOWN_VALUE: "Territoire non situé"},
        "secteur": {code: _sector(code, sectors) for code in used.get("secteur", ())},
        "suite": {kind.value: words for kind, words in _WAYS.items()},
        "connaissance": {
            "connu": "Connu d’un partenaire",
            "inconnu_des_partenaires": "Inconnu des pouvoirs publics",
            "a_rapprocher": "À rapprocher",
        },
        "nature": {**kinds, UNKNOWN_VALUE: "Type non renseigné"},
        "certitude": {level.value: level.label for level in Certainty},
        "famille": {each.value: each.label for each in Instrument},
        "axe": result.labels.axes,
    }
    found: dict[str, dict[str, str]] = {}
    for dimension, codes in used.items():
        words = known.get(dimension, {})
        ordered = [code for code in words if code in codes] if dimension != "secteur" else sorted(codes)
        ordered += sorted(codes - set(ordered))
        found[dimension] = {code: words.get(code, code) for code in ordered}
    return found


@cache
def _activities() -> Mapping[str, str]:
    return load_activities(data_folder() / "referentiels" / "naf.csv")


@cache
def _kinds() -> Mapping[str, str]:
    return load_labels(data_folder() / "referentiels" / "types_projet.csv")


def _sector(code: str, sectors: Mapping[str, str]) -> str:
    if code == UNKNOWN_VALUE:
        return "Activité non renseignée"
    section, _, division = code.partition(LEVEL)
    return f"{division} {sectors.get(division, '')}".strip() if division else f"Section {section}"


def levels(code: str) -> Iterable[str]:
    """``C/25`` → ``C``, ``C/25``."""
    parts = code.split(LEVEL)
    return (LEVEL.join(parts[:depth]) for depth in range(1, len(parts) + 1))
