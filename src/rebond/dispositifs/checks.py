"""Checks of a catalogue beyond its schema: worked examples, contradictory figures, freshness, gaps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.model import Dispositif
from rebond.dispositifs.screening import screen
from rebond.eligibility.truth import Truth
from rebond.errors import Fault
from rebond.regimes.ceilings import aid_ceiling, applicability
from rebond.regimes.model import CeilingCase, Regime
from rebond.units import format_rate, parse_rate

CLOSING_SOON = timedelta(days=60)


def check_catalogue(catalogue: Catalogue) -> list[Fault]:
    """Run every worked example and look for figures that contradict each other."""
    faults: list[Fault] = []
    for dispositif in catalogue.dispositifs.values():
        faults.extend(_wrong_cases(dispositif))
        faults.extend(_contradictions(dispositif))
    for regime in catalogue.regimes.values():
        faults.extend(fault for case in regime.cases if (fault := _wrong_ceiling(regime, case)) is not None)
    return faults


def _wrong_cases(dispositif: Dispositif) -> Iterable[Fault]:
    for case in dispositif.cases:
        where = f"{dispositif.id}.yaml, cas « {case.name} »"
        verdict = screen(dispositif, case.facts, case.on)
        if verdict.truth.value != case.expected:
            why = " ; ".join(
                f"{r.expected} → {r.truth.value} ({r.observed})" for r in verdict.reasons if r.truth is not Truth.YES
            )
            yield Fault(
                where=where,
                found=verdict.truth.value,
                problem=f"verdict attendu : {case.expected}. {why}",
                mend="corriger les conditions ou le cas",
            )
        elif case.missing and set(case.missing) != set(verdict.missing):
            yield Fault(
                where=where,
                found=", ".join(verdict.missing),
                problem=f"faits manquants attendus : {', '.join(case.missing)}",
                mend="corriger le cas",
            )


def _contradictions(dispositif: Dispositif) -> Iterable[Fault]:
    advantage = dispositif.advantage
    where = f"{dispositif.id}.yaml"
    window = dispositif.validity
    if window.opens_on and window.closes_on and window.opens_on > window.closes_on:
        yield Fault(where=where, problem="la date de fin précède la date de début", mend="corriger validite")
    if advantage.parts and sum(part.share for part in advantage.parts) != 1:
        yield Fault(where=where, problem="les parts ne font pas 100 %", mend="corriger avantage.parts")
    if advantage.aid_floor and advantage.aid_cap and advantage.aid_floor[0].value > advantage.aid_cap[0].value:
        yield Fault(where=where, problem="le plancher d'aide dépasse le plafond", mend="corriger avantage")
    if any(row.value > 1 for row in advantage.rate):
        yield Fault(where=where, problem="taux supérieur à 100 %", mend="corriger avantage.taux")
    if dispositif.id in {exclusion.dispositif for exclusion in dispositif.exclusions}:
        yield Fault(where=where, problem="le dispositif s'exclut lui-même", mend="corriger exclusions")


def _wrong_ceiling(regime: Regime, case: CeilingCase) -> Fault | None:
    """A worked ceiling that the engine does not find."""
    ceiling = aid_ceiling(regime, case.facts, case.on)
    truth = applicability(regime, {"en_difficulte": False, "demande_avant_travaux": True, **case.facts}, case.on).truth
    if truth is Truth.NO:
        found = "interdit"
    elif truth is Truth.UNKNOWN or ceiling.low != ceiling.high:
        found = "inconnu"
    else:
        found = format_rate(ceiling.low)
    expected = case.expected if case.expected in {"interdit", "inconnu"} else format_rate(parse_rate(case.expected))
    if found == expected:
        return None
    where = f"regimes/{regime.id}.yaml, cas « {case.name} »"
    return Fault(
        where=where,
        found=found,
        problem=f"plafond attendu : {case.expected}",
        mend="corriger les intensités ou le cas",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """What an adviser should look at: why, and since or until when."""

    dispositif: str
    state: str
    """``clos``, ``ferme_bientot``, ``pas_encore_ouvert``, ``revue_en_retard`` or ``a_jour``."""
    detail: str


FRESHNESS_LABELS = {
    "clos": "Clos",
    "ferme_bientot": "Ferme bientôt",
    "pas_encore_ouvert": "Pas encore ouvert",
    "revue_en_retard": "Revue en retard",
    "a_jour": "À jour",
}


def freshness(dispositif: Dispositif, on: date) -> Freshness:
    """The state of a dispositif at a date."""
    window = dispositif.validity
    if window.closes_on is not None and window.closes_on < on:
        return Freshness(dispositif=dispositif.id, state="clos", detail=f"clos depuis le {window.closes_on:%d/%m/%Y}")
    if window.suspended:
        return Freshness(dispositif=dispositif.id, state="clos", detail="suspendu")
    if window.opens_on is not None and window.opens_on > on:
        return Freshness(
            dispositif=dispositif.id, state="pas_encore_ouvert", detail=f"ouvre le {window.opens_on:%d/%m/%Y}"
        )
    if window.closes_on is not None and window.closes_on - on <= CLOSING_SOON:
        return Freshness(
            dispositif=dispositif.id, state="ferme_bientot", detail=f"ferme le {window.closes_on:%d/%m/%Y}"
        )
    if dispositif.review_on is not None and dispositif.review_on < on:
        return Freshness(
            dispositif=dispositif.id,
            state="revue_en_retard",
            detail=f"revue prévue le {dispositif.review_on:%d/%m/%Y}",
        )
    verified = f"vérifié le {dispositif.verified_on:%d/%m/%Y}" if dispositif.verified_on else "jamais vérifié"
    return Freshness(dispositif=dispositif.id, state="a_jour", detail=verified)
