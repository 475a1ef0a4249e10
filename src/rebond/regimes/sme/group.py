"""The group of a firm: who counts in it, with what weight and which accounts (annex, art. 3, 4 and 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rebond.facts import UNKNOWN, Accounts, Firm, FirmLink, LinkKind
from rebond.regimes.sme.thresholds import SizeThresholds
from rebond.units import Rate, format_rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A firm of the group with its weight (a range when the holding is unknown) and its accounts by year."""

    name: str
    least_weight: Rate
    most_weight: Rate
    accounts: Mapping[int, Accounts]
    share_unknown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A firm, those that count with it, and the years they are all known for."""

    firm: Firm
    members: tuple[Member, ...]
    years: tuple[int, ...]
    """Consecutive closed years taken into account, the latest first."""
    has_accounts: bool
    public_share: Rate
    remarks: tuple[str, ...]


def form_group(firm: Firm, thresholds: SizeThresholds, on: date) -> Group:
    """The group at a date, from the links that were declared."""
    closed = {accounts.year: accounts for accounts in firm.accounts if accounts.year <= on.year}
    latest = max(closed, default=on.year - 1)
    members = [Member(name=firm.name, least_weight=Rate(1), most_weight=Rate(1), accounts=closed)]
    remarks: list[str] = []
    if len(closed) < len(firm.accounts):
        remarks.append(f"Les exercices postérieurs à {on.year} ne sont pas pris en compte.")
    for link in firm.links:
        member, remark = _member(link, thresholds, latest)
        remarks.append(remark)
        if member is not None:
            members.append(member)
    years = [latest]
    while all(years[-1] - 1 in member.accounts for member in members):
        years.append(years[-1] - 1)
    return Group(
        firm=firm,
        members=tuple(members),
        years=tuple(years),
        has_accounts=bool(closed),
        public_share=_public_share(firm.links, thresholds),
        remarks=tuple(remarks),
    )


def _member(link: FirmLink, thresholds: SizeThresholds, latest: int) -> tuple[Member | None, str]:
    """A link as a member of the group and its sentence; ``None`` when its figures do not count."""
    if link.public_body:
        return None, f"{link.name} est un organisme public : ses propres chiffres ne s'ajoutent pas."
    accounts = {year.year: year for year in link.accounts if year.year <= latest}
    late = ""
    if latest not in accounts and latest - 1 in accounts:
        # Art. 4(1): the latest closed accounts of each firm.
        accounts[latest] = replace(accounts[latest - 1], year=latest)
        late = f" Ses derniers comptes clos sont ceux de {latest - 1}."
    if link.kind is LinkKind.LINKED:
        member = Member(name=link.name, least_weight=Rate(1), most_weight=Rate(1), accounts=accounts)
        return member, f"{link.name} est une entreprise liée : comptée à 100 % (art. 6 §2).{late}"
    least, most = thresholds.partner_from.value, thresholds.partner_to.value
    if link.share is UNKNOWN:
        member = Member(name=link.name, least_weight=least, most_weight=most, accounts=accounts, share_unknown=True)
        text = f"comptée entre {format_rate(least)} et {format_rate(most)}, sa participation n'étant pas connue"
        return member, f"{link.name} est une entreprise partenaire : {text} (art. 6 §2).{late}"
    if link.share < least:
        text = f"{format_rate(link.share)}, moins de {format_rate(least)} : pas une partenaire, non comptée"
        return None, f"{link.name} détient ou est détenue à {text} (art. 3 §2)."
    member = Member(name=link.name, least_weight=link.share, most_weight=link.share, accounts=accounts)
    doubt = f" Au-delà de {format_rate(most)}, vérifier qu'elle n'est pas liée." if link.share > most else ""
    share = format_rate(link.share)
    return member, f"{link.name} est une entreprise partenaire : comptée à {share} (art. 6 §2).{late}{doubt}"


def _public_share(links: Sequence[FirmLink], thresholds: SizeThresholds) -> Rate:
    """What public bodies hold at least, together: a link of unknown share holds what its kind implies."""
    least = {LinkKind.LINKED: thresholds.partner_to.value, LinkKind.PARTNER: thresholds.partner_from.value}
    held = (least[link.kind] if link.share is UNKNOWN else link.share for link in links if link.public_body)
    return sum(held, Rate(0))
