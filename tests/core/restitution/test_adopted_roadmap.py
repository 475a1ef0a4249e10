"""The roadmap document and its figures once actions are adopted: what comes first, what is counted."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

from rebond.facts import ActionPriority, ActionProgress, ActionStatus, RoadmapAction
from rebond.indicators.definitions import compute_indicators
from rebond.restitution.contents import Document, Figure, Quote, Table, texts
from rebond.restitution.editions import PRESS, TEAM
from rebond.restitution.press_release import collect_press_release
from rebond.restitution.report.context import Context
from rebond.restitution.report.outcomes import actions_proposed
from rebond.restitution.roadmap_document import collect_roadmap
from rebond.results import MissionResult
from rebond.roadmap.adopted import follow

FIRST = RoadmapAction(
    id="F1",
    proposal="C1",
    axis="competences",
    title="Recruter ensemble",
    why="Pour une forge en conciliation",
    owner="ademe",
    owner_person="Anne Dupré",
    budget=Decimal(12_000),
    starts_on=date(2026, 9, 1),
    ends_on=date(2026, 9, 30),
    status=ActionStatus.RUNNING,
    priority=ActionPriority.HIGH,
    indicator="Postes pourvus",
    baseline=Decimal(0),
    target=Decimal(40),
    needs=("R1/competences",),
)
BARE = RoadmapAction(id="F2", axis="foncier", title="Rien de connu")
TOLD = (ActionProgress(action_id="F1", number=1, on=date(2026, 9, 15), value=Decimal("12.5"), by="Anne Dupré"),)


def settled(result: MissionResult, *actions: RoadmapAction) -> MissionResult:
    told = tuple(each for each in TOLD if any(action.id == each.action_id for action in actions))
    census = replace(result.census, actions=actions, progress=told)
    found = replace(result, census=census, adopted=follow(census, result.roadmap))
    return replace(found, indicators=compute_indicators(found))


def words(document: Document) -> str:
    pieces = (piece for text in texts(document) for piece in text)
    titles = " ".join(section.title for section in document.sections)
    told = titles + " ".join(piece.text if isinstance(piece, Figure | Quote) else str(piece) for piece in pieces)
    return re.sub(r"\s+", " ", told)


def test_nothing_adopted_is_said_to_be_proposed_and_has_no_figure_of_its_own(result: MissionResult) -> None:
    document = collect_roadmap(result)
    assert document.draft
    assert "rien n'est encore adopté" in words(document)
    assert not [each for each in result.indicators if each.family == "feuille_de_route"]


def test_what_was_adopted_comes_first_with_owner_cost_calendar_and_measure(result: MissionResult) -> None:
    mine = settled(result, BARE, FIRST)
    document = collect_roadmap(mine)
    assert not document.draft
    calendar = next(block for block in document.sections[1].blocks if isinstance(block, Table))
    first, second = calendar.rows
    assert [row[0][0] for row in (first, second)] == [Quote(text="Recruter ensemble"), Quote(text="Rien de connu")]
    assert sum(bool(cell) for cell in first[2:]) == 1
    assert not any(second[2:]), "nothing is drawn of dates that nobody knows"
    told = words(document)
    for said in ("12 000 €", "en retard", "Cible : 40", "Dernière valeur : 12,50", "Pilote à désigner", "à préciser"):
        assert said in told, said
    for inside in ("Anne Dupré", "conciliation", "Recruter un", "R1"):
        assert inside not in told, inside
    release = words(collect_press_release(mine))
    assert "deux actions sont adoptées" in release


def test_what_was_set_aside_is_proposed_again_to_nobody(result: MissionResult) -> None:
    key = result.roadmap[0].key
    mine = settled(result, replace(BARE, proposal=key, status=ActionStatus.SET_ASIDE))
    for recipient in (PRESS, TEAM):
        assert f"Quote(text='{key} " in str(actions_proposed(Context.of(result, recipient)))
        assert f"Quote(text='{key} " not in str(actions_proposed(Context.of(mine, recipient)))


def test_the_figures_of_the_roadmap_say_what_they_count_and_what_nobody_knows(result: MissionResult) -> None:
    dropped = replace(FIRST, id="F3", status=ActionStatus.DROPPED, budget=Decimal(5_000))
    aside = replace(BARE, id="F4", status=ActionStatus.SET_ASIDE)
    figures = {each.code: each for each in settled(result, FIRST, BARE, dropped, aside).indicators}
    counts = {code: int(each.value) for code, each in figures.items() if code.startswith("actions_")}
    del counts["actions_feuille_de_route"]
    assert counts == {
        "actions_adoptees": 3,
        "actions_pilotees": 2,
        "actions_chiffrees": 2,
        "actions_en_retard": 1,
        "actions_achevees": 0,
    }
    budget = figures["budget_feuille_de_route_eur"]
    assert (budget.value, budget.bound, budget.note) == (Decimal(12_000), "au moins", "budget de 1 action inconnu")
    assert figures["part_besoins_couverts"].value == 1
    assert [row.id for row in figures["part_besoins_couverts"].rows] == ["F1"]
    unknown = {each.code: each for each in settled(result, BARE).indicators}
    assert unknown["budget_feuille_de_route_eur"].absent
    assert unknown["part_besoins_couverts"].value == 0
