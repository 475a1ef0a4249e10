"""How the class was found, in French, and what of the law it rests on was not read in a source."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from rebond.regimes.sme.consolidation import ENDLESS, LEAST, MOST, consolidate
from rebond.regimes.sme.group import Group
from rebond.regimes.sme.thresholds import Figures, SizeClass, SizeThresholds
from rebond.units import format_euros, format_number, format_rate

_ORDER = tuple(SizeClass)


def explain(group: Group, thresholds: SizeThresholds, low: SizeClass, high: SizeClass) -> list[str]:
    """The group, its figures year by year, the rules met and the conclusion, a sentence each."""
    steps = list(group.remarks)
    if len(group.members) > 1:
        steps.append("Les partenaires des partenaires ne sont pas recherchées ; celles des liées sont à déclarer.")
    elif not group.firm.links:
        steps.append("Aucune entreprise liée ou partenaire n'est déclarée : entreprise autonome (art. 3 §1).")
    steps += [_year_step(group, thresholds, year) for year in reversed(group.years)]
    steps.append(_years_step(group, thresholds))
    if group.public_share >= thresholds.public_from.value:
        share, floor = format_rate(group.public_share), format_rate(thresholds.public_from.value)
        steps.append(
            f"Des organismes publics détiennent au moins {share} : à partir de {floor}, ce n'est pas une PME"
            " (art. 3 §4), sauf investisseurs de l'art. 3 §2, à vérifier."
        )
    steps.append(_conclusion(thresholds, low, high))
    return steps


def _year_step(group: Group, thresholds: SizeThresholds, year: int) -> str:
    least, most = consolidate(group, year, LEAST), consolidate(group, year, MOST)
    staff = _range(least.staff, most.staff, lambda value: f"{format_number(value, 0 if value % 1 == 0 else 1)} UTA")
    turnover = _range(least.turnover, most.turnover, format_euros)
    balance = _range(least.balance_sheet, most.balance_sheet, format_euros)
    classes = [_of_year(figures, thresholds) for figures in (least, most)]
    found = classes[0].label if classes[0] is classes[1] else f"de {classes[0].label} à {classes[1].label}"
    return f"Exercice {year} : effectif {staff}, chiffre d'affaires {turnover}, bilan {balance} → {found}."


def _range(least: Decimal, most: Decimal, show: Callable[[Decimal], str]) -> str:
    if least == most:
        return show(least)
    if most == ENDLESS:
        return f"inconnu (au moins {show(least)})" if least else "inconnu"
    return f"entre {show(least)} et {show(most)}"


def _of_year(figures: Figures, thresholds: SizeThresholds) -> SizeClass:
    """The class on the figures of one year alone."""
    for ceiling in thresholds.classes:
        if not ceiling.is_exceeded(figures):
            return SizeClass(ceiling.code)
    return SizeClass.LARGE if thresholds.eti.is_exceeded(figures) else SizeClass.ETI


def _years_step(group: Group, thresholds: SizeThresholds) -> str:
    if not group.has_accounts:
        return "Aucun exercice clos n'est connu."
    if len(group.years) == 1:
        return f"Un seul exercice connu pour tout le groupe ({group.years[0]}) : il fixe la taille."
    return (
        f"{len(group.years)} exercices : la taille de {group.years[-1]} sert de départ et ne change qu'après"
        f" {thresholds.consecutive_years} exercices consécutifs de l'autre côté d'un seuil"
        f" ({thresholds.years_article})."
    )


def _conclusion(thresholds: SizeThresholds, low: SizeClass, high: SizeClass) -> str:
    if low is not high:
        return f"Taille à préciser : de {low.label} à {high.label} selon les chiffres manquants."
    ceiling = next((rule for rule in (*thresholds.classes, thresholds.eti) if rule.code == low.value), None)
    if ceiling is None:
        return f"Taille : {low.label} (au-dessus des seuils de l'ETI, {thresholds.eti.article})."
    limits = (
        f"moins de {format_number(ceiling.staff_below)} UTA et chiffre d'affaires ≤"
        f" {format_euros(ceiling.turnover_max)} ou bilan ≤ {format_euros(ceiling.balance_max)}"
    )
    note = " ; une grande entreprise en droit des aides d'État" if low is SizeClass.ETI else ""
    return f"Taille : {low.label} ({limits}, {ceiling.article}){note}."


def unverified_rules(group: Group, thresholds: SizeThresholds, high: SizeClass, on: date) -> tuple[str, ...]:
    """Articles of the rules used whose figures were not read in a source."""
    used = [rule for rule in thresholds.classes if _ORDER.index(SizeClass(rule.code)) <= _ORDER.index(high)]
    notes = [rule.article for rule in used if not rule.verified]
    if not high.is_sme:
        above = (thresholds.eti, *thresholds.small_mid_caps_on(on))
        notes += [rule.article for rule in above if not rule.verified]
    if any(member.share_unknown for member in group.members) and not thresholds.partner_to.verified:
        notes.append(thresholds.partner_to.article)
    if group.public_share and not thresholds.public_from.verified:
        notes.append(thresholds.public_from.article)
    return tuple(dict.fromkeys(notes))
