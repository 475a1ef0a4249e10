"""Referrals as decisions: sent, answered step by step, kept, the same by the site, a workbook and the history."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from rebond.errors import FactsError
from rebond.facts import UNKNOWN, ReferralState, SentReferral
from rebond.history import ABSENT, Kind
from rebond.referrals.followed import Side
from rebond.web.editing.gestures import save, undo
from rebond.web.exchange.exporting import export_workbook
from rebond.web.exchange.workbook import read_file
from rebond.web.journal.models import Act, Entry
from rebond.web.journal.writing import Author
from rebond.web.missions.facts import census_of
from rebond.web.missions.models import Mission
from rebond.web.referrals.gestures import Said, Sending, StepError, add_step, add_steps, known_of, send
from rebond.web.referrals.models import ReferralStep
from tests.web.addresses import address

DAY = date(2026, 10, 20)
SHELL = Author(user=None, name="Le pilote")
BANK = Author(user=None, name="Mme Martin (Bpifrance)", on_behalf="Bpifrance")
SENDING = Sending(
    project="P003",
    organisation="bpifrance",
    dispositifs=("bpifrance/pret-vert",),
    asked=Decimal(300_000),
    answer_by=DAY + timedelta(days=21),
    words="Merci de nous dire si ce projet est pour vous.",
)


@pytest.fixture
def sent(mission: Mission) -> SentReferral:
    return send(mission, [SENDING], by=SHELL, on=DAY).referrals[0]


def answers(mission: Mission, state: ReferralState, **said: Any) -> None:
    add_step(mission, "O001", Said(state=state, **said), by=BANK, side=Side.ORGANISATION, on=DAY)


def test_what_is_sent_is_a_decision_numbered_once_and_undone_as_one_gesture(mission: Mission) -> None:
    both = [SENDING, replace(SENDING, project="P001"), replace(SENDING, organisation="ademe", asked=UNKNOWN)]
    made = send(mission, both, by=SHELL, on=DAY, reason="première vague")
    assert [each.id for each in made.referrals] == ["O001", "O002", "O003"]
    assert list(census_of(mission).referrals) == list(made.referrals)
    assert made.done.gesture is not None
    entries = Entry.objects.of(mission).filter(gesture=made.done.gesture)
    assert {(each.act, each.kind, each.reason) for each in entries} == {(Act.DECIDED, "orientation", "première vague")}
    undo(mission, made.done.gesture, by=SHELL)
    assert census_of(mission).referrals == ()
    again = send(mission, [SENDING], by=SHELL, on=DAY)
    assert again.referrals[0].id == "O004", "a number once given is never given again"


def test_nothing_is_sent_when_one_of_several_may_not_be(mission: Mission, sent: SentReferral) -> None:
    wrong = [
        replace(SENDING, project="P001"),
        SENDING,
        replace(SENDING, organisation="inconnue"),
        replace(SENDING, project="P002", answer_by=DAY),
    ]
    with pytest.raises(FactsError) as told:
        send(mission, wrong, by=SHELL, on=DAY)
    assert [each.problem for each in told.value.faults] == [
        "il lui est déjà envoyé (O001, « Envoyée »)",
        "le catalogue n'a pas cette organisation",
        "la réponse est attendue avant demain",
    ]
    assert census_of(mission).referrals == (sent,)


def test_steps_are_added_signed_and_never_rewritten(mission: Mission, sent: SentReferral) -> None:
    answers(mission, ReferralState.ASKED, reason="le bilan 2025")
    with pytest.raises(StepError) as refused:
        answers(mission, ReferralState.CLOSED)
    assert set(refused.value.fields) == {"state"}
    answers(mission, ReferralState.GRANTED, granted=Decimal(200_000))
    (one,) = known_of(mission)
    assert (one.sent, one.state, one.totals.granted) == (sent, ReferralState.GRANTED, Decimal(200_000))
    assert [(each.number, each.by) for each in one.steps] == [(1, BANK.name), (2, BANK.name)]
    for change in (
        lambda rows: rows.update(granted=1),
        lambda rows: rows.update(reason=""),
        lambda rows: rows.delete(),
    ):
        with pytest.raises(DatabaseError, match="etape ne se modifie pas"), transaction.atomic():
            change(ReferralStep.objects.of(mission))
    key = Kind.REFERRAL_STEP, "O001/2"
    with pytest.raises(FactsError, match="numérotée 3 ou plus"):
        save(mission, {key: replace(one.steps[1], granted=Decimal(1))}, by=SHELL)
    gesture = Entry.objects.of(mission).filter(kind="suite_orientation").latest("position").gesture
    with pytest.raises(FactsError, match="ne s'efface pas"):
        undo(mission, gesture, by=SHELL)
    with pytest.raises(FactsError, match="ne change pas de destinataire"):
        save(mission, {(Kind.REFERRAL, "O001"): replace(sent, organisation="cci-meuse-haute-marne")}, by=SHELL)
    sending = Entry.objects.of(mission).filter(kind="orientation").latest("position").gesture
    with pytest.raises(FactsError, match="orientation envoyée"):
        undo(mission, sending, by=SHELL)
    assert known_of(mission) == (one,)


def test_several_are_closed_in_one_gesture_or_none_is(mission: Mission, sent: SentReferral) -> None:
    send(mission, [replace(SENDING, project="P001")], by=SHELL, on=DAY)
    closing = {"O001": Said(state=ReferralState.CLOSED), "O002": Said(state=ReferralState.CLOSED)}
    add_steps(mission, {"O002": closing["O002"]}, by=SHELL, side=Side.MISSION, on=DAY)
    with pytest.raises(StepError, match="O002"):
        add_steps(mission, closing, by=SHELL, side=Side.MISSION, on=DAY)
    assert [each.state for each in known_of(mission)] == [ReferralState.SENT, ReferralState.CLOSED]


def test_a_workbook_gives_back_what_it_was_given_and_may_not_rewrite_a_step(
    mission: Mission, sent: SentReferral, tmp_path: Path
) -> None:
    answers(mission, ReferralState.ASKED, reason="le bilan\n2025 ; « certifié »")
    add_step(
        mission,
        "O001",
        Said(state=ReferralState.SENT, answer_by=DAY + timedelta(days=40)),
        by=SHELL,
        side=Side.MISSION,
        on=DAY,
    )
    answers(mission, ReferralState.GRANTED, granted=Decimal("200000.50"), paid=Decimal(0), jobs=0)
    before = census_of(mission)
    export_workbook(mission, tmp_path / "m.xlsx", by=SHELL)
    read = read_file(tmp_path / "m.xlsx")
    assert (read.census.referrals, read.census.referral_steps) == (before.referrals, before.referral_steps)
    late = replace(before.referral_steps[0], number=9, state=ReferralState.SENT)
    with pytest.raises(FactsError, match="après « Accordée »"):
        save(mission, {(Kind.REFERRAL_STEP, "O001/9"): late}, by=SHELL)


def test_what_was_sent_follows_its_project(pilot: Client, mission: Mission, sent: SentReferral) -> None:
    """Withdrawn with it, and given back with it; a step without its referral is refused."""
    answers(mission, ReferralState.TAKEN)
    (one,) = known_of(mission)
    page = pilot.get(f"{address('projects:list')}P003/retirer/").content.decode()
    assert "Son orientation envoyée" in page
    assert "Les lettres déjà parties ne se reprennent pas" in page
    assert pilot.post(f"{address('projects:list')}P003/retirer/", {"motif": "abandonné"}).status_code == 302
    assert known_of(mission) == ()
    gesture = Entry.objects.of(mission).latest("position").gesture
    undo(mission, gesture, by=SHELL)
    assert known_of(mission) == (one,)
    with pytest.raises(FactsError, match="projet"):
        save(mission, {(Kind.PROJECT, "P003"): ABSENT}, by=SHELL)
    with pytest.raises(FactsError, match="orientation envoyée"):
        save(mission, {(Kind.REFERRAL, "O001"): ABSENT}, by=SHELL)
