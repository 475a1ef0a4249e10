"""What previews show is what the sample mission finds: every kept value is reckoned again, none is written by hand.

After a change of the sample or of the engine: ``REBOND_ECRIRE_APERCUS=1 pytest tests/web/committee/test_samples.py``
writes them anew, to be read before they are kept.
"""

import os
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from rebond.adapters.documents.json_text import json_text
from rebond.adapters.outlines import load_outlines
from rebond.adapters.points import load_points
from rebond.adapters.templates import release_model, release_values
from rebond.data import data_folder
from rebond.data.jsonfile import read_json
from rebond.facts.marks import person
from rebond.mission import load_rulebook
from rebond.restitution.deck import collect_deck
from rebond.restitution.letters import Grid, LetterModel, letter_models
from rebond.restitution.samples import DECK, FOLDER, as_data, from_data, sample_deck, sample_values
from rebond.restitution.territory_map import territory_places
from rebond.restitution.typography import french_date
from rebond.results import MissionResult
from rebond.web.accounts.models import User
from rebond.web.committee.letters import KINDS, letter_values, minutes_values
from rebond.web.committee.models import Attendance, FrozenDecision, Member, Sitting
from rebond.web.committee.session_files import MADE, _values
from rebond.web.disclosure.disclosed import Named
from rebond.web.journal.writing import Author
from rebond.web.missions.models import Mission
from rebond.web.referrals.models import SentReferral
from rebond.web.referrals.papers import KIND as TO_ORGANISATION
from rebond.web.referrals.papers import paper_values
from rebond.web.referrals.reading import ANSWER_AWAITED, lines_for_team
from rebond.web.referrals.sending import desks
from tests.web.committee.sitting import decide_as_proposed, frozen
from tests.web.referrals.sent import sent

_DAY, _DUE = date(2026, 10, 5), date(2026, 10, 26)
_MEMBERS = (
    ("Mme Aubry (fictive)", "Préfecture de la Haute-Marne", True),
    ("M. Delorme (fictif)", "Région Grand Est", True),
    ("Mme Renaud (fictive)", "Bpifrance", True),
)
_DIGEST = "0" * 64
"""Of no record: the sample is frozen anew at each test, on another day."""


def _kept(kind: str) -> Any:
    return read_json(data_folder() / FOLDER / f"{kind}.json")


def _is_kept(kind: str, value: Any) -> None:
    """It is what is kept; or, on demand, it is kept from now on."""
    told = as_data(value)
    if os.environ.get("REBOND_ECRIRE_APERCUS"):
        path = data_folder() / FOLDER / f"{kind}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json_text(told), encoding="utf-8")
    assert told == _kept(kind)
    assert as_data(from_data(told)) == told


def test_the_previews_of_the_deck_and_of_the_release_are_the_figures_of_the_sample(
    sample_result: MissionResult,
) -> None:
    data = data_folder()
    epcis = sample_result.census.settings.epcis
    places = territory_places(load_rulebook(data).catalogue.gazetteer, epcis, load_outlines(data))
    _is_kept(DECK, collect_deck(sample_result, places=places, points=load_points(data)))
    _is_kept("communique", release_values(sample_result))
    assert sample_deck().fictitious
    assert {indicator.code for slide in sample_deck().slides for indicator in slide.indicators} > {"besoin_eur"}


def test_the_previews_of_the_letters_are_those_of_a_sitting_of_the_sample(pilot: Client, mission: Mission) -> None:
    for name, organisation, voting in _MEMBERS:
        Member.objects.create(mission=mission, name=name, organisation=organisation, voting=voting)
    Sitting.objects.create(
        mission=mission,
        held_on=_DAY,
        starts_at=time(14, 30),
        number=1,
        place="Sous-préfecture de Langres",
        chair="Mme Aubry (fictive), sous-préfète de Langres",
        present="M. Vidal (fictif), CCI Meuse Haute-Marne",
        aside="M. Delorme (fictif), projet P015",
        quorum=2,
    )
    user = User.objects.get(username="pilote")
    planned = Sitting.objects.of(mission).get()
    for kind in MADE:
        _is_kept(kind, _values(user, planned, kind))
    for name, organisation, voting in _MEMBERS:
        state = Attendance.State.PRESENT
        Attendance.objects.create(
            sitting=planned, who=person(name), name=name, organisation=organisation, voting=voting, state=state
        )
    decide_as_proposed(pilot)
    record = frozen(pilot, mission)
    # Whatever the day of the test: minutes say when they were recorded before the day that was planned.
    record.at = timezone.make_aware(datetime.combine(_DAY, time(17)))
    _is_kept("proces_verbal", {**minutes_values(record), "empreinte": _DIGEST})
    rows = FrozenDecision.objects.of(mission).order_by("project_ref")
    for outcome, kind in KINDS.items():
        # Nothing is refused nor put off in the sample: its reserve tells where a project may go meanwhile.
        row = next(
            row
            for row in rows
            if row.outcome == (outcome if outcome == "retenu" else "reserve") and row.told.get("financements")
        )
        values = letter_values(record, row)
        _is_kept(kind, {name: values[name] for name in letter_models()[kind].fields})


def test_the_preview_of_the_letter_to_an_organisation_is_what_bpifrance_would_be_told(mission: Mission) -> None:
    found = next(each for each in desks(mission) if each.code == "bpifrance")
    due = timezone.localdate() + timedelta(days=21)
    # In the order of references: that of the desk follows code names, drawn anew for each mission.
    for row in sorted(found.rows, key=lambda each: each.project.ref)[:3]:
        asked: dict[str, Any] = {
            "asked": row.asked,
            "why": row.why,
            "dispositifs": row.dispositifs,
            "expected": ANSWER_AWAITED,
        }
        asked["words"] = "Le dirigeant peut vous recevoir avant la fin du mois."
        sent(mission, row.project, answer_by=due, **asked)
    lines = lines_for_team(SentReferral.objects.of(mission), _DAY)
    as_told = [type(line)(line.row, line.followed, _veiled(line.named, rank), _DAY) for rank, line in enumerate(lines)]
    by = Author(user=None, name="Mme Petit (fictive)")
    values = paper_values(mission, as_told, by=by)
    grid = values["orientations"]
    assert isinstance(grid, Grid)
    assert {row[-1] for row in grid.rows} == {french_date(due)}
    # Sent today, whatever the day: kept as of the day of the sample.
    rows = tuple((*row[:-1], french_date(_DUE)) for row in grid.rows)
    _is_kept(TO_ORGANISATION, {**values, "orientations": Grid(grid.header, rows)})


def _veiled(named: Named, rank: int) -> Named:
    """The last of three under a code name, so that both ways are seen."""
    return named if rank < 2 else Named(key="NC-7", name="Projet NC-7", firm="", amounts=False)


@pytest.mark.parametrize("model", [*letter_models().values(), release_model()], ids=lambda model: model.kind)
def test_no_field_of_a_preview_is_left_under_its_title(model: LetterModel) -> None:
    values = sample_values(model)
    assert values.keys() == model.fields.keys()
    bare = [name for name, value in values.items() if f"[{model.fields[name].title}]" in str(value)]
    assert bare == []
