"""The committee's screen: a choice tried in the address, decided with reasons, frozen for good, told in letters."""

import io
import json
import zipfile
from decimal import Decimal
from typing import Any

import docx
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from rebond.facts import CommitteeDecision as Decided
from rebond.facts import DecisionOutcome
from rebond.history import ABSENT, Kind
from rebond.restitution.letters import letter_models
from rebond.restitution.typography import typeset
from rebond.units import format_euros
from rebond.web.accounts.models import User
from rebond.web.catalogue.reading import current_catalogue
from rebond.web.committee.amounts import asked_by
from rebond.web.committee.freezing import is_intact
from rebond.web.committee.models import FrozenDecision, FrozenSitting, LetterText, Sitting
from rebond.web.disclosure.models import Shared
from rebond.web.editing.gestures import FrozenError, save
from rebond.web.exchange.removal import delete_mission
from rebond.web.journal.checking import check_chain
from rebond.web.journal.models import Entry
from rebond.web.journal.writing import Author
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from rebond.web.portfolio.models import CommitteeDecision, Recusal
from rebond.web.portfolio.session import lines
from rebond.web.projects.models import Project
from rebond.web.studies.models import Document, PlanLine, ProjectFinding
from rebond.web.worker.studying import study_now
from tests.web.addresses import address
from tests.web.conftest import signed_in

SCREEN = address("committee:screen")
COMMON = {"date": "05/10/2026", "par": "comité", "motif": "conforme à la proposition", "autres": "reserve"}


@pytest.fixture
def mission(db: None) -> Mission:
    return Mission.objects.get()


def refs(mission: Mission, status: str) -> list[str]:
    """Projects proposed, or not, the best value first."""
    found = ProjectFinding.objects.found_by(mission.current_study).filter(status=status).order_by("-score")
    return list(found.values_list("project__ref", flat=True))


def shown(client: Client, query: str = "") -> Any:
    return client.get(f"{SCREEN}?{query}").context["screen"]


def decide_as_proposed(client: Client) -> None:
    assert client.post(f"{SCREEN}decider/", COMMON).status_code == 302


def frozen(client: Client, mission: Mission, **sent: str) -> FrozenSitting:
    page = client.get(f"{SCREEN}geler/")
    client.post(f"{SCREEN}geler/", {"vu": page.context["seen"], **sent})
    return FrozenSitting.objects.of(mission).latest("number")


def values(client: Client, ref: str) -> dict[str, tuple[str, int]]:
    """Score and number of assessors of the criteria that they mark, as the screen shows them."""
    scores = client.get(SCREEN).context["scores"][ref]
    return {each.criterion: (f"{each.score.normalize():f}", each.marks) for each in scores if each.is_marked}


def text_in(content: bytes) -> str:
    file = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in file.paragraphs), *cells])


def test_moving_a_project_shows_what_it_takes_what_falls_and_writes_nothing(pilot: Client, mission: Mission) -> None:
    before = shown(pilot)
    assert [row.ref for row in before.chosen] == [
        r for r in (row.ref for row in before.rows) if r in refs(mission, "retenu")
    ]
    study = mission.current_study
    assert study is not None
    assert before.standing.committed == study.envelope_spent
    addable = next(
        row for row in shown(pilot, f"plus={','.join(refs(mission, 'non_retenu'))}").chosen if row.amount and row.moved
    )
    after = shown(pilot, f"plus={addable.ref}")
    assert after.standing.committed == before.standing.committed + addable.amount
    assert after.falling
    assert addable.ref not in {row.ref for row in after.falling}
    fixed = shown(pilot, after.without_what_falls)
    assert fixed.standing.fits
    assert fixed.standing.lost == after.lost > 0
    out = shown(pilot, f"moins={before.chosen[0].ref},INCONNU")
    assert out.standing.committed == before.standing.committed - before.chosen[0].amount
    assert census_of(mission).decisions == ()
    assert not Entry.objects.of(mission).exists()
    assert not Sitting.objects.exists()


def test_what_moves_in_asks_what_the_study_gave_to_those_that_it_proposed(pilot: Client, mission: Mission) -> None:
    """The amount found without a new study is that of the study, to the euro."""
    user = User.objects.get(username="pilote")
    proposed = [line for line in lines(user, mission) if line.finding and line.finding.status == "retenu"]
    asked = asked_by(mission, proposed)
    assert {ref: each.amount for ref, each in asked.items()} == {
        line.project.ref: line.finding.envelope for line in proposed if line.finding
    }
    for each in asked.values():
        assert each.plan is not None
        assert each.plan.covered >= each.plan.need - len(each.plan.lines)


def test_a_choice_is_decided_in_one_gesture_and_what_differs_needs_its_own_reason(
    pilot: Client, mission: Mission
) -> None:
    out = refs(mission, "retenu")[0]
    refused = pilot.post(f"{SCREEN}decider/?moins={out}", COMMON)
    assert refused.status_code == 422
    assert list(refused.context["errors"]) == [f"motif_{out}"]
    assert census_of(mission).decisions == ()
    over = pilot.post(f"{SCREEN}decider/?plus={','.join(refs(mission, 'non_retenu'))}", COMMON)
    assert "choix" in over.context["errors"]
    assert pilot.post(f"{SCREEN}decider/?moins={out}", {**COMMON, f"motif_{out}": "déjà aidé"}).status_code == 302
    held = {each.project_id: each for each in census_of(mission).decisions}
    assert set(held) == {*refs(mission, "retenu"), *refs(mission, "non_retenu")}
    assert (held[out].outcome, held[out].reason) == (DecisionOutcome.RESERVE, "déjà aidé")
    assert len(set(Entry.objects.of(mission).values_list("gesture", flat=True))) == 1
    after = shown(pilot)
    assert not after.recorded
    assert after.bar.committed == after.standing.committed


def test_rules_are_set_with_a_reason_and_the_best_choice_under_them_is_proven(pilot: Client, mission: Mission) -> None:
    # Without a rule it is the proposal: what a loan might pay in part comes after, whatever its value.
    free = shown(pilot, "meilleure=1")
    assert {row.ref for row in free.chosen} == set(refs(mission, "retenu"))
    assert free.best.proven
    assert free.best.unsure_last
    asked = {"epci_au_moins": "1", "entreprise_au_plus": "1", "part_pme": "30 %"}
    refused = pilot.post(f"{SCREEN}regles/", {**asked, "part_pme": "130"})
    assert set(refused.context["errors"]) == {"part_pme", "motif_regles"}
    assert pilot.post(f"{SCREEN}regles/", {**asked, "motif_regles": "équilibre"}).status_code == 302
    assert [(rule.kind.value, rule.number) for rule in Sitting.objects.get().asked] == [
        ("epci_au_moins", 1),
        ("entreprise_au_plus", 1),
        ("part_pme", 30),
    ]
    best = shown(pilot, "meilleure=1")
    assert best.best.proven
    assert not best.unmet
    assert best.standing.fits
    assert best.standing.value == best.best.value
    assert pilot.post(f"{SCREEN}regles/", {"epci_au_moins": "20", "motif_regles": "trop"}).status_code == 302
    found = pilot.get(f"{SCREEN}?meilleure=1")
    assert [rule.kind.value for rule in found.context["screen"].best.rules] == ["epci_au_moins"]
    assert "Aucune sélection ne tient ces règles" in found.content.decode()
    assert pilot.get(SCREEN).context["screen"].unmet


def test_a_frozen_sitting_never_changes_and_is_only_followed_by_another_that_names_it(
    pilot: Client, mission: Mission
) -> None:
    assert pilot.post(f"{SCREEN}geler/", {"vu": ""}).status_code == 422
    decide_as_proposed(pilot)
    people = {"tenue_le": "06/10/2026", "presidence": "Mme la sous-préfète", "deports": "M. Untel, projet P015"}
    pilot.post(f"{SCREEN}seance/", people)
    assert pilot.post(f"{SCREEN}geler/", {"vu": "autre"}).status_code == 422
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


def test_the_marks_of_who_stands_aside_are_not_on_the_screen_nor_frozen(pilot: Client, mission: Mission) -> None:
    """Before the next study only what the data say; after it, the marks of the others alone."""
    ref = refs(mission, "non_retenu")[0]
    consultant, firm = signed_in("consultant"), Project.objects.of(mission).get(ref=ref).firm
    board = f"{address('portfolio:marks')}{ref}/"
    for client, mark in ((consultant, "5"), (pilot, "0")):
        assert client.post(board, {"note_ancrage": mark, "motif_note_ancrage": "vu sur place"}).status_code == 302
    page = pilot.get(SCREEN).content.decode()
    assert "écart de 5 points" in page
    assert "Robustesse" in page
    decide_as_proposed(pilot)
    seen = pilot.get(f"{SCREEN}geler/").context["seen"]
    assert consultant.post(f"{board}deport/", {"motif_deport": "ancien salarié"}).status_code == 302
    consultant_name = str(User.objects.get(username="consultant"))
    line = f"{consultant_name}, pour {firm.name} ("
    late = pilot.get(SCREEN)
    (row,) = [row for row in late.context["screen"].rows if row.ref == ref]
    assert row.late
    assert row.value <= row.line.finding.score
    for reader in (pilot, consultant, signed_in("copil")):
        assert not [each for each in reader.get(SCREEN).context["scores"].get(ref, ()) if each.is_marked]
    assert line in late.context["sent"]["deports"]
    refused = pilot.post(f"{SCREEN}geler/", {"vu": seen})
    assert any("Un déport a changé depuis l’étude" in fault for fault in refused.context["faults"])
    # What is declared is in the form, and is not kept twice: lifted, it goes.
    typed = {"tenue_le": "06/10/2026", "deports": late.context["sent"]["deports"] + "\r\nM. Untel, pour P015"}
    assert pilot.post(f"{SCREEN}seance/", typed).status_code == 302
    assert Sitting.objects.get().aside == "M. Untel, pour P015"
    assert study_now(mission, why="déport") is not None
    mission.refresh_from_db()
    after = values(pilot, ref)
    assert not next(row for row in shown(pilot).rows if row.ref == ref).late
    assert after["ancrage"] == ("0", 1)
    assert not [each for each in consultant.get(SCREEN).context["scores"][ref] if each.is_marked]
    assert "écart de" not in consultant.get(SCREEN).content.decode()
    assert consultant_name in signed_in("copil").get(SCREEN).content.decode()
    Shared.objects.of(mission).filter(organisation__isnull=True, project__firm=firm).delete()
    record = frozen(pilot, mission)
    veiled = f"{consultant_name}, pour un projet qui n’est pas présenté au comité"
    assert record.content["deports"] == [veiled, "M. Untel, pour P015"]
    minutes = text_in(pilot.get(f"{SCREEN}seances/1/releve.docx").content)
    assert typeset(veiled) in minutes
    assert pilot.post(f"{SCREEN}suite/", {"motif_suite": "recours"}).status_code == 302
    assert line in pilot.get(SCREEN).context["sent"]["deports"]


def test_more_than_the_envelope_is_not_frozen_to_the_cent(pilot: Client, mission: Mission) -> None:
    decide_as_proposed(pilot)
    left = shown(pilot).bar.left
    row = CommitteeDecision.objects.filter(outcome="retenu").first()
    assert row is not None
    CommitteeDecision.objects.filter(pk=row.pk).update(amount=row.amount + left + Decimal("0.01"))
    page = pilot.get(f"{SCREEN}geler/")
    assert any("dépassée de" in fault for fault in page.context["faults"])
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


def test_letters_say_to_a_firm_what_it_may_see_and_nothing_of_the_others(pilot: Client, mission: Mission) -> None:
    out = refs(mission, "retenu")[0]
    every = shown(pilot, f"plus={','.join(refs(mission, 'non_retenu'))}&moins={out}")
    added = next(row.ref for row in every.chosen if row.moved and row.amount)
    secret = "dirigeant malade, repreneur cherché"
    sent = {**COMMON, "autres": "refuse", f"motif_{out}": secret, f"motif_{added}": "emplois plus proches"}
    assert pilot.post(f"{SCREEN}decider/?moins={out}&plus={added}", sent).status_code == 302
    frozen(pilot, mission)
    archive = zipfile.ZipFile(io.BytesIO(pilot.get(f"{SCREEN}seances/1/courriers.zip").content))
    rows = {row.project_ref: row for row in FrozenDecision.objects.of(mission)}
    assert len(archive.namelist()) == len(rows)
    (call,) = set(PlanLine.objects.filter(is_envelope=True).values_list("dispositif", flat=True))
    envelope = typeset(current_catalogue().dispositifs[call].title)
    firms = set(Project.objects.of(mission).values_list("firm__name", flat=True))
    for name in archive.namelist():
        row = next(row for ref, row in rows.items() if name.endswith(f"-{ref}.docx"))
        said = text_in(archive.read(name))
        mine = Project.objects.of(mission).get(ref=row.project_ref).firm.name
        assert not [firm for firm in firms - {mine} if firm in said and firm not in mine]
        assert row.reason not in said
        assert "sur 100" not in said
        assert ("Enveloppe de l’appel" in said) is (row.outcome == "retenu")
        assert envelope not in said
        if row.amount is not None:
            assert typeset(format_euros(row.amount)) in said
        if row.outcome == "refuse":
            assert name.startswith("lettre-orientation")
    one = pilot.get(f"{SCREEN}seances/1/courriers/{out}.docx").content
    assert one == archive.read(f"lettre-orientation-{out}.docx")
    assert Entry.objects.of(mission).filter(kind="courriers", act="export").count() == 2


def test_the_committee_reads_the_minutes_by_code_until_a_project_is_put_before_it(
    pilot: Client, mission: Mission
) -> None:
    decide_as_proposed(pilot)
    first, second = Project.objects.of(mission).filter(ref__in=refs(mission, "retenu")[:2])
    Shared.objects.of(mission).filter(organisation__isnull=True).exclude(project=first).delete()
    frozen(pilot, mission)
    copil = signed_in("copil")
    for content in (
        text_in(copil.get(f"{SCREEN}seances/1/releve.docx").content),
        copil.get(f"{SCREEN}seances/1/").content.decode(),
    ):
        assert second.firm.name not in content
        assert "Projet " in content
    assert {row.ref for row in shown(copil).rows} <= {first.ref}
    for path in ("courriers.zip", f"courriers/{first.ref}.docx"):
        assert copil.get(f"{SCREEN}seances/1/{path}").status_code == 403
    for path in ("decider/", "regles/", "seance/", "suite/", "geler/"):
        assert copil.post(f"{SCREEN}{path}", COMMON).status_code == 403


def test_a_mission_changes_a_text_whose_fields_are_known_and_takes_the_model_back(
    pilot: Client, mission: Mission
) -> None:
    path = f"{SCREEN}modeles/lettre_retenu/"
    wrong = pilot.post(path, {"texte": "Bonjour {dirigeant}", "geste": "enregistrer"})
    assert wrong.status_code == 422
    assert "dirigeant" in wrong.content.decode()
    assert "[Montant accordé]" in pilot.post(path, {"texte": "Soit {montant}.", "geste": "apercu"}).content.decode()
    assert not LetterText.objects.exists()
    assert pilot.post(path, {"texte": "Soit {montant} pour {projet}.", "geste": "enregistrer"}).status_code == 302
    decide_as_proposed(pilot)
    frozen(pilot, mission)
    row = FrozenDecision.objects.of(mission).filter(outcome="retenu").first()
    assert row is not None
    said = text_in(pilot.get(f"{SCREEN}seances/1/courriers/{row.project_ref}.docx").content)
    assert "Soit " in said
    assert "Madame, Monsieur" not in said
    assert signed_in("consultant").post(path, {"texte": "x", "geste": "enregistrer"}).status_code == 403
    assert pilot.post(path, {"texte": "", "geste": "modele"}).status_code == 302
    assert not LetterText.objects.exists()
    assert Entry.objects.of(mission).filter(kind="modele").count() == 2


def test_what_no_file_holds_is_refused_and_never_keeps_a_frozen_sitting_from_being_told(
    pilot: Client, mission: Mission
) -> None:
    for path, sent, name in (
        ("seance/", {"tenue_le": "06/10/2026", "presents": "M.\x0b Untel"}, "presents"),
        ("decider/", {**COMMON, "par": "comité\x01 local"}, "par"),
        ("decider/", {**COMMON, "motif": "conforme\ufffe"}, "motif"),
    ):
        refused = pilot.post(f"{SCREEN}{path}", sent)
        assert (refused.status_code, list(refused.context["errors"])) == (422, [name])
    ref = refs(mission, "retenu")[0]
    Project.objects.of(mission).filter(ref=ref).update(title="- <w:p/> {montant} & four\x01 neuf")
    decide_as_proposed(pilot)
    frozen(pilot, mission)
    for path in ("releve.docx", f"courriers/{ref}.docx"):
        assert "- <w:p/> {montant} & four  neuf" in text_in(pilot.get(f"{SCREEN}seances/1/{path}").content)


def test_an_archived_mission_keeps_its_sitting_and_texts(pilot: Client, mission: Mission) -> None:
    Mission.objects.update(archived_at=timezone.now())
    for path, sent in (
        ("geler/", {}),
        ("modeles/lettre_retenu/", {"texte": "Soit {montant}.", "geste": "enregistrer"}),
    ):
        assert pilot.post(f"{SCREEN}{path}", sent).status_code == 409
    robustness = address("portfolio:robustness")
    for path, sent in ((robustness, {"qui": "M. Untel"}), (f"{robustness}retirer/", {"avis": "1"})):
        assert pilot.post(path, sent).status_code == 409
    assert not LetterText.objects.exists()


def test_whoever_stands_aside_reads_no_mark_of_the_firm_on_the_screen(mission: Mission) -> None:
    aside = signed_in("consultant")
    row = shown(aside).rows[0]
    marked = {score.label for score in aside.get(SCREEN).context["scores"][row.ref] if score.is_marked}
    assert marked
    Recusal.objects.create(
        firm=row.line.project.firm,
        ref="r1",
        assessor="consultant",
        who="consultant",
        number=1,
        aside=True,
        reason="parent",
        by="pilote",
        position=0,
    )
    for client, kept in ((aside, set()), (signed_in("pilote"), marked)):
        scores = client.get(SCREEN).context["scores"][row.ref]
        assert {score.label for score in scores} & marked == kept
        assert scores


def test_every_model_of_the_data_uses_known_fields_alone() -> None:
    assert set(letter_models()) == {
        "proces_verbal",
        "lettre_retenu",
        "lettre_reserve",
        "lettre_orientation",
        "lettre_report",
    }


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
