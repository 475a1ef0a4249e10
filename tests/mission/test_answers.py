"""What funders answered, in the study: a no closes a dispositif, a grant is an aid, the rest is planned again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebond.facts import (
    UNKNOWN,
    AidObtained,
    AwardedAid,
    Band,
    Census,
    Envelope,
    Maybe,
    ReferralState,
    ReferralStep,
    SentReferral,
)
from rebond.facts.answered import answers_of
from rebond.financing.context import Study, account_of, study
from rebond.financing.explaining.desk_step import DeskStep
from rebond.financing.problem.model import FinancingProblem
from rebond.portfolio.offered import call_dispositif
from rebond.referrals.catalogue_queue import to_reread
from rebond.referrals.desk_steps import desk_steps
from rebond.regimes.model import RegimeKind
from rebond.restitution.alerts import award_alerts
from rebond.study.calls import study_calls
from rebond.study.inputs import CensusParts
from rebond.units import Euros
from tests.mission.conftest import Bench

T = TypeVar("T")
GRANTED, REFUSED, NOT_OURS = ReferralState.GRANTED, ReferralState.REFUSED, ReferralState.NOT_OURS
SPENT = "crédits épuisés"
SEVERAL = ("P010", "P025", "P038", "P052")
"""Projects of the sample whose plan has several dispositifs, loans among them."""


def _answered(
    census: Census, bench: Bench, project: str, dispositif: str, state: ReferralState, amount: Maybe[Euros] = UNKNOWN
) -> Census:
    """The census once a dispositif's funder answered for a project."""
    known = bench.rulebook.catalogue.dispositifs.get(dispositif)
    key = f"O-{project}-{dispositif or len(census.referrals)}"
    day = census.settings.committee_on
    referral = SentReferral(
        id=key,
        project_id=project,
        organisation=known.funder if known else dispositif.partition("/")[0],
        dispositifs=(dispositif,),
        sent_on=day,
    )
    steps = (
        ReferralStep(referral_id=key, number=1, state=ReferralState.TAKEN, on=day.replace(day=day.day + 3)),
        ReferralStep(
            referral_id=key,
            number=2,
            state=state,
            on=day.replace(day=day.day + 9),
            granted=amount,
            reason=SPENT,
        ),
    )
    return replace(census, referrals=(*census.referrals, referral), referral_steps=(*census.referral_steps, *steps))


def _alone(census: Census, bench: Bench, project: str) -> Study:
    parts = CensusParts(census, bench.rulebook, on=census.settings.committee_on)
    return study(parts.context(project, bench.rulebook))


def _planned(found: Study) -> dict[str, int]:
    amounts: dict[str, int] = {}
    for line in found.plan.lines:
        amounts[line.dispositif] = amounts.get(line.dispositif, 0) + line.amount
    return amounts


def _awards(found: Study) -> list[AwardedAid]:
    mine = found.context.project.id
    return [aid for aid in found.context.aids if isinstance(aid, AwardedAid) and aid.project_id == mine]


def _worth(found: Study) -> tuple[Decimal, ...]:
    """What a plan is chosen for, first goal first."""
    firm = [line for line in found.plan.lines if line in found.plan.firm.lines]
    return sum((line.given for line in firm), Decimal(0)), found.plan.benefit, Decimal(found.plan.covered)


@pytest.fixture(scope="module")
def before(bench: Bench) -> Mapping[str, Study]:
    return {project: _alone(bench.census, bench, project) for project in SEVERAL}


def test_granting_what_was_planned_leaves_the_total_where_it_was(bench: Bench, before: Mapping[str, Study]) -> None:
    """To the euro, whether one funder said yes or all of them; nothing granted is asked again."""
    for project, found in before.items():
        planned = _planned(found)
        first = next(iter(planned))
        for granted in ([first], list(planned)):
            census = bench.census
            for dispositif in granted:
                census = _answered(census, bench, project, dispositif, GRANTED, Euros(planned[dispositif]))
            after = _alone(census, bench, project)
            assert after.plan.support + sum(aid.most for aid in _awards(after)) == found.plan.support, project
            assert not set(granted) & set(after.plan.files)
            assert not [aid.breach for aid in _awards(after) if aid.breach]


def test_a_refusal_never_makes_a_better_plan_and_the_refused_is_out(bench: Bench, before: Mapping[str, Study]) -> None:
    for project, found in before.items():
        for dispositif in list(_planned(found))[:2]:
            after = _alone(_answered(bench.census, bench, project, dispositif, REFUSED), bench, project)
            assert _worth(after) <= _worth(found)
            assert dispositif not in {offer.id for offer in after.built.problem.offers}
            assert dispositif not in {item.dispositif for item in after.built.unquantified}
            (closed,) = after.context.answers.closed
            assert (closed.organisation, closed.reason) == (dispositif.partition("/")[0], SPENT)


def test_a_smaller_grant_leaves_a_need_and_an_unknown_one_raises_nothing(
    bench: Bench, before: Mapping[str, Study]
) -> None:
    for project, found in before.items():
        dispositif, amount = next(iter(_planned(found).items()))
        half = _alone(_answered(bench.census, bench, project, dispositif, GRANTED, Euros(amount // 2)), bench, project)
        assert half.plan.need == found.plan.need - amount // 2
        assert half.plan.support <= half.plan.need
        unknown = _alone(_answered(bench.census, bench, project, dispositif, GRANTED), bench, project)
        (aid,) = _awards(unknown)
        assert aid.support is UNKNOWN
        assert aid.amount is UNKNOWN
        assert aid.at_least == 0
        assert unknown.plan.need <= half.plan.need
        if not unknown.plan.need:
            reasons = [each.reason for each in _steps(unknown, bench)]
            assert reasons == [reason for reason in reasons if "couvre le besoin" not in reason]
            assert any("accordé sans montant" in reason for reason in reasons)
        assert _worth(unknown)[0] <= min(_worth(found)[0], _worth(half)[0])


def test_a_loan_granted_counts_for_its_equivalent_and_pays_for_its_capital(bench: Bench) -> None:
    """Under the ceilings, the least that nobody can dispute is 0 and the most is what a cautious reader counts."""
    loan = next(
        (project, dispositif, amount)
        for project in ("P005", "P009", "P046", "P071")
        for dispositif, amount in _planned(_alone(bench.census, bench, project)).items()
        if bench.rulebook.catalogue.dispositifs[dispositif].instrument.is_borrowed
    )
    project, dispositif, amount = loan
    after = _alone(_answered(bench.census, bench, project, dispositif, GRANTED, Euros(amount)), bench, project)
    (aid,) = _awards(after)
    assert aid.support == aid.most == amount
    assert aid.at_least < amount
    assert aid.at_most is not UNKNOWN
    assert isinstance(aid.amount, Band) or aid.at_most < amount
    assert after.built.problem.obtained == amount
    table = after.built.problem.granted
    assert sum(part.euros for part in table) == amount


@pytest.fixture(scope="module")
def tiny(bench: Bench) -> tuple[str, str]:
    """A project of the sample and its dispositif that the de minimis account alone may pay."""
    kinds = bench.rulebook.catalogue.regimes
    for project in bench.census.projects:
        found = _alone(bench.census, bench, project.id)
        for line in found.plan.lines:
            bases = next(offer.bases for offer in found.built.problem.offers if offer.id == line.dispositif)
            if all(kinds[basis.regime].kind is RegimeKind.DE_MINIMIS for basis in bases):
                return project.id, line.dispositif
    raise LookupError


def test_two_de_minimis_grants_share_one_ceiling_granted_or_planned(bench: Bench, tiny: tuple[str, str]) -> None:
    """One granted takes the other's room; two granted beyond the ceiling are counted and told, and nothing stops."""
    project, dispositif = tiny
    mine = next(each for each in bench.census.projects if each.id == project)
    firm, on = bench.census.firm(mine.firm_id), bench.census.settings.committee_on
    catalogue, amount = bench.rulebook.catalogue, _planned(_alone(bench.census, bench, project))[dispositif]
    room = account_of(firm, bench.census, catalogue=catalogue, on=on).room
    assert room is not UNKNOWN
    past = AidObtained(
        id="A900",
        firm_id=firm.id,
        funder="Une région",
        label="Aide passée",
        regime="de_minimis_2023",
        granted_on=on,
        amount=Euros(room - amount - 1000),
    )
    twin = replace(mine, id="P900", title="Le jumeau")
    census = replace(bench.census, projects=(*bench.census.projects, twin), aids=(*bench.census.aids, past))
    one = _answered(census, bench, project, dispositif, GRANTED, Euros(amount))
    after = _alone(one, bench, twin.id)
    assert after.context.de_minimis_room == 1000
    assert sum(line.aid for line in after.plan.lines if line.regime == "de_minimis_2023") <= 1000
    parts = CensusParts(_answered(one, bench, twin.id, dispositif, GRANTED, Euros(amount)), bench.rulebook, on=on)
    first, second = parts.awards
    assert (first.breach, first.regime, second.regime) == ("", "de_minimis_2023", "de_minimis_2023")
    assert "compte de minimis" in second.breach
    account = account_of(firm, replace(census, aids=(*census.aids, *parts.awards)), catalogue=catalogue, on=on)
    assert account.used == account.ceiling - 1000 + amount
    assert account.room == 0


def _steps(found: Study, bench: Bench) -> tuple[DeskStep, ...]:
    settings = bench.census.settings
    return desk_steps(
        found, bench.rulebook.orientation, operator=settings.envelope.operator, committee_on=settings.committee_on
    )


def test_a_project_with_every_funder_refused_ends_at_an_adviser_and_never_at_nobody(bench: Bench) -> None:
    """Each no sends it to others, first to those not asked yet; then an adviser, then another, always somebody."""
    census, seen = bench.census, set[str]()
    ids = {item.title: key for key, item in bench.rulebook.catalogue.dispositifs.items()}
    for _ in range(40):
        found = _alone(census, bench, "P027")
        (step, *_others) = steps = _steps(found, bench)
        asked = {ids[title] for each in steps for title in each.supports}
        if not asked:
            break
        assert not asked & seen
        seen |= asked
        for dispositif in asked:
            census = _answered(census, bench, "P027", dispositif, NOT_OURS)
    assert seen
    assert "refusés" in step.reason
    assert "conseil" in step.reason
    organisations = bench.rulebook.catalogue.organisations
    code = next(key for key, each in organisations.items() if each.name == step.organisation)
    advised = replace(
        census,
        referrals=(*census.referrals, SentReferral(id="O-C", project_id="P027", organisation=code)),
        referral_steps=(*census.referral_steps, ReferralStep(referral_id="O-C", number=1, state=REFUSED)),
    )
    (other,) = _steps(_alone(advised, bench, "P027"), bench)
    assert other.organisation not in {"", step.organisation}


def test_a_way_out_that_follows_an_answer_counts_its_days_from_it_and_what_waits_keeps_its_own(bench: Bench) -> None:
    """A step that nobody could take before the answer is never dated before it."""
    census, committee = bench.census, bench.census.settings.committee_on
    project, late = "P010", committee + timedelta(days=120)
    dispositif, *_others = _planned(_alone(census, bench, project))
    census = _answered(census, bench, project, dispositif, REFUSED)
    census = replace(
        census,
        referral_steps=tuple(replace(step, on=late) if step.number > 1 else step for step in census.referral_steps),
    )
    first, *_more = steps = _steps(_alone(census, bench, project), bench)
    assert min(step.before for step in steps) > late
    code = next(key for key, each in bench.rulebook.catalogue.organisations.items() if each.name == first.organisation)
    waiting = SentReferral(id="O-W", project_id=project, organisation=code, sent_on=committee)
    again = _steps(_alone(replace(census, referrals=(*census.referrals, waiting)), bench, project), bench)
    assert [step.before < late for step in again if step.organisation == first.organisation] == [True]


@pytest.fixture(scope="module")
def told(bench: Bench) -> Census:
    """Three projects of the sample: a grant beyond the law, a refusal, a request filed; an aid declared twice."""
    kept = ("P005", "P010", "P025")
    projects = tuple(project for project in bench.census.projects if project.id in kept)
    firms = {project.firm_id for project in projects}
    census = replace(
        bench.census,
        firms=tuple(firm for firm in bench.census.firms if firm.id in firms),
        interviews=(),
        projects=projects,
        aids=(),
        partner_entries=(),
        link_decisions=(),
        decisions=(),
        confirmations=(),
        marks=(),
        recusals=(),
    )
    first, second = (next(iter(_planned(_alone(census, bench, key)))) for key in kept[:2])
    cost = projects[0].total_cost
    census = _answered(census, bench, kept[0], first, GRANTED, cost)
    census = _answered(census, bench, kept[1], second, REFUSED)
    return _answered(census, bench, kept[2], "region-grand-est/inconnu-au-catalogue", GRANTED, Euros(10))


def test_a_grant_beyond_the_law_is_an_alert_that_names_the_rule_and_the_study_holds(bench: Bench, told: Census) -> None:
    """The rest is planned as if it stood; what the catalogue does not hold is told; the same aid declared is asked."""
    award = CensusParts(told, bench.rulebook, on=told.settings.committee_on).awards[0]
    again = AidObtained(
        id="A900",
        firm_id=award.firm_id,
        funder=award.funder,
        label="Notification reçue",
        regime=award.regime,
        granted_on=award.granted_on,
        amount=award.support,
        project_id=award.project_id,
    )
    near = replace(again, id="A901", granted_on=again.granted_on.replace(day=1))
    result = bench.play(replace(told, aids=(again, near)))
    once = CensusParts(replace(told, aids=(again, near)), bench.rulebook, on=told.settings.committee_on).aids
    assert [aid.id for aid in once] == ["A901", award.id]
    words = " ".join(result.alerts)
    assert "est la même. Elle est comptée une fois" in words
    assert "au-delà" in words
    assert "RGEC art. 7 et 14 à 49" in words
    assert "semble la même" in words
    assert "manque au catalogue" in words
    undated = replace(told, aids=(again,), referral_steps=tuple(replace(s, on=UNKNOWN) for s in told.referral_steps))
    parts = CensusParts(undated, bench.rulebook, on=again.granted_on)
    assert again in parts.aids
    alerts = award_alerts(parts.awards, undated, bench.rulebook.catalogue, counted=parts.aids)
    assert [each for each in alerts if "Les deux sont comptées" in each and "comptée une fois" not in each]
    assert result.project("P005").plan.need == 0
    (way_out,) = result.project("P005").referrals
    assert (way_out.organisation, way_out.dispositifs) == (award.dispositif.partition("/")[0], (award.dispositif,))
    assert "versements" in way_out.next_step


def test_what_was_declared_of_a_grant_outside_the_catalogue_still_counts(bench: Bench, told: Census) -> None:
    """Such a grant brings no award: the declared aid is the only trace of those euros."""
    on, (grant,) = told.settings.committee_on, answers_of(told.referrals, told.referral_steps)["P025"].granted
    assert grant.on is not UNKNOWN
    declared = AidObtained(
        id="A902",
        firm_id=next(project.firm_id for project in told.projects if project.id == "P025"),
        funder="Région",
        label="Notification reçue",
        regime="de_minimis",
        granted_on=grant.on,
        amount=grant.amount,
        project_id="P025",
    )
    parts = CensusParts(replace(told, aids=(declared,)), bench.rulebook, on=on)
    assert declared in parts.aids
    assert declared in parts.inputs("P025").census.aids


def test_several_calls_share_what_grants_leave_and_none_of_them_is_granted_twice(
    bench: Bench, told: Census, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call is told by the committee's decisions: the answer of its operator brings nothing more."""
    seen: list[FinancingProblem] = []

    def run(*_: object, shared: FinancingProblem, **__: object) -> None:
        seen.append(shared)

    monkeypatch.setattr("rebond.study.calls.run_calls", run)
    catalogue = bench.rulebook.catalogue
    scheme = min(catalogue.budgets)
    census = _answered(told, bench, "P010", scheme, GRANTED, Euros(1000))
    study_calls(census, bench.rulebook, on=told.settings.committee_on)
    assert seen[0].budgets == {**catalogue.budgets, scheme: catalogue.budgets[scheme] - 1000}
    other = Envelope(contributions=(), dispositif=scheme)
    census = replace(census, settings=replace(census.settings, calls=(other,)))
    parts = CensusParts(census, bench.rulebook, on=told.settings.committee_on)
    assert scheme not in {award.dispositif for award in parts.awards}
    assert parts.budgets == catalogue.budgets


def test_what_came_is_counted_beside_what_was_planned(bench: Bench, told: Census) -> None:
    result = bench.play(told)
    figures = {each.code: each for each in result.indicators}
    cost = result.project("P005").project.total_cost
    assert figures["suivi_obtenu_eur"].value == cost
    assert [row.id for row in figures["suivi_obtenu_eur"].rows] == ["P005"]
    assert figures["suivi_levier_obtenu"].value == 100
    days = {code: int(figures[code].value) for code in figures if code.startswith("suivi_")}
    assert (days["suivi_demandes"], days["suivi_demandes_refusee"]) == (3, 1)
    assert (days["suivi_delai_premiere_reponse"], days["suivi_delai_decision"]) == (3, 9)
    assert figures["suivi_verse_eur"].absent
    assert "non renseigné" in figures["suivi_verse_eur"].note
    silent = bench.play(replace(told, referrals=(), referral_steps=()))
    assert not [each for each in silent.indicators if each.family == "suivi"]
    assert not [each for each in silent.alerts if each in result.alerts and "accordés" in each]


def test_a_request_filed_changes_no_plan_and_rows_in_any_order_give_the_same_study(bench: Bench, told: Census) -> None:
    on = told.settings.committee_on
    digests = [
        [CensusParts(census, bench.rulebook, on=on).inputs(project.id).digest for project in census.projects]
        for census in (
            told,
            replace(told, referrals=told.referrals[::-1], referral_steps=told.referral_steps[::-1]),
        )
    ]
    assert digests[0] == digests[1]
    call = call_dispositif(told.settings.envelope, bench.rulebook.catalogue)
    filed = _answered(bench.census, bench, "P005", "bpifrance/pret-vert", ReferralState.FILED)
    retained = _answered(filed, bench, "P005", call, GRANTED, Euros(1000))
    plain, other = (CensusParts(census, bench.rulebook, on=on).inputs("P005") for census in (bench.census, retained))
    assert plain.digest == other.digest


def test_not_for_us_says_which_file_to_read_again_without_naming_the_firm(bench: Bench) -> None:
    """Twice said of one dispositif, once of another; a refusal for lack of credits teaches the catalogue nothing."""
    census = bench.census
    firm = census.firm(census.projects[0].firm_id)
    for project in census.projects[:2]:
        census = _answered(census, bench, project.id, "bpifrance/pret-vert", NOT_OURS)
    census = _answered(census, bench, census.projects[2].id, "bpifrance/pret-vert", REFUSED)
    census = _answered(census, bench, census.projects[2].id, "ademe/decarbonation", NOT_OURS)
    named = replace(
        census,
        referral_steps=tuple(
            replace(step, reason=f"{firm.name} vend à l’État, {census.projects[0].title}") if step.reason else step
            for step in census.referral_steps
        ),
    )
    first, second = to_reread([named])
    assert (first.dispositif, first.times, second.times) == ("bpifrance/pret-vert", 2, 1)
    assert first.reasons == (("[entreprise] vend à l’État, [projet]", 2),)
    assert first.organisations == ("bpifrance",)


_STATES = st.sampled_from(list(ReferralState))


@given(
    rows=st.lists(
        st.tuples(st.integers(1, 3), _STATES, st.sampled_from(["", "d/1", "d/2"]), st.none() | st.integers(0, 9)),
        max_size=9,
    ),
    shuffled=st.randoms(use_true_random=False),
)
def test_answers_depend_on_the_numbers_of_steps_and_not_on_their_rows(
    rows: list[tuple[int, ReferralState, str, int | None]], shuffled: Random
) -> None:
    """A dispositif is granted or refused, never both; an amount told of two at once is nobody's."""
    referrals = [
        SentReferral(id=f"R{n}", project_id="P", organisation=f"o{n}", dispositifs=("d/1", "d/2")[: 1 + n % 2])
        for n in (1, 2, 3)
    ]
    steps = [
        ReferralStep(
            referral_id=f"R{n}",
            number=rank,
            state=state,
            dispositif=dispositif,
            granted=UNKNOWN if amount is None else Euros(amount),
        )
        for rank, (n, state, dispositif, amount) in enumerate(rows)
    ]
    found = answers_of(referrals, steps)["P"]
    mixed: list[SentReferral | ReferralStep] = [*referrals, *steps]
    shuffled.shuffle(mixed)
    again = answers_of(_of(mixed, SentReferral), _of(mixed, ReferralStep))["P"]
    assert again == found
    assert not found.refused & found.obtained
    last = {
        (each.referral_id, each.dispositif): max(
            (
                step
                for step in steps
                if step.referral_id == each.referral_id
                and step.dispositif in {"", each.dispositif}
                and step.state is not ReferralState.CLOSED
            ),
            key=lambda step: step.number,
            default=None,
        )
        for each in found.asked
    }
    assert {(c.referral_id, c.dispositif) for c in found.closed} == {
        key for key, step in last.items() if step is not None and step.state.is_no
    }


def _of(rows: Iterable[object], kind: type[T]) -> list[T]:
    return [row for row in rows if isinstance(row, kind)]
