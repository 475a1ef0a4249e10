"""A mission's facts: one way in, one way out, nothing lost between the two."""

import dataclasses
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings

from rebond import facts as core
from rebond.errors import FactsError
from rebond.facts import UNKNOWN, Census, Firm, PartnerEntry, Project
from rebond.results import MissionResult
from rebond.web.accounts.models import User
from rebond.web.advice import facts as advice
from rebond.web.firms import facts as firms
from rebond.web.firms.models import Accounts, FirmLink
from rebond.web.firms.models import Firm as FirmRow
from rebond.web.interviews import facts as interviews
from rebond.web.interviews.models import Need
from rebond.web.linkage import facts as linkage
from rebond.web.missions import facts as missions
from rebond.web.missions.facts import census_of
from rebond.web.missions.importing import write_census
from rebond.web.missions.models import Membership, Mission
from rebond.web.portfolio import facts as portfolio
from rebond.web.portfolio.models import Contribution
from rebond.web.projects import facts as projects
from rebond.web.projects.models import CostLine
from rebond.web.projects.models import Project as ProjectRow
from rebond.web.referrals import facts as referrals
from rebond.web.roadmap import facts as roadmap
from tests.web.addresses import MISSION
from tests.web.conftest import signed_in
from tests.web.missions.censuses import censuses
from tests.web.missions.round_trip import check_round_trips, new_mission, writes_of

pytestmark = pytest.mark.django_db
QUERIES = 34
"""Whatever the size of the mission: one a table, no table twice."""


@pytest.fixture
def sample(sample_result: MissionResult) -> Census:
    return sample_result.census


@given(first=censuses(), second=censuses())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_a_census_comes_out_as_it_went_in_whatever_was_there_before(first: Census, second: Census) -> None:
    check_round_trips(first, second, first)


def test_the_stored_sample_is_the_sample_to_the_digit(sample: Census) -> None:
    """``repr``: 1500 and 1500.00 are equal, but a digest of facts or a text would tell them apart."""
    read = census_of(Mission.objects.get(slug=MISSION))
    assert read == sample
    assert _written(read) == _written(sample)


def _written(census: Census) -> str:
    """``repr`` with each set in order: a set that was pickled is written in another one."""
    return re.sub(r"frozenset\(\{(.*?)\}\)", lambda found: str(sorted(found[1].split(", "))), repr(census))


def test_the_sample_written_again_writes_nothing(sample: Census) -> None:
    mission = Mission.objects.get(slug=MISSION)
    state = mission.facts_state
    assert writes_of(mission, sample) == []
    assert mission.facts_state == state


def test_several_calls_are_kept_each_with_who_pays_and_its_steps(sample: Census) -> None:
    paid = core.Contribution(contributor="Région", amount=Decimal(1000))
    cutoff = core.CallStep(stage=core.CallStage.CUTOFF)
    other = core.Envelope(contributions=(paid,), dispositif="ademe/second", calendar=(cutoff,))
    several = replace(sample, settings=replace(sample.settings, calls=(other,)))
    mission = new_mission()
    write_census(mission, several)
    assert census_of(mission).settings == several.settings
    with pytest.raises(FactsError, match="dispositif d'un autre appel"):
        write_census(mission, replace(sample, settings=replace(sample.settings, calls=(other, other))))
    assert census_of(mission).settings == several.settings


def test_the_census_takes_as_many_queries_for_a_mission_of_one_project(sample: Census) -> None:
    small = new_mission()
    kept = sample.projects[:1]
    write_census(small, replace(sample, projects=kept, aids=(), decisions=()))
    for mission in (small, Mission.objects.get(slug=MISSION)):
        with CaptureQueriesContext(connection) as queries:
            census_of(mission)
        tables = [re.findall(r'FROM "(\w+)"', query["sql"])[-1] for query in queries]
        assert len(tables) == len(set(tables)) == QUERIES


def mission_of(sample: Census) -> tuple[Mission, Census]:
    """A mission of few projects and of their firms."""
    kept = sample.projects[:3]
    owners = {project.firm_id for project in kept}
    census = replace(
        sample,
        firms=tuple(firm for firm in sample.firms if firm.id in owners),
        interviews=tuple(interview for interview in sample.interviews if interview.firm_id in owners),
        projects=kept,
        aids=(),
        decisions=(),
    )
    mission = new_mission()
    write_census(mission, census)
    return mission, census


def revisions(mission: Mission) -> dict[str, int]:
    """Of every firm and project."""
    return {row.ref: row.revision for model in (FirmRow, ProjectRow) for row in model.objects.of(mission)}


def test_only_the_firm_whose_site_moves_has_a_new_revision(sample: Census) -> None:
    mission, census = mission_of(sample)
    first, *others = census.firms
    moved = replace(first, establishment=replace(first.establishment, commune="52269"))
    write_census(mission, replace(census, firms=(moved, *others)))
    assert {ref for ref, revision in revisions(mission).items() if revision != 1} == {first.id}


def test_a_cost_that_changes_is_a_change_of_its_project(sample: Census) -> None:
    mission, census = mission_of(sample)
    first, *others = census.projects
    dearer = replace(first, costs=(replace(first.costs[0], amount=Decimal("1.5")), *first.costs[1:]))
    write_census(mission, replace(census, projects=(dearer, *others)))
    assert {ref for ref, revision in revisions(mission).items() if revision != 1} == {first.id}


def test_another_order_is_no_new_revision(sample: Census) -> None:
    """Two people on two sheets are not told of a clash because a line was put between theirs."""
    mission, census = mission_of(sample)
    turned = replace(census, firms=census.firms[::-1], projects=census.projects[::-1])
    write_census(mission, turned)
    assert census_of(mission) == turned
    assert set(revisions(mission).values()) == {1}


def test_the_settings_have_their_own_revision(sample: Census) -> None:
    mission, census = mission_of(sample)
    assert mission.revision == 1
    envelope = replace(census.settings.envelope, max_rate=UNKNOWN)
    write_census(mission, replace(census, settings=replace(census.settings, envelope=envelope)))
    assert mission.revision == 2
    assert set(revisions(mission).values()) == {1}


def test_a_project_that_leaves_is_withdrawn_and_comes_back_as_itself(sample: Census) -> None:
    """Studies and decisions of before still name it: nothing is removed by an import."""
    mission, census = mission_of(sample)
    gone = census.projects[0]
    key = ProjectRow.objects.of(mission).get(ref=gone.id).pk
    lines = set(CostLine.objects.filter(project=key).values_list("pk", flat=True))
    write_census(mission, replace(census, projects=census.projects[1:]))
    assert gone.id not in {row.ref for row in ProjectRow.objects.of(mission)}
    assert not CostLine.objects.filter(project=key).exists()
    assert ProjectRow.ever.get(pk=key).withdrawn_at is not None
    write_census(mission, census)
    assert ProjectRow.objects.of(mission).get(ref=gone.id).pk == key
    assert set(CostLine.objects.filter(project=key).values_list("pk", flat=True)) == lines


def test_lists_stored_before_they_had_ranks_are_put_right(sample: Census) -> None:
    """An instance of before: every account, need and contribution has rank 0."""
    mission, census = mission_of(sample)
    for model in (Accounts, FirmLink, Need, Contribution, CostLine):
        model.ever.of(mission).update(position=0)
    write_census(mission, census)
    assert census_of(mission) == census


def test_nobody_counts_nor_reads_what_was_withdrawn(sample: Census) -> None:
    mission, census = mission_of(sample)
    gone = census.projects[0]
    Membership.objects.create(user=User.objects.get(username="pilote"), mission=mission, role="pilote")
    pilot = signed_in("pilote")
    sheet = f"/missions/{mission.slug}/entreprises/"

    def counted() -> dict[str, int]:
        return {firm.ref: firm.project_count for firm in pilot.get(sheet).context["page"]}

    before = counted()
    write_census(mission, replace(census, projects=census.projects[1:]))
    assert counted() == {**before, gone.firm_id: before[gone.firm_id] - 1}
    assert pilot.get(f"/missions/{mission.slug}/projets/{gone.id}/").status_code == 404


def test_a_census_that_names_what_it_does_not_hold_is_refused_whole(sample: Census) -> None:
    mission, census = mission_of(sample)
    stray = Project(id="P999", firm_id="E999", title="Sans entreprise")
    twice = (*census.firms, census.firms[0])
    with pytest.raises(FactsError) as refused:
        write_census(mission, replace(census, firms=twice, projects=(*census.projects, stray)))
    assert len(refused.value.faults) == 2
    assert census_of(mission) == census


@pytest.mark.parametrize(
    ("firm", "said"),
    [
        (Firm(id="E900", name="N" * 301), "301 caractères, 300 au plus"),
        (Firm(id="E900", name="N\0"), "caractère nul"),
        (Firm(id="E900", name="N", own_funds=Decimal("0.001")), "plus de 2 décimales"),
        (Firm(id="E900", name="N", own_funds=Decimal(10**15)), "plus de 15 chiffres"),
    ],
)
def test_what_a_column_would_cut_or_round_is_refused_with_its_place(sample: Census, firm: Firm, said: str) -> None:
    mission, census = mission_of(sample)
    with pytest.raises(FactsError, match=said) as refused:
        write_census(mission, replace(census, firms=(*census.firms, firm)))
    assert "entreprise E900" in str(refused.value)
    assert census_of(mission) == census


def test_asked_and_not_known_is_not_never_asked(sample: Census) -> None:
    mission, census = mission_of(sample)
    first, *others = census.projects
    for declared in ((("filiere_verre", UNKNOWN),), ()):
        asked = replace(census, projects=(replace(first, declared=declared), *others))
        write_census(mission, asked)
        assert census_of(mission).projects[0].declared == declared


def test_a_partner_line_without_siren_is_not_one_with_an_empty_siren(sample: Census) -> None:
    mission, census = mission_of(sample)
    line = PartnerEntry(id="L900", partner="adi", firm_name="Verrerie", commune="", amount=Decimal(0))
    write_census(mission, replace(census, partner_entries=(line,)))
    (read,) = census_of(mission).partner_entries
    assert (read.siren, read.dated) == (UNKNOWN, UNKNOWN)
    assert (read.commune, read.amount) == ("", Decimal(0))


def test_every_field_of_the_core_has_its_column() -> None:
    """A field added to the core without a home here would be lost in silence: it has its default in every test."""
    kept = {
        core.Accounts: firms.ACCOUNTS,
        core.FirmLink: (*firms.LINK, "kind", "accounts"),
        core.Establishment: ("siret", "commune"),
        core.Firm: (*firms.FIRM, "id", "establishment", "accounts", "links", "former_names", "declared", "asked"),
        core.AidObtained: (*firms.AID, "id", "firm_id", "project_id", "amount"),
        core.Band: ("least", "most"),
        core.Need: interviews.NEED,
        core.Interview: (*interviews.INTERVIEW, "id", "firm_id", "needs"),
        core.CostLine: (*projects.COST, "id"),
        core.Evidence: projects.EVIDENCE,
        core.AssessorScore: projects.SCORE,
        core.FunderRequest: projects.REQUEST,
        core.Project: (
            *(*projects.PROJECT, "id", "firm_id", "commune", "objectives", "declared", "asked"),
            *("costs", "evidence", "requests", "scores", "maturity_override", "maturity_reason"),
        ),
        core.PartnerEntry: (*projects.ENTRY, "id"),
        core.Contribution: (*portfolio.CONTRIBUTION, *portfolio.LISTS, "sizes"),
        core.CallStep: (*portfolio.STEP, "stage", "outcome"),
        core.Envelope: (*portfolio.ENVELOPE, "contributions", "calendar"),
        core.CommitteeDecision: (*portfolio.DECISION, "project_id", "outcome", "steps"),
        core.LinkDecision: (*linkage.LINK_DECISION, "entry_id", "firm_id", "project_id", "answer"),
        core.Mark: (*portfolio.MARK, "project_id"),
        core.Recusal: (*portfolio.RECUSAL, "firm_id"),
        core.SentReferral: (*referrals.REFERRAL, "id", "project_id", "dispositifs"),
        core.ReferralStep: (*referrals.STEP, "referral_id", "state"),
        core.RoadmapAction: (*roadmap.ACTION, *roadmap.LISTS, "id", "status", "priority"),
        core.ActionProgress: (*roadmap.PROGRESS, "action_id"),
        core.Accompaniment: (*advice.ACCOMPANIMENT, "id", "project_id", "promises", "outcome"),
        core.PromisedEvidence: (*advice.PROMISE, "by"),
        core.AdviceMeeting: (*advice.MEETING, "accompaniment_id"),
        core.ZoneAssumption: (*missions.ZONE, "communes"),
        core.WeightStatement: ("who", "bounds", "ranks", "by", "on"),
        core.CallCriterion: (*portfolio.CRITERION, "anchors"),
        core.Confirmation: (*missions.CONFIRMATION, "marks"),
        core.Descent: (*missions.DESCENT, "act"),
        core.Announcement: (*missions.ANNOUNCEMENT, "logos"),
        core.MissionSettings: (
            *missions.SETTINGS,
            *(
                "territory_article",
                "epcis",
                "envelope",
                "zone_assumptions",
                "weights",
                "criteria",
                "calls",
                "announcement",
            ),
        ),
    }
    for record, names in kept.items():
        assert sorted(names) == sorted(field.name for field in dataclasses.fields(record)), record
    records = {each for each in vars(core).values() if isinstance(each, type) and dataclasses.is_dataclass(each)}
    derived = {core.AwardedAid, core.PaidShare}  # What a study reads in the steps of referrals: nothing keeps it.
    assert records == {*kept, *derived, Census}
