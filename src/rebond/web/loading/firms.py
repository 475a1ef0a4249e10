"""Firms, their sites, groups, accounts and aid; interviews and needs."""

from __future__ import annotations

from collections.abc import Iterable

from rebond.facts import UNKNOWN, Accounts, AidObtained, Band, FirmLink
from rebond.reading.band import amount_words
from rebond.restitution.typography import typeset
from rebond.results import FirmResult, MissionResult
from rebond.units import Euros, format_euros
from rebond.web.catalogue.reading import axes, current_catalogue
from rebond.web.firms import models
from rebond.web.interviews.models import Interview, Need
from rebond.web.loading.values import column, declared_facts, place, words
from rebond.web.missions.models import Mission
from rebond.web.search_text import searchable
from rebond.web.wording import sentence

Firms = dict[str, models.Firm]
Needs = dict[tuple[str, str, str], Need]
"""(interview, axis, text) → need: one answer may be given on two axes."""


def load_firms(result: MissionResult, mission: Mission) -> Firms:
    """Firms by reference, with everything that hangs on them."""
    rows = [_firm(found, mission) for found in result.firms]
    firms = {row.ref: row for row in models.Firm.objects.bulk_create(rows)}
    models.Establishment.objects.bulk_create(_establishment(found, firms) for found in result.firms)
    for found in result.firms:
        _load_group(found, firms[found.firm.id])
    _load_aids(result, firms)
    return firms


def _firm(found: FirmResult, mission: Mission) -> models.Firm:
    firm = found.firm
    return models.Firm(
        mission=mission,
        ref=firm.id,
        name=typeset(firm.name),
        former_names=[typeset(name) for name in firm.former_names],
        siren=words(firm.siren),
        legal_form=words(firm.legal_form),
        code_naf=words(firm.code_naf),
        trade=sentence(firm.trade),
        created_on=column(firm.created_on),
        own_funds=column(firm.own_funds),
        in_difficulty=column(firm.in_difficulty),
        up_to_date=column(firm.up_to_date),
        aid_declared=column(firm.aid_declared),
        single_undertaking=firm.undertaking,
        declared=declared_facts(firm.declared),
        search=searchable(
            [firm.name, *firm.former_names, firm.trade, words(firm.siren), found.commune.name if found.commune else ""]
        ),
    )


def _establishment(found: FirmResult, firms: Firms) -> models.Establishment:
    return models.Establishment(
        firm=firms[found.firm.id], siret=words(found.firm.establishment.siret), **place(found.commune)
    )


def _load_group(found: FirmResult, firm: models.Firm) -> None:
    accounts = list(_accounts(found.firm.accounts, firm))
    for link in found.firm.links:
        row = models.FirmLink.objects.create(
            firm=firm,
            name=typeset(link.name),
            kind=link.kind.value,
            siren=words(link.siren),
            share=column(link.share),
            public_body=link.public_body,
        )
        accounts += _accounts_of_link(link, firm, row)
    models.Accounts.objects.bulk_create(accounts)


def _accounts(years: Iterable[Accounts], firm: models.Firm) -> Iterable[models.Accounts]:
    for year in years:
        yield models.Accounts(
            firm=firm,
            year=year.year,
            staff=column(year.staff),
            turnover=column(year.turnover),
            balance_sheet=column(year.balance_sheet),
        )


def _accounts_of_link(link: FirmLink, firm: models.Firm, row: models.FirmLink) -> Iterable[models.Accounts]:
    for accounts in _accounts(link.accounts, firm):
        accounts.link = row
        yield accounts


def _load_aids(result: MissionResult, firms: Firms) -> None:
    regimes = current_catalogue().regimes
    models.AidObtained.objects.bulk_create(
        models.AidObtained(
            firm=firms[aid.firm_id],
            ref=aid.id,
            funder=typeset(aid.funder),
            label=typeset(aid.label),
            regime=aid.regime,
            regime_label=typeset(regimes[aid.regime].title) if aid.regime in regimes else aid.regime,
            granted_on=aid.granted_on,
            amount=_exact(aid),
            amount_words=typeset(_amount_words(aid)),
        )
        for aid in result.census.aids
        if aid.firm_id in firms
    )


def _exact(aid: AidObtained) -> Euros | None:
    """The amount of an aid when it is known to the euro and nothing of it was recovered."""
    return None if aid.amount is UNKNOWN or isinstance(aid.amount, Band) or aid.recovered else aid.amount


def _amount_words(aid: AidObtained) -> str:
    """What is known of an amount that is not simply exact, in words; empty for one that is."""
    if _exact(aid) is not None:
        return ""
    recovered = f", dont {format_euros(aid.recovered)} remboursés" if aid.recovered else ""
    return amount_words(aid.amount) + recovered


def load_interviews(result: MissionResult, mission: Mission, firms: Firms) -> Needs:
    """Interviews and needs; needs by interview, axis and text, for the roadmap."""
    rows = [
        Interview(
            mission=mission,
            firm=firms[interview.firm_id],
            ref=interview.id,
            held_on=interview.held_on,
            interviewer=typeset(interview.interviewer),
            minutes=typeset(interview.minutes),
        )
        for interview in result.census.interviews
    ]
    interviews = {row.ref: row for row in Interview.objects.bulk_create(rows)}
    known_axes = axes()
    keys: list[tuple[str, str, str]] = []
    needs: list[Need] = []
    for interview in result.census.interviews:
        for need in interview.needs:
            label = known_axes[need.axis].label if need.axis in known_axes else need.axis
            keys.append((interview.id, need.axis, need.text))
            needs.append(
                Need(interview=interviews[interview.id], axis=need.axis, axis_label=label, text=typeset(need.text))
            )
    return dict(zip(keys, Need.objects.bulk_create(needs), strict=True))
