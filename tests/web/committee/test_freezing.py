"""A sitting of the committee, frozen for good: within the envelope, with its reasons, followed by another alone."""

import json
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from rebond.facts import UNKNOWN, DecisionOutcome
from rebond.facts import CommitteeDecision as Decided
from rebond.history import ABSENT, Kind
from rebond.web.committee.freezing import is_intact
from rebond.web.committee.models import FrozenDecision, FrozenSitting, LetterText
from rebond.web.committee.settling import is_settled
from rebond.web.editing.gestures import FrozenError, save
from rebond.web.exchange.removal import delete_mission
from rebond.web.journal.checking import check_chain
from rebond.web.journal.models import Entry
from rebond.web.journal.writing import Author
from rebond.web.missions.models import Mission
from rebond.web.portfolio.models import CommitteeDecision, DecisionStep
from rebond.web.projects.models import Project
from rebond.web.studies.models import Document, DocumentSet
from tests.web.addresses import address
from tests.web.committee.sitting import COMMON, SCREEN, decide_as_proposed, frozen, refs, shown, text_in


def _settled(mission: Mission) -> bool:
    rows = CommitteeDecision.objects.of(mission).values_list("project__ref", "outcome", "amount")
    told = [
        Decided(project_id=ref, outcome=DecisionOutcome(said), amount=amount or UNKNOWN) for ref, said, amount in rows
    ]
    return is_settled(mission, told)


def test_a_frozen_sitting_never_changes_and_is_only_followed_by_another_that_names_it(
    pilot: Client, mission: Mission
) -> None:
    assert pilot.post(f"{SCREEN}geler/", {"vu": ""}).status_code == 422
    decide_as_proposed(pilot)
    people = {"tenue_le": "06/10/2026", "presidence": "Mme la sous-préfète", "deports": "M. Untel, projet P015"}
    pilot.post(f"{SCREEN}seance/", people)
    assert pilot.post(f"{SCREEN}geler/", {"vu": "autre"}).status_code == 422
    outside = Project.objects.of(mission).filter(committee_decision__isnull=True)[1]
    CommitteeDecision.objects.create(project=outside, outcome="refuse", withdrawn_at=timezone.now())
    taken_back = CommitteeDecision.ever.filter(project=outside)
    record = frozen(pilot, mission)
    assert (record.number, record.content["retenus"], record.content["deports"]) == (1, 7, ["M. Untel, projet P015"])
    assert sum(Decimal(row["montant"]) for row in record.content["lignes"] if row["decision"] == "retenu") == Decimal(
        record.content["accorde"]
    )
    assert Decimal(record.content["accorde"]) + Decimal(record.content["reste"]) == Decimal(record.content["enveloppe"])
    assert is_intact(record)
    assert check_chain(mission).broken_at == 0
    ref = refs(mission, "retenu")[0]
    for path, sent in (
        (f"{SCREEN}decider/?moins={ref}", {**COMMON, f"motif_{ref}": "non"}),
        (f"{SCREEN}regles/", {"entreprise_au_plus": "1", "motif_regles": "non"}),
        (f"{SCREEN}seance/", people),
        (address("portfolio:session") + f"{ref}/", {**COMMON, "decision": "refuse"}),
        (
            address("portfolio:session") + "annuler/",
            {"geste": str(Entry.objects.of(mission).earliest("position").gesture)},
        ),
    ):
        assert pilot.post(path, sent).status_code == 409, path
    for path in (address("portfolio:session"), address("portfolio:session") + f"{ref}/"):
        page = pilot.get(path)
        assert "est gelée" in page.content.decode()
        assert not page.context["may_decide"]
    with pytest.raises(FrozenError):
        save(mission, {(Kind.DECISION, ref): ABSENT}, by=Author(user=None))
    project = Project.objects.of(mission).get(ref=ref).pk
    for statement in (
        "UPDATE committee_frozensitting SET content = '{}'",
        "DELETE FROM committee_frozensitting",
        "UPDATE committee_frozendecision SET amount = 1",
        "DELETE FROM committee_frozendecision",
        "UPDATE committee_sitting SET frozen_at = NULL",
        f"UPDATE portfolio_committeedecision SET amount = 1 WHERE project_id = {project}",
        f"DELETE FROM portfolio_committeedecision WHERE project_id = {project}",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    new = Project.objects.of(mission).filter(committee_decision__isnull=True)[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        CommitteeDecision.objects.create(project=new, outcome="refuse")
    with pytest.raises(IntegrityError, match="gelée"), transaction.atomic():
        taken_back.update(withdrawn_at=None)
    # What the operator or the State says afterwards is no new decision of the committee.
    step = {"etape": "decision_nationale", "issue": "bloquee", "date": "01/11/2026", "par": "SGPI", "motif": "gel"}
    assert pilot.post(f"{address('portfolio:steps')}{ref}/", step).status_code == 302
    assert DecisionStep.objects.of(mission).get().stage == "decision_nationale"
    # The order of rows is no decision: an import that moves nothing else still passes.
    CommitteeDecision.objects.filter(project=project).update(position=99)
    assert pilot.post(f"{SCREEN}suite/", {"motif_suite": " "}).status_code == 422
    assert pilot.post(f"{SCREEN}suite/", {"motif_suite": "recours admis"}).status_code == 302
    assert pilot.post(f"{SCREEN}suite/", {"motif_suite": "encore"}).status_code == 409
    assert pilot.post(f"{SCREEN}decider/?moins={ref}", {**COMMON, f"motif_{ref}": "recours"}).status_code == 302
    second = frozen(pilot, mission)
    assert (second.number, second.follows, second.content["motif_suite"]) == (2, 1, "recours admis")
    record.refresh_from_db()
    assert is_intact(record)
    assert FrozenDecision.objects.of(mission).get(number=1, project_ref=ref).outcome == "retenu"
    assert FrozenDecision.objects.of(mission).get(number=2, project_ref=ref).outcome == "reserve"
    told = list(Entry.objects.of(mission).filter(kind="seance").order_by("position").values_list("path", "after"))
    assert [record.digest, second.digest] == [after for path, after in told if path == ["empreinte"]]
    assert "Séance du comité" in pilot.get(address("editing:journal")).content.decode()


def test_documents_say_decided_once_the_sitting_is_frozen_and_as_long_as_nothing_differs(
    pilot: Client, mission: Mission
) -> None:
    documents, again = address("restitution:documents"), "Les préparer de nouveau"
    decide_as_proposed(pilot)
    pilot.post(f"{SCREEN}seance/", {"tenue_le": "06/10/2026"})
    assert not _settled(mission), "what is recorded before the sitting is frozen may still change"
    assert again not in pilot.get(documents).content.decode()
    frozen(pilot, mission)
    assert _settled(mission)
    assert again in pilot.get(documents).content.decode()
    printed = DocumentSet.objects.get(study=mission.current_study)
    pilot.post(f"/missions/{mission.slug}/etudes/{printed.study.number}/documents/")
    printed.refresh_from_db()
    assert printed.status == DocumentSet.Status.ASKED
    pilot.post(f"{SCREEN}suite/", {"motif_suite": "recours admis"})
    assert _settled(mission), "the sitting that follows changed nothing yet"
    ref = refs(mission, "retenu")[0]
    pilot.post(f"{SCREEN}decider/?moins={ref}", {**COMMON, f"motif_{ref}": "recours"})
    assert not _settled(mission)
    frozen(pilot, mission)
    assert _settled(mission)


def test_more_than_the_envelope_is_not_frozen_to_the_cent(pilot: Client, mission: Mission) -> None:
    decide_as_proposed(pilot)
    left = shown(pilot).bar.left
    row = CommitteeDecision.objects.filter(outcome="retenu").first()
    assert row is not None
    CommitteeDecision.objects.filter(pk=row.pk).update(amount=row.amount + left + Decimal("0.01"))
    page = pilot.get(f"{SCREEN}geler/")
    assert any("dépassée de" in fault for fault in page.context["faults"])
    # An amount that is not the proposed one is a difference as well.
    assert page.content.decode().count("diffère de la proposition") == 1
    assert pilot.post(f"{SCREEN}geler/", {"vu": page.context["seen"]}).status_code == 422
    CommitteeDecision.objects.filter(pk=row.pk).update(amount=row.amount + left, reason="")
    assert any("motif manque" in fault for fault in pilot.get(f"{SCREEN}geler/").context["faults"])
    CommitteeDecision.objects.filter(pk=row.pk).update(reason="complété")
    assert Decimal(frozen(pilot, mission).content["reste"]) == 0


def test_a_rule_that_the_decision_breaks_is_frozen_with_its_reason_only(pilot: Client, mission: Mission) -> None:
    pilot.post(f"{SCREEN}regles/", {"epci_au_moins": "20", "motif_regles": "trop"})
    decide_as_proposed(pilot)
    page = pilot.get(f"{SCREEN}geler/")
    assert pilot.post(f"{SCREEN}geler/", {"vu": page.context["seen"]}).status_code == 422
    record = frozen(pilot, mission, motif="aucun autre candidat")
    assert record.content["motif_ecart_aux_regles"] == "aucun autre candidat"
    assert record.content["regles"][0]["manque"]
    assert "aucun autre candidat" in text_in(pilot.get(f"{SCREEN}seances/1/releve.docx").content)


def test_an_archived_mission_keeps_its_sitting_and_texts(pilot: Client, mission: Mission) -> None:
    decide_as_proposed(pilot)
    Mission.objects.update(archived_at=timezone.now())
    page = pilot.get(f"{SCREEN}geler/")
    assert "est archivée" in page.context["faults"][0]
    assert "<form" not in page.content.decode().partition("</h1>")[2].partition("</main>")[0]
    for path, sent in (
        ("geler/", {}),
        ("modeles/lettre_retenu/", {"texte": "Soit {montant}.", "geste": "enregistrer"}),
    ):
        assert pilot.post(f"{SCREEN}{path}", sent).status_code == 409
    robustness = address("portfolio:robustness")
    for path, sent in ((robustness, {"qui": "M. Untel"}), (f"{robustness}retirer/", {"avis": "1"})):
        assert pilot.post(path, sent).status_code == 409
    assert not LetterText.objects.exists()


def test_a_mission_with_a_frozen_sitting_can_go_and_its_record_stays(
    pilot: Client, mission: Mission, tmp_path: Any
) -> None:
    decide_as_proposed(pilot)
    record = frozen(pilot, mission)
    # Their files are those of the other tests of this process, and would be deleted with the mission.
    Document.objects.of(mission).delete()
    delete_mission(mission, tmp_path / "archive.zip", by=Author(user=None))
    assert FrozenSitting.ever.filter(digest=record.digest).count() == 1
    with zipfile.ZipFile(tmp_path / "archive.zip") as archive:
        assert record.digest in archive.read("seances-gelees.jsonl").decode()
        decisions = [json.loads(line) for line in archive.read("decisions-gelees.jsonl").decode().splitlines()]
    assert decisions
    assert {each["project_ref"] for each in decisions} == {
        each.project_ref for each in FrozenDecision.objects.of(mission)
    }


def test_an_amount_typed_by_the_committee_is_frozen_as_typed(pilot: Client, mission: Mission) -> None:
    ref = refs(mission, "retenu")[0]
    decided = Decided(
        project_id=ref,
        outcome=DecisionOutcome.RETAINED,
        amount=Decimal(1234),
        decided_on=mission.committee_on,
        reason="au prorata",
        by="comité",
    )
    save(mission, {(Kind.DECISION, ref): decided}, by=Author(user=None))
    (line,) = frozen(pilot, mission).content["lignes"]
    assert (line["montant"], line["differe"], line["motif"]) == ("1234.00", True, "au prorata")
