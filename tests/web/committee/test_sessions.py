"""Sittings planned ahead: agenda, members and presence, interests, frozen files, what changed since the last one."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rebond.errors import FactsError
from rebond.facts import CommitteeDecision as Decided
from rebond.facts import DecisionOutcome
from rebond.facts.referred import ReferralState, ReferralStep
from rebond.history import ABSENT, Kind
from rebond.portfolio.committee.seats import Quorum, Seat, counted, quorum, voters
from rebond.records import FACT_ENUMS, FACT_KINDS, Records
from rebond.restitution.confidences import confidences
from rebond.restitution.typography import typeset
from rebond.web.accounts.models import User
from rebond.web.committee import since
from rebond.web.committee.attending import Presence, presence_of
from rebond.web.committee.models import AgendaPoint, Attendance, FrozenSitting, Member, SessionDocument, Sitting, Tally
from rebond.web.committee.since import since_last
from rebond.web.desk.agenda import entries
from rebond.web.desk.waiting import awaiting
from rebond.web.disclosure.disclosed import committee_of
from rebond.web.disclosure.models import Shared
from rebond.web.editing.gestures import save
from rebond.web.exchange.applying import apply_draft
from rebond.web.exchange.keeping import packed
from rebond.web.exchange.models import ImportDraft
from rebond.web.journal.models import Act, Entry
from rebond.web.journal.writing import Author, author_of
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission, Role
from rebond.web.portfolio.models import CommitteeDecision, Recusal
from rebond.web.projects.models import Project
from rebond.web.roadmap.models import RoadmapAction
from rebond.web.worker.studying import study_now
from tests.web.addresses import address
from tests.web.committee.sitting import COMMON, SCREEN, decide_as_proposed, frozen, refs, text_in
from tests.web.conftest import signed_in

LIST, MEMBERS, SINCE = (address(f"committee:{name}") for name in ("sittings", "members", "since"))


def planned(pilot: Client, mission: Mission, **sent: str) -> Sitting:
    """A sitting as the pilot plans it; ten days ahead unless told."""
    day = timezone.localdate() + timedelta(days=10)
    answer = pilot.post(LIST, {"nature": "pilotage", "tenue_le": f"{day:%d/%m/%Y}", **sent})
    assert answer.status_code == 302, answer.context["errors"]
    return Sitting.objects.of(mission).latest("pk")


def do(client: Client, sitting: Sitting, gesture: str, status: int = 302, **sent: str) -> Any:
    """One form of the page of a sitting, from what it is now."""
    sitting.refresh_from_db()
    path = reverse("committee:sitting", args=[sitting.mission.slug, sitting.pk])
    answer = client.post(path, {"revision": str(sitting.revision), "geste": gesture, **sent})
    assert answer.status_code == status, (answer.status_code, answer.context and answer.context.get("errors"))
    sitting.refresh_from_db()
    return answer


def page_of(client: Client, sitting: Sitting) -> Any:
    return client.get(reverse("committee:sitting", args=[sitting.mission.slug, sitting.pk]))


def noted(pilot: Client, sitting: Sitting, **states: str) -> Any:
    """Note who came, by the name of each; « par » comes after a colon."""
    sent: dict[str, str] = {}
    for place in page_of(pilot, sitting).context["places"]:
        state, _, by = states.get(place.sitter.name.split()[-1], "").partition(":")
        sent |= {f"membre_{place.rank}": place.sitter.who, f"presence_{place.rank}": state, f"par_{place.rank}": by}
    return sent


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


def test_presence_makes_the_quorum_and_no_decision_is_taken_without_it(pilot: Client, mission: Mission) -> None:
    for name, votes in (("Mme Legrand", "1"), ("M. Petit", "1"), ("M. Muet", "")):
        assert pilot.post(MEMBERS, {"nom": name, "organisation": "CCI", "voix": votes}).status_code == 302
    assert pilot.post(MEMBERS, {"nom": "mme  legrand", "courriel": "pas une adresse"}).status_code == 422
    sitting = planned(pilot, mission, quorum="2")
    do(pilot, sitting, "ouvrir")
    assert (sitting.number, sitting.follows) == (1, None)
    do(pilot, sitting, "annuler", 422, motif_annulation="trop tard")
    refused = do(pilot, sitting, "presences", 422, **noted(pilot, sitting, Petit="represente:Mme Legrand"))
    assert "n’est pas noté présent" in refused.content.decode()
    do(pilot, sitting, "presences", **noted(pilot, sitting, Legrand="present", Muet="present"))
    assert not pilot.post(f"{SCREEN}decider/", COMMON).context["errors"].keys() ^ {"choix"}
    do(pilot, sitting, "presences", **noted(pilot, sitting, Legrand="present", Petit="represente:mme legrand"))
    assert presence_of(sitting).words.startswith("quorum de 2 atteint")
    # Everybody stands aside for a firm, in person or through who represents them: nothing is decided of it.
    firm = Project.objects.of(mission).get(ref=refs(mission, "retenu")[0]).firm
    do(pilot, sitting, "interet", 422, membre="mme legrand", entreprise=firm.ref)
    do(pilot, sitting, "interet", membre="mme legrand", entreprise=firm.ref, motif="administratrice")
    refused = pilot.post(f"{SCREEN}decider/", COMMON)
    assert "tous ceux qui ont voix délibérative se sont déportés" in refused.context["errors"]["choix"]
    do(pilot, sitting, "presences", **noted(pilot, sitting, Legrand="present", Petit="present"))
    for among in ("Mme Legrand", "M. Petit et Mme LEGRAND, à deux"):
        by_her = pilot.post(f"{SCREEN}decider/", {**COMMON, "par": among})
        assert "ne décide pas d’elle" in by_her.context["errors"]["choix"]
    decide_as_proposed(pilot)
    # Decided alone, on its own page: freezing reads it again.
    ref = Project.objects.of(mission).filter(firm=firm, committee_decision__isnull=False)[0].ref
    CommitteeDecision.objects.filter(project__ref=ref).update(by="Mme Legrand")
    assert any("ne décide pas d’elle" in fault for fault in pilot.get(f"{SCREEN}geler/").context["faults"])
    CommitteeDecision.objects.filter(project__ref=ref).update(by="comité")
    assert study_now(mission, why="déport") is not None
    mission.refresh_from_db()
    record = frozen(pilot, mission)
    assert [(each["nom"], each["etat"]) for each in record.content["presences"]] == [
        ("M. Petit", "présent"),
        ("Mme Legrand", "présent"),
    ]
    later = planned(pilot, mission, heure="9 h")
    AgendaPoint.objects.create(sitting=later, title="à venir")
    Attendance.objects.create(sitting=later, who="m. tard", name="M. Tard", voting=True, state="present")
    into = [model.objects.filter(sitting=later) for model in (AgendaPoint, Attendance)]
    for gesture in (
        lambda: Attendance.objects.update(state="absent"),
        lambda: AgendaPoint.objects.create(sitting=sitting, title="après coup"),
        lambda: Attendance.objects.filter(sitting=sitting).delete(),
        *(lambda rows=rows: rows.update(sitting=sitting) for rows in into),
    ):
        with pytest.raises(IntegrityError, match="gelée"), transaction.atomic():
            gesture()
    # Of a sitting that is only planned all may change; what belongs to one goes with it.
    assert [rows.delete()[0] for rows in into] == [1, 1]
    with transaction.atomic():
        Sitting.objects.filter(pk=sitting.pk).delete()
        assert not Attendance.objects.exists()
        transaction.set_rollback(True)
    said = text_in(pilot.get(f"{SCREEN}seances/1/releve.docx").content)
    assert "Quorum\u00a0: 2 voix, atteint" in said
    assert "Mme Legrand" in said


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


def test_what_changed_since_names_no_project_kept_from_the_committee_and_blocked_places_call_the_reserve(
    pilot: Client, mission: Mission
) -> None:
    user = User.objects.get(username="pilote")
    assert since_last(mission, user).last is None
    decide_as_proposed(pilot)
    frozen(pilot, mission)
    following = planned(pilot, mission)
    gone, kept = refs(mission, "retenu")[:2]
    for ref, step in ((gone, "desistement"), (kept, "decision_nationale")):
        told = {"etape": step, "issue": "bloquee", "date": "01/11/2026", "par": "SGPI", "motif": "gel", "montant": ""}
        assert pilot.post(f"{address('portfolio:steps')}{ref}/", told).status_code == 302
    title = Project.objects.get(ref=kept).title
    lines = since_last(mission, user).lines
    assert any(typeset(title) in line and "bloquée" in line for line in lines)
    Shared.objects.of(mission).filter(organisation__isnull=True, project__ref=kept).delete()
    lines = since_last(mission, user, committee_of(mission)).lines
    assert not any(typeset(title) in line for line in lines)
    assert any("bloquée" in line for line in lines)
    copil = signed_in("copil")
    for path in (SINCE, reverse("committee:sitting", args=[mission.slug, following.pk])):
        said = copil.get(path).content.decode()
        assert title not in said
        assert "bloquée" in said
    kinds = [point.kind for point in page_of(pilot, following).context["points"]]
    assert {"depuis", "suites", "reserve"} <= set(kinds)
    assert "1 place libérée" in page_of(pilot, following).content.decode()


def test_files_frozen_for_a_sitting_never_change_and_the_committee_reads_them_alone(
    pilot: Client, mission: Mission
) -> None:
    sitting = planned(pilot, mission, lieu="Andelot")
    draft = reverse("committee:convocation", args=[mission.slug, sitting.pk, "dossier"])
    assert "Andelot" in text_in(pilot.get(draft).content)
    hidden = Project.objects.get(ref=refs(mission, "retenu")[0])
    Shared.objects.of(mission).filter(organisation__isnull=True, project=hidden).delete()
    do(pilot, sitting, "document", document="dossier")
    do(pilot, sitting, "document", 422, document="dossier")
    do(pilot, sitting, "document", document="convocation")
    do(pilot, sitting, "convoquee", convoquee_le="01/11/2026")
    held = SessionDocument.objects.get(name__startswith="dossier")
    do(pilot, sitting, "plan", tenue_le=f"{sitting.held_on:%d/%m/%Y}", lieu="Joinville")
    copil = signed_in("copil")
    content = copil.get(reverse("committee:document", args=[mission.slug, held.pk])).content
    assert hashlib.sha256(content).hexdigest() == held.digest
    assert "Andelot" in text_in(content)
    assert "Joinville" not in text_in(content)
    assert hidden.title not in text_in(content)
    assert hidden.firm.name not in text_in(content)
    assert held.digest in str(list(Entry.objects.of(mission).filter(kind="seance").values_list("after", flat=True)))
    for statement in ("UPDATE committee_sessiondocument SET name = 'x'", "DELETE FROM committee_sessiondocument"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert copil.get(draft).status_code == 403
    do(copil, sitting, "ordre", 403)
    assert page_of(copil, sitting).status_code == 200
    for role in ("bpifrance", "entreprise", "observateur"):
        other = signed_in(role)
        paths = (LIST, MEMBERS, SINCE, draft, reverse("committee:document", args=[mission.slug, held.pk]))
        assert {other.get(path).status_code for path in paths} == {403}, role
        assert page_of(other, sitting).status_code == 403
    assert sitting.convened_on is not None


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


def test_presence_goes_with_the_member_and_a_stale_agenda_keeps_what_was_typed(pilot: Client, mission: Mission) -> None:
    assert pilot.post(MEMBERS, {"nom": "Mme Legrand", "organisation": "Région", "voix": "1"}).status_code == 302
    sitting = planned(pilot, mission, quorum="1")
    read = noted(pilot, sitting, Legrand="present")
    # Somebody who comes before in the list is added while the page is open.
    assert pilot.post(MEMBERS, {"nom": "M. Avant", "organisation": "ADEME", "voix": "1"}).status_code == 302
    do(pilot, sitting, "presences", **read)
    assert list(Attendance.objects.values_list("name", "state")) == [("Mme Legrand", "present")]
    typed = page_of(pilot, sitting).context["typed_points"]
    sent = {f"{name}_{each.point.key}": value for each in typed for name, value in each.typed.items()}
    late = {**sent, "dit_propose-decisions": "longue discussion", "retirer_propose-orientations": "1"}
    stale = {"revision": str(sitting.revision), "geste": "ordre", **late}
    do(pilot, sitting, "ordre", **sent)
    path = reverse("committee:sitting", args=[mission.slug, sitting.pk])
    answer = pilot.post(path, stale)
    assert answer.status_code == 409
    assert "longue discussion" in answer.content.decode()
    assert [each.point.kind for each in answer.context["typed_points"] if each.dropped] == ["orientations"]


def test_what_was_taken_back_did_not_happen_and_a_confidence_stays_with_the_team(
    pilot: Client, mission: Mission
) -> None:
    user = User.objects.get(username="pilote")
    decide_as_proposed(pilot)
    frozen(pilot, mission)
    assert pilot.post(reverse("roadmap:adopt", args=[mission.slug]), {"proposition": ["C2"]}).status_code == 302
    held = RoadmapAction.objects.get()
    hidden = "Préparer la cession de l’entreprise"
    assert confidences().tells(hidden)
    told = {"le": f"{timezone.localdate():%d/%m/%Y}", "valeur": "12,5", "mots": hidden}
    assert pilot.post(reverse("roadmap:progress", args=[mission.slug, held.ref]), told).status_code == 302
    lines = since_last(mission, user).lines
    assert any("12,5" in line and typeset(hidden) in line for line in lines)
    assert not any("cession" in line for line in since_last(mission, user, committee_of(mission)).lines)
    copil = signed_in("copil")
    for path in (SINCE, address("roadmap:roadmap"), reverse("roadmap:action", args=[mission.slug, held.ref])):
        assert "cession" not in copil.get(path).content.decode(), path
    RoadmapAction.objects.update(owner_person="Mme Discrète")
    assert "Discrète" in pilot.get(f"{address('roadmap:roadmap')}?export=csv").content.decode()
    assert "Discrète" not in copil.get(f"{address('roadmap:roadmap')}?export=csv").content.decode()
    progress = Entry.objects.of(mission).get(kind="avancement")
    action = Entry.objects.of(mission).get(kind="action")
    back = [Entry(kind=each.kind, ref=each.ref, path=[], before=each.after) for each in (progress, action)]
    assert list(since._roadmap(mission, [action, progress, *back], since._Names(mission, None))) == []


def test_the_sitting_that_follows_keeps_the_quorum(pilot: Client, mission: Mission) -> None:
    assert pilot.post(MEMBERS, {"nom": "Mme Legrand", "voix": "1"}).status_code == 302
    first = planned(pilot, mission, quorum="3")
    do(pilot, first, "ouvrir")
    do(pilot, first, "presences", **noted(pilot, first, Legrand="present"))
    frozen(pilot, mission)
    assert pilot.post(f"{SCREEN}suite/", {"motif_suite": "quorum non atteint"}).status_code == 302
    assert list(Sitting.objects.order_by("number").values_list("number", "quorum")) == [(1, 3), (2, 3)]


def test_steps_of_referrals_are_counted_by_state_and_what_is_not_known_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = Records({**FACT_KINDS, "ReferralStep": ReferralStep}, {**FACT_ENUMS, "ReferralState": ReferralState})
    steps = [ReferralStep(referral_id="O1", number=rank, state=ReferralState.GRANTED) for rank in (1, 2)]
    entries_ = [Entry(kind="suite_orientation", path=[], after=known.write(step)) for step in steps]
    strange = Entry(kind="suite_orientation", path=[], after={"type": "Autre", "value": {}})
    monkeypatch.setattr(since, "FACTS", known)
    assert list(since._referrals([*entries_, strange])) == ["accordée : 2"]


def test_presence_not_noted_is_unknown_and_a_voice_counts_once_through_its_proxy() -> None:
    nobody = Presence(seats=(), asked=3, names={})
    assert (nobody.quorum, nobody.fault(1, "P", "comité", {})) == (Quorum.UNKNOWN, "")
    seats = (
        Seat(who="a", voting=True, here=True),
        Seat(who="b", voting=True, here=True, by="a"),
        Seat(who="c", voting=False, here=True),
        Seat(who="d", voting=True, here=False),
    )
    assert (counted(seats), voters(seats, ()), voters(seats, {"a"}), voters(seats, {"b"})) == (2, ["a", "b"], [], ["a"])
    assert [quorum(seats, asked) for asked in (None, 2, 3)] == [Quorum.NONE, Quorum.REACHED, Quorum.LACKING]


def test_the_convocation_leaves_once_for_each_member_and_version_with_its_frozen_agenda(
    pilot: Client,
    mission: Mission,
    mailoutbox: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    monkeypatch.setattr("rebond.web.committee.posting.do_later", lambda task: task())
    User.objects.filter(username="copil").update(email="copil@prefecture.test")
    for name, email in (("Mme Legrand", "Legrand@agglo.test"), ("M. Muet", "")):
        assert pilot.post(MEMBERS, {"nom": name, "courriel": email, "voix": "1"}).status_code == 302
    sitting = planned(pilot, mission, lieu="Salle du conseil", heure="10 h")
    shown = page_of(pilot, sitting).context["convening"]
    assert (shown.next, shown.mute) == (2, ["M. Muet"])
    assert not mailoutbox, "a preview sends nothing"

    def convene(version: str, status: int = 302) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            do(pilot, sitting, "convoquer", status, version=version)

    convene("autre", 422)
    convene(shown.version)
    assert sorted(each.to for each in mailoutbox) == [["copil@prefecture.test"], ["legrand@agglo.test"]]
    (name, content, _) = mailoutbox[0].attachments[0]
    frozen_file = SessionDocument.objects.of(mission).get()
    assert (name, hashlib.sha256(content).hexdigest()) == (frozen_file.name, frozen_file.digest)
    assert "Salle du conseil" in mailoutbox[0].body
    assert mailoutbox[0].subject.startswith("convocation, comité de pilotage")
    assert "10 h" in mailoutbox[0].body.replace("\xa0", " ").replace("\u202f", " ")
    assert "Objet" not in mailoutbox[0].body, "it is the subject"
    assert sitting.convened_on == timezone.localdate()
    again = page_of(pilot, sitting).context["convening"]
    assert (again.version, again.next) == (shown.version, 0), "what was sent is the same version"
    convene(again.version, 422)
    assert pilot.post(MEMBERS, {"nom": "M. Neuf", "courriel": "neuf@region.test", "voix": "1"}).status_code == 302
    late = page_of(pilot, sitting).context["convening"]
    convene(late.version)
    assert {"neuf@region.test"} <= {to for each in mailoutbox[2:] for to in each.to}
    day = timezone.localdate() + timedelta(days=20)
    do(pilot, sitting, "plan", tenue_le=f"{day:%d/%m/%Y}", delai="5")
    moved = page_of(pilot, sitting).context["convening"]
    assert moved.version != late.version
    mailoutbox.clear()
    convene(moved.version)
    assert len(mailoutbox) == 3, "another day is another version: everybody is told"
    assert (
        signed_in("copil")
        .post(reverse("committee:sitting", args=[mission.slug, sitting.pk]), {"geste": "convoquer"})
        .status_code
        == 403
    )


def test_a_workbook_decides_no_more_than_the_pages_do(pilot: Client, mission: Mission) -> None:
    assert pilot.post(MEMBERS, {"nom": "Mme Legrand", "voix": "1"}).status_code == 302
    sitting = planned(pilot, mission)
    do(pilot, sitting, "ouvrir")
    first, second = refs(mission, "retenu")[:2]
    census = census_of(mission)
    decided = tuple(
        Decided(project_id=ref, outcome=DecisionOutcome.REFUSED, by=by, reason="dit")
        for ref, by in ((first, "le comité"), (second, "Mme Legrand"))
    )
    draft = ImportDraft(mission=mission, brought=packed(replace(census, decisions=decided)), known=packed(census))
    draft.lines = {}
    draft.save()
    by = author_of(User.objects.get(username="pilote"))
    # Without quorum, everybody noted absent decides nothing either.
    do(pilot, sitting, "presences", **noted(pilot, sitting, Legrand="absent", copil="absent"))
    with pytest.raises(FactsError) as refused:
        apply_draft(draft, {}, (), by=by, reason="import")
    assert [each.where for each in refused.value.faults] == [
        f"décision du comité, projet {ref}" for ref in sorted((first, second))
    ]
    assert not CommitteeDecision.objects.of(mission).exists()
    do(pilot, sitting, "presences", **noted(pilot, sitting, Legrand="present", copil="present"))
    firm = Project.objects.get(ref=second).firm
    Recusal.objects.create(
        firm=firm, ref=f"{firm.ref}/x/1", assessor="Mme Legrand", who="mme legrand", number=1, aside=True, reason="lien"
    )
    with pytest.raises(FactsError, match="Mme Legrand s’est déporté") as told:
        apply_draft(draft, {}, (), by=by, reason="import")
    assert len(told.value.faults) == 1
    good = ImportDraft(mission=mission, brought=packed(replace(census, decisions=decided[:1])), known=packed(census))
    good.lines = {}
    good.save()
    apply_draft(good, {}, (), by=by, reason="import")
    assert CommitteeDecision.objects.of(mission).get().project.ref == first


def test_votes_are_counted_for_those_who_may_vote_and_the_record_keeps_them(pilot: Client, mission: Mission) -> None:
    for name in ("Mme Legrand", "M. Petit"):
        assert pilot.post(MEMBERS, {"nom": name, "voix": "1"}).status_code == 302
    sitting = planned(pilot, mission)
    do(pilot, sitting, "ouvrir")
    do(pilot, sitting, "presences", **noted(pilot, sitting, Legrand="present", Petit="represente:Mme Legrand"))
    decide_as_proposed(pilot)
    first, second = refs(mission, "retenu")[:2]
    firm = Project.objects.get(ref=second).firm
    told = {"assessor": "M. Petit", "who": "m. petit", "number": 1, "aside": True, "reason": "lien"}
    Recusal.objects.create(firm=firm, ref=f"{firm.ref}/x/1", **told)
    shown = {each.ref: each.able for each in page_of(pilot, sitting).context["counting"]}
    assert (shown[first], shown[second]) == (2, 1), "who stood aside has no voice"
    wrong = do(
        pilot, sitting, "voix", 422, **{f"pour_{first}": "trois", f"pour_{second}": "1", f"contre_{second}": "1"}
    )
    assert set(wrong.context["errors"]) == {f"pour_{first}", f"pour_{second}"}
    assert not Tally.objects.exists()
    typed: Any = {f"pour_{first}": "1", f"abstention_{first}": "1"}
    do(pilot, sitting, "voix", **(typed | {f"pour_{second}": "1"}))
    assert Tally.objects.get(project_ref=first).words == "1 pour, 0 contre, 1 abstention"
    do(pilot, sitting, "voix", **typed)
    assert [each.project_ref for each in Tally.objects.all()] == [first], "empty boxes take a count back"
    do(pilot, sitting, "presences", **noted(pilot, sitting, Legrand="present", Petit="excuse"))
    page = pilot.get(f"{SCREEN}geler/").content.decode()
    assert "2 voix comptées pour 1" in page.replace("\u202f", " ").replace("\xa0", " "), "presence noted again"
    typed = {f"pour_{first}": "1"}
    do(pilot, sitting, "voix", **typed)
    record = frozen(pilot, mission)
    (line,) = [each for each in record.content["lignes"] if "voix" in each]
    assert line["voix"] == "1 pour, 0 contre, 0 abstention"
    assert "1 pour, 0 contre" in pilot.get(record.get_absolute_url()).content.decode()
    minutes = pilot.get(reverse("committee:minutes", args=[mission.slug, record.number]))
    assert "1 pour, 0 contre, 0 abstention" in text_in(minutes.content)
