"""Checks of a catalogue beyond its schema: worked examples, contradictory figures, freshness, gaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from rebond.data import catalogue_parts
from rebond.data.yamlfile import read_yaml
from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.links import LinkRecord
from rebond.dispositifs.model import Dispositif, Instrument
from rebond.dispositifs.screening import screen, whole_criterion
from rebond.eligibility.choice import DatedValue
from rebond.eligibility.places import ZONE_FACTS, place_codes
from rebond.eligibility.truth import Truth, all_of
from rebond.eligibility.values import leaves_of
from rebond.errors import Fault
from rebond.facts import UNKNOWN
from rebond.reading.amounts import require_rate
from rebond.regimes.ceilings import aid_ceiling, applicability, asked_of
from rebond.regimes.model import CeilingCase, Regime
from rebond.regimes.readings import Readings, on_day
from rebond.units import format_euros, format_rate

CLOSING_SOON = timedelta(days=60)


def check_catalogue(catalogue: Catalogue) -> list[Fault]:
    """Run every worked example and look for figures that contradict each other."""
    faults: list[Fault] = []
    for dispositif in catalogue.dispositifs.values():
        faults.extend(_wrong_cases(dispositif))
        faults.extend(_contradictions(dispositif, catalogue))
        faults.extend(_wider_than_its_funder(dispositif, catalogue))
    for regime in catalogue.regimes.values():
        found = (_wrong_ceiling(regime, case, catalogue.readings) for case in regime.cases)
        faults.extend(fault for fault in found if fault is not None)
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


def _contradictions(dispositif: Dispositif, catalogue: Catalogue) -> Iterable[Fault]:
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
    homes = [home / where for home in catalogue_parts(catalogue.folder, "dispositifs")]
    path = next((home for home in reversed(homes) if home.is_file()), homes[0])
    for keys, rows in _figures(dispositif):
        for first, second in clashing_rows(rows):
            file = read_yaml(path, name=where)
            yield file.fault(
                (*keys, second),
                format_value(rows[second].value),
                f"deux chiffres pour la même règle et les mêmes dates : {format_value(rows[first].value)} "
                f"({rows[first].source}) et {format_value(rows[second].value)} ({rows[second].source})",
                "en retenir un et noter l'autre dans contradictions, ou les distinguer par si, du ou au",
            )


def _wider_than_its_funder(dispositif: Dispositif, catalogue: Catalogue) -> Iterable[Fault]:
    """A scheme that its conditions leave open where its funder does not work: it would be proposed there."""
    funder = catalogue.organisations[dispositif.funder]
    criterion = whole_criterion(dispositif)
    zoned = {name for leaf in leaves_of(criterion) for name in leaf.names}.intersection(ZONE_FACTS.values())
    if funder.reach.everywhere or not funder.reach.known or zoned:
        return
    communes = [commune for commune in catalogue.gazetteer.communes.values() if commune.epci]
    one_each = {(commune.departement, commune.epci): commune for commune in communes}
    departements = {commune.departement: commune for commune in one_each.values()}
    own = {code for kind, code in funder.reach.places if kind == "epci"}
    near = {commune.departement for commune in one_each.values() if commune.epci in own}
    tried = [*departements.values(), *(one for key, one in one_each.items() if key[0] in near)]
    wide = sorted(
        {
            commune.departement
            for commune in tried
            if funder.covers(commune) is Truth.NO and criterion.truth(place_codes(commune)) is not Truth.NO
        }
    )
    if wide:
        yield Fault(
            where=f"{dispositif.id}.yaml, conditions",
            found=", ".join(wide),
            problem=f"ouvert dans des départements où « {funder.code} » ne travaille pas",
            mend="ajouter une condition de lieu (departement, region, epci), ou corriger organisations.csv",
        )


def _figures(dispositif: Dispositif) -> Iterable[tuple[tuple[str, ...], tuple[DatedValue, ...]]]:
    """Every list of dated values of a dispositif, with its place in the file."""
    advantage = dispositif.advantage
    yield ("avantage", "assiette", "plafond"), advantage.base_cap
    yield ("avantage", "assiette", "plancher"), advantage.base_floor
    yield ("avantage", "taux"), advantage.rate
    yield ("avantage", "taux_attendu"), advantage.expected_rate
    yield ("avantage", "plafond_aide"), advantage.aid_cap
    yield ("avantage", "plancher_aide"), advantage.aid_floor
    if advantage.per_unit is not None:
        yield ("avantage", "par_unite", "valeur"), advantage.per_unit.amount


def clashing_rows(rows: Sequence[DatedValue]) -> list[tuple[int, int]]:
    """Pairs of rows that give different figures under the same condition on a common day, by rank.

    Only the first of such rows would ever be read: the second, with its source, would be lost in silence.
    """
    return [
        (first, second)
        for second, late in enumerate(rows)
        for first, early in enumerate(rows[:second])
        if early.value != late.value and early.condition == late.condition and _overlap(early, late)
    ]


def _overlap(one: DatedValue, other: DatedValue) -> bool:
    starts = max(row.valid_from or date.min for row in (one, other))
    ends = min(row.valid_to or date.max for row in (one, other))
    return starts <= ends


def format_value(value: Decimal) -> str:
    """A figure as its kind reads: a rate up to one, an amount above."""
    return format_rate(value) if value <= 1 else format_euros(value)


def _wrong_ceiling(regime: Regime, case: CeilingCase, readings: Readings) -> Fault | None:
    """A worked ceiling that the engine does not find, for an aid granted on the day of the case."""
    ceiling = aid_ceiling(regime, case.facts, case.on)
    use = applicability(regime, {"en_difficulte": False, "demande_avant_travaux": True, **case.facts})
    truth = all_of([readings.standing(regime, on_day(case.on)).truth, use.truth])
    if any(outcome.truth is Truth.NO for outcome in asked_of(regime, case.facts)):
        truth = Truth.NO
    if truth is Truth.NO:
        found = "interdit"
    elif truth is Truth.UNKNOWN or ceiling.low != ceiling.high:
        found = "inconnu"
    else:
        found = format_rate(ceiling.low)
    expected = case.expected if case.expected in {"interdit", "inconnu"} else format_rate(require_rate(case.expected))
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
class LawGap:
    """What nobody said of the law or of a funder, on which firm aid depends once a text is near its end."""

    subject: str
    field: str
    question: str


def law_gaps(catalogue: Catalogue) -> tuple[LawGap, ...]:
    """Umbrella regimes whose prorogation is not answered; funders of regimes that end, whose delay is not known."""
    frameworks = (
        LawGap(
            subject=each.number,
            field="prorogation",
            question=f"Ce régime cadre, qui finit le {each.until:%d/%m/%Y}, est-il prorogé, et jusqu'à quand ?",
        )
        for each in catalogue.readings.frameworks.values()
        if each.prolonged is Truth.UNKNOWN
    )
    asked: dict[str, str] = {}
    for item in catalogue.dispositifs.values():
        desk = item.instructor or item.funder
        ends = any(catalogue.readings.last_day(regime) is not None for regime in catalogue.regimes_of(item))
        # A tax measure is a right, an advice is no award: neither waits for a decision.
        if item.instrument in {Instrument.TAX_CREDIT, Instrument.EXEMPTION, Instrument.ADVICE}:
            continue
        if ends and catalogue.delays.of(item.id, desk) is UNKNOWN:
            asked[desk] = catalogue.organisations[desk].name
    delays = (
        LawGap(
            subject=code,
            field="delai_instruction",
            question=f"{name} : combien de mois du dépôt complet à la décision ?",
        )
        for code, name in sorted(asked.items())
    )
    return (*frameworks, *delays)


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """What an adviser should look at: why, and since or until when."""

    dispositif: str
    state: str
    """A key of ``FRESHNESS_LABELS``."""
    detail: str


FRESHNESS_LABELS = {
    "clos": "Clos",
    "reconduction_attendue": "Reconduction attendue",
    "ferme_bientot": "Ferme bientôt",
    "pas_encore_ouvert": "Pas encore ouvert",
    "revue_en_retard": "Revue en retard",
    "lien_non_vu_vivant": "Lien non vu vivant",
    "a_jour": "À jour",
}
"""From the most pressing to the least."""


def freshness(dispositif: Dispositif, on: date, link: LinkRecord | None = None) -> Freshness:
    """The most pressing state of a dispositif at a date."""
    return next(iter(concerns(dispositif, on, link)), None) or Freshness(
        dispositif=dispositif.id, state="a_jour", detail=_verified(dispositif)
    )


def concerns(dispositif: Dispositif, on: date, link: LinkRecord | None = None) -> tuple[Freshness, ...]:
    """All that an adviser should look at, the most pressing first; a dead link adds a review and closes nothing."""
    found = (_window_state(dispositif, on), _review_state(dispositif, on), _link_state(link))
    return tuple(
        Freshness(dispositif=dispositif.id, state=state, detail=detail) for state, detail in filter(None, found)
    )


def _window_state(dispositif: Dispositif, on: date) -> tuple[str, str] | None:
    window = dispositif.validity
    if window.is_awaited(on):
        return "reconduction_attendue", f"reconduction attendue, édition close le {window.closes_on:%d/%m/%Y}"
    if window.closes_on is not None and window.closes_on < on:
        return "clos", f"clos depuis le {window.closes_on:%d/%m/%Y}"
    if window.suspended:
        return "clos", "suspendu"
    if window.opens_on is not None and window.opens_on > on:
        return "pas_encore_ouvert", f"ouvre le {window.opens_on:%d/%m/%Y}"
    if window.closes_on is not None and window.closes_on - on <= CLOSING_SOON:
        return "ferme_bientot", f"ferme le {window.closes_on:%d/%m/%Y}"
    return None


def _review_state(dispositif: Dispositif, on: date) -> tuple[str, str] | None:
    due = dispositif.review_on
    if due is None or due >= on:
        return None
    return "revue_en_retard", f"revue prévue le {due:%d/%m/%Y}, {_verified(dispositif)}"


def _link_state(link: LinkRecord | None) -> tuple[str, str] | None:
    if link is None or link.seen_alive:
        return None
    seen = f"dernière réponse le {link.last_success:%d/%m/%Y}" if link.last_success else "aucune réponse connue"
    return "lien_non_vu_vivant", f"{link.url} : {seen} ; à revoir, le dispositif reste tel quel"


def _verified(dispositif: Dispositif) -> str:
    return f"vérifié le {dispositif.verified_on:%d/%m/%Y}" if dispositif.verified_on else "jamais vérifié"
