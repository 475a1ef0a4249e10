"""Small censuses from a seed: enough of each noun to be changed, added and taken away."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from hypothesis import strategies as st

from rebond.facts import (
    UNKNOWN,
    Accompaniment,
    AccompanimentOutcome,
    Accounts,
    ActionPriority,
    ActionProgress,
    ActionStatus,
    AdviceMeeting,
    AidObtained,
    AssessorScore,
    Band,
    Census,
    CommitteeDecision,
    Confirmation,
    Contribution,
    CostLine,
    DecisionOutcome,
    Descent,
    DescentAct,
    Envelope,
    Establishment,
    Evidence,
    Firm,
    FirmLink,
    FunderRequest,
    Interview,
    LinkAnswer,
    LinkDecision,
    LinkKind,
    Mark,
    MissionSettings,
    Need,
    PartnerEntry,
    Project,
    PromisedEvidence,
    Promiser,
    Recusal,
    ReferralState,
    ReferralStep,
    RoadmapAction,
    SentReferral,
)


class Draw:
    """Values of a census, drawn one after the other."""

    def __init__(self, seed):
        self.random = Random(seed)

    def one(self, *values):
        return self.random.choice(values)

    def word(self):
        return self.one("", "Forge", "Fonderie", "Four électrique")

    def euros(self):
        return Decimal(self.random.randrange(4) * 1000)

    def day(self):
        return date(2026, 1, 1) + timedelta(days=self.random.randrange(3))

    def maybe(self, value):
        return self.one(UNKNOWN, value)

    def truth(self):
        return self.one(True, False, UNKNOWN)

    def some(self, *names):
        return self.random.sample(names, self.random.randint(0, len(names)))

    def books(self):
        return tuple(
            Accounts(year=year, staff=self.maybe(self.euros()), turnover=self.maybe(self.euros()))
            for year in sorted(self.some(2021, 2022, 2023), reverse=True)
        )

    def declared(self):
        return tuple(
            (name, self.one(UNKNOWN, True, self.euros(), self.day(), self.word(), frozenset({"x", "y"}), 3))
            for name in self.some("a", "b", "c")
        )

    def firm(self, name):
        return Firm(
            id=name,
            name=self.word(),
            establishment=Establishment(commune=self.maybe(self.one("52121", "52269"))),
            accounts=self.books(),
            # Two firms of a group may well have one name.
            links=tuple(
                FirmLink(name=self.one("Holding", "Sœur"), kind=self.one(*LinkKind), accounts=self.books())
                for _ in range(self.random.randrange(3))
            ),
            own_funds=self.maybe(self.euros()),
            in_difficulty=self.truth(),
            former_names=tuple(self.word() for _ in range(self.random.randrange(3))),
            declared=self.declared(),
        )

    def project(self, name):
        return Project(
            id=name,
            firm_id=self.one("E1", "E2"),
            title=self.word(),
            costs=tuple(
                CostLine(id=line, nature=self.one("equipement", "etude"), amount=self.euros(), year=2026)
                for line in self.some("L1", "L2", "L3")
            ),
            jobs_created=self.maybe(self.random.randrange(3)),
            starts_on=self.maybe(self.day()),
            evidence=tuple(Evidence(criterion=each, level=self.maybe(2)) for each in self.some("marche", "equipe")),
            requests=tuple(
                FunderRequest(funder=each, applied_on=self.maybe(self.day()))
                for each in self.some("ademe", "bpifrance")
            ),
            objectives=frozenset(self.some("decarbonation", "emploi")),
            declared=self.declared(),
            scores=tuple(
                AssessorScore(criterion=each, score=self.random.randrange(3), reason=self.word())
                for each in self.some("emplois", "levier")
            ),
        )

    def settings(self):
        return MissionSettings(
            name=self.word(),
            territory=self.word(),
            epcis=("200068658",),
            committee_on=self.day(),
            envelope=Envelope(
                contributions=tuple(
                    Contribution(contributor=each, amount=self.euros()) for each in self.some("État", "Région")
                ),
                max_per_project=self.maybe(self.euros()),
            ),
            weights=tuple((each, self.euros()) for each in self.some("emplois", "levier")),
            fictitious=self.one(True, False),
        )

    def aid(self, name):
        return AidObtained(
            id=name,
            firm_id="E1",
            funder=self.word(),
            label=self.word(),
            regime="de_minimis_2023",
            granted_on=self.day(),
            amount=self.one(UNKNOWN, self.euros(), Band(least=self.euros())),
        )

    def interview(self, name):
        needs = tuple(Need(axis="foncier", text=self.word()) for _ in range(self.random.randrange(3)))
        return Interview(id=name, firm_id="E1", held_on=self.day(), needs=needs, minutes=self.word())

    def census(self):
        return Census(
            settings=self.settings(),
            firms=tuple(self.firm(each) for each in self.some("E1", "E2", "E3")),
            interviews=tuple(self.interview(each) for each in self.some("I1", "I2")),
            projects=tuple(self.project(each) for each in self.some("P1", "P2", "P3")),
            aids=tuple(self.aid(each) for each in self.some("A1", "A2")),
            partner_entries=tuple(
                PartnerEntry(id=each, partner="bpifrance", firm_name=self.word(), dated=self.maybe(self.day()))
                for each in self.some("L1", "L2")
            ),
            confirmations=tuple(
                Confirmation(kind="projet", subject=each, marks=("K7F3Q",), by=self.word(), on=self.day())
                for each in self.some("P1", "P2")
            ),
            decisions=tuple(
                CommitteeDecision(project_id=each, outcome=self.one(*DecisionOutcome), amount=self.maybe(self.euros()))
                for each in self.some("P1", "P2")
            ),
            link_decisions=tuple(
                LinkDecision(entry_id="L1", firm_id="E1", project_id=each, answer=self.one(*LinkAnswer))
                for each in self.some("", "P1", "P9")
            ),
            marks=tuple(
                Mark(
                    project_id=each,
                    criterion="ancrage",
                    assessor="anne",
                    number=number,
                    score=self.maybe(self.random.randrange(6)),
                    reason=self.word(),
                )
                for each in self.some("P1", "P2")
                for number in (1, 2)[: self.random.randrange(3)]
            ),
            recusals=tuple(
                Recusal(firm_id="E1", assessor=each, number=1, aside=self.one(True, False), reason="x", by=each)
                for each in self.some("anne", "bruno")
            ),
            referrals=tuple(
                SentReferral(id=each, project_id="P1", organisation="ademe", asked=self.maybe(self.euros()))
                for each in self.some("O1", "O2")
            ),
            referral_steps=tuple(
                ReferralStep(referral_id=each, number=1, state=self.one(*ReferralState), reason=self.word())
                for each in self.some("O1", "O2")
            ),
            actions=tuple(
                RoadmapAction(
                    id=each,
                    axis="foncier",
                    title=self.word(),
                    budget=self.maybe(self.euros()),
                    priority=self.maybe(self.one(*ActionPriority)),
                    status=self.one(*ActionStatus),
                    needs=tuple(self.some("I1/foncier", "I2/foncier")),
                    projects=tuple(self.some("P1", "P2")),
                )
                for each in self.some("F1", "F2")
            ),
            progress=tuple(
                ActionProgress(action_id="F1", number=number, value=self.maybe(self.euros()), words=self.word())
                for number in (1, 2)[: self.random.randrange(3)]
            ),
            accompaniments=tuple(
                Accompaniment(
                    id=each,
                    project_id="P1",
                    adviser="cci",
                    contact=self.word(),
                    review_on=self.maybe(self.day()),
                    promises=tuple(
                        PromisedEvidence(criterion=name, level=self.maybe(2), by=self.one(*Promiser), before=self.day())
                        for name in self.some("chiffrage", "foncier")
                    ),
                    outcome=self.maybe(self.one(*AccompanimentOutcome)),
                    reason=self.word(),
                )
                for each in self.some("C1", "C2")
            ),
            meetings=tuple(
                AdviceMeeting(accompaniment_id="C1", number=each, on=self.maybe(self.day()), who="x", agreed="y")
                for each in self.some(1, 2)
            ),
            lineage=tuple(
                Descent(act=self.one(*DescentAct), origin=each, became="P1", by=self.word())
                for each in self.some("P2", "P9")
            ),
        )


censuses = st.integers(0, 2**32).map(lambda seed: Draw(seed).census())
