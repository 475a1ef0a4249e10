"""The second audit, on what makes a plan one to sign: firm lines, the need, files worth it, one object a line.

Against the files of the catalogue and the project's own facts, with no code of the model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.model import Dispositif, Instrument
from rebond.dispositifs.screening import screen
from rebond.eligibility.choice import choose
from rebond.eligibility.criteria import Facts
from rebond.eligibility.truth import Truth
from rebond.facts import UNKNOWN, AidObtained, AwardedAid, Project
from rebond.financing.auditing.audit import Breach
from rebond.financing.auditing.figures import Weight, unread_figures
from rebond.financing.plan.certainty import Certainty
from rebond.financing.plan.model import FinancingPlan, PlanLine
from rebond.regimes.ceilings import asked_of
from rebond.regimes.model import Regime, RegimeKind
from rebond.units import Euros, Rate


def signature_breaches(
    dispositif: Dispositif,
    lines: Iterable[PlanLine],
    project: Project,
    facts: Facts,
    catalogue: Catalogue,
    on: date,
    regime_aid: Mapping[str, Fraction],
) -> Iterator[Breach]:
    """A firm line: the dispositif says YES, its rules and figures are read, its basis confirmed, the money known."""
    award = catalogue.award(project, dispositif, on)
    natures = {cost.id: cost.nature for cost in project.costs}
    mine = list(lines)
    for line in mine:
        if line.state is not Certainty.FIRM:
            continue
        regime = catalogue.regimes[line.regime]
        rules = dispositif.advantage
        figures = (rules.rate, rules.base_cap, rules.aid_cap, rules.aid_floor, rules.base_floor)
        open_ones = [
            (screen(dispositif, facts, on).truth is not Truth.YES, "verdict"),
            (_waits_for_a_person(regime, dispositif, facts), "phrases du régime"),
            (any(each.truth is not Truth.YES for each in asked_of(regime, facts, natures[line.line])), "régime"),
            (catalogue.readings.standing(regime, award).truth is not Truth.YES, f"droit, {award.words}"),
            (line.regime not in dispositif.regimes, "rattachement au nouveau texte"),
            (any(choose(rows, facts, on).missing for rows in figures), "chiffres"),
            (_has_unsourced_rule(dispositif), "règle que nulle source ne donne"),
            (project.own_financing is UNKNOWN, "financement acquis"),
            (line.to_pay_back > 0 and project.borrowing_capacity is UNKNOWN, "capacité d'emprunt"),
            (
                rules.loan is not None
                and rules.loan.capped_by_own_funds
                and not isinstance(facts.get("capitaux_propres", UNKNOWN), Decimal | int),
                "fonds propres",
            ),
            (line.is_envelope, "décision du comité"),
        ]
        weight = Weight(
            project=project,
            lines=[each for each in mine if each.regime == line.regime],
            regime_aid=regime_aid.get(line.regime, Fraction(0)),
            share=Fraction(catalogue.plan_settings.unread_no_effect_below),
        )
        unread = dict.fromkeys(unread_figures(dispositif, regime, weight, facts, on, award.earliest))
        found = [*(words for is_open, words in open_ones if is_open), *(f"{words}, non relu" for words in unread)]
        if found:
            yield Breach(rule="certainty", detail=f"{dispositif.id} est dit ferme : {', '.join(found)} à établir")


def _waits_for_a_person(regime: Regime, dispositif: Dispositif, facts: Facts) -> bool:
    """Whether a sentence of the regime is open; that of non-aid is settled by the file that says why, with a source."""
    if regime.kind is RegimeKind.NO_AID and dispositif.no_aid_because:
        return False
    return any(sentence.truth(facts) is not Truth.YES for sentence in regime.to_confirm)


def _has_unsourced_rule(dispositif: Dispositif) -> bool:
    """Whether the file lacks a rule: legal basis, cap, floor, conditions, its dates when nothing else says them."""
    lacking = {gap.field for gap in dispositif.gaps} - {"autre", "contact"}
    window = dispositif.validity
    if window.opens_on or window.closes_on or dispositif.to_confirm:
        lacking -= {"dates"}
    return bool(lacking)


def worth_breaches(lines: list[PlanLine], project: Project, catalogue: Catalogue) -> Iterator[Breach]:
    """A file brings the least that the settings ask, unless the call has a least of its own or it comes by right."""
    forms = {part.instrument: part.share for part in lines[0].parts} or {lines[0].instrument: Rate(1)}
    borrowed = sum((share for form, share in forms.items() if form.is_borrowed), Rate(0))
    least = catalogue.plan_settings.least_useful(lines[0].instrument, _need(project), borrowed=borrowed)
    total = sum(line.amount for line in lines)
    if total < least and not lines[0].is_envelope:
        yield Breach(
            rule="floor_and_cap", detail=f"{lines[0].dispositif} : {total} €, sous {float(least):.2f} € utiles"
        )


def _need(project: Project) -> Euros:
    secured = project.own_financing
    return max(Euros(0), project.total_cost - (Euros(0) if secured is UNKNOWN else secured))


def need_breaches(
    plan: FinancingPlan, project: Project, aids: Iterable[AidObtained], catalogue: Catalogue
) -> Iterator[Breach]:
    """No support beyond the need; firm 1:1 loans within the private money secured and the bank credits guaranteed."""
    awarded = [aid for aid in aids if isinstance(aid, AwardedAid) and aid.project_id == project.id]
    need = max(Euros(0), _need(project) - sum((aid.most for aid in awarded), Euros(0)))
    if plan.support > need:
        yield Breach(rule="need", detail=f"{plan.support} € de soutien pour un besoin de {need} €")
    lenders = {key: item.advantage.loan for key, item in catalogue.dispositifs.items()}
    matched = [
        line
        for line in plan.lines
        if line.state is Certainty.FIRM and (loan := lenders.get(line.dispositif)) is not None and loan.private_match
    ]
    bank = sum(line.amount for line in plan.lines if line.instrument is Instrument.GUARANTEE)
    secured = Euros(0) if project.own_financing is UNKNOWN else project.own_financing
    if matched and sum(line.amount for line in matched) > secured + bank:
        yield Breach(rule="loans", detail=f"prêts fermes sans un euro privé acquis en face ({secured} € acquis)")


def sole_aid_breaches(lines: Iterable[PlanLine], past: Iterable[str], catalogue: Catalogue) -> Iterator[Breach]:
    """A file that forbids any other aid on its expenses is alone on its lines; ``past``: the lines already aided."""
    everything, before = list(lines), set(past)
    for line in everything:
        dispositif = catalogue.dispositifs.get(line.dispositif)
        if dispositif is None or not dispositif.sole_aid:
            continue
        others = [e for e in everything if e.line == line.line and e.dispositif != line.dispositif]
        if line.line in before or any(other.aid > 0 or other.benefit > 0 for other in others):
            yield Breach(rule="exclusions", detail=f"{dispositif.id} n'admet aucune autre aide sur {line.line}")


def object_breaches(lines: Iterable[PlanLine], catalogue: Catalogue) -> Iterator[Breach]:
    """Articles that pay for one thing each meet on a line only when it is the same."""
    found: dict[str, set[str]] = {}
    for line in lines:
        if line.aid > 0 and (name := catalogue.regimes[line.regime].object):
            found.setdefault(line.line, set()).add(name)
    for identifier, names in found.items():
        if len(names) > 1:
            yield Breach(rule="cumulation", detail=f"{identifier} : objets différents ({', '.join(sorted(names))})")
