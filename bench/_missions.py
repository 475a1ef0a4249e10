"""Missions of any size: the sample territory as many times as asked, each copy with its own firms."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from rebond.adapters.sample import write_sample
from rebond.adapters.workbook import load_layout, read_census, regime_codes
from rebond.data import data_folder
from rebond.facts import UNKNOWN, Census, Firm, Maybe, PartnerEntry, Siren, Siret
from rebond.mission import Rulebook

T = TypeVar("T")
_FIGURES = 8
"""Digits of a SIREN before its key."""
_APART = 1_234_567


def sample_census(rulebook: Rulebook) -> Census:
    """The sample territory, read from its workbook."""
    data = data_folder()
    layout = load_layout(data / "referentiels", regimes=regime_codes(data / "regimes"))
    with TemporaryDirectory() as folder:
        workbook = Path(folder) / "recensement.xlsx"
        write_sample(workbook)
        return read_census(workbook, layout=layout, gazetteer=rulebook.catalogue.gazetteer)


def times(census: Census, copies: int) -> Census:
    """The census with its firms, interviews, projects, aids and partners' lines so many times; settings as they are.

    The first copy keeps its names and numbers. The envelope stays that of one territory: the choice is harder for it.
    """
    several = [_copy(census, number) for number in range(copies)]
    return replace(
        census,
        firms=tuple(each for one in several for each in one.firms),
        interviews=tuple(each for one in several for each in one.interviews),
        projects=tuple(each for one in several for each in one.projects),
        aids=tuple(each for one in several for each in one.aids),
        partner_entries=tuple(each for one in several for each in one.partner_entries),
        confirmations=tuple(each for one in several for each in one.confirmations),
    )


def of_projects(census: Census, count: int) -> Census:
    """The first projects of as many copies as it takes, with what is said of them; every firm of those copies."""
    whole = times(census, -(-count // len(census.projects)))
    projects = whole.projects[:count]
    kept = {"", *(project.id for project in projects)}
    return replace(whole, projects=projects, aids=tuple(aid for aid in whole.aids if aid.project_id in kept))


def _copy(census: Census, number: int) -> Census:
    if not number:
        return census

    def key(identifier: str) -> str:
        return f"{identifier}-{number}" if identifier else ""

    return replace(
        census,
        firms=tuple(_firm(firm, number) for firm in census.firms),
        interviews=tuple(replace(each, id=key(each.id), firm_id=key(each.firm_id)) for each in census.interviews),
        projects=tuple(replace(each, id=key(each.id), firm_id=key(each.firm_id)) for each in census.projects),
        aids=tuple(
            replace(each, id=key(each.id), firm_id=key(each.firm_id), project_id=key(each.project_id))
            for each in census.aids
        ),
        partner_entries=tuple(_entry(each, number) for each in census.partner_entries),
        confirmations=tuple(replace(each, subject=key(each.subject)) for each in census.confirmations),
    )


def _firm(firm: Firm, number: int) -> Firm:
    return replace(
        firm,
        id=f"{firm.id}-{number}",
        name=_name(firm.name, number),
        siren=_siren(firm.siren, number),
        establishment=replace(firm.establishment, siret=_siret(firm.establishment.siret, number)),
        single_undertaking=f"{firm.single_undertaking}-{number}" if firm.single_undertaking else "",
    )


def _entry(entry: PartnerEntry, number: int) -> PartnerEntry:
    return replace(
        entry,
        id=f"{entry.id}-{number}",
        firm_name=_name(entry.firm_name, number),
        siren=_siren(entry.siren, number),
        siret=_siret(entry.siret, number),
    )


def _name(name: str, number: int) -> str:
    """A name of its own: the word is long enough for no list to take one copy for another."""
    return f"{name} {_WORDS[number % len(_WORDS)]}{'' if number < len(_WORDS) else number}"


_WORDS = ("", "Vallombreuse", "Cormontagne", "Thiérache", "Puisaye", "Gévaudan", "Limagne", "Quercorb", "Saosnois")


def _siren(siren: Maybe[Siren], number: int) -> Maybe[Siren]:
    return UNKNOWN if siren is UNKNOWN else Siren(_other(siren, number))


def _other(digits: str, number: int) -> str:
    """Another SIREN than the one that these digits begin with."""
    return _keyed(f"{(int(digits[:_FIGURES]) + number * _APART) % 10**_FIGURES:0{_FIGURES}d}")


def _siret(siret: Maybe[Siret], number: int) -> Maybe[Siret]:
    if siret is UNKNOWN:
        return UNKNOWN
    return Siret(_keyed(f"{_other(siret, number)}{siret[_FIGURES + 1 : -1]}"))


def _keyed(figures: str) -> str:
    """The figures with the key of Luhn."""
    doubled = (int(figure) * (2 - rank % 2) for rank, figure in enumerate(reversed(figures)))
    return f"{figures}{-sum(sum(divmod(value, 10)) for value in doubled) % 10}"
