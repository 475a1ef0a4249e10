"""Censuses of every shape, small: each field of the core with UNKNOWN, nothing, zero and everything between."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from rebond import facts as core
from rebond.facts import UNKNOWN, Band, DecisionOutcome, LinkAnswer, LinkKind

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)
words = st.sampled_from(["", "l'atelier", "Société  d'Étude", "d « verre » ; 200 000 €", "x" * 200])
names = texts | words
days = st.dates(min_value=date(1990, 1, 1), max_value=date(2050, 12, 31))
euros = st.decimals(0, 10**12, places=2) | st.integers(0, 10**9).map(Decimal)
numbers = st.decimals(0, 99_999, places=9) | st.integers(0, 10**6).map(Decimal)
answers = st.booleans()
counts = st.integers(0, 10**7)
communes = st.sampled_from(["52121", "2A004", "52269"])
values = names | counts | euros | answers | days | st.frozensets(texts, max_size=2) | st.just(UNKNOWN)
declared = st.lists(st.tuples(texts, values), max_size=2).map(tuple)


def maybe(known: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Known or not."""
    return st.just(UNKNOWN) | known


def few(one: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[Any]:
    """Some, in their order."""
    return st.lists(one, max_size=most).map(tuple)


accounts = st.builds(
    core.Accounts,
    year=st.integers(1990, 2100),
    staff=maybe(numbers),
    turnover=maybe(euros),
    balance_sheet=maybe(euros),
)
links = st.builds(
    core.FirmLink,
    name=names,
    kind=st.sampled_from(LinkKind),
    siren=maybe(st.just("552100554")),
    share=maybe(st.decimals(0, 1, places=9)),
    public_body=answers,
    accounts=few(accounts, 1),
)
firms = st.builds(
    core.Firm,
    id=st.just(""),
    name=names,
    siren=maybe(st.just("552100554")),
    establishment=st.builds(core.Establishment, siret=maybe(st.just("55210055400013")), commune=maybe(communes)),
    legal_form=maybe(names),
    code_naf=maybe(st.just("25.62B")),
    trade=names,
    created_on=maybe(days),
    accounts=few(accounts),
    links=few(links, 1),
    own_funds=maybe(euros | euros.map(lambda amount: -amount)),
    in_difficulty=maybe(answers),
    up_to_date=maybe(answers),
    aid_declared=maybe(answers),
    single_undertaking=names,
    former_names=few(names),
    declared=declared,
)
needs = st.builds(core.Need, axis=names, text=names)
costs = st.builds(core.CostLine, id=st.just(""), nature=names, amount=euros, year=st.integers(2015, 2050), label=names)
projects = st.builds(
    core.Project,
    id=st.just(""),
    firm_id=st.just(""),
    title=names,
    description=names,
    commune=maybe(communes),
    kind=maybe(names),
    jobs_created=maybe(counts),
    jobs_kept=maybe(counts),
    starts_on=maybe(days),
    ends_on=maybe(days),
    works_started=maybe(answers),
    first_order_on=maybe(days),
    applied_on=maybe(days),
    first_order_document=names,
    requests=few(st.builds(core.FunderRequest, funder=names, letter_on=maybe(days), applied_on=maybe(days))),
    own_financing=maybe(euros),
    borrowing_capacity=maybe(euros),
    objectives=st.frozensets(names, max_size=2),
    declared=declared,
    evidence=few(st.builds(core.Evidence, criterion=names, level=maybe(st.integers(0, 3)), proof=names)),
    maturity_override=maybe(names),
    maturity_reason=names,
    scores=few(st.builds(core.AssessorScore, criterion=names, score=st.integers(0, 5), reason=names)),
)
aids = st.builds(
    core.AidObtained,
    id=st.just(""),
    firm_id=st.just(""),
    funder=names,
    label=names,
    regime=names,
    granted_on=days,
    amount=maybe(euros | st.builds(Band, least=euros, most=maybe(euros))),
    recovered=euros,
    nature=names,
)
entries = st.builds(
    core.PartnerEntry,
    id=st.just(""),
    partner=names,
    firm_name=names,
    siren=maybe(st.just("552100554")),
    commune=names.map(lambda name: name[:100]),
    project_title=names,
    amount=maybe(euros),
    dated=maybe(days),
    amount_is=maybe(st.sampled_from(["cout", "aide"])),
    siret=maybe(st.just("55210055400013")),
    source=names,
)
confirmations = st.builds(
    core.Confirmation,
    kind=st.sampled_from(["projet", "entreprise"]),
    subject=names,
    marks=few(names),
    by=names,
    on=days,
)
link_decisions = st.builds(
    core.LinkDecision,
    entry_id=st.sampled_from(["L1", "L2", "L9"]),
    firm_id=st.sampled_from(["E1", "E9"]),
    project_id=st.sampled_from(["", "P1", "P9"]),
    answer=st.sampled_from(LinkAnswer),
    by=names,
    on=maybe(days),
    reason=names,
)
lineages = st.builds(
    core.Descent,
    act=st.sampled_from(core.DescentAct),
    origin=st.sampled_from(["P1", "P9", "E9"]),
    became=st.sampled_from(["P1", "P2"]),
    on=maybe(days),
    by=names,
    reason=names,
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
