"""What funders answered, in the study: a no closes a dispositif, a grant is an aid, the rest is planned again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import cast

import pytest

from rebond.adapters.plan_documents.answered import answered_sections
from rebond.facts import (
    UNKNOWN,
    AidObtained,
    AwardedAid,
    Band,
    ReferralStep,
    SentReferral,
)
from rebond.financing.context import Study, account_of
from rebond.financing.explaining.answered import obtained_of, refused_of
from rebond.financing.explaining.desk_step import DeskStep
from rebond.financing.explaining.dossier import PlanDossier
from rebond.referrals.desk_steps import desk_steps
from rebond.regimes.model import RegimeKind
from rebond.study.inputs import CensusParts
from rebond.units import Euros, format_euros
from tests.mission.answered import GRANTED, NOT_OURS, REFUSED, SPENT, alone, amounts_of, answered
from tests.mission.conftest import Bench

SEVERAL = ("P010", "P025", "P038", "P052")
"""Projects of the sample whose plan has several dispositifs, loans among them."""


def _awards(found: Study) -> list[AwardedAid]:
    mine = found.context.project.id
    return [aid for aid in found.context.aids if isinstance(aid, AwardedAid) and aid.project_id == mine]


def _worth(found: Study) -> tuple[Decimal, ...]:
    """What a plan is chosen for, first goal first."""
    firm = [line for line in found.plan.lines if line in found.plan.firm.lines]
    return sum((line.given for line in firm), Decimal(0)), found.plan.benefit, Decimal(found.plan.covered)


@pytest.fixture(scope="module")
def before(bench: Bench) -> Mapping[str, Study]:
    return {project: alone(bench.census, bench, project) for project in SEVERAL}


def test_granting_what_was_planned_leaves_the_total_where_it_was(bench: Bench, before: Mapping[str, Study]) -> None:
    """To the euro, whether one funder said yes or all of them; nothing granted is asked again."""
    for project, found in before.items():
        planned = amounts_of(found)
        first = next(iter(planned))
        for granted in ([first], list(planned)):
            census = bench.census
            for dispositif in granted:
                census = answered(census, bench, project, dispositif, GRANTED, Euros(planned[dispositif]))
            after = alone(census, bench, project)
            assert after.plan.support + sum(aid.most for aid in _awards(after)) == found.plan.support, project
            assert not set(granted) & set(after.plan.files)
            assert not [aid.breach for aid in _awards(after) if aid.breach]


def test_a_refusal_never_makes_a_better_plan_and_the_refused_is_out(bench: Bench, before: Mapping[str, Study]) -> None:
    for project, found in before.items():
        for dispositif in list(amounts_of(found))[:2]:
            after = alone(answered(bench.census, bench, project, dispositif, REFUSED), bench, project)
            assert _worth(after) <= _worth(found)
            assert dispositif not in {offer.id for offer in after.built.problem.offers}
            assert dispositif not in {item.dispositif for item in after.built.unquantified}
            (closed,) = after.context.answers.closed
            assert (closed.organisation, closed.reason) == (dispositif.partition("/")[0], SPENT)


def test_the_documents_of_a_plan_tell_each_aid_obtained_and_each_refusal_without_its_reason(
    bench: Bench, before: Mapping[str, Study]
) -> None:
    project, found = next((ref, each) for ref, each in before.items() if len(amounts_of(each)) > 1)
    first, second = list(amounts_of(found))[:2]
    census = answered(bench.census, bench, project, first, GRANTED, Euros(12_345))
    census = answered(census, bench, project, second, REFUSED)
    declared = AidObtained(
        id="A900",
        firm_id=found.context.firm.id,
        funder="region-grand-est",
        label="Aide d'avant",
        regime="",
        granted_on=date(2025, 3, 4),
        amount=Band(least=Euros(1_000), most=Euros(2_000)),
        project_id=project,
    )
    granted_on = census.settings.committee_on.replace(day=census.settings.committee_on.day + 9)
    twin = replace(declared, id="A901", granted_on=granted_on, amount=Euros(12_345))
    context = alone(replace(census, aids=(*census.aids, declared, twin)), bench, project).context
    dossier = cast(
        PlanDossier, SimpleNamespace(obtained=obtained_of(context), refused=refused_of(context))
    )  # what the two sections read
    obtained, refused = answered_sections(dossier)
    assert obtained.table is not None
    assert refused.table is not None
    names = bench.rulebook.catalogue
    day = f"{granted_on:%d/%m/%Y}"
    assert [row.cells[1:] for row in obtained.table.rows][:2] == [
        (
            names.organisations[names.dispositifs[first].funder].name,
            format_euros(12_345),
            day,
            f"orientation O-{project}-{first}",
        ),
        (
            names.organisations["region-grand-est"].name,
            f"de {format_euros(1_000)} à {format_euros(2_000)}",
            "04/03/2025",
            "déclarée par l'entreprise",
        ),
    ]
    assert len([row for row in obtained.table.rows if format_euros(12_345) in row.cells]) == 1, "told once"
    (row,) = refused.table.rows
    assert row.cells == (
        names.dispositifs[second].title,
        names.organisations[names.dispositifs[second].funder].name,
        "Refusée",
        day,
        f"orientation O-{project}-{second}",
    )
    assert SPENT not in str((obtained, refused)), "the reason stays with the mission"
    assert not list(answered_sections(cast(PlanDossier, SimpleNamespace(obtained=(), refused=()))))


def test_a_smaller_grant_leaves_a_need_and_an_unknown_one_raises_nothing(
    bench: Bench, before: Mapping[str, Study]
) -> None:
    for project, found in before.items():
        dispositif, amount = next(iter(amounts_of(found).items()))
        half = alone(answered(bench.census, bench, project, dispositif, GRANTED, Euros(amount // 2)), bench, project)
        assert half.plan.need == found.plan.need - amount // 2
        assert half.plan.support <= half.plan.need
        unknown = alone(answered(bench.census, bench, project, dispositif, GRANTED), bench, project)
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
        for dispositif, amount in amounts_of(alone(bench.census, bench, project)).items()
        if bench.rulebook.catalogue.dispositifs[dispositif].instrument.is_borrowed
    )
    project, dispositif, amount = loan
    after = alone(answered(bench.census, bench, project, dispositif, GRANTED, Euros(amount)), bench, project)
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
        found = alone(bench.census, bench, project.id)
        for line in found.plan.lines:
            bases = next(offer.bases for offer in found.built.problem.offers if offer.id == line.dispositif)
            if all(kinds[basis.regime].kind is RegimeKind.DE_MINIMIS for basis in bases):
                return project.id, line.dispositif
    raise LookupError


def test_two_de_minimis_grants_share_one_ceiling_granted_orplanned(bench: Bench, tiny: tuple[str, str]) -> None:
    """One granted takes the other's room; two granted beyond the ceiling are counted and told, and nothing stops."""
    project, dispositif = tiny
    mine = next(each for each in bench.census.projects if each.id == project)
    firm, on = bench.census.firm(mine.firm_id), bench.census.settings.committee_on
    catalogue, amount = bench.rulebook.catalogue, amounts_of(alone(bench.census, bench, project))[dispositif]
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
    one = answered(census, bench, project, dispositif, GRANTED, Euros(amount))
    after = alone(one, bench, twin.id)
    assert after.context.de_minimis_room == 1000
    assert sum(line.aid for line in after.plan.lines if line.regime == "de_minimis_2023") <= 1000
    parts = CensusParts(answered(one, bench, twin.id, dispositif, GRANTED, Euros(amount)), bench.rulebook, on=on)
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
        found = alone(census, bench, "P027")
        (step, *_others) = steps = _steps(found, bench)
        asked = {ids[title] for each in steps for title in each.supports}
        if not asked:
            break
        assert not asked & seen
        seen |= asked
        for dispositif in asked:
            census = answered(census, bench, "P027", dispositif, NOT_OURS)
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
    (other,) = _steps(alone(advised, bench, "P027"), bench)
    assert other.organisation not in {"", step.organisation}


def test_a_way_out_that_follows_an_answer_counts_its_days_from_it_and_what_waits_keeps_its_own(bench: Bench) -> None:
    """A step that nobody could take before the answer is never dated before it."""
    census, committee = bench.census, bench.census.settings.committee_on
    project, late = "P010", committee + timedelta(days=120)
    dispositif, *_others = amounts_of(alone(census, bench, project))
    census = answered(census, bench, project, dispositif, REFUSED)
    census = replace(
        census,
        referral_steps=tuple(replace(step, on=late) if step.number > 1 else step for step in census.referral_steps),
    )
    first, *_more = steps = _steps(alone(census, bench, project), bench)
    assert min(step.before for step in steps) > late
    code = next(key for key, each in bench.rulebook.catalogue.organisations.items() if each.name == first.organisation)
    waiting = SentReferral(id="O-W", project_id=project, organisation=code, sent_on=committee)
    again = _steps(alone(replace(census, referrals=(*census.referrals, waiting)), bench, project), bench)
    assert [step.before < late for step in again if step.organisation == first.organisation] == [True]
