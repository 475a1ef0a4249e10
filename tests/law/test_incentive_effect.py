"""Incentive effect, funder by funder (GBER arts. 6(2), 6(4) and 2(23); consolidated text, legalize-eu).

« The beneficiary has submitted a written application for the aid […] before work on the project or activity starts »;
start of works: « the first legally binding commitment to order equipment ». A letter of intent that says what art. 6(2)
asks is such an application. Local advisers: « lettre d'intention aux financeurs publics avant la signature des devis »
(CCI 55-52, innovationaustrasie.com). Tax measures (art. 6(4)) are deemed to have it when in force before works.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from rebond.dispositifs.model import Dispositif, Instrument
from rebond.eligibility.incentive import late_requests
from rebond.facts import UNKNOWN, FunderRequest, Maybe, Project
from rebond.financing.problem.model import FinancingProblem
from rebond.financing.solving.optimize import optimise_plan
from tests.law.worked import ART_17, DE_MINIMIS, build, facts_of, given, plan, project, scheme

ORDER = date(2026, 4, 30)
NAMES = {"region-grand-est": "Région Grand Est", "gip-haute-marne": "GIP Haute-Marne", "ademe": "ADEME"}


def asked(funder: str, letter: Maybe[date] = UNKNOWN, application: Maybe[date] = UNKNOWN) -> FunderRequest:
    return FunderRequest(funder=funder, letter_on=letter, applied_on=application)


def begun(*requests: FunderRequest, order: Maybe[date] = ORDER, document: str = "le devis n° 2026-118") -> Project:
    """A project of 1 M€ of equipment whose first order is signed."""
    return replace(
        project(materiel=1_000_000),
        works_started=True,
        first_order_on=order,
        first_order_document=document,
        requests=requests,
    )


def of(funder: str, identifier: str, *regimes: str, rate: str = "100 %") -> Dispositif:
    return replace(scheme(identifier, *regimes, rate=rate), funder=funder, instructor=funder)


def found(subject: Project, *schemes: Dispositif, room: int = 0) -> dict[tuple[str, str, str], int]:
    facts = facts_of(subject, taille_ue="petite", demande_avant_travaux=UNKNOWN)
    problem = build(subject, schemes, facts).problem
    return given(optimise_plan(FinancingProblem(projects=(problem,), de_minimis_room={"groupe": Decimal(room)})))


REGION = of("region-grand-est", "region", ART_17, rate="10 %")
GIP = of("gip-haute-marne", "gip", ART_17, rate="10 %")


def test_each_funder_is_judged_on_its_own_dates():
    """The Region was written to on 29 April, the GIP on 2 May, the quote was signed on 30 April."""
    subject = begun(asked("region-grand-est", date(2026, 4, 29)), asked("gip-haute-marne", date(2026, 5, 2)))
    assert found(subject, REGION, GIP) == {("region", ART_17, "materiel"): 100_000}


def test_the_letter_counts_though_the_application_came_after_the_order():
    subject = begun(asked("region-grand-est", date(2026, 4, 1), date(2026, 6, 1)))
    assert found(subject, REGION) == {("region", ART_17, "materiel"): 100_000}
    assert list(late_requests(subject, NAMES)) == []


def test_a_request_on_the_day_of_the_order_is_too_late():
    assert found(begun(asked("region-grand-est", ORDER)), REGION) == {}


def test_a_funder_without_a_date_closes_until_it_has_one():
    subject = begun(asked("region-grand-est", date(2026, 4, 29)))
    assert found(subject, REGION, GIP) == {("region", ART_17, "materiel"): 100_000}


def test_a_scheme_examined_by_another_desk_takes_the_request_sent_there():
    """The Region pays, Bpifrance examines: the letter to Bpifrance is a request for that aid."""
    shared = replace(REGION, instructor="bpifrance")
    assert found(begun(asked("bpifrance", date(2026, 4, 29))), shared) == {("region", ART_17, "materiel"): 100_000}


def test_a_funder_that_wants_the_request_first_refuses_a_late_one_under_de_minimis_too():
    """De minimis asks for no incentive effect; ADEME and the GIP do: « avant tout engagement »."""
    strict = replace(of("gip-haute-marne", "strict", DE_MINIMIS, rate="10 %"), before_works=True)
    simple = of("ademe", "simple", DE_MINIMIS, rate="10 %")
    late = begun(asked("gip-haute-marne", date(2026, 5, 2)), asked("ademe", date(2026, 5, 2)))
    assert found(late, strict, simple, room=300_000) == {("simple", DE_MINIMIS, "materiel"): 100_000}
    early = begun(asked("gip-haute-marne", date(2026, 4, 2)))
    assert found(early, strict, room=300_000) == {("strict", DE_MINIMIS, "materiel"): 100_000}


def test_a_tax_measure_needs_no_application_before_works():
    """Art. 6(4): 20 % of 1 M€ under art. 17 though the order came first; a grant gets nothing."""
    tax = scheme("credit", ART_17, instrument=Instrument.TAX_CREDIT)
    made = plan(project(materiel=1_000_000), tax, taille_ue="petite", demande_avant_travaux=False)
    assert given(made) == {("credit", ART_17, "materiel"): 200_000}
    assert any("art. 6 §4" in reserve for reserve in made.lines[0].reserves)
    grant = scheme("aide", ART_17)
    assert given(plan(project(materiel=1_000_000), grant, taille_ue="petite", demande_avant_travaux=False)) == {}


def test_the_alert_names_the_funder_the_document_and_both_dates():
    subject = begun(asked("gip-haute-marne", date(2026, 5, 2)), asked("region-grand-est", date(2026, 4, 29)))
    (alert,) = late_requests(subject, NAMES)
    assert alert == (
        "GIP Haute-Marne : le devis n° 2026-118 (30/04/2026) précède la lettre d'intention (02/05/2026) ; "
        "pour ce financeur, le projet entier sort de tout régime qui exige l'effet incitatif "
        "(RGEC art. 6 et 2(23))."
    )


def test_the_alert_says_which_date_is_missing():
    assert list(late_requests(begun(asked("ademe")), NAMES)) == [
        (
            "ADEME : le devis n° 2026-118 date du 30/04/2026 et aucune demande n'est datée ; l'effet incitatif "
            "(RGEC art. 6) reste à établir."
        )
    ]
    assert list(late_requests(begun(order=UNKNOWN), NAMES)) == [
        "Travaux commencés sans date de première commande : l'effet incitatif (RGEC art. 6) reste à établir."
    ]


def test_one_date_for_the_whole_project_stands_for_every_funder():
    late = replace(begun(document=""), applied_on=date(2026, 5, 4))
    assert list(late_requests(late, NAMES)) == [
        (
            "Tous financeurs : la première commande ferme (30/04/2026) précède la demande (04/05/2026) ; "
            "le projet entier sort de tout régime qui exige l'effet incitatif (RGEC art. 6 et 2(23))."
        )
    ]
    assert list(late_requests(replace(late, works_started=False), NAMES)) == []
