"""The law after 31 December 2026: the date of the award decides, under readings, and UNKNOWN is never NO.

Sources: GBER arts. 59 and 58(4), the latter as replaced by art. 1(56) of Reg. (EU) 2023/1315: exempted schemes stay
exempted six months after the end, to 30 June 2027; ADEME decides in three months (delais.yaml).
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given as draw
from hypothesis import strategies as st

from rebond.dispositifs.awards import Instruction, InstructionDelays, expected_award, load_instruction_delays
from rebond.dispositifs.catalogue import Catalogue
from rebond.dispositifs.model import Dispositif, Validity
from rebond.eligibility.truth import Truth
from rebond.eligibility.verdict import Verdict
from rebond.facts import FunderRequest, Project
from rebond.financing.auditing.catalogue import audit_against_catalogue
from rebond.financing.building.build import ProblemBuilder
from rebond.financing.law_readings import under
from rebond.financing.plan.certainty import Certainty
from rebond.financing.plan.model import FinancingPlan
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.optimize import optimise_plan
from rebond.regimes.model import RegimeKind
from rebond.regimes.readings import ALL_READINGS, Award, Reading, law_banner, load_readings, on_day, tells_an_end
from rebond.restitution.typography import typeset
from tests.law.worked import AFR, ART_17, DE_MINIMIS, as_read, catalogue, facts_of, given, plan, project, rates, scheme

END, LAST = date(2026, 12, 31), date(2027, 6, 30)
JANUARY, JULY = date(2027, 1, 15), date(2027, 7, 15)
ANY = scheme("aide", AFR, ART_17, DE_MINIMIS, natures="materiel batiment")


def of_ademe(*regimes: str) -> Dispositif:
    return replace(scheme("aide", *regimes), funder="ademe", instructor="ademe")


def settled(regime: str = ART_17) -> Catalogue:
    """The catalogue with nothing to confirm of a regime: only the end of the law can keep its euros from being firm."""
    regimes = {
        **catalogue().regimes,
        regime: replace(as_read(catalogue().regimes[regime]), to_confirm=(), asked=()),
    }
    return replace(catalogue(), regimes=regimes)


def planned(
    known: Catalogue, subject: Project, item: Dispositif, on: date, reading: Reading = Reading.ADJUSTMENT
) -> FinancingPlan:
    """The plan of a small firm, what the second audit says of it included."""
    known = replace(known, dispositifs={item.id: item})
    facts = facts_of(subject, taille_ue="petite")
    verdicts = [Verdict(dispositif=item.id, truth=Truth.YES, reasons=())]
    built = ProblemBuilder(catalogue=known, rates=rates(), on=on).project(subject, "groupe", facts, verdicts)
    found = optimise_plan(under(FinancingProblem(projects=(built.problem,)), reading))
    assert not audit_against_catalogue(found, project=subject, facts=facts, catalogue=known, on=on)
    return found


@pytest.mark.parametrize("on", [JANUARY, JULY])
def test_under_the_texts_in_force_a_plan_dated_2027_rests_on_de_minimis_only(on):
    """The GBER articles are over, de minimis goes on until 31 December 2030."""
    found = plan(project(materiel=1_000_000), ANY, on=on, room=300_000, reading=Reading.TEXTS, taille_ue="petite")
    assert given(found) == {("aide", DE_MINIMIS, "materiel"): 300_000}


@pytest.mark.parametrize(("on", "aid"), [(END, 350_000), (date(2027, 1, 1), 0)])
def test_the_last_day_of_the_texts_in_force(on, aid):
    found = plan(project(materiel=1_000_000), scheme("afr", AFR), on=on, reading=Reading.TEXTS, taille_ue="petite")
    assert found.aid == aid


@pytest.mark.parametrize(("on", "aid"), [(date(2027, 1, 1), 350_000), (LAST, 350_000), (date(2027, 7, 1), 0)])
def test_the_adjustment_period_keeps_the_aid_possible_until_30_june_and_never_firm(on, aid):
    found = plan(project(materiel=1_000_000), scheme("afr", AFR), on=on, taille_ue="petite")
    assert found.aid == aid
    assert found.firm.support == 0
    for line in found.lines:
        assert line.state is Certainty.UNVERIFIED
        assert "règlement prorogé ou remplacé" in line.law_question
        assert "SA.119559" in line.law_question


def test_the_date_of_the_award_counts_not_that_of_the_committee():
    """ADEME decides three months after the application: from 1 October 2026 its awards fall after the end."""
    subject = project(materiel=1_000_000)
    september = planned(settled(), subject, of_ademe(ART_17), date(2026, 9, 30))
    october = planned(settled(), subject, of_ademe(ART_17), date(2026, 10, 1))
    assert [line.state for line in september.lines] == [Certainty.FIRM]
    assert [line.state for line in october.lines] == [Certainty.UNVERIFIED]
    assert "décision attendue le 01/01/2027" in october.lines[0].law_question


def test_the_project_s_own_application_starts_the_delay_and_a_letter_does_not():
    item, delays = of_ademe(ART_17), catalogue().delays
    filed = FunderRequest(funder="ademe", applied_on=date(2026, 9, 10))
    letter = FunderRequest(funder="ademe", letter_on=date(2026, 9, 10))
    examined = date(2026, 10, 5)
    days = [
        expected_award(replace(project(materiel=1), requests=(request,)), item, delays, examined, names={}).earliest
        for request in (filed, letter)
    ]
    assert days == [date(2026, 12, 10), date(2027, 1, 5)]


def test_an_application_to_another_funder_starts_nothing_here():
    item = of_ademe(ART_17)
    other = FunderRequest(funder="bpifrance", applied_on=date(2026, 6, 1))
    found = expected_award(
        replace(project(materiel=1), requests=(other,)), item, catalogue().delays, date(2026, 10, 5), names={}
    )
    assert found.earliest == date(2027, 1, 5)


def test_an_award_waits_for_the_session_of_the_call():
    item = replace(of_ademe(ART_17), validity=Validity(cutoffs=(date(2026, 9, 1), date(2026, 11, 16))))
    found = expected_award(project(materiel=1), item, catalogue().delays, date(2026, 9, 20), names={})
    assert found == on_day(date(2027, 2, 16))


def test_an_award_is_never_expected_before_the_examination():
    old = FunderRequest(funder="ademe", applied_on=date(2025, 1, 10))
    found = expected_award(
        replace(project(materiel=1), requests=(old,)), of_ademe(ART_17), catalogue().delays, END, names={}
    )
    assert found == on_day(END)


def test_a_delay_that_nobody_gave_makes_the_aid_a_question_not_a_refusal():
    """The Région's delay is not known: filed in October, its decision may fall on either side of 31 December."""
    found = planned(settled(), project(materiel=1_000_000), scheme("pme", ART_17), date(2026, 10, 5), Reading.TEXTS)
    assert [line.state for line in found.lines] == [Certainty.CONDITIONAL]
    (question,) = [each for each in found.questions if "délai de" in each]
    assert "décision au plus tôt le 05/10/2026" in question
    assert "finit le 31/12/2026" in question


def test_a_delay_that_nobody_gave_is_a_lower_bound_after_the_end():
    found = planned(settled(), project(materiel=1_000_000), scheme("pme", ART_17), JANUARY)
    assert [line.state for line in found.lines] == [Certainty.UNVERIFIED]
    assert planned(settled(), project(materiel=1_000_000), scheme("pme", ART_17), JULY).lines == ()


@pytest.mark.parametrize(
    ("answer", "until", "expected"),
    [
        (Truth.UNKNOWN, None, [Truth.UNKNOWN, Truth.UNKNOWN, Truth.NO]),
        (Truth.NO, None, [Truth.NO, Truth.NO, Truth.NO]),
        (Truth.YES, date(2027, 3, 31), [Truth.YES, Truth.NO, Truth.NO]),
        (Truth.YES, date(2028, 12, 31), [Truth.YES, Truth.YES, Truth.NO]),
    ],
)
def test_a_person_says_what_became_of_the_french_framework(answer, until, expected):
    """« prorogé », « non », or nothing yet; a French text does not outlive the six months of the European one."""
    readings = catalogue().readings
    framework = replace(readings.frameworks["SA.111728"], prolonged=answer, prolonged_until=until)
    known = replace(readings, frameworks={**readings.frameworks, "SA.111728": framework})
    regime = catalogue().regimes[ART_17]
    found = [known.standing(regime, on_day(day)).truth for day in (JANUARY, date(2027, 5, 15), JULY)]
    assert found == expected


@draw(
    st.dates(date(2026, 6, 1), date(2027, 12, 31)),
    st.integers(0, 12),
    st.sampled_from(sorted(catalogue().regimes)),
    st.sampled_from([Truth.YES, Truth.NO, Truth.UNKNOWN]),
)
def test_knowing_less_never_makes_the_law_surer(on, months, regime, answer):
    """Without the delay, or without the answer on the framework, a YES may become UNKNOWN; nothing becomes YES."""
    known = catalogue().readings
    told = {
        key: replace(each, prolonged=answer, prolonged_until=date(2027, 6, 30))
        for key, each in known.frameworks.items()
    }
    delays = InstructionDelays(
        by_funder={"ademe": Instruction(months=months, source="", assumed=False)}, unknown_at_most=12
    )
    item, subject = of_ademe(regime), project(materiel=1)
    day = expected_award(subject, item, delays, on, names={})
    span = expected_award(subject, item, replace(delays, by_funder={}), on, names={})
    assert span.earliest <= day.earliest <= span.latest
    text = catalogue().regimes[regime]
    with_all = replace(known, frameworks=told).standing(text, day).truth
    for less in (known.standing(text, day).truth, replace(known, frameworks=told).standing(text, span).truth):
        assert less is Truth.UNKNOWN or less is with_all


@draw(st.dates(date(2023, 1, 1), date(2031, 12, 31)), st.integers(0, 400), st.sampled_from(sorted(catalogue().regimes)))
def test_what_is_sure_holds_under_every_reading_and_what_is_refused_under_none(on, span, regime):
    award = Award(earliest=on, latest=on + timedelta(days=span), delay_of="X" if span else "")
    found = catalogue().readings.standing(catalogue().regimes[regime], award)
    if found.truth is Truth.YES:
        assert (found.readings, found.condition) == (ALL_READINGS, "")
    elif found.truth is Truth.NO:
        assert not found.readings
    else:
        assert found.condition
        assert found.readings


def test_every_exempted_article_of_the_regulation_has_its_adjustment_period_and_framework():
    exempted = [each for each in catalogue().regimes.values() if each.kind is RegimeKind.EXEMPTION]
    readings = catalogue().readings
    assert len(exempted) == 17
    assert {readings.perhaps_until(each) for each in exempted} == {LAST}
    assert {each.id for each in exempted if not readings.framework(each)} == {
        "rgec_22_jeunes_pousses",
        "rgec_31_formation",
    }


def successor() -> Catalogue:
    """The catalogue once a file says that a published article takes the place of art. 17 from 1 March 2027."""
    old = catalogue().regimes[ART_17]
    new = replace(
        old, id="nouveau_17", article="Nouveau règlement art. 17", text="Nouveau règlement", framework="",
        valid_from=date(2027, 3, 1), valid_to=None, replaces=(ART_17,), to_confirm=(),
    )  # fmt: skip
    return replace(catalogue(), regimes={**catalogue().regimes, new.id: new})


def test_a_published_successor_opens_the_schemes_that_rested_on_the_old_text():
    """One file with « remplace » and « du » is enough; each funder still has to say that it moved its scheme to it."""
    subject, item = project(materiel=1_000_000), of_ademe(ART_17)
    assert planned(successor(), subject, item, date(2026, 11, 20)).lines[0].regime == ART_17
    (line,) = planned(successor(), subject, item, JULY).lines
    assert (line.regime, line.state) == ("nouveau_17", Certainty.CONDITIONAL)
    assert any("a rattaché son dispositif" in question for question in line.questions)


def test_under_the_texts_in_force_a_dispositif_is_not_moved_to_the_successor_by_us():
    item = of_ademe(ART_17)
    assert planned(successor(), project(materiel=1_000_000), item, JULY, Reading.TEXTS).lines == ()
    moved = of_ademe(ART_17, "nouveau_17")
    assert planned(successor(), project(materiel=1_000_000), moved, JULY, Reading.TEXTS).support == 200_000


# One banner, with a countdown.


@pytest.mark.parametrize(
    ("on", "told"),
    [
        (date(2026, 10, 1), None),
        (date(2026, 10, 2), "dans 90 jours"),
        (date(2026, 12, 30), "demain"),
        (END, "aujourd'hui"),
        (JANUARY, "fini depuis le 31/12/2026"),
        (JULY, "Aucun de ces articles n'est employé"),
    ],
)
def test_one_banner_tells_the_end_of_the_regulation_from_90_days_before(on, told):
    banners = law_banner(catalogue().regimes.values(), catalogue().readings, on)
    assert len(banners) == (0 if told is None else 1)
    if told is not None:
        assert told in banners[0]
        assert "17 articles" in banners[0]
        assert tells_an_end(banners[0])


def test_the_banner_is_silent_on_what_a_successor_replaces():
    known = successor()
    (banner,) = law_banner(known.regimes.values(), known.readings, JANUARY)
    assert "16 articles" in banner
    assert tells_an_end(typeset(banner))
    assert not tells_an_end("Chiffres à relire dans un texte, dont dépendent des montants : RGEC art. 46")


# What is wrong in the files is said.


def test_a_delay_longer_than_what_an_unknown_one_may_be_is_refused(tmp_path):
    path = tmp_path / "delais.yaml"
    path.write_text(
        "delai_inconnu: {mois: 6, source: x, hypothese: oui}\n"
        "instruction:\n  - {financeur: ademe, mois: 9, source: x, hypothese: oui}\n",
        encoding="utf-8",
    )
    _, faults = load_instruction_delays(path)
    assert [fault.problem for fault in faults] == [
        "un délai connu (9 mois) dépasse la borne des délais inconnus (6 mois)"
    ]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("{reponse: proroge, source: JO}", "dire la nouvelle fin"),
        ("{reponse: proroge, au: 2027-12-31}", "dire la source"),
        ("{reponse: non}", "dire la source"),
        ("{reponse: proroge, au: 2026-06-30, source: JO}", "avant sa première fin"),
        ("{reponse: peut-etre}", "peut-etre"),
    ],
)
def test_a_prorogation_badly_entered_is_refused_with_what_to_write(tmp_path, answer, said):
    shipped = catalogue().folder / "referentiels" / "lectures.yaml"
    text = shipped.read_text(encoding="utf-8").replace("{reponse: inconnu}", answer, 1)
    path = tmp_path / "lectures.yaml"
    path.write_text(text, encoding="utf-8")
    _, faults = load_readings(path)
    assert len(faults) == 1
    assert said in str(faults[0])
    assert "regimes_cadres" in faults[0].mend


def test_the_settled_order_of_magnitude_of_an_unknown_delay_is_ours_and_said_to_be():
    assert catalogue().delays.unknown_at_most == 12
    assert Decimal(catalogue().readings.warn_days) == 90
