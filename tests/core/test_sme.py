"""EU size classes: ceilings, groups, two-year rule, unknown figures."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rebond
from rebond.eligibility.truth import Truth
from rebond.errors import CatalogueError
from rebond.facts import UNKNOWN, Accounts, Firm, FirmLink, LinkKind, Maybe
from rebond.regimes.sme import SizeClass, SizeResult, load_thresholds, size_class

FILE = Path(rebond.__file__).parent / "data" / "referentiels" / "taille_ue.yaml"
THRESHOLDS = load_thresholds(FILE)
ON = date(2023, 10, 15)
M = 1_000_000


def amount(value: float | None) -> Maybe[Decimal]:
    return UNKNOWN if value is None else Decimal(str(value))


def year(number: int, staff: float | None, turnover: float | None, balance: float | None) -> Accounts:
    return Accounts(year=number, staff=amount(staff), turnover=amount(turnover), balance_sheet=amount(balance))


def firm(*accounts: Accounts, links: tuple[FirmLink, ...] = ()) -> Firm:
    return Firm(id="E01", name="Forges du Rognon", accounts=accounts, links=links)


def size(subject: Firm) -> SizeResult:
    return size_class(subject, thresholds=THRESHOLDS, on=ON)


@pytest.mark.parametrize(
    ("staff", "turnover", "balance", "expected"),
    [
        (9, 2 * M, 2 * M, "micro"),
        (9.9, 2 * M, 9 * M, "micro"),
        (10, 1 * M, 1 * M, "petite"),
        (9, 2 * M + 1, 2 * M + 1, "petite"),
        (49, 10 * M, 30 * M, "petite"),
        (50, 5 * M, 5 * M, "moyenne"),
        (49, 10 * M + 1, 10 * M + 1, "moyenne"),
        (249, 60 * M, 43 * M, "moyenne"),
        (249, 50 * M + 1, 43 * M + 1, "eti"),
        (250, 1 * M, 1 * M, "eti"),
        (4999, 1500 * M, 9000 * M, "eti"),
        (4999, 1500 * M + 1, 2000 * M, "eti"),
        (5000, 1 * M, 1 * M, "grande"),
        (4999, 1500 * M + 1, 2000 * M + 1, "grande"),
    ],
)
def test_staff_and_one_of_two_amounts_set_the_class(staff, turnover, balance, expected):
    result = size(firm(year(2022, staff, turnover, balance)))
    assert result.size == expected
    assert result.missing == ()


def test_three_hundred_people_are_no_sme_whatever_the_rest():
    result = size(firm(year(2022, 300, None, None)))
    assert result.sme is Truth.NO
    assert result.size is UNKNOWN
    assert (result.low, result.high) == ("eti", "grande")


def test_turnover_is_not_asked_for_when_the_balance_sheet_is_enough():
    result = size(firm(year(2022, 12, None, 3 * M)))
    assert result.size == "petite"
    assert result.missing == ()
    assert result.consolidated_turnover is UNKNOWN
    assert result.consolidated_balance == 3 * M


def test_only_the_figures_that_can_change_the_class_are_asked_for():
    result = size(firm(year(2022, None, 1 * M, None)))
    assert result.size is UNKNOWN
    assert "effectif 2022 de Forges du Rognon" in result.missing
    over_small = size(firm(year(2022, 60, None, 40 * M)))
    assert over_small.size == "moyenne"


def test_a_firm_without_accounts_has_no_size():
    result = size(firm())
    assert result.size is UNKNOWN
    assert (result.low, result.high) == ("micro", "grande")
    assert result.sme is Truth.UNKNOWN
    assert "Aucun exercice clos n'est connu." in result.steps


def test_a_linked_firm_counts_whole_and_a_partner_pro_rata():
    links = (
        FirmLink(name="Holding", kind=LinkKind.LINKED, accounts=(year(2022, 30, 4 * M, 4 * M),)),
        FirmLink(
            name="Cousine",
            kind=LinkKind.PARTNER,
            share=Decimal("0.30"),
            accounts=(year(2022, 100, 10 * M, 10 * M),),
        ),
    )
    result = size(firm(year(2022, 20, 2 * M, 2 * M), links=links))
    assert result.consolidated_staff == 80
    assert result.consolidated_turnover == 9 * M
    assert result.size == "moyenne"
    assert any("Cousine est une entreprise partenaire : comptée à 30" in step for step in result.steps)
    assert any("partenaires des partenaires" in step for step in result.steps)


def test_a_holding_under_a_quarter_makes_no_partner():
    link = FirmLink(name="Petit porteur", kind=LinkKind.PARTNER, share=Decimal("0.24"))
    result = size(firm(year(2022, 20, 2 * M, 2 * M), links=(link,)))
    assert result.size == "petite"
    assert result.consolidated_staff == 20


def test_an_unknown_holding_is_counted_between_a_quarter_and_a_half():
    link = FirmLink(name="Cousine", kind=LinkKind.PARTNER, accounts=(year(2022, 80, 1 * M, 1 * M),))
    assert size(firm(year(2022, 5, 1 * M, 1 * M), links=(link,))).size == "petite"
    result = size(firm(year(2022, 20, 1 * M, 1 * M), links=(link,)))
    assert result.size is UNKNOWN
    assert result.missing == ("participation de Cousine",)


def test_a_link_whose_accounts_are_unknown_leaves_the_class_unknown():
    link = FirmLink(name="Mère", kind=LinkKind.LINKED)
    result = size(firm(year(2022, 20, 2 * M, 2 * M), links=(link,)))
    assert result.size is UNKNOWN
    assert result.low == "petite"
    assert "effectif 2022 de Mère" in result.missing


def test_the_latest_closed_accounts_of_a_link_may_be_those_of_the_year_before():
    link = FirmLink(name="Mère", kind=LinkKind.LINKED, accounts=(year(2021, 30, 1 * M, 1 * M),))
    result = size(firm(year(2022, 20, 2 * M, 2 * M), links=(link,)))
    assert result.size == "moyenne"
    assert any("derniers comptes clos sont ceux de 2021" in step for step in result.steps)


@pytest.mark.parametrize(("share", "expected"), [("0.24", Truth.YES), ("0.25", Truth.NO), (None, Truth.NO)])
def test_a_quarter_held_by_public_bodies_takes_the_sme_status_away(share, expected):
    link = FirmLink(
        name="Département",
        kind=LinkKind.PARTNER,
        public_body=True,
        share=UNKNOWN if share is None else Decimal(share),
    )
    result = size(firm(year(2022, 20, 2 * M, 2 * M), links=(link,)))
    assert result.sme is expected
    assert "recommandation 2003/361/CE, annexe, art. 3 §4" in result.unverified


def test_public_holdings_are_added_together():
    links = tuple(
        FirmLink(name=name, kind=LinkKind.PARTNER, public_body=True, share=Decimal("0.15"))
        for name in ("Région", "Commune")
    )
    assert size(firm(year(2022, 20, 2 * M, 2 * M), links=links)).size == "eti"


def test_one_year_over_the_ceiling_does_not_change_the_status():
    small, medium = (40, 5 * M, 5 * M), (60, 5 * M, 5 * M)
    assert size(firm(year(2022, *medium), year(2021, *small))).size == "petite"


def test_two_years_over_the_ceiling_change_the_status():
    small, medium = (40, 5 * M, 5 * M), (60, 5 * M, 5 * M)
    assert size(firm(year(2022, *medium), year(2021, *medium), year(2020, *small))).size == "moyenne"


def test_two_years_under_the_ceiling_change_it_back():
    small, medium = (40, 5 * M, 5 * M), (60, 5 * M, 5 * M)
    assert size(firm(year(2022, *small), year(2021, *small), year(2020, *medium))).size == "petite"


def test_each_ceiling_is_followed_on_its_own():
    rows = year(2022, 8, 1 * M, 1 * M), year(2021, 20, 1 * M, 1 * M), year(2020, 100, 5 * M, 5 * M)
    assert size(firm(*rows)).size == "petite"


def test_a_gap_in_the_years_stops_the_history():
    rows = year(2022, 60, 5 * M, 5 * M), year(2020, 40, 5 * M, 5 * M)
    result = size(firm(*rows))
    assert result.size == "moyenne"
    assert any("Un seul exercice connu" in step for step in result.steps)


def test_accounts_closed_after_the_date_are_left_out():
    rows = year(2025, 400, 90 * M, 90 * M), year(2022, 40, 5 * M, 5 * M)
    assert size(firm(*rows)).size == "petite"


def test_a_small_mid_cap_is_not_an_sme_and_stays_under_its_ceilings():
    result = size(firm(year(2022, 300, 60 * M, 60 * M)))
    assert result.small_mid_cap == {"rgec": Truth.YES}
    later = size_class(firm(year(2025, 600, 60 * M, 60 * M)), thresholds=THRESHOLDS, on=date(2026, 3, 1))
    assert later.small_mid_cap == {"rgec": Truth.NO, "recommandation-2025": Truth.YES}
    assert "règlement 651/2014, art. 2, point 103 sexies" in later.unverified
    assert size(firm(year(2022, 30, 6 * M, 6 * M))).small_mid_cap["rgec"] is Truth.NO


# ------------------------------------------------- every completion must agree

STAFF = (0, 9, 10, 49, 50, 249, 250, 4999, 5000, 90_000)
MONEY = (0, 2 * M, 2 * M + 1, 10 * M, 10 * M + 1, 43 * M, 50 * M, 51 * M, 1500 * M, 2001 * M, 10**12)
staff_values = st.one_of(st.none(), st.sampled_from(STAFF))
money_values = st.one_of(st.none(), st.sampled_from(MONEY))
accounts_2022 = st.builds(year, st.just(2022), staff_values, money_values, money_values)
accounts_2021 = st.builds(year, st.just(2021), st.sampled_from(STAFF), st.just(1 * M), money_values)
partners = st.builds(
    FirmLink,
    name=st.just("Cousine"),
    kind=st.sampled_from(LinkKind),
    share=st.sampled_from([UNKNOWN, Decimal("0.25"), Decimal("0.4")]),
    public_body=st.sampled_from([False, False, False, True]),
    accounts=st.builds(lambda staff: (year(2022, staff, 1 * M, 1 * M),), st.one_of(st.none(), st.sampled_from(STAFF))),
)


def completed_accounts(rows: tuple[Accounts, ...]) -> Iterator[tuple[Accounts, ...]]:
    choices = []
    for row in rows:
        staffs = STAFF if row.staff is UNKNOWN else (float(row.staff),)
        turnovers = MONEY if row.turnover is UNKNOWN else (float(row.turnover),)
        balances = MONEY if row.balance_sheet is UNKNOWN else (float(row.balance_sheet),)
        choices.append([year(row.year, *figures) for figures in product(staffs, turnovers, balances)])
    yield from product(*choices)


def completions(subject: Firm) -> Iterator[Firm]:
    for rows in completed_accounts(subject.accounts):
        if not subject.links:
            yield replace(subject, accounts=rows)
            continue
        (link,) = subject.links
        shares = ("0.25", "0.37", "0.50") if link.share is UNKNOWN else (str(link.share),)
        for share, linked in product(shares, completed_accounts(link.accounts)):
            yield replace(subject, accounts=rows, links=(replace(link, share=Decimal(share), accounts=linked),))


@given(
    rows=st.one_of(st.tuples(accounts_2022), st.tuples(accounts_2022, accounts_2021)),
    links=st.one_of(st.just(()), st.tuples(partners)),
)
def test_the_class_is_known_exactly_when_every_completion_agrees(rows, links):
    subject = firm(*rows, links=links)
    result = size(subject)
    found: set[SizeClass] = set()
    for count, completed in enumerate(completions(subject)):
        if count % 7 and count > 3000:
            continue
        answer = size(completed)
        assert answer.size is not UNKNOWN
        found.add(answer.size)
        for code, truth in result.small_mid_cap.items():
            assert truth in {Truth.UNKNOWN, answer.small_mid_cap[code]}
        if len(found) > 1 and count > 50:
            break
    if result.size is UNKNOWN:
        assert result.missing
    else:
        assert found == {result.size}


def test_extreme_completions_reach_both_ends_of_the_range():
    subject = firm(year(2022, None, None, 2001 * M))
    found = {size(completed).low for completed in completions(subject)}
    result = size(subject)
    assert found == set(SizeClass)
    assert (result.low, result.high) == (SizeClass.MICRO, SizeClass.LARGE)


# --------------------------------------------------------------------- the file


def test_ceilings_in_the_wrong_order_are_refused_with_their_line(tmp_path):
    path = tmp_path / "taille_ue.yaml"
    path.write_text(FILE.read_text(encoding="utf-8").replace("effectif_inferieur_a: 50\n", "effectif_inferieur_a: 5\n"))
    with pytest.raises(CatalogueError, match="plafonds inférieurs à ceux de la classe « micro »"):
        load_thresholds(path)


def test_every_fault_of_the_file_comes_at_once(tmp_path):
    path = tmp_path / "taille_ue.yaml"
    text = FILE.read_text(encoding="utf-8")
    path.write_text(text.replace('"10 M€"', '"dix"').replace('valeur: "50 %"', 'valeur: "50"'))
    with pytest.raises(CatalogueError) as caught:
        load_thresholds(path)
    assert len(caught.value.faults) >= 3
    assert "ligne" in str(caught.value)
