"""Firms with all that hangs on them, from rows to the core and back: a field added to one way goes to the other."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from rebond import facts as core
from rebond.facts import UNKNOWN, Band, LinkKind
from rebond.history import Kind
from rebond.units import Euros
from rebond.web.firms.models import Accounts, AidObtained, Establishment, Firm, FirmLink
from rebond.web.missions.columns import column, columns, field, fields
from rebond.web.missions.extract import Extract, place, within
from rebond.web.missions.models import Mission
from rebond.web.missions.syncing import Changes, sync
from rebond.web.missions.tagged import asked_as_data, asked_from_data, declared_as_data, declared_from_data

FIRM = (
    "name",
    "siren",
    "legal_form",
    "code_naf",
    "trade",
    "created_on",
    "own_funds",
    "in_difficulty",
    "up_to_date",
    "aid_declared",
    "single_undertaking",
)
ACCOUNTS = ("year", "staff", "turnover", "balance_sheet")
LINK = ("name", "siren", "share", "public_body")
AID = ("funder", "label", "regime", "granted_on", "recovered", "nature")


# ---- From rows to the core


def firms_of(mission: Mission, extract: Extract | None = None) -> tuple[core.Firm, ...]:
    """The firms of a mission, in the order of the census; four queries."""
    years: dict[tuple[int, int | None], list[core.Accounts]] = defaultdict(list)
    for row in within(Accounts.objects.of(mission), extract, Kind.FIRM, "firm__ref").order_by("position"):
        years[row.firm_id, row.link_id].append(core.Accounts(**fields(row, ACCOUNTS)))
    links: dict[int, list[core.FirmLink]] = defaultdict(list)
    for link in within(FirmLink.objects.of(mission), extract, Kind.FIRM, "firm__ref").order_by("position"):
        links[link.firm_id].append(
            core.FirmLink(**fields(link, LINK), kind=LinkKind(link.kind), accounts=tuple(years[link.firm_id, link.pk]))
        )
    sites = {row.firm_id: row for row in within(Establishment.objects.of(mission), extract, Kind.FIRM, "firm__ref")}
    return tuple(
        core.Firm(
            id=row.ref,
            **fields(row, FIRM),
            establishment=_establishment(sites.get(row.pk)),
            accounts=tuple(years[row.pk, None]),
            links=tuple(links[row.pk]),
            former_names=tuple(row.former_names),
            declared=declared_from_data(row.declared),
            asked=asked_from_data(row.asked),
        )
        for row in within(Firm.objects.of(mission), extract, Kind.FIRM).order_by("position", "pk")
    )


def _establishment(row: Establishment | None) -> core.Establishment:
    if row is None:
        return core.Establishment()
    return core.Establishment(siret=field(row.siret), commune=field(row.insee_code))


def aids_of(mission: Mission, extract: Extract | None = None) -> tuple[core.AidObtained, ...]:
    """The aid that the firms of a mission already have; one query."""
    held = within(AidObtained.objects.of(mission), extract, Kind.AID)
    rows = held.select_related("firm", "project").order_by("position", "pk")
    return tuple(
        core.AidObtained(
            id=row.ref,
            firm_id=row.firm.ref,
            project_id=row.project.ref if row.project else "",
            **fields(row, AID),
            amount=_amount(row),
        )
        for row in rows
    )


def _amount(row: AidObtained) -> core.Maybe[Euros | Band]:
    match AidObtained.State(row.amount_state):
        case AidObtained.State.UNKNOWN:
            return UNKNOWN
        case AidObtained.State.EXACT:
            return Euros(field(row.amount))
        case AidObtained.State.BAND:
            return Band(least=field(row.amount), most=field(row.amount_most))


# ---- From the core to rows


def write_firms(mission: Mission, firms: tuple[core.Firm, ...], extract: Extract | None = None) -> Changes[Firm]:
    """Firms with their site, group and accounts; what hangs on a firm changes the firm."""
    found = sync(
        Firm,
        within(Firm.ever.of(mission), extract, Kind.FIRM),
        {
            firm.id: _firm_columns(firm, mission, place(extract, Kind.FIRM, firm.id, rank))
            for rank, firm in enumerate(firms)
        },
        key=lambda row: row.ref,
        quiet=("position",),
    )
    pks = {ref: row.pk for ref, row in found.rows.items()}
    found.hang(
        sync(
            Establishment,
            within(Establishment.ever.of(mission), extract, Kind.FIRM, "firm__ref"),
            {
                pks[firm.id]: {
                    "firm_id": pks[firm.id],
                    "siret": column(firm.establishment.siret),
                    "insee_code": column(firm.establishment.commune),
                }
                for firm in firms
            },
            key=lambda row: row.firm_id,
            kept=found.withdrawn,
            owner="firm_id",
        )
    )
    links = sync(
        FirmLink,
        within(FirmLink.ever.of(mission), extract, Kind.FIRM, "firm__ref"),
        {
            (pks[firm.id], position): {
                "firm_id": pks[firm.id],
                "position": position,
                **columns(link, LINK),
                "kind": link.kind.value,
            }
            for firm in firms
            for position, link in enumerate(firm.links)
        },
        key=lambda row: (row.firm_id, row.position),
        kept=found.withdrawn,
        owner="firm_id",
    )
    found.hang(links)
    found.hang(
        sync(
            Accounts,
            within(Accounts.ever.of(mission), extract, Kind.FIRM, "firm__ref"),
            _accounts_columns(firms, pks, links),
            key=lambda row: (row.firm_id, row.link_id, row.position),
            kept=found.withdrawn,
            owner="firm_id",
        )
    )
    return found


def _firm_columns(firm: core.Firm, mission: Mission, position: int) -> dict[str, Any]:
    return {
        "mission_id": mission.pk,
        "ref": firm.id,
        "position": position,
        **columns(firm, FIRM),
        "former_names": list(firm.former_names),
        "declared": declared_as_data(firm.declared),
        "asked": asked_as_data(firm.asked),
    }


def _accounts_columns(
    firms: tuple[core.Firm, ...], pks: dict[Any, int], links: Changes[FirmLink]
) -> dict[Any, dict[str, Any]]:
    wanted = {}
    for firm in firms:
        pk = pks[firm.id]
        owners: list[tuple[int | None, tuple[core.Accounts, ...]]] = [(None, firm.accounts)]
        owners += [(links.rows[pk, place].pk, link.accounts) for place, link in enumerate(firm.links)]
        for link, years in owners:
            for position, year in enumerate(years):
                wanted[pk, link, position] = {
                    "firm_id": pk,
                    "link_id": link,
                    "position": position,
                    **columns(year, ACCOUNTS),
                }
    return wanted


def write_aids(
    mission: Mission,
    aids: tuple[core.AidObtained, ...],
    firms: Changes[Firm],
    projects: dict[str, int],
    extract: Extract | None = None,
) -> Changes[AidObtained]:
    """Aid obtained; it belongs to its firm. ``projects``: their keys by reference."""
    found = sync(
        AidObtained,
        within(AidObtained.ever.of(mission), extract, Kind.AID),
        {
            aid.id: {
                "firm_id": firms.rows[aid.firm_id].pk,
                "project_id": projects[aid.project_id] if aid.project_id else None,
                "ref": aid.id,
                "position": place(extract, Kind.AID, aid.id, position),
                **columns(aid, AID),
                **_amount_columns(aid.amount),
            }
            for position, aid in enumerate(aids)
        },
        key=lambda row: row.ref,
        quiet=("position",),
        owner="firm_id",
    )
    firms.hang(found)
    return found


def _amount_columns(amount: core.Maybe[Euros | Band]) -> dict[str, Any]:
    if amount is UNKNOWN:
        return {"amount_state": AidObtained.State.UNKNOWN.value, "amount": None, "amount_most": None}
    if isinstance(amount, Band):
        state = AidObtained.State.BAND.value
        return {"amount_state": state, "amount": amount.least, "amount_most": column(amount.most)}
    return {"amount_state": AidObtained.State.EXACT.value, "amount": amount, "amount_most": None}
