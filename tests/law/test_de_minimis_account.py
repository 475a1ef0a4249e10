"""De minimis of a single undertaking over three rolling years (Reg. (EU) 2023/2831 arts. 2(2), 3 and 5)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebond.facts import UNKNOWN, AidObtained, Band, Firm, Maybe
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.optimize import optimise_plans
from rebond.regimes.de_minimis import DeMinimisAccount, de_minimis_account, known_rooms
from tests.law import worked
from tests.law.worked import ART_17, DE_MINIMIS, ON, build, catalogue, facts_of, plan, project, scheme

SIMPLE = scheme("simple", DE_MINIMIS)


def granted(on: date, euros: int, firm: str = "F", regime: str = DE_MINIMIS) -> AidObtained:
    return AidObtained(
        id=f"{on}", firm_id=firm, funder="cci", label="", regime=regime, granted_on=on, amount=Decimal(euros)
    )


def account(*aids: AidObtained, on: date = ON, declared: tuple[Maybe[bool], ...] = (True, True)) -> DeMinimisAccount:
    """The account of F and G; ``declared``: what each says of its list of aid."""
    regimes = dict(catalogue().regimes)
    firms = [Firm(id=name, name=name, aid_declared=whole) for name, whole in zip("FG", declared, strict=False)]
    return de_minimis_account("groupe", firms, aids, regime=regimes[DE_MINIMIS], regimes=regimes, on=on)


def test_two_firms_under_common_control_share_300_000_euros():
    """Art. 2(2): 120 000 € to F and 100 000 € to G leave 80 000 €; what a third firm received does not count."""
    found = account(
        granted(date(2024, 3, 1), 120_000), granted(date(2025, 6, 1), 100_000, "G"), granted(ON, 90_000, "H")
    )
    assert found.room == 80_000


def test_the_day_on_which_room_opens_again():
    """Art. 3(2), rolling: the three years of the first award end on 1 March 2027; 120 000 € come back the day after."""
    found = account(granted(date(2024, 3, 1), 120_000), granted(date(2025, 6, 1), 100_000, "G"))
    assert found.room_opens_on(Decimal(80_000)) == ON
    assert found.room_opens_on(Decimal(80_001)) == date(2027, 3, 2)
    assert found.room_opens_on(Decimal(200_000)) == date(2027, 3, 2)
    assert found.room_opens_on(Decimal(200_001)) == date(2028, 6, 2)
    assert found.room_opens_on(Decimal(300_001)) is None


def test_the_window_rolls_day_by_day():
    aids = (granted(date(2023, 10, 5), 120_000, regime="de_minimis_2013"),)
    assert account(*aids, on=date(2026, 10, 5)).room == 180_000
    assert account(*aids, on=date(2026, 10, 6)).room == 300_000


def test_an_award_of_29_february_leaves_after_28_february():
    aids = (granted(date(2024, 2, 29), 300_000),)
    assert account(*aids, on=date(2027, 2, 28)).room == 0
    assert account(*aids, on=date(2027, 3, 1)).room == 300_000


@pytest.mark.parametrize("declared", [(UNKNOWN,), (False,), (True, UNKNOWN), (False, True)])
def test_no_aid_listed_is_no_full_account_until_every_firm_of_the_undertaking_declared(
    declared: tuple[Maybe[bool], ...],
) -> None:
    """The funder asks for the declaration of the whole undertaking before it grants: the mission asks for it too."""
    found = account(declared=declared)
    assert found.room is UNKNOWN
    assert found.room_opens_on(Decimal(1)) is UNKNOWN
    assert "au plus 300 000 €".replace(" 000 €", "\u202f000\u00a0€") in found.why_unknown
    assert "attestation de minimis de l'entreprise unique" in found.why_unknown
    assert not known_rooms([found])


def test_a_declared_undertaking_that_received_nothing_has_the_whole_account():
    assert account().room == 300_000
    assert account().why_unknown == ""


def test_aid_listed_but_not_declared_whole_gives_an_upper_bound_only():
    found = account(granted(date(2025, 1, 1), 120_000), declared=(True, False))
    assert found.room is UNKNOWN
    assert found.room_at_most == 180_000


def test_an_account_that_the_aid_listed_fills_is_full_whatever_was_not_declared():
    found = account(granted(date(2025, 1, 1), 300_000), declared=(UNKNOWN,))
    assert found.room == 0
    assert found.room_opens_on(Decimal(1)) is UNKNOWN


def test_past_aid_beyond_the_ceiling_leaves_no_room_rather_than_less_than_none():
    assert account(granted(date(2025, 1, 1), 350_000)).room == 0


def test_the_plan_asks_for_what_fits_as_a_larger_award_would_be_out_whole():
    """Art. 3(7): an award that passes the ceiling is excluded whole; the plan asks for the 80 000 € that fit."""
    assert worked.given(plan(project(materiel=500_000), SIMPLE, room=80_000, taille_ue="petite")) == {
        ("simple", DE_MINIMIS, "materiel"): 80_000
    }


def test_two_projects_of_a_group_share_the_account():
    """Two projects of 200 000 € and one account of 300 000 €."""
    problems = []
    for name in ("P1", "P2"):
        subject = replace(project(materiel=200_000), id=name)
        problems.append(build(subject, [SIMPLE], facts_of(subject, taille_ue="petite")).problem)
    shared = FinancingProblem(projects=tuple(problems), de_minimis_room={"groupe": Decimal(300_000)})
    assert sum(found.support for found in optimise_plans(shared).values()) == 300_000
    apart = replace(shared, projects=(problems[0], replace(problems[1], undertaking="autre")))
    apart = replace(apart, de_minimis_room={"groupe": Decimal(300_000), "autre": Decimal(300_000)})
    assert sum(found.support for found in optimise_plans(apart).values()) == 400_000


def test_the_regulation_ends_with_2030():
    assert account(on=date(2030, 12, 31)).room == 300_000
    assert account(on=date(2031, 1, 1)).room == 0


def test_an_aid_whose_equivalent_nobody_knows_leaves_the_account_unknown():
    """adr/0018: up to 180 000 € may be left, none of it for certain; the funder is to be asked."""
    unknown = replace(granted(date(2025, 6, 1), 0), label="Prêt sans garantie", amount=UNKNOWN)
    found = account(granted(date(2025, 1, 1), 120_000), unknown)
    assert found.room is UNKNOWN
    assert found.room_at_most == 180_000
    assert found.room_opens_on(Decimal(1)) is UNKNOWN
    assert "Prêt sans garantie du 01/06/2025" in found.why_unknown
    assert not known_rooms([found])


def test_an_aid_of_unknown_size_out_of_the_window_or_of_another_regime_changes_nothing():
    old = replace(granted(date(2021, 1, 1), 0), amount=UNKNOWN)
    other = replace(granted(date(2025, 1, 1), 0, regime=ART_17), amount=UNKNOWN)
    assert account(old, other).room == 300_000


def test_a_band_takes_its_top_and_surely_took_its_bottom():
    """60 000 to 250 000 €: 50 000 € are left for certain, 240 000 € at most."""
    band = Band(least=Decimal(60_000), most=Decimal(250_000))
    found = account(replace(granted(date(2025, 1, 1), 0), amount=band))
    assert found.room == 50_000
    assert [found.used, found.used_at_least, found.room_at_most] == [250_000, 60_000, 240_000]
    assert found.room_opens_on(Decimal(50_001)) == date(2028, 1, 2)


def test_a_band_whose_top_passes_the_ceiling_leaves_nothing():
    band = Band(least=Decimal(60_000), most=Decimal(500_000))
    assert account(replace(granted(date(2025, 1, 1), 0), amount=band)).room == 0


def test_a_band_without_top_leaves_the_account_unknown_unless_its_bottom_fills_it():
    open_band = replace(granted(date(2025, 1, 1), 0), amount=Band(least=Decimal(100_000)))
    assert account(open_band).room is UNKNOWN
    assert account(open_band).room_at_most == 200_000
    full = replace(open_band, amount=Band(least=Decimal(300_000)))
    assert account(full).room == 0


def test_what_the_funder_recovered_no_longer_counts():
    assert account(replace(granted(date(2025, 1, 1), 120_000), recovered=Decimal(20_000))).room == 200_000


def test_an_aid_promised_after_the_day_takes_its_place():
    """Granted in a month: what is proposed today would be awarded after it."""
    assert account(granted(date(2026, 11, 12), 120_000)).room == 180_000
    assert account(granted(date(2026, 11, 12), 120_000)).room_opens_on(Decimal(180_001)) == date(2029, 11, 13)


@given(
    amounts=st.lists(st.integers(min_value=0, max_value=200_000), max_size=4),
    widths=st.lists(st.integers(min_value=0, max_value=100_000), min_size=4, max_size=4),
)
def test_the_less_is_known_of_an_aid_the_less_room_is_sure(amounts: list[int], widths: list[int]) -> None:
    """The room given by bands is never above that of any amounts within them."""
    exact = [granted(date(2025, 1, 1 + rank), euros) for rank, euros in enumerate(amounts)]
    banded = [
        replace(aid, amount=Band(least=max(Decimal(0), aid.at_least - width), most=aid.at_least + width))
        for aid, width in zip(exact, widths, strict=False)
    ]
    sure, known = account(*banded).room, account(*exact).room
    assert sure is not UNKNOWN
    assert known is not UNKNOWN
    assert sure <= known <= account(*banded).room_at_most
