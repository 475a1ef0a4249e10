"""Censuses of every shape, small: each field of the core with UNKNOWN, nothing, zero and everything between."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from rebond import facts as core
from rebond.facts import UNKNOWN, DecisionOutcome
from tests.web.missions.census_rows import (
    aids,
    answers,
    communes,
    confirmations,
    costs,
    days,
    entries,
    euros,
    few,
    firms,
    lineages,
    link_decisions,
    maybe,
    names,
    needs,
    numbers,
    projects,
    texts,
)

zones = st.builds(
    core.ZoneAssumption, zone=names, value=names, source=names, communes=st.frozensets(communes, max_size=2)
)


def _by_name(said: list[core.WeightStatement]) -> tuple[core.WeightStatement, ...]:
    return tuple(sorted(said, key=lambda each: each.who))


opinions = st.builds(
    core.WeightStatement,
    who=st.sampled_from(["", "Mme Roy", "M. Petit"]),
    bounds=st.sampled_from([(), (("emplois", ("1/3", "1")),), (("eau", ("0", "1/7")), ("emplois", ("1/2", "1/2")))]),
    ranks=few(few(st.sampled_from(["levier", "ancrage"]))),
    by=names,
    on=maybe(days),
)
criteria = st.builds(
    core.CallCriterion,
    code=st.sampled_from(["eau", "emplois", "ancrage"]),
    label=names,
    weight=numbers,
    computed=st.sampled_from(["note", "maturite"]),
    anchors=few(names),
    call=st.sampled_from(["", "region/appel"]),
)
steps = st.builds(
    core.CallStep,
    stage=st.sampled_from(core.CallStage),
    on=maybe(days),
    outcome=maybe(st.sampled_from(core.StageOutcome)),
    amount=maybe(euros),
    by=names,
    reason=names,
)
contributions = st.builds(
    core.Contribution,
    contributor=names,
    amount=euros,
    epcis=few(st.sampled_from(["200072999", "200043156"])),
    regions=few(st.sampled_from(["44", "32"])),
    sizes=st.frozensets(st.sampled_from(["micro", "petite", "moyenne"])),
    activities=few(st.sampled_from(["25", "28.1"])),
    min_per_project=maybe(euros),
    max_per_project=maybe(euros),
    max_share=maybe(st.decimals(0, 1, places=9)),
)
envelopes = st.builds(
    core.Envelope,
    contributions=few(contributions),
    title=names,
    dispositif=maybe(names),
    funds_part=maybe(answers),
    calendar=few(steps),
    max_rate=maybe(st.decimals(0, 1, places=9)),
    max_per_project=maybe(euros),
    min_spend=maybe(euros),
    min_aid=maybe(euros),
    grant_share=maybe(st.decimals(0, 1, places=9)),
    max_months=maybe(st.integers(0, 10**6)),
    after_cutoff=maybe(answers),
    operator=names,
)
announcements = st.builds(
    core.Announcement,
    quote=maybe(names),
    press_contact=maybe(st.sampled_from(["presse@exemple.fr", ""])),
    embargo_until=maybe(days),
    logos=few(st.sampled_from(["etat.png", "region.jpg"])),
)
settings = st.builds(
    core.MissionSettings,
    announcement=announcements,
    name=names,
    territory=names,
    territory_article=maybe(st.sampled_from(["le", "l'", "aucun"])),
    epcis=few(st.sampled_from(["200072999", "200043156"])),
    committee_on=days,
    envelope=envelopes,
    zone_assumptions=few(zones),
    weights=few(st.tuples(names, numbers)),
    criteria=few(criteria),
    fictitious=answers,
)
referrals = st.builds(
    core.SentReferral,
    id=st.just(""),
    project_id=st.just(""),
    organisation=st.sampled_from(["bpifrance", "ademe"]),
    dispositifs=st.just(("d1", "d2")),
    asked=maybe(euros),
    why=names,
    expected=names,
    sent_on=maybe(days),
    answer_by=maybe(days),
    sent_by=names,
    words=names,
)
_SAID: tuple[tuple[core.ReferralState, dict[str, Any]], ...] = (
    (core.ReferralState.ASKED, {"reason": "le bilan ; 2025"}),
    (core.ReferralState.SENT, {"answer_by": date(2060, 3, 1)}),
    (core.ReferralState.FILED, {"asked": Decimal("1500.50"), "dispositif": "d1"}),
    (core.ReferralState.REFUSED, {"reason": "hors champ", "dispositif": "d2"}),
    (core.ReferralState.GRANTED, {"granted": Decimal(1000), "paid": Decimal(0), "jobs": 0, "dispositif": "d1"}),
    (core.ReferralState.CLOSED, {}),
)
STORY = tuple(
    core.ReferralStep(referral_id="", number=number, state=state, on=date(2060, 1, number), by="Mme D’Été", **said)
    for number, (state, said) in enumerate(_SAID, start=1)
)
"""Everything that a step may say, in an order that the rules allow."""


actions = st.builds(
    core.RoadmapAction,
    id=st.just(""),
    axis=st.sampled_from(["foncier", "competences"]),
    title=names,
    proposal=st.sampled_from(["", "C1"]),
    why=names,
    owner=st.sampled_from(["", "ademe", "Club d’entreprises"]),
    owner_person=texts,
    partners=few(names),
    budget=maybe(euros),
    paid_by=few(names),
    starts_on=maybe(days),
    ends_on=maybe(days),
    status=st.sampled_from(core.ActionStatus),
    status_reason=names,
    priority=maybe(st.sampled_from(core.ActionPriority)),
    indicator=names,
    unit=texts,
    baseline=maybe(numbers),
    target=maybe(numbers),
    target_on=maybe(days),
    needs=few(st.sampled_from(["I1/foncier", "I9/foncier"])),
    projects=few(st.sampled_from(["P1", "P9"])),
    adopted_on=maybe(days),
    adopted_by=names,
)


@st.composite
def censuses(draw: st.DrawFn) -> core.Census:
    """A census whose references are drawn from few: two of them share some, in another order."""

    def named(kind: st.SearchStrategy[Any], refs: str, **given: st.SearchStrategy[Any]) -> tuple[Any, ...]:
        chosen = draw(st.lists(st.sampled_from(refs.split()), max_size=2, unique=True))
        rows = (replace(draw(kind), id=ref) for ref in chosen)
        return tuple(replace(row, **{name: draw(value) for name, value in given.items()}) for row in rows)

    met = named(firms, "E1 E2 E3")
    owner = st.sampled_from([firm.id for firm in met]) if met else st.nothing()
    planned = named(projects, "P1 P2 P3", firm_id=owner) if met else ()
    planned = tuple(replace(project, costs=named(costs, "D1 D2 D3")) for project in planned)
    refs = [project.id for project in planned]
    decided = draw(st.lists(st.sampled_from(refs), unique=True)) if refs else []
    decision = st.builds(
        core.CommitteeDecision,
        project_id=st.just(""),
        outcome=st.sampled_from(DecisionOutcome),
        amount=maybe(euros),
        decided_on=maybe(days),
        reason=names,
        by=names,
        steps=few(steps),
    )
    chosen = draw(st.lists(st.sampled_from(["O001", "O002", "envoi"]), unique=True)) if refs else []
    # A referral never changes of organisation: its name says it.
    sent = tuple(
        replace(
            draw(referrals),
            id=ref,
            project_id=draw(st.sampled_from(refs)),
            organisation="ademe" if ref == "O002" else "bpifrance",
        )
        for ref in chosen
    )
    acted = tuple(
        replace(draw(actions), id=ref) for ref in draw(st.lists(st.sampled_from(["F1", "F2", "F3"]), unique=True))
    )
    interview = st.builds(
        core.Interview,
        id=st.just(""),
        firm_id=st.just(""),
        held_on=days,
        interviewer=names,
        needs=few(needs),
        minutes=names,
        callback_on=maybe(days),
        callback_by=names,
        callback_why=names,
    )
    accompaniment = st.builds(
        core.Accompaniment,
        id=st.just(""),
        project_id=st.just(""),
        adviser=names.map(lambda name: name[:64]),
        contact=names,
        opened_on=maybe(days),
        review_on=maybe(days),
        promises=few(
            st.builds(
                core.PromisedEvidence,
                criterion=names.map(lambda name: name[:60]),
                level=maybe(st.integers(0, 3)),
                by=st.sampled_from(core.Promiser),
                before=maybe(days),
            )
        ),
        outcome=st.sampled_from(core.AccompanimentOutcome),
        closed_on=maybe(days),
        reason=names,
    )
    accompanied = named(accompaniment, "C1 C2", project_id=st.sampled_from(refs)) if refs else ()
    return core.Census(
        settings=draw(settings),
        firms=met,
        interviews=named(interview, "I1 I2 I3", firm_id=owner) if met else (),
        projects=planned,
        aids=named(aids, "A1 A2", firm_id=owner, project_id=st.sampled_from(["", *refs])) if met else (),
        partner_entries=named(entries, "L1 L2"),
        confirmations=draw(few(confirmations)),
        decisions=tuple(replace(draw(decision), project_id=ref) for ref in decided),
        link_decisions=draw(st.lists(link_decisions, max_size=3, unique_by=lambda decision: decision.pair).map(tuple)),
        lineage=draw(
            st.lists(lineages, max_size=3, unique_by=lambda each: (each.act, each.origin, each.became)).map(tuple)
        ),
        # What was once said under a number never changes: it follows from what names it.
        marks=tuple(
            core.Mark(
                project_id=ref, criterion="ancrage", assessor=who, number=number, score=number, reason=f"{who} {number}"
            )
            for ref in draw(st.lists(st.sampled_from(refs), unique=True) if refs else st.just([]))
            for who in draw(st.lists(st.sampled_from(["anne", "Bruno"]), unique=True))
            for number in range(1, draw(st.integers(0, 3)))
        ),
        recusals=tuple(
            core.Recusal(firm_id=firm.id, assessor="anne", number=1, aside=True, reason="parente", by="anne")
            for firm in met[: draw(st.integers(0, 2))]
        ),
        referrals=sent,
        # What was once said under a number never changes: each referral says the beginning of one story.
        referral_steps=tuple(
            replace(step, referral_id=each.id) for each in sent for step in STORY[: draw(st.integers(0, len(STORY)))]
        ),
        actions=acted,
        # As a mark: what was said under a number follows from what names it.
        progress=tuple(
            core.ActionProgress(action_id=each.id, number=number, value=Decimal(number), words=f"{each.id} {number}")
            for each in acted
            for number in range(1, draw(st.integers(0, 3)))
        ),
        accompaniments=accompanied,
        # As marks: what was noted under a number never changes.
        meetings=tuple(
            core.AdviceMeeting(accompaniment_id=each.id, number=number, on=UNKNOWN, who="anne", agreed=f"{number}")
            for each in accompanied
            for number in range(1, draw(st.integers(0, 3)))
        ),
        opinions=draw(st.lists(opinions, max_size=2, unique_by=lambda said: said.who).map(_by_name)),
        repairs=draw(few(names)),
    )
