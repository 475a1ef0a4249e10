"""Accounts: years that make sense, amounts in euros rather than thousands, staff rather than codes of staff."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from rebond.facts import UNKNOWN, Accounts, Firm
from rebond.plausibility.ground import Ground, Subject
from rebond.plausibility.model import Finding
from rebond.units import Euros, format_euros, format_number


def check_accounts(ground: Ground) -> Iterator[Finding]:
    """Every check of the accounts of firms and of their groups."""
    for firm in ground.census.firms:
        subject = ground.firm(firm)
        yield from _years(ground, subject, firm)
        yield from _amounts(ground, subject, firm)
        for link in firm.links:
            yield from _group_years(ground, subject, link.name, link.accounts)
            yield from _unit(ground, subject, link.name, link.accounts)
    yield from _codes_everywhere(ground)


def _years(ground: Ground, subject: Subject, firm: Firm) -> Iterator[Finding]:
    if not firm.accounts:
        return
    last, oldest = firm.accounts[0].year, firm.accounts[-1].year
    if last > ground.today.year:
        yield ground.found("exercice_futur", subject, [last], qui=firm.name, annee=last, examen=ground.today)
    elif last < ground.today.year - ground.rule("exercice_ancien").number("annees"):
        yield ground.found("exercice_ancien", subject, [last], annee=last, examen=ground.today)
    created = firm.created_on
    if created is not UNKNOWN and oldest < created.year and last <= ground.today.year and created <= ground.today:
        yield ground.found("exercice_avant_creation", subject, [oldest, created], annee=oldest, creation=created)


def _group_years(ground: Ground, subject: Subject, name: str, years: tuple[Accounts, ...]) -> Iterator[Finding]:
    for accounts in years:
        if accounts.year > ground.today.year:
            yield ground.found(
                "exercice_futur", subject, [name, accounts.year], qui=name, annee=accounts.year, examen=ground.today
            )


def _amounts(ground: Ground, subject: Subject, firm: Firm) -> Iterator[Finding]:
    """A size code first: read as staff, it makes every ratio wrong."""
    codes = [finding for accounts in firm.accounts for finding in _code(ground, subject, accounts)]
    yield from codes
    if not codes:
        yield from _unit(ground, subject, firm.name, firm.accounts)
    last = firm.accounts[0] if firm.accounts else None
    total = UNKNOWN if last is None else last.balance_sheet
    if firm.own_funds is UNKNOWN or total is UNKNOWN or total <= 0:
        return
    if firm.own_funds > total * ground.rule("fonds_propres_sur_bilan").number("max"):
        yield ground.found(
            "fonds_propres_sur_bilan",
            subject,
            [firm.own_funds, total],
            fonds=format_euros(firm.own_funds),
            bilan=format_euros(total),
        )


def _unit(ground: Ground, subject: Subject, who: str, years: tuple[Accounts, ...]) -> Iterator[Finding]:
    """Thousands taken for euros: told once a firm, by the ratio that shows it first."""
    for check in (_by_head, _by_balance):
        found = [finding for accounts in years for finding in check(ground, subject, who, accounts)]
        if found:
            yield found[0]
            return
    yield from _jumps(ground, subject, who, years)


def _by_head(ground: Ground, subject: Subject, who: str, accounts: Accounts) -> Iterator[Finding]:
    rule = ground.rule("chiffre_affaires_par_tete")
    staff, turnover = accounts.staff, accounts.turnover
    if staff is UNKNOWN or turnover is UNKNOWN or staff < rule.number("effectif") or not turnover:
        return
    by_head = turnover / staff
    if not rule.number("min") <= by_head <= rule.number("max"):
        yield ground.found(
            rule.code,
            subject,
            [who, accounts.year, staff, turnover],
            qui=who,
            annee=accounts.year,
            ca=format_euros(turnover),
            effectif=_staff(staff),
            par_tete=format_euros(round(by_head)),
        )


def _by_balance(ground: Ground, subject: Subject, who: str, accounts: Accounts) -> Iterator[Finding]:
    rule = ground.rule("bilan_sur_chiffre_affaires")
    turnover, balance = accounts.turnover, accounts.balance_sheet
    if turnover is UNKNOWN or balance is UNKNOWN or not turnover or not balance:
        return
    if not rule.number("min") <= balance / turnover <= rule.number("max"):
        yield ground.found(
            rule.code,
            subject,
            [who, accounts.year, turnover, balance],
            qui=who,
            annee=accounts.year,
            bilan=format_euros(balance),
            ca=format_euros(turnover),
        )


def _jumps(ground: Ground, subject: Subject, who: str, years: tuple[Accounts, ...]) -> Iterator[Finding]:
    rule = ground.rule("saut_annuel")
    most, floor, least = rule.number("facteur"), rule.number("montant"), rule.number("effectif")
    for later, before in pairwise(sorted(years, key=lambda accounts: -accounts.year)):
        for what, new, old, small in (
            ("chiffre d'affaires", later.turnover, before.turnover, floor),
            ("total du bilan", later.balance_sheet, before.balance_sheet, floor),
            ("effectif", later.staff, before.staff, least),
        ):
            if new is UNKNOWN or old is UNKNOWN or not new or not old or max(new, old) < small:
                continue
            if max(new, old) > most * min(new, old):
                shown = _staff if what == "effectif" else format_euros
                yield ground.found(
                    rule.code,
                    subject,
                    [who, what, later.year, new, old],
                    qui=who,
                    quoi=what,
                    avant=shown(old),
                    apres=shown(new),
                    annee=later.year,
                )


def _code(ground: Ground, subject: Subject, accounts: Accounts) -> Iterator[Finding]:
    """A headcount that is exactly a code of INSEE, and that the turnover belies while the code's own size fits it."""
    staff, turnover = accounts.staff, accounts.turnover
    if staff is UNKNOWN or turnover is UNKNOWN or staff != staff.to_integral_value():
        return
    band = ground.rules.bands.get(int(staff))
    if band is None:
        return
    rule = ground.rule("code_de_tranche")
    low, high = rule.number("ca_min"), rule.number("ca_max")
    fits_band = low * band.low <= turnover <= high * band.high
    if fits_band and not low * staff <= turnover <= high * staff:
        yield ground.found(
            rule.code,
            subject,
            [accounts.year, staff, turnover],
            tranche=int(staff),
            bas=format_number(band.low),
            haut=format_number(band.high),
            ca=format_euros(turnover),
            annee=accounts.year,
        )


def _codes_everywhere(ground: Ground) -> Iterator[Finding]:
    """Headcounts that are codes of INSEE nearly everywhere: a column taken for another."""
    rule = ground.rule("codes_partout")
    staffs = [accounts.staff for firm in ground.census.firms for accounts in firm.accounts[:1]]
    told = [staff for staff in staffs if staff is not UNKNOWN]
    codes = [staff for staff in told if staff in ground.rules.bands]
    if len(told) >= rule.number("entreprises") and Decimal(len(codes)) >= rule.number("part") * len(told):
        yield ground.found(rule.code, ground.mission, told, nombre=len(codes), total=len(told))


def _staff(staff: Euros) -> str:
    return format_number(staff, 0 if staff == staff.to_integral_value() else 1)
