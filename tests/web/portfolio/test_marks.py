"""Each assessor's marks with their reasons, only ever added; who stands aside; levels imposed with their reason."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from rebond.errors import FactsError
from rebond.facts import UNKNOWN, Project, Recusal
from rebond.facts import Mark as CoreMark
from rebond.history import ABSENT, Kind
from rebond.history.changes import mark_ref
from rebond.web.accounts.models import User
from rebond.web.api.tokens import create
from rebond.web.editing.gestures import save
from rebond.web.exchange.applying import preview_of
from rebond.web.exchange.exporting import export_workbook
from rebond.web.exchange.keeping import packed, unpacked
from rebond.web.exchange.models import ImportDraft
from rebond.web.exchange.workbook import read_file
from rebond.web.journal.models import Act, Entry
from rebond.web.journal.writing import Author, author_of
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from rebond.web.portfolio.models import Mark
from rebond.web.projects.models import AssessorScore
from tests.web.addresses import address
from tests.web.conftest import signed_in

REF = "P003"
"""A candidate of the sample that is put before the committee."""
MARKS, SESSION = f"{address('portfolio:marks')}{REF}/", address("portfolio:session")
SHEET = f"{address('projects:list')}{REF}/suivi/"
RECUSE = f"{MARKS}deport/"
SHELL = Author(user=None)


@pytest.fixture
def mission(db: None) -> Mission:
    return Mission.objects.get()


def held(mission: Mission) -> Project:
    return next(each for each in census_of(mission).projects if each.id == REF)


def given(mission: Mission) -> list[CoreMark]:
    return list(census_of(mission).marks)


def gives(client: Client, score: str, reason: str, criterion: str = "ancrage", **more: str) -> int:
    sent = {f"note_{criterion}": score, f"motif_note_{criterion}": reason, **more}
    return client.post(MARKS, sent).status_code


def test_an_empty_form_changes_nothing(pilot: Client, mission: Mission) -> None:
    before = census_of(mission)
    assert pilot.post(MARKS, {}).status_code == 302
    assert census_of(mission) == before
    assert not Entry.objects.of(mission).exists()


def test_each_assessor_gives_his_own_mark_and_corrects_it_by_another(pilot: Client, mission: Mission) -> None:
    consultant = signed_in("consultant")
    assert gives(pilot, "1", "peu de fournisseurs du bassin") == 302
    assert gives(consultant, "5", "filière du couteau") == 302
    assert gives(consultant, "4", "filière du couteau, sans engagement écrit") == 302
    found = {(mark.assessor, mark.number): mark.score for mark in given(mission)}
    assert found == {("pilote", 1): 1, ("consultant", 1): 5, ("consultant", 2): 4}
    assert {entry.act for entry in Entry.objects.of(mission)} == {Act.DECIDED}
    board = pilot.get(address("portfolio:marks")).content.decode()
    assert "écart de 3 points" in board
    sheet = pilot.get(MARKS).content.decode()
    assert "sans engagement écrit" in sheet
    assert "1 note d’avant" in sheet
    for reader in ("pilote", "copil"):
        assert "écart de 3 points" in signed_in(reader).get(SESSION).content.decode()
    assert "engagement écrit" not in signed_in("copil").get(SESSION).content.decode()


def test_a_mark_taken_back_stays_told_and_leaves_an_interval(pilot: Client, mission: Mission) -> None:
    gives(pilot, "3", "assez")
    assert gives(pilot, "", "assez") == 422
    assert gives(pilot, "", "je revois l’entreprise") == 302
    assert [mark.score for mark in given(mission)] == [3, UNKNOWN]
    assert "entre 0 et 5" in pilot.get(MARKS).content.decode().replace("0,0", "0").replace("5,0", "5")


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"note_ancrage": "1", "motif_note_ancrage": ""}, "motif_note_ancrage"),
        ({"note_ancrage": "6", "motif_note_ancrage": "très bon"}, "note_ancrage"),
        ({"note_ancrage": "", "motif_note_ancrage": "très bon"}, "note_ancrage"),
        ({"niveau_impose": "montage", "motif_niveau": ""}, "motif_niveau"),
        ({"niveau_impose": "", "motif_niveau": "vu sur place"}, "motif_niveau"),
        ({"niveau_impose": "parfait", "motif_niveau": "vu sur place"}, "niveau_impose"),
    ],
)
def test_a_mark_or_a_level_without_its_reason_is_refused_whole(
    sent: dict[str, str], field: str, pilot: Client, mission: Mission
) -> None:
    before = census_of(mission)
    response = pilot.post(MARKS, sent)
    assert response.status_code == 422
    assert set(response.context["errors"]) == {field}
    assert f'href="#{field}"' in response.content.decode()
    assert census_of(mission) == before


def test_only_the_pilot_imposes_a_level_and_gives_it_back_to_the_grid(pilot: Client, mission: Mission) -> None:
    sent = {"niveau_impose": "montage", "motif_niveau": "devis signés"}
    signed_in("consultant").post(MARKS, sent)
    assert held(mission).maturity_override is UNKNOWN
    assert pilot.post(MARKS, sent).status_code == 302
    assert (held(mission).maturity_override, held(mission).maturity_reason) == ("montage", "devis signés")
    assert pilot.post(MARKS, {}).status_code == 302
    assert (held(mission).maturity_override, held(mission).maturity_reason) == (UNKNOWN, "")


def test_no_hand_changes_nor_deletes_a_mark(pilot: Client, mission: Mission) -> None:
    gives(pilot, "2", "faible")
    for change in (lambda rows: rows.update(score=5), lambda rows: rows.update(reason=""), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError, match="note ne se modifie pas"), transaction.atomic():
            change(Mark.objects.of(mission))
    (mark,) = given(mission)
    key = Kind.MARK, mark_ref(mark.project_id, mark.criterion, mark.assessor, mark.number)
    other = CoreMark(project_id=REF, criterion="ancrage", assessor="pilote", number=1, score=5, reason="fort")
    with pytest.raises(FactsError, match="ajouter une, numérotée 2"):
        save(mission, {key: other}, by=SHELL)
    save(mission, {key: ABSENT}, by=SHELL)
    assert not given(mission)
    assert Mark.ever.of(mission).count() == 1
    assert gives(pilot, "4", "mieux vu") == 302
    assert [each.number for each in given(mission)] == [2], "a number once given is never given again"
    assert connection.vendor in {"sqlite", "postgresql"}


def test_who_stands_aside_neither_marks_nor_reads_the_marks_of_that_firm(
    pilot: Client, mission: Mission, tmp_path: Path
) -> None:
    consultant, user = signed_in("consultant"), User.objects.get(username="consultant")
    gives(pilot, "1", "raison du pilote")
    gives(consultant, "5", "raison du consultant")
    unsigned = "notes sans signature comptent"
    assert unsigned in consultant.get(MARKS).content.decode()
    assert consultant.post(RECUSE, {"motif_deport": ""}).status_code == 422
    assert consultant.post(RECUSE, {"motif_deport": "mon beau-frère dirige l’atelier"}).status_code == 302
    assert gives(consultant, "5", "encore") == 403
    for page in (MARKS, address("portfolio:marks"), address("editing:journal"), SHEET):
        shown = consultant.get(page).content.decode()
        assert "raison du pilote" not in shown, page
        assert "raison du consultant" not in shown, page
    assert not Mark.objects.visible_to(user).of(mission).exists()
    assert not Mark.objects.may_change(user).of(mission).exists()
    form, one = (
        reverse(f"editing:{name}", args=[mission.slug, REF, *more])
        for name, *more in (("project",), ("project_field", "note_ancrage"))
    )
    for someone, sees in ((consultant, False), (pilot, True)):
        whole = someone.get(form).content.decode()
        assert ("note_ancrage" in whole) is sees
        assert "niveau_impose" in whole
        assert someone.get(one).status_code == (200 if sees else 403)
        token = create(User.objects.get(pk=someone.session["_auth_user_id"]), name="ERP", days=30)
        program = Client(headers={"Authorization": f"Bearer {token}"})
        told = program.get(reverse("api:sheet", args=[mission.slug, "projets", REF])).json()["champs"]
        assert ("note_ancrage" in told) is sees
        assert "niveau_impose" in told
    assert not AssessorScore.objects.visible_to(user).of(mission).filter(project__ref=REF).exists()
    export_workbook(mission, tmp_path / "deport.xlsx", by=author_of(user))
    out = read_file(tmp_path / "deport.xlsx").census
    assert not out.marks
    kept = {project.firm_id for project in out.projects if project.scores}
    assert kept
    assert held(mission).firm_id not in kept, "the other projects of the firm too"
    for person in ("pilote", "copil"):
        session = signed_in(person).get(SESSION).content.decode()
        assert "Déport" in session
        assert str(user) in session
        assert "beau-frère" not in session
    assert "beau-frère" in pilot.get(MARKS).content.decode()
    assert unsigned not in pilot.get(MARKS).content.decode()
    assert consultant.post(RECUSE, {"motif_deport": "fini", "cesse": "oui"}).status_code == 422
    lifted = {"evaluateur": "consultant", "motif_deport": "il a quitté l’atelier", "cesse": "oui"}
    assert pilot.post(RECUSE, lifted).status_code == 302
    assert [each.aside for each in census_of(mission).recusals] == [True, False]
    assert "raison du pilote" in consultant.get(MARKS).content.decode()


def test_who_stands_aside_reads_no_unsigned_mark_in_a_split_a_join_or_an_import(
    pilot: Client, mission: Mission, tmp_path: Path
) -> None:
    consultant = signed_in("consultant")
    assert consultant.post(RECUSE, {"motif_deport": "parent du dirigeant"}).status_code == 302
    firm, marked = held(mission).firm_id, "Ancrage territorial et filière"
    other = next(each for each in census_of(mission).projects if each.firm_id == firm and each.id != REF)
    for name, asked in (("split", ""), ("join", f"?avec={other.id}")):
        cut = reverse(f"regrouping:{name}", args=[mission.slug, REF]) + asked
        for someone, sees in ((consultant, False), (pilot, True)):
            shown = someone.get(cut).content.decode()
            assert (marked in shown, "vous ne lisez pas ces notes" in shown) == (sees, not sees), name
    before = export_workbook(mission, tmp_path / "pilote.xlsx", by=author_of(User.objects.get(username="pilote")))
    whole = unpacked(before.census)
    gone = replace(whole, projects=tuple(replace(each, scores=()) for each in whole.projects))
    draft = ImportDraft(mission=mission, known=before.census, brought=packed(gone), lines={})
    for username, sees in (("consultant", False), ("pilote", True)):
        lines = preview_of(draft, User.objects.get(username=username)).kinds
        columns = {line.column for _, _, found in lines for line in found if line.place.row == REF}
        assert any(each.startswith("Note") for each in columns) is sees, username


def test_the_pilot_records_that_someone_stands_aside_and_the_account_is_named(pilot: Client, mission: Mission) -> None:
    firm = held(mission).firm_id
    assert pilot.post(RECUSE, {"evaluateur": "personne", "motif_deport": "x"}).status_code == 422
    assert pilot.post(RECUSE, {"evaluateur": "consultant", "motif_deport": "ancien salarié"}).status_code == 302
    (said,) = census_of(mission).recusals
    assert (said.firm_id, said.assessor, said.aside, said.number) == (firm, "consultant", True, 1)
    assert pilot.post(RECUSE, {"evaluateur": "consultant", "motif_deport": "encore"}).status_code == 422
    full = Recusal(
        firm_id=firm, assessor=str(User.objects.get(username="pilote")), number=1, aside=True, reason="x", by="y"
    )
    if full.assessor != "pilote":
        with pytest.raises(FactsError, match="écrire « pilote »"):
            save(mission, {(Kind.RECUSAL, f"{firm}/{full.assessor}/1"): full}, by=SHELL)


def test_marks_and_recusals_come_back_from_a_workbook_as_they_went(
    pilot: Client, mission: Mission, tmp_path: Path
) -> None:
    gives(pilot, "4", "bon")
    gives(pilot, "", "à revoir")
    pilot.post(RECUSE, {"evaluateur": "consultant", "motif_deport": "ancien salarié"})
    export_workbook(mission, tmp_path / "notes.xlsx", by=SHELL)
    out, now = read_file(tmp_path / "notes.xlsx").census, census_of(mission)
    assert (out.marks, out.recusals) == (now.marks, now.recusals)
    assert now.marks[0].on == date.today()  # noqa: DTZ011 - the day that the site wrote
