"""Le suivi à pleine taille : 539 projets, 1 500 orientations, 300 conseils, 80 actions ; temps et lectures."""

from __future__ import annotations

import statistics
import time
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench._missions import sample_census, times
from rebond.data import data_folder
from rebond.mission import load_rulebook

SLUG, SENT, ADVISED, ACTIONS, LOOKS = "suivi", 1_500, 300, 80, 7
COPIES = 7
"""Of the 77 projects of the sample territory."""
TEAM = {
    "Aujourd’hui": "",
    "orientations envoyées": "orientations/envoyees/",
    "… cherchées et triées": "orientations/envoyees/?q=atelier&tri=-demande",
    "une orientation": "orientations/envoyees/O0001/",
    "agenda": "agenda/",
    "conseil": "conseil/",
    "feuille de route": "feuille-de-route/",
    "depuis le comité": "comite/depuis/",
    "projets": "projets/",
}
PARTNER = {"ma boîte (Bpifrance)": "orientations/boite/"}


def main(*, rapide: bool) -> None:
    """A mission without a study: what is measured is what people did, read in the tables."""
    from rebond.web.instance import open_instance

    with TemporaryDirectory(prefix="rebond-suivi-") as folder:
        home = Path(folder)
        open_instance(home / "rebond.sqlite3", documents=home, demo=True)
        projects = _prepare(1 if rapide else COPIES)
        told = f"{projects} projets, {SENT} orientations, {ADVISED} conseils, {ACTIONS} actions"
        print(f"{told} ; temps de processeur d'une page")
        for user, pages in (("pilote", TEAM), ("bpifrance", PARTNER)):
            for name, path in pages.items():
                queries, looks = _looked(user, path, 2 if rapide else LOOKS)
                middle, most = statistics.median(looks), max(looks)
                print(f"  {name:28} {queries:3} lectures  p50 {middle:6.0f} ms  max {most:6.0f} ms")


def _prepare(copies: int) -> int:
    """The facts by the door of every mission, what people did by direct rows."""
    from rebond.web.accounts.models import User
    from rebond.web.advice.models import Accompaniment
    from rebond.web.disclosure.models import Shared
    from rebond.web.editing.gestures import save_census
    from rebond.web.journal.writing import Author
    from rebond.web.missions.models import Membership, Mission, Role
    from rebond.web.organisations.adopting import adopt
    from rebond.web.projects.models import Project
    from rebond.web.referrals.models import ReferralStep, SentReferral
    from rebond.web.roadmap.models import ActionProgress, RoadmapAction

    census = times(sample_census(load_rulebook(data_folder())), copies)
    told = census.settings
    mission = Mission.objects.create(
        slug=SLUG, name=told.name, territory=told.territory, committee_on=told.committee_on
    )
    save_census(mission, census, by=Author(user=None))
    bank = adopt("bpifrance")
    for name, role, organisation in (("pilote", Role.PILOT, None), ("bpifrance", Role.PARTNER, bank)):
        user = User.objects.create_user(username=name)
        Membership.objects.create(user=user, mission=mission, role=role, organisation=organisation)
    projects, day = list(Project.objects.of(mission)), date(2026, 9, 1)
    Shared.objects.bulk_create(Shared(project=each, organisation=bank) for each in projects)
    sent = SentReferral.ever.bulk_create(
        SentReferral(
            project=projects[rank % len(projects)],
            ref=f"O{rank:04d}",
            organisation=("bpifrance", "ademe", "region-grand-est")[rank // len(projects) % 3],
            asked=1_000 * rank,
            sent_on=day + timedelta(rank % 60),
            answer_by=day + timedelta(rank % 60 + 21),
            position=rank,
        )
        for rank in range(SENT)
    )
    states = ("prise_en_charge", "precisions", "deposee", "accordee", "refusee")
    ReferralStep.ever.bulk_create(
        ReferralStep(
            referral=row,
            ref=f"{row.ref}/{number}",
            number=number,
            state=states[rank % len(states)] if number == 2 else "prise_en_charge",
            on=day + timedelta(70 + number),
            granted=500 * rank if number == 2 and rank % len(states) == 3 else None,
            reason="dit",
        )
        for rank, row in enumerate(sent)
        for number in range(1, rank % 3 + 1)
    )
    Accompaniment.objects.bulk_create(
        Accompaniment(
            mission=mission,
            project=projects[rank % len(projects)],
            ref=f"C{rank:03d}",
            adviser="bpifrance",
            review_on=day + timedelta(rank),
            outcome=None if rank < len(projects) else "muri",
            position=rank,
        )
        for rank in range(ADVISED)
    )
    actions = RoadmapAction.objects.bulk_create(
        RoadmapAction(
            mission=mission,
            ref=f"F{rank:03d}",
            axis="foncier",
            title=f"Action {rank}",
            ends_on=day,
            position=rank,
            status="a_lancer",
        )
        for rank in range(ACTIONS)
    )
    ActionProgress.objects.bulk_create(
        ActionProgress(action=row, number=number, on=day, value=number, words="fait", by="x")
        for row in actions
        for number in range(1, 5)
    )
    return len(projects)


def _looked(user: str, path: str, looks: int) -> tuple[int, list[float]]:
    """Queries of a page once it was seen, and its milliseconds of processor, as Django answers them."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from rebond.web.accounts.models import User

    client: Any = Client(HTTP_HOST="127.0.0.1")
    client.force_login(User.objects.get(username=user))
    place, found = f"/missions/{SLUG}/{path}", []
    for _ in range(looks + 1):
        # Processor time: what other programs do meanwhile changes nothing to it.
        started = time.process_time()
        answer = client.get(place)
        found.append((time.process_time() - started) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{place} : {answer.status_code}")
    with CaptureQueriesContext(connection) as captured:
        client.get(place)
    return len(captured), found[1:]
