"""The aid ceilings of the shipped regimes on worked legal cases.

Sources of the figures:

- CDC: ADEME's call specifications of 1 April 2026, annex 2, which quote the French umbrella regimes SA.111726
  (environment: arts. 36, 38, 41, 49), SA.111728 (SMEs: arts. 17, 18), SA.119559 (regional aid: art. 14) and
  SA.111723 (R&D: art. 25);
- GBER arts. 17, 18, 31 and 49, consolidated text of 2023 (gesetze.legal/eu/vo_eu_2014_651);
- decree 2022-968, annex 3 (LEGIARTI000048714903): regional rates; GBER art. 4, consolidated text of 2023: large
  regional projects and their notification thresholds (decree 2022-167 still quotes the brackets of the 2021 text);
- Regulation (EU) 2023/2831: de minimis.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebond.data import data_folder
from rebond.dispositifs.catalogue import load_catalogue
from rebond.eligibility.truth import Truth
from rebond.facts import FactValue
from rebond.regimes.ceilings import (
    adjusted_large_project_aid,
    aid_ceiling,
    applicability,
    notification_threshold,
)
from rebond.regimes.readings import on_day

ON = date(2026, 10, 5)
CATALOGUE = load_catalogue(data_folder())
REGIMES, READINGS = CATALOGUE.regimes, CATALOGUE.readings
EXEMPTIONS = sorted(name for name, regime in REGIMES.items() if regime.intensities)

HAUTE_MARNE: Mapping[str, FactValue] = {
    "departement": "52",
    "code_naf": "25.50A",
    "cout_total": Decimal(2_000_000),
    "nature": "materiel",
}
FREE: Mapping[str, FactValue] = {"en_difficulte": False, "demande_avant_travaux": True}

ALONE: Mapping[str, FactValue] = {"collaboration_recherche": False, "collaboration_pme": False}
TOGETHER: Mapping[str, FactValue] = {"collaboration_recherche": True, "collaboration_pme": False}


def rate(regime: str, **facts: FactValue) -> Decimal:
    """The settled ceiling, in percent."""
    ceiling = aid_ceiling(REGIMES[regime], facts, ON)
    assert ceiling.low == ceiling.high, f"unsettled: {ceiling.missing}"
    return ceiling.low * 100


def grid(regime: str, **facts: FactValue) -> list[Decimal]:
    """The ceilings of a large, a medium and a small firm, in percent."""
    return [rate(regime, taille_ue=size, **facts) for size in ("grande", "moyenne", "petite")]


def allowed(regime: str, **facts: FactValue) -> Truth:
    return applicability(REGIMES[regime], {**FREE, **facts}).truth


# Art. 14: the map rate of a c area is 15/25/35 by size (CDC; decree 2022-968 annex 3).


@pytest.mark.parametrize(
    ("size", "expected"), [("micro", 35), ("petite", 35), ("moyenne", 25), ("eti", 15), ("grande", 15)]
)
def test_regional_aid_follows_the_map(size, expected):
    assert rate("rgec_14_afr", taille_ue=size, zone_afr="c", **HAUTE_MARNE) == expected


@pytest.mark.parametrize("departement", ["35", "73", "78"])
def test_three_departements_have_a_lower_map_rate(departement):
    """Decree 2022-968, annex 3: 10/20/30 there (CDC)."""
    facts = {**HAUTE_MARNE, "departement": departement, "zone_afr": "c"}
    assert grid("rgec_14_afr", **facts) == [10, 20, 30]


def test_sme_bonus_ends_above_fifty_million_of_costs():
    """Decree 2022-968: the bonus goes to projects of at most 50 M€."""
    facts = {**HAUTE_MARNE, "zone_afr": "c", "taille_ue": "petite"}
    assert rate("rgec_14_afr", **{**facts, "cout_total": Decimal(50_000_000)}) == 35
    assert rate("rgec_14_afr", **{**facts, "cout_total": Decimal(50_000_001)}) == 15


@pytest.mark.parametrize(
    ("size", "new_activity", "zone", "expected"),
    [
        ("grande", False, "c", Truth.NO),
        ("eti", False, "c", Truth.NO),
        ("grande", True, "c", Truth.YES),
        ("moyenne", False, "c", Truth.YES),
        ("petite", True, "aucune", Truth.NO),
    ],
)
def test_large_firms_extension_in_a_c_area_gets_nothing(size, new_activity, zone, expected):
    """CDC: in a c area a large firm is aided for a new establishment or another NACE activity only."""
    facts = {**HAUTE_MARNE, "taille_ue": size, "activite_nouvelle": new_activity, "zone_afr": zone}
    assert allowed("rgec_14_afr", **facts) is expected


@pytest.mark.parametrize("activity", ["24.10Z", "24.20Z", "05.10Z", "49.41A", "35.11Z", "61.10Z"])
def test_excluded_sectors(activity):
    """GBER arts. 13 and 2(43) to 2(45): steel (tubes included), coal, transport, energy, broadband."""
    facts = {**HAUTE_MARNE, "taille_ue": "petite", "zone_afr": "c", "code_naf": activity}
    assert allowed("rgec_14_afr", **facts) is Truth.NO


@pytest.mark.parametrize("activity", ["24.51Z", "25.50A", "49.42Z", "49.32Z"])
def test_foundries_forges_and_what_is_no_transport_stay_in(activity):
    """GBER art. 2(43) leaves castings out of the steel sector, art. 2(45) taxis and removals out of transport."""
    facts = {**HAUTE_MARNE, "taille_ue": "petite", "zone_afr": "c", "code_naf": activity}
    assert allowed("rgec_14_afr", **facts) is Truth.YES


@pytest.mark.parametrize(("size", "expected"), [("petite", 35), ("moyenne", 25), ("grande", 0)])
def test_second_hand_assets_are_for_smes(size, expected):
    """GBER art. 14(6): « the assets acquired shall be new except for SMEs »."""
    facts = {**HAUTE_MARNE, "zone_afr": "c", "nature": "occasion"}
    assert rate("rgec_14_afr", taille_ue=size, **facts) == expected


def test_partly_classified_commune_stays_unknown_until_the_plot_is_located():
    facts = {**HAUTE_MARNE, "taille_ue": "petite", "zone_afr": "c_partielle"}
    ceiling = aid_ceiling(REGIMES["rgec_14_afr"], facts, ON)
    assert (ceiling.low, ceiling.high) == (Decimal(0), Decimal("0.35"))
    assert "parcelle_en_zone_afr" in ceiling.missing
    assert rate("rgec_14_afr", parcelle_en_zone_afr=True, **facts) == 35
    assert rate("rgec_14_afr", parcelle_en_zone_afr=False, **facts) == 0


@pytest.mark.parametrize(
    ("intensity", "millions"),
    [("0.10", "8.25"), ("0.15", "12.38"), ("0.20", "16.5"), ("0.25", "20.63"), ("0.30", "24.75"), ("0.35", "28.88")],
)
def test_large_project_formula_gives_the_published_thresholds(intensity, millions):
    """GBER 2023 art. 4(1)(a), gesetze.legal: to the rounding, R × (55 + 0.5 × 55) M€ at 110 M€ of eligible costs."""
    regime = REGIMES["rgec_14_afr"]
    found = adjusted_large_project_aid(regime, Decimal(intensity), Decimal(110_000_000), {}, ON)
    assert found is not None
    assert abs(found - Decimal(millions) * 1_000_000) <= 5_000
    beyond = adjusted_large_project_aid(regime, Decimal(intensity), Decimal(400_000_000), {}, ON)
    assert beyond == found, "nothing is added above the second bracket"


def test_no_adjustment_up_to_the_first_bracket():
    regime = REGIMES["rgec_14_afr"]
    assert adjusted_large_project_aid(regime, Decimal("0.15"), Decimal(55_000_000), {}, ON) is None


def test_regional_aid_asks_for_a_quarter_of_own_money_and_looks_three_years_back():
    """GBER art. 14(13) and (14), read in the consolidated text (legalize-eu, version of 2021)."""
    regime = REGIMES["rgec_14_afr"]
    assert [(row.value, row.verified) for row in regime.own_contribution] == [(Decimal("0.25"), True)]
    assert regime.single_project_years == 3


@pytest.mark.parametrize("regime", sorted(name for name in REGIMES if name.startswith("rgec_")))
def test_only_articles_other_than_regional_aid_give_advances_ten_points(regime):
    """GBER art. 7(5) and (6)."""
    points = [row.value for row in REGIMES[regime].advance_bonus]
    assert points == ([] if regime in {"rgec_14_afr", "rgec_22_jeunes_pousses"} else [Decimal("0.10")])


# Arts. 17, 18, 31, 49: no zone.


@pytest.mark.parametrize(
    ("regime", "rates"),
    [
        ("rgec_17_investissement_pme", {"petite": 20, "moyenne": 10}),  # GBER 17(6)
        ("rgec_18_conseil_pme", {"petite": 50, "moyenne": 50}),  # GBER 18(2)
        ("rgec_31_formation", {"petite": 70, "moyenne": 60, "grande": 50}),  # GBER 31(4)
        ("rgec_41_energies_renouvelables", {"petite": 65, "moyenne": 55, "grande": 45}),  # CDC 6.9
        ("rgec_49_etudes_environnement", {"petite": 80, "moyenne": 70, "grande": 60}),  # GBER 49, CDC
    ],
)
@pytest.mark.parametrize("zone", ["c", "aucune"])
def test_rates_by_size_without_zone_bonus(regime, rates, zone):
    assert {size: rate(regime, taille_ue=size, zone_afr=zone) for size in rates} == rates


@pytest.mark.parametrize(
    "regime",
    ["rgec_17_investissement_pme", "rgec_18_conseil_pme", "rgec_19_salons_pme", "rgec_28_innovation_pme"],
)
def test_sme_articles_refuse_large_firms(regime):
    assert allowed(regime, taille_ue="grande") is Truth.NO
    assert allowed(regime, taille_ue="petite") is Truth.YES
    assert allowed(regime) is Truth.UNKNOWN


# Art. 25 (CDC): 50/60/70 and 25/35/45, +5 in c, +15 in a, capped at 80.


@pytest.mark.parametrize(
    ("nature", "zone", "together", "expected"),
    [
        ("rd_industrielle", "aucune", False, [50, 60, 70]),
        ("rd_industrielle", "c", False, [55, 65, 75]),
        ("rd_industrielle", "a", False, [65, 75, 80]),
        ("rd_industrielle", "aucune", True, [65, 75, 80]),
        ("rd_experimentale", "aucune", False, [25, 35, 45]),
        ("rd_experimentale", "c", False, [30, 40, 50]),
        ("rd_experimentale", "c", True, [40, 50, 60]),  # the bonuses do not add up
    ],
)
def test_research_and_development(nature, zone, together, expected):
    facts = {"nature": nature, "zone_afr": zone, **(TOGETHER if together else ALONE)}
    assert grid("rgec_25_rdi", **facts) == expected


# Arts. 36 and 38 (CDC 6.1 and 6.4): everything, bonuses included, halved without a counterfactual.


@pytest.mark.parametrize(
    ("regime", "zone", "counterfactual", "expected"),
    [
        ("rgec_36_environnement", "aucune", True, ["40", "50", "60"]),
        ("rgec_36_environnement", "c", True, ["45", "55", "65"]),
        ("rgec_36_environnement", "a", True, ["55", "65", "75"]),
        ("rgec_36_environnement", "aucune", False, ["20", "25", "30"]),
        ("rgec_36_environnement", "c", False, ["22.5", "27.5", "32.5"]),
        ("rgec_38_efficacite_energetique", "aucune", True, ["30", "40", "50"]),
        ("rgec_38_efficacite_energetique", "c", True, ["35", "45", "55"]),
        ("rgec_38_efficacite_energetique", "a", True, ["45", "55", "65"]),
        ("rgec_38_efficacite_energetique", "c", False, ["17.5", "22.5", "27.5"]),
    ],
)
def test_environment_and_energy(regime, zone, counterfactual, expected):
    facts: dict[str, FactValue] = {"zone_afr": zone, "scenario_contrefactuel": counterfactual}
    assert grid(regime, **facts) == [Decimal(figure) for figure in expected]


# Art. 4: notification thresholds read in a source.


@pytest.mark.parametrize(
    ("regime", "millions"),
    [
        ("rgec_17_investissement_pme", "8.25"),
        ("rgec_18_conseil_pme", "2.2"),
        ("rgec_19_salons_pme", "2.2"),
        ("rgec_31_formation", "3"),
        ("rgec_36_environnement", "30"),
        ("rgec_46_reseaux_chaleur", "50"),
        ("rgec_47_economie_circulaire", "30"),
    ],
)
def test_notification_thresholds(regime, millions):
    """BayVV 7074 (arts. 17, 36, 47), gesetze.legal art. 4 (18, 19), lexxion.eu on the 2023 text (31), agfw.de (46)."""
    found = notification_threshold(REGIMES[regime], {}, ON)
    assert found.low == Decimal(millions) * 1_000_000
    assert found.row is not None
    assert found.row.verified


@pytest.mark.parametrize(
    ("departement", "millions", "euros"), [("52", 109, None), ("52", 110, 12_380_000), ("35", 110, 8_250_000)]
)
def test_regional_aid_has_a_threshold_from_110_millions_of_costs_by_the_intensity_of_the_map(
    departement, millions, euros
):
    """GBER 2023 art. 4(1)(a): 12.38 M€ where the map says 15 %, 8.25 M€ where it says 10 %; below, art. 2(20) alone."""
    facts: dict[str, FactValue] = {"departement": departement, "cout_total": Decimal(millions) * 1_000_000}
    found = notification_threshold(REGIMES["rgec_14_afr"], facts, ON)
    assert found.least == euros
    assert found.row is None or found.row.verified


def test_the_lower_bracket_of_large_projects_comes_from_arithmetic_and_says_so():
    rule = REGIMES["rgec_14_afr"].large_project
    assert rule is not None
    assert [(row.value, row.verified) for row in rule.low_bracket] == [(Decimal(55_000_000), False)]
    assert [(row.value, row.verified) for row in rule.high_bracket] == [(Decimal(110_000_000), True)]


def test_the_threshold_of_trade_fairs_is_yearly_and_held_on_the_whole_project():
    """GBER art. 4 on art. 19: per undertaking and year; a plan keeps within one year's threshold."""
    yearly = {key for key, regime in REGIMES.items() if regime.threshold_per_year}
    assert yearly == {"rgec_19_salons_pme"}


def test_collaboration_adds_15_points_within_80_percent_and_the_source_is_second_hand():
    rows = REGIMES["rgec_25_rdi"].bonuses
    assert sum(row.value for row in rows) == Decimal("0.15")
    assert all(row.verified for row in rows)
    facts: dict[str, FactValue] = {"nature": "rd_industrielle", "zone_afr": "aucune", "collaboration_pme": False}
    assert rate("rgec_25_rdi", taille_ue="moyenne", collaboration_recherche=True, **facts) == 75
    assert rate("rgec_25_rdi", taille_ue="petite", collaboration_recherche=True, **facts) == 80


# What every exempted article shares.


@pytest.mark.parametrize("regime", sorted(name for name in REGIMES if name.startswith("rgec_")))
def test_the_regulation_ends_with_2026_and_its_schemes_may_live_six_months_more(regime):
    """GBER arts. 59 and 58(4): sure until 31 December 2026, to be established until 30 June 2027, over afterwards."""
    days = (date(2026, 12, 31), date(2027, 1, 1), date(2027, 6, 30), date(2027, 7, 1))
    found = [READINGS.standing(REGIMES[regime], on_day(day)).truth for day in days]
    assert found == [Truth.YES, Truth.UNKNOWN, Truth.UNKNOWN, Truth.NO]


START_UPS = "rgec_22_jeunes_pousses"


@pytest.mark.parametrize("regime", sorted(name for name in REGIMES if name.startswith("rgec_") and name != START_UPS))
def test_firms_in_difficulty_and_late_applications_are_out(regime):
    """GBER arts. 1(4) and 6."""
    assert allowed(regime, en_difficulte=True) is Truth.NO
    assert allowed(regime, demande_avant_travaux=False) is Truth.NO


def test_start_up_aid_asks_for_neither():
    """GBER arts. 1(4)(c) (start-up aid schemes) and 6(5)(b) (art. 22 is deemed to have an incentive effect)."""
    young: Mapping[str, FactValue] = {"taille_ue": "petite", "age_annees": Decimal(2), "cotee_en_bourse": False}
    assert allowed(START_UPS, en_difficulte=True, demande_avant_travaux=False, **young) is Truth.YES


def test_de_minimis():
    """2023/2831: 300 000 € over three rolling years; 1407/2013, past aid: 200 000 €, three fiscal years."""
    new, old = REGIMES["de_minimis_2023"].de_minimis, REGIMES["de_minimis_2013"].de_minimis
    assert new is not None
    assert old is not None
    assert (new.ceiling[0].value, new.window_years, new.rolling) == (Decimal(300_000), 3, True)
    assert (old.ceiling[0].value, old.window_years, old.rolling) == (Decimal(200_000), 3, False)
    assert allowed("de_minimis_2023", code_naf="25.50A", en_difficulte=True) is Truth.YES
    assert READINGS.standing(REGIMES["de_minimis_2013"], on_day(ON)).truth is Truth.NO


# Properties: unknown facts widen the range, never move it.

EVERYTHING = st.fixed_dictionaries(
    {
        "taille_ue": st.sampled_from(["micro", "petite", "moyenne", "eti", "grande"]),
        "zone_afr": st.sampled_from(["a", "c", "c_partielle", "aucune"]),
        "parcelle_en_zone_afr": st.booleans(),
        "departement": st.sampled_from(["52", "35", "88"]),
        "cout_total": st.sampled_from([Decimal(1_000_000), Decimal(50_000_000), Decimal(90_000_000)]),
        "nature": st.sampled_from(["rd_industrielle", "rd_experimentale"]),
        "scenario_contrefactuel": st.booleans(),
        "collaboration_recherche": st.booleans(),
        "collaboration_pme": st.booleans(),
        "reseau_chaleur": st.sampled_from(["mixte", "renouvelable"]),
        "renovation_element_unique": st.booleans(),
        "economie_energie_primaire": st.sampled_from([Decimal(10), Decimal(40), Decimal(70)]),
    }
)


@given(regime=st.sampled_from(EXEMPTIONS), facts=EVERYTHING)
def test_all_facts_known_settle_the_ceiling(regime, facts):
    ceiling = aid_ceiling(REGIMES[regime], facts, ON)
    assert ceiling.low == ceiling.high
    assert ceiling.missing == ()
    assert 0 <= ceiling.low <= 1


@given(regime=st.sampled_from(EXEMPTIONS), facts=EVERYTHING, data=st.data())
def test_a_range_holds_every_ceiling_that_the_missing_facts_could_give(regime, facts, data):
    hidden = data.draw(st.sets(st.sampled_from(sorted(facts))))
    known = {name: value for name, value in facts.items() if name not in hidden}
    ceiling = aid_ceiling(REGIMES[regime], known, ON)
    truth = aid_ceiling(REGIMES[regime], facts, ON).low
    assert ceiling.low <= truth <= ceiling.high
    assert set(ceiling.missing) <= hidden
    assert (ceiling.missing == ()) == (ceiling.low == ceiling.high)
