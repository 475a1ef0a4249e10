"""What funders answered, as a mission tells it: alerts, several calls, figures, and steps in any order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rebond.facts import (
    UNKNOWN,
    AidObtained,
    Census,
    Envelope,
    ReferralState,
    ReferralStep,
    SentReferral,
)
from rebond.facts.answered import answers_of
from rebond.facts.followed import followed
from rebond.financing.problem.model import FinancingProblem
from rebond.portfolio.offered import call_dispositif
from rebond.referrals.catalogue_queue import Heard, heard_in, to_reread
from rebond.restitution.alerts import award_alerts
from rebond.study.calls import study_calls
from rebond.study.inputs import CensusParts
from rebond.units import Euros
from tests.mission.answered import GRANTED, NOT_OURS, REFUSED, alone, amounts_of, answered
from tests.mission.conftest import Bench

T = TypeVar("T")


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
    first, second = (next(iter(amounts_of(alone(census, bench, key)))) for key in kept[:2])
    cost = projects[0].total_cost
    census = answered(census, bench, kept[0], first, GRANTED, cost)
    census = answered(census, bench, kept[1], second, REFUSED)
    return answered(census, bench, kept[2], "region-grand-est/inconnu-au-catalogue", GRANTED, Euros(10))


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
    census = answered(told, bench, "P010", scheme, GRANTED, Euros(1000))
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
    filed = answered(bench.census, bench, "P005", "bpifrance/pret-vert", ReferralState.FILED)
    retained = answered(filed, bench, "P005", call, GRANTED, Euros(1000))
    plain, other = (CensusParts(census, bench.rulebook, on=on).inputs("P005") for census in (bench.census, retained))
    assert plain.digest == other.digest


def test_not_for_us_says_which_file_to_read_again_without_naming_the_firm(bench: Bench) -> None:
    """Twice said of one dispositif, once of another; a refusal for lack of credits teaches the catalogue nothing."""
    census = bench.census
    firm = census.firm(census.projects[0].firm_id)
    for project in census.projects[:2]:
        census = answered(census, bench, project.id, "bpifrance/pret-vert", NOT_OURS)
    census = answered(census, bench, census.projects[2].id, "bpifrance/pret-vert", REFUSED)
    census = answered(census, bench, census.projects[2].id, "ademe/decarbonation", NOT_OURS)
    named = replace(
        census,
        referral_steps=tuple(
            replace(step, reason=f"{firm.name} vend à l’État, {census.projects[0].title}") if step.reason else step
            for step in census.referral_steps
        ),
    )
    first, second = to_reread([heard_in(named)])
    assert (first.dispositif, first.times, second.times) == ("bpifrance/pret-vert", 2, 1)
    assert first.reasons == (("[entreprise] vend à l’État, [projet]", 2),)
    assert first.organisations == ("bpifrance",)
    written = Heard(
        referrals=tuple(named.referrals),
        steps=tuple(
            replace(step, reason="FORGE DE L ETANG (732 829 320), jean@x.test, 03 25 00 00 00 : hors forgeage")
            if step.reason
            else step
            for step in census.referral_steps
        ),
        firms=frozenset({"Forge de l’Étang SAS", "732829320"}),
        projects=frozenset(),
    )
    said = "[entreprise] ([entreprise]), [contact], [contact] : hors forgeage"
    assert to_reread([written])[0].reasons == ((said, 2),), "however people write a name"


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
    read = followed(referrals, steps)
    assert {(c.referral_id, c.dispositif) for c in found.closed} == {
        (each.sent.id, dispositif)
        for each in read
        for dispositif in each.dispositifs or ("",)
        if each.of(dispositif).outcome.is_no
    }


def _of(rows: Iterable[object], kind: type[T]) -> list[T]:
    return [row for row in rows if isinstance(row, kind)]
