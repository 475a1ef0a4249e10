"""The committee's screen: a choice tried in the address, decided with reasons; who stands aside reads no mark."""

import pytest
from django.test import Client

from rebond.errors import SolverError
from rebond.facts import DecisionOutcome
from rebond.restitution.typography import typeset
from rebond.results import MissionResult
from rebond.web.accounts.models import User
from rebond.web.committee import board
from rebond.web.committee.amounts import asked_by
from rebond.web.committee.models import Sitting
from rebond.web.disclosure.models import Shared
from rebond.web.firms.models import Firm
from rebond.web.journal.models import Entry
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from rebond.web.portfolio.models import Contribution, Recusal
from rebond.web.portfolio.session import lines
from rebond.web.projects.models import Project
from tests.web.addresses import address
from tests.web.committee.sitting import COMMON, SCREEN, decide_as_proposed, frozen, refs, shown, text_in
from tests.web.conftest import signed_in
from tests.web.studied import study_again


def values(client: Client, ref: str) -> dict[str, tuple[str, int]]:
    """Score and number of assessors of the criteria that they mark, as the screen shows them."""
    scores = client.get(SCREEN).context["scores"][ref]
    return {each.criterion: (f"{each.score.normalize():f}", each.marks) for each in scores if each.is_marked}


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


def test_the_candidates_of_one_firm_are_told_together(pilot: Client, mission: Mission) -> None:
    one, other = refs(mission, "retenu")[0], refs(mission, "non_retenu")[0]
    first, second = (Project.objects.of(mission).get(ref=ref) for ref in (one, other))
    Project.objects.filter(pk=second.pk).update(firm=first.firm)
    beside = {row.ref: row.beside for row in shown(pilot).rows}
    assert (second.title, False) in beside[one]
    assert (first.title, True) in beside[other]
    assert (first.title, False) in {row.ref: row.beside for row in shown(pilot, f"moins={one}").rows}[other]
    assert "Aussi de cette entreprise" in pilot.get(SCREEN).content.decode()


def test_candidates_of_one_undertaking_are_told_together_to_the_team_alone(pilot: Client, mission: Mission) -> None:
    one, other = refs(mission, "retenu")[0], refs(mission, "non_retenu")[0]
    firms = [Project.objects.of(mission).get(ref=ref).firm for ref in (one, other)]
    assert firms[0] != firms[1]
    Firm.objects.filter(pk__in=[firm.pk for firm in firms]).update(single_undertaking="GROUPE-ESSAI")
    akin = {row.ref: row.akin for row in shown(pilot).rows}
    assert [(firm, kept) for _, firm, kept in akin[one]] == [(firms[1].name, False)]
    assert [(firm, kept) for _, firm, kept in akin[other]] == [(firms[0].name, True)]
    assert "De la même entreprise unique" in pilot.get(SCREEN).content.decode()
    assert not any(row.akin for row in shown(signed_in("copil")).rows)


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


def test_a_solve_that_fails_is_a_sentence_and_decides_nothing(
    pilot: Client, mission: Mission, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise SolverError("HiGHS s'est arrêté")

    before, added = shown(pilot), refs(mission, "non_retenu")[0]
    for name in ("asked_by", "best_choice"):
        monkeypatch.setattr(board, name, fails)
    for query in (f"plus={added}", "meilleure=1"):
        page = pilot.get(f"{SCREEN}?{query}")
        assert "n’a pas abouti" in page.content.decode()
        assert [row.ref for row in page.context["screen"].chosen] == [row.ref for row in before.chosen]
    refused = pilot.post(f"{SCREEN}decider/?plus={added}", {**COMMON, f"motif_{added}": "emplois"})
    assert list(refused.context["errors"]) == ["choix"]
    assert census_of(mission).decisions == ()


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


def test_the_marks_of_who_stands_aside_are_not_on_the_screen_nor_frozen(
    pilot: Client, mission: Mission, sample_result: MissionResult
) -> None:
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
    assert not study_again(mission, sample_result, why="déport").failure
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


def test_each_contributor_pays_by_its_own_rules_or_the_choice_does_not_hold(pilot: Client, mission: Mission) -> None:
    """Who pays one place only pays no project of another: the sum left in the envelope is not enough."""
    free = shown(pilot)
    assert free.standing.shared
    first = free.chosen[0]
    kept = Contribution.objects.of(mission).first()
    assert kept is not None
    Contribution.objects.of(mission).update(epcis=["000000000"])
    Contribution.objects.create(
        envelope=kept.envelope, contributor="Région", amount=first.amount, max_per_project=first.amount, position=9
    )
    found = shown(pilot)
    assert found.standing.left >= 0
    assert not found.standing.shared
    assert sum(row.amount for row in found.chosen if not row.falls) <= first.amount
    assert "ils ne peuvent pas payer tout ce choix" in pilot.get(SCREEN).content.decode()
    refused = pilot.post(f"{SCREEN}decider/", COMMON)
    assert "contributeurs" in refused.context["errors"]["choix"]
    best = shown(pilot, "meilleure=1")
    assert best.standing.fits
    assert 0 < best.standing.committed <= first.amount
    Contribution.objects.of(mission).update(epcis=[], max_per_project=None)
    decide_as_proposed(pilot)
    Contribution.objects.of(mission).exclude(contributor="Région").update(epcis=["000000000"])
    assert any("contributeurs" in fault for fault in pilot.get(f"{SCREEN}geler/").context["faults"])


def test_a_project_whose_account_another_plan_uses_says_whose(pilot: Client, mission: Mission) -> None:
    """P045 has nothing left on what P046 takes of their firm's account, and P046 does not move: it is said."""
    (row,) = [row for row in shown(pilot, "plus=P045").rows if row.ref == "P045"]
    assert row.amount is None
    assert Project.objects.get(ref="P046").title in row.why
    Shared.objects.of(mission).filter(organisation__isnull=True, project__ref="P046").delete()
    (row,) = [row for row in shown(signed_in("copil"), "plus=P045").rows if row.ref == "P045"]
    assert Project.objects.get(ref="P046").title not in row.why
    assert "un projet que cet écran ne montre pas" in row.why
