"""Sittings planned ahead: their agenda, one that takes no decision, one that follows another."""

from datetime import timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rebond.facts import CommitteeDecision as Decided
from rebond.facts import DecisionOutcome
from rebond.history import ABSENT, Kind
from rebond.web.accounts.models import User
from rebond.web.committee.models import AgendaPoint, FrozenSitting, Member, Sitting
from rebond.web.desk.agenda import entries
from rebond.web.desk.waiting import awaiting
from rebond.web.editing.gestures import save
from rebond.web.journal.models import Act
from rebond.web.journal.writing import Author
from rebond.web.missions.models import Mission, Role
from rebond.web.portfolio.models import CommitteeDecision, Recusal
from rebond.web.projects.models import Project
from tests.web.committee.planned import LIST, MEMBERS, do, noted, page_of, planned
from tests.web.committee.sitting import COMMON, SCREEN, decide_as_proposed, frozen, refs
from tests.web.conftest import signed_in


def test_sittings_are_planned_with_every_fault_said_and_a_stale_page_loses_nothing(
    pilot: Client, mission: Mission
) -> None:
    assert "Aucune séance n’est prévue" in pilot.get(LIST).content.decode()
    wrong = {
        "tenue_le": "32/13",
        "heure": "25 h",
        "visio": "salle 3",
        "quorum": "beaucoup",
        "delai": "0",
        "nature": "x",
    }
    refused = pilot.post(LIST, wrong)
    assert refused.status_code == 422
    assert set(refused.context["errors"]) == set(wrong)
    assert 'value="salle 3"' in refused.content.decode()
    first = planned(pilot, mission, heure="14 h 30", lieu="Sous-préfecture", quorum="2")
    for week in range(1, 10):
        planned(pilot, mission, tenue_le=f"{first.held_on + timedelta(weeks=week):%d/%m/%Y}", nature="technique")
    assert "10 séances à venir ou en cours" in pilot.get(LIST).content.decode()
    user, on = User.objects.get(username="pilote"), timezone.localdate()
    told = [(task.verb, task.due, task.late) for task in awaiting(user, mission, {Role.PILOT}, on)]
    assert ("Convoquer", on, False) in told
    assert ("Préparer", on, False) in told
    days = [entry for entry in entries(user, mission, {Role.COMMITTEE}, on) if entry.kind == "comite"]
    assert len(days) == 10
    assert (days[0].on, days[0].who) == (first.held_on, "Sous-préfecture")
    past = [task for task in awaiting(user, mission, {Role.PILOT}, first.held_on + timedelta(days=1)) if task.late]
    assert "Noter les présences" in {task.verb for task in past}
    twice = {"nature": "pilotage", "tenue_le": f"{first.held_on:%d/%m/%Y}", "heure": "14h30"}
    assert pilot.post(LIST, twice).status_code == 422
    path = reverse("committee:sitting", args=[mission.slug, first.pk])
    stale = {"revision": str(first.revision), "geste": "plan", "tenue_le": twice["tenue_le"], "lieu": "Mairie"}
    do(pilot, first, "plan", tenue_le=twice["tenue_le"], heure="9h", lieu="EPCI", quorum="2")
    late = pilot.post(path, stale)
    assert late.status_code == 409
    assert 'value="Mairie"' in late.content.decode()
    assert (first.place, first.number, f"{first.starts_at:%H:%M}") == ("EPCI", None, "09:00")
    do(pilot, first, "annuler", 422, motif_annulation="")
    do(pilot, first, "annuler", motif_annulation="neige")
    do(pilot, first, "plan", 409, tenue_le="01/01/2027")
    assert "neige" in pilot.get(LIST).content.decode()
    Mission.objects.update(archived_at=timezone.now())
    assert "<form" not in pilot.get(LIST).content.decode().partition("</h1>")[2].partition("</main>")[0]
    assert pilot.post(LIST, {"tenue_le": "01/01/2028", "nature": "pilotage"}).status_code == 409
    assert pilot.post(MEMBERS, {"nom": "Mme Tard"}).status_code == 409


def test_the_agenda_fills_itself_and_what_is_written_or_taken_off_stays_so(pilot: Client, mission: Mission) -> None:
    sitting = planned(pilot, mission)
    kinds = [point.kind for point in page_of(pilot, sitting).context["points"]]
    assert kinds == ["decisions", "orientations", "feuille_de_route"]
    count = len(refs(mission, "retenu")) + len(refs(mission, "non_retenu"))
    (decisions, *_) = page_of(pilot, sitting).context["points"]
    assert decisions.title == f"Décisions à prendre : {count} projets"
    typed = page_of(pilot, sitting).context["typed_points"]
    sent = {f"{name}_{each.point.key}": value for each in typed for name, value in each.typed.items()}
    bad = {**sent, "duree_propose-decisions": "longtemps", "titre_nouveau": "Presse", "ordre_nouveau": "zéro"}
    refused = do(pilot, sitting, "ordre", 422, **bad)
    assert set(refused.context["errors"]) == {"duree_propose-decisions", "ordre_nouveau"}
    assert not AgendaPoint.objects.exists()
    good = {"duree_propose-decisions": "90", "titre_nouveau": "Presse", "ordre_nouveau": "1", "duree_nouveau": "5"}
    do(pilot, sitting, "ordre", **{**sent, **good, "retirer_propose-orientations": "1"})
    page = page_of(pilot, sitting)
    assert [point.title for point in page.context["points"]][:2] == ["Presse", decisions.title]
    assert "orientations" not in [point.kind for point in page.context["points"]]
    assert page.context["length"] == "au moins 1 h 35, 1 point sans durée"
    # What nobody typed over follows the mission: one decision less to take.
    out = refs(mission, "non_retenu")[0]
    CommitteeDecision.objects.create(project=Project.objects.get(ref=out), outcome="refuse", reason="x", by="comité")
    assert f"Décisions à prendre : {count - 1} projets" in page_of(pilot, sitting).content.decode()


def test_a_sitting_without_quorum_is_frozen_empty_and_the_next_one_takes_what_awaits(
    pilot: Client, mission: Mission
) -> None:
    assert pilot.post(MEMBERS, {"nom": "Mme Legrand", "voix": "1"}).status_code == 302
    first = planned(pilot, mission, quorum="3")
    later = planned(pilot, mission, tenue_le=f"{first.held_on + timedelta(days=7):%d/%m/%Y}")
    do(pilot, first, "ouvrir")
    do(pilot, later, "ouvrir", 409)
    do(pilot, first, "presences", **noted(pilot, first, Legrand="present"))
    # What a workbook brings is not refused as a page refuses it: freezing is.
    ref, shell = refs(mission, "retenu")[0], Author(user=None)
    decided = Decided(project_id=ref, outcome=DecisionOutcome.REFUSED, reason="hors sujet", by="comité")
    save(mission, {(Kind.DECISION, ref): decided}, by=shell, act=Act.IMPORTED)
    page = pilot.get(f"{SCREEN}geler/")
    assert any("Rien ne peut être décidé" in fault for fault in page.context["faults"])
    assert pilot.post(f"{SCREEN}geler/", {"vu": page.context["seen"]}).status_code == 422
    save(mission, {(Kind.DECISION, ref): ABSENT}, by=shell, act=Act.IMPORTED)
    record = frozen(pilot, mission)
    assert (record.number, record.content["lignes"]) == (1, [])
    assert "non atteint" in record.content["quorum"]
    assert record.content["prochaine"].startswith("Comité de pilotage du")
    assert [point.kind for point in page_of(pilot, later).context["points"]][:2] == ["depuis", "decisions"]
    assert pilot.post(f"{SCREEN}suite/", {"motif_suite": "quorum non atteint"}).status_code == 302
    later.refresh_from_db()
    assert (later.number, later.follows, Sitting.objects.count()) == (2, 1, 2)
    # Without a quorum either, somebody must be there to decide; before anybody is noted, nobody knows.
    do(pilot, later, "plan", tenue_le=f"{later.held_on:%d/%m/%Y}", quorum="")
    assert later.quorum is None
    do(pilot, later, "presences", **noted(pilot, later, Legrand="absent"))
    refused = pilot.post(f"{SCREEN}decider/", COMMON)
    assert "présent ni représenté" in refused.context["errors"]["choix"]
    do(pilot, later, "presences", **noted(pilot, later))
    decide_as_proposed(pilot)


def test_a_member_of_the_committee_stands_aside_alone_and_a_technical_sitting_decides_nothing(
    pilot: Client, mission: Mission
) -> None:
    copil, user = signed_in("copil"), User.objects.get(username="copil")
    technical = planned(pilot, mission, nature="technique")
    assert "decisions" not in [point.kind for point in page_of(pilot, technical).context["points"]]
    firm = page_of(copil, technical).context["subjects"][0]
    do(copil, technical, "interet", membre="autre", entreprise=firm.ref, motif="parent du dirigeant")
    assert Recusal.objects.get().who == "copil"
    assert str(user) in page_of(copil, technical).content.decode()
    assert "parent du dirigeant" not in page_of(copil, technical).content.decode()
    do(copil, technical, "geler", 403)
    do(pilot, technical, "geler", 422)
    assert pilot.post(MEMBERS, {"membre": "copil", "geste": "voix", "voix": ""}).status_code == 302
    assert Member.objects.get().voting is False
    states = {str(user).split()[-1]: "present"}
    do(pilot, technical, "presences", **noted(pilot, technical, **states))
    decide_as_proposed(pilot)
    do(pilot, technical, "geler")
    record = FrozenSitting.objects.get()
    assert (record.number, record.content["lignes"], record.content["nature"]) == (1, [], "Comité technique")
    assert pilot.get(record.get_absolute_url()).status_code == 200
    # It locks no decision: the steering sitting that is open still takes them, under the next number.
    ref = refs(mission, "retenu")[0]
    assert pilot.post(f"{SCREEN}decider/?moins={ref}", {**COMMON, f"motif_{ref}": "non"}).status_code == 302
    assert pilot.get(SCREEN).context["sitting"].number == 2


def test_the_sitting_that_follows_keeps_the_quorum(pilot: Client, mission: Mission) -> None:
    assert pilot.post(MEMBERS, {"nom": "Mme Legrand", "voix": "1"}).status_code == 302
    first = planned(pilot, mission, quorum="3")
    do(pilot, first, "ouvrir")
    do(pilot, first, "presences", **noted(pilot, first, Legrand="present"))
    frozen(pilot, mission)
    assert pilot.post(f"{SCREEN}suite/", {"motif_suite": "quorum non atteint"}).status_code == 302
    assert list(Sitting.objects.order_by("number").values_list("number", "quorum")) == [(1, 3), (2, 3)]
