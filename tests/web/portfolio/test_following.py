"""After the committee: steps are added and never rewritten, nothing is granted before the national decision."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from django.test import Client

from rebond.facts import UNKNOWN, CallStage, CallStep, CommitteeDecision, DecisionOutcome, StageOutcome
from rebond.history import Kind
from rebond.web.accounts.models import User
from rebond.web.editing.gestures import save
from rebond.web.journal.models import Act, Entry
from rebond.web.journal.writing import Author
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from rebond.web.portfolio.following import following
from rebond.web.portfolio.models import Contribution
from rebond.web.portfolio.session import envelope_bar
from rebond.web.studies.models import ProjectFinding
from tests.web.addresses import address
from tests.web.conftest import signed_in
from tests.web.editing.conftest import messages_of
from tests.web.portfolio.test_session import mission, record, ref

__all__ = ["mission", "ref"]
STEPS = address("portfolio:steps")
SETTINGS = address("editing:settings")
INSTRUCTED = {"etape": "instruction", "issue": "favorable", "date": "12/10/2026", "par": "Bpifrance", "motif": ""}


def test_steps_follow_a_decision_one_after_the_other(pilot: Client, mission: Mission, ref: str) -> None:
    assert pilot.post(f"{STEPS}{ref}/", INSTRUCTED).status_code == 404
    record(pilot, ref)
    refused = pilot.post(f"{STEPS}{ref}/", {**INSTRUCTED, "issue": "bloquee", "date": "", "montant": "100 001"})
    text = refused.content.decode()
    assert refused.status_code == 422
    for words in ("Écrivez le motif", "Donnez la date", "doit d’abord décider ce montant"):
        assert words in text

    assert pilot.post(f"{STEPS}{ref}/", {**INSTRUCTED, "montant": "90 000"}).status_code == 302
    assert "décision nationale attendue" in pilot.get(STEPS).content.decode()
    blocked = {"etape": "decision_nationale", "issue": "bloquee", "motif": "crédits gelés", "par": "CPMO"}
    pilot.post(f"{STEPS}{ref}/", {**INSTRUCTED, **blocked})
    assert "bloqué au niveau national" in pilot.get(STEPS).content.decode()

    record(pilot, ref, montant="95 000", motif="montant revu")
    (decision,) = census_of(mission).decisions
    assert decision.amount == 95_000
    assert [(step.stage, step.outcome) for step in decision.steps] == [
        (CallStage.INSTRUCTION, StageOutcome.FAVOURABLE),
        (CallStage.NATIONAL, StageOutcome.BLOCKED),
    ]
    assert decision.steps[0].amount == Decimal(90_000)
    assert set(Entry.objects.of(mission).values_list("act", flat=True)) == {Act.DECIDED}

    pilot.post(f"{STEPS}{ref}/", {**INSTRUCTED, "etape": "desistement", "motif": "projet abandonné"})
    page = pilot.get(STEPS).content.decode()
    assert "Désistement de l" in page
    assert "Accordés (0 projet)" in pilot.get(address("portfolio:session")).content.decode()


def test_what_a_workbook_leaves_unknown_of_a_step_is_no_fault_of_the_page(
    pilot: Client, mission: Mission, ref: str
) -> None:
    told = CallStep(stage=CallStage.INSTRUCTION, on=UNKNOWN, amount=Decimal(90_000), by="Bpifrance")
    decision = CommitteeDecision(project_id=ref, outcome=DecisionOutcome.RETAINED, amount=UNKNOWN, steps=(told,))
    save(mission, {(Kind.DECISION, ref): decision}, by=Author(user=None))
    for address_read in (STEPS, f"{STEPS}{ref}/"):
        shown = messages_of(pilot.get(address_read).content.decode())
        assert "inconnu" in shown
        assert "Instruction de l’opérateur, 90 000 €, Bpifrance" in shown


def test_a_refusal_of_the_whole_call_frees_the_envelope_on_the_session_too(
    pilot: Client, mission: Mission, ref: str
) -> None:
    record(pilot, ref)
    user = User.objects.get(username="pilote")
    bar, followed = envelope_bar(user, mission), following(user, mission)
    assert (bar.committed, bar.left - followed.free - followed.proposed) == (Decimal(100_000), Decimal(0))
    settings = census_of(mission).settings
    refused = CallStep(
        stage=CallStage.NATIONAL, on=UNKNOWN, outcome=StageOutcome.UNFAVOURABLE, by="comité national", reason="crédits"
    )
    told = replace(settings, envelope=replace(settings.envelope, calendar=(refused,)))
    save(mission, {(Kind.SETTINGS, ""): told}, by=Author(user=None))
    bar, followed = envelope_bar(user, mission), following(user, mission)
    assert (bar.committed, bar.left - followed.free - followed.proposed) == (Decimal(0), Decimal(0))


def test_a_member_of_the_committee_reads_the_steps_and_adds_none(pilot: Client, ref: str) -> None:
    record(pilot, ref)
    committee = signed_in("copil")
    assert committee.get(STEPS).status_code == 200
    assert committee.post(f"{STEPS}{ref}/", INSTRUCTED).status_code == 403


def test_the_rules_of_a_contributor_are_settings_of_the_mission(pilot: Client, mission: Mission) -> None:
    """The form has a column for each rule, and the call says what a contributor may pay."""
    page = pilot.get(SETTINGS).content.decode()
    for title in ("Dispositif de l’appel", "Part maximale", "Relèves et étapes de l’appel"):
        assert title in page
    part = Contribution.objects.of(mission)[0]
    part.regions, part.max_share, part.sizes = ["44"], Decimal("0.4"), ["petite"]
    part.save()
    (first, *_) = census_of(mission).settings.envelope.contributions
    assert (first.regions, first.max_share, first.sizes) == (("44",), Decimal("0.4"), frozenset({"petite"}))
    page = pilot.get(address("portfolio:call")).content.decode()
    for words in ("régions 44 seulement", "petite seulement", "l’aide d’un projet"):
        assert words in page


def test_the_reserve_holds_whom_an_amount_brings_in_and_asks_what_the_study_found(pilot: Client) -> None:
    """P005 lacks 694 000 € and the envelope may legally give 400 000: no place on the list would help it."""
    findings = {row.project.ref: row for row in ProjectFinding.objects.select_related("project")}
    assert "légalement" in " ".join(findings["P005"].reasons)
    asked = {row.project.ref: row.place.needs for row in pilot.get(STEPS).context["found"].reserve}
    assert "P005" not in asked
    left = ProjectFinding.Status.NOT_RETAINED
    assert asked == {ref: row.needs for ref, row in findings.items() if row.status == left and row.needs}
    assert asked
