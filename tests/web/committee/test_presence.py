"""Who came to a sitting, what they may decide, and how their voices are counted."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from rebond.errors import FactsError
from rebond.facts import CommitteeDecision as Decided
from rebond.facts import DecisionOutcome
from rebond.portfolio.committee.seats import Quorum, Seat, counted, quorum, voters
from rebond.results import MissionResult
from rebond.web.accounts.models import User
from rebond.web.committee.attending import Presence, presence_of
from rebond.web.committee.models import AgendaPoint, Attendance, Sitting, Tally
from rebond.web.exchange.applying import apply_draft
from rebond.web.exchange.keeping import packed
from rebond.web.exchange.models import ImportDraft
from rebond.web.journal.writing import author_of
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from rebond.web.portfolio.models import CommitteeDecision, Recusal
from rebond.web.projects.models import Project
from tests.web.committee.planned import MEMBERS, do, noted, page_of, planned
from tests.web.committee.sitting import COMMON, SCREEN, decide_as_proposed, frozen, refs, text_in
from tests.web.studied import study_again


def test_presence_makes_the_quorum_and_no_decision_is_taken_without_it(
    pilot: Client, mission: Mission, sample_result: MissionResult
) -> None:
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
    assert not study_again(mission, sample_result, why="déport").failure
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
